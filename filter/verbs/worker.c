/* worker.c -- from the bytes of an operand to incidents in a reducer.
 * SPDX-License-Identifier: MIT */
#include "verbs/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "input/inflate.h"
#include "input/limits.h"
#include "input/source.h"
#include "sink/lines.h"
#include "sink/output.h"
#include "verbs/live.h"
#include "verbs/overlap.h"
#include "verbs/stop.h"

#define QUIET_MS 200			/* silence after which an open record is
					 * judged, and signals are looked for */
#define AHEAD_SIZE ((uint64_t)1 << 20)	/* less is not worth a thread */
#define PROBLEMS_SAID 10		/* of one file; more are counted */

struct worker {
	struct job *job;
	struct matcher *matcher;
	struct reducer *reducer;
	struct coverage coverage;
	struct buf out;			/* -o records */
	struct buf scratch;
	char *block;			/* what was read last */
	size_t block_room;
	size_t block_size;		/* to read of the file at once */
	bool nameless, timeless, was_live, told;

	/* of the task being read */
	struct task *task;
	struct coverage task_coverage;
	struct source *source;		/* serves all tasks, one after another */
	struct source_sink sink;
	bool reading;			/* it is not at its end */
	bool ahead;			/* it has a thread of the job's */
	bool may_live;
	bool fed;			/* by the caller, run after run */
	struct overlap *overlap;	/* between its runs, or NULL */
	uint64_t chunks;		/* of records, until now */
	struct live *live;
	struct partial_reader partial;
	bool partial_met;
	const struct chunk *chunk;	/* whose matches come */
};

struct worker *
worker_new(struct job *job)
{
	struct worker *worker = mem_zero(1, sizeof *worker);

	worker->job = job;
	worker->matcher = matcher_new(job->plan);
	worker->reducer = reducer_new(job->options->window_ms);
	worker->block_room = READ_SIZE;
	worker->block = mem_alloc(READ_SIZE);
	coverage_init(&worker->coverage);
	buf_init(&worker->out, BUF_NO_LIMIT);
	buf_init(&worker->scratch, BUF_NO_LIMIT);
	return worker;
}

void
worker_free(struct worker *worker)
{
	if (worker == NULL)
		return;
	source_free(worker->source);
	free(worker->block);
	buf_free(&worker->scratch);
	buf_free(&worker->out);
	reducer_free(worker->reducer);
	matcher_free(worker->matcher);
	free(worker);
}

struct reducer *
worker_reducer(struct worker *worker)
{
	return worker->reducer;
}

struct coverage *
worker_coverage(struct worker *worker)
{
	return &worker->coverage;
}

bool
worker_told(const struct worker *worker)
{
	return worker->told;
}

bool
worker_nameless(const struct worker *worker)
{
	return worker->nameless;
}

bool
worker_timeless(const struct worker *worker)
{
	return worker->timeless;
}

bool
worker_was_live(const struct worker *worker)
{
	return worker->was_live;
}

/* ---- what goes wrong ---- */

static const char *
name_of(const struct task *task)
{
	if (task->path != NULL)
		return task->path;
	return task->name == NULL ? "standard input" : task->name;
}

