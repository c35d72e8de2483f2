/* insights.c -- a row's fields to time, stream, group and message.
 * SPDX-License-Identifier: MIT */
#include "input/insights.h"

#include <string.h>

size_t
insights_field(struct slice name)
{
	static const struct {
		const char *name;
		enum insights_field field;
	} fields[] = {
		{ "@timestamp", INSIGHTS_TIMESTAMP },
		{ "timestamp", INSIGHTS_TIMESTAMP },
		{ "@message", INSIGHTS_MESSAGE },
		{ "message", INSIGHTS_MESSAGE },
		{ "@logStream", INSIGHTS_STREAM },
		{ "logStreamName", INSIGHTS_STREAM },
		{ "@log", INSIGHTS_LOG },
		{ "@ptr", INSIGHTS_PTR },
	};

	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		if (slice_is(name, fields[i].name))
			return fields[i].field;
	return INSIGHTS_FIELDS;
}

bool
insights_is_complete(struct slice status)
{
	return slice_is(status, "Complete");
}

/* All of it: behind a time that is not UTC stands its offset. */
static bool
is_time(struct slice value, int64_t *time_ms)
{
	return value.len > 0 && (time_read_millis(value, time_ms) == value.len ||
	    time_read_rfc3339(value, time_ms) == value.len);
}

void
insights_record(struct frame *frame, const struct insights_row *row,
    size_t start, bool escaped)
{
	struct record record = { .time_ms = TIME_NONE, .escaped = escaped };
	struct origin origin = { .stream = row->value[INSIGHTS_STREAM] };
	struct slice message = row->value[INSIGHTS_MESSAGE];
	struct slice time = row->value[INSIGHTS_TIMESTAMP];
	struct slice log = row->value[INSIGHTS_LOG];
	const char *colon;

	if (!row->has[INSIGHTS_MESSAGE]) {
		frame_lost_line(frame, start, 1);
		return;
	}
	record.offset = (size_t)(message.data - frame->chunk.bytes.data);
	record.len = message.len;
	if (!is_time(time, &record.time_ms)) {
		record.time_ms = frame_time(frame, message);
		if (time.len > 0)	/* what stands there is no time */
			frame_lost_line(frame, start, 1);
	}
	colon = log.len == 0 ? NULL : memchr(log.data, ':', log.len);
	if (colon != NULL) {
		size_t at = (size_t)(colon - log.data);

		origin.account = slice_cut(log, 0, at);
		origin.group = slice_cut(log, at + 1, log.len);
	} else {
		origin.group = log;
	}
	frame_record(frame, &record, &origin);
}
