/* matcher.c -- records to matches: with and without the search; the names.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/json.h"
#include "match/builtin.h"
#include "match/identifier.h"
#include "match/matcher.h"

const struct builtin_file builtin_files[] = { { "", "", 0 } };
const size_t builtin_file_count = 0;

static unsigned
pick(unsigned below)
{
	static uint32_t x = 88172645u;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x % below;
}

/* ---- what a matcher says, as text ---- */

static void
tell_match(void *ctx, const struct match *match)
{
	struct buf *out = ctx;

	buf_printf(out, "%zu %.*s%s %s", match->record,
	    (int)match->service.len, match->service.data,
	    match->namer == NAMER_NOTHING ? " (nameless)" : "", level_name(match->level));
	for (size_t i = 0; i < match->rule_count; i++)
		buf_printf(out, "%c%.*s", i == 0 ? ' ' : ',',
		    (int)match->rules[i].id.len, match->rules[i].id.data);
	buf_byte(out, '\n');
}

static void
tell_gave_up(void *ctx, struct slice rule, const struct record *record)
{
	(void)record;
	buf_printf(ctx, "%.*s gave up\n", (int)rule.len, rule.data);
}

static void
run(struct buf *out, const struct ruleset *set, const struct chunk *chunk,
    const struct naming *naming, enum level lowest, bool search)
{
	static const struct naming none;
	struct match_sink sink = { .ctx = out, .match = tell_match,
	    .gave_up = tell_gave_up };
	struct plan *plan = plan_new(set, lowest, search);
	struct matcher *matcher = matcher_new(plan);

	matcher_chunk(matcher, chunk, naming == NULL ? &none : naming, &sink);
	/* what a chunk leaves behind must not be seen in the next */
	buf_byte(out, '\n');
	matcher_chunk(matcher, chunk, naming == NULL ? &none : naming, &sink);
	matcher_free(matcher);
	plan_free(plan);
}

static void
read_rules(struct ruleset *set, const char *text)
{
	ruleset_init(set);
	ruleset_read(set, slice_from(text), "a.rules", PLACE_USER);
	if (ruleset_finish(set) == -1)
		fail_msg("%.*s", (int)set->errors.len, set->errors.data);
}

/* Adds a record of which the bytes are the message. */
static void
add_plain(struct chunk *chunk, const char *group, const char *stream,
    const char *message)
{
	struct origin origin = { .group = slice_from(group),
	    .stream = slice_from(stream) };
	uint32_t index = chunk_add_origin(chunk, &origin);
	struct record *record = chunk_add_record(chunk);

	record->origin = index;
	record->offset = chunk->bytes.len;
	record->len = strlen(message);
	buf_text(&chunk->bytes, message);
}

/* What the first run says of one record, with the search and without. */
static void
check(const char *rules, const char *group, const char *stream,
    const char *message, const char *expected)
{
	for (int search = 0; search < 2; search++) {
		struct ruleset set;
		struct chunk chunk;
		struct buf out;
		size_t end;

		buf_init(&out, BUF_NO_LIMIT);
		chunk_init(&chunk);
		read_rules(&set, rules);
		add_plain(&chunk, group, stream, message);
		run(&out, &set, &chunk, NULL, LEVEL_WARN, search == 1);
		end = slice_find(buf_slice(&out), slice_from("\n\n"));
		end = end == SIZE_MAX ? 0 : end + 1;
		if (!slice_equal(slice_cut(buf_slice(&out), 0, end),
		    slice_from(expected)))
			fail_msg("search %d: %.*s", search, (int)out.len,
			    out.data);
		ruleset_free(&set);
		chunk_free(&chunk);
		buf_free(&out);
	}
}

/* ---- conditions ---- */

