/* partial.c -- our own json: what is written is read, what is not ours refused.
 * SPDX-License-Identifier: MIT */
#include "reduce/partial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define CHECK(x) assert_true(x)
#define WINDOW 600000

#define INCIDENT "{\"cwsift\":1,\"service\":\"s\",\"first\":null," \
	"\"last\":null,\"first_ms\":1,\"last_ms\":2,\"count\":2," \
	"\"level\":\"error\",\"rules\":{\"a\":2},\"groups\":[]," \
	"\"streams\":[],\"more\":false}"
#define TRAILER "{\"cwsift\":1,\"coverage\":{\"files\":1,\"bytes\":10," \
	"\"records\":3,\"first_ms\":null,\"last_ms\":null,\"shapes\":[]," \
	"\"window_ms\":600000,\"level\":\"error\",\"complete\":true}}"

/* What reads, and all that it fills. */
struct fixture {
	struct partial_reader reader;
	struct coverage coverage;
	struct error err;
};

static void
begin(struct fixture *f)
{
	memset(f, 0, sizeof *f);
	coverage_init(&f->coverage);
	f->reader.terms = (struct partial_terms){ WINDOW, LEVEL_ERROR };
	f->reader.reducer = reducer_new(WINDOW);
	f->reader.coverage = &f->coverage;
}

static void
end(struct fixture *f)
{
	reducer_free(f->reader.reducer);
}

static int
feed(struct fixture *f, const char *line)
{
	return partial_read(&f->reader, slice_from(line), &f->err);
}

/* What is wrong with one line: its kind, ERROR_NONE when nothing is. */
static enum error_kind
judge(const char *line)
{
	struct fixture f;
	enum error_kind kind = ERROR_NONE;

	begin(&f);
	if (feed(&f, line) == -1)
		kind = f.err.kind;
	end(&f);
	return kind;
}

static const char *
text_of(struct buf *b)
{
	buf_byte(b, '\0');
	return b->data;
}

static struct tally rules[] = { { { "a", 1 }, 2, 1 }, { { "b\"", 2 }, 1, 3 } };

static struct incident
example(void)
{
	return (struct incident){
		.service = slice_from("nightly-batch"),
		.first_ms = INT64_C(1795456812123),
		.last_ms = INT64_C(1795456812999),
		.count = 2,
		.level = LEVEL_FATAL,
		.rules = rules,
		.rule_count = 2,
		.groups = { .list = { { "/aws/x", 6 } }, .count = 1 },
		.streams = { .list = { { "1", 1 }, { "\xe6\x8e\xa5", 3 } },
		    .count = 2, .more = true },
	};
}

static void
an_incident_is_one_line(void **state)
{
	struct incident incident = example();
	struct buf out;

	(void)state;
	buf_init(&out, BUF_NO_LIMIT);
	partial_print_incident(&out, &incident);
	assert_string_equal(text_of(&out), "{\"cwsift\":1,"
	    "\"service\":\"nightly-batch\","
	    "\"first\":\"2026-11-23T18:00:12.123Z\","
	    "\"last\":\"2026-11-23T18:00:12.999Z\","
	    "\"first_ms\":1795456812123,\"last_ms\":1795456812999,\"count\":2,"
	    "\"level\":\"fatal\",\"rules\":{\"a\":2,\"b\\\"\":1},"
	    "\"at_least\":{\"b\\\"\":3},\"groups\":[\"/aws/x\"],"
	    "\"streams\":[\"1\",\"\xe6\x8e\xa5\"],\"more\":true}\n");
	buf_free(&out);
}

static void
an_incident_without_time_says_null(void **state)
{
	struct incident incident = example();
	struct buf out;

	(void)state;
	incident.first_ms = incident.last_ms = TIME_NONE;
	buf_init(&out, BUF_NO_LIMIT);
	partial_print_incident(&out, &incident);
	CHECK(strstr(text_of(&out), ",\"first\":null,\"last\":null,"
	    "\"first_ms\":null,\"last_ms\":null,") != NULL);
	buf_free(&out);
}

static void
what_is_written_is_read(void **state)
{
	struct incident incident = example();
	struct incident **list;
	struct fixture f;
	struct buf out, again;
	size_t count;

	(void)state;
	begin(&f);
	buf_init(&out, BUF_NO_LIMIT);
	buf_init(&again, BUF_NO_LIMIT);
	partial_print_incident(&out, &incident);
	assert_int_equal(partial_read(&f.reader, buf_slice(&out), &f.err), 0);
	list = reducer_sorted(f.reader.reducer, &count);
	assert_int_equal(count, 1);
	partial_print_incident(&again, list[0]);
	CHECK(slice_equal(buf_slice(&out), buf_slice(&again)));
	assert_int_equal(list[0]->rules[1].at_least, 3);
	buf_free(&out);
	buf_free(&again);
	end(&f);
}

