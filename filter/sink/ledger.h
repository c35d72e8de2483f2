/* ledger.h -- which spans of time of which service a topic was told of.
 * SPDX-License-Identifier: MIT */
#ifndef SINK_LEDGER_H
#define SINK_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

struct ledger;

/* An incident as far as the ledger knows it; event times. */
struct ledger_span {
	int64_t first_ms, last_ms;
	int64_t told_ms;	/* it had come so far when the topic was last told */
	int64_t at_ms;		/* the clock then */
	bool unwritten;		/* it grew, and no record says so yet */
	bool covered, kept;	/* for who writes the records anew */
};

struct ledger *ledger_new(void);
void ledger_free(struct ledger *ledger);
size_t ledger_count(const struct ledger *ledger);	/* spans */

/* The span of the service that folds with first_ms..last_ms (window_ms as incidents
 * fold; what overlaps always does), or NULL.  Valid until the next ledger_add. */
struct ledger_span *ledger_find(const struct ledger *ledger,
    struct slice service, int64_t first_ms, int64_t last_ms,
    int64_t window_ms);

/* Adds; spans that it folds with become one, which is returned. */
struct ledger_span *ledger_add(struct ledger *ledger, struct slice service,
    const struct ledger_span *span, int64_t window_ms);

/* Forgets the spans that ended before event_ms and were told before clock_ms. */
void ledger_forget(struct ledger *ledger, int64_t event_ms, int64_t clock_ms);

void ledger_each(struct ledger *ledger, void (*give)(void *ctx,
    struct slice service, struct ledger_span *span), void *ctx);

#endif
