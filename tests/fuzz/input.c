/* input.c -- fuzz: any bytes through the whole input stage; how they come does not show.
 * SPDX-License-Identifier: MIT
 *
 * A first line `--from SHAPE` says the shape, else it is recognised; a line `--live`
 * makes it live: then the bytes come with silences between them. */
#include "fuzz.h"
#include "heard.h"

static void
no_bug(const struct heard *heard)
{
	HOLDS(slice_find(buf_slice(&heard->problems), slice_from("BUG")) ==
	    (size_t)-1);
	/* what is lost is told, and what is told is lost */
	HOLDS(coverage_complete(&heard->coverage) ==
	    (heard->problems.len == 0));
}

static void
compare(const struct heard *whole, const struct manner *manner,
    struct slice bytes)
{
	struct heard parts;

	hear(&parts, manner, bytes);
	/* what is not whole may be taken for something else in a silence: then
	 * it is told, live or not; and a JSON message that is whole has ended */
	if (!fuzz_same(&whole->records, &parts.records) && !(manner->live &&
	    (whole->problems.len > 0 || parts.problems.len > 0 ||
	    (!manner->calm && memchr(bytes.data, '{', bytes.len) != NULL)))) {
		heard_difference("record", buf_slice(&whole->records),
		    buf_slice(&parts.records));
		fuzz_fails("the same records", __FILE__, __LINE__);
	}
	if (!manner->live) {
		if (!fuzz_same(&whole->problems, &parts.problems)) {
			heard_difference("problem", buf_slice(&whole->problems),
			    buf_slice(&parts.problems));
			fuzz_fails("the same problems", __FILE__, __LINE__);
		}
		HOLDS(heard_same_coverage(whole, &parts));
	}
	no_bug(&parts);
	heard_free(&parts);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice bytes = { (const char *)data, size };
	struct manner manner = { .from = SHAPE_UNKNOWN };
	struct heard whole;

	if (fuzz_word(&bytes, "--from ")) {
		manner.from = shape_by_name(fuzz_line(&bytes));
		if (manner.from == SHAPE_COUNT)
			return -1;
	}
	if (fuzz_word(&bytes, "--live\n"))
		manner.live = manner.timeless = true;
	manner.step = bytes.len;
	manner.live = false;
	hear(&whole, &manner, bytes);
	no_bug(&whole);
	manner.live = manner.timeless;
	manner.chance = fuzz_chance(bytes);
	compare(&whole, &manner, bytes);
	manner.chance = 0;
	manner.step = bytes.len < 1000 ? 1 : 61;
	/* and the source has read something before, of which nothing stays */
	manner.calm = true;
	if (!manner.live)
		manner.before = slice_cut(bytes, bytes.len / 3, bytes.len);
	compare(&whole, &manner, bytes);
	heard_free(&whole);
	return 0;
}
