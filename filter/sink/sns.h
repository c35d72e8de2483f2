/* sns.h -- one topic: publishing to it, and what came of that.
 * SPDX-License-Identifier: MIT */
#ifndef SINK_SNS_H
#define SINK_SNS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

enum sns_outcome {
	SNS_SENT,		/* a MessageId was parsed */
	SNS_AGAIN,		/* try later: throttled, 5xx, dropped, hang */
	SNS_REFUSED,		/* this message, for good: dead letter */
	SNS_FAULT,		/* credentials or configuration: no message will
				 * go through; the tries end at once */
};

struct sns_reply {
	enum sns_outcome outcome;
	int64_t after_ms;	/* Retry-After, when throttled at least 1000;
				 * or -1 */
	char message_id[64];	/* SNS_SENT */
	char why[512];		/* else, without a secret; or, once, with
				 * SNS_SENT a remark: our clock is wrong */
};

struct sns;

/* Checks the ARN and nothing else (no network, no credentials): a FIFO topic, a
 * subscription, a malformed ARN are refused with the reason. */
struct sns *sns_new(const char *topic_arn, struct error *err);
void sns_free(struct sns *sns);

/* Appends the exact request body that sns_publish would send: --dry-run. */
void sns_body(const struct sns *sns, struct buf *out, struct slice message);

/* Sends one message (notice_print's).  Blocks, up to timeout_ms; ends early,
 * as SNS_AGAIN, when stop returns true.  Credentials are found and refreshed
 * here. */
void sns_publish(struct sns *sns, struct slice message, int64_t timeout_ms,
    bool (*stop)(void *ctx), void *ctx, struct sns_reply *reply);

#endif