static void
match_is_any_require_is_all_unless_is_none(void **state)
{
	static const char rules[] = "rules 1\nrule r\n"
	    "  match text one\n  match regex tw[o]\n"
	    "  require text with\n  require regex x+\n"
	    "  unless text but\n  unless regex no+t\n  service s\n";

	(void)state;
	check(rules, "", "", "one with x", "0 s error r\n");
	check(rules, "", "", "two with x\n", "0 s error r\n");
	check(rules, "", "", "with x", "");
	check(rules, "", "", "one x", "");
	check(rules, "", "", "one with", "");
	check(rules, "", "", "one with x but", "");
	check(rules, "", "", "one with x not", "");
}

static void
an_unknown_place_is_right_for_rules_unless_it_is_required(void **state)
{
	static const char rules[] = "rules 1\n"
	    "rule a\n  match text xx\n  group glob /a/*\n  service s\n"
	    "rule b\n  match text xx\n  stream regex ^b\n  service s\n"
	    "rule c\n  match text xx\n  group text /c/\n  stream glob b*\n"
	    "  service s\n"
	    "rule d\n  match text xx\n  group required\n  service s\n";

	(void)state;
	check(rules, "", "", "xx", "0 s error a,b,c\n");
	check(rules, "/a/b", "", "xx", "0 s error a,b,d\n");
	check(rules, "/c/b", "bb", "xx", "0 s error b,c,d\n");
	check(rules, "", "x", "xx", "0 s error a\n");
}

static void
ignore_silences_where_it_is_sure(void **state)
{
	static const char rules[] = "rules 1\n"
	    "rule a\n  match text xx\n  service s\n"
	    "rule b\n  match text yy\n  service s\n  level fatal\n"
	    "ignore g\n  group glob /quiet\n  match text xx\n"
	    "ignore h\n  match text zz\n  rule b\n"
	    "ignore i\n  require text pp\n  require text qq\n"
	    "  unless text rr\n";

	(void)state;
	check(rules, "/loud", "", "xx yy", "0 s fatal a,b\n");
	check(rules, "", "", "xx yy", "0 s fatal a,b\n");
	check(rules, "/quiet", "", "xx yy", "");
	check(rules, "/quiet", "", "yy", "0 s fatal b\n");
	check(rules, "", "", "xx yy zz", "0 s error a\n");
	check(rules, "", "", "yy zz", "");
	check(rules, "", "", "xx pp", "0 s error a\n");
	check(rules, "", "", "xx pp qq", "");
	check(rules, "", "", "xx pp qq rr", "0 s error a\n");
}

static void
a_rule_below_the_level_does_not_exist(void **state)
{
	struct ruleset set;
	struct chunk chunk;
	struct buf out;

	(void)state;
	buf_init(&out, BUF_NO_LIMIT);
	chunk_init(&chunk);
	read_rules(&set, "rules 1\n"
	    "rule w\n  level warn\n  match text xx\n  service warned\n"
	    "rule e\n  match text xx\n  service failed\n");
	add_plain(&chunk, "", "", "xx");
	run(&out, &set, &chunk, NULL, LEVEL_ERROR, true);
	assert_true(slice_is(buf_slice(&out),
	    "0 failed error e\n\n0 failed error e\n"));
	ruleset_free(&set);
	chunk_free(&chunk);
	buf_free(&out);
}

static void
a_rule_that_gives_up_is_told_and_no_other_minds(void **state)
{
	static const char rules[] = "rules 1\n"
	    "rule a\n  match regex ^(a|aa)+$\n  service s\n"
	    "rule b\n  match text aaa\n  service s\n"
	    "rule c\n  match regex ^(a|aa)+never$\n  service s\n";

	(void)state;
	check(rules, "", "",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
	    "a gave up\n0 s error b\n");
}

/* ---- names ---- */

