/* fired.c -- which rules an example or a sample has fired.
 * SPDX-License-Identifier: MIT */
#include "verbs/fired.h"

#include <stdlib.h>

#include "base/mem.h"

void
fired_init(struct fired *fired, const struct ruleset *set)
{
	*fired = (struct fired){ .set = set,
	    .rules = mem_zero(set->rule_count, sizeof *fired->rules) };
}

void
fired_free(struct fired *fired)
{
	free(fired->rules);
}

void
fired_mark(struct fired *fired, struct slice id)
{
	for (size_t i = 0; i < fired->set->rule_count; i++)
		if (slice_equal(fired->set->rules[i]->id, id))
			fired->rules[i] = true;
}
