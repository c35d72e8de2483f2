/* inflate_zlib.c -- gzip members by zlib, its owner.
 * SPDX-License-Identifier: MIT */
#include "input/member.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/diag.h"
#include "base/mem.h"
#include "input/checksum.h"

#define GZIP_WINDOW (15 + 16)		/* expect a gzip header */
#define HEADER_READ 128			/* in data_type, by Z_BLOCK */
#define TRAILER 8			/* bytes: checksum and length, RFC 1952 2.3 */

/* zlib checks the header, by the checksum that it may have; what is behind it is
 * checked here, in less time. */
struct member {
	z_stream z;
	bool fast;		/* checksum_is_fast() */
	bool header_read;
	uint32_t sum;		/* of what came out */
	unsigned char last[TRAILER];	/* the bytes that were taken last */
	const char *why;
};

struct member *
member_new(void)
{
	struct member *member = mem_zero(1, sizeof *member);

	if (inflateInit2(&member->z, GZIP_WINDOW) != Z_OK)
		diag_out_of_memory();
	member->fast = checksum_is_fast();
	return member;
}

void
member_free(struct member *member)
{
	if (member == NULL)
		return;
	inflateEnd(&member->z);
	free(member);
}

void
member_begin(struct member *member)
{
	inflateReset(&member->z);
	inflateValidate(&member->z, 1);
	member->header_read = false;
	member->sum = 0;
}

/* zlib says what of the data is wrong; the kinds are what any library can say. */
static const char *
why_of(const char *msg)
{
	static const char *const headers[] = { "incorrect header check",
	    "unknown compression method", "unknown header flags set",
	    "header crc mismatch" };

	if (msg == NULL)
		return "broken gzip data";
	for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
		if (strcmp(msg, headers[i]) == 0)
			return "broken gzip header";
	return "broken gzip data";
}

static int
run(struct member *member)
{
	z_stream *z = &member->z;

	if (!member->header_read) {
		int result = inflate(z, Z_BLOCK);

		if (result != Z_OK || (z->data_type & HEADER_READ) == 0)
			return result;
		member->header_read = true;
		inflateValidate(z, 0);
	}
	return inflate(z, Z_NO_FLUSH);
}

static uint32_t
sum_of(const struct member *member, const char *bytes, size_t len)
{
	return member->fast ? checksum_add(member->sum, bytes, len) :
	    (uint32_t)crc32(member->sum, (const unsigned char *)bytes,
	    (unsigned)len);
}

static void
keep_last(struct member *member, struct slice taken)
{
	size_t kept = taken.len < TRAILER ? TRAILER - taken.len : 0;

	if (taken.len == 0)
		return;
	memmove(member->last, member->last + TRAILER - kept, kept);
	memcpy(member->last + kept, taken.data + taken.len - (TRAILER - kept),
	    TRAILER - kept);
}

static uint32_t
number_at(const unsigned char *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	    (uint32_t)at[3] << 24;
}

/* Whether what came out is what the trailer says. */
static bool
is_right(const struct member *member)
{
	return number_at(member->last) == member->sum &&
	    number_at(member->last + 4) == (uint32_t)member->z.total_out;
}

enum member_state
member_run(struct member *member, struct slice *input, char *out, size_t room,
    size_t *made)
{
	z_stream *z = &member->z;
	size_t len = input->len > UINT32_MAX ? UINT32_MAX : input->len;
	int result;

	z->next_in = (unsigned char *)(uintptr_t)input->data;
	z->avail_in = (unsigned)len;
	z->next_out = (unsigned char *)out;
	z->avail_out = (unsigned)room;
	result = run(member);
	*made = room - z->avail_out;
	member->sum = sum_of(member, out, *made);
	keep_last(member, slice_cut(*input, 0, len - z->avail_in));
	*input = slice_cut(*input, len - z->avail_in, input->len);
	switch (result) {
	case Z_STREAM_END:
		if (is_right(member))
			return MEMBER_ENDED;
		member->why = "gzip data that does not agree with its checksum";
		return MEMBER_BROKEN;
	case Z_OK:
	case Z_BUF_ERROR:	/* no fault: it needs more input or room */
		return MEMBER_MORE;
	case Z_MEM_ERROR:
		diag_out_of_memory();
	default:
		member->why = why_of(z->msg);
		return MEMBER_BROKEN;
	}
}

const char *
member_why(const struct member *member)
{
	return member->why;
}

const char member_library[] = "zlib";

const char *
member_library_version(void)
{
	return zlibVersion();
}
