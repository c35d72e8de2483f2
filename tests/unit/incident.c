/* incident.c -- folding by gap is exact, whatever the order and the split.
 * SPDX-License-Identifier: MIT */
#include "reduce/incident.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "reduce/partial.h"
#include "reduce/reducer.h"

#define CHECK(x) assert_true(x)
#define MINUTE 60000
#define ROUNDS 6000			/* of the property */
#define MOST 48				/* matches of a round */
#define PARTS 5				/* reducers of a round */

static const struct match_rule rule_a = { { "a", 1 }, 1 };

static struct match
match_of(const char *service, int64_t time_ms)
{
	return (struct match){ .service = slice_from(service),
	    .time_ms = time_ms, .level = LEVEL_ERROR, .rules = &rule_a,
	    .rule_count = 1 };
}

static struct incident *
take(struct reducer *reducer, const char *service, int64_t time_ms)
{
	struct match match = match_of(service, time_ms);

	return reducer_take(reducer, &match);
}

/* `a 0..5 2; b - 1;` */
static const char *
show(struct reducer *reducer)
{
	static char text[4096];
	size_t count, len = 0;
	struct incident **list = reducer_sorted(reducer, &count);

	text[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		len += (size_t)snprintf(text + len, sizeof text - len, "%.*s ",
		    (int)list[i]->service.len, list[i]->service.data);
		if (list[i]->first_ms == TIME_NONE)
			len += (size_t)snprintf(text + len, sizeof text - len,
			    "- %d; ", (int)list[i]->count);
		else
			len += (size_t)snprintf(text + len, sizeof text - len,
			    "%d..%d %d; ", (int)list[i]->first_ms,
			    (int)list[i]->last_ms, (int)list[i]->count);
	}
	if (len > 0)
		text[len - 1] = '\0';
	return text;
}

static void
neighbours_less_than_the_window_apart_are_one(void **state)
{
	struct reducer *reducer = reducer_new(10);

	(void)state;
	take(reducer, "s", 0);
	take(reducer, "s", 9);
	take(reducer, "s", 18);
	take(reducer, "s", 28);
	take(reducer, "t", 19);
	assert_string_equal(show(reducer),
	    "s 0..18 3; t 19..19 1; s 28..28 1;");
	reducer_free(reducer);
}

static void
a_late_match_joins_what_it_bridges(void **state)
{
	struct reducer *reducer = reducer_new(10);

	(void)state;
	take(reducer, "s", 30);
	take(reducer, "s", 0);
	take(reducer, "s", 15);
	assert_string_equal(show(reducer),
	    "s 0..0 1; s 15..15 1; s 30..30 1;");
	take(reducer, "s", 8);
	assert_string_equal(show(reducer), "s 0..15 3; s 30..30 1;");
	take(reducer, "s", 22);
	assert_string_equal(show(reducer), "s 0..30 5;");
	reducer_free(reducer);
}

static void
a_part_joins_all_that_it_spans(void **state)
{
	struct reducer *reducer = reducer_new(10);
	struct tally tally = { { "a", 1 }, 7, 1 };
	struct incident part = { .service = { "s", 1 }, .first_ms = 15,
	    .last_ms = 95, .count = 7, .rules = &tally, .rule_count = 1 };

	(void)state;
	for (int i = 0; i <= 10; i++)
		take(reducer, "s", i * 10);
	reducer_merge(reducer, &part);
	assert_string_equal(show(reducer), "s 0..0 1; s 10..100 17;");
	reducer_free(reducer);
}

static void
with_window_zero_nothing_is_merged(void **state)
{
	struct reducer *reducer = reducer_new(0);

	(void)state;
	take(reducer, "s", 5);
	take(reducer, "s", 5);
	take(reducer, "s", 4);
	take(reducer, "r", 5);
	assert_string_equal(show(reducer),
	    "s 4..4 1; r 5..5 1; s 5..5 1; s 5..5 1;");
	reducer_free(reducer);
}

