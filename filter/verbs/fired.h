/* fired.h -- which rules an example or a sample has fired.
 * SPDX-License-Identifier: MIT */
#ifndef VERBS_FIRED_H
#define VERBS_FIRED_H

#include <stdbool.h>
#include <stddef.h>

#include "match/ruleset.h"

struct fired {
	const struct ruleset *set;
	bool *rules;		/* by place in the set */
};

void fired_init(struct fired *fired, const struct ruleset *set);
void fired_free(struct fired *fired);

/* An id that the set does not have is no matter. */
void fired_mark(struct fired *fired, struct slice id);

#endif
