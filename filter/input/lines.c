/* lines.c -- stamped lines to records: what has no stamp belongs to the one above.
 * SPDX-License-Identifier: MIT */
#include "input/lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "input/aws_cli.h"
#include "input/limits.h"

/* What `aws --color on` prints around the time and the stream (formats.md 1.2). */
#define GREEN "\033[32m"
#define CYAN "\033[36m"
#define RESET "\033[0m"

#define CONSOLE_TIME 29			/* bytes: 2026-11-24T03:00:12.345+09:00 */

#define NO_RECORD ((size_t)-1)

struct lines {
	struct frame frame;
	enum shape shape;
	size_t line;		/* where the line that is being read begins */
	bool line_taken;	/* its head was read before it was whole */
	size_t start;		/* of the open record, or NO_RECORD */
	struct line_head head;	/* of the open record; offsets from start */
	bool skipping;		/* behind a record that was too long */
	bool blank;		/* the line above is, in the open record */
	size_t words;		/* a line of the open record that is the AWS CLI's,
				 * if nothing comes behind it; or NO_RECORD */
	bool coloured;		/* some head was */
	bool first;		/* no record seen yet */
	bool no_stream_column;	/* COLUMNS: the second column is the message */
	struct slice path_stream;
	struct buf above;	/* what stood behind the time on the head line of
				 * the record above, for streams with blanks */
	struct json json;
};

#define ABOVE_LIMIT 1024		/* bytes of it: a stream has at most 512
					 * characters */

/* exportedlogs/<task uuid>/<stream>/000000.gz: the stream of an export object
 * (formats.md 3), or nothing.  A group is never guessed from a path. */
static struct slice
stream_of_path(const char *path)
{
	struct slice none = { NULL, 0 }, part[3];
	const char *end;
	size_t count = 0;

	if (path == NULL)
		return none;
	end = path + strlen(path);
	while (count < 3 && end > path) {
		const char *from = end;

		while (from > path && from[-1] != '/')
			from--;
		part[count++] = (struct slice){ from, (size_t)(end - from) };
		end = from > path ? from - 1 : from;
	}
	if (count < 3 || part[0].len < 6 || part[2].len != 36)
		return none;
	for (size_t i = 0; i < 6; i++)
		if (part[0].data[i] < '0' || part[0].data[i] > '9')
			return none;
	if (part[0].len > 6 && part[0].data[6] != '.')
		return none;
	for (size_t i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if ((part[2].data[i] == '-') != dash)
			return none;
	}
	return part[1];
}

bool
lines_is_export_path(const char *path)
{
	return stream_of_path(path).len > 0;
}

struct lines *
lines_new(struct input *input, bool inside, uint64_t base, enum shape shape)
{
	struct lines *lines = mem_zero(1, sizeof *lines);

	frame_init(&lines->frame, input, inside, base);
	lines->shape = shape;
	lines->start = lines->words = NO_RECORD;
	lines->first = true;
	buf_init(&lines->above, ABOVE_LIMIT);
	if (shape == SHAPE_EXPORT)
		lines->path_stream = stream_of_path(input->path);
	frame_is(&lines->frame, shape, ESCAPING_NONE);
	return lines;
}

void
lines_free(struct lines *lines)
{
	if (lines == NULL)
		return;
	json_free(&lines->json);
	buf_free(&lines->above);
	frame_free(&lines->frame);
	free(lines);
}

/* `␛[32mTIME␛[0m `, plain `TIME `, or TIME alone on the line. */
static size_t
after_stamp(struct slice line, size_t at, bool coloured)
{
	if (coloured) {
		if (!slice_starts(slice_cut(line, at, line.len), RESET))
			return 0;
		at += sizeof RESET - 1;
	}
	if (at == line.len)
		return at;
	return line.data[at] == ' ' ? at + 1 : 0;
}

