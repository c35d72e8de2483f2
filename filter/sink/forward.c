/* forward.c -- a thread that publishes what waits in the spool.
 * SPDX-License-Identifier: MIT
 *
 * forward_tell spools; the thread has it on disk, gathers what waits into a burst that
 * one message can name, publishes, and notes in the spool what came of it.  Everything
 * is under one mutex but fsync and the network. */
#include "sink/forward.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/time.h"
#include "sink/burst.h"
#include "sink/sns.h"
#include "sink/spool.h"

/* Chatbot shows 10 events a second and loses the rest after SNS took them (sns.md 2.4):
 * the pace is far below, and counts for all processes of a spool. */
#define PACE_MS 1100			/* between two tries */
#define SETTLE_MS 250			/* what comes together is one message */
#define SHOW_MS 1000			/* the same, with --dry-run */
#define BURST_LIMIT 400			/* notices looked at for one message */
#define REQUEST_MS 20000		/* one try */
#define BUSY_MS 100			/* another process sends: look again */
#define IDLE_MS 30000			/* look what other processes spooled */
#define TICK_MS 100			/* at the end: look for signals */
#define QUICK_MS 2000			/* after a signal, where all went well */
#define JITTER_BASE_MS 500		/* full jitter (sns.md 5.3) */
#define JITTER_CAP_MS 60000
#define FAULT_MS 300000			/* live: a fault is looked at again */
#define AFTER_CAP_MS 300000		/* of Retry-After */
#define SAY_MS 60000			/* between two words on one trouble */

struct forward {
	struct forward_options options;
	struct spool_terms terms;
	struct sns *sns;
	struct spool *spool;		/* NULL: dry run */

	pthread_mutex_t lock;
	pthread_cond_t news;
	pthread_t thread;
	bool running;

	/* clocks are monotonic unless they say "wall" */
	bool ending, quit;
	int64_t limit_ms, deadline_ms;
	int64_t end_wall_ms;		/* what is spooled later is not waited for */
	int64_t signal_ms;		/* when one was seen, or 0 */
	int64_t told_ms;		/* the first of what is being gathered, or 0 */
	int64_t next_ms;		/* no try before */
	int64_t flushed_ms, said_ms;
	bool unsynced;
	unsigned failures;		/* in a row */
	bool fault;
	char why[512];			/* of the last failure */
	uint64_t random;

	struct burst burst;
	char (*ids)[SPOOL_ID_SIZE];	/* the burst's */
	size_t alone;			/* so many go one by one */
	char owed[64];			/* sent, and the spool does not know: the
					 * message id of ids */

	uint64_t full, failed, buried;
};

/* xorshift64 */
static int64_t
random_below(struct forward *forward, int64_t limit)
{
	forward->random ^= forward->random << 13;
	forward->random ^= forward->random >> 7;
	forward->random ^= forward->random << 17;
	return (int64_t)(forward->random % (uint64_t)limit);
}

/* ---- the end ---- */

/* Whether a signal asks for an end: at once while nothing goes through. */
static bool
is_signalled(struct forward *forward)
{
	if (forward->options.stopped == NULL ||
	    forward->options.stopped() == 0)
		return false;
	if (forward->signal_ms == 0)
		forward->signal_ms = time_clock_ms();
	return forward->failures > 0 ||
	    time_clock_ms() - forward->signal_ms >= QUICK_MS;
}

static bool
is_over(struct forward *forward)
{
	const struct spool_item *front;

	if (forward->quit)
		return true;
	if (!forward->ending)
		return false;
	if (forward->fault || time_clock_ms() >= forward->deadline_ms ||
	    is_signalled(forward))
		return true;
	if (forward->owed[0] != '\0')
		return false;
	front = spool_front(forward->spool, forward->options.topic_arn);
	return front == NULL || front->at_ms > forward->end_wall_ms;
}

/* What sns_publish asks while it waits. */
static bool
should_stop(void *ctx)
{
	struct forward *forward = ctx;
	bool stop;

	pthread_mutex_lock(&forward->lock);
	stop = forward->quit || is_signalled(forward) || (forward->ending &&
	    time_clock_ms() >= forward->deadline_ms);
	pthread_mutex_unlock(&forward->lock);
	return stop;
}

/* ---- what came of a try ---- */

