/* send.c -- a look at the spool, or all that waits in it on its way.
 * SPDX-License-Identifier: MIT */
#include "verbs/send.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clean.h"
#include "base/diag.h"
#include "base/mem.h"
#include "base/time.h"
#include "sink/burst.h"
#include "sink/forward.h"
#include "sink/output.h"
#include "sink/spool.h"
#include "verbs/exit_status.h"
#include "verbs/stop.h"

#define PATIENCE_MS 28000		/* without a success, and it is given up */

/* `SERVICE TAB TIME TAB TOPIC TAB SPOOLED TAB KIND` */
static void
print_item(struct buf *out, const struct spool_item *item, const char *topic)
{
	clean_line(out, item->service);
	buf_byte(out, '\t');
	time_print(out, item->time_ms);
	buf_byte(out, '\t');
	clean_line(out, slice_from(topic));
	buf_byte(out, '\t');
	time_print(out, item->at_ms);
	buf_printf(out, "\t%s\n", item->reminder ? "reminder" : "first");
}

static void
list_topic(const struct spool *spool, const char *topic)
{
	struct buf out;

	buf_init(&out, BUF_NO_LIMIT);
	for (const struct spool_item *item = spool_front(spool, topic);
	    item != NULL; item = item->next) {
		print_item(&out, item, topic);
		output_write(buf_slice(&out));
		buf_clear(&out);
	}
	buf_free(&out);
}

/* The request bodies that would be sent. */
static int
show_topic(const struct spool *spool, const char *topic)
{
	struct burst burst = { 0 };
	const struct spool_item *item = spool_front(spool, topic);
	struct error err;
	struct sns *sns = sns_new(topic, &err);

	if (sns == NULL) {
		diag_say("%s: %s", topic, err.text);
		return -1;
	}
	while (item != NULL) {
		struct notice notice = { item->service, item->time_ms,
		    item->count, item->level, item->reminder };

		burst_add(&burst, &notice);
		if (notice_fit(burst.notices, burst.count) < burst.count) {
			burst_trim(&burst);
			burst_show(&burst, sns);
			continue;	/* it begins the next one */
		}
		item = item->next;
	}
	burst_show(&burst, sns);
	burst_free(&burst);
	sns_free(sns);
	return 0;
}

static int
send_topic(const struct options *options, const char *topic)
{
	const struct forward_options terms = { .topic_arn = topic,
	    .spool = options->spool, .drain = true, .stopped = stop_signal };
	struct error err;
	struct forward *forward = forward_new(&terms, &err);
	int status;

	if (forward == NULL) {
		diag_say("%s: %s", topic, err.text);
		return -1;
	}
	status = forward_finish(forward, PATIENCE_MS, &err);
	if (status == -1)
		diag_say("%s", err.text);
	forward_free(forward);
	return status;
}

/* One after the other: the pace is that of each topic.  The names are copied, the spool
 * goes on while they are sent. */
static int
send_topics(const struct options *options, struct spool *spool)
{
	int status = EXIT_DONE;
	char **topics = NULL;
	size_t count = 0, room = 0;
	const char *topic;

	for (size_t i = 0; (topic = spool_topic(spool, i)) != NULL; i++) {
		if (spool_waiting(spool, topic) == 0)
			continue;
		topics = mem_grow(topics, count + 1, &room, sizeof *topics);
		topics[count++] = mem_copy(slice_from(topic));
	}
	for (size_t i = 0; i < count; i++) {
		if (send_topic(options, topics[i]) == -1)
			status = EXIT_OUTPUT;
		free(topics[i]);
	}
	free(topics);
	return status;
}

static int
look(const struct options *options, const struct spool *spool)
{
	const char *topic;
	int status = EXIT_DONE;

	for (size_t i = 0; (topic = spool_topic(spool, i)) != NULL; i++) {
		if (options->list)
			list_topic(spool, topic);
		else if (show_topic(spool, topic) == -1)
			status = EXIT_OUTPUT;
	}
	if (output_failed() != NULL) {
		diag_say("standard output: %s", output_failed());
		status = EXIT_OUTPUT;
	}
	return status;
}

/* Without a spool in its usual place nothing waits: there was no run with --sns yet.  One
 * that was named and is not there is a wrong name, for the first such run makes it, even
 * if nothing failed.  Anything but "not there" is said by spool_open(). */
static bool
is_there(const struct options *options, int *status)
{
	struct error err;
	struct buf path;
	bool there = true;

	buf_init(&path, BUF_NO_LIMIT);
	if (options->spool != NULL) {
		if (access(options->spool, F_OK) == -1 && errno == ENOENT) {
			diag_say("--spool: %s: there is no such spool (the first "
			    "run with --sns makes it)", options->spool);
			*status = EXIT_USAGE;
			there = false;
		}
	} else if (spool_default(&path, &err) == 0 &&
	    access(path.data, F_OK) == -1 && errno == ENOENT) {
		diag_say("%s: there is no spool, nothing waits", path.data);
		*status = EXIT_DONE;
		there = false;
	}
	buf_free(&path);
	return there;
}

int
send_waiting(const struct options *options)
{
	bool looks = options->list || options->dry_run;
	struct spool *spool;
	struct error err;
	int status;

	if (options->operand_count > 0) {
		diag_say("send takes no operands: %s (try send --help)",
		    options->operands[0].path);
		return EXIT_USAGE;
	}
	if (!is_there(options, &status))
		return status;
	spool = spool_open(options->spool, !looks, &err);
	if (spool == NULL) {
		diag_say("--spool: %s", err.text);
		return EXIT_USAGE;
	}
	status = looks ? look(options, spool) : send_topics(options, spool);
	if (spool_damaged(spool) > 0)
		status = EXIT_OUTPUT;
	spool_close(spool);
	return status;
}