static bool
tail_head(enum shape shape, struct slice line, struct line_head *head)
{
	bool coloured = slice_starts(line, GREEN);
	size_t at = 0, used;

	if (coloured)
		at = sizeof GREEN - 1;
	if (line.len < at + 19 || line.data[at + 4] != '-' ||
	    line.data[at + 10] != 'T')
		return false;
	used = time_read_rfc3339(slice_cut(line, at, line.len),
	    &head->time_ms);
	if (shape == SHAPE_TAIL_SHORT) {
		if (used != 19)
			return false;
	} else if ((used != 32 && used != 25) ||
	    memcmp(line.data + at + used - 6, "+00:00", 6) != 0 ||
	    (used == 32 && memcmp(line.data + at + 23, "000", 3) != 0)) {
		return false;		/* AWS's times have milliseconds */
	}
	at = after_stamp(line, at + used, coloured);
	if (at == 0)
		return false;
	head->stream = head->message = at;
	head->stream_len = 0;
	if (shape == SHAPE_TAIL_SHORT)
		return true;
	if (slice_starts(slice_cut(line, at, line.len), CYAN)) {
		size_t end;

		at += sizeof CYAN - 1;
		end = slice_find(slice_cut(line, at, line.len),
		    slice_from(RESET));
		if (end == SIZE_MAX)
			return false;
		head->stream = at;
		head->stream_len = end;
		at += end + sizeof RESET - 1;
	} else {
		const char *blank = at >= line.len ? NULL :
		    memchr(line.data + at, ' ', line.len - at);

		head->stream_len = blank == NULL ? line.len - at :
		    (size_t)(blank - (line.data + at));
		at += head->stream_len;
	}
	if (at < line.len && line.data[at] == ' ')
		at++;
	head->message = at;
	return true;
}

/* The second column is a stream when it is one word with none of the characters a
 * stream cannot have, and not what a Lambda message begins with. */
static size_t
stream_column(struct slice rest)
{
	const char *tab = memchr(rest.data, '\t', rest.len);
	size_t len;

	if (tab == NULL)
		return 0;
	len = (size_t)(tab - rest.data);
	if (len == 0 || len > 512 || rest.data[0] == '[' || rest.data[0] == '{')
		return 0;
	for (size_t i = 0; i < len; i++)
		if (strchr(" :*\n\"", rest.data[i]) != NULL)
			return 0;
	return len;
}

static bool
columns_head(struct slice line, struct line_head *head)
{
	size_t at = time_read_millis(line, &head->time_ms);
	int64_t other;
	size_t used;

	if (at == 0 || at >= line.len ||
	    (line.data[at] != '\t' && line.data[at] != ' '))
		return false;
	at++;
	/* ingestionTime, when it was asked for */
	used = time_read_millis(slice_cut(line, at, line.len), &other);
	if (used > 0 && at + used < line.len && line.data[at + used] == '\t')
		at += used + 1;
	head->stream = at;
	head->stream_len = stream_column(slice_cut(line, at, line.len));
	head->message = head->stream_len == 0 ? at : at + head->stream_len + 1;
	return true;
}

/* 24 bytes and a blank; with a TAB it is a Lambda runtime's own stamp. */
static bool
export_head(struct slice line, struct line_head *head)
{
	if (line.len < 24 || line.data[23] != 'Z' || line.data[10] != 'T' ||
	    (line.len > 24 && line.data[24] != ' ') ||
	    time_read_rfc3339(slice_cut(line, 0, 24), &head->time_ms) != 24)
		return false;
	head->message = line.len > 24 ? 25 : 24;
	head->stream = head->stream_len = 0;
	return true;
}

/* The time and a TAB, as the console's viewer is copied.  Only with an offset: with a Z
 * it is a Lambda runtime's own stamp. */
static bool
console_head(struct slice line, struct line_head *head)
{
	struct slice time = slice_cut(line, 0, CONSOLE_TIME);

	if (line.len < CONSOLE_TIME || time.data[10] != 'T' ||
	    time.data[19] != '.' ||
	    (line.len > CONSOLE_TIME && line.data[CONSOLE_TIME] != '\t') ||
	    time_read_rfc3339(time, &head->time_ms) != CONSOLE_TIME)
		return false;
	head->message = CONSOLE_TIME + (line.len > CONSOLE_TIME);
	head->stream = head->stream_len = 0;
	return true;
}

bool
line_head_read(enum shape shape, struct slice line, bool whole,
    struct line_head *head)
{
	bool good;

	if (line.len > 0 && line.data[line.len - 1] == '\r')
		line.len--;
	if (line.len == 0)
		return false;
	if (shape == SHAPE_CWSIFT) {
		*head = (struct line_head){ .time_ms = TIME_NONE };
		return whole;
	}
	if (shape == SHAPE_COLUMNS)
		return whole && columns_head(line, head);
	good = shape == SHAPE_EXPORT ? export_head(line, head) :
	    shape == SHAPE_CONSOLE ? console_head(line, head) :
	    tail_head(shape, line, head);
	/* of a line that is not whole, the message must have begun */
	return good && (whole || (head->message < line.len &&
	    (line.data[head->message - 1] == ' ' ||
	    line.data[head->message - 1] == '\t')));
}

/* Takes the CR from before each LF. */
static size_t
without_cr(char *text, size_t len)
{
	size_t out = 0;

	for (size_t i = 0; i < len; i++)
		if (text[i] != '\r' || i + 1 == len || text[i + 1] != '\n')
			text[out++] = text[i];
	return out;
}

