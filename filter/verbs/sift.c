/* sift.c -- wires the stages: tasks over threads, their results into one.
 * SPDX-License-Identifier: MIT */
#include "verbs/sift.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/time.h"
#include "input/walk.h"
#include "match/plan.h"
#include "match/ruleset.h"
#include "sink/lines.h"
#include "sink/output.h"
#include "verbs/exit_status.h"
#include "verbs/forwarding.h"
#include "verbs/load.h"
#include "verbs/stop.h"
#include "verbs/worker.h"

#define PROGRESS_NS 200000000		/* between two states of the line */
#define OUTPUT_SIZE ((size_t)64 << 10)	/* bytes gathered before a write */

struct sift {
	struct options *options;
	const struct sift_ear *ear;	/* NULL: nobody asks */
	const struct sift_reader *reader;	/* NULL: the operands are read */
	struct ruleset rules;
	struct plan *plan;
	struct job job;
	struct task *tasks;
	size_t task_count, task_room;
	const struct operand *operand;	/* being expanded */
	bool progress;			/* is shown, if total is known */
	uint64_t total;			/* bytes of all tasks, where known */
	struct coverage coverage;	/* of what came before the tasks */

	pthread_mutex_t lock;
	pthread_cond_t done;
	size_t next;			/* task to be taken */
	unsigned running;		/* threads */
};

static int
read_bound(const char *text, int64_t now_ms, const char *option, int64_t *ms)
{
	struct error err;

	*ms = TIME_NONE;
	if (text == NULL)
		return 0;
	if (time_read_point(slice_from(text), now_ms, ms, &err) == 0)
		return 0;
	diag_say("%s: %s (try --help)", option, err.text);
	return -1;
}

/* ---- tasks ---- */

static void
add_task(void *ctx, const char *path)
{
	struct sift *sift = ctx;
	struct task *task;
	struct stat st;

	sift->tasks = mem_grow(sift->tasks, sift->task_count + 1,
	    &sift->task_room, sizeof *sift->tasks);
	task = &sift->tasks[sift->task_count++];
	*task = (struct task){ .naming = { .service = sift->operand->service,
	    .group = sift->operand->group } };
	buf_init(&task->said, BUF_NO_LIMIT);
	if (path == NULL)
		return;
	task->path = mem_copy(slice_from(path));
	if (sift->progress && stat(path, &st) == 0 && S_ISREG(st.st_mode))
		sift->total += (uint64_t)st.st_size;
}

static void
skip_file(void *ctx, const char *path)
{
	struct sift *sift = ctx;

	sift->coverage.skipped++;
	if (sift->options->stats)
		diag_say("%s: passed over", path);
}

static void
fail_file(void *ctx, const char *path, const char *why)
{
	struct sift *sift = ctx;

	sift->coverage.damages++;
	diag_say("%s: %s", path, why);
}

static void
make_tasks(struct sift *sift)
{
	const struct options *options = sift->options;
	struct walk walk = { sift, add_task, skip_file, fail_file };
	struct operand input = { "-", options->group, options->service };

	sift->progress = diag_is_terminal() && !options->quiet;
	if (options->operand_count == 0) {
		sift->operand = &input;
		add_task(sift, NULL);
	}
	for (size_t i = 0; i < options->operand_count; i++) {
		sift->operand = &options->operands[i];
		if (strcmp(sift->operand->path, "-") == 0)
			add_task(sift, NULL);
		else
			walk_operand(&walk, sift->operand->path);
	}
	if (sift->task_count == 1)
		sift->tasks[0].at_once = true;
}

/* ---- threads ---- */

static struct task *
take_task(struct sift *sift)
{
	struct task *task = NULL;

	pthread_mutex_lock(&sift->lock);
	if (sift->next < sift->task_count && stop_signal() == 0 &&
	    !atomic_load(&sift->job.refused) && !atomic_load(&sift->job.gone))
		task = &sift->tasks[sift->next++];
	pthread_mutex_unlock(&sift->lock);
	return task;
}

struct crew {
	struct sift *sift;
	struct worker *worker;
	pthread_t thread;
	bool started;
};

