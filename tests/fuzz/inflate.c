/* inflate.c -- fuzz: gzip members at once and in runs are the same, and zlib agrees.
 * SPDX-License-Identifier: MIT */
#include "input/inflate.h"

#include <inttypes.h>
#include <zlib.h>

#include "fuzz.h"

#define OUT_LIMIT ((size_t)4 << 20)	/* of a bomb no more is looked at */

struct told {
	struct buf events;	/* M and B, why and where */
	struct buf bytes;	/* all that came out */
	size_t first_bytes;	/* ... until the first event */
};

static void
run(struct told *told, struct inflater *inflater, struct slice input)
{
	for (;;) {
		enum inflate_event event = inflater_run(inflater, &input);
		bool first = told->events.len == 0;

		if (event == INFLATE_MORE) {
			HOLDS(input.len == 0);
			return;
		}
		if (told->bytes.len < OUT_LIMIT)
			buf_add_slice(&told->bytes, inflater_bytes(inflater));
		if (event == INFLATE_BYTES) {
			HOLDS(inflater_bytes(inflater).len > 0);
			continue;
		}
		if (first)
			told->first_bytes = told->bytes.len;
		buf_printf(&told->events, "%c at %zu", event == INFLATE_MEMBER ?
		    'M' : 'B', told->bytes.len);
		if (event == INFLATE_BROKEN)
			buf_printf(&told->events, " (%s, %" PRIu64 ")",
			    inflater_why(inflater), inflater_at(inflater));
		buf_byte(&told->events, '\n');
	}
}

/* Its room is large, and dear to get: one for all runs. */
static struct inflater *
an_inflater(void)
{
	static struct inflater *inflater;

	if (inflater == NULL)
		inflater = inflater_new();
	else
		inflater_again(inflater);
	return inflater;
}

static void
feed(struct told *told, struct slice bytes, uint32_t chance)
{
	struct inflater *inflater = an_inflater();

	*told = (struct told){ .first_bytes = 0 };
	buf_init(&told->events, BUF_NO_LIMIT);
	buf_init(&told->bytes, BUF_NO_LIMIT);
	while (bytes.len > 0) {
		size_t len = chance == 0 ? bytes.len : 1 + (chance >> 20) % 40;

		run(told, inflater, slice_cut(bytes, 0, len));
		bytes = slice_cut(bytes, len, bytes.len);
		if (chance != 0)
			chance = chance * 1664525 + 1013904223;
	}
	inflater_end(inflater);
	run(told, inflater, (struct slice){ NULL, 0 });
}

/* The first member, by zlib alone. */
static void
ask_zlib(const struct told *told, struct slice bytes)
{
	z_stream z = { 0 };
	struct buf out;
	int result;

	HOLDS(inflateInit2(&z, 15 + 16) == Z_OK);
	buf_init(&out, OUT_LIMIT + 65536);
	z.next_in = (unsigned char *)(uintptr_t)bytes.data;
	z.avail_in = (unsigned)bytes.len;
	do {
		z.next_out = (unsigned char *)buf_reserve(&out, 65536);
		z.avail_out = 65536;
		result = inflate(&z, Z_NO_FLUSH);
		out.len += 65536 - z.avail_out;
	} while (result == Z_OK && out.len < OUT_LIMIT);
	if (result == Z_STREAM_END && out.len < OUT_LIMIT)
		HOLDS(told->events.len > 0 && told->events.data[0] == 'M' &&
		    told->first_bytes == out.len && (out.len == 0 ||
		    memcmp(told->bytes.data, out.data, out.len) == 0));
	if (result == Z_DATA_ERROR)
		HOLDS(told->events.len > 0 && told->events.data[0] == 'B');
	inflateEnd(&z);
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice bytes = { (const char *)data, size };
	struct told whole, parts;

	feed(&whole, bytes, 0);
	feed(&parts, bytes, fuzz_chance(bytes));
	HOLDS(fuzz_same(&whole.bytes, &parts.bytes));
	HOLDS(fuzz_same(&whole.events, &parts.events));
	/* LF, CR and NUL in front are passed over, as zlib does not */
	if (size > 0 && bytes.data[0] == 0x1f)
		ask_zlib(&whole, bytes);
	buf_free(&parts.bytes);
	buf_free(&parts.events);
	buf_free(&whole.bytes);
	buf_free(&whole.events);
	return 0;
}
