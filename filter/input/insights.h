/* insights.h -- rows of named fields, as Logs Insights and the console give them.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_INSIGHTS_H
#define INPUT_INSIGHTS_H

#include "input/frame.h"

/* The fields that say something to us (formats.md 5.1); the viewer's CSV calls them
 * timestamp, message, logStreamName. */
enum insights_field {
	INSIGHTS_TIMESTAMP,
	INSIGHTS_MESSAGE,
	INSIGHTS_STREAM,
	INSIGHTS_LOG,		/* ACCOUNT:GROUP */
	INSIGHTS_PTR,
	INSIGHTS_FIELDS		/* any other field */
};

struct insights_row {
	bool has[INSIGHTS_FIELDS];
	/* decoded, but for the message: a slice of the chunk's bytes */
	struct slice value[INSIGHTS_FIELDS];
};

size_t insights_field(struct slice name);

/* Every status but Complete is a part of an answer. */
bool insights_is_complete(struct slice status);

/* The row to a record; start: where it stands, for messages.  escaped: the message
 * needs decoding. */
void insights_record(struct frame *frame, const struct insights_row *row,
    size_t start, bool escaped);

#endif
