/* watch.c -- runs the command, reads it, starts it again where it stopped.
 * SPDX-License-Identifier: MIT */
#include "verbs/watch.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/env.h"
#include "base/mem.h"
#include "base/notify.h"
#include "base/time.h"
#include "input/limits.h"
#include "verbs/aws_command.h"
#include "verbs/child.h"
#include "verbs/exit_status.h"
#include "verbs/overlap.h"
#include "verbs/sift.h"
#include "verbs/stop.h"
#include "verbs/vigil.h"
#include "verbs/worker.h"

#define TICK_MS 200		/* between two looks at signals and clocks; and
				 * the silence after which an open record is
				 * judged */
#define PAUSE_LEAST_MS 1000	/* before the first new start ... */
#define PAUSE_MOST_MS 60000	/* ... doubled up to this */
#define STEADY_MS 60000		/* a run that lasted so long, or told something
				 * new, makes the next pause a first one */
#define DRAIN_MS 500		/* when the command has ended, others may still
				 * have its terminal open */
#define GRACE_MS 2000		/* between TERM and KILL */
#define LINE_LIMIT ((size_t)2000)	/* bytes of a line of standard error */

struct watch {
	struct options *options;
	struct job *job;
	struct task *task;
	struct worker *worker;
	struct aws_command command;
	bool resumes;		/* --since says where it goes on */
	int64_t since_ms;	/* where the first run began, or TIME_NONE */
	struct overlap *overlap;
	struct vigil vigil;
	struct notify notify;
	uint64_t random;
	struct buf name, line;
	char *bytes;		/* READ_SIZE of them */

	struct child *child;
	struct child_end end;
	bool failed;		/* the last run */
	uint64_t starts;
	uint64_t records;	/* before this run */
	uint64_t chunks;	/* of records, until now */
	int64_t begun_ms, run_ms;	/* all of it, this run */
	int64_t heard_ms;	/* the last byte of this run */
	int64_t pause_ms;	/* the next one, before it is jittered */
	int64_t heartbeat_ms, watchdog_ms;	/* when the next is due */
};

/* A length of time for people. */
struct length {
	char text[32];
};

static struct length
length_of(int64_t ms)
{
	struct length length;
	long long s = ms / 1000;

	if (ms < 9950)
		snprintf(length.text, sizeof length.text, "%lld.%lld s", s,
		    (long long)ms % 1000 / 100);
	else if (s < 120)
		snprintf(length.text, sizeof length.text, "%lld s", s);
	else if (s < 7200)
		snprintf(length.text, sizeof length.text, "%lldm%02llds",
		    s / 60, s % 60);
	else
		snprintf(length.text, sizeof length.text, "%lldh%02lldm",
		    s / 3600, s / 60 % 60);
	return length;
}

/* ---- what is told ---- */

static void
say_status(const struct watch *watch, const char *what)
{
	struct coverage coverage = worker_so_far(watch->worker);

	notify_say(&watch->notify, "STATUS=%s; %llu records, %llu starts",
	    what, (unsigned long long)coverage.records,
	    (unsigned long long)watch->starts);
}

static void
heartbeat(struct watch *watch)
{
	struct coverage coverage = worker_so_far(watch->worker);
	struct buf line;

	buf_init(&line, BUF_NO_LIMIT);
	buf_printf(&line, "%s for %s: %llu record%s",
	    watch->vigil.run_ms == VIGIL_NONE ? "waiting" : "watching",
	    length_of(time_clock_ms() - watch->begun_ms).text,
	    (unsigned long long)coverage.records,
	    coverage.records == 1 ? "" : "s");
	if (coverage.last_ms != TIME_NONE) {
		buf_text(&line, ", the last of ");
		time_print(&line, coverage.last_ms);
	}
	if (watch->overlap != NULL && overlap_repeats(watch->overlap) > 0)
		buf_printf(&line, ", %llu repeated",
		    (unsigned long long)overlap_repeats(watch->overlap));
	if (watch->starts > 1)
		buf_printf(&line, ", started %llu times",
		    (unsigned long long)watch->starts);
	if (!coverage_complete(&coverage))
		buf_text(&line, ", not all was read");
	diag_say("%s: %.*s", watch->task->name, (int)line.len, line.data);
	notify_say(&watch->notify, "STATUS=%.*s", (int)line.len, line.data);
	buf_free(&line);
}

/* Not watching is an incident, like any other. */
static void
alert(struct watch *watch)
{
	static const struct match_rule rule = { { "watch-gap", 9 }, 1 };
	int64_t gap_ms = time_clock_ms() - watch->vigil.from_ms;
	struct match match = { .service = slice_from("cwsift"),
	    .time_ms = time_now_ms() - gap_ms, .level = LEVEL_ERROR,
	    .rules = &rule, .rule_count = 1 };
	struct buf text;

	buf_init(&text, BUF_NO_LIMIT);
	buf_printf(&text, "nothing was watched for %s: %s",
	    length_of(gap_ms).text, watch->task->name);
	match.origin.group = watch->task->naming.group;
	match.message = buf_slice(&text);
	diag_say("%.*s", (int)text.len, text.data);
	worker_own(watch->worker, &match);
	buf_free(&text);
}

