/* base64.c -- fuzz: characters in runs of any size, and bytes there and back.
 * SPDX-License-Identifier: MIT */
#include "input/base64.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size };
	struct base64 whole = { 0 }, parts = { 0 };
	struct buf at_once, in_parts;
	size_t taken, sum = 0, len, step;
	bool good;

	buf_init(&at_once, BUF_NO_LIMIT);
	buf_init(&in_parts, BUF_NO_LIMIT);
	taken = base64_feed(&whole, text, &at_once);
	for (size_t at = 0; at < size; at += step) {
		step = 1 + (fuzz_chance(text) + at) % 7;
		len = slice_cut(text, at, at + step).len;
		good = base64_feed(&parts, slice_cut(text, at, at + step),
		    &in_parts) == len;
		if (!good)
			break;
		sum += len;
	}
	HOLDS(sum <= taken && taken <= sum + 7);
	/* what stopped it in the middle of a run was taken up to there */
	HOLDS(whole.count == parts.count && whole.padding == parts.padding);
	good = base64_finish(&whole, &at_once);
	HOLDS(base64_finish(&parts, &in_parts) == good);
	HOLDS(fuzz_same(&at_once, &in_parts));
	HOLDS(at_once.len <= size / 4 * 3 + 3);

	for (int pad = 0; pad < 2; pad++) {
		buf_clear(&at_once);
		buf_clear(&in_parts);
		fuzz_base64(&at_once, text, pad == 1);
		HOLDS(base64_decode(buf_slice(&at_once), &in_parts));
		HOLDS(slice_equal(buf_slice(&in_parts), text));
	}
	buf_free(&in_parts);
	buf_free(&at_once);
	return 0;
}
