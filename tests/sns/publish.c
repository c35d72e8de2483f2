/* publish.c -- one message to a topic, as cwsift sends it, and what came of it.
 * SPDX-License-Identifier: MIT
 *
 * publish [-b] [-r] [-n TIMES] [-p MS] [-t MS] ARN SERVICE...
 *
 * A SERVICE may be NAME@MS (its time), NAME@MS*COUNT.  -b prints the
 * request's body and sends nothing, -m the message; -r reminds; -n sends so
 * often, with -p between; -t is the limit of one call; a signal ends it
 * early.  Prints for each message `OUTCOME AFTER ID WHY`, TABs between.
 * Linked with libcwsift.a. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/time.h"
#include "sink/notice.h"
#include "sink/sns.h"

static volatile sig_atomic_t stopped;

static void
stop_it(int signal)
{
	stopped = signal;
}

static bool
is_stopped(void *ctx)
{
	(void)ctx;
	return stopped != 0;
}

static const char *
outcome_name(enum sns_outcome outcome)
{
	switch (outcome) {
	case SNS_SENT:
		return "sent";
	case SNS_AGAIN:
		return "again";
	case SNS_REFUSED:
		return "refused";
	case SNS_FAULT:
		return "fault";
	}
	return "?";
}

static struct notice
read_notice(char *text)
{
	struct notice notice = { .time_ms = TIME_NONE, .count = 1,
	    .level = LEVEL_ERROR };
	char *star = strrchr(text, '*'), *at = strrchr(text, '@');

	if (star != NULL && at != NULL && star > at) {
		*star = '\0';
		notice.count = strtoull(star + 1, NULL, 10);
	}
	if (at != NULL) {
		*at = '\0';
		notice.time_ms = strtoll(at + 1, NULL, 10);
	}
	notice.service = slice_from(text);
	return notice;
}

static void
send_it(struct sns *sns, struct slice message, int64_t limit_ms)
{
	struct sns_reply reply;

	sns_publish(sns, message, limit_ms, is_stopped, NULL, &reply);
	printf("%s\t%" PRId64 "\t%s\t%s\n", outcome_name(reply.outcome),
	    reply.after_ms, reply.message_id, reply.why);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	bool body_only = false, message_only = false, reminder = false;
	int times = 1, option;
	int64_t limit_ms = 10000, pause_ms = 0;
	struct notice *notices;
	size_t count;
	struct buf message, body;
	struct error err;
	struct sns *sns;

	while ((option = getopt(argc, argv, "bmn:p:rt:")) != -1) {
		switch (option) {
		case 'b':
			body_only = true;
			break;
		case 'm':
			message_only = true;
			break;
		case 'n':
			times = atoi(optarg);
			break;
		case 'p':
			pause_ms = atoi(optarg);
			break;
		case 'r':
			reminder = true;
			break;
		case 't':
			limit_ms = atoi(optarg);
			break;
		default:
			return 2;
		}
	}
	if (argc - optind < 2)
		return 2;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGTERM, stop_it);
	if (time_use_zone(NULL, &err) == -1)
		return 2;
	sns = sns_new(argv[optind], &err);
	if (sns == NULL) {
		printf("%s\n", err.text);
		return 2;
	}
	count = (size_t)(argc - optind - 1);
	notices = mem_zero(count, sizeof *notices);
	for (size_t i = 0; i < count; i++) {
		notices[i] = read_notice(argv[(size_t)optind + 1 + i]);
		notices[i].reminder = reminder;
	}
	buf_init(&message, BUF_NO_LIMIT);
	buf_init(&body, BUF_NO_LIMIT);
	notice_print(&message, notices, count);
	sns_body(sns, &body, buf_slice(&message));
	if (body_only)
		printf("%.*s\n", (int)body.len, body.data);
	else if (message_only)
		printf("%.*s\n", (int)message.len, message.data);
	else
		for (int i = 0; i < times; i++) {
			struct timespec pause = { pause_ms / 1000,
			    pause_ms % 1000 * 1000000 };

			if (i > 0)
				nanosleep(&pause, NULL);
			send_it(sns, buf_slice(&message), limit_ms);
		}
	buf_free(&body);
	buf_free(&message);
	free(notices);
	sns_free(sns);
	return 0;
}
