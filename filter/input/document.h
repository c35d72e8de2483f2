/* document.h -- JSON documents and bare messages, one behind the other.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_DOCUMENT_H
#define INPUT_DOCUMENT_H

#include <stddef.h>
#include <stdint.h>

#include "input/frame.h"

struct document;

/* default_ms: the time of messages that have none, or TIME_NONE.  from: what --from
 * says; BARE: a document is a message, whatever is in it; MESSAGES_TEXT: TABs join. */
struct document *document_new(struct input *input, bool inside,
    uint64_t base, int64_t default_ms, enum shape from);
void document_free(struct document *document);
void document_feed(struct document *document, const char *bytes, size_t len);
void document_idle(struct document *document);

/* What comes next does not follow what came. */
void document_end(struct document *document);

/* After each feed or end: whether bytes were met that are not read here: tail: `aws
 * logs tail` lines, in front of which only the end of some record stood, for a framer
 * for SHAPE_TAIL_DETAILED; else another shape behind documents, to be recognised.  rest
 * is what the caller must feed to that, at its offset. */
bool document_rest(struct document *document, struct slice *rest,
    uint64_t *at, bool *tail);
bool document_at_border(const struct document *document);

#endif