static void
without_time_there_is_one_per_service_and_it_comes_first(void **state)
{
	struct reducer *reducer = reducer_new(0);

	(void)state;
	take(reducer, "s", -7);
	take(reducer, "s", TIME_NONE);
	take(reducer, "s", TIME_NONE);
	take(reducer, "r", TIME_NONE);
	assert_string_equal(show(reducer), "r - 1; s - 2; s -7..-7 1;");
	reducer_free(reducer);
}

static void
the_ends_of_time_do_not_overflow(void **state)
{
	struct reducer *reducer = reducer_new(INT64_MAX);
	size_t count;

	(void)state;
	take(reducer, "s", INT64_MAX);
	take(reducer, "s", INT64_MIN + 1);
	reducer_sorted(reducer, &count);
	assert_int_equal(count, 2);
	take(reducer, "s", 0);		/* as far from both as the window */
	reducer_sorted(reducer, &count);
	assert_int_equal(count, 3);
	take(reducer, "s", -1);
	take(reducer, "s", 1);
	reducer_sorted(reducer, &count);
	assert_int_equal(count, 1);
	reducer_free(reducer);
}

static void
told_survives_what_joins_it(void **state)
{
	struct reducer *reducer = reducer_new(10);
	struct incident *incident;

	(void)state;
	incident = take(reducer, "s", 20);
	CHECK(!incident->told);
	incident->told = true;
	CHECK(!take(reducer, "s", 5)->told);
	CHECK(take(reducer, "s", 12)->told);
	CHECK(take(reducer, "s", 0)->told);
	reducer_free(reducer);
}

static void
it_is_told_once_some_rule_was_met_often_enough(void **state)
{
	static const struct match_rule rules[] = { { { "often", 5 }, 3 },
	    { { "seldom", 6 }, 2 } };
	struct reducer *reducer = reducer_new(MINUTE);
	struct match match = match_of("s", 0);

	(void)state;
	match.rules = rules;
	match.rule_count = 1;
	CHECK(!incident_tellable(reducer_take(reducer, &match)));
	CHECK(!incident_tellable(reducer_take(reducer, &match)));
	match.rule_count = 2;
	match.time_ms = MINUTE;		/* another incident */
	CHECK(!incident_tellable(reducer_take(reducer, &match)));
	CHECK(incident_tellable(reducer_take(reducer, &match)));
	match.rule_count = 1;
	match.time_ms = 1;
	CHECK(incident_tellable(reducer_take(reducer, &match)));
	reducer_free(reducer);
}

static void
the_eight_smallest_names_are_kept(void **state)
{
	struct reducer *reducer = reducer_new(MINUTE);
	struct match match = match_of("s", 0);
	struct incident *incident = NULL;

	(void)state;
	for (char c = 'j'; c >= 'a'; c--) {
		match.origin.stream = (struct slice){ &c, 1 };
		reducer_take(reducer, &match);
		incident = reducer_take(reducer, &match);
		assert_int_equal(incident->streams.more, c <= 'b');
	}
	assert_int_equal(incident->streams.count, 8);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(incident->streams.list[i].data[0], 'a' + i);
	assert_int_equal(incident->groups.count, 0);
	CHECK(!incident->groups.more);
	reducer_free(reducer);
}

static void
names_are_made_utf8_before_they_are_compared(void **state)
{
	struct names names = { 0 };
	struct incident owner = { 0 };

	(void)state;
	names_add(&names, (struct slice){ "a\xff", 2 });
	names_add(&names, slice_from("a\xef\xbf\xbd"));
	names_add(&names, slice_from("a\xfe"));
	names_add(&names, slice_from(""));
	assert_int_equal(names.count, 1);
	owner.groups = names;
	incident_clear(&owner);
}

struct given {
	char text[256];
};

static void
give(void *ctx, struct incident *incident)
{
	struct given *given = ctx;
	size_t len = strlen(given->text);

	snprintf(given->text + len, sizeof given->text - len, "%.*s%d ",
	    (int)incident->service.len, incident->service.data,
	    (int)incident->first_ms);
}

