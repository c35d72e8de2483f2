/* reducer.h -- matches to incidents: folding by gap in event time (DESIGN 2).
 * SPDX-License-Identifier: MIT */
#ifndef REDUCE_REDUCER_H
#define REDUCE_REDUCER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "match/match.h"
#include "reduce/incident.h"

#define REDUCER_INCIDENT_LIMIT 1000000	/* incidents held at once */

struct reducer;

/* window_ms: neighbours less than this apart are one incident; 0: none ever are. */
struct reducer *reducer_new(int64_t window_ms);
void reducer_free(struct reducer *reducer);

/* Both return the incident that now holds it (valid until the next call that
 * changes the reducer), or NULL when the limit is reached and it is not kept. */
struct incident *reducer_take(struct reducer *reducer,
    const struct match *match);
struct incident *reducer_merge(struct reducer *reducer,
    const struct incident *part);

/* A match that is not folded (-o records) still counts in the totals. */
void reducer_note(struct reducer *reducer, struct slice id);

/* How often each rule matched, whatever became of the incidents, sorted by id
 * (at_least is not filled in); the array is the reducer's, valid until the next
 * call. */
const struct tally *reducer_totals(struct reducer *reducer, size_t *count);

/* All of from's incidents are merged into into. */
void reducer_absorb(struct reducer *into, struct reducer *from);

/* How many were not kept for the limit. */
uint64_t reducer_dropped(const struct reducer *reducer);

/* All incidents by first time (none first), then service; the array is the
 * reducer's, valid until the next call. */
struct incident **reducer_sorted(struct reducer *reducer, size_t *count);

/* Takes out the incidents whose last time lies before ms, oldest first, handing
 * each to give: live long and json. */
void reducer_expire(struct reducer *reducer, int64_t ms,
    void (*give)(void *ctx, struct incident *incident), void *ctx);

#endif