static void
say(struct task *task, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
say(struct task *task, const char *format, ...)
{
	char text[1024];
	va_list args;

	if (++task->problems > PROBLEMS_SAID)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (task->at_once) {
		diag_say("%s: %s", name_of(task), text);
		return;
	}
	buf_add_slice(&task->said, slice_from(text));
	buf_byte(&task->said, '\0');
}

void
task_tell(struct task *task)
{
	const char *line = task->said.data;
	const char *end = line;

	if (task->said.len > 0)		/* else line may be NULL */
		end += task->said.len;

	for (; line < end; line += strlen(line) + 1)
		diag_say("%s: %s", name_of(task), line);
	if (task->problems > PROBLEMS_SAID)
		diag_say("%s: and %u more", name_of(task),
		    task->problems - PROBLEMS_SAID);
	buf_free(&task->said);
	task->problems = 0;
}

static void
on_problem(void *ctx, const struct problem *problem)
{
	struct worker *worker = ctx;

	say(worker->task, "%s, at byte %llu%s", problem->text,
	    (unsigned long long)problem->at,
	    problem->inside ? " of what is inside" : "");
}

static void
on_gave_up(void *ctx, struct slice rule, const struct record *record)
{
	struct worker *worker = ctx;

	worker->coverage.gave_up++;
	say(worker->task, "rule %.*s gave up on the record at byte %llu",
	    (int)rule.len, rule.data, (unsigned long long)record->at);
}

/* ---- records ---- */

static bool
is_outside(const struct job *job, int64_t ms)
{
	return ms != TIME_NONE &&
	    ((job->since_ms != TIME_NONE && ms < job->since_ms) ||
	    (job->until_ms != TIME_NONE && ms >= job->until_ms));
}

static void
on_match(void *ctx, const struct match *match)
{
	struct worker *worker = ctx;
	bool open = worker->chunk->open &&
	    match->record + 1 == worker->chunk->count;

	if (is_outside(worker->job, match->time_ms))
		return;
	worker->nameless = worker->nameless ||
	    match->namer == NAMER_NOTHING;
	worker->timeless = worker->timeless || match->time_ms == TIME_NONE;
	if (worker->live != NULL) {
		live_match(worker->live, match, open);
		return;
	}
	if (worker->job->options->format == FORMAT_RECORDS) {
		if (!worker->job->options->dry_run)
			lines_record(&worker->out, match);
		worker->told = true;
		if (worker->job->forward != NULL) {
			reducer_take(worker->reducer, match);
			return;
		}
		for (size_t i = 0; i < match->rule_count; i++)
			reducer_note(worker->reducer, match->rules[i].id);
		return;
	}
	reducer_take(worker->reducer, match);
}

static void
fold_partials(struct worker *worker, const struct chunk *chunk)
{
	worker->partial_met = true;
	if ((worker->job->since_ms != TIME_NONE ||
	    worker->job->until_ms != TIME_NONE) &&
	    !atomic_exchange(&worker->job->refused, true))
		say(worker->task, "a result of -o json cannot be cut by "
		    "--since or --until: give them to the run that makes it");
	for (size_t i = 0; i < chunk->count; i++) {
		struct slice line = chunk_message(chunk, &chunk->records[i],
		    &worker->scratch);
		struct error err;

		if (atomic_load(&worker->job->refused))
			return;
		if (slice_trim(line).len == 0 ||
		    partial_read(&worker->partial, line, &err) == 0)
			continue;
		/* a line that is not ours at all: then the first was not
		 * either, whoever wrote it */
		if (err.kind == ERROR_USAGE ||
		    !slice_starts(line, "{\"cwsift\":")) {
			atomic_store(&worker->job->refused, true);
			say(worker->task, "%s", err.text);
			return;
		}
		worker->coverage.damages++;
		worker->coverage.damaged_bytes += line.len;
		say(worker->task, "%s, at byte %llu", err.text,
		    (unsigned long long)chunk->records[i].at);
	}
}

static int64_t
newest(const struct chunk *chunk)
{
	int64_t ms = TIME_NONE;

	for (size_t i = 0; i < chunk->count; i++)
		if (chunk->records[i].time_ms != TIME_NONE &&
		    (ms == TIME_NONE || chunk->records[i].time_ms > ms))
			ms = chunk->records[i].time_ms;
	return ms;
}

static void
go_live(struct worker *worker)
{
	const struct options *options = worker->job->options;

	worker->was_live = true;
	worker->live = live_new(worker->reducer, options->format,
	    options->window_ms, options->window_ms + options->late_ms,
	    options->colour == CHOICE_ALWAYS);
	if (worker->job->forward != NULL)
		live_forward(worker->live, worker->job->forward,
		    options->dry_run);
}

static void
take_chunk(void *ctx, const struct chunk *chunk)
{
	struct worker *worker = ctx;
	const struct job *job = worker->job;
	struct match_sink sink = { worker, on_match, on_gave_up };

	if (job->since_ms != TIME_NONE || job->until_ms != TIME_NONE) {
		/* an open record is counted when it is whole */
		size_t whole = chunk->count - (chunk->open ? 1 : 0);

		for (size_t i = 0; i < whole; i++)
			if (is_outside(job, chunk->records[i].time_ms))
				worker->task_coverage.outside++;
	}
	worker->chunk = chunk;
	if (worker->live != NULL)
		live_chunk(worker->live, chunk->again, newest(chunk));
	matcher_chunk(worker->matcher, chunk, &worker->task->naming, &sink);
	if (worker->live != NULL) {
		live_pass(worker->live);
	} else if (worker->out.len > 0) {
		output_write(buf_slice(&worker->out));
		buf_clear(&worker->out);
	}
	/* nobody reads on: but a topic may */
	if (output_closed() && (job->forward == NULL || job->options->dry_run))
		atomic_store(&worker->job->gone, true);
}

static void
on_chunk(void *ctx, const struct chunk *chunk)
{
	struct worker *worker = ctx;

	worker->chunks++;
	if (chunk->shape == SHAPE_CWSIFT) {
		fold_partials(worker, chunk);
		return;
	}
	if (worker->live == NULL && source_is_live(worker->source) &&
	    !worker->was_live)
		go_live(worker);
	if (worker->overlap != NULL)
		overlap_chunk(worker->overlap, chunk, &worker->task_coverage,
		    take_chunk, worker);
	else
		take_chunk(worker, chunk);
}

/* ---- bytes ---- */

bool
worker_is_over(const struct worker *worker)
{
	return stop_signal() != 0 || atomic_load(&worker->job->refused) ||
	    atomic_load(&worker->job->gone);
}

/* Whether there is something to read: 1, or 0 when nothing came for QUIET_MS. */
static int
wait_for(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	return poll(&poll_fd, 1, QUIET_MS) > 0;
}

static void
idle(struct worker *worker)
{
	if (!worker->may_live)
		return;
	source_idle(worker->source);
	if (worker->live != NULL)
		live_pass(worker->live);
}

/* Where a thread is idle it inflates what this one reads: of one huge file, or of the last
 * of many.  Not in --live: what is ahead would be told late.  (Else a pipe is no other
 * than a file: gzip is never live by itself, and a silence brings what is ahead.) */
static void
use_idle(struct worker *worker, uint64_t seen, uint64_t size)
{
	if (worker->ahead || worker->job->options->live || worker->fed ||
	    (size > 0 ? size - seen : seen) < AHEAD_SIZE ||
	    atomic_load(&worker->job->idle) < 1)
		return;
	if (atomic_fetch_sub(&worker->job->idle, 1) >= 1)
		worker->ahead = source_ahead(worker->source);
	if (!worker->ahead)
		atomic_fetch_add(&worker->job->idle, 1);
}

static void
free_idle(struct worker *worker)
{
	if (!worker->ahead)
		return;
	worker->ahead = false;
	atomic_fetch_add(&worker->job->idle, 1);
}

/* Reads a block: READ_SIZE, or of a regular file (size > 0) that is gzip as much as is
 * worth having at once.  *want is how much was asked for. */
static ssize_t
read_block(struct worker *worker, int fd, uint64_t size, uint64_t seen,
    size_t *want)
{
	ssize_t len = read(fd, worker->block, READ_SIZE), more;

	*want = READ_SIZE;
	if (len <= 0 || size <= READ_SIZE)
		return len;
	if (seen == 0)
		worker->block_size = inflate_block((struct slice){
		    worker->block, (size_t)len });
	if (worker->block_size <= READ_SIZE)
		return len;
	*want = worker->block_size;
	if (worker->block_room < *want) {
		char *small = worker->block;

		worker->block = mem_large(*want);
		worker->block_room = *want;
		memcpy(worker->block, small, (size_t)len);
		free(small);
	}
	while ((size_t)len < *want) {
		more = read(fd, worker->block + len, *want - (size_t)len);
		if (more <= 0)
			break;		/* what it is, the next call says */
		len += more;
	}
	return len;
}

/* size: of a regular file, where it ended when it was opened; else 0. */
static void
read_all(struct worker *worker, int fd, uint64_t size, bool waits)
{
	uint64_t seen = 0;
	size_t want;

	while (!worker_is_over(worker)) {
		ssize_t len;

		if (waits && !wait_for(fd)) {
			idle(worker);
			continue;
		}
		len = read_block(worker, fd, size, seen, &want);
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0) {
			worker->coverage.damages++;
			say(worker->task, "%s", strerror(errno));
			break;
		}
		if (len == 0)
			break;
		source_feed(worker->source, worker->block, (size_t)len);
		atomic_fetch_add(&worker->job->read, (uint_fast64_t)len);
		seen += (uint64_t)len;
		use_idle(worker, seen, seen < size ? size : 0);
		/* all that was there and no more: its end need not be asked for */
		if (seen == size && (size_t)len < want)
			break;
	}
}

