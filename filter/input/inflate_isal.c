/* inflate_isal.c -- gzip members by ISA-L, its owner: twice as fast and more.
 * SPDX-License-Identifier: MIT */
#include "input/member.h"

#include <stdint.h>
#include <stdlib.h>

#include <isa-l.h>

#include "base/mem.h"

#define TRAILER_HALF 4			/* the length behind the checksum */

struct member {
	struct inflate_state state;
	const char *why;
};

struct member *
member_new(void)
{
	struct member *member = mem_alloc(sizeof *member);

	isal_inflate_init(&member->state);
	member->why = NULL;
	member_begin(member);
	return member;
}

void
member_free(struct member *member)
{
	free(member);
}

void
member_begin(struct member *member)
{
	isal_inflate_reset(&member->state);
	member->state.crc_flag = ISAL_GZIP;
}

static const char *
why_of(int result)
{
	switch (result) {
	case ISAL_INVALID_WRAPPER:
	case ISAL_UNSUPPORTED_METHOD:
		return "broken gzip header";
	case ISAL_INCORRECT_CHECKSUM:
		return "gzip data that does not agree with its checksum";
	default:
		return "broken gzip data";
	}
}

enum member_state
member_run(struct member *member, struct slice *input, char *out, size_t room,
    size_t *made)
{
	struct inflate_state *state = &member->state;
	size_t len = input->len > UINT32_MAX ? UINT32_MAX : input->len;
	size_t taken, ahead;
	int result;

	state->next_in = (uint8_t *)(uintptr_t)input->data;
	state->avail_in = (uint32_t)len;
	state->next_out = (uint8_t *)out;
	state->avail_out = (uint32_t)room;
	result = isal_inflate(state);
	*made = room - state->avail_out;
	taken = len - state->avail_in;
	if (result < 0) {
		/* what it holds is not used; inside a block it has read a
		 * word ahead of that, and of a trailer all */
		ahead = state->read_in_length > 0 ?
		    (size_t)state->read_in_length / 8 : 0;
		if (result == ISAL_INCORRECT_CHECKSUM)
			ahead = TRAILER_HALF;
		else if (result != ISAL_INVALID_BLOCK)
			ahead += sizeof state->read_in;
		taken -= ahead < taken ? ahead : taken;
		member->why = why_of(result);
	}
	*input = slice_cut(*input, taken, input->len);
	if (result < 0)
		return MEMBER_BROKEN;
	return state->block_state == ISAL_BLOCK_FINISH ? MEMBER_ENDED :
	    MEMBER_MORE;
}

const char *
member_why(const struct member *member)
{
	return member->why;
}

#define TEXT(x) TEXT_OF(x)
#define TEXT_OF(x) #x

const char member_library[] = "ISA-L";

const char *
member_library_version(void)
{
	return TEXT(ISAL_MAJOR_VERSION) "." TEXT(ISAL_MINOR_VERSION) "."
	    TEXT(ISAL_PATCH_VERSION);
}