static void
a_coverage_comes_back_whole(void **state)
{
	struct coverage coverage = { .files = 3, .bytes = UINT64_MAX,
	    .records = 5, .outside = 1, .skipped = 2, .damages = 7,
	    .damaged_bytes = 8, .lines_not_understood = 9, .partial = 10,
	    .gave_up = 11, .first_ms = -5, .last_ms = 1000,
	    .shapes = 1u << SHAPE_EXPORT | 1u << SHAPE_TAIL_SHORT };
	struct fixture f;
	struct buf out;

	(void)state;
	begin(&f);
	buf_init(&out, BUF_NO_LIMIT);
	partial_print_coverage(&out, &coverage, &f.reader.terms);
	assert_int_equal(partial_read(&f.reader, buf_slice(&out), &f.err), 0);
	CHECK(f.reader.incomplete);
	assert_memory_equal(&f.coverage, &coverage, sizeof coverage);
	assert_string_equal(text_of(&out), "{\"cwsift\":1,\"coverage\":{"
	    "\"files\":3,\"bytes\":18446744073709551615,\"records\":5,"
	    "\"outside\":1,\"skipped\":2,"
	    "\"first\":\"1969-12-31T23:59:59.995Z\","
	    "\"last\":\"1970-01-01T00:00:01.000Z\","
	    "\"first_ms\":-5,\"last_ms\":1000,"
	    "\"shapes\":[\"export\",\"tail-short\"],\"damages\":7,"
	    "\"damaged_bytes\":8,\"lines_not_understood\":9,\"partial\":10,"
	    "\"gave_up\":11,\"window_ms\":600000,\"level\":\"error\","
	    "\"complete\":false}}\n");
	buf_free(&out);
	end(&f);
}

static void
results_behind_each_other_add_up(void **state)
{
	struct fixture f;
	size_t count;

	(void)state;
	begin(&f);
	assert_int_equal(feed(&f, INCIDENT "\n"), 0);
	assert_int_equal(feed(&f, TRAILER "\n"), 0);
	assert_int_equal(feed(&f, "\n"), 0);
	assert_int_equal(feed(&f, INCIDENT "\r\n"), 0);
	CHECK(f.reader.pending);
	assert_int_equal(feed(&f, TRAILER), 0);
	assert_int_equal(partial_finish(&f.reader, &f.err), 0);
	assert_int_equal(reducer_sorted(f.reader.reducer, &count)[0]->count, 4);
	assert_int_equal(count, 1);
	assert_int_equal(f.coverage.records, 6);
	assert_int_equal(f.coverage.files, 2);
	CHECK(!f.reader.incomplete);
	end(&f);
}

static void
a_missing_trailer_is_refused(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	assert_int_equal(partial_finish(&f.reader, &f.err), 0);
	assert_int_equal(feed(&f, TRAILER), 0);
	assert_int_equal(feed(&f, INCIDENT), 0);
	assert_int_equal(partial_finish(&f.reader, &f.err), -1);
	assert_int_equal(f.err.kind, ERROR_USAGE);
	/* each input has its own */
	assert_int_equal(partial_finish(&f.reader, &f.err), 0);
	end(&f);
}

static void
an_incomplete_part_keeps_the_whole_incomplete(void **state)
{
	struct fixture f;
	struct buf out;

	(void)state;
	begin(&f);
	assert_int_equal(feed(&f, "{\"cwsift\":1,\"coverage\":{\"records\":1,"
	    "\"first_ms\":null,\"last_ms\":null,\"window_ms\":600000,"
	    "\"level\":\"error\",\"complete\":false}}"), 0);
	assert_int_equal(feed(&f, TRAILER), 0);
	CHECK(f.reader.incomplete);
	CHECK(!coverage_complete(&f.coverage));
	buf_init(&out, BUF_NO_LIMIT);
	partial_print_coverage(&out, &f.coverage, &f.reader.terms);
	CHECK(strstr(text_of(&out), "\"complete\":false") != NULL);
	buf_free(&out);
	end(&f);
}