static void *
work(void *arg)
{
	struct crew *crew = arg;
	struct sift *sift = crew->sift;
	struct task *task;

	while ((task = take_task(sift)) != NULL)
		worker_run(crew->worker, task);
	atomic_fetch_add(&sift->job.idle, 1);
	pthread_mutex_lock(&sift->lock);
	sift->running--;
	pthread_cond_signal(&sift->done);
	pthread_mutex_unlock(&sift->lock);
	return NULL;
}

static void
show_progress(struct sift *sift)
{
	uint64_t read = atomic_load(&sift->job.read);
	char bar[21], line[128];
	unsigned filled;

	if (sift->total == 0)
		return;
	if (read > sift->total)
		read = sift->total;
	filled = (unsigned)(read * 20 / sift->total);
	memset(bar, '-', 20);
	memset(bar, '#', filled);
	bar[20] = '\0';
	snprintf(line, sizeof line, "[%s] %3u %%  file %zu of %zu", bar,
	    (unsigned)(read * 100 / sift->total), sift->next,
	    sift->task_count);
	diag_progress(line);
}

/* Waits for the threads; on a terminal the wait is shown. */
static void
wait_for(struct sift *sift, bool progress)
{
	pthread_mutex_lock(&sift->lock);
	while (sift->running > 0) {
		struct timespec until;

		if (!progress) {
			pthread_cond_wait(&sift->done, &sift->lock);
			continue;
		}
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += PROGRESS_NS;
		if (until.tv_nsec >= 1000000000) {
			until.tv_nsec -= 1000000000;
			until.tv_sec++;
		}
		pthread_cond_timedwait(&sift->done, &sift->lock, &until);
		show_progress(sift);
	}
	pthread_mutex_unlock(&sift->lock);
	if (progress)
		diag_progress(NULL);
}

static unsigned
threads_allowed(const struct options *options)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (options->threads > 0)
		return options->threads;
	return processors < 1 ? 1 : (unsigned)processors;
}

/* How many read. */
static unsigned
thread_count(const struct sift *sift, unsigned allowed)
{
	const struct options *options = sift->options;

	/* what is printed as it comes is in the order of operands */
	if (options->format == FORMAT_RECORDS || options->live)
		return 1;
	if (allowed <= sift->task_count)
		return allowed;
	return sift->task_count == 0 ? 1 : (unsigned)sift->task_count;
}

/* Runs all tasks; the first worker has everything afterwards. */
static struct worker *
run(struct sift *sift, bool *told, bool *nameless, bool *timeless,
    bool *live)
{
	unsigned allowed = threads_allowed(sift->options);
	unsigned count = thread_count(sift, allowed);
	struct crew *crew = mem_zero(count, sizeof *crew);
	bool progress = sift->progress && sift->total > 0;
	struct worker *first;

	for (unsigned i = 0; i < count; i++) {
		crew[i].sift = sift;
		crew[i].worker = worker_new(&sift->job);
	}
	sift->running = count;
	atomic_store(&sift->job.idle, (int)(allowed - count));
	if (count == 1 && !progress) {
		work(&crew[0]);
	} else {
		for (unsigned i = 0; i < count; i++) {
			crew[i].started = pthread_create(&crew[i].thread,
			    NULL, work, &crew[i]) == 0;
			if (!crew[i].started) {
				pthread_mutex_lock(&sift->lock);
				sift->running--;
				pthread_mutex_unlock(&sift->lock);
			}
		}
		wait_for(sift, progress);
		for (unsigned i = 0; i < count; i++)
			if (crew[i].started)
				pthread_join(crew[i].thread, NULL);
		/* no thread could be had: this one does it */
		sift->running = 1;
		work(&crew[0]);
	}
	first = crew[0].worker;
	for (unsigned i = 0; i < count; i++) {
		struct worker *worker = crew[i].worker;

		*told = *told || worker_told(worker);
		*nameless = *nameless || worker_nameless(worker);
		*timeless = *timeless || worker_timeless(worker);
		*live = *live || worker_was_live(worker);
		if (i == 0)
			continue;
		reducer_absorb(worker_reducer(first), worker_reducer(worker));
		coverage_merge(worker_coverage(first),
		    worker_coverage(worker));
		worker_free(worker);
	}
	free(crew);
	coverage_merge(worker_coverage(first), &sift->coverage);
	return first;
}