/* A stream may hold blanks, then only its first word was taken for it.  When the head
 * line ends in a blank, as before a JSON message, all of it is the stream if the record
 * above began with the same (or the shape is known to be this). */
static bool
is_stream(const struct lines *lines, struct slice rest)
{
	return lines->shape == SHAPE_TAIL_JSON || (lines->above.len > rest.len &&
	    memcmp(lines->above.data, rest.data, rest.len) == 0);
}

/* `tail --format json` re-prints a JSON message over many lines in ASCII; compact
 * and in UTF-8 it is what was logged, but for white space.  text is what stands behind
 * the head.  Returns the bytes of it that belong to the stream, and what follows them
 * in *message, or false. */
static bool
json_message(struct lines *lines, struct slice text, size_t *stream_more,
    struct slice *message)
{
	const char *lf = text.len == 0 ? NULL : memchr(text.data, '\n', text.len);
	size_t at = lf == NULL ? 0 : (size_t)(lf - text.data);
	struct slice rest = { text.data - (lines->head.message -
	    lines->head.stream), lines->head.message - lines->head.stream + at };

	if (lf == NULL || (at > 0 && (text.data[at - 1] != ' ' ||
	    lines->head.stream_len == 0 || !is_stream(lines, rest))))
		return false;
	*message = slice_cut(text, at + 1, text.len);
	*stream_more = at;
	return json_parse(&lines->json, *message);
}

/* Puts the compact form where the message stands; its length. */
static size_t
compact(struct lines *lines, char *text, struct slice message)
{
	struct buf *out = &lines->frame.scratch;

	buf_clear(out);
	json_print(out, &lines->json, message.data, 0);
	if (out->len > message.len)
		return message.len;
	memcpy(text, out->data, out->len);
	return out->len;
}

/* aws right-trims what it prints: a CR at a record's end is a terminal's, and then there
 * is one before each of its LFs. */
static bool
is_from_terminal(const struct lines *lines, const char *text, size_t len)
{
	return lines->shape != SHAPE_EXPORT && lines->shape != SHAPE_COLUMNS &&
	    lines->shape != SHAPE_CWSIFT && len > 0 && text[len - 1] == '\r';
}

static void
origin_of(const struct lines *lines, struct origin *origin)
{
	const char *at = lines->frame.chunk.bytes.data + lines->start;

	*origin = (struct origin){ .stream = lines->path_stream };
	if (lines->head.stream_len > 0)
		origin->stream = (struct slice){ at + lines->head.stream,
		    lines->head.stream_len };
}

/* The chunk's bytes from offset on, to be changed. */
static char *
own_text(struct frame *frame, size_t offset)
{
	frame_own(frame);
	return frame->chunk.bytes.data + offset;
}

/* The open record, which there is, reaches to end (an offset in the chunk's bytes). */
static void
close_open(struct lines *lines, size_t end)
{
	struct frame *frame = &lines->frame;
	struct record record = { .time_ms = lines->head.time_ms,
	    .offset = lines->start + lines->head.message };
	char *text = frame->chunk.bytes.data + record.offset;
	struct slice message;
	struct origin origin;
	size_t more;

	record.len = end > record.offset ? end - record.offset : 0;
	if (record.len > 0 && text[record.len - 1] == '\n')
		record.len--;
	/* a viewer's row that was opened: a time, no TAB, the end of the line */
	while (lines->shape == SHAPE_CONSOLE &&
	    lines->head.message == CONSOLE_TIME && record.len > 0 &&
	    (text[0] == '\n' || text[0] == '\r')) {
		record.offset++;
		record.len--;
		text++;
	}
	if (is_from_terminal(lines, text, record.len)) {
		text = own_text(frame, record.offset);
		record.len = without_cr(text, record.len - 1);
	}
	if ((lines->shape == SHAPE_TAIL_DETAILED ||
	    lines->shape == SHAPE_TAIL_JSON) && json_message(lines,
	    (struct slice){ text, record.len }, &more, &message)) {
		if (more > 0)
			lines->head.stream_len += more;
		record.offset += more;
		text = own_text(frame, record.offset);
		record.len = compact(lines, text, message);
		lines->shape = SHAPE_TAIL_JSON;
		frame_is(frame, SHAPE_TAIL_JSON, ESCAPING_NONE);
	}
	origin_of(lines, &origin);
	frame_record(frame, &record, &origin);
	lines->start = lines->words = NO_RECORD;
	lines->blank = false;
}

