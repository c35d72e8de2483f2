/* shape.c -- the list of shapes: names, and what each can carry.
 * SPDX-License-Identifier: MIT */
#include "input/shape.h"

static const struct shape_info shapes[SHAPE_COUNT] = {
	[SHAPE_UNKNOWN] = { "unknown", "not recognised", "-",
	    false, false, false },
	[SHAPE_EXPORT] = { "export",
	    "objects of an export to S3 (create-export-task)", "ms",
	    true, false, false },
	[SHAPE_TAIL_SHORT] = { "tail-short",
	    "aws logs tail --format short", "s", false, false, true },
	[SHAPE_TAIL_DETAILED] = { "tail-detailed",
	    "aws logs tail --format detailed", "ms", true, false, true },
	[SHAPE_TAIL_JSON] = { "tail-json",
	    "aws logs tail --format json", "ms", true, false, true },
	[SHAPE_SUBSCRIPTION] = { "subscription",
	    "subscription filter payloads (Lambda, Kinesis, Firehose)", "ms",
	    true, true, false },
	[SHAPE_EVENTS_JSON] = { "events-json",
	    "aws logs filter-log-events, get-log-events --output json", "ms",
	    true, false, false },
	[SHAPE_EVENTS_TEXT] = { "events-text",
	    "the same with --output text", "ms", true, false, false },
	[SHAPE_COLUMNS] = { "columns",
	    "--query 'events[].[timestamp,logStreamName,message]' as text",
	    "ms", true, false, false },
	[SHAPE_MESSAGES_TEXT] = { "messages-text",
	    "--query 'events[].message' --output text", "message",
	    false, false, false },
	[SHAPE_MESSAGES_JSON] = { "messages-json",
	    "--query 'events[].message' --output json", "message",
	    false, false, false },
	[SHAPE_INSIGHTS_JSON] = { "insights-json",
	    "aws logs get-query-results --output json", "ms",
	    true, true, false },
	[SHAPE_INSIGHTS_TEXT] = { "insights-text",
	    "aws logs get-query-results --output text", "ms",
	    true, true, false },
	[SHAPE_CSV] = { "csv",
	    "CSV files of the console and of Logs Insights", "ms",
	    true, true, false },
	[SHAPE_LIVE_TAIL_JSON] = { "live-tail-json",
	    "StartLiveTail events that a program dumped as JSON", "ms",
	    true, true, true },
	[SHAPE_EVENT] = { "event",
	    "bare EventBridge, CloudWatch alarm and CloudTrail JSON",
	    "message", false, false, true },
	[SHAPE_BARE] = { "bare",
	    "messages alone: start-live-tail, message extraction, log files",
	    "message", false, false, true },
	[SHAPE_CONSOLE] = { "console",
	    "text copied from the console, its times with an offset", "ms",
	    false, false, false },
	[SHAPE_CWSIFT] = { "cwsift", "cwsift's own -o json", "ms",
	    true, true, false },
};

const struct shape_info *
shape_info(enum shape shape)
{
	return &shapes[shape];
}

enum shape
shape_by_name(struct slice name)
{
	for (int i = SHAPE_UNKNOWN + 1; i < SHAPE_COUNT; i++)
		if (slice_is(name, shapes[i].name))
			return (enum shape)i;
	return SHAPE_COUNT;
}
