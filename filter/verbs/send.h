/* send.h -- `cwsift send`: what waits in the spool is delivered, or listed.
 * SPDX-License-Identifier: MIT */
#ifndef VERBS_SEND_H
#define VERBS_SEND_H

#include "options.h"

/* Returns the exit status. */
int send_waiting(const struct options *options);

#endif