static void
say_failure(struct forward *forward, const char *why, int64_t delay_ms)
{
	bool other = strcmp(why, forward->why) != 0;
	int64_t now_ms = time_clock_ms();

	snprintf(forward->why, sizeof forward->why, "%s", why);
	if (!other && now_ms - forward->said_ms < SAY_MS)
		return;
	forward->said_ms = now_ms;
	if (forward->fault)
		diag_say("%s: %s", forward->options.topic_arn, why);
	else
		diag_say("%s: %s: %zu wait in %s, next try in %.1f s",
		    forward->options.topic_arn, why, spool_waiting(
		    forward->spool, forward->options.topic_arn),
		    spool_folder(forward->spool), (double)delay_ms / 1000);
}

static void
try_again(struct forward *forward, const char *why, int64_t after_ms)
{
	int64_t limit = JITTER_BASE_MS, delay;

	for (unsigned i = 0; i < forward->failures && limit < JITTER_CAP_MS; i++)
		limit *= 2;
	if (limit > JITTER_CAP_MS)
		limit = JITTER_CAP_MS;
	delay = random_below(forward, limit + 1);
	if (after_ms > AFTER_CAP_MS)
		after_ms = AFTER_CAP_MS;
	if (delay < after_ms)
		delay = after_ms;
	if (delay < PACE_MS)
		delay = PACE_MS;
	forward->failures++;
	forward->next_ms = time_clock_ms() + delay;
	say_failure(forward, why, delay);
	/* a batch run does not wait for a try that it cannot make */
	if (forward->ending && forward->next_ms >= forward->deadline_ms)
		forward->deadline_ms = time_clock_ms();
}

static void
note_sent(struct forward *forward, const char *message_id)
{
	struct error err;

	if (message_id != forward->owed)
		snprintf(forward->owed, sizeof forward->owed, "%s", message_id);
	if (spool_sent(forward->spool, forward->options.topic_arn,
	    forward->ids, forward->burst.count, forward->owed, &err) == -1) {
		/* nothing else is sent before that is known: it would be
		 * sent again and again */
		try_again(forward, err.text, -1);
		return;
	}
	forward->owed[0] = '\0';
	if (forward->failures > 0)
		diag_say("%s: it goes through again",
		    forward->options.topic_arn);
	forward->failures = 0;
	forward->why[0] = '\0';
	forward->next_ms = time_clock_ms() + PACE_MS;
	if (forward->options.drain && forward->ending)
		forward->deadline_ms = time_clock_ms() + forward->limit_ms;
}

static void
bury(struct forward *forward, struct slice message, const char *why)
{
	struct error err;

	if (forward->burst.count > 1) {
		/* one of them is at fault, the others are to arrive */
		forward->alone = forward->burst.count;
		forward->next_ms = time_clock_ms() + PACE_MS;
		return;
	}
	if (spool_bury(forward->spool, forward->options.topic_arn,
	    forward->ids, 1, why, message, &err) == -1) {
		try_again(forward, err.text, -1);
		return;
	}
	forward->buried++;
	forward->next_ms = time_clock_ms() + PACE_MS;
	diag_say("%s refused the message of %.*s for good: %s; it is in "
	    "%s/dead-letter", forward->options.topic_arn,
	    (int)forward->burst.notices[0].service.len,
	    forward->burst.notices[0].service.data, why,
	    spool_folder(forward->spool));
}

static void
take_reply(struct forward *forward, struct slice message,
    const struct sns_reply *reply)
{
	forward->fault = reply->outcome == SNS_FAULT;
	switch (reply->outcome) {
	case SNS_SENT:
		if (forward->alone > 0)
			forward->alone--;
		if (reply->why[0] != '\0')	/* a wrong clock, once */
			diag_say("%s", reply->why);
		note_sent(forward, reply->message_id);
		break;
	case SNS_AGAIN:
		try_again(forward, reply->why, reply->after_ms);
		break;
	case SNS_REFUSED:
		if (forward->alone > 0)
			forward->alone--;
		bury(forward, message, reply->why);
		break;
	case SNS_FAULT:
		forward->failures++;
		forward->next_ms = time_clock_ms() + FAULT_MS;
		say_failure(forward, reply->why, 0);
		break;
	}
}

/* ---- a try ---- */

/* Copies what waits, as much as one message can name. */
static void
gather(struct forward *forward)
{
	size_t limit = forward->alone > 0 ? 1 : BURST_LIMIT;
	const struct spool_item *item;

	burst_clear(&forward->burst);
	item = spool_front(forward->spool, forward->options.topic_arn);
	for (; item != NULL && forward->burst.count < limit;
	    item = item->next) {
		struct notice notice = { item->service, item->time_ms,
		    item->count, item->level, item->reminder };

		memcpy(forward->ids[forward->burst.count], item->id,
		    SPOOL_ID_SIZE);
		burst_add(&forward->burst, &notice);
	}
	burst_trim(&forward->burst);
}