static void
what_has_expired_is_given_in_order_and_gone(void **state)
{
	struct reducer *reducer = reducer_new(10);
	struct given given = { "" };

	(void)state;
	take(reducer, "b", 0);
	take(reducer, "a", 5);
	take(reducer, "a", 30);
	take(reducer, "b", 40);
	take(reducer, "c", TIME_NONE);
	reducer_expire(reducer, 0, give, &given);
	assert_string_equal(given.text, "");
	reducer_expire(reducer, 40, give, &given);
	assert_string_equal(given.text, "b0 a5 a30 ");
	take(reducer, "a", 31);		/* nothing of the old is left */
	assert_string_equal(show(reducer), "c - 1; a 31..31 1; b 40..40 1;");
	given.text[0] = '\0';
	reducer_expire(reducer, 1000, give, &given);
	assert_string_equal(given.text, "a31 b40 ");
	assert_string_equal(show(reducer), "c - 1;");
	reducer_free(reducer);
}

static void
what_is_taken_is_copied(void **state)
{
	struct reducer *reducer = reducer_new(10);
	char service[] = "service", id[] = "rule", stream[] = "stream";
	struct match_rule rule = { { id, 4 }, 1 };
	struct match match = match_of(service, 0);
	struct incident *incident;

	(void)state;
	match.rules = &rule;
	match.origin.stream = slice_from(stream);
	reducer_take(reducer, &match);
	memset(service, 'x', 7);
	memset(id, 'x', 4);
	memset(stream, 'x', 6);
	incident = take(reducer, "service", 1);
	assert_int_equal(incident->count, 2);
	CHECK(slice_is(incident->rules[1].id, "rule"));
	CHECK(slice_is(incident->streams.list[0], "stream"));
	reducer_free(reducer);
}

/* The property.  Every round: random matches, folded by the definition; then
 * shuffled, split over reducers, put together again on a random way. */

static uint64_t seed;

static unsigned
random_below(unsigned limit)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)((seed >> 11) % limit);
}

static const char *const services[] = { "s", "t", "u", "\xe6\x8e\xa5" };
static const struct match_rule rules[] = { { { "a", 1 }, 1 }, { { "b", 1 }, 2 },
    { { "b", 1 }, 5 }, { { "c\"", 2 }, 1 }, { { "d", 1 }, 3 } };

/* As they come, and as they are kept. */
static const struct {
	const char *raw, *kept;
} places[] = { { "", "" }, { "g1", "g1" }, { "g2", "g2" },
    { "/aws/x", "/aws/x" },
    { "[$LATEST]", "[$LATEST]" }, { "a\"b\\", "a\"b\\" }, { "c\td", "c\td" },
    { "\xff", "\xef\xbf\xbd" }, { "\xfe", "\xef\xbf\xbd" },
    { "\xe6\x8e\xa5", "\xe6\x8e\xa5" }, { "z1", "z1" }, { "z2", "z2" },
    { "z3", "z3" }, { "zz", "zz" } };

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct sample {
	unsigned service, group, stream, rules;	/* rules: a bit for each */
	int64_t time_ms;
	enum level level;
};

static void
make_samples(struct sample *samples, size_t count)
{
	unsigned span = 1 + random_below(400);
	unsigned place = 1 + random_below(COUNT(places));

	for (size_t i = 0; i < count; i++) {
		struct sample *s = &samples[i];

		s->service = random_below(COUNT(services));
		s->group = random_below(place);
		s->stream = random_below(COUNT(places));
		do {
			s->rules = 1 + random_below((1U << COUNT(rules)) - 1);
		} while ((s->rules & 6) == 6);	/* one id, once a match */
		s->time_ms = random_below(20) == 0 ? TIME_NONE :
		    (int64_t)random_below(span) - 100;
		s->level = (enum level)random_below(3);
	}
}

static void
sample_take(struct reducer *reducer, const struct sample *s)
{
	struct match_rule list[COUNT(rules)];
	struct match match = match_of(services[s->service], s->time_ms);

	match.rule_count = 0;
	for (unsigned i = 0; i < COUNT(rules); i++)
		if ((s->rules & 1U << i) != 0)
			list[match.rule_count++] = rules[i];
	match.rules = list;
	match.level = s->level;
	match.origin.group = slice_from(places[s->group].raw);
	match.origin.stream = slice_from(places[s->stream].raw);
	CHECK(reducer_take(reducer, &match) != NULL);
}