static void
the_first_that_has_a_name_gives_it(void **state)
{
	static const char rules[] = "rules 1\n"
	    "rule a\n  match text xx\n  service a\n"
	    "rule b\n  match text xx\n  service b\n  level fatal\n"
	    "rule c\n  match text yy\n  service c\n  group glob /c\n"
	    "rule d\n  match regex z(?<service>\\w*)z\n  level fatal\n";

	(void)state;
	check(rules, "", "", "xx", "0 b fatal a,b\n");
	check(rules, "/c", "", "xx yy", "0 c fatal a,b,c\n");
	check(rules, "", "", "xx yy", "0 b fatal a,b,c\n");
	check(rules, "", "", "xx zdz", "0 b fatal a,b,d\n");
	check(rules, "", "", "yy zdz", "0 d fatal c,d\n");
	check(rules, "", "", "yy zz", "0 c fatal c,d\n");
	check(rules, "/raw", "stream", "zz", "0 /raw fatal d\n");
	check(rules, "", "stream", "zz", "0 stream fatal d\n");
	check(rules, "", "0123456789abcdef", "zz",
	    "0 ?d (nameless) fatal d\n");
}

static void
templates_take_captures_places_and_selectors(void **state)
{
	static const char rules[] = "rules 1\n"
	    "rule c\n  match regex no (?<a>\\w+)\n"
	    "  match regex is (?<b>\\w+)(?<x>!)?\n  service <{b}> {group}\n"
	    "rule j\n  match filter { $.x = \"y\" }\n"
	    "  service {$.arn} regex :(?<service>[^:]+)$\n";

	(void)state;
	check(rules, "/g", "", "it is so", "0 <so> /g error c\n");
	check(rules, "/g", "", "is so no way", "0 /g error c\n");
	check(rules, "", "", "it is so", "0 ?c (nameless) error c\n");
	check(rules, "/g", "", "{\"x\":\"y\",\"arn\":\"a:b:job\"}",
	    "0 job error j\n");
	check(rules, "/g", "", "{\"x\":\"y\",\"arn\":\"job\"}",
	    "0 /g error j\n");
	check(rules, "/g", "", "{\"x\":\"y\",\"arn\":12}", "0 /g error j\n");
	check(rules, "/g", "", "{\"x\":\"y\",\"arn\":\":a\\u0000\\t\"}",
	    "0 a?? error j\n");
	check(rules, "/g", "", "{\"x\":\"y\",\"arn\":\":\\u0000\\t\"}",
	    "0 /g error j\n");
}

static void
naming_stanzas_ask_the_stream_the_message_then_the_group(void **state)
{
	static const char rules[] = "rules 1\n"
	    "rule r\n  match text xx\n"
	    "naming a\n  group regex ^/g/(?<service>\\w+)\n"
	    "naming b\n  match regex name=(?<service>\\w+)\n"
	    "naming c\n  stream regex ^(?<p>\\w+)/(?<q>\\w+)$\n"
	    "  group regex ^/(?<g>\\w)\n  service {p}.{q}.{g}\n";

	(void)state;
	check(rules, "/g/one", "p/q", "xx name=m", "0 p.q.g error r\n");
	check(rules, "/g/one", "p", "xx name=m", "0 m error r\n");
	check(rules, "/g/one", "p", "xx", "0 one error r\n");
	check(rules, "", "p/q", "xx", "0 p/q error r\n");
	check(rules, "", "", "xx", "0 ?r (nameless) error r\n");
}

static void
the_command_line_names_group_and_service(void **state)
{
	static const struct {
		const char *service, *group, *expected;
	} cases[] = {
		{ "", "/b", "0 /a error r\n1 /b error r\n" },
		{ "s\tt", "/b", "0 s?t error r\n1 s?t error r\n" },
		{ "", "", "0 /a error r\n1 ?r (nameless) error r\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct naming naming = {
		    .service = slice_from(cases[i].service),
		    .group = slice_from(cases[i].group) };
		struct ruleset set;
		struct chunk chunk;
		struct buf out;

		buf_init(&out, BUF_NO_LIMIT);
		chunk_init(&chunk);
		read_rules(&set, "rules 1\nrule r\n  match text xx\n");
		add_plain(&chunk, "/a", "", "xx");
		add_plain(&chunk, "", "", "xx");
		run(&out, &set, &chunk, &naming, LEVEL_WARN, true);
		assert_true(slice_starts(buf_slice(&out), cases[i].expected));
		ruleset_free(&set);
		chunk_free(&chunk);
		buf_free(&out);
	}
}