/* Has the spool on disk; the mutex is not held meanwhile. */
static int
sync_spool(struct forward *forward, struct error *err)
{
	int fd = spool_descriptor(forward->spool);
	int status = -1;

	if (fd == -1)
		return error_set(err, ERROR_SYSTEM, "%s: %s",
		    spool_folder(forward->spool), strerror(errno));
	forward->unsynced = false;
	pthread_mutex_unlock(&forward->lock);
	status = fdatasync(fd);
	if (status != 0)
		error_set(err, ERROR_SYSTEM, "%s: %s",
		    spool_folder(forward->spool), strerror(errno));
	close(fd);
	pthread_mutex_lock(&forward->lock);
	if (status != 0)
		forward->unsynced = true;
	return status;
}

static void
publish(struct forward *forward)
{
	struct sns_reply reply = { .after_ms = -1 };
	int64_t timeout_ms = REQUEST_MS;
	struct buf message;

	if (forward->ending && forward->deadline_ms - time_clock_ms() < timeout_ms)
		timeout_ms = forward->deadline_ms - time_clock_ms();
	if (timeout_ms < 1)
		timeout_ms = 1;
	buf_init(&message, BUF_NO_LIMIT);
	pthread_mutex_unlock(&forward->lock);
	notice_print(&message, forward->burst.notices, forward->burst.count);
	sns_publish(forward->sns, buf_slice(&message), timeout_ms, should_stop,
	    forward, &reply);
	pthread_mutex_lock(&forward->lock);
	take_reply(forward, buf_slice(&message), &reply);
	buf_free(&message);
}

/* When the pace of all processes allows the next: ms from now. */
static int64_t
pace(const struct forward *forward)
{
	int64_t sent_ms = spool_sent_ms(forward->spool,
	    forward->options.topic_arn);
	int64_t now_ms = time_now_ms();

	if (sent_ms > now_ms || sent_ms < now_ms - PACE_MS)
		return 0;		/* long ago, never, or the clock was set */
	return PACE_MS - (now_ms - sent_ms);
}

static void
try_once(struct forward *forward)
{
	struct error err;
	int claim;

	if (forward->owed[0] != '\0') {
		note_sent(forward, forward->owed);
		return;
	}
	claim = spool_claim(forward->spool, forward->options.topic_arn);
	if (claim == -1) {
		forward->next_ms = time_clock_ms() + BUSY_MS;
		spool_refresh(forward->spool, &err);
		return;
	}
	forward->told_ms = 0;
	if (spool_refresh(forward->spool, &err) == -1) {
		try_again(forward, err.text, -1);
	} else if (pace(forward) > 0) {
		forward->next_ms = time_clock_ms() + pace(forward);
	} else {
		gather(forward);
		/* on disk before it is sent, whoever wrote it; and room to
		 * note that it was, or each run would send it again */
		if (forward->burst.count > 0 && (sync_spool(forward,
		    &err) == -1 || spool_room(forward->spool, forward->options.
		    topic_arn, forward->burst.count, &err) == -1))
			try_again(forward, err.text, -1);
		else if (forward->burst.count > 0)
			publish(forward);
	}
	close(claim);
}

/* ---- the thread ---- */

/* ms until something is to be done. */
static int64_t
until_next(struct forward *forward)
{
	int64_t now_ms = time_clock_ms(), next = forward->next_ms;

	if (forward->options.dry_run)
		next = forward->burst.count == 0 ? now_ms + IDLE_MS :
		    forward->told_ms + SHOW_MS;
	else if (spool_waiting(forward->spool,
	    forward->options.topic_arn) == 0 && forward->owed[0] == '\0')
		next = now_ms + IDLE_MS;
	else if (!forward->ending && forward->told_ms + SETTLE_MS > next)
		next = forward->told_ms + SETTLE_MS;
	if (forward->ending && next > now_ms + TICK_MS)
		next = now_ms + TICK_MS;
	return next > now_ms ? next - now_ms : 0;
}

static void
wait_for_news(struct forward *forward, int64_t wait_ms)
{
	struct timespec until;
	int64_t ms;

	clock_gettime(CLOCK_MONOTONIC, &until);
	ms = until.tv_nsec / 1000000 + wait_ms;
	until.tv_sec += (time_t)(ms / 1000);
	until.tv_nsec = (long)(ms % 1000) * 1000000;
	pthread_cond_timedwait(&forward->news, &forward->lock, &until);
}