/* Whether two matches are neighbours: the definition, word for word. */
static bool
are_neighbours(const struct sample *a, const struct sample *b, int64_t window)
{
	if (a->service != b->service)
		return false;
	if (a->time_ms == TIME_NONE || b->time_ms == TIME_NONE)
		return a->time_ms == b->time_ms;
	return a->time_ms < b->time_ms ? b->time_ms - a->time_ms < window :
	    a->time_ms - b->time_ms < window;
}

static int
compare_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The 8 smallest of those whose bit is set. */
static void
reference_names(struct names *names, uint32_t set)
{
	const char *list[COUNT(places)];
	size_t count = 0;

	for (unsigned i = 1; i < COUNT(places); i++)
		if ((set & UINT32_C(1) << i) != 0 && !(i == 8 &&
		    (set & 1 << 7) != 0))
			list[count++] = places[i].kept;
	qsort(list, count, sizeof *list, compare_text);
	for (size_t i = 0; i < count && i < INCIDENT_NAMES; i++)
		names->list[names->count++] = slice_from(list[i]);
	names->more = count > INCIDENT_NAMES;
}

/* All samples of one cluster are one incident. */
static void
reference_incident(struct incident *incident, struct tally *tallies,
    const struct sample *samples, const size_t *cluster, size_t count,
    size_t which)
{
	uint32_t groups = 0, streams = 0;
	uint64_t met[COUNT(rules)] = { 0 };

	memset(incident, 0, sizeof *incident);
	for (size_t i = 0; i < count; i++) {
		const struct sample *s = &samples[i];

		if (cluster[i] != which)
			continue;
		if (incident->count == 0 || s->time_ms < incident->first_ms)
			incident->first_ms = s->time_ms;
		if (incident->count == 0 || s->time_ms > incident->last_ms)
			incident->last_ms = s->time_ms;
		incident->service = slice_from(services[s->service]);
		incident->count++;
		if (s->level > incident->level)
			incident->level = s->level;
		for (unsigned k = 0; k < COUNT(rules); k++)
			met[k] += s->rules >> k & 1;
		groups |= UINT32_C(1) << s->group;
		streams |= UINT32_C(1) << s->stream;
	}
	reference_names(&incident->groups, groups);
	reference_names(&incident->streams, streams);
	incident->rules = tallies;
	for (unsigned k = 0; k < COUNT(rules); k++) {
		if (k == 2 || met[k] + (k == 1 ? met[2] : 0) == 0)
			continue;
		tallies[incident->rule_count] = (struct tally){ rules[k].id,
		    met[k], rules[k].at_least };
		if (k == 1 && met[2] > 0) {
			tallies[incident->rule_count].count += met[2];
			tallies[incident->rule_count].at_least = 5;
		}
		incident->rule_count++;
	}
}

static int
compare_incidents(const void *a, const void *b)
{
	return incident_compare(a, b);
}

static void
reference(struct buf *out, const struct sample *samples, size_t count,
    int64_t window)
{
	static struct incident incidents[MOST];
	static struct tally tallies[MOST][COUNT(rules)];
	size_t cluster[MOST], found = 0;
	bool changed = true;

	for (size_t i = 0; i < count; i++)
		cluster[i] = i;
	while (changed) {		/* until nothing is to be joined */
		changed = false;
		for (size_t i = 0; i < count; i++)
			for (size_t k = 0; k < count; k++)
				if (cluster[k] < cluster[i] && are_neighbours(
				    &samples[i], &samples[k], window)) {
					cluster[i] = cluster[k];
					changed = true;
				}
	}
	for (size_t i = 0; i < count; i++)
		if (cluster[i] == i) {
			reference_incident(&incidents[found], tallies[found],
			    samples, cluster, count, i);
			found++;
		}
	qsort(incidents, found, sizeof *incidents, compare_incidents);
	for (size_t i = 0; i < found; i++)
		partial_print_incident(out, &incidents[i]);
}

static void
print_all(struct buf *out, struct reducer *reducer)
{
	size_t count;
	struct incident **list = reducer_sorted(reducer, &count);

	for (size_t i = 0; i < count; i++)
		partial_print_incident(out, list[i]);
}

