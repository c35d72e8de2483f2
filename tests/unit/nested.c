/* nested.c -- gzip in gzip, damaged at random: each whole member comes, and once.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <zlib.h>

#include "base/buf.h"
#include "heard.h"
#include "input/nested.h"

#define MEMBERS 4			/* at most, of one file */
#define LINES 800			/* at most, of one member */
#define ROUNDS 3000

static uint32_t chance;

static uint32_t
some(uint32_t below)
{
	chance = chance * 1664525 + 1013904223;
	return (chance >> 8) % below;
}

static void
gzip(struct buf *out, struct slice text, int level)
{
	z_stream z = { 0 };
	char *room;

	assert_int_equal(deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8,
	    Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (unsigned char *)(uintptr_t)text.data;
	z.avail_in = (unsigned)text.len;
	z.avail_out = (unsigned)deflateBound(&z, text.len) + 32;
	room = buf_reserve(out, z.avail_out);
	z.next_out = (unsigned char *)room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	out->len += (size_t)((char *)z.next_out - room);
	deflateEnd(&z);
}

/* Of an export, each with a mark of its own. */
static void
add_text(struct buf *text, unsigned n, unsigned lines)
{
	for (unsigned i = 0; i < lines; i++) {
		buf_printf(text, "2026-11-23T18:00:00.000Z <%u:%u>", n, i);
		for (uint32_t more = some(30); more > 0; more--)
			buf_byte(text, (char)('a' + some(26)));
		buf_byte(text, '\n');
	}
}

/* How often each line of each member is among the records; those of 10 and up are of
 * inner members in front. */
static void
count_lines(struct slice records, unsigned counts[MEMBERS][LINES])
{
	size_t at;

	memset(counts, 0, MEMBERS * sizeof counts[0]);
	while ((at = slice_find(records, slice_from("<"))) != SIZE_MAX) {
		char mark[16] = "";
		unsigned n, line;

		records = slice_cut(records, at + 1, records.len);
		memcpy(mark, records.data, records.len < sizeof mark - 1 ?
		    records.len : sizeof mark - 1);
		if (sscanf(mark, "%u:%u>", &n, &line) == 2 && n < MEMBERS &&
		    line < LINES)
			counts[n][line]++;
	}
}

/* Its bytes without those from..to, and with count bytes there instead. */
static void
splice(struct buf *bytes, size_t from, size_t to, const char *instead, size_t count)
{
	struct buf after;

	buf_init(&after, BUF_NO_LIMIT);
	buf_add(&after, bytes->data, from);
	buf_add(&after, instead, count);
	buf_add(&after, bytes->data + to, bytes->len - to);
	buf_free(bytes);
	*bytes = after;
}

/* A bit, a run of zeros, bytes that are missing, foreign, there twice, or the end gone. */
static void
hurt(struct buf *bytes)
{
	size_t len = 1 + some(some(2) == 0 ? 40 : (uint32_t)bytes->len / 2);
	size_t at = some((uint32_t)(bytes->len - len));
	char foreign[16];

	switch (some(6)) {
	case 0:
		bytes->data[at] ^= (char)(1 << some(8));
		break;
	case 1:
		memset(bytes->data + at, 0, len);
		break;
	case 2:
		splice(bytes, at, at + len, NULL, 0);
		break;
	case 3:
		for (size_t i = 0; i < sizeof foreign; i++)
			foreign[i] = (char)some(256);
		splice(bytes, at, at, foreign, sizeof foreign);
		break;
	case 4:
		splice(bytes, at, at, bytes->data + at, len);
		break;
	default:
		splice(bytes, bytes->len - len, bytes->len, NULL, 0);
		break;
	}
}

/* ---- what is tried ---- */

/* The file's outer members, of one or more members each; one is hurt.  Returns how many
 * of the others came twice. */
static unsigned
try(uint32_t seed)
{
	static unsigned counts[MEMBERS][LINES];
	struct manner manner = { .from = SHAPE_UNKNOWN };
	unsigned lines[MEMBERS], members, bad, again = 0;
	struct buf file, text, one, two;
	struct heard heard;

	chance = seed * 2654435761u;
	members = 2 + some(MEMBERS - 1);
	bad = some(members);
	buf_init(&file, BUF_NO_LIMIT);
	buf_init(&text, BUF_NO_LIMIT);
	for (unsigned n = 0; n < members; n++) {
		unsigned inner = 1 + some(3);

		lines[n] = 4 + some(some(20) == 0 ? LINES - 4 : 40);
		buf_init(&one, BUF_NO_LIMIT);
		buf_init(&two, BUF_NO_LIMIT);
		while (inner-- > 0) {
			buf_clear(&text);
			add_text(&text, n + 10 * inner, lines[n]);
			gzip(&one, buf_slice(&text), 6);
		}
		gzip(&two, buf_slice(&one), (int)some(10));
		for (uint32_t more = n == bad ? 1 + some(3) : 0; more > 0; more--)
			hurt(&two);
		buf_add_slice(&file, buf_slice(&two));
		buf_free(&two);
		buf_free(&one);
	}
	manner.step = 1 + some(3000);
	hear(&heard, &manner, buf_slice(&file));
	count_lines(buf_slice(&heard.records), counts);
	for (unsigned n = 0; n < members; n++) {
		unsigned missing = 0, twice = 0;

		for (unsigned i = 0; i < lines[n]; i++) {
			missing += counts[n][i] == 0;
			twice += counts[n][i] > 1;
		}
		if (n != bad && missing > 0)
			fail_msg("seed %u: member %u of %u (hurt is %u): %u of "
			    "%u lines are missing", seed, n, members, bad,
			    missing, lines[n]);
		/* broken data can repeat a line or two of its own */
		again += n != bad && twice > lines[n] / 4;
	}
	heard_free(&heard);
	buf_free(&text);
	buf_free(&file);
	return again;
}

/* Twice comes what the broken text has in part and garbled, while it is whole among the
 * bytes; without nested.c that is 70 times as many. */
static void
damage_costs_what_is_damaged_and_next_to_nothing_comes_twice(void **state)
{
	unsigned again = 0;

	(void)state;
	for (uint32_t seed = 0; seed < ROUNDS; seed++)
		again += try(seed);
	print_message("# %u members of %d files came twice\n", again, ROUNDS);
	assert_true(again <= ROUNDS / 1000);
}

/* Larger than deflate stores in one block: a block's head stands within it. */
static void
a_member_that_is_stored_in_blocks_is_known(void **state)
{
	struct nested *nested = nested_new();
	struct buf text, member, outer;
	struct slice bytes;
	size_t at, known;

	(void)state;
	chance = 5;
	buf_init(&text, BUF_NO_LIMIT);
	buf_init(&member, BUF_NO_LIMIT);
	buf_init(&outer, BUF_NO_LIMIT);
	for (int i = 0; i < 200000; i++)
		buf_byte(&text, (char)(some(2) * some(256)));
	/* zeros, with which a block's head begins too */
	gzip(&member, buf_slice(&text), 0);
	buf_text(&member, "and what is behind it");
	gzip(&outer, buf_slice(&member), 0);
	bytes = slice_cut(buf_slice(&outer), 1, outer.len);
	at = slice_find(bytes, slice_from("\x1f\x8b\x08"));
	bytes = slice_cut(bytes, at, bytes.len);

	assert_int_equal(nested_known(nested, bytes), 0);
	assert_int_equal(nested_give(nested, buf_slice(&member), bytes, true),
	    member.len);
	known = nested_known(nested, bytes);
	assert_true(known > 200000);
	assert_true(slice_starts(slice_cut(bytes, known, bytes.len),
	    "and what is behind it"));
	/* and no other that begins so */
	outer.data[at + 1 + 150000] ^= 1;
	assert_int_equal(nested_known(nested, bytes), 0);
	outer.data[at + 1 + 150000] ^= 1;
	assert_int_equal(nested_known(nested, bytes), known);
	nested_clear(nested);
	assert_int_equal(nested_known(nested, bytes), 0);
	buf_free(&outer);
	buf_free(&member);
	buf_free(&text);
	nested_free(nested);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    damage_costs_what_is_damaged_and_next_to_nothing_comes_twice),
		cmocka_unit_test(a_member_that_is_stored_in_blocks_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