/* What is due by the clock; heard: the command has just said something. */
static void
tick(struct watch *watch, bool heard)
{
	int64_t now_ms = time_clock_ms(), gap_ms;

	if (vigil_alert(&watch->vigil, now_ms))
		alert(watch);
	gap_ms = vigil_look(&watch->vigil, now_ms, heard);
	if (gap_ms >= 0 && watch->starts > 1)
		diag_say("%s: watching again; nothing was watched for %s",
		    watch->task->name, length_of(gap_ms).text);
	if (gap_ms >= 0)
		say_status(watch, "watching");
	if (watch->options->heartbeat_ms > 0 &&
	    now_ms >= watch->heartbeat_ms) {
		watch->heartbeat_ms = now_ms + watch->options->heartbeat_ms;
		heartbeat(watch);
	}
	if (watch->notify.watchdog_ms > 0 && now_ms >= watch->watchdog_ms) {
		watch->watchdog_ms = now_ms + watch->notify.watchdog_ms;
		notify_say(&watch->notify, "WATCHDOG=1");
	}
}

/* ---- reading ---- */

/* Takes colours out: `aws` puts them around its messages, too. */
static void
strip_colours(struct buf *line)
{
	size_t out = 0;

	for (size_t i = 0; i < line->len; i++) {
		size_t end = i + 2;

		if (line->data[i] == '\033' && i + 1 < line->len &&
		    line->data[i + 1] == '[') {
			while (end < line->len && (line->data[end] == ';' ||
			    (line->data[end] >= '0' &&
			    line->data[end] <= '9')))
				end++;
			if (end < line->len && line->data[end] == 'm') {
				i = end;
				continue;
			}
		}
		line->data[out++] = line->data[i];
	}
	line->len = out;
}

static void
say_line(struct watch *watch)
{
	struct slice line;

	strip_colours(&watch->line);
	line = slice_trim(slice_chomp(buf_slice(&watch->line)));

	if (line.len > 0)
		diag_say("%s: %.*s", watch->task->name, (int)line.len,
		    line.data);
	buf_clear(&watch->line);
}

/* Its standard error, by the line. */
static void
read_errors(struct watch *watch)
{
	ssize_t len = child_read_errors(watch->child, watch->bytes,
	    READ_SIZE);

	for (ssize_t i = 0; i < len; i++)
		if (watch->bytes[i] == '\n' ||
		    !buf_byte(&watch->line, watch->bytes[i]))
			say_line(watch);
}

static void
read_output(struct watch *watch)
{
	ssize_t len = child_read_output(watch->child, watch->bytes,
	    READ_SIZE);

	if (len <= 0)
		return;
	watch->heard_ms = time_clock_ms();
	worker_feed(watch->worker, watch->bytes, (size_t)len);
}

/* Whether records came, new or not, since the last time.  (That it printed something is
 * no proof: `aws` resets colours when it fails.) */
static bool
heard_records(struct watch *watch)
{
	uint64_t chunks = worker_chunks(watch->worker);
	bool heard = chunks != watch->chunks;

	watch->chunks = chunks;
	return heard;
}

/* Reads until the command has ended and all it printed is here; or for limit_ms, or
 * until a stop, when limit_ms is 0.  Whether it has ended. */
static bool
read_child(struct watch *watch, int64_t limit_ms)
{
	struct child *child = watch->child;
	int64_t start_ms = time_clock_ms(), ended_ms = -1, shut_ms = -1;

	for (;;) {
		struct pollfd words[] = {
			{ .fd = child_output(child), .events = POLLIN },
			{ .fd = child_errors(child), .events = POLLIN },
		};
		int64_t now_ms;

		poll(words, 2, ended_ms >= 0 ? TICK_MS / 10 : TICK_MS);
		read_errors(watch);
		read_output(watch);
		now_ms = time_clock_ms();
		if (now_ms - watch->heard_ms >= TICK_MS)
			worker_idle(watch->worker);
		tick(watch, heard_records(watch));
		if (ended_ms < 0 && child_ended(child, &watch->end))
			ended_ms = now_ms;
		if (ended_ms >= 0 && ((child_output(child) == -1 &&
		    child_errors(child) == -1) ||
		    (now_ms - ended_ms >= DRAIN_MS &&
		    now_ms - watch->heard_ms >= DRAIN_MS)))
			return true;
		if (limit_ms > 0 && now_ms - start_ms >= limit_ms)
			return ended_ms >= 0;
		if (limit_ms == 0 && worker_is_over(watch->worker))
			return ended_ms >= 0;
		/* one that prints nowhere is not watched */
		if (child_output(child) != -1)
			shut_ms = -1;
		else if (shut_ms < 0)
			shut_ms = now_ms;
		else if (ended_ms < 0 && now_ms - shut_ms >= GRACE_MS)
			child_signal(child, SIGKILL);
	}
}