/* Now and then: how far incidents have come, what others spooled. */
static void
keep_up(struct forward *forward)
{
	struct error err;

	if (time_clock_ms() - forward->flushed_ms < IDLE_MS)
		return;
	forward->flushed_ms = time_clock_ms();
	if (spool_flush(forward->spool, &err) == -1 ||
	    spool_refresh(forward->spool, &err) == -1)
		say_failure(forward, err.text, IDLE_MS);
}

static void *
run(void *arg)
{
	struct forward *forward = arg;
	struct error err;

	pthread_mutex_lock(&forward->lock);
	while (!is_over(forward)) {
		if (forward->unsynced && sync_spool(forward, &err) == -1)
			say_failure(forward, err.text, PACE_MS);
		if (until_next(forward) == 0)
			try_once(forward);
		else
			keep_up(forward);
		if (is_over(forward))
			break;
		wait_for_news(forward, until_next(forward));
	}
	pthread_mutex_unlock(&forward->lock);
	return NULL;
}

/* A dry run's: what was gathered is shown a little later. */
static void *
show(void *arg)
{
	struct forward *forward = arg;

	pthread_mutex_lock(&forward->lock);
	while (!forward->ending && !forward->quit) {
		if (forward->burst.count > 0 &&
		    time_clock_ms() >= forward->told_ms + SHOW_MS)
			burst_show(&forward->burst, forward->sns);
		wait_for_news(forward, until_next(forward));
	}
	burst_show(&forward->burst, forward->sns);
	pthread_mutex_unlock(&forward->lock);
	return NULL;
}

/* ---- what the others call ---- */

static int
start(struct forward *forward, struct error *err)
{
	sigset_t ours, before;
	int why;

	/* signals are for the thread that reads */
	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &ours, &before);
	why = pthread_create(&forward->thread, NULL,
	    forward->options.dry_run ? show : run, forward);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (why != 0)
		return error_set(err, ERROR_SYSTEM, "no thread to send from: "
		    "%s", strerror(why));
	forward->running = true;
	return 0;
}

static int
open_spool(struct forward *forward, struct error *err)
{
	int claim;

	forward->spool = spool_open(forward->options.spool, true, err);
	if (forward->spool == NULL)
		return -1;
	claim = spool_claim(forward->spool, forward->options.topic_arn);
	if (claim != -1)
		close(claim);
	else if (errno != EWOULDBLOCK)
		return error_set(err, ERROR_SYSTEM, "%s: %s",
		    spool_folder(forward->spool), strerror(errno));
	forward->ids = mem_zero(BURST_LIMIT, sizeof *forward->ids);
	return 0;
}

struct forward *
forward_new(const struct forward_options *options, struct error *err)
{
	struct forward *forward = mem_zero(1, sizeof *forward);
	pthread_condattr_t attributes;

	forward->options = *options;
	forward->terms = (struct spool_terms){ options->window_ms,
	    options->repeat_ms };
	forward->random = (uint64_t)time_now_ms() << 20 ^ (uint64_t)getpid() ^
	    UINT64_C(0x9e3779b97f4a7c15);
	forward->next_ms = forward->flushed_ms = time_clock_ms();
	pthread_mutex_init(&forward->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&forward->news, &attributes);
	pthread_condattr_destroy(&attributes);
	forward->sns = sns_new(options->topic_arn, err);
	if (forward->sns == NULL ||
	    (!options->dry_run && open_spool(forward, err) == -1) ||
	    start(forward, err) == -1) {
		forward_free(forward);
		return NULL;
	}
	return forward;
}

static void
join(struct forward *forward, bool quit)
{
	pthread_mutex_lock(&forward->lock);
	forward->quit = quit;
	pthread_cond_signal(&forward->news);
	pthread_mutex_unlock(&forward->lock);
	if (forward->running)
		pthread_join(forward->thread, NULL);
	forward->running = false;
}

void
forward_free(struct forward *forward)
{
	if (forward == NULL)
		return;
	join(forward, true);
	pthread_cond_destroy(&forward->news);
	pthread_mutex_destroy(&forward->lock);
	free(forward->ids);
	burst_free(&forward->burst);
	spool_close(forward->spool);
	sns_free(forward->sns);
	free(forward);
}

/* Nothing is noted of what is only shown: an incident is shown once a run. */
static void
tell_dry(struct forward *forward, const struct incident *incident)
{
	struct notice notice = { incident->service, incident->first_ms,
	    incident->count, incident->level, false };

	if (forward->burst.count == 0)
		forward->told_ms = time_clock_ms();
	burst_add(&forward->burst, &notice);
	if (notice_fit(forward->burst.notices, forward->burst.count) ==
	    forward->burst.count)
		return;
	burst_trim(&forward->burst);
	burst_show(&forward->burst, forward->sns);
	burst_add(&forward->burst, &notice);
	forward->told_ms = time_clock_ms();
}

