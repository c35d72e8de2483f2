/* overlap.c -- runs that repeat each other, record by record.
 * SPDX-License-Identifier: MIT */
#include "verbs/overlap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/time.h"

#define T INT64_C(1700000000000)

struct watch {
	struct overlap *overlap;
	struct coverage coverage;
	struct chunk chunk;
	struct buf out;		/* what came through: `A` again, `(message)`, `?` open */
};

static int
begin(void **state)
{
	static struct watch watch;

	watch = (struct watch){ .overlap = overlap_new() };
	coverage_init(&watch.coverage);
	chunk_init(&watch.chunk);
	buf_init(&watch.out, BUF_NO_LIMIT);
	*state = &watch;
	return 0;
}

static int
end(void **state)
{
	struct watch *watch = *state;

	overlap_free(watch->overlap);
	chunk_free(&watch->chunk);
	buf_free(&watch->out);
	return 0;
}

static void
take(void *ctx, const struct chunk *chunk)
{
	struct watch *watch = ctx;

	if (chunk->again)
		buf_byte(&watch->out, 'A');
	for (size_t i = 0; i < chunk->count; i++)
		buf_printf(&watch->out, "(%.*s)", (int)chunk->records[i].len,
		    chunk->bytes.data + chunk->records[i].offset);
	if (chunk->open)
		buf_byte(&watch->out, '?');
}

static void
record(struct watch *watch, int64_t ms, const char *message)
{
	struct record *made;
	struct origin origin = { .stream = { "s", 1 } };
	uint32_t index = chunk_add_origin(&watch->chunk, &origin);

	made = chunk_add_record(&watch->chunk);
	made->time_ms = ms;
	made->origin = index;
	made->offset = watch->chunk.bytes.len;
	made->len = strlen(message);
	buf_text(&watch->chunk.bytes, message);
}

static void
give(struct watch *watch, bool again, bool open)
{
	watch->chunk.again = again;
	watch->chunk.open = open;
	/* as the framer counts: what is whole */
	watch->coverage.records += watch->chunk.count - (open ? 1 : 0);
	overlap_chunk(watch->overlap, &watch->chunk, &watch->coverage, take,
	    watch);
	chunk_clear(&watch->chunk);
}

static void
one(struct watch *watch, int64_t ms, const char *message)
{
	record(watch, ms, message);
	give(watch, false, false);
}

static const char *
said(struct watch *watch)
{
	buf_byte(&watch->out, '\0');
	buf_clear(&watch->out);
	return watch->out.data;
}

static void
what_two_runs_say_counts_once(void **state)
{
	struct watch *w = *state;

	overlap_begin(w->overlap);
	one(w, T, "a");
	one(w, T + 1, "b");
	overlap_end(w->overlap, &w->coverage, false);
	assert_string_equal(said(w), "(a)(b)");
	overlap_begin(w->overlap);
	record(w, T, "a");
	record(w, T, "late");
	record(w, T + 1, "b");
	record(w, T + 1, "c");
	give(w, false, false);
	overlap_end(w->overlap, &w->coverage, false);
	assert_string_equal(said(w), "(late)(c)");
	assert_int_equal(w->coverage.records, 4);
	assert_int_equal(overlap_repeats(w->overlap), 2);
}

static void
what_a_run_says_twice_counts_twice(void **state)
{
	struct watch *w = *state;

	overlap_begin(w->overlap);
	one(w, T, "a");
	one(w, T, "a");
	overlap_end(w->overlap, &w->coverage, false);
	overlap_begin(w->overlap);
	for (int i = 0; i < 3; i++)
		one(w, T, "a");
	overlap_end(w->overlap, &w->coverage, false);
	assert_string_equal(said(w), "(a)(a)(a)");
	assert_int_equal(w->coverage.records, 3);
}

static void
time_and_stream_tell_records_apart(void **state)
{
	struct watch *w = *state;
	struct origin other = { .stream = { "t", 1 } };

	overlap_begin(w->overlap);
	one(w, T, "a");
	overlap_end(w->overlap, &w->coverage, false);
	overlap_begin(w->overlap);
	one(w, T + 1, "a");
	record(w, T, "a");
	w->chunk.records[0].origin = chunk_add_origin(&w->chunk, &other);
	give(w, false, false);
	assert_string_equal(said(w), "(a)(a)(a)");
}