static void
other_terms_are_refused_and_both_named(void **state)
{
	static const struct {
		const char *line, *text;
	} cases[] = {
		{ "{\"cwsift\":2,\"service\":\"s\"}", "this result is in "
		    "version 2 of cwsift's json, this program reads version "
		    "1" },
		{ "{\"cwsift\":1,\"coverage\":{\"window_ms\":300000,"
		    "\"level\":\"error\"}}", "this result was made with "
		    "--window 5m, here it is 10m" },
		{ "{\"cwsift\":1,\"coverage\":{\"window_ms\":0,"
		    "\"level\":\"error\"}}", "this result was made with "
		    "--window 0, here it is 10m" },
		{ "{\"cwsift\":1,\"coverage\":{\"window_ms\":600001,"
		    "\"level\":\"error\"}}", "this result was made with "
		    "--window 600001ms, here it is 10m" },
		{ "{\"cwsift\":1,\"coverage\":{\"window_ms\":600000,"
		    "\"level\":\"warn\"}}", "this result was made with "
		    "--level warn, here it is error" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fixture f;

		begin(&f);
		assert_int_equal(feed(&f, cases[i].line), -1);
		assert_int_equal(f.err.kind, ERROR_USAGE);
		assert_string_equal(f.err.text, cases[i].text);
		end(&f);
	}
}

static void
unknown_members_are_no_matter(void **state)
{
	(void)state;
	assert_int_equal(judge("{\"cwsift\":1,\"new\":[{}],\"streams\":[],"
	    "\"groups\":[],\"rules\":{\"a\":1},\"level\":\"warn\",\"count\":1,"
	    "\"last_ms\":1,\"first_ms\":-1,\"service\":\"s\"}"), ERROR_NONE);
	assert_int_equal(judge("{\"cwsift\":1,\"coverage\":{\"shapes\":"
	    "[\"of-tomorrow\"],\"x\":{},\"first_ms\":null,\"last_ms\":null,"
	    "\"window_ms\":600000,\"level\":\"error\",\"complete\":true},"
	    "\"y\":1}"), ERROR_NONE);
}

/* INCIDENT with one part of it replaced. */
static enum error_kind
judge_with(const char *old, const char *new)
{
	char line[2048];
	const char *at = strstr(INCIDENT, old);

	assert_non_null(at);
	snprintf(line, sizeof line, "%.*s%s%s", (int)(at - INCIDENT), INCIDENT,
	    new, at + strlen(old));
	return judge(line);
}

static void
damaged_incidents_are_data_errors(void **state)
{
	static const struct {
		const char *old, *new;
	} cases[] = {
		{ "\"cwsift\":1", "\"cwsift\":\"1\"" },
		{ "\"cwsift\":1", "\"cwsift\":-1" },
		{ "\"cwsift\":1", "\"cwsift\":1.0" },
		{ "\"service\":\"s\"", "\"service\":\"\"" },
		{ "\"service\":\"s\"", "\"service\":\" \\u0020\"" },
		{ "\"service\":\"s\"", "\"service\":7" },
		{ "\"service\":\"s\",", "" },
		{ "\"first_ms\":1", "\"first_ms\":3" },
		{ "\"first_ms\":1", "\"first_ms\":null" },
		{ "\"first_ms\":1", "\"first_ms\":1e3" },
		{ "\"first_ms\":1", "\"first_ms\":-9223372036854775808" },
		{ "\"last_ms\":2", "\"last_ms\":9223372036854775808" },
		{ "\"last_ms\":2", "\"last_ms\":253402300800000" },
		{ "\"first_ms\":1", "\"first_ms\":-62135596800001" },
		{ "\"last_ms\":2,", "" },
		{ "\"count\":2", "\"count\":0" },
		{ "\"count\":2", "\"count\":-2" },
		{ "\"count\":2", "\"count\":1" },
		{ "\"count\":2", "\"count\":18446744073709551616" },
		{ "\"error\"", "\"awful\"" },
		{ "\"error\"", "null" },
		{ "{\"a\":2}", "{}" },
		{ "{\"a\":2}", "[]" },
		{ "{\"a\":2}", "{\"a\":0}" },
		{ "{\"a\":2}", "{\"a\":\"2\"}" },
		{ "{\"a\":2}", "{\"\xff\":2}" },
		{ "{\"a\":2}", "{\"a\":1,\"\\u0061\":1}" },
		{ "{\"a\":2}", "{\"a\":2},\"at_least\":{\"a\":0}" },
		{ "{\"a\":2}", "{\"a\":2},\"at_least\":[]" },
		{ "\"groups\":[]", "\"groups\":{}" },
		{ "\"groups\":[]", "\"groups\":[1]" },
		{ "\"streams\":[],", "" },
		{ "\"more\":false", "\"more\":0" },
		{ "}", "" },
	};
	static const char *const lines[] = { "{", "[]", "1", "null", "\"x\"",
	    "{}", "{\"cwsift\":1}", "{\"cwsift\":1,\"coverage\":1}",
	    "{\"cwsift\":1,\"coverage\":{}}", INCIDENT INCIDENT, "\x01",
	    "{\"cwsift\":1,\"coverage\":{\"window_ms\":-1,\"level\":\"warn\"}}",
	    "{\"cwsift\":1,\"coverage\":{\"window_ms\":600000,\"level\":7}}",
	    "{\"cwsift\":1,\"coverage\":{\"window_ms\":600000,\"level\":"
	    "\"error\",\"first_ms\":null,\"last_ms\":null,\"records\":-1}}",
	    "{\"cwsift\":1,\"coverage\":{\"window_ms\":600000,\"level\":"
	    "\"error\",\"first_ms\":null,\"last_ms\":null,\"shapes\":7}}" };

	(void)state;
	assert_int_equal(judge(INCIDENT), ERROR_NONE);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (judge_with(cases[i].old, cases[i].new) != ERROR_DATA)
			fail_msg("%s was taken", cases[i].new);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		if (judge(lines[i]) != ERROR_DATA)
			fail_msg("%s was taken", lines[i]);
}

static void
no_cut_and_no_changed_byte_does_harm(void **state)
{
	static const char *const lines[] = { INCIDENT, TRAILER };
	static const char bytes[] = "\"\\{}[]:,0-e.nu\x80\xff \n";
	struct fixture f;

	(void)state;
	begin(&f);
	for (size_t k = 0; k < 2; k++) {
		char line[1024];
		size_t len = strlen(lines[k]);

		for (size_t i = 0; i < len; i++) {
			struct slice cut = { lines[k], i };

			if (i > 0)
				assert_int_equal(partial_read(&f.reader, cut,
				    &f.err), -1);
			for (size_t b = 0; b < sizeof bytes; b++) {
				memcpy(line, lines[k], len);
				line[i] = bytes[b];
				partial_read(&f.reader,
				    (struct slice){ line, len }, &f.err);
			}
		}
	}
	end(&f);
}

static void
a_forged_name_is_cleaned(void **state)
{
	struct fixture f;
	struct incident **list;
	size_t count;

	(void)state;
	begin(&f);
	assert_int_equal(feed(&f, "{\"cwsift\":1,\"service\":"
	    "\" a\\tb\\u001b[31m\\n\",\"first_ms\":1,\"last_ms\":2,\"count\":2,"
	    "\"level\":\"error\",\"rules\":{\"a\":2},\"groups\":[],"
	    "\"streams\":[],\"more\":false}"), 0);
	list = reducer_sorted(f.reader.reducer, &count);
	CHECK(slice_is(list[0]->service, "a?b?[31m?"));
	end(&f);
}

static void
more_is_never_lost(void **state)
{
	static const char *const lists[] = {
	    "\"groups\":[],\"streams\":[]",
	    "\"groups\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\"],"
	    "\"streams\":[]",
	    "\"groups\":[],"
	    "\"streams\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\"]",
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct fixture f;
		struct incident **list;
		char line[512];
		size_t count;

		begin(&f);
		snprintf(line, sizeof line, "{\"cwsift\":1,\"service\":\"s\","
		    "\"first_ms\":1,\"last_ms\":2,\"count\":2,\"level\":"
		    "\"error\",\"rules\":{\"a\":2},%s,\"more\":true}",
		    lists[i]);
		assert_int_equal(feed(&f, line), 0);
		list = reducer_sorted(f.reader.reducer, &count);
		assert_int_equal(list[0]->groups.more, i == 1);
		assert_int_equal(list[0]->streams.more, i != 1);
		end(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_incident_is_one_line),
		cmocka_unit_test(an_incident_without_time_says_null),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(a_coverage_comes_back_whole),
		cmocka_unit_test(results_behind_each_other_add_up),
		cmocka_unit_test(a_missing_trailer_is_refused),
		cmocka_unit_test(an_incomplete_part_keeps_the_whole_incomplete),
		cmocka_unit_test(other_terms_are_refused_and_both_named),
		cmocka_unit_test(unknown_members_are_no_matter),
		cmocka_unit_test(damaged_incidents_are_data_errors),
		cmocka_unit_test(no_cut_and_no_changed_byte_does_harm),
		cmocka_unit_test(a_forged_name_is_cleaned),
		cmocka_unit_test(more_is_never_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
