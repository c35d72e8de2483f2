/* inflate.c -- all members of a gzip stream, and the way on behind a broken one.
 * SPDX-License-Identifier: MIT
 *
 * A broken member is found to be broken some way behind its damage, perhaps in the
 * middle of the next one.  So the compressed bytes of the member that is being read
 * are kept (up to MEMBER_KEEP), and the search for the next begins one byte behind
 * this one's start.  Where nothing was kept any more it begins at the fault.
 * So too when the input ends in a member: a damaged one can swallow what is behind it.
 *
 * If its text is gzip again, the search meets the members of that text, too.  So such text
 * is held (up to MEMBER_KEEP) until it is known whether its member is whole; if not, it is
 * given but for a member that the search will find whole, and the search passes over
 * those that were given (nested.h).
 *
 * A member that is whole in the input at hand is tried at once (whole.h).  If that fails,
 * for whatever reason, it is read from its first byte as if it had not been tried. */
#include "input/inflate.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "input/limits.h"
#include "input/member.h"
#include "input/nested.h"
#include "input/whole.h"

#define TRIES 64			/* times that kept bytes are read again for
					 * one fault: made input could ask for
					 * any number */
#define SKIP_LIMIT 6			/* at most 1 << this members are not tried
					 * because others were too large */

static const char magic[] = MEMBER_MAGIC;

#define MAGIC_LEN (sizeof magic - 1)

enum place {
	BETWEEN,		/* a member may begin here */
	MEMBER,
	SEARCH,			/* for the next member's magic, behind damage */
};

struct inflater {
	struct member *member;
	enum place place;
	struct buf kept;	/* compressed bytes of this member so far */
	bool kept_all;
	char first[MAGIC_LEN];	/* what this member's text begins with */
	size_t first_len;
	bool is_deep;		/* the text of one has been gzip */
	bool holding;		/* that text is or may become it */
	struct buf held;
	struct nested *nested;
	struct buf again;	/* bytes to be read again, before new input */
	size_t again_at;
	bool reading_again;
	bool full;		/* the last output filled its room */
	size_t matched;		/* bytes of the magic seen by the search */
	unsigned tries;		/* members begun since the last that was good */
	bool told;		/* the fault they are begun behind is told */
	bool over;		/* nothing more comes */
	uint64_t at;		/* offset in the input of the next byte */
	uint64_t member_at;	/* where this member began */
	uint64_t fault_at;
	const char *why;
	char *out;
	const char *bytes;	/* what a step made: in out, or in whole_out */
	size_t out_len;

	struct whole *whole;
	char *whole_out;	/* room for whole_room, made when first needed */
	unsigned too_large;	/* members in a row that were */
	unsigned skip;		/* members not to be tried */
};

struct inflater *
inflater_new(void)
{
	struct inflater *inflater = mem_zero(1, sizeof *inflater);

	inflater->member = member_new();
	buf_init(&inflater->kept, MEMBER_KEEP);
	buf_init(&inflater->held, BUF_NO_LIMIT);
	inflater->nested = nested_new();
	buf_init(&inflater->again, BUF_NO_LIMIT);
	inflater->out = mem_alloc(READ_SIZE);
	inflater->whole = whole_new();
	return inflater;
}

void
inflater_free(struct inflater *inflater)
{
	if (inflater == NULL)
		return;
	member_free(inflater->member);
	buf_free(&inflater->again);
	nested_free(inflater->nested);
	buf_free(&inflater->held);
	buf_free(&inflater->kept);
	whole_free(inflater->whole);
	free(inflater->whole_out);
	free(inflater->out);
	free(inflater);
}

void
inflater_again(struct inflater *inflater)
{
	inflater->place = BETWEEN;
	buf_clear(&inflater->kept);
	buf_free(&inflater->held);
	buf_free(&inflater->again);
	nested_clear(inflater->nested);
	inflater->kept_all = false;
	inflater->again_at = 0;
	inflater->reading_again = inflater->full = inflater->told = false;
	inflater->over = inflater->is_deep = false;
	inflater->matched = 0;
	inflater->tries = 0;
	inflater->at = inflater->member_at = inflater->fault_at = 0;
	inflater->out_len = 0;
	/* (what was learned of the size of members holds for the next stream) */
}

void
inflater_search(struct inflater *inflater)
{
	inflater->place = SEARCH;
	inflater->told = true;
}

struct slice
inflater_bytes(const struct inflater *inflater)
{
	return (struct slice){ inflater->bytes, inflater->out_len };
}

bool
inflater_take(struct inflater *inflater, char **bytes)
{
	char *out = inflater->out;

	if (inflater->bytes != out)
		return false;
	inflater->out = *bytes;
	*bytes = out;
	return true;
}

const char *
inflater_why(const struct inflater *inflater)
{
	return inflater->why;
}

uint64_t
inflater_at(const struct inflater *inflater)
{
	return inflater->fault_at;
}

