/* explanation.h -- one record and every rule that came near it, as data.
 * SPDX-License-Identifier: MIT */
#ifndef VERBS_EXPLANATION_H
#define VERBS_EXPLANATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "input/chunk.h"
#include "match/match.h"
#include "match/reason.h"
#include "match/ruleset.h"

/* A condition and what it found. */
struct condition_report {
	const struct condition *condition;
	const char *key;	/* "match", "unless" ... */
	int holds;		/* 1, 0, -1 */
	struct slice span;	/* what it found in the message; NULL data: it
				 * holds for no single place */
	size_t finding, finding_count;	/* of a filter, in findings */
	const char *obstacle;	/* why a filter could look for nothing */
};

/* A stanza and what became of it. */
struct stanza_report {
	const struct rule *stanza;
	enum decision decision;
	const struct rule *ignored;	/* by which ignore stanza */
	size_t condition, condition_count;	/* in conditions; those of the
						 * ignore stanza come last */
	size_t own_count;		/* ... without them */
};

struct explanation {
	/* the record */
	uint64_t number;		/* from 1 */
	const struct record *record;
	enum shape shape;
	struct slice layers;		/* "gzip > ", see source_layers */
	struct slice message;
	struct origin origin;

	/* what the real run makes of it */
	bool matched;
	struct slice service;
	enum namer namer;
	const struct rule *naming;
	enum level level;

	/* why */
	struct stanza_report *stanzas;
	size_t stanza_count, stanza_room;
	struct condition_report *conditions;
	size_t condition_count, condition_room;
	struct finding *findings;
	size_t finding_count, finding_room;
};

void explanation_free(struct explanation *explanation);

/* Fills in the reasons for the record in it.  only: of this stanza alone, whatever
 * it says; NULL: of all rules that came near, those that matched first.  All slices
 * are the message's. */
void explanation_find(struct explanation *explanation,
    struct reasoner *reasoner, struct regex_run *run,
    const struct ruleset *set, const struct rule *only);

/* Whether it is a rule that matched, or another stanza that holds. */
bool stanza_report_holds(const struct stanza_report *report);

/* Append it: for people, and as one line of JSON. */
void explanation_text(struct buf *out, const struct explanation *explanation,
    bool colour);
void explanation_json(struct buf *out, const struct explanation *explanation);

#endif
