/* explain.h -- the verb `explain`: per record, which rule decided, and why.
 * SPDX-License-Identifier: MIT */
#ifndef VERBS_EXPLAIN_H
#define VERBS_EXPLAIN_H

#include "options.h"

/* Returns the exit status: 3 where the input is incomplete or holds no record. */
int explain(const struct options *options);

#endif
