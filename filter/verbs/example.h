/* example.h -- the examples of rules, tried as records of a real run.
 * SPDX-License-Identifier: MIT */
#ifndef VERBS_EXAMPLE_H
#define VERBS_EXAMPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "match/ruleset.h"
#include "verbs/fired.h"
#include "verbs/verdict.h"

/* All examples of all stanzas go through one matcher, as the records of one chunk:
 * a rule's + must be matched by it and have the service of its =, a - must not be.
 * An ignore's and a naming's say whether the stanza holds.  wanted: stanzas that
 * are told of.  strict: a rule without a + and a - fails.  Returns how many
 * examples there were. */
size_t examples_try(const struct ruleset *set,
    bool (*wanted)(void *ctx, const struct rule *stanza), void *ctx,
    bool strict, struct verdict *verdict, struct fired *fired);

#endif
