/* rows.c -- EVENTS and RESULTS rows to records; a message's own LFs stand raw.
 * SPDX-License-Identifier: MIT */
#include "input/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "input/aws_cli.h"
#include "input/insights.h"
#include "input/limits.h"

#define NO_ROW ((size_t)-1)
#define MILLIS_TAIL 14			/* TAB and 13 digits end an EVENTS row */

struct rows {
	struct frame frame;
	enum shape shape;
	size_t line;		/* start of the line being read */
	size_t start;		/* of the open row, or NO_ROW */

	/* EVENTS: `EVENTS id ingestionTime stream message timestamp`, or without
	 * id and stream; all offsets from start */
	size_t stream_len;
	size_t stream_at, message;
	int64_t time_ms;
	bool ended;		/* the last line ended in a time */
	size_t end;		/* ... there: blank lines may follow */

	/* INSIGHTS: the fields of the row so far, values as offsets */
	struct insights_row row;
	size_t value_at[INSIGHTS_FIELDS];
	size_t field;		/* that the next continuation line belongs to */
	bool begun;		/* some field was seen */
};

struct rows *
rows_new(struct input *input, bool inside, uint64_t base, enum shape shape)
{
	struct rows *rows = mem_zero(1, sizeof *rows);

	frame_init(&rows->frame, input, inside, base);
	rows->shape = shape;
	rows->start = NO_ROW;
	rows->field = INSIGHTS_FIELDS;
	frame_is(&rows->frame, shape, ESCAPING_NONE);
	return rows;
}

void
rows_free(struct rows *rows)
{
	if (rows == NULL)
		return;
	frame_free(&rows->frame);
	free(rows);
}

static bool
ends_in_millis(struct slice line, int64_t *ms)
{
	return line.len >= MILLIS_TAIL &&
	    line.data[line.len - MILLIS_TAIL] == '\t' &&
	    time_read_millis(slice_cut(line, line.len - MILLIS_TAIL + 1,
	    line.len), ms) == MILLIS_TAIL - 1;
}

static void close_event(struct rows *rows, size_t end);
static void close_result(struct rows *rows);

static void
close_row(struct rows *rows, size_t end)
{
	if (rows->start == NO_ROW)
		return;
	if (rows->shape == SHAPE_EVENTS_TEXT)
		close_event(rows, end);
	else
		close_result(rows);
}

/* ---- EVENTS ---- */

/* The open row, which there is, reaches to end, its last LF not counted. */
static void
close_event(struct rows *rows, size_t end)
{
	struct frame *frame = &rows->frame;
	const char *data = frame->chunk.bytes.data;
	struct record record = { .offset = rows->start + rows->message,
	    .time_ms = rows->time_ms };
	struct origin origin = { .stream = { data + rows->start +
	    rows->stream_at, rows->stream_len } };

	if (end > rows->start && data[end - 1] == '\n')
		end--;
	if (rows->ended) {
		end = rows->start + rows->end - MILLIS_TAIL;
	} else {
		record.time_ms = TIME_NONE;
		frame_problem(frame, PROBLEM_DAMAGE, rows->start, 0,
		    "an EVENTS row without its time");
	}
	record.len = end > record.offset ? end - record.offset : 0;
	frame_record(frame, &record, &origin);
	rows->start = NO_ROW;
}

/* Columns stand in the order of their names: eventId, ingestionTime,
 * logStreamName, message, timestamp; get-log-events has neither id nor stream.
 * An eventId is no 13-digit number (56 digits from AWS). */
static void
open_event(struct rows *rows, struct slice line)
{
	size_t at = sizeof "EVENTS\t" - 1;
	size_t used;
	int64_t ms;

	rows->start = rows->line;
	rows->stream_len = 0;
	rows->stream_at = at;
	used = time_read_millis(slice_cut(line, at, line.len), &ms);
	if (used > 0 && at + used < line.len && line.data[at + used] == '\t') {
		rows->message = at + used + 1;
		return;
	}
	for (int column = 0; column < 3; column++) {
		const char *tab = memchr(line.data + at, '\t', line.len - at);

		if (tab == NULL)
			break;
		if (column == 2) {
			rows->stream_at = at;
			rows->stream_len = (size_t)(tab - line.data) - at;
		}
		at = (size_t)(tab - line.data) + 1;
	}
	rows->message = at;
}

static void
event_line(struct rows *rows, struct slice line)
{
	bool free_to_begin = rows->start == NO_ROW || rows->ended;
	bool event = slice_starts(line, "EVENTS\t");
	bool token = slice_starts(line, "NEXTTOKEN\t");

	if (free_to_begin && (event || slice_starts(line, "SEARCHEDLOGSTREAMS\t") ||
	    (slice_starts(line, "b/") && slice_find(line,
	    slice_from("\tf/")) != SIZE_MAX))) {
		close_row(rows, rows->line);
		frame_told(&rows->frame);
		if (!event)
			return;
		open_event(rows, line);
	} else if (rows->start == NO_ROW || (rows->ended && (token ||
	    aws_cli_gave_up(line)))) {
		close_row(rows, rows->line);
		if (aws_cli_gave_up(line))
			aws_cli_tell(&rows->frame, rows->line, line);
		else if (token || (line.len > 0 &&
		    memchr(line.data, '\t', line.len) == NULL &&
		    memchr(line.data, ' ', line.len) == NULL))
			frame_problem(&rows->frame, PROBLEM_PARTIAL, rows->line,
			    0, "the answer goes on: it has a nextToken");
		else
			frame_lost_line(&rows->frame, rows->line, line.len);
		return;
	}
	if (rows->ended && line.len == 0)
		return;
	rows->ended = ends_in_millis(line, &rows->time_ms);
	rows->end = rows->line + line.len - rows->start;
}