static void
close_record(struct lines *lines, size_t end)
{
	if (lines->start != NO_RECORD)
		close_open(lines, end);
}

/* The first row says whether the second column is a stream in all of them. */
static void
second_column(const struct lines *lines, struct slice line,
    struct line_head *head)
{
	struct slice rest = slice_cut(line, head->stream, line.len);
	const char *tab = rest.len == 0 ? NULL :
	    memchr(rest.data, '\t', rest.len);

	if (lines->no_stream_column || tab == NULL) {
		head->message = head->stream;
		head->stream_len = 0;
	} else {
		head->stream_len = (size_t)(tab - rest.data);
		head->message = head->stream + head->stream_len + 1;
	}
}

/* What stood behind the time on the head line of the record that ends here. */
static void
remember_above(struct lines *lines)
{
	const char *at = lines->frame.chunk.bytes.data + lines->start +
	    lines->head.stream;
	size_t len = lines->line - lines->start - lines->head.stream;
	const char *lf;

	if (lines->head.stream_len == 0)
		return;
	lf = memchr(at, '\n', len);
	if (lf != NULL)
		len = (size_t)(lf - at);
	buf_clear(&lines->above);
	buf_add(&lines->above, at, len < ABOVE_LIMIT ? len : ABOVE_LIMIT);
}

/* What the AWS CLI prints, and so it may end in its last words. */
static bool
is_printed_by_cli(const struct lines *lines)
{
	return lines->shape == SHAPE_TAIL_SHORT ||
	    lines->shape == SHAPE_TAIL_DETAILED ||
	    lines->shape == SHAPE_TAIL_JSON || lines->shape == SHAPE_COLUMNS;
}

/* The AWS CLI failed at line..end: no part of the record above. */
static void
cli_failed(struct lines *lines, size_t line, size_t end)
{
	struct frame *frame = &lines->frame;

	close_record(lines, line);
	aws_cli_tell(frame, line, slice_cut(buf_slice(&frame->chunk.bytes), line,
	    end));
	lines->skipping = true;
}

/* The AWS CLI puts an empty line in front of what it says when it gives up, and says it
 * last.  A message may have both, but it ends in it only when nothing came behind. */
static void
last_words(struct lines *lines)
{
	struct slice bytes = buf_slice(&lines->frame.chunk.bytes);
	size_t len;

	if (lines->words == NO_RECORD)
		return;
	len = slice_find(slice_cut(bytes, lines->words, bytes.len),
	    slice_from("\n"));
	cli_failed(lines, lines->words, len == SIZE_MAX ? bytes.len :
	    lines->words + len);
}

/* A line that goes on in the open record, for all that is known now. */
static void
take_more(struct lines *lines, struct slice line)
{
	if (slice_chomp(line).len == 0) {
		lines->blank = true;
		return;
	}
	lines->words = lines->blank && is_printed_by_cli(lines) &&
	    aws_cli_gave_up(line) ? lines->line : NO_RECORD;
	lines->blank = false;
}

static void
take_line(struct lines *lines, size_t end, bool whole)
{
	struct frame *frame = &lines->frame;
	struct slice line = { frame->chunk.bytes.data + lines->line,
	    end - lines->line };
	struct line_head head;

	if (line_head_read(lines->shape, line, whole, &head)) {
		if (lines->start != NO_RECORD)
			remember_above(lines);
		close_record(lines, lines->line);
		frame_told(frame);
		if (lines->first)
			lines->no_stream_column = head.stream_len == 0;
		lines->first = false;
		if (lines->shape == SHAPE_COLUMNS)
			second_column(lines, line, &head);
		lines->coloured = lines->coloured || line.data[0] == '\033';
		lines->head = head;
		lines->start = lines->line;
		lines->skipping = false;
		return;
	}
	if (lines->coloured && slice_is(slice_chomp(line), RESET)) {
		/* the last word of a program that coloured is no message */
		last_words(lines);
		close_record(lines, lines->line);
		return;
	}
	if ((line.len > 0 && line.data[0] == 'A' && aws_cli_is_error(line)) ||
	    (lines->start == NO_RECORD && !lines->skipping &&
	    is_printed_by_cli(lines) && aws_cli_gave_up(line))) {
		cli_failed(lines, lines->line, end);
		return;
	}
	if (lines->start != NO_RECORD)
		take_more(lines, line);
	else if (!lines->skipping)
		frame_lost_line(frame, lines->line,
		    slice_trim(line).len == 0 ? 0 : line.len);
}

