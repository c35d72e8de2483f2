/* base64.h -- RFC 4648 section 4, in runs of any size.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_BASE64_H
#define INPUT_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

/* Zeroed it is ready for a new item. */
struct base64 {
	uint32_t bits;
	unsigned count;		/* characters of the group that is begun, 0..3 */
	unsigned padding;	/* '=' seen */
};

/* Appends what text decodes to, up to the first character that is not of the
 * alphabet (or any behind the padding); returns the characters taken. */
size_t base64_feed(struct base64 *state, struct slice text, struct buf *out);

/* Appends the bytes of an unfinished last group (padding may be left out). False:
 * what was fed cannot be the whole of something encoded. */
bool base64_finish(struct base64 *state, struct buf *out);

/* A whole item.  False: not base64; out may hold a part. */
bool base64_decode(struct slice text, struct buf *out);

#endif
