/* notice.h -- what a topic is told: names and times, never log text.
 * SPDX-License-Identifier: MIT */
#ifndef SINK_NOTICE_H
#define SINK_NOTICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "match/level.h"

/* One incident as it is told. */
struct notice {
	struct slice service;
	int64_t time_ms;	/* its first match, or TIME_NONE */
	uint64_t count;		/* matches so far, 1 or more */
	enum level level;
	bool reminder;		/* --repeat: it goes on */
};

/* Appends the value of SNS's Message parameter for MessageStructure=json: an
 * object of strings, `default` and the protocols that show Chatbot's custom
 * notification, and a plain line for email and sms (sns.md; AWS Chatbot
 * custom notifications).  A burst (count above 1) is one message that names
 * each service and time.  Cut on character borders so that it stays within
 * every limit; what was cut is said ("and 12 more"). */
void notice_print(struct buf *out, const struct notice *notices,
    size_t count);

/* How many of them, from the first on, one message names without cutting: 1
 * or more (of 1 or more).  Who has more makes several messages, so that none
 * goes unnamed. */
size_t notice_fit(const struct notice *notices, size_t count);

#endif
