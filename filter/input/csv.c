/* csv.c -- RFC 4180 rows with a header to records.
 * SPDX-License-Identifier: MIT */
#include "input/csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/mem.h"
#include "input/insights.h"
#include "input/limits.h"

#define COLUMN_LIMIT 256		/* columns looked at */

struct csv {
	struct frame frame;
	size_t row;		/* start of the row being read */
	bool quoted;		/* scan stands inside quotes */
	bool header_read;
	bool useless;		/* no column holds a message */
	size_t columns;
	uint8_t column[COLUMN_LIMIT];	/* enum insights_field of each */
	struct buf names;	/* decoded stream and log of a row */
};

/* One field at the front of rest: its body without quotes, whether it needs
 * decoding, and the bytes up to the next field or the end. */
struct field {
	struct slice body;
	bool escaped;
	bool quoted;
	size_t used;		/* the comma included */
	bool last;
};

static void
next_field(struct slice rest, struct field *field)
{
	size_t at = 0;

	*field = (struct field){ .quoted = rest.len > 0 &&
	    rest.data[0] == '"' };
	if (field->quoted) {
		for (at = 1; at < rest.len; at++) {
			if (rest.data[at] != '"')
				continue;
			if (at + 1 >= rest.len || rest.data[at + 1] != '"')
				break;
			field->escaped = true;
			at++;
		}
		field->body = slice_cut(rest, 1, at);
		if (at < rest.len)
			at++;		/* the closing quote */
	}
	while (at < rest.len && rest.data[at] != ',')
		at++;
	if (!field->quoted)
		field->body = slice_cut(rest, 0, at);
	field->last = at >= rest.len;
	field->used = field->last ? at : at + 1;
}

/* `@message`, `timestamp`, `"logStreamName"`: a name and nothing else. */
static bool
is_name(const struct field *field)
{
	struct slice name = field->body;

	if (name.len == 0 || field->escaped || field->used !=
	    name.len + (field->quoted ? 2 : 0) + (field->last ? 0 : 1))
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (strchr("@_.-", name.data[i]) == NULL &&
		    !is_digit(name.data[i]) && !is_letter(name.data[i]))
			return false;
	return true;
}

bool
csv_is_header(struct slice line)
{
	bool message = false, time = false, ours = false;
	struct field field;

	if (line.len > 0 && line.data[line.len - 1] == '\r')
		line.len--;
	do {
		size_t known;

		next_field(line, &field);
		if (!is_name(&field))
			return false;
		known = insights_field(field.body);
		message = message || known == INSIGHTS_MESSAGE;
		time = time || known == INSIGHTS_TIMESTAMP;
		ours = ours || field.body.data[0] == '@';
		line = slice_cut(line, field.used, line.len);
	} while (!field.last);
	return ours || (message && time);
}

struct csv *
csv_new(struct input *input, bool inside, uint64_t base)
{
	struct csv *csv = mem_zero(1, sizeof *csv);

	frame_init(&csv->frame, input, inside, base);
	buf_init(&csv->names, BUF_NO_LIMIT);
	frame_is(&csv->frame, SHAPE_CSV, ESCAPING_CSV);
	return csv;
}

void
csv_free(struct csv *csv)
{
	if (csv == NULL)
		return;
	buf_free(&csv->names);
	frame_free(&csv->frame);
	free(csv);
}

static void
read_header(struct csv *csv, struct slice row)
{
	struct field field;
	bool message = false;

	csv->header_read = true;
	csv->useless = false;
	csv->columns = 0;
	do {
		next_field(row, &field);
		if (csv->columns < COLUMN_LIMIT) {
			size_t known = insights_field(field.body);

			csv->column[csv->columns++] = (uint8_t)known;
			message = message || known == INSIGHTS_MESSAGE;
		}
		row = slice_cut(row, field.used, row.len);
	} while (!field.last);
	if (!message) {
		csv->useless = true;
		csv->frame.input->coverage->lines_not_understood++;
		frame_problem(&csv->frame, PROBLEM_NOT_UNDERSTOOD, csv->row, 0,
		    "a CSV without a column @message or message");
	}
}

static struct slice
undouble(struct csv *csv, const struct field *field)
{
	size_t from = csv->names.len;

	if (!field->escaped)
		return field->body;
	for (size_t i = 0; i < field->body.len; i++) {
		buf_byte(&csv->names, field->body.data[i]);
		if (field->body.data[i] == '"')
			i++;
	}
	return (struct slice){ csv->names.data + from, csv->names.len - from };
}

