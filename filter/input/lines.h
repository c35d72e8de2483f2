/* lines.h -- lines that begin with a time stamp: exports, tails, query columns.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_LINES_H
#define INPUT_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "input/frame.h"

struct lines;

/* shape: EXPORT, TAIL_SHORT, TAIL_DETAILED, TAIL_JSON, COLUMNS or CONSOLE. */
struct lines *lines_new(struct input *input, bool inside, uint64_t base,
    enum shape shape);
void lines_free(struct lines *lines);
void lines_feed(struct lines *lines, const char *bytes, size_t len);
void lines_idle(struct lines *lines);

/* What comes next does not follow what came: the open record ends here. */
void lines_end(struct lines *lines);

/* Whether the next byte begins a line. */
bool lines_at_border(const struct lines *lines);

/* Whether a path is that of an export object (formats.md 3): then its lines are an
 * export's, also where its first is the rest of a record of the object before. */
bool lines_is_export_path(const char *path);

/* The head of a line of that shape: its time, and where stream and message stand.
 * whole: the line is complete, so that a stream may reach to its end. */
struct line_head {
	int64_t time_ms;
	size_t stream, stream_len;
	size_t message;
};
bool line_head_read(enum shape shape, struct slice line, bool whole,
    struct line_head *head);

#endif
