/* inflate_zlib.c -- gzip members by zlib, its owner.
 * SPDX-License-Identifier: MIT */
#include "input/member.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/diag.h"
#include "base/mem.h"

#define GZIP_WINDOW (15 + 16)		/* expect a gzip header, check CRC */

struct member {
	z_stream z;
	const char *why;
};

struct member *
member_new(void)
{
	struct member *member = mem_zero(1, sizeof *member);

	if (inflateInit2(&member->z, GZIP_WINDOW) != Z_OK)
		diag_out_of_memory();
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
	if (strcmp(msg, "incorrect data check") == 0 ||
	    strcmp(msg, "incorrect length check") == 0)
		return "gzip data that does not agree with its checksum";
	return "broken gzip data";
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
	result = inflate(z, Z_NO_FLUSH);
	*made = room - z->avail_out;
	*input = slice_cut(*input, len - z->avail_in, input->len);
	switch (result) {
	case Z_STREAM_END:
		return MEMBER_ENDED;
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