static void
an_open_record_that_is_a_repeat_is_kept_back(void **state)
{
	struct watch *w = *state;

	overlap_begin(w->overlap);
	one(w, T, "a\nmore");
	overlap_end(w->overlap, &w->coverage, false);
	assert_string_equal(said(w), "(a\nmore)");
	overlap_begin(w->overlap);
	record(w, T, "a\nmore");
	give(w, false, true);
	assert_string_equal(said(w), "");
	/* the next begins: it was whole */
	w->coverage.records++;
	one(w, T + 5, "b");
	assert_string_equal(said(w), "(b)");
	assert_int_equal(w->coverage.records, 2);
}

static void
an_open_record_that_becomes_a_repeat_is_void(void **state)
{
	struct watch *w = *state;

	overlap_begin(w->overlap);
	one(w, T, "a\nmore");
	overlap_end(w->overlap, &w->coverage, false);
	said(w);
	overlap_begin(w->overlap);
	record(w, T, "a");
	give(w, false, true);
	assert_string_equal(said(w), "(a)?");
	record(w, T, "a\nmore");
	record(w, T + 5, "b");
	give(w, true, false);
	assert_string_equal(said(w), "A(b)");
	assert_int_equal(w->coverage.records, 2);
}

static void
an_open_repeat_that_goes_on_is_new(void **state)
{
	struct watch *w = *state;

	overlap_begin(w->overlap);
	one(w, T, "a");
	overlap_end(w->overlap, &w->coverage, false);
	said(w);
	overlap_begin(w->overlap);
	record(w, T, "a");
	give(w, false, true);
	record(w, T, "a\nmore");
	give(w, true, false);
	assert_string_equal(said(w), "(a\nmore)");
	assert_int_equal(w->coverage.records, 2);
}

static void
cut(struct watch *w, const char *message)
{
	overlap_begin(w->overlap);
	one(w, T, "a");
	record(w, T + 1, message);
	give(w, false, true);
	overlap_end(w->overlap, &w->coverage, true);
	said(w);
	overlap_begin(w->overlap);
}

static void
a_cut_record_goes_on_in_the_next_run(void **state)
{
	struct watch *w = *state;

	cut(w, "b\nha");
	record(w, T, "a");
	give(w, false, false);
	assert_string_equal(said(w), "");
	record(w, T + 1, "b\nhalf");
	record(w, T + 2, "c");
	give(w, false, false);
	assert_string_equal(said(w), "A(b\nhalf)(c)");
	overlap_end(w->overlap, &w->coverage, false);
	overlap_over(w->overlap, &w->coverage, take, w);
	assert_int_equal(w->coverage.records, 3);
}

static void
a_cut_record_is_found_behind_others(void **state)
{
	struct watch *w = *state;

	cut(w, "b");
	record(w, T, "a");
	record(w, T, "late");
	record(w, T + 1, "b\nhalf");
	record(w, T + 2, "c");
	give(w, false, true);
	assert_string_equal(said(w), "A(b\nhalf)(late)(c)?");
	assert_int_equal(w->coverage.records, 3);
}

static void
a_cut_record_that_is_open_again_stands_last(void **state)
{
	struct watch *w = *state;

	cut(w, "b");
	record(w, T, "late");
	record(w, T + 1, "b\nha");
	give(w, false, true);
	assert_string_equal(said(w), "A(late)(b\nha)?");
	record(w, T + 1, "b\nhalf");
	give(w, true, false);
	assert_string_equal(said(w), "A(b\nhalf)");
	assert_int_equal(w->coverage.records, 3);
}

static void
a_cut_record_that_was_whole_is_one(void **state)
{
	struct watch *w = *state;

	cut(w, "b");
	one(w, T, "a");
	one(w, T + 1, "b");
	one(w, T + 2, "c");
	overlap_end(w->overlap, &w->coverage, false);
	overlap_over(w->overlap, &w->coverage, take, w);
	assert_string_equal(said(w), "A(b)(c)");
	assert_int_equal(w->coverage.records, 3);
	overlap_begin(w->overlap);
	one(w, T + 1, "b");
	assert_string_equal(said(w), "");
	assert_int_equal(w->coverage.records, 3);
}

