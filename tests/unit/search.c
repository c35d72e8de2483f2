/* search.c -- many literals at once, against looking for each alone.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <cmocka.h>

#include "match/search.h"

#define LITERALS 12
#define BYTES 400

struct told {
	bool at[LITERALS][BYTES + 1];	/* by the end of the occurrence */
	const struct literal *literals;
	size_t last_start;		/* the furthest begin of one told */
	size_t skip_every;		/* skip from multiples of it */
	bool in_order;
};

static unsigned
pick(unsigned below)
{
	static uint32_t x = 123456789u;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x % below;
}

static size_t
tell(void *ctx, size_t found, size_t end)
{
	struct told *told = ctx;
	size_t start = end - told->literals[found].text.len;

	told->at[found][end] = true;
	/* one that ends before another begins must not come behind it */
	if (end <= told->last_start)
		told->in_order = false;
	if (start > told->last_start)
		told->last_start = start;
	/* as the matcher does: only from inside a block to its end */
	if (told->skip_every == 0 ||
	    start / told->skip_every != (end - 1) / told->skip_every)
		return 0;
	return (end + told->skip_every - 1) / told->skip_every *
	    told->skip_every;
}

/* Whether an occurrence lies across blocks, or its block was passed over for
 * another that lies in it whole. */
static bool
was_skipped(const struct told *told, size_t count, size_t start, size_t end,
    size_t len)
{
	size_t block = start / told->skip_every * told->skip_every;
	size_t block_end = block + told->skip_every;

	if (end > block_end)
		return true;
	for (size_t k = 0; k < count; k++)
		for (size_t e = block + told->literals[k].text.len;
		    e <= len && e <= block_end; e++)
			if (told->at[k][e])
				return true;
	return false;
}

/* In other words than literal_is_at(). */
static bool
stands(const struct literal *literal, const char *at)
{
	return literal->caseless ? strncasecmp(literal->text.data, at,
	    literal->text.len) == 0 :
	    memcmp(literal->text.data, at, literal->text.len) == 0;
}

static const char alphabet[] = "aq@`";
static const char flips[] = "\0\0\0\0\0\0\x20\x20\x80\x60";

static void
check_text(const struct search *search, const struct literal *literals,
    unsigned count, size_t skip_every, unsigned letters)
{
	char bytes[BYTES];
	unsigned len = pick(BYTES + 1);
	struct told told = { .literals = literals, .skip_every = skip_every,
	    .in_order = true };

	/* the other cases, and what one or two bits make of the letters */
	for (unsigned i = 0; i < len; i++)
		bytes[i] = alphabet[pick(letters)] ^ flips[pick(letters + 6) %
		    (sizeof flips - 1)];
	search_run(search, (struct slice){ bytes, len }, tell, &told);
	assert_true(told.in_order);
	for (unsigned i = 0; i < count; i++) {
		for (size_t end = literals[i].text.len; end <= len; end++) {
			size_t start = end - literals[i].text.len;
			bool there = stands(&literals[i], bytes + start);

			if (told.at[i][end] && !there)
				fail_msg("told, but it is not there");
			if (there && !told.at[i][end] && skip_every == 0)
				fail_msg("there, but it was not told");
			if (there && !told.at[i][end])
				assert_true(was_skipped(&told, count, start,
				    end, len));
		}
	}
}

/* Making a search costs far more than using it: several texts for each. */
static void
check_random(size_t skip_every, unsigned shortest, unsigned letters,
    bool portable)
{
	char text[LITERALS][8];
	struct literal literals[LITERALS];
	unsigned count = 1 + pick(LITERALS);
	struct search *search;

	for (unsigned i = 0; i < count; i++) {
		literals[i] = (struct literal){ { text[i], shortest + pick(8 -
		    shortest + 1) }, pick(2) == 0 };
		for (size_t j = 0; j < literals[i].text.len; j++)
			text[i][j] = alphabet[pick(letters)];
	}
	search = search_new(literals, count, portable);
	for (int i = 0; i < 10; i++)
		check_text(search, literals, count, skip_every, letters);
	search_free(search);
}

static void
finds_what_looking_for_each_alone_finds(void **state)
{
	(void)state;
	for (int i = 0; i < 2000; i++)
		check_random(0, 1 + pick(8), 2 + pick(2), i % 2 == 0);
}

static void
a_skip_leaves_out_nothing_behind_it(void **state)
{
	(void)state;
	for (int i = 0; i < 2000; i++)
		check_random(5 + pick(30), 1 + pick(8), 2 + pick(2),
		    i % 2 == 0);
}

static size_t
count_hit(void *ctx, size_t found, size_t end)
{
	(void)found;
	(void)end;
	++*(size_t *)ctx;
	return 0;
}

static void
no_literals_and_no_bytes_are_fine(void **state)
{
	struct search *none = search_new(NULL, 0, false);
	struct literal literal = { { "abc", 3 }, false };
	struct search *one = search_new(&literal, 1, false);
	size_t hits = 0;

	(void)state;
	search_run(none, slice_from("abc"), count_hit, &hits);
	search_run(one, (struct slice){ NULL, 0 }, count_hit, &hits);
	search_run(one, slice_from("ab"), count_hit, &hits);
	assert_int_equal(hits, 0);
	search_run(one, slice_from("abc"), count_hit, &hits);
	assert_int_equal(hits, 1);
	search_free(one);
	search_free(none);
	search_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_looking_for_each_alone_finds),
		cmocka_unit_test(a_skip_leaves_out_nothing_behind_it),
		cmocka_unit_test(no_literals_and_no_bytes_are_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
