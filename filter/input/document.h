/* document.h -- JSON documents and bare messages, one behind the other.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_DOCUMENT_H
#define INPUT_DOCUMENT_H

#include <stddef.h>
#include <stdint.h>

#include "input/frame.h"

struct document;

/* default_ms: the time of messages that have none, or TIME_NONE.  messages_only: a
 * document is a message, whatever is in it. */
struct document *document_new(struct input *input, bool inside,
    uint64_t base, int64_t default_ms, bool messages_only);
void document_free(struct document *document);
void document_feed(struct document *document, const char *bytes, size_t len);
void document_idle(struct document *document);

/* What comes next does not follow what came. */
void document_end(struct document *document);
bool document_at_border(const struct document *document);

#endif