/* Our own json brings the coverage of what was read for it; that it was itself read
 * is no part of it, or folding again would change the result. */
static void
add_coverage(struct worker *worker)
{
	struct coverage *coverage = &worker->task_coverage;

	if (worker->partial_met) {
		coverage->bytes = 0;
		coverage->shapes &= ~(UINT32_C(1) << SHAPE_CWSIFT);
	} else {
		/* all runs of a command are one */
		coverage->files = worker->fed && worker->coverage.files > 0 ?
		    0 : 1;
	}
	coverage_merge(&worker->coverage, coverage);
	coverage_init(coverage);
}

static void
end_live(struct worker *worker)
{
	if (worker->live == NULL)
		return;
	live_end(worker->live);
	worker->told = worker->told || live_told(worker->live);
	live_free(worker->live);
	worker->live = NULL;
}

static void
end_partials(struct worker *worker)
{
	struct error err;

	if (!worker->partial_met || stop_signal() != 0)
		return;
	if (!atomic_load(&worker->job->refused) &&
	    partial_finish(&worker->partial, &err) == -1) {
		atomic_store(&worker->job->refused, true);
		say(worker->task, "%s", err.text);
	}
}

static void
open_source(struct worker *worker, struct task *task)
{
	worker->partial_met = false;
	worker->partial = (struct partial_reader){
	    .terms = worker->job->terms, .reducer = worker->reducer,
	    .coverage = &worker->coverage };
	coverage_init(&worker->task_coverage);
	worker->reading = true;
	if (worker->source != NULL) {
		source_next(worker->source, task->path);
		return;
	}
	worker->sink = (struct source_sink){ worker, on_chunk, on_problem };
	worker->source = source_new(task->path, worker->job->options->from,
	    &worker->sink, &worker->task_coverage);
}