/* ---- one run ---- */

/* Where the next run begins. */
static int64_t
next_since(const struct watch *watch)
{
	int64_t ms = overlap_since(watch->overlap);

	if (ms == TIME_NONE)
		return watch->since_ms;
	return watch->since_ms != TIME_NONE && ms < watch->since_ms ?
	    watch->since_ms : ms;
}

static struct child *
start_child(struct watch *watch, struct error *err)
{
	int64_t ms = watch->resumes && watch->starts > 0 ? next_since(watch) :
	    TIME_NONE;
	struct child *child;
	struct buf since;
	char **argv, *made;

	if (ms == TIME_NONE)
		return child_start(watch->command.argv, err);
	buf_init(&since, BUF_NO_LIMIT);
	time_print_utc(&since, ms);
	buf_byte(&since, '\0');
	argv = aws_command_from(&watch->command, since.data, &made);
	child = child_start(argv, err);
	free(made);
	free(argv);
	buf_free(&since);
	return child;
}

static void
say_end(const struct watch *watch)
{
	const char *name = watch->task->name;
	struct length lasted = length_of(time_clock_ms() - watch->run_ms);

	if (watch->end.signal != 0)
		diag_say("%s: ended by signal %d (%s) after %s", name,
		    watch->end.signal, strsignal(watch->end.signal),
		    lasted.text);
	else
		diag_say("%s: ended with status %d after %s", name,
		    watch->end.status, lasted.text);
}

static bool
starts_again(const struct watch *watch)
{
	switch (watch->options->restart) {
	case CHOICE_NEVER:
		return false;
	case CHOICE_AUTO:
		return watch->failed;
	case CHOICE_ALWAYS:
		return true;
	}
	return true;
}

/* The run is over, of itself or by a stop. */
static void
end_run(struct watch *watch, bool ended)
{
	bool again;

	watch->failed = ended && (watch->end.signal != 0 ||
	    watch->end.status != 0);
	if (!ended) {
		child_signal(watch->child, SIGTERM);
		read_child(watch, GRACE_MS);
	}
	say_line(watch);
	child_free(watch->child);
	watch->child = NULL;
	again = ended && starts_again(watch);
	worker_end(watch->worker, again && watch->resumes && watch->failed);
	tick(watch, heard_records(watch));
	vigil_end(&watch->vigil, time_clock_ms(), !ended || watch->failed);
	if (!ended)
		return;
	if (watch->failed || again)
		say_end(watch);
	/* what was said meanwhile is lost, or all that would have followed */
	if (again ? !watch->resumes && (watch->failed ||
	    watch->command.live_tail) : watch->failed)
		worker_coverage(watch->worker)->partial++;
}

/* Runs the command once.  -1: it could not be started. */
static int
run_once(struct watch *watch)
{
	struct error err;
	bool ended;

	watch->end = (struct child_end){ 0, 0 };
	watch->child = start_child(watch, &err);
	if (watch->child == NULL) {
		diag_say("%s", err.text);
		watch->failed = true;
		return -1;
	}
	watch->records = worker_coverage(watch->worker)->records;
	watch->run_ms = watch->heard_ms = time_clock_ms();
	vigil_run(&watch->vigil, watch->run_ms);
	worker_begin(watch->worker, watch->task, watch->overlap);
	if (watch->starts++ == 0)
		notify_say(&watch->notify, "READY=1\nSTATUS=watching");
	ended = read_child(watch, 0);
	end_run(watch, ended);
	return 0;
}

/* ---- between two runs ---- */

/* A number from 0 to 1 (xorshift64). */
static double
random_of(struct watch *watch)
{
	watch->random ^= watch->random << 13;
	watch->random ^= watch->random >> 7;
	watch->random ^= watch->random << 17;
	return (double)(watch->random >> 11) / (double)(UINT64_C(1) << 53);
}

/* The pauses of many watchers, who all saw the same trouble, spread out. */
static int64_t
next_pause(struct watch *watch)
{
	int64_t ms;

	if (worker_coverage(watch->worker)->records > watch->records ||
	    (watch->starts > 0 && time_clock_ms() - watch->run_ms >= STEADY_MS))
		watch->pause_ms = PAUSE_LEAST_MS;
	ms = watch->pause_ms / 2 +
	    (int64_t)(random_of(watch) * (double)watch->pause_ms / 2);
	watch->pause_ms *= 2;
	if (watch->pause_ms > PAUSE_MOST_MS)
		watch->pause_ms = PAUSE_MOST_MS;
	return ms;
}