static void
a_cut_record_that_never_comes_counts(void **state)
{
	struct watch *w = *state;

	cut(w, "b");
	one(w, T, "a");
	overlap_end(w->overlap, &w->coverage, false);
	assert_int_equal(w->coverage.records, 1);
	overlap_over(w->overlap, &w->coverage, take, w);
	assert_int_equal(w->coverage.records, 2);
}

/* What came late is read before it: then it is told anew. */
static void
a_cut_record_waits_behind_late_ones(void **state)
{
	struct watch *w = *state;

	cut(w, "b");
	one(w, T, "late");
	one(w, T, "later");
	assert_string_equal(said(w), "A(late)(later)");
	one(w, T + 1, "b\nhalf");
	one(w, T + 2, "c");
	overlap_over(w->overlap, &w->coverage, take, w);
	assert_string_equal(said(w), "(b\nhalf)(c)");
	assert_int_equal(w->coverage.records, 5);
}

static void
a_cut_record_that_late_ones_made_void_is_told_after_all(void **state)
{
	struct watch *w = *state;

	cut(w, "b");
	one(w, T, "late");
	assert_string_equal(said(w), "A(late)");
	one(w, T + 2, "c");
	assert_string_equal(said(w), "(b)(c)");
	overlap_over(w->overlap, &w->coverage, take, w);
	assert_string_equal(said(w), "");
	assert_int_equal(w->coverage.records, 4);
}

static void
the_next_run_begins_a_little_before(void **state)
{
	struct watch *w = *state;

	assert_true(overlap_since(w->overlap) == TIME_NONE);
	overlap_begin(w->overlap);
	one(w, T, "a");
	one(w, T - 500, "b");
	assert_true(overlap_since(w->overlap) < T);
	assert_true(overlap_since(w->overlap) >= T - 10 * 60 * 1000);
}

/* A clock that is wrong somewhere does not make us skip what comes until then. */
static void
a_time_in_the_future_is_now(void **state)
{
	struct watch *w = *state;

	overlap_begin(w->overlap);
	one(w, time_now_ms() + 3600 * 1000, "a");
	assert_true(overlap_since(w->overlap) <= time_now_ms());
}

static void
many_records_shorten_the_overlap_and_lose_nothing(void **state)
{
	struct watch *w = *state;
	char text[32];
	int64_t since;
	int again = 0;

	overlap_begin(w->overlap);
	for (int i = 0; i < 300000; i++) {
		snprintf(text, sizeof text, "%d", i);
		one(w, T + i / 10, text);
	}
	overlap_end(w->overlap, &w->coverage, false);
	assert_int_equal(w->coverage.records, 300000);
	said(w);
	since = overlap_since(w->overlap);
	assert_true(since > T && since < T + 29999);
	overlap_begin(w->overlap);
	for (int i = 0; i < 300010; i++) {
		if (T + i / 10 < since)
			continue;
		snprintf(text, sizeof text, "%d", i);
		one(w, T + i / 10, text);
		again++;
	}
	assert_true(again > 10000);
	assert_int_equal(w->coverage.records, 300010);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(what_two_runs_say_counts_once),
		TEST(what_a_run_says_twice_counts_twice),
		TEST(time_and_stream_tell_records_apart),
		TEST(an_open_record_that_is_a_repeat_is_kept_back),
		TEST(an_open_record_that_becomes_a_repeat_is_void),
		TEST(an_open_repeat_that_goes_on_is_new),
		TEST(a_cut_record_goes_on_in_the_next_run),
		TEST(a_cut_record_is_found_behind_others),
		TEST(a_cut_record_that_is_open_again_stands_last),
		TEST(a_cut_record_that_was_whole_is_one),
		TEST(a_cut_record_that_never_comes_counts),
		TEST(a_cut_record_waits_behind_late_ones),
		TEST(a_cut_record_that_late_ones_made_void_is_told_after_all),
		TEST(the_next_run_begins_a_little_before),
		TEST(a_time_in_the_future_is_now),
		TEST(many_records_shorten_the_overlap_and_lose_nothing),
	};

	return cmocka_run_group_tests_name("overlap", tests, NULL, NULL);
}