static void
knows_ids_from_names(void **state)
{
	static const char *const ids[] = { "", "0123456789abcdef",
	    "0f3b8d1c-2a4e-4d5f-8a9b-0c1d2e3f4a5b",
	    "2026/11/23/[$LATEST]0f3b8d1c2a4e4d5f8a9b0c1d2e3f4a5b",
	    "2026/11/23/[12]0f3b8d1c2a4e4d5f8a9b0c1d2e3f4a5b",
	    "jr_5f2ab1c9d0e34f6788", "i-0abc123def4567890", "20261123",
	    "1795457291123", "beef1234-dead-cafe-beef-012345678901" };
	static const char *const names[] = { "nightly-batch", "web/app", "cafe",
	    "db01", "orders-2026", "\xe5\xa4\x9c\xe9\x96\x93", "app/1234" };

	(void)state;
	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
		if (!identifier_is(slice_from(ids[i])))
			fail_msg("%s is an id", ids[i]);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (identifier_is(slice_from(names[i])))
			fail_msg("%s is a name", names[i]);
}

/* ---- escapes ---- */

static void
check_raw(const char *rules, enum escaping escaping, const char *raw,
    const char *expected)
{
	struct buf with, without;
	struct ruleset set;
	struct chunk chunk;

	buf_init(&with, BUF_NO_LIMIT);
	buf_init(&without, BUF_NO_LIMIT);
	chunk_init(&chunk);
	read_rules(&set, rules);
	chunk.escaping = escaping;
	add_plain(&chunk, "", "", raw);
	chunk.records[0].escaped = escaping != ESCAPING_NONE;
	run(&with, &set, &chunk, NULL, LEVEL_WARN, true);
	run(&without, &set, &chunk, NULL, LEVEL_WARN, false);
	if (!slice_starts(buf_slice(&with), expected))
		fail_msg("%s: %.*s", raw, (int)with.len, with.data);
	assert_true(slice_equal(buf_slice(&with), buf_slice(&without)));
	ruleset_free(&set);
	chunk_free(&chunk);
	buf_free(&without);
	buf_free(&with);
}

static void
letters_that_an_escape_hides_are_found(void **state)
{
	static const char rules[] = "rules 1\n"
	    "rule t\n  match text failed\n  service s\n"
	    "rule f\n  match filter { $.a = \"failed\" }\n  service s\n";

	(void)state;
	check_raw(rules, ESCAPING_JSON, "it f\\u0061iled", "0 s error t\n");
	check_raw(rules, ESCAPING_JSON, "{\\\"a\\\":\\\"failed\\\"}",
	    "0 s error f,t\n");
	check_raw(rules, ESCAPING_JSON, "{\\\"a\\\":\\\"f\\\\u0061iled\\\"}",
	    "0 s error f\n");
	check_raw(rules, ESCAPING_JSON,
	    "{\\\"a\\\":\\\"f\\u005cu0061iled\\\"}", "0 s error f\n");
	check_raw(rules, ESCAPING_JSON,
	    "{\\\"\\\\u0061\\\":\\\"f\\u0061iled\\\"}", "0 s error f,t\n");
	check_raw(rules, ESCAPING_NONE, "{\"a\":\"f\\u0061iled\"}",
	    "0 s error f\n");
	check_raw(rules, ESCAPING_CSV, "{\"\"a\"\":\"\"f\\u0061iled\"\"}",
	    "0 s error f\n");
	check_raw(rules, ESCAPING_CSV, "f\\u0061iled", "\n");
}

/* ---- with the search and without, on random records ---- */