/* One record may not grow for ever: what has come of it by end is too much. */
static void
limit(struct lines *lines, size_t end)
{
	struct frame *frame = &lines->frame;
	size_t from = lines->start != NO_RECORD ? lines->start : lines->line;

	if (end - from <= RECORD_LIMIT)
		return;
	if (lines->start != NO_RECORD) {
		frame_problem(frame, PROBLEM_LIMIT, from, 0,
		    "a record of more than %zu MiB is cut there",
		    RECORD_LIMIT >> 20);
		close_record(lines, from + RECORD_LIMIT);
	} else if (!lines->skipping) {
		frame_lost_line(frame, from, end - from);
	}
	lines->skipping = true;
}

static void
moved(struct lines *lines, size_t gone)
{
	lines->line -= gone;
	if (lines->start != NO_RECORD)
		lines->start -= gone;
	if (lines->words != NO_RECORD)
		lines->words -= gone;
}

static void
flush(struct lines *lines, bool now)
{
	struct frame *frame = &lines->frame;

	frame->keep = lines->start != NO_RECORD ? lines->start : lines->line;
	moved(lines, frame_flush(frame, now));
}

/* The lines that are whole by now. */
static void
take_lines(struct lines *lines)
{
	struct frame *frame = &lines->frame;

	while (frame->scan < frame->chunk.bytes.len) {
		const char *data = frame->chunk.bytes.data;
		const char *lf = memchr(data + frame->scan, '\n',
		    frame->chunk.bytes.len - frame->scan);

		if (lf == NULL) {
			frame->scan = frame->chunk.bytes.len;
			break;
		}
		if (!lines->line_taken)
			take_line(lines, (size_t)(lf - data), true);
		lines->line_taken = false;
		lines->line = frame->scan = (size_t)(lf - data) + 1;
		if (lines->start != NO_RECORD)
			limit(lines, lines->line);
	}
	limit(lines, frame->chunk.bytes.len);
	if (frame->chunk.bytes.len - lines->line > RECORD_LIMIT) {
		/* the rest of such a line is no line of its own */
		lines->line = frame->chunk.bytes.len;
		lines->line_taken = true;
	}
}

void
lines_feed(struct lines *lines, const char *bytes, size_t len)
{
	struct slice input = { bytes, len };

	while (input.len > 0) {
		moved(lines, frame_take(&lines->frame, &input));
		take_lines(lines);
		flush(lines, false);
	}
	moved(lines, frame_settle(&lines->frame));
}

/* The end of what is known to belong to the open record: a last line without its
 * LF counts when it is that record's head, or goes on in it for sure. */
static size_t
known_end(struct lines *lines)
{
	struct frame *frame = &lines->frame;
	size_t end = frame->chunk.bytes.len;
	struct slice line = { frame->chunk.bytes.data + lines->line,
	    end - lines->line };
	struct line_head head;

	if (lines->line_taken || line.len == 0)
		return end;
	if (!line_head_read(lines->shape, line, false, &head))
		return lines->line;
	take_line(lines, end, false);
	lines->line_taken = true;
	return end;
}

void
lines_idle(struct lines *lines)
{
	struct frame *frame = &lines->frame;
	size_t behind = frame->chunk.bytes.len - known_end(lines);
	struct record record;
	struct slice message;
	struct origin origin;
	const char *text;
	size_t end, more;

	flush(lines, true);
	if (lines->start == NO_RECORD)
		return;
	/* whose the last line is, only what comes behind it says */
	end = lines->words != NO_RECORD ? lines->words :
	    frame->chunk.bytes.len - behind;
	record = (struct record){ .time_ms = lines->head.time_ms,
	    .offset = lines->start + lines->head.message };
	record.len = end > record.offset ? end - record.offset : 0;
	text = frame->chunk.bytes.data + record.offset;
	record.len = slice_chomp((struct slice){ text, record.len }).len;
	/* a JSON message that is whole cannot go on */
	if (json_message(lines, (struct slice){ text, record.len }, &more,
	    &message)) {
		last_words(lines);
		close_record(lines, end);
		flush(lines, true);
		return;
	}
	origin_of(lines, &origin);
	frame_open(frame, &record, &origin);
}

void
lines_end(struct lines *lines)
{
	struct frame *frame = &lines->frame;

	size_t end = frame->chunk.bytes.len;

	if (lines->line < end && !lines->line_taken)
		take_line(lines, end, true);
	last_words(lines);
	close_record(lines, end);
	lines->line = frame->chunk.bytes.len;
	lines->line_taken = false;
	lines->skipping = false;
	frame_told(frame);
	flush(lines, true);
}

bool
lines_at_border(const struct lines *lines)
{
	return lines->line == lines->frame.chunk.bytes.len &&
	    !lines->line_taken;
}