/* The same for an input that somebody else reads. */
static struct worker *
hear(struct sift *sift, bool *told, bool *nameless, bool *timeless)
{
	struct worker *worker = sift->reader->read(sift->reader->ctx,
	    &sift->job, &sift->tasks[0]);

	*told = worker_told(worker);
	*nameless = worker_nameless(worker);
	*timeless = worker_timeless(worker);
	return worker;
}

/* ---- the end ---- */

static bool
print_incidents(struct sift *sift, struct reducer *reducer)
{
	const struct options *options = sift->options;
	struct incident **incidents;
	bool told = false;
	struct buf out;
	size_t count;

	buf_init(&out, BUF_NO_LIMIT);
	incidents = reducer_sorted(reducer, &count);
	for (size_t i = 0; i < count; i++) {
		bool tellable = incident_tellable(incidents[i]);

		told = told || tellable;
		if (!tellable && options->format != FORMAT_JSON)
			continue;
		lines_incident(&out, incidents[i], options->format,
		    options->colour == CHOICE_ALWAYS);
		if (options->dry_run)
			buf_clear(&out);	/* requests are shown instead */
		if (out.len >= OUTPUT_SIZE) {
			output_write(buf_slice(&out));
			buf_clear(&out);
		}
	}
	output_write(buf_slice(&out));
	buf_free(&out);
	return told;
}

static void
print_coverage(struct sift *sift, const struct coverage *coverage)
{
	struct buf out;

	buf_init(&out, BUF_NO_LIMIT);
	partial_print_coverage(&out, coverage, &sift->job.terms);
	output_write(buf_slice(&out));
	buf_free(&out);
}

static bool
has_fired(const struct tally *totals, size_t count, struct slice id)
{
	for (size_t i = 0; i < count; i++)
		if (slice_equal(totals[i].id, id))
			return true;
	return false;
}

/* Which rules matched, and which of those of the run did not. */
static void
print_rules(const struct sift *sift, struct reducer *reducer, struct buf *out)
{
	const struct plan *plan = sift->plan;
	size_t count, silent_count = 0;
	const struct tally *totals = reducer_totals(reducer, &count);
	struct slice *silent = mem_zero(plan->rule_count, sizeof *silent);

	for (size_t i = 0; i < plan->rule_count; i++)
		if (!has_fired(totals, count, plan->rules[i].rule->id))
			silent[silent_count++] = plan->rules[i].rule->id;
	lines_rules(out, totals, count, silent, silent_count,
	    sift->options->verbose);
	free(silent);
}

static void
say_coverage(const struct sift *sift, const struct coverage *coverage,
    struct reducer *reducer)
{
	const struct options *options = sift->options;
	bool asked = options->stats || options->verbose;
	struct buf out;

	if (options->quiet || (!asked && !diag_is_terminal() &&
	    coverage_complete(coverage)))
		return;
	buf_init(&out, BUF_NO_LIMIT);
	lines_coverage(&out, coverage);
	if (asked)
		print_rules(sift, reducer, &out);
	diag_raw(buf_slice(&out));
	buf_free(&out);
}

static void
tell_ear(const struct sift_ear *ear, struct reducer *reducer)
{
	size_t count;
	const struct tally *totals = reducer_totals(reducer, &count);

	for (size_t i = 0; ear != NULL && i < count; i++)
		ear->fired(ear->ctx, totals[i].id, totals[i].count);
}

