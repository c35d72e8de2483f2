/* reason.h -- why a stanza holds for a record or does not, as data.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_REASON_H
#define MATCH_REASON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"
#include "input/chunk.h"
#include "match/holds.h"
#include "match/rule.h"
#include "match/ruleset.h"

/* What asking needs: one a thread.  It asks holds.c, as the matcher does. */
struct reasoner;

struct reasoner *reasoner_new(void);
void reasoner_free(struct reasoner *reasoner);

/* The record that is asked about: its message decoded, as the shape carries it,
 * and where it comes from (with -g already filled in).  Both are borrowed until
 * the next call. */
void reasoner_take(struct reasoner *reasoner, struct slice message,
    const struct origin *origin);

/* The same as the conditions see it, for the pattern's own explanations. */
struct message *reasoner_message(struct reasoner *reasoner);

/* What a condition found: text, and regex where it matched; NULL data for the
 * rest.  A slice of the message (or of the group, the stream). */
struct reason {
	enum decision decision;
	enum place place;	/* PLACE_HERE: the stanza says so */
	const struct condition *match;	/* match line that held; NULL: none */
	struct slice match_span;
	const struct condition *decided;	/* what decided: the require that
				 * does not hold, the unless that does, the
				 * one that gave up; NULL: no single one */
	struct slice decided_span;
	const struct condition *group, *stream;	/* those that held */
};

/* Whether the stanza holds for the record, by itself: that an ignore stanza may
 * silence the rule, or another name the service, is not looked at. */
void reason_stanza(struct reasoner *reasoner, const struct rule *stanza,
    struct reason *reason);

/* Appends the name that the stanza, which holds, gives the service by itself,
 * cleaned; false when it gives none. */
bool reason_service(struct reasoner *reasoner, const struct rule *stanza,
    struct buf *out);

/* The ignore stanza that silences the rule here, or NULL. */
const struct rule *reason_ignored(struct reasoner *reasoner,
    const struct ruleset *set, const struct rule *rule,
    struct reason *reason);

/* One condition of match, require or unless: 1, 0 or -1 as condition_holds; *span
 * as above. */
int reason_condition(struct reasoner *reasoner,
    const struct condition *condition, struct slice *span);

/* Of a filter condition: what each of its comparisons found, as pattern_explain. */
const char *reason_findings(struct reasoner *reasoner,
    const struct condition *condition, const struct finder *finder);

/* "match", "require", "unless", "group" or "stream": of which of the stanza's
 * lists the condition is. */
const char *reason_key(const struct rule *stanza,
    const struct condition *condition);

/* "text", "regex", "filter" or "glob". */
const char *reason_kind(const struct condition *condition);

#endif