/* Through our own json. */
static void
join_through_text(struct reducer *into, struct reducer *from, int64_t window)
{
	struct coverage coverage, read;
	struct partial_reader reader = { .terms = { window, LEVEL_ERROR },
	    .reducer = into, .coverage = &read };
	struct error err;
	struct slice rest;
	struct buf text;

	coverage_init(&coverage);
	coverage_init(&read);
	buf_init(&text, BUF_NO_LIMIT);
	print_all(&text, from);
	partial_print_coverage(&text, &coverage, &reader.terms);
	for (rest = buf_slice(&text); rest.len > 0; ) {
		size_t end = slice_find(rest, (struct slice){ "\n", 1 }) + 1;

		if (partial_read(&reader, slice_cut(rest, 0, end), &err) == -1)
			fail_msg("%s: %.*s", err.text, (int)end, rest.data);
		rest = slice_cut(rest, end, rest.len);
	}
	assert_int_equal(partial_finish(&reader, &err), 0);
	buf_free(&text);
}

static void
play_round(void)
{
	static const int64_t windows[] = { 0, 1, 2, 5, 20, 100, 1000 };
	struct sample samples[MOST];
	struct reducer *parts[PARTS];
	struct buf expected, found;
	size_t count = random_below(MOST + 1);
	size_t part_count = 1 + random_below(PARTS);
	int64_t window = windows[random_below(COUNT(windows))];

	make_samples(samples, count);
	buf_init(&expected, BUF_NO_LIMIT);
	buf_init(&found, BUF_NO_LIMIT);
	reference(&expected, samples, count, window);
	for (size_t i = 0; i < part_count; i++)
		parts[i] = reducer_new(window);
	for (size_t i = count; i > 1; i--) {
		size_t k = random_below((unsigned)i);
		struct sample swap = samples[i - 1];

		samples[i - 1] = samples[k];
		samples[k] = swap;
	}
	for (size_t i = 0; i < count; i++)
		sample_take(parts[random_below((unsigned)part_count)],
		    &samples[i]);
	while (part_count > 1) {
		size_t i = random_below((unsigned)part_count - 1);

		part_count--;
		if (random_below(2) == 0)
			reducer_absorb(parts[i], parts[part_count]);
		else
			join_through_text(parts[i], parts[part_count], window);
		reducer_free(parts[part_count]);
	}
	print_all(&found, parts[0]);
	if (!slice_equal(buf_slice(&expected), buf_slice(&found)))
		fail_msg("window %d: expected\n%.*sfound\n%.*s", (int)window,
		    (int)expected.len, expected.data, (int)found.len,
		    found.data);
	assert_int_equal(reducer_dropped(parts[0]), 0);
	reducer_free(parts[0]);
	buf_free(&expected);
	buf_free(&found);
}

static void
any_split_and_order_gives_the_same(void **state)
{
	(void)state;
	for (int i = 1; i <= ROUNDS; i++) {
		seed = UINT64_C(0x9e3779b97f4a7c15) * (uint64_t)i;
		play_round();
	}
}

static void
merge_given(void *ctx, struct incident *incident)
{
	reducer_merge(ctx, incident);
}

/* Live: what comes in the order of time and is expired as it goes is the same
 * set as all at once. */
static void
expiring_loses_nothing(void **state)
{
	struct reducer *whole = reducer_new(20), *live = reducer_new(20);
	struct reducer *again = reducer_new(20);
	struct buf expected, found;
	int64_t now = 0;

	(void)state;
	seed = 42;
	for (int i = 0; i < 5000; i++) {
		struct sample s;

		make_samples(&s, 1);
		now += random_below(12);
		s.time_ms = now - random_below(30);	/* a little late */
		sample_take(whole, &s);
		sample_take(live, &s);
		/* nothing that comes later can reach what is given */
		if (i % 7 == 0)
			reducer_expire(live, now - 30 - 20, merge_given,
			    again);
	}
	reducer_absorb(again, live);
	buf_init(&expected, BUF_NO_LIMIT);
	buf_init(&found, BUF_NO_LIMIT);
	print_all(&expected, whole);
	print_all(&found, again);
	CHECK(slice_equal(buf_slice(&expected), buf_slice(&found)));
	buf_free(&expected);
	buf_free(&found);
	reducer_free(whole);
	reducer_free(live);
	reducer_free(again);
}

