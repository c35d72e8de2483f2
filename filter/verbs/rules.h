/* rules.h -- the verb `rules`: lists rules, checks them, takes them elsewhere.
 * SPDX-License-Identifier: MIT */
#ifndef VERBS_RULES_H
#define VERBS_RULES_H

#include "options.h"

/* Returns the exit status: with --check 1 where something is doubtful; with --export
 * and --import 3 where something is not carried over. */
int rules(const struct options *options);

#endif
