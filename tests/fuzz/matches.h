/* matches.h -- one message through a set of rules, which gives the same answer in all ways.
 * SPDX-License-Identifier: MIT */
#ifndef FUZZ_MATCHES_H
#define FUZZ_MATCHES_H

#include "base/buf.h"
#include "base/slice.h"
#include "input/chunk.h"
#include "match/ruleset.h"

/* A set of rules twice: with the search for literals and without. */
struct matches;

struct matches *matches_new(const struct ruleset *set);
void matches_free(struct matches *matches);

/* Both say the same of a message, in all escapings.  Service names are held against what
 * match.h and clean.h promise of them. */
void matches_alike(struct matches *matches, struct slice message,
    const struct origin *origin);

#endif
