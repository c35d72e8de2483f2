/* matcher.h -- chunks of records to matches.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_MATCHER_H
#define MATCH_MATCHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/chunk.h"
#include "match/match.h"
#include "match/ruleset.h"

/* The rules made ready: literals gathered, search built.  Shared between threads,
 * read only. */
struct plan;

/* search false: every rule is tried on every record (the hidden switch; the results
 * must be the same). */
struct plan *plan_new(const struct ruleset *set, enum level lowest,
    bool search);
void plan_free(struct plan *plan);

struct matcher;				/* one a thread */

struct matcher *matcher_new(const struct plan *plan);
void matcher_free(struct matcher *matcher);

/* What the command line says of the operand being read: the service outright (-s)
 * and the group where the record has none (-g), and what watch's command says of region
 * and account; len 0: not said. */
struct naming {
	struct slice service;
	struct slice group;
	struct slice region, account;
};

struct match_sink {
	void *ctx;
	/* once for each record that is a failure, in the order of records */
	void (*match)(void *ctx, const struct match *match);
	/* a rule gave up on a record (REGEX_STEPS): it is not "no match" */
	void (*gave_up)(void *ctx, struct slice rule,
	    const struct record *record);
};

/* Level below the lowest: the rule does not exist.  Times are not looked at: who
 * wants an interval drops matches. */
void matcher_chunk(struct matcher *matcher, const struct chunk *chunk,
    const struct naming *naming, const struct match_sink *sink);

#endif
