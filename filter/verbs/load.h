/* load.h -- the rules that a command line asks for.
 * SPDX-License-Identifier: MIT */
#ifndef VERBS_LOAD_H
#define VERBS_LOAD_H

#include "match/ruleset.h"
#include "options.h"

/* Those of -r, -e, -p and -t, or the built-in pack; without those of --without.
 * -1: what is wrong with them has been said. */
int load_rules(struct ruleset *set, const struct options *options);

#endif