void
worker_run(struct worker *worker, struct task *task)
{
	const struct options *options = worker->job->options;
	int fd = STDIN_FILENO;
	struct stat st;
	bool regular;

	worker->task = task;
	if (task->path != NULL) {
		/* of a FIFO it waits for who writes, until a signal */
		do {
			fd = open(task->path, O_RDONLY | O_CLOEXEC);
		} while (fd == -1 && errno == EINTR && !worker_is_over(worker));
		if (fd == -1 && worker_is_over(worker))
			return;
		if (fd == -1) {
			worker->coverage.damages++;
			say(task, "%s", strerror(errno));
			return;
		}
	}
	if (fstat(fd, &st) != 0 || S_ISDIR(st.st_mode)) {
		worker->coverage.damages++;
		say(task, "%s", S_ISDIR(st.st_mode) ? strerror(EISDIR) :
		    strerror(errno));
		if (task->path != NULL)
			close(fd);
		return;
	}
	regular = S_ISREG(st.st_mode);
	open_source(worker, task);
	worker->may_live = options->live || (task->path == NULL &&
	    task->at_once && !regular && !options->batch);
	if (worker->may_live)
		source_live(worker->source, options->live);
	read_all(worker, fd, regular ? (uint64_t)st.st_size : 0, !regular);
	source_end(worker->source);
	free_idle(worker);
	add_coverage(worker);
	end_live(worker);
	end_partials(worker);
	worker->reading = false;
	if (task->path != NULL)
		close(fd);
}

/* ---- an input that the caller reads ---- */

void
worker_begin(struct worker *worker, struct task *task,
    struct overlap *overlap)
{
	worker->task = task;
	worker->fed = worker->may_live = true;
	worker->overlap = overlap;
	open_source(worker, task);
	source_live(worker->source, true);
	if (worker->live == NULL)
		go_live(worker);
	if (overlap != NULL)
		overlap_begin(overlap);
}

void
worker_feed(struct worker *worker, const char *bytes, size_t len)
{
	source_feed(worker->source, bytes, len);
}

void
worker_idle(struct worker *worker)
{
	if (worker->reading)
		source_idle(worker->source);
	if (worker->live != NULL)
		live_pass(worker->live);
}

void
worker_end(struct worker *worker, bool again)
{
	bool cut = false;

	if (again && worker->overlap != NULL) {
		source_idle(worker->source);
		/* or a piece of the first line is all there is */
		cut = overlap_is_open(worker->overlap) ||
		    source_shape(worker->source) == SHAPE_UNKNOWN;
	}
	if (!cut)
		source_end(worker->source);
	if (worker->overlap != NULL)
		overlap_end(worker->overlap, &worker->task_coverage, cut);
	add_coverage(worker);
	end_partials(worker);
	worker->reading = false;
	task_tell(worker->task);
}

void
worker_own(struct worker *worker, const struct match *match)
{
	live_own(worker->live, match);
	live_pass(worker->live);
	if (output_closed())
		atomic_store(&worker->job->gone, true);
}

void
worker_finish(struct worker *worker)
{
	if (worker->overlap != NULL)
		overlap_over(worker->overlap, &worker->coverage, take_chunk,
		    worker);
	end_live(worker);
}

uint64_t
worker_chunks(const struct worker *worker)
{
	return worker->chunks;
}

struct coverage
worker_so_far(const struct worker *worker)
{
	struct coverage coverage = worker->coverage;

	if (worker->reading)
		coverage_merge(&coverage, &worker->task_coverage);
	return coverage;
}