static void
take(struct inflater *inflater, struct slice *input, size_t len)
{
	input->data += len;
	input->len -= len;
	inflater->at += len;
	if (inflater->reading_again)
		inflater->again_at += len;
}

/* Notes what the text of the member begins with. */
static void
note_first(struct inflater *inflater)
{
	for (size_t i = 0; i < inflater->out_len &&
	    inflater->first_len < MAGIC_LEN; i++)
		inflater->first[inflater->first_len++] = inflater->out[i];
	if (inflater->first_len == MAGIC_LEN &&
	    memcmp(inflater->first, magic, MAGIC_LEN) == 0)
		inflater->is_deep = true;
}

/* The text of the member is gzip, or may become it.  (Behind others of which it was, it
 * may be damaged in front.) */
static bool
is_nested(const struct inflater *inflater)
{
	return inflater->is_deep ||
	    memcmp(inflater->first, magic, inflater->first_len) == 0;
}

/* Holds what the step made, or lets go of it with all that was held. */
static void
hold(struct inflater *inflater, bool ended)
{
	struct buf *held = &inflater->held;

	note_first(inflater);
	if (!inflater->holding)
		return;
	inflater->holding = !ended && is_nested(inflater) &&
	    held->len < MEMBER_KEEP;
	if (!inflater->holding && held->len == 0)
		return;
	buf_add(held, inflater->out, inflater->out_len);
	inflater->bytes = held->data;
	inflater->out_len = inflater->holding ? 0 : held->len;
}

/* A broken member's text is let go of, before its bytes are searched if there are any. */
static void
let_go(struct inflater *inflater, struct slice searched)
{
	struct slice held = buf_slice(&inflater->held);

	if (!inflater->holding)
		return;
	inflater->holding = false;
	inflater->bytes = held.data;
	inflater->out_len = searched.len == 0 ? held.len : nested_give(
	    inflater->nested, held, searched, !inflater->over);
}

/* Sets out to look for the next member. */
static enum inflate_event
broken(struct inflater *inflater, const char *why)
{
	struct slice searched = { NULL, 0 };

	inflater->why = why;
	inflater->fault_at = inflater->at;
	inflater->place = SEARCH;
	inflater->full = false;
	inflater->matched = 0;
	if (inflater->kept_all && inflater->kept.len > 1 &&
	    inflater->tries++ < TRIES)
		searched = slice_cut(buf_slice(&inflater->kept), 1,
		    inflater->kept.len);
	let_go(inflater, searched);
	if (searched.len > 0) {
		/* what was kept, but for its first byte, comes again, then what
		 * is left of an earlier such reading */
		struct buf again;

		buf_init(&again, BUF_NO_LIMIT);
		buf_add_slice(&again, searched);
		buf_add_slice(&again, slice_cut(buf_slice(&inflater->again),
		    inflater->again_at, inflater->again.len));
		buf_free(&inflater->again);
		inflater->again = again;
		inflater->again_at = 0;
		inflater->at = inflater->member_at + 1;
	}
	buf_clear(&inflater->kept);
	return INFLATE_BROKEN;
}

static void
begin(struct inflater *inflater)
{
	member_begin(inflater->member);
	inflater->place = MEMBER;
	inflater->member_at = inflater->at;
	inflater->kept_all = true;
	inflater->holding = true;
	buf_clear(&inflater->held);
	inflater->first_len = 0;
	buf_clear(&inflater->kept);
}

/* Tries the member that input begins with, of which bytes is then all. */
static bool
try_whole(struct inflater *inflater, struct slice *input)
{
	struct slice rest = *input;

	if (inflater->whole == NULL || inflater->reading_again)
		return false;
	if (inflater->skip > 0) {
		inflater->skip--;
		return false;
	}
	if (inflater->whole_out == NULL)
		inflater->whole_out = mem_large(whole_room);
	switch (whole_run(inflater->whole, &rest, inflater->whole_out,
	    &inflater->out_len)) {
	case WHOLE_DONE:
		inflater->too_large = 0;
		inflater->bytes = inflater->whole_out;
		inflater->is_deep |= slice_starts(inflater_bytes(inflater),
		    magic);
		take(inflater, input, input->len - rest.len);
		return true;
	case WHOLE_LARGE:
		inflater->skip = 1U << inflater->too_large;
		if (inflater->too_large < SKIP_LIMIT)
			inflater->too_large++;
		break;
	case WHOLE_NOT:
		break;
	}
	return false;
}

/* Passes over what may stand between members.  False: nothing is left. */
static bool
between(struct inflater *inflater, struct slice *input)
{
	while (input->len > 0 && (input->data[0] == '\n' ||
	    input->data[0] == '\r' || input->data[0] == '\0'))
		take(inflater, input, 1);
	return input->len > 0;
}

/* Goes on behind the next magic.  False: nothing is left (it may go on in the next
 * bytes). */
