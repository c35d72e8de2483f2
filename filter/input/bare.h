/* bare.h -- messages that stand alone, one or more lines each.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_BARE_H
#define INPUT_BARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/frame.h"

/* The message that the next line may still belong to.  Offsets are in the bytes of
 * the frame's chunk. */
struct bare {
	struct frame *frame;
	bool tabbed;		/* TABs join messages: --query to text */
	bool open;
	size_t start, end;	/* of the open message; without its last LF */
	bool traceback;		/* a Python traceback has not come to its last
				 * line, which is not indented */
	bool blank;		/* an empty line came behind it */
	bool begun;		/* a message was seen */
	uint64_t seen;		/* bytes of lines so far */
};

void bare_init(struct bare *bare, struct frame *frame, bool tabbed);

/* A line, its LF not in it: goes on in the open message, or begins one. */
void bare_line(struct bare *bare, size_t start, size_t end);

/* The open message is whole; or was no message. */
void bare_close(struct bare *bare);
void bare_lose(struct bare *bare);

/* Near the front of the input, a line of `aws logs tail`: what came before it was the
 * end of a record that begins before the input. */
bool bare_is_tail(const struct bare *bare, size_t start, size_t end);

/* Hands on the open message, or the line..end that has no LF yet, as open. */
void bare_idle(struct bare *bare, size_t line, size_t end);

/* What must be kept from; bytes in front were let go. */
size_t bare_start(const struct bare *bare, size_t otherwise);
void bare_moved(struct bare *bare, size_t gone);

/* A message with its time as a record. */
void bare_message(struct frame *frame, enum shape shape, size_t start,
    size_t end);

#endif
