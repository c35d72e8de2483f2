/* child.h -- a command under a pseudo-terminal of its own, ended as a whole.
 * SPDX-License-Identifier: MIT */
#ifndef VERBS_CHILD_H
#define VERBS_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

struct child;

/* Runs argv (found in PATH).  Standard output is a terminal that changes nothing, is
 * very wide and answers every question at once with an end of file; standard error is a
 * pipe, standard input empty.  It leads a session, and dies with us.  NULL: err says
 * why, also when there is no such program. */
struct child *child_start(char *const argv[], struct error *err);

/* Descriptors for poll(); -1 once their end was read. */
int child_output(const struct child *child);
int child_errors(const struct child *child);

/* Never wait.  Bytes read, 0 at the end, -1 when there is nothing now. */
ssize_t child_read_output(struct child *child, char *bytes, size_t size);
ssize_t child_read_errors(struct child *child, char *bytes, size_t size);

struct child_end {
	int status;		/* when signal is 0 */
	int signal;
};

/* Whether it has ended, and how.  What it printed may still be there to read. */
bool child_ended(struct child *child, struct child_end *end);

/* To all of its process group. */
void child_signal(struct child *child, int signal);

/* Kills what is left of its process group, and waits for it. */
void child_free(struct child *child);

#endif