static bool
find_magic(struct inflater *inflater, struct slice *input)
{
	while (inflater->matched < MAGIC_LEN) {
		if (input->len == 0)
			return false;
		if (inflater->matched == 0 && input->data[0] != magic[0]) {
			const char *at = memchr(input->data, magic[0],
			    input->len);

			take(inflater, input, at == NULL ? input->len :
			    (size_t)(at - input->data));
			continue;
		}
		if (input->data[0] == magic[inflater->matched]) {
			inflater->matched++;
			take(inflater, input, 1);
		} else {
			inflater->matched = 0;
		}
	}
	inflater->matched = 0;
	return true;
}

/* Of the member whose magic was taken from bytes that are read again: what to pass over,
 * since it was given. */
static size_t
known(struct inflater *inflater)
{
	struct slice bytes = buf_slice(&inflater->again);

	if (!inflater->reading_again || inflater->again_at < MAGIC_LEN)
		return 0;
	return nested_known(inflater->nested, slice_cut(bytes,
	    inflater->again_at - MAGIC_LEN, bytes.len));
}

/* Goes on behind the next magic, which is begun as a member.  False: nothing is left. */
static bool
search(struct inflater *inflater, struct slice *input)
{
	size_t passed;

	do {
		if (!find_magic(inflater, input))
			return false;
		passed = known(inflater);
		if (passed > 0)
			take(inflater, input, passed - MAGIC_LEN);
	} while (passed > 0);
	begin(inflater);
	inflater->member_at -= MAGIC_LEN;
	buf_add(&inflater->kept, magic, MAGIC_LEN);
	member_run(inflater->member, &(struct slice){ magic, MAGIC_LEN },
	    inflater->out, READ_SIZE, &inflater->out_len);
	return true;
}

static enum inflate_event
member(struct inflater *inflater, struct slice *input)
{
	struct slice rest = *input;
	enum member_state state = member_run(inflater->member, &rest,
	    inflater->out, READ_SIZE, &inflater->out_len);
	size_t taken = input->len - rest.len;

	inflater->full = inflater->out_len == READ_SIZE;
	hold(inflater, state == MEMBER_ENDED);
	if (inflater->kept_all && !buf_add(&inflater->kept, input->data, taken))
		inflater->kept_all = false;
	take(inflater, input, taken);
	switch (state) {
	case MEMBER_MORE:
		return inflater->out_len > 0 ? INFLATE_BYTES : INFLATE_MORE;
	case MEMBER_ENDED:
		inflater->place = BETWEEN;
		inflater->full = false;
		return INFLATE_MEMBER;	/* perhaps with bytes */
	case MEMBER_BROKEN:
		break;
	}
	return broken(inflater, member_why(inflater->member));
}

/* One step over input (what is to be read again, or what is new). */
static enum inflate_event
step(struct inflater *inflater, struct slice *input)
{
	if (inflater->place == MEMBER)
		return member(inflater, input);
	if (inflater->place == BETWEEN) {
		if (!between(inflater, input))
			return INFLATE_MORE;
		if ((unsigned char)input->data[0] != 0x1f) {
			inflater->kept_all = false;
			return broken(inflater,
			    "bytes behind a gzip member that are no other");
		}
		if (try_whole(inflater, input))
			return INFLATE_MEMBER;
		begin(inflater);
	} else if (!search(inflater, input)) {
		return INFLATE_MORE;
	}
	return member(inflater, input);
}

enum inflate_event
inflater_run(struct inflater *inflater, struct slice *input)
{
	for (;;) {
		struct slice again = slice_cut(buf_slice(&inflater->again),
		    inflater->again_at, inflater->again.len);
		enum inflate_event event;

		inflater->reading_again = again.len > 0;
		if (!inflater->reading_again)
			nested_clear(inflater->nested);
		inflater->out_len = 0;
		inflater->bytes = inflater->out;
		if (again.len > 0 || input->len > 0 || inflater->full)
			event = step(inflater,
			    inflater->reading_again ? &again : input);
		else if (inflater->over && inflater->place == MEMBER)
			event = broken(inflater, "the gzip data ends too early");
		else
			return INFLATE_MORE;
		switch (event) {
		case INFLATE_MORE:
			continue;
		case INFLATE_BROKEN:
			if (inflater->told && inflater->out_len == 0)
				continue;	/* one fault, one message */
			inflater->told = true;
			return event;
		case INFLATE_MEMBER:
			inflater->tries = 0;
			inflater->told = false;
			return event;
		case INFLATE_BYTES:
			inflater->told = false;
			return event;
		}
	}
}

void
inflater_end(struct inflater *inflater)
{
	inflater->over = true;
}

size_t
inflate_block(struct slice first)
{
	return slice_starts(first, "\x1f\x8b") && whole_block > READ_SIZE ?
	    whole_block : READ_SIZE;
}

const char *
inflate_library(void)
{
	return member_library;
}

const char *
inflate_library_version(void)
{
	return member_library_version();
}

const char *
inflate_whole_library(void)
{
	return whole_library;
}
