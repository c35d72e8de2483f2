/* forward.h -- incidents to a topic, with nothing lost and nobody held up.
 * SPDX-License-Identifier: MIT */
#ifndef SINK_FORWARD_H
#define SINK_FORWARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "reduce/incident.h"

/* A thread that spools, folds bursts, publishes and tries again (DESIGN 6). */
struct forward;

struct forward_options {
	const char *topic_arn;
	const char *spool;		/* folder; NULL: the default one */
	int64_t window_ms;		/* of the ledger: as incidents fold */
	int64_t repeat_ms;		/* 0: no reminders */
	bool dry_run;			/* print request bodies, send nothing */
	bool drain;			/* forward_finish's limit counts from the
					 * last success: cwsift send */
	int (*stopped)(void);		/* not 0: a signal asks for an end.  NULL:
					 * none does */
};

/* -1: refused at start (the ARN, the spool that cannot be written ...). */
struct forward *forward_new(const struct forward_options *options,
    struct error *err);

/* An incident is told (its first match was seen) or goes on; every time it grew is
 * welcome, and cheap.  Copies what it needs, never waits for the network; what the ledger
 * already has for this topic is not sent again, but for reminders.  May be called from the
 * reading thread only. */
void forward_tell(struct forward *forward, const struct incident *incident);

/* The input has ended: sends what can be sent within limit_ms (quickly when a signal
 * came), the rest stays in the spool.  0: all is sent; -1: something is not, err says
 * what and where it waits (exit 4). */
int forward_finish(struct forward *forward, int64_t limit_ms,
    struct error *err);
void forward_free(struct forward *forward);

#endif
