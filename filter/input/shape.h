/* shape.h -- the forms that CloudWatch Logs records come in, as one list.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_SHAPE_H
#define INPUT_SHAPE_H

#include <stdbool.h>

#include "base/slice.h"

/* Wrappers (gzip, base64, SNS ...) are layers around these and have no entry
 * unless --from may name them. */
enum shape {
	SHAPE_UNKNOWN,
	SHAPE_EXPORT,		/* S3 export lines */
	SHAPE_TAIL_SHORT,	/* aws logs tail --format short */
	SHAPE_TAIL_DETAILED,	/* ... detailed (the default) */
	SHAPE_TAIL_JSON,	/* ... json */
	SHAPE_SUBSCRIPTION,	/* subscription filter payloads */
	SHAPE_EVENTS_JSON,	/* filter-log-events, get-log-events: json */
	SHAPE_EVENTS_TEXT,	/* the same: --output text */
	SHAPE_COLUMNS,		/* --query 'events[].[timestamp,...,message]' text */
	SHAPE_MESSAGES_TEXT,	/* --query 'events[].message' --output text */
	SHAPE_MESSAGES_JSON,	/* the same: json, a list of strings */
	SHAPE_INSIGHTS_JSON,	/* get-query-results: json */
	SHAPE_INSIGHTS_TEXT,	/* the same: text */
	SHAPE_CSV,		/* console or Insights CSV */
	SHAPE_LIVE_TAIL_JSON,	/* StartLiveTail events dumped as JSON */
	SHAPE_EVENT,		/* bare EventBridge, alarm, CloudTrail JSON */
	SHAPE_BARE,		/* messages alone, one or more lines each */
	SHAPE_CONSOLE,		/* text copied from the console's viewer */
	SHAPE_CWSIFT,		/* our own json */
	SHAPE_COUNT
};

struct shape_info {
	const char *name;	/* what --from takes and coverage says */
	const char *text;	/* one line for --from help */
	const char *resolution;	/* of its times: "ms", "s", "message" */
	bool stream, group;	/* whether it carries them */
	bool live;		/* can be written while we read */
};

const struct shape_info *shape_info(enum shape shape);

/* SHAPE_COUNT when no shape has that name. */
enum shape shape_by_name(struct slice name);

#endif