static const char *const random_rules[] = {
	"rule a\n  match text Task failed\n",
	"rule b\n  match regex ^\\[ERROR\\] (?<service>\\w+)\n  level fatal\n",
	"rule c\n  match regex (?i)fatal|panic\n  service {group}\n",
	"rule d\n match filter {$.type=\"Failed\"||$.n>3}\n service {$.name}\n",
	"rule e\n  match filter { $.x NOT EXISTS }\n  level warn\n",
	"rule f\n  match filter ?\"timed out\" ?\"gave up\"\n",
	"rule g\n  match text ab\n  unless text abc\n  group glob /g*\n",
	"rule h\n  match filter { $.type = \"*ed\" }\n  match text <b>/&\n",
	"rule i\n  match text \xe5\xa4\xb1\xe6\x95\x97\n",
	"rule j\n  match regex ^(a|aa)+$\n",
	"rule k\n  match filter [w1 = ERROR, ...]\n  level warn\n",
	"ignore l\n  match text ignored\n",
	"ignore m\n  match text half\n  rule a\n  rule d\n",
	"naming n\n  stream regex ^(?<service>s\\d)$\n",
	"naming o\n  match regex name=(?<service>\\w+)\n",
};

#define RANDOM_RULES (sizeof random_rules / sizeof random_rules[0])

static const char *const fragments[] = { "Task failed", "Task fail", "ed",
    "[ERROR] ", "ERROR ", "fatal", "FATAL", "PaNiC", "timed out", "gave up",
    "ab", "c", "abc", " ", "\n", "\r\n", "<b>/&", "\xe5\xa4\xb1\xe6\x95\x97",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "!", "ignored",
    "half", "name=x", "\"", "\\", "\\u0046", "\xff", "{", "}" };

#define FRAGMENTS (sizeof fragments / sizeof fragments[0])

static const char *const members[] = { "\"type\":\"Failed\"",
    "\"type\":\"\\u0046ailed\"", "\"\\u0074ype\":\"Failed\"",
    "\"type\":\"timed\"", "\"n\":4", "\"n\":2", "\"x\":null",
    "\"name\":\"job\"", "\"name\":\"\\u006aob\"", "\"m\":\"Task failed\"",
    "\"m\":\"half\"", "\"type\":\"\\/Failed\"" };

#define MEMBERS (sizeof members / sizeof members[0])

static void
add_random_message(struct buf *b)
{
	if (pick(3) == 0) {
		buf_byte(b, '{');
		for (unsigned i = 0, n = pick(4); i < n; i++) {
			buf_text(b, i > 0 ? "," : "");
			buf_text(b, members[pick(MEMBERS)]);
		}
		buf_byte(b, '}');
		return;
	}
	for (unsigned n = pick(6); n > 0; n--)
		buf_text(b, fragments[pick(FRAGMENTS)]);
}

/* As somebody's JSON writer would have it: any character may be an escape. */
static void
add_json(struct buf *out, struct slice message)
{
	for (size_t i = 0; i < message.len; i++) {
		unsigned char c = (unsigned char)message.data[i];

		if (c >= 0x80)
			buf_byte(out, (char)c);
		else if (c < ' ' || pick(40) == 0)
			buf_printf(out, pick(2) ? "\\u%04x" : "\\u%04X", c);
		else if (c == '"' || c == '\\' || (c == '/' && pick(2)))
			buf_printf(out, "\\%c", c);
		else
			buf_byte(out, (char)c);
	}
}

static void
add_csv(struct buf *out, struct slice message)
{
	for (size_t i = 0; i < message.len; i++) {
		if (message.data[i] == '"')
			buf_byte(out, '"');
		buf_byte(out, message.data[i]);
	}
}