static int
conclude(struct sift *sift, struct worker *worker, bool told, bool nameless,
    bool timeless, bool live)
{
	const struct options *options = sift->options;
	struct coverage *coverage = worker_coverage(worker);
	struct reducer *reducer = worker_reducer(worker);
	uint64_t dropped = reducer_dropped(reducer);
	int status = EXIT_DONE;
	bool unsent;

	for (size_t i = 0; i < sift->task_count; i++)
		task_tell(&sift->tasks[i]);
	if (atomic_load(&sift->job.refused))
		return EXIT_USAGE;
	if (dropped > 0) {
		coverage->damages += dropped;
		diag_say("more incidents than %d: %llu matches were not kept",
		    REDUCER_INCIDENT_LIMIT, (unsigned long long)dropped);
	}
	if (options->format != FORMAT_RECORDS &&
	    !(live && options->format == FORMAT_LINE))
		told = print_incidents(sift, reducer) || told;
	if (options->format == FORMAT_JSON && !options->dry_run)
		print_coverage(sift, coverage);
	if (nameless && options->format != FORMAT_RECORDS)
		diag_say("some failures have no service but ?RULE: the input "
		    "does not carry its log group; name it with -g");
	if (timeless)
		diag_say("some failures have no time: the input does not "
		    "carry it");
	if (coverage->records == 0 && !options->allow_empty) {
		diag_say("no record was read%s", coverage_complete(coverage) ?
		    " (--allow-empty if that is fine)" : "");
		status = EXIT_INCOMPLETE;
	} else if (coverage->records > 0 && !options->allow_empty &&
	    coverage->outside == coverage->records) {
		diag_say("no record lies in the interval of --since and "
		    "--until (--allow-empty if that is fine)");
		status = EXIT_INCOMPLETE;
	}
	say_coverage(sift, coverage, reducer);
	tell_ear(sift->ear, reducer);
	if (told && options->exit_code && status < EXIT_INCIDENTS)
		status = EXIT_INCIDENTS;
	/* a dry run prints here; and that something waits unsent is more than that
	 * a signal came */
	unsent = sift->job.forward != NULL && forwarding_finish(
	    sift->job.forward, options, reducer, live) == -1;
	status = exit_status(status, coverage);
	if (unsent)
		status = EXIT_OUTPUT;
	return status;
}

static int
sift_all(struct sift *sift)
{
	struct options *options = sift->options;
	bool told = false, nameless = false, timeless = false, live = false;
	int64_t now_ms = time_now_ms();
	int status = EXIT_USAGE;
	struct worker *worker;

	ruleset_init(&sift->rules);
	pthread_mutex_init(&sift->lock, NULL);
	pthread_cond_init(&sift->done, NULL);
	coverage_init(&sift->coverage);
	if (load_rules(&sift->rules, options) == -1 ||
	    read_bound(options->since, now_ms, "--since",
	    &sift->job.since_ms) == -1 ||
	    read_bound(options->until, now_ms, "--until",
	    &sift->job.until_ms) == -1)
		goto out;
	if (forwarding_open(options, &sift->job.forward) == -1)
		goto out;
	sift->plan = plan_new(&sift->rules, options->level,
	    !options->no_search);
	sift->job.options = options;
	sift->job.plan = sift->plan;
	sift->job.terms = (struct partial_terms){ options->window_ms,
	    options->level };
	make_tasks(sift);
	if (sift->reader != NULL)
		worker = hear(sift, &told, &nameless, &timeless);
	else
		worker = run(sift, &told, &nameless, &timeless, &live);
	live = live || worker_was_live(worker);
	status = conclude(sift, worker, told, nameless, timeless, live);
	worker_free(worker);
out:
	forward_free(sift->job.forward);
	for (size_t i = 0; i < sift->task_count; i++) {
		free(sift->tasks[i].path);
		buf_free(&sift->tasks[i].said);
	}
	free(sift->tasks);
	plan_free(sift->plan);
	pthread_cond_destroy(&sift->done);
	pthread_mutex_destroy(&sift->lock);
	ruleset_free(&sift->rules);
	return status;
}

int
sift(struct options *options)
{
	return sift_heard(options, NULL);
}

int
sift_heard(struct options *options, const struct sift_ear *ear)
{
	struct sift sift = { .options = options, .ear = ear };

	return sift_all(&sift);
}

int
sift_read(struct options *options, const struct sift_reader *reader)
{
	struct sift sift = { .options = options, .reader = reader };

	return sift_all(&sift);
}
