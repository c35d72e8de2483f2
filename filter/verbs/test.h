/* test.h -- the verb test: rules and samples that prove themselves.
 * SPDX-License-Identifier: MIT */
#ifndef VERBS_TEST_H
#define VERBS_TEST_H

#include "options.h"

/* Returns the exit status: 0 all passed, 1 some failed, 2 something is broken or
 * there was nothing to run. */
int test(struct options *options);

#endif
