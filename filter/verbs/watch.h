/* watch.h -- a command that prints records, watched for as long as it takes.
 * SPDX-License-Identifier: MIT */
#ifndef VERBS_WATCH_H
#define VERBS_WATCH_H

#include "options.h"

/* Returns the exit status. */
int watch(struct options *options);

#endif
