/* forwarding.h -- what -n asks for: a topic that hears of incidents.
 * SPDX-License-Identifier: MIT */
#ifndef VERBS_FORWARDING_H
#define VERBS_FORWARDING_H

#include <stdbool.h>

#include "options.h"
#include "reduce/reducer.h"
#include "sink/forward.h"

/* *forward is NULL where nobody asked.  -1: refused, and said why. */
int forwarding_open(const struct options *options, struct forward **forward);

/* Tells what the reducer has, in the order of time, unless it was told while it was
 * read (live), and sends.  -1: not all is sent, and said where it is. */
int forwarding_finish(struct forward *forward, const struct options *options,
    struct reducer *reducer, bool live);

#endif