/* JSON that was joined to a CSV file: what is no message would not begin so. */
static bool
is_json(const struct insights_row *row)
{
	static const enum insights_field fields[] = { INSIGHTS_TIMESTAMP,
	    INSIGHTS_STREAM, INSIGHTS_LOG };

	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		if (slice_starts(row->value[fields[i]], "{\""))
			return true;
	return false;
}

/* Files that were joined: `timestamp,message` again, or with other columns. */
static bool
is_header_again(struct slice line)
{
	bool message = false, time = false;
	struct field field;

	if (!csv_is_header(line))
		return false;
	do {
		next_field(line, &field);
		message = message ||
		    insights_field(field.body) == INSIGHTS_MESSAGE;
		time = time || insights_field(field.body) == INSIGHTS_TIMESTAMP;
		line = slice_cut(line, field.used, line.len);
	} while (!field.last);
	return message && time;
}

static void
read_row(struct csv *csv, struct slice line)
{
	struct insights_row row = { 0 };
	struct field field;
	bool escaped = false, surplus = false;
	size_t column = 0;

	if (line.len > 0 && line.data[line.len - 1] == '\r')
		line.len--;
	if (line.len == 0)
		return;
	if (!csv->header_read || is_header_again(line)) {
		read_header(csv, line);
		return;
	}
	if (csv->useless) {
		frame_lost_line(&csv->frame, csv->row, line.len);
		return;
	}
	buf_clear(&csv->names);
	/* so that growing does not move what a value points to */
	buf_reserve(&csv->names, line.len);
	do {
		size_t known = column < csv->columns ? csv->column[column] :
		    INSIGHTS_FIELDS;

		next_field(line, &field);
		if (known < INSIGHTS_FIELDS) {
			row.has[known] = true;
			if (known == INSIGHTS_MESSAGE) {
				row.value[known] = field.body;
				escaped = field.escaped;
			} else {
				row.value[known] = undouble(csv, &field);
			}
		}
		/* a comma that was not quoted; what a spreadsheet appends is empty */
		surplus = surplus || (column >= csv->columns &&
		    column < COLUMN_LIMIT && field.body.len > 0);
		column++;
		line = slice_cut(line, field.used, line.len);
	} while (!field.last);
	if (surplus)
		frame_lost_line(&csv->frame, csv->row, 1);
	if (is_json(&row)) {
		frame_lost_line(&csv->frame, csv->row, surplus ? 0 : 1);
		return;
	}
	insights_record(&csv->frame, &row, csv->row, escaped);
}

static void
flush(struct csv *csv, bool now)
{
	csv->frame.keep = csv->row;
	csv->row -= frame_flush(&csv->frame, now);
}

void
csv_feed(struct csv *csv, const char *bytes, size_t len)
{
	struct frame *frame = &csv->frame;
	const char *data;

	frame_add(frame, bytes, len);
	data = frame->chunk.bytes.data;
	for (; frame->scan < frame->chunk.bytes.len; frame->scan++) {
		char c = data[frame->scan];

		if (c == '"') {
			/* a doubled quote leaves and enters at once */
			csv->quoted = !csv->quoted;
		} else if (c == '\n' && !csv->quoted) {
			read_row(csv, (struct slice){ data + csv->row,
			    frame->scan - csv->row });
			csv->row = frame->scan + 1;
		}
	}
	if (frame->chunk.bytes.len - csv->row > RECORD_LIMIT) {
		frame_problem(frame, PROBLEM_LIMIT, csv->row,
		    frame->chunk.bytes.len - csv->row,
		    "a row of more than %zu MiB", RECORD_LIMIT >> 20);
		csv->row = frame->scan;
		csv->quoted = false;
	}
	flush(csv, false);
}

void
csv_end(struct csv *csv)
{
	struct frame *frame = &csv->frame;

	if (csv->quoted)
		frame_problem(frame, PROBLEM_DAMAGE, csv->row, 0,
		    "a quoted field does not end");
	if (csv->row < frame->chunk.bytes.len)
		read_row(csv, (struct slice){ frame->chunk.bytes.data +
		    csv->row, frame->chunk.bytes.len - csv->row });
	csv->row = frame->scan = frame->chunk.bytes.len;
	csv->quoted = false;
	frame_told(frame);
	flush(csv, true);
}

bool
csv_at_border(const struct csv *csv)
{
	return csv->row == csv->frame.chunk.bytes.len;
}