/* `a=3 b=1`, and they come by id. */
static const char *
show_totals(struct reducer *reducer)
{
	static char text[256];
	size_t count, len = 0;
	const struct tally *totals = reducer_totals(reducer, &count);

	text[0] = '\0';
	for (size_t i = 0; i < count; i++)
		len += (size_t)snprintf(text + len, sizeof text - len,
		    "%s%.*s=%d", i > 0 ? " " : "", (int)totals[i].id.len,
		    totals[i].id.data, (int)totals[i].count);
	return text;
}

static void
drop(void *ctx, struct incident *incident)
{
	(void)ctx;
	(void)incident;
}

static void
totals_count_each_match_once_whatever_becomes_of_it(void **state)
{
	struct reducer *reducer = reducer_new(10), *other = reducer_new(10);
	const struct match_rule both[] = { { { "b", 1 }, 9 }, rule_a };
	struct match match = match_of("s", 5);
	struct tally tally = { { "c", 1 }, 40, 1 };
	struct incident part = { .service = slice_from("t"), .first_ms = 1,
	    .last_ms = 2, .count = 40, .rules = &tally, .rule_count = 1 };

	(void)state;
	assert_string_equal(show_totals(reducer), "");
	match.rules = both;
	match.rule_count = 2;
	reducer_take(reducer, &match);
	take(reducer, "s", 6);
	take(reducer, "s", 100);
	assert_string_equal(show_totals(reducer), "a=3 b=1");
	reducer_expire(reducer, 50, drop, NULL);
	assert_string_equal(show_totals(reducer), "a=3 b=1");
	take(other, "s", 7);
	reducer_merge(other, &part);
	reducer_note(other, slice_from("d"));
	reducer_absorb(other, reducer);
	assert_string_equal(show_totals(other), "a=4 b=1 c=40 d=1");
	reducer_free(reducer);
	reducer_free(other);
}

/* Ten thousand incidents in an order that a sorted array would suffer from. */
static void
backwards_is_as_good_as_forwards(void **state)
{
	struct reducer *forward = reducer_new(10), *backward = reducer_new(10);
	struct buf expected, found;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		take(forward, "s", i * 7 / 2 * 6);
		take(backward, "s", (19999 - i) * 7 / 2 * 6);
	}
	buf_init(&expected, BUF_NO_LIMIT);
	buf_init(&found, BUF_NO_LIMIT);
	print_all(&expected, forward);
	print_all(&found, backward);
	CHECK(slice_equal(buf_slice(&expected), buf_slice(&found)));
	buf_free(&expected);
	buf_free(&found);
	reducer_free(forward);
	reducer_free(backward);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neighbours_less_than_the_window_apart_are_one),
		cmocka_unit_test(a_late_match_joins_what_it_bridges),
		cmocka_unit_test(a_part_joins_all_that_it_spans),
		cmocka_unit_test(with_window_zero_nothing_is_merged),
		cmocka_unit_test(
		    without_time_there_is_one_per_service_and_it_comes_first),
		cmocka_unit_test(the_ends_of_time_do_not_overflow),
		cmocka_unit_test(told_survives_what_joins_it),
		cmocka_unit_test(
		    it_is_told_once_some_rule_was_met_often_enough),
		cmocka_unit_test(the_eight_smallest_names_are_kept),
		cmocka_unit_test(
		    names_are_made_utf8_before_they_are_compared),
		cmocka_unit_test(what_has_expired_is_given_in_order_and_gone),
		cmocka_unit_test(what_is_taken_is_copied),
		cmocka_unit_test(any_split_and_order_gives_the_same),
		cmocka_unit_test(expiring_loses_nothing),
		cmocka_unit_test(
		    totals_count_each_match_once_whatever_becomes_of_it),
		cmocka_unit_test(backwards_is_as_good_as_forwards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
