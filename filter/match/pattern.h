/* pattern.h -- CloudWatch Logs filter patterns, as AWS evaluates them.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_PATTERN_H
#define MATCH_PATTERN_H

#include "base/error.h"
#include "base/slice.h"
#include "match/message.h"
#include "match/need.h"
#include "match/regex.h"

#define PATTERN_LIMIT 1024		/* characters: AWS's own limit */
#define PATTERN_REGEX_LIMIT 2		/* %regexes% in one pattern */
#define PATTERN_WILDCARD_LIMIT 3	/* wildcard selectors in one pattern */

struct pattern;				/* compiled; shared between threads */

/* What AWS refuses is refused, in AWS's words; err->at is the byte. */
struct pattern *pattern_new(struct slice text, struct error *err);
void pattern_free(struct pattern *pattern);

/* 1, 0, or -1 when a %regex% gave up. */
int pattern_match(const struct pattern *pattern, struct message *message,
    struct regex_run *run);

/* What one comparison or term of a pattern found, whatever && and || make of it. */
struct finding {
	size_t from, to;	/* where it stands in the pattern */
	int holds;		/* 1, 0, or -1: it gave up */
	struct slice seen;	/* of the message: the value it looked at, as it is
				 * written there, the term; NULL data: there is none */
};

struct finder {
	void *ctx;
	void (*found)(void *ctx, const struct finding *finding);
};

/* Tells all of them.  NULL, or why none could be looked for in this message (a
 * constant). */
const char *pattern_explain(const struct pattern *pattern,
    struct message *message, struct regex_run *run,
    const struct finder *finder);

void pattern_need(const struct pattern *pattern, struct need *need);

/* True for { ... } patterns: they see the message's own escapes (DESIGN 7: two
 * escape depths inside a payload). */
bool pattern_is_json(const struct pattern *pattern);

#endif
