/* nibbles.h -- where one of many short runs of bytes may stand, by vectors.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_NIBBLES_H
#define MATCH_NIBBLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NIBBLES_REACH 6			/* bytes of a run that are looked at */
#define NIBBLES_BUCKETS 8
#define NIBBLES_BLOCK 64		/* places that one mark word speaks of */

/* The runs are spread over buckets, a bit each.  For every byte of a run its bucket's
 * bit stands under the byte's lower and under its upper four bits; a run may stand
 * where one bit is left when all these are anded.  ("Teddy" in Hyperscan and in
 * ripgrep.) */
struct nibbles {
	uint8_t low[NIBBLES_REACH][16];
	uint8_t high[NIBBLES_REACH][16];
};

/* Whether this processor (and this build) can run nibbles_mark. */
bool nibbles_can(void);

/* Sets bit j of marks[i] where a run may begin at at[64 * i + j], for count marks;
 * reads NIBBLES_REACH - 1 bytes behind the last block. */
void nibbles_mark(const struct nibbles *nibbles, const char *at, size_t count,
    uint64_t *marks);

#endif
