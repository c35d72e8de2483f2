/* verdict.c -- what tests found, told to people or as TAP.
 * SPDX-License-Identifier: MIT */
#include "verbs/verdict.h"

#include "base/clean.h"
#include "sink/output.h"

#define EXCERPT 100			/* bytes of a text that are shown */
#define STAND_OUT "\033[1;31m"		/* SGR: bold, red */
#define AS_BEFORE "\033[0m"

/* Each line of text behind before. */
static void
print_lines(struct buf *out, struct slice text, const char *before)
{
	while (text.len > 0) {
		size_t end = slice_find(text, (struct slice){ "\n", 1 });

		if (end > text.len)
			end = text.len;
		buf_text(out, before);
		clean_text(out, slice_cut(text, 0, end));
		buf_byte(out, '\n');
		text = slice_cut(text, end + 1, text.len);
	}
}

/* A # would begin a directive. */
static void
print_description(struct buf *out, struct slice text)
{
	struct buf clean;

	buf_init(&clean, BUF_NO_LIMIT);
	clean_line(&clean, text);
	for (size_t i = 0; i < clean.len; i++) {
		if (clean.data[i] == '#')
			buf_byte(out, '\\');
		buf_byte(out, clean.data[i]);
	}
	buf_free(&clean);
}

static void
print_tap(struct buf *out, const struct verdict *verdict, struct slice place,
    struct slice what, struct slice details)
{
	buf_printf(out, "%sok %zu - ", details.len > 0 ? "not " : "",
	    verdict->count);
	print_description(out, place);
	buf_text(out, ": ");
	print_description(out, what);
	buf_byte(out, '\n');
	print_lines(out, details, "# ");
}

static void
print_text(struct buf *out, const struct verdict *verdict, struct slice place,
    struct slice what, struct slice details)
{
	clean_line(out, place);
	buf_printf(out, ": %sfails%s: ", verdict->colour ? STAND_OUT : "",
	    verdict->colour ? AS_BEFORE : "");
	clean_line(out, what);
	buf_byte(out, '\n');
	print_lines(out, details, "    ");
}

void
verdict_tell(struct verdict *verdict, struct slice place, struct slice what,
    struct slice details)
{
	struct buf out;

	verdict->count++;
	if (details.len > 0)
		verdict->failed++;
	buf_init(&out, BUF_NO_LIMIT);
	if (verdict->format == REPORT_TAP)
		print_tap(&out, verdict, place, what, details);
	else if (details.len > 0)
		print_text(&out, verdict, place, what, details);
	output_write(buf_slice(&out));
	buf_free(&out);
}

void
verdict_note(const struct verdict *verdict, struct slice lines)
{
	struct buf out;

	buf_init(&out, BUF_NO_LIMIT);
	print_lines(&out, lines, verdict->format == REPORT_TAP ? "# " : "");
	output_write(buf_slice(&out));
	buf_free(&out);
}

void
verdict_end(const struct verdict *verdict)
{
	struct buf out;

	buf_init(&out, BUF_NO_LIMIT);
	if (verdict->format == REPORT_TAP)
		buf_printf(&out, "1..%zu\n", verdict->count);
	else if (verdict->failed > 0)
		buf_printf(&out, "%zu of %zu failed\n", verdict->failed,
		    verdict->count);
	else if (verdict->count > 0)
		buf_printf(&out, "all %zu passed\n", verdict->count);
	output_write(buf_slice(&out));
	buf_free(&out);
}

void
verdict_excerpt(struct buf *out, struct slice text)
{
	struct slice rest = text;
	size_t used = 0;

	while (rest.len > 0 && used < EXCERPT) {
		size_t len = clean_character(rest);

		used += len > 0 ? len : 1;
		rest = slice_cut(text, used, text.len);
	}
	clean_line(out, slice_cut(text, 0, used));
	if (rest.len > 0)
		buf_text(out, "...");
}
