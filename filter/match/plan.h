/* plan.h -- the rules of a run made ready for searching.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_PLAN_H
#define MATCH_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/chunk.h"
#include "match/matcher.h"
#include "match/need.h"
#include "match/ruleset.h"
#include "match/search.h"

struct plan_rule {
	const struct rule *rule;
	struct need need;
	bool sees_escapes;	/* decodes the message's own JSON once more */
};

/* Indexes of rules, ascending. */
struct plan_list {
	uint32_t *rules;
	size_t count, room;
};

struct plan {
	const struct ruleset *set;
	bool searching;
	struct plan_rule *rules;	/* by id, whatever the order read */
	size_t rule_count;
	struct plan_list always;	/* need unknown: for every record */
	struct plan_list decoding;	/* sees_escapes */

	/* The literals, then the escapes that may hide one (plan_escape). */
	struct literal *literals;
	struct plan_list *lists;	/* of each literal: whose need it is */
	size_t literal_count;		/* without the escapes */
	size_t literal_room;
	struct search *search;		/* NULL: no rule has literals */

	const struct rule **namings;	/* in the order they are asked */
	size_t naming_count;
};

/* What an escape that is found says: not a rule's literal but that letters may
 * be written otherwise there. */
enum plan_escape {
	PLAN_ESCAPE_NONE,	/* it is a literal, or means nothing here */
	PLAN_ESCAPE_DECODING,	/* rules that decode may hold */
	PLAN_ESCAPE_ALL,	/* any rule may */
};

/* found is a number that the search tells. */
enum plan_escape plan_escape(const struct plan *plan, size_t found,
    enum escaping escaping);

/* Whether the search makes bytes (a record's, as they stand) a candidate for a
 * rule, found out without it. */
bool plan_could_hold(const struct plan *plan, const struct plan_rule *rule,
    struct slice bytes, enum escaping escaping);

#endif
