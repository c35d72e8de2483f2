/* holds.h -- whether the conditions of a stanza hold.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_HOLDS_H
#define MATCH_HOLDS_H

#include <stdbool.h>
#include <stddef.h>

#include "input/chunk.h"
#include "match/message.h"
#include "match/regex.h"
#include "match/rule.h"

/* Conditions that held, with the captures of those that are regexes. */
struct held {
	const struct condition *match, *stream, *group;	/* NULL: none */
	struct regex_run *match_run, *stream_run, *group_run;
};

enum place {
	PLACE_ELSEWHERE,	/* the stanza does not apply here */
	PLACE_ANYWHERE,		/* it does not say where, or it is not known */
	PLACE_HERE,		/* it says so */
	PLACE_GAVE_UP,		/* a regex gave up */
};

/* Where an unknown group or stream is as good as the right one (a rule) or not
 * (known_only: naming, ignore).  Fills in held's stream and group. */
enum place place_of(const struct rule *rule, const struct origin *origin,
    bool known_only, struct held *held);

/* Whether match, require and unless hold: 1, 0, or -1 when one gave up.
 * Without match lines that part holds.  Fills in held's match, but its
 * captures only when nothing ran in match_run after it: held_again brings them
 * back. */
int message_holds(const struct rule *rule, struct message *message,
    struct held *held);

/* Runs the match line that held once more, for its captures. */
void held_again(struct held *held, const struct message *message);

/* A capture by its name: of match, stream, group in this order; NULL data:
 * none. */
struct slice held_capture(void *held, struct slice name);

#endif
