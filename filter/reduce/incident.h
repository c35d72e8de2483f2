/* incident.h -- the failures of one service that follow each other closely.
 * SPDX-License-Identifier: MIT */
#ifndef REDUCE_INCIDENT_H
#define REDUCE_INCIDENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "base/time.h"
#include "match/level.h"

struct tally {
	struct slice id;	/* of the rule */
	uint64_t count;		/* matches */
	uint64_t at_least;	/* told only with so many */
};

#define INCIDENT_NAMES 8		/* groups, streams kept: the smallest */

struct names {
	struct slice list[INCIDENT_NAMES];	/* sorted by bytes, distinct */
	size_t count;
	bool more;		/* there are others */
};

/* Any part of an incident has this form too: one match is a part with count 1. */
struct incident {
	struct slice service;
	int64_t first_ms, last_ms;	/* TIME_NONE, both, without time */
	uint64_t count;		/* records */
	enum level level;	/* the highest */
	struct tally *rules;	/* sorted by id, distinct */
	size_t rule_count;
	struct names groups, streams;
	bool told;		/* already printed or announced */
};

/* Whether some rule of it was met as often as that rule asks. */
bool incident_tellable(const struct incident *incident);

/* Folds part into an incident, which grows by it: whatever the order of the
 * parts, the result is the same.  The names of groups and streams are copied
 * and made well-formed UTF-8; service and the ids of rules are borrowed and
 * must outlive it.  A zeroed incident whose service, first_ms and last_ms are
 * set may be folded into. */
void incident_fold(struct incident *into, const struct incident *part);

/* Frees what incident_fold made; not the incident. */
void incident_clear(struct incident *incident);

/* A total order over all that is printed: first time (none first), service,
 * then the rest. */
int incident_compare(const struct incident *a, const struct incident *b);

/* Adds a name, keeping the smallest; an empty one is no name. */
void names_add(struct names *names, struct slice name);

#endif
