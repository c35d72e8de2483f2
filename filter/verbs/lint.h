/* lint.h -- what is doubtful in rules that are not wrong.
 * SPDX-License-Identifier: MIT */
#ifndef VERBS_LINT_H
#define VERBS_LINT_H

#include <stddef.h>

#include "base/buf.h"
#include "match/ruleset.h"

/* Appends one line for each doubt, "FILE:LINE: ID: what [name]", in the order of
 * the set; returns how many. */
size_t lint_rules(struct buf *out, const struct ruleset *set);

#endif
