/* sift.h -- the main job: operands in, incidents out.
 * SPDX-License-Identifier: MIT */
#ifndef VERBS_SIFT_H
#define VERBS_SIFT_H

#include "options.h"

/* Returns the exit status. */
int sift(struct options *options);

/* The same; fired hears of each rule that matched and how often. */
struct sift_ear {
	void *ctx;
	void (*fired)(void *ctx, struct slice id, uint64_t count);
};

int sift_heard(struct options *options, const struct sift_ear *ear);

/* The same for an input that the caller reads: read makes the worker that has all of it
 * at the end.  task has what -g and -s said. */
struct worker;
struct job;
struct task;
struct sift_reader {
	void *ctx;
	struct worker *(*read)(void *ctx, struct job *job, struct task *task);
};

int sift_read(struct options *options, const struct sift_reader *reader);

#endif
