/* member.h -- one gzip member to bytes: what inflate.c asks of a library.
 * SPDX-License-Identifier: MIT
 *
 * inflate_zlib.c is the only file that knows the library. */
#ifndef INPUT_MEMBER_H
#define INPUT_MEMBER_H

#include <stddef.h>

#include "base/slice.h"

/* RFC 1952 2.3.1: ID1, ID2, and the only method there is. */
#define MEMBER_MAGIC "\x1f\x8b\x08"

struct member;

enum member_state {
	MEMBER_MORE,		/* fine so far: it wants input or room */
	MEMBER_ENDED,		/* whole, its checksum and length are right */
	MEMBER_BROKEN,		/* member_why */
};

struct member *member_new(void);
void member_free(struct member *member);

/* A new member begins. */
void member_begin(struct member *member);

/* Takes from *input (moving it on, at a fault to about where it is) and writes up to
 * room bytes to out; *made says how many, also when the member is broken. */
enum member_state member_run(struct member *member, struct slice *input,
    char *out, size_t room, size_t *made);

const char *member_why(const struct member *member);

/* For --version. */
extern const char member_library[];
const char *member_library_version(void);

#endif
