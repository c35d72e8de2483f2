/* worker.h -- reads operands: source, matcher and reducer joined, one thread's worth.
 * SPDX-License-Identifier: MIT */
#ifndef VERBS_WORKER_H
#define VERBS_WORKER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "input/coverage.h"
#include "match/matcher.h"
#include "options.h"
#include "reduce/partial.h"
#include "reduce/reducer.h"
#include "sink/forward.h"

/* What all workers read and none changes. */
struct job {
	const struct options *options;
	const struct plan *plan;
	int64_t since_ms, until_ms;	/* TIME_NONE: no bound */
	struct partial_terms terms;
	atomic_uint_fast64_t read;	/* bytes so far, for the progress line */
	atomic_int idle;		/* threads allowed that do nothing now */
	atomic_bool refused;		/* a json input that may not be folded */
	atomic_bool gone;		/* nobody reads what is printed */
	struct forward *forward;	/* -n, or NULL */
};

/* One file.  Its messages are kept, so that they come out in the order of operands
 * whoever reads it. */
struct task {
	char *path;			/* NULL: standard input */
	const char *name;		/* or what messages call it, or NULL */
	struct naming naming;
	struct buf said;		/* lines for standard error */
	unsigned problems;
	bool at_once;			/* say them as they come */
};

struct overlap;
struct worker;

struct worker *worker_new(struct job *job);
void worker_free(struct worker *worker);

/* Reads it to its end, or until a stop. */
void worker_run(struct worker *worker, struct task *task);

/* Instead, for what the caller reads: live, in as many runs as there are.  overlap: what
 * the runs may repeat, or NULL. */
void worker_begin(struct worker *worker, struct task *task,
    struct overlap *overlap);
void worker_feed(struct worker *worker, const char *bytes, size_t len);
/* Nothing came for a while; also between two runs. */
void worker_idle(struct worker *worker);
/* The end of a run.  again: the next one repeats the last record, which may be cut. */
void worker_end(struct worker *worker, bool again);
/* An incident that no record tells of. */
void worker_own(struct worker *worker, const struct match *match);
/* Behind the last run. */
void worker_finish(struct worker *worker);
/* What was read until now. */
struct coverage worker_so_far(const struct worker *worker);
/* How often records came. */
uint64_t worker_chunks(const struct worker *worker);

/* Whether to stop reading. */
bool worker_is_over(const struct worker *worker);

/* What is left to tell of the task's problems. */
void task_tell(struct task *task);

struct reducer *worker_reducer(struct worker *worker);
struct coverage *worker_coverage(struct worker *worker);

/* What came out besides. */
bool worker_told(const struct worker *worker);	/* live: some incident */
bool worker_nameless(const struct worker *worker);	/* some ?RULE-ID */
bool worker_timeless(const struct worker *worker);	/* some without time */
bool worker_was_live(const struct worker *worker);

#endif
