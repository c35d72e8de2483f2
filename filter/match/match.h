/* match.h -- a record that some rule speaks of.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_MATCH_H
#define MATCH_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "input/chunk.h"
#include "match/level.h"

struct match_rule {
	struct slice id;
	uint64_t at_least;	/* 1 unless the rule says more */
};

/* What gave the service its name, in the order in which they are asked. */
enum namer {
	NAMER_OPTION,		/* -s */
	NAMER_RULE,		/* a rule that matched: match.naming */
	NAMER_NAMING,		/* a naming stanza: match.naming */
	NAMER_GROUP,		/* the log group as it is */
	NAMER_STREAM,		/* the log stream as it is */
	NAMER_NOTHING,		/* it is ?RULE-ID */
};

struct rule;

/* All borrowed from the matcher and the chunk until the next call. */
struct match {
	struct slice service;	/* cleaned, never empty */
	enum namer namer;
	const struct rule *naming;	/* the stanza, where it was one */
	int64_t time_ms;	/* or TIME_NONE */
	enum level level;	/* the highest of the rules that matched */
	const struct match_rule *rules;	/* all that matched, by id */
	size_t rule_count;
	struct origin origin;
	size_t record;		/* index in the chunk */
	struct slice message;	/* decoded */
};

#endif