/* ---- RESULTS ---- */

static void
close_result(struct rows *rows)
{
	struct frame *frame = &rows->frame;
	const char *data = frame->chunk.bytes.data;

	for (size_t i = 0; i < INSIGHTS_FIELDS; i++)
		if (rows->row.has[i])
			rows->row.value[i].data = data + rows->start +
			    rows->value_at[i];
	insights_record(frame, &rows->row, rows->start, false);
	rows->row = (struct insights_row){ 0 };
	rows->start = NO_ROW;
}

static void
result_line(struct rows *rows, struct slice line)
{
	static const char label[] = "RESULTS\t";
	struct slice rest, name;
	size_t field;
	const char *tab;

	if (!slice_starts(line, label)) {
		if (slice_starts(line, "STATISTICS\t")) {
			close_row(rows, rows->line);
			rows->field = INSIGHTS_FIELDS;
		} else if (!rows->begun) {
			/* the scalars of the answer: its status among them */
			line = slice_trim(line);
			if (line.len > 0 && !insights_is_complete(line))
				frame_problem(&rows->frame, PROBLEM_PARTIAL,
				    rows->line, 0,
				    "the query's status is %.*s",
				    (int)(line.len < 60 ? line.len : 60),
				    line.data);
		} else if (rows->start != NO_ROW &&
		    rows->field < INSIGHTS_FIELDS) {
			rows->row.value[rows->field].len = rows->line +
			    line.len - rows->start -
			    rows->value_at[rows->field];
		}
		return;
	}
	rows->begun = true;
	rest = slice_cut(line, sizeof label - 1, line.len);
	tab = memchr(rest.data, '\t', rest.len);
	name = tab == NULL ? rest : slice_cut(rest, 0,
	    (size_t)(tab - rest.data));
	field = insights_field(name);
	if (rows->start != NO_ROW && (slice_is(name, "@ptr") ?
	    rows->row.has[INSIGHTS_PTR] : field < INSIGHTS_FIELDS &&
	    rows->row.has[field]))
		close_row(rows, rows->line);
	if (rows->start == NO_ROW)
		rows->start = rows->line;
	rows->field = field;
	if (field == INSIGHTS_FIELDS)
		return;
	rows->row.has[field] = true;
	rows->value_at[field] = tab == NULL ?
	    rows->line + line.len - rows->start :
	    rows->line + (sizeof label - 1) + name.len + 1 - rows->start;
	rows->row.value[field] = (struct slice){ NULL,
	    rows->line + line.len - rows->start - rows->value_at[field] };
}

/* ---- both ---- */

static void
take_line(struct rows *rows, size_t end)
{
	struct slice line = { rows->frame.chunk.bytes.data + rows->line,
	    end - rows->line };

	if (slice_ends(line, "\r"))		/* as on Windows */
		line.len--;
	if (rows->shape == SHAPE_EVENTS_TEXT)
		event_line(rows, line);
	else
		result_line(rows, line);
}

static void
flush(struct rows *rows, bool now)
{
	struct frame *frame = &rows->frame;
	size_t gone;

	frame->keep = rows->start != NO_ROW ? rows->start : rows->line;
	gone = frame_flush(frame, now);
	rows->line -= gone;
	if (rows->start != NO_ROW)
		rows->start -= gone;
}

void
rows_feed(struct rows *rows, const char *bytes, size_t len)
{
	struct frame *frame = &rows->frame;
	size_t from;

	frame_add(frame, bytes, len);
	while (frame->scan < frame->chunk.bytes.len) {
		const char *data = frame->chunk.bytes.data;
		const char *lf = memchr(data + frame->scan, '\n',
		    frame->chunk.bytes.len - frame->scan);

		if (lf == NULL) {
			frame->scan = frame->chunk.bytes.len;
			break;
		}
		take_line(rows, (size_t)(lf - data));
		rows->line = frame->scan = (size_t)(lf - data) + 1;
	}
	from = rows->start != NO_ROW ? rows->start : rows->line;
	if (frame->chunk.bytes.len - from > RECORD_LIMIT) {
		frame_problem(frame, PROBLEM_LIMIT, from, 0,
		    "a row of more than %zu MiB is cut there",
		    RECORD_LIMIT >> 20);
		rows->ended = false;
		close_row(rows, from + RECORD_LIMIT);
		rows->line = frame->scan = from + RECORD_LIMIT;
	}
	flush(rows, false);
}

void
rows_end(struct rows *rows)
{
	struct frame *frame = &rows->frame;

	if (rows->line < frame->chunk.bytes.len)
		take_line(rows, frame->chunk.bytes.len);
	close_row(rows, frame->chunk.bytes.len);
	rows->line = frame->chunk.bytes.len;
	frame_told(frame);
	flush(rows, true);
}

bool
rows_at_border(const struct rows *rows)
{
	return rows->line == rows->frame.chunk.bytes.len;
}
