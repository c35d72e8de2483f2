/* live.h -- telling incidents while the input is still being written.
 * SPDX-License-Identifier: MIT */
#ifndef VERBS_LIVE_H
#define VERBS_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "match/match.h"
#include "reduce/reducer.h"
#include "sink/forward.h"
#include "sink/lines.h"

struct live;

/* reducer: where matches go, the worker's.  gap_ms: window and lateness together. */
struct live *live_new(struct reducer *reducer, enum format format,
    int64_t window_ms, int64_t gap_ms, bool colour);
void live_free(struct live *live);

/* Announcements go to the topic too; mute: and nothing is printed (--dry-run). */
void live_forward(struct live *live, struct forward *forward, bool mute);

/* Before the matches of a chunk.  again: its first record is the one that was open,
 * what was concluded from it is void.  newest_ms: the latest event time in it, or
 * TIME_NONE. */
void live_chunk(struct live *live, bool again, int64_t newest_ms);

/* A match; open: of the record that may still go on. */
void live_match(struct live *live, const struct match *match, bool open);

/* A match of ours, that no record tells of. */
void live_own(struct live *live, const struct match *match);

/* After the matches of a chunk, and in silence: what its time has passed is printed. */
void live_pass(struct live *live);

/* The end: what was open is whole, what was not told is. */
void live_end(struct live *live);

bool live_told(const struct live *live);

#endif
