/* rulefile.h -- the text of rule files to stanzas.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_RULEFILE_H
#define MATCH_RULEFILE_H

#include <stdbool.h>

#include "base/slice.h"
#include "match/complaint.h"
#include "match/ruleset.h"

/* Adds a file's stanzas to the set and what is wrong to set->errors.
 * only_namings: the other stanzas are passed over. */
void rulefile_read(struct ruleset *set, struct slice text, const char *name,
    enum rule_place place, bool only_namings);

/* Adds a condition to the list, its value compiled; spot is where the value
 * begins.  False: it is wrong, and set->errors says how. */
bool rulefile_condition(struct ruleset *set, struct conditions *conditions,
    enum condition_kind kind, struct slice value, const struct spot *spot);

/* Adds to set->errors. */
void ruleset_complain(struct ruleset *set, const struct spot *spot,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
