/* nibbles.h -- where one of many literals may stand, by vectors.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_NIBBLES_H
#define MATCH_NIBBLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "match/literal.h"

#define NIBBLES_REACH 6			/* bytes of a literal that are looked at */
#define NIBBLES_BUCKETS 8
#define NIBBLES_BLOCK 64		/* places that one mark word speaks of */

/* Every literal shows a window of at most NIBBLES_REACH bytes of itself, and the
 * windows are spread over buckets.  low and high are the lower and the upper four bits
 * that the bytes of a bucket's windows have, as sets; the shares are of all bytes
 * those whose bits are in the set. */
struct nibbles_bucket {
	uint16_t low[NIBBLES_REACH], high[NIBBLES_REACH];
	double low_share[NIBBLES_REACH], high_share[NIBBLES_REACH];
	double passing;		/* the share of all places that it lets pass */
};

struct nibbles_buckets {
	struct nibbles_bucket list[NIBBLES_BUCKETS];
	double low[16], high[16];	/* how often four bits are met */
	double passing;		/* of all buckets */
};

void nibbles_begin(struct nibbles_buckets *buckets);

/* Returns where the literal's window begins.  The short literals first: a bucket with
 * a short one is no good for a long one. */
size_t nibbles_add(struct nibbles_buckets *buckets,
    const struct literal *literal);

/* How often a byte is met in logs, roughly, as a power of two: only the choice of
 * windows and buckets hangs on it. */
unsigned nibbles_commonness(char c);

/* For every byte of a window its bucket's bit stands under the byte's lower and under
 * its upper four bits; a window may stand where one bit is left when all these are
 * anded.  ("Teddy" in Hyperscan and in ripgrep.) */
struct nibbles {
	uint8_t low[NIBBLES_REACH][16];
	uint8_t high[NIBBLES_REACH][16];
};

void nibbles_make(struct nibbles *nibbles,
    const struct nibbles_buckets *buckets);

/* Whether this processor (and this build) can run nibbles_mark. */
bool nibbles_can(void);

/* Sets bit j of marks[i] where a window may begin at at[64 * i + j], for count marks;
 * reads NIBBLES_REACH - 1 bytes behind the last block. */
void nibbles_mark(const struct nibbles *nibbles, const char *at, size_t count,
    uint64_t *marks);

#endif
