/* whole.h -- a gzip member that is all there to bytes, at once or not at all.
 * SPDX-License-Identifier: MIT
 *
 * inflate_libdeflate.c does it by libdeflate; in a build without that library there is
 * inflate_alone.c, which never can.  Whatever is not whole and right is zlib's. */
#ifndef INPUT_WHOLE_H
#define INPUT_WHOLE_H

#include <stddef.h>

#include "base/slice.h"

/* Bytes of text a member may have, and how many compressed bytes are worth having at
 * once, so that most members are whole in them; 0 where there is no library. */
extern const size_t whole_room;
extern const size_t whole_block;

struct whole;

enum whole_result {
	WHOLE_DONE,		/* checksum and length are right */
	WHOLE_LARGE,		/* it does not fit */
	WHOLE_NOT,		/* cut, broken, or not for this library */
};

/* NULL where there is no library. */
struct whole *whole_new(void);
void whole_free(struct whole *whole);

/* The member that input begins with.  Done: *input is moved behind it, and *made bytes
 * are in out (room for whole_room); else *input is as it was and out means nothing. */
enum whole_result whole_run(struct whole *whole, struct slice *input, char *out,
    size_t *made);

/* "", or "libdeflate 1.14": for --version. */
extern const char whole_library[];

#endif
