/* holds.h -- whether the conditions of a stanza hold.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_HOLDS_H
#define MATCH_HOLDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "input/chunk.h"
#include "match/message.h"
#include "match/regex.h"
#include "match/rule.h"

/* What decided whether a stanza holds, for who asks why (reason.h). */
enum decision {
	DECIDED_HOLDS,			/* nothing spoke against it */
	DECIDED_GROUP_UNKNOWN,		/* it wants one that is known */
	DECIDED_GROUP,			/* none of its group lines holds */
	DECIDED_STREAM_UNKNOWN,
	DECIDED_STREAM,			/* none of its stream lines holds */
	DECIDED_MATCH,			/* none of its match lines holds */
	DECIDED_REQUIRE,		/* this condition does not hold */
	DECIDED_UNLESS,			/* this condition holds */
	DECIDED_GAVE_UP,		/* this condition's regex gave up */
};

/* Conditions that held, with the captures of those that are regexes. */
struct held {
	const struct condition *match, *stream, *group;	/* NULL: none */
	struct regex_run *match_run, *stream_run, *group_run;
	enum decision decision;		/* of place_of or message_holds */
	const struct condition *decided;	/* which, where one alone did */
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

/* Whether one condition of match, require or unless holds: 1, 0, or -1. */
int condition_holds(const struct condition *condition,
    struct message *message, struct regex_run *run);

/* The same of one for the group or stream. */
int condition_holds_name(const struct condition *condition, struct slice name,
    struct regex_run *run);

/* Whether match, require and unless hold: 1, 0, or -1 when one gave up.
 * Without match lines that part holds.  Fills in held's match, but its
 * captures only when nothing ran in match_run after it: held_again brings them
 * back. */
int message_holds(const struct rule *rule, struct message *message,
    struct held *held);

/* Runs the match line that held once more, for its captures. */
void held_again(struct held *held, const struct message *message);

/* Appends the name that a stanza gives whose conditions held (not cleaned); false
 * when it gives none.  held's captures must be those of its match. */
bool stanza_service(const struct rule *rule, struct held *held,
    struct message *message, const struct origin *origin,
    struct regex_run *run, struct buf *out);

/* A capture by its name: of match, stream, group in this order; NULL data:
 * none. */
struct slice held_capture(void *held, struct slice name);

#endif