/* Records with gaps between them that hold literals, too, or halves of them. */
static void
make_random(struct chunk *chunk, enum escaping escaping)
{
	static const char *const groups[] = { "", "/g1", "/h" };
	static const char *const streams[] = { "", "s1", "t" };
	struct buf message;

	buf_init(&message, BUF_NO_LIMIT);
	chunk->escaping = escaping;
	buf_reserve(&chunk->bytes, 1);
	for (unsigned n = pick(12); n > 0; n--) {
		struct origin origin = {
		    .group = slice_from(groups[pick(3)]),
		    .stream = slice_from(streams[pick(3)]) };
		uint32_t index = chunk_add_origin(chunk, &origin);
		struct record *record = chunk_add_record(chunk);

		if (pick(2))
			buf_text(&chunk->bytes, fragments[pick(FRAGMENTS)]);
		buf_clear(&message);
		add_random_message(&message);
		record->origin = index;
		record->offset = chunk->bytes.len;
		record->escaped = escaping != ESCAPING_NONE;
		switch (escaping) {
		case ESCAPING_NONE:
			buf_add_slice(&chunk->bytes, buf_slice(&message));
			break;
		case ESCAPING_JSON:
			add_json(&chunk->bytes, buf_slice(&message));
			break;
		case ESCAPING_CSV:
			add_csv(&chunk->bytes, buf_slice(&message));
			break;
		}
		record->len = chunk->bytes.len - record->offset;
	}
	if (pick(2))
		buf_text(&chunk->bytes, fragments[pick(FRAGMENTS)]);
	buf_free(&message);
}

/* Some of the rules, in an order of their own. */
static void
make_rules(struct ruleset *set, unsigned wanted, bool turned)
{
	struct buf text;

	buf_init(&text, BUF_NO_LIMIT);
	buf_text(&text, "rules 1\n");
	for (size_t i = 0; i < RANDOM_RULES; i++) {
		size_t at = turned ? RANDOM_RULES - 1 - i : i;

		/* the ignore stanza names a and d */
		if (at == 0 || at == 3 || (wanted >> at & 1) != 0)
			buf_text(&text, random_rules[at]);
	}
	buf_byte(&text, '\0');
	read_rules(set, text.data);
	buf_free(&text);
}

static void
the_search_and_the_order_of_rules_change_nothing(void **state)
{
	unsigned matched = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		unsigned wanted = pick(1u << RANDOM_RULES);
		struct buf with, without, turned_out;
		struct ruleset set, turned;
		struct chunk chunk;

		buf_init(&with, BUF_NO_LIMIT);
		buf_init(&without, BUF_NO_LIMIT);
		buf_init(&turned_out, BUF_NO_LIMIT);
		chunk_init(&chunk);
		make_rules(&set, wanted, false);
		make_rules(&turned, wanted, true);
		make_random(&chunk, (enum escaping)(i % 3));
		run(&with, &set, &chunk, NULL, LEVEL_WARN, true);
		run(&without, &set, &chunk, NULL, LEVEL_WARN, false);
		run(&turned_out, &turned, &chunk, NULL, LEVEL_WARN, true);
		if (!slice_equal(buf_slice(&with), buf_slice(&without)))
			fail_msg("with:\n%.*swithout:\n%.*s%.*s",
			    (int)with.len, with.data, (int)without.len,
			    without.data, (int)chunk.bytes.len,
			    chunk.bytes.data);
		if (!slice_equal(buf_slice(&with), buf_slice(&turned_out)))
			fail_msg("one order:\n%.*sthe other:\n%.*s",
			    (int)with.len, with.data, (int)turned_out.len,
			    turned_out.data);
		matched += with.len > 2;
		ruleset_free(&turned);
		ruleset_free(&set);
		chunk_free(&chunk);
		buf_free(&turned_out);
		buf_free(&without);
		buf_free(&with);
	}
	assert_true(matched > 333);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(match_is_any_require_is_all_unless_is_none),
		cmocka_unit_test(
		    an_unknown_place_is_right_for_rules_unless_it_is_required),
		cmocka_unit_test(ignore_silences_where_it_is_sure),
		cmocka_unit_test(a_rule_below_the_level_does_not_exist),
		cmocka_unit_test(
		    a_rule_that_gives_up_is_told_and_no_other_minds),
		cmocka_unit_test(the_first_that_has_a_name_gives_it),
		cmocka_unit_test(templates_take_captures_places_and_selectors),
		cmocka_unit_test(
		    naming_stanzas_ask_the_stream_the_message_then_the_group),
		cmocka_unit_test(the_command_line_names_group_and_service),
		cmocka_unit_test(knows_ids_from_names),
		cmocka_unit_test(letters_that_an_escape_hides_are_found),
		cmocka_unit_test(
		    the_search_and_the_order_of_rules_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
