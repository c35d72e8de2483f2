/* bare.c -- lines of text that nothing wraps: which of them are one message.
 * SPDX-License-Identifier: MIT */
#include "input/bare.h"

#include "input/aws_cli.h"
#include "input/limits.h"
#include "input/lines.h"

static const struct origin nowhere = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 },
	{ NULL, 0 } };

void
bare_init(struct bare *bare, struct frame *frame, bool tabbed)
{
	*bare = (struct bare){ .frame = frame, .tabbed = tabbed };
}

static struct slice
bytes(const struct bare *bare, size_t start, size_t end)
{
	return slice_cut(buf_slice(&bare->frame->chunk.bytes), start, end);
}

void
bare_message(struct frame *frame, enum shape shape, size_t start, size_t end)
{
	struct record record = { .offset = start, .len = end - start };

	frame_is(frame, shape, ESCAPING_NONE);
	record.time_ms = frame_time(frame,
	    slice_cut(buf_slice(&frame->chunk.bytes), start, end));
	frame_record(frame, &record, &nowhere);
}

static enum shape
text_shape(const struct bare *bare)
{
	return bare->tabbed ? SHAPE_MESSAGES_TEXT : SHAPE_BARE;
}

void
bare_close(struct bare *bare)
{
	if (!bare->open)
		return;
	bare->open = false;
	bare_message(bare->frame, text_shape(bare), bare->start, bare->end);
}

void
bare_lose(struct bare *bare)
{
	if (bare->open)
		frame_lost_line(bare->frame, bare->start, 1);
	bare->open = false;
}

static bool
is_traceback(struct slice line)
{
	return slice_starts(line, "Traceback (most recent call last):");
}

/* Whether a line goes on in the open text, and if so whether a traceback still waits
 * for its last line. */
static bool
continues(const struct bare *bare, struct slice line, bool *traceback)
{
	static const char *const openers[] = { "Caused by: ", "Suppressed: ",
	    "During handling of the above exception",
	    "The above exception was the direct cause" };
	struct slice before = bytes(bare, bare->start, bare->end);
	bool indented = line.data[0] == ' ' || line.data[0] == '\t' ||
	    slice_starts(line, "\xc2\xa0");

	if (!bare->open)
		return false;
	*traceback = bare->traceback;
	for (size_t i = 0; i < sizeof openers / sizeof openers[0]; i++)
		if (slice_starts(line, openers[i]))
			return true;
	if (is_traceback(line)) {
		*traceback = true;
		return (!bare->blank && slice_starts(before, "[ERROR] ")) ||
		    slice_ends(before, "another exception occurred:") ||
		    slice_ends(before, "the following exception:");
	}
	if (bare->blank)
		return false;
	if (indented)
		return true;
	if (bare->traceback) {
		*traceback = false;
		return true;
	}
	return line.data[0] == '}' || line.data[0] == ']' ||
	    line.data[0] == ')';
}

/* What a Lambda message begins with: behind a TAB it is a message of its own. */
static bool
begins_message(struct slice text)
{
	static const char *const starts[] = { "START RequestId: ",
	    "END RequestId: ", "REPORT RequestId: ", "INIT_START ",
	    "INIT_REPORT ", "[ERROR]", "[WARNING]", "[INFO]", "[CRITICAL]",
	    "{\"" };
	int64_t ms;

	for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
		if (slice_starts(text, starts[i]))
			return true;
	return text.len > 19 && text.data[4] == '-' && text.data[10] == 'T' &&
	    time_read_rfc3339(text, &ms) > 19;
}

/* Where in a line of TAB-joined messages the next begins, or its length.  A runtime's
 * own TABs are passed: behind `Invoke Error␠`, and between a level and its time. */
static size_t
next_joined(struct slice line)
{
	for (size_t i = 1; i + 1 < line.len; i++) {
		if (line.data[i] != '\t' || line.data[i - 1] == ' ' ||
		    line.data[i - 1] == ']')
			continue;
		if (begins_message(slice_cut(line, i + 1, line.len)))
			return i;
	}
	return line.len;
}

bool
bare_is_tail(const struct bare *bare, size_t start, size_t end)
{
	struct line_head head;

	return bare->seen < RECOGNISE_SIZE && line_head_read(
	    SHAPE_TAIL_DETAILED, bytes(bare, start, end), true, &head);
}

static void
begin(struct bare *bare, size_t start, struct slice line)
{
	bare_close(bare);
	bare->open = true;
	bare->start = start;
	bare->end = start + line.len;
	bare->traceback = is_traceback(line);
	bare->blank = false;
}

/* The messages that TABs join in what is now the open record. */
static void
split(struct bare *bare, size_t start, struct slice line)
{
	for (;;) {
		size_t at = next_joined(line);

		if (at == line.len)
			return;
		bare->end = start + at;
		start += at + 1;
		line = slice_cut(line, at + 1, line.len);
		begin(bare, start, line);
	}
}

void
bare_line(struct bare *bare, size_t start, size_t end)
{
	struct slice line = bytes(bare, start, end);
	bool traceback = false, begins = false;

	bare->seen += line.len + 1;
	if (line.len > 0 && line.data[line.len - 1] == '\r')
		line.len--;
	if (line.len == 0) {
		bare->blank = true;
		return;
	}
	if (!bare->begun && aws_cli_is_usage(line))
		return;
	if (bare->begun ? aws_cli_is_error(line) : aws_cli_gave_up(line)) {
		bare_close(bare);
		aws_cli_tell(bare->frame, start, line);
		return;
	}
	bare->begun = true;
	if (line.data[0] == '\t' && bare->open &&
	    begins_message(slice_cut(line, 1, line.len)) &&
	    !slice_starts(line, "\t{"))
		bare->tabbed = true;
	if (bare->tabbed && line.data[0] == '\t' &&
	    !slice_starts(line, "\tat ") && !slice_starts(line, "\t... ")) {
		begins = true;
		start++;
		line = slice_cut(line, 1, line.len);
	}
	if (begins || !continues(bare, line, &traceback)) {
		begin(bare, start, line);
	} else {
		bare->end = start + line.len;
		bare->traceback = traceback;
		bare->blank = false;
	}
	if (bare->tabbed)
		split(bare, start, line);
	if (bare->end - bare->start > RECORD_LIMIT)
		bare_close(bare);
}

void
bare_idle(struct bare *bare, size_t line, size_t end)
{
	struct slice part = bytes(bare, line, end);
	struct record record = { .offset = line,
	    .len = slice_chomp(part).len };
	bool traceback;

	if (bare->open) {
		record.offset = bare->start;
		record.len = bare->end - bare->start;
		if (part.len > 0 && part.data[0] != '{' &&
		    part.data[0] != '[' && continues(bare, part, &traceback))
			record.len = end - bare->start;
	}
	if (record.len == 0)
		return;
	frame_is(bare->frame, text_shape(bare), ESCAPING_NONE);
	record.time_ms = frame_time(bare->frame,
	    bytes(bare, record.offset, record.offset + record.len));
	frame_open(bare->frame, &record, &nowhere);
}

size_t
bare_start(const struct bare *bare, size_t otherwise)
{
	return bare->open ? bare->start : otherwise;
}

void
bare_moved(struct bare *bare, size_t gone)
{
	if (!bare->open)
		return;
	bare->start -= gone;
	bare->end -= gone;
}
