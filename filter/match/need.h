/* need.h -- literals of which a condition needs one, for the search of chunks.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_NEED_H
#define MATCH_NEED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "match/literal.h"

/* "The condition cannot hold for a message that has none of these."  The zeroed
 * need is unknown: it may hold for any message.  The texts are owned copies, safe
 * fragments only: runs of printable ASCII without " \ / & < > that no escaping
 * changes (DESIGN 7), NEED_MIN bytes or more. */
struct need {
	bool known;
	struct literal *literals;
	size_t count;
	size_t room;
};

#define NEED_MIN 2			/* bytes of a literal that helps */
#define NEED_MAX_LITERALS 64		/* more alternatives than that: unknown */

void need_free(struct need *need);

/* Whether a byte may stand in a literal. */
bool need_is_safe(char c);

/* Needs the fragment of literal that is best to search for: the safe run that is
 * longest, not counting the words of every record ("level", "RequestId").  Without
 * one: unknown. */
void need_literal(struct need *need, struct slice literal);

/* The same where letters of both cases count: all but k and s, for which there a letter
 * that is not ASCII may stand. */
void need_caseless(struct need *need, struct slice literal);

/* Both conditions must hold: keeps the better need (known before unknown, then whose
 * worst literal is better, fewer).  other is emptied. */
void need_and(struct need *need, struct need *other);

/* One of the conditions must hold: the union, unknown if either is.  other is
 * emptied. */
void need_or(struct need *need, struct need *other);

#endif
