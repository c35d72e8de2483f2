/* wrapped.c -- fuzz: records inside gzip and base64 are those without; damage is told.
 * SPDX-License-Identifier: MIT
 *
 * The first line is a plan, the rest what is wrapped.  Of the plan, from the inside:
 *
 *	g s n	gzip: compressed, stored, with a name and an extra field
 *	b B	base64 of that, on one line, or folded as base64(1) does
 *
 * then blank and damage: `x OFFSET` turns a byte over, `c OFFSET` cuts, `i OFFSET` puts
 * a byte in, `d OFFSET` doubles what stands in front. */
#include <zlib.h>

#include "base/ascii.h"
#include "fuzz.h"
#include "heard.h"

#define LAYERS 5			/* with base64 ten: below LAYER_LIMIT */

static void
gzip(struct buf *out, struct slice bytes, char how)
{
	unsigned char extra[] = "AB\2\0xy", name[] = "night.log";
	gz_header header = { .extra = extra, .extra_len = 6, .name = name,
	    .hcrc = 1 };
	z_stream z = { 0 };
	size_t room;

	HOLDS(deflateInit2(&z, how == 's' ? 0 : 6, Z_DEFLATED, 15 + 16, 8,
	    Z_DEFAULT_STRATEGY) == Z_OK);
	if (how == 'n')
		deflateSetHeader(&z, &header);
	room = deflateBound(&z, bytes.len) + 64;
	z.next_in = (unsigned char *)(uintptr_t)bytes.data;
	z.avail_in = (unsigned)bytes.len;
	z.next_out = (unsigned char *)buf_reserve(out, room);
	z.avail_out = (unsigned)room;
	HOLDS(deflate(&z, Z_FINISH) == Z_STREAM_END);
	out->len += room - z.avail_out;
	deflateEnd(&z);
}

static void
base64(struct buf *out, struct slice bytes, bool fold)
{
	struct buf line;

	buf_init(&line, BUF_NO_LIMIT);
	fuzz_base64(&line, bytes, true);
	for (size_t at = 0; at < line.len; at += fold ? 76 : line.len) {
		buf_add_slice(out, slice_cut(buf_slice(&line), at, fold ?
		    at + 76 : line.len));
		buf_byte(out, '\n');
	}
	buf_free(&line);
}

/* Returns the rest of the plan. */
static struct slice
wrap(struct buf *out, struct slice plan, struct slice bytes)
{
	struct buf inner;
	size_t count = 0;

	buf_init(&inner, BUF_NO_LIMIT);
	buf_add_slice(out, bytes);
	while (plan.len > 0 && plan.data[0] != ' ' && count++ < LAYERS) {
		char how = plan.data[0];

		buf_clear(&inner);
		gzip(&inner, buf_slice(out), how);
		buf_clear(out);
		if (how == 'b' || how == 'B')
			base64(out, buf_slice(&inner), how == 'B');
		else
			buf_add_slice(out, buf_slice(&inner));
		plan = slice_cut(plan, 1, plan.len);
	}
	buf_free(&inner);
	return plan;
}

/* Whether the damage must be told: cut or turned over inside the outermost gzip, behind
 * what shows that it is one. */
static bool
break_one(struct buf *bytes, char how, size_t at, bool gzipped)
{
	struct buf copy;
	char *data = bytes->data;

	if (bytes->len == 0)
		return false;
	at %= bytes->len;
	switch (how) {
	case 'x':
		data[at] = (char)(data[at] ^ (1 << at % 8));
		return gzipped && at > 2;
	case 'c':
		bytes->len = at;
		return gzipped && at >= 20;
	case 'i':
	case 'd':
		buf_init(&copy, BUF_NO_LIMIT);
		buf_add_slice(&copy, slice_cut(buf_slice(bytes), 0, at));
		if (how == 'i')
			buf_byte(&copy, (char)at);
		else
			buf_add_slice(&copy, slice_cut(buf_slice(bytes),
			    at / 2, at));
		buf_add_slice(&copy, slice_cut(buf_slice(bytes), at,
		    bytes->len));
		buf_free(bytes);
		*bytes = copy;
		break;
	}
	return false;
}

static unsigned
damage(struct buf *bytes, struct slice plan, bool gzipped, bool *told)
{
	unsigned count = 0;

	*told = true;
	while (plan.len > 0 && count < 8) {
		char how = plan.data[0];
		size_t at = 0;

		plan = slice_cut(plan, 1, plan.len);
		if (strchr("xcid", how) == NULL || how == '\0')
			continue;
		while (plan.len > 0 && (plan.data[0] == ' ' ||
		    is_digit(plan.data[0]))) {
			if (plan.data[0] != ' ')
				at = (at * 10 + (size_t)(plan.data[0] - '0')) %
				    1000000;
			plan = slice_cut(plan, 1, plan.len);
		}
		if (!break_one(bytes, how, at, gzipped))
			*told = false;
		count++;
	}
	return count;
}

static bool
too_deep(const struct heard *heard)
{
	return slice_find(buf_slice(&heard->problems),
	    slice_from("too many wrappings")) != (size_t)-1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice payload = { (const char *)data, size };
	struct slice plan = fuzz_line(&payload), rest;
	struct manner at_once = { .step = SIZE_MAX };
	struct manner in_parts = { .chance = fuzz_chance(payload) };
	struct heard bare, whole, parts;
	struct buf bytes;
	bool gzipped, told;
	unsigned breaks;

	buf_init(&bytes, BUF_NO_LIMIT);
	rest = wrap(&bytes, plan, payload);
	gzipped = plan.len > rest.len && plan.data[plan.len - rest.len - 1] !=
	    'b' && plan.data[plan.len - rest.len - 1] != 'B';
	breaks = damage(&bytes, rest, gzipped, &told);
	hear(&bare, &at_once, payload);
	hear(&whole, &at_once, buf_slice(&bytes));
	hear(&parts, &in_parts, buf_slice(&bytes));
	if (!fuzz_same(&whole.records, &parts.records)) {
		heard_difference("record", buf_slice(&whole.records),
		    buf_slice(&parts.records));
		fuzz_fails("the same records", __FILE__, __LINE__);
	}
	HOLDS(fuzz_same(&whole.problems, &parts.problems));
	heard_free(&parts);
	in_parts.ahead = true;
	hear(&parts, &in_parts, buf_slice(&bytes));
	HOLDS(fuzz_same(&whole.records, &parts.records));
	HOLDS(fuzz_same(&whole.problems, &parts.problems));
	/* our own json is none inside base64 */
	if (breaks == 0 && !too_deep(&whole) &&
	    (bare.coverage.shapes & 1u << SHAPE_CWSIFT) == 0) {
		if (!fuzz_same(&bare.records, &whole.records)) {
			heard_difference("record", buf_slice(&bare.records),
			    buf_slice(&whole.records));
			fuzz_fails("the same records without the wrapping",
			    __FILE__, __LINE__);
		}
		HOLDS(bare.coverage.skipped == whole.coverage.skipped);
		HOLDS(coverage_complete(&bare.coverage) ==
		    coverage_complete(&whole.coverage));
	}
	if (breaks == 1 && told && !fuzz_same(&bare.records, &whole.records))
		HOLDS(!coverage_complete(&whole.coverage) || too_deep(&bare));
	heard_free(&parts);
	heard_free(&whole);
	heard_free(&bare);
	buf_free(&bytes);
	return 0;
}
