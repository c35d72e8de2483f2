/* overlap.h -- what a command that was started again says for the second time.
 * SPDX-License-Identifier: MIT
 *
 * The next run begins a little before where the last one stopped, so that nothing is
 * lost; here the records that both gave are taken out again.  A record is known by its
 * time, stream and message; what a run holds twice is two records. */
#ifndef VERBS_OVERLAP_H
#define VERBS_OVERLAP_H

#include <stdbool.h>
#include <stdint.h>

#include "input/chunk.h"
#include "input/coverage.h"

struct overlap;

struct overlap *overlap_new(void);
void overlap_free(struct overlap *overlap);

void overlap_begin(struct overlap *overlap);

/* Hands on what is new in a chunk, in one or more parts that follow the rules of
 * chunk.h; repeats are taken out of coverage. */
void overlap_chunk(struct overlap *overlap, const struct chunk *chunk,
    struct coverage *coverage,
    void (*take)(void *ctx, const struct chunk *chunk), void *ctx);

/* Whether the last record of the run may still go on, and can be waited for. */
bool overlap_is_open(const struct overlap *overlap);

/* The run has ended.  cut: its last record is open, its source was given up, and the
 * next run gives that record again: perhaps longer, for the end may have cut it. */
void overlap_end(struct overlap *overlap, struct coverage *coverage, bool cut);

/* No other run comes: a record that was cut counts as it was. */
void overlap_over(struct overlap *overlap, struct coverage *coverage,
    void (*take)(void *ctx, const struct chunk *chunk), void *ctx);

/* Where the next run is to begin; TIME_NONE when no record had a time. */
int64_t overlap_since(const struct overlap *overlap);

/* Records that were taken out. */
uint64_t overlap_repeats(const struct overlap *overlap);

#endif