static void
rest(struct watch *watch)
{
	int64_t pause_ms = next_pause(watch);
	int64_t until_ms = time_clock_ms() + pause_ms;
	struct buf from;

	buf_init(&from, BUF_NO_LIMIT);
	if (watch->resumes && watch->starts > 0 &&
	    next_since(watch) != TIME_NONE) {
		buf_text(&from, ", from ");
		time_print(&from, next_since(watch));
	}
	diag_say("%s: starting again in %s%.*s", watch->task->name,
	    length_of(pause_ms).text, (int)from.len,
	    from.len == 0 ? "" : from.data);
	buf_free(&from);
	say_status(watch, "waiting to start again");
	while (!worker_is_over(watch->worker)) {
		int64_t left_ms = until_ms - time_clock_ms();

		if (left_ms <= 0)
			break;
		poll(NULL, 0, left_ms < TICK_MS ? (int)left_ms : TICK_MS);
		worker_idle(watch->worker);
		tick(watch, false);
	}
	/* the last run failed, and nothing came after it */
	if (worker_is_over(watch->worker) && watch->failed)
		worker_coverage(watch->worker)->partial++;
}

static struct worker *
read_command(void *ctx, struct job *job, struct task *task)
{
	struct watch *watch = ctx;

	watch->job = job;
	watch->task = task;
	watch->worker = worker_new(job);
	task->name = watch->name.data;
	task->at_once = true;
	if (task->naming.group.len == 0)
		task->naming.group = watch->command.group;
	task->naming.region = watch->command.region;
	task->naming.account = watch->command.account;
	do {
		if (run_once(watch) == -1 && watch->starts == 0) {
			/* nothing was done */
			atomic_store(&job->refused, true);
			break;
		}
		if (worker_is_over(watch->worker) || !starts_again(watch))
			break;
		rest(watch);
	} while (!worker_is_over(watch->worker));
	notify_say(&watch->notify, "STOPPING=1");
	worker_finish(watch->worker);
	return watch->worker;
}

/* ---- the beginning ---- */

static void
name_command(struct watch *watch)
{
	const char *word = watch->command.argv[0];
	const char *slash = strrchr(word, '/');

	if (watch->command.tail)
		buf_text(&watch->name, "aws logs tail");
	else if (watch->command.live_tail)
		buf_text(&watch->name, "aws logs start-live-tail");
	else
		buf_text(&watch->name, slash == NULL ? word : slash + 1);
	buf_byte(&watch->name, '\0');
}

static void
get_ready(struct watch *watch)
{
	struct options *options = watch->options;

	aws_command_read(&watch->command, options->command);
	if (options->from == SHAPE_UNKNOWN)
		options->from = watch->command.shape;
	watch->resumes = watch->command.tail &&
	    (options->from == SHAPE_TAIL_SHORT ||
	    options->from == SHAPE_TAIL_DETAILED ||
	    options->from == SHAPE_TAIL_JSON);
	watch->since_ms = watch->resumes ?
	    aws_command_since(&watch->command, time_now_ms()) : TIME_NONE;
	/* a live tail begins anew: what looks alike is not the same */
	if (!watch->command.live_tail)
		watch->overlap = overlap_new();
	name_command(watch);
	notify_init(&watch->notify);
	env_set("AWS_PAGER", "");
	watch->begun_ms = watch->run_ms = time_clock_ms();
	watch->heartbeat_ms = watch->begun_ms + options->heartbeat_ms;
	watch->watchdog_ms = watch->begun_ms;
	watch->pause_ms = PAUSE_LEAST_MS;
	watch->random = (uint64_t)time_now_ms() << 16 ^ (uint64_t)getpid() ^
	    UINT64_C(0x9e3779b97f4a7c15);
	vigil_init(&watch->vigil, options->alert_gap_ms, watch->begun_ms);
}

int
watch(struct options *options)
{
	struct watch watch = { .options = options };
	struct sift_reader reader = { &watch, read_command };
	int status;

	if (options->operand_count > 0) {
		diag_say("watch: %s: the command stands behind -- (try watch --help)",
		    options->operands[0].path);
		return EXIT_USAGE;
	}
	if (options->command == NULL || options->command[0] == NULL) {
		diag_say("watch: no command (try watch --help)");
		return EXIT_USAGE;
	}
	buf_init(&watch.name, BUF_NO_LIMIT);
	buf_init(&watch.line, LINE_LIMIT);
	watch.bytes = mem_alloc(READ_SIZE);
	get_ready(&watch);
	status = sift_read(options, &reader);
	overlap_free(watch.overlap);
	free(watch.bytes);
	buf_free(&watch.line);
	buf_free(&watch.name);
	return status;
}