static void
tell_spool(struct forward *forward, const struct incident *incident)
{
	struct error err;

	if (spool_knows(forward->spool, forward->options.topic_arn,
	    &forward->terms, incident))
		return;
	switch (spool_take(forward->spool, forward->options.topic_arn,
	    &forward->terms, incident, &err)) {
	case SPOOL_KNOWN:
		return;
	case SPOOL_NEW:
	case SPOOL_REMINDER:
		forward->unsynced = true;
		if (forward->told_ms == 0)
			forward->told_ms = time_clock_ms();
		pthread_cond_signal(&forward->news);
		return;
	case SPOOL_FULL:
		if (forward->full++ == 0)
			diag_say("%s is full (%d notifications of a topic, "
			    "%" PRIu64 " MiB): what is new is not taken",
			    spool_folder(forward->spool), SPOOL_WAITING_LIMIT,
			    SPOOL_SIZE_LIMIT >> 20);
		return;
	case SPOOL_FAILED:
		if (forward->failed++ == 0)
			diag_say("%s: it is not forwarded", err.text);
		return;
	}
}

void
forward_tell(struct forward *forward, const struct incident *incident)
{
	pthread_mutex_lock(&forward->lock);
	if (forward->options.dry_run)
		tell_dry(forward, incident);
	else
		tell_spool(forward, incident);
	pthread_mutex_unlock(&forward->lock);
}

/* What parts the next reason from those before. */
static const char *
parted(const struct buf *text)
{
	return text->len > 0 ? "; " : "";
}

/* After the thread: what is not sent. */
static int
conclude(struct forward *forward, struct error *err)
{
	const char *folder = spool_folder(forward->spool);
	size_t waiting = spool_waiting(forward->spool,
	    forward->options.topic_arn);
	const struct spool_item *front = spool_front(forward->spool,
	    forward->options.topic_arn);
	struct buf text;
	int status;

	buf_init(&text, BUF_NO_LIMIT);
	if (front != NULL && front->at_ms <= forward->end_wall_ms)
		buf_printf(&text, "%s%zu notification%s wait%s in %s, for "
		    "`cwsift send`", parted(&text), waiting,
		    waiting == 1 ? "" : "s", waiting == 1 ? "s" : "", folder);
	if (forward->owed[0] != '\0')
		buf_printf(&text, "%sthat message %s was sent could not be noted "
		    "in %s, so it will be sent again", parted(&text),
		    forward->owed, folder);
	if (forward->buried > 0)
		buf_printf(&text, "%s%" PRIu64 " refused for good, in "
		    "%s/dead-letter", parted(&text), forward->buried, folder);
	if (forward->full > 0)
		buf_printf(&text, "%s%" PRIu64 " not taken, %s is full",
		    parted(&text), forward->full, folder);
	if (forward->failed > 0)
		buf_printf(&text, "%s%" PRIu64 " could not be spooled in %s",
		    parted(&text), forward->failed, folder);
	if (spool_damaged(forward->spool) > 0)
		buf_printf(&text, "%s%s was damaged", parted(&text), folder);
	status = text.len == 0 ? 0 : error_set(err, ERROR_SYSTEM, "%s: %.*s",
	    forward->options.topic_arn, (int)text.len, text.data);
	buf_free(&text);
	return status;
}

int
forward_finish(struct forward *forward, int64_t limit_ms, struct error *err)
{
	struct error why;

	pthread_mutex_lock(&forward->lock);
	forward->ending = true;
	forward->limit_ms = limit_ms;
	forward->deadline_ms = time_clock_ms() + limit_ms;
	forward->end_wall_ms = time_now_ms();
	if (forward->spool != NULL &&
	    spool_flush(forward->spool, &why) == -1)
		diag_say("%s", why.text);
	pthread_mutex_unlock(&forward->lock);
	join(forward, false);
	if (forward->spool == NULL)
		return 0;
	pthread_mutex_lock(&forward->lock);
	if (forward->unsynced && sync_spool(forward, &why) == -1) {
		forward->failed++;
		diag_say("%s", why.text);
	}
	if (spool_refresh(forward->spool, &why) == -1)
		diag_say("%s", why.text);
	pthread_mutex_unlock(&forward->lock);
	return conclude(forward, err);
}
