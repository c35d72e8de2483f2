/* buf.h -- bytes that grow up to a limit given at birth.
 * SPDX-License-Identifier: MIT */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

/* Zeroed it is empty with limit 0: it must be given its limit by buf_init. */
struct buf {
	char *data;
	size_t len;
	size_t room;		/* bytes allocated */
	size_t limit;		/* len never passes it */
};

#define BUF_NO_LIMIT ((size_t)-1 / 4)	/* for what our own limits bound */

void buf_init(struct buf *b, size_t limit);
void buf_free(struct buf *b);

/* Each says false, and changes nothing, when the limit would be passed. */
bool buf_add(struct buf *b, const void *bytes, size_t len);
bool buf_add_slice(struct buf *b, struct slice s);
bool buf_text(struct buf *b, const char *text);
bool buf_byte(struct buf *b, char c);
bool buf_printf(struct buf *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Room for len more bytes behind the end: the caller writes there, then adds to
 * b->len what it wrote.  NULL when the limit would be passed. */
char *buf_reserve(struct buf *b, size_t len);

/* Drops the first len bytes. */
void buf_drop(struct buf *b, size_t len);

static inline void
buf_clear(struct buf *b)
{
	b->len = 0;
}

/* Lasts until the next call that adds. */
static inline struct slice
buf_slice(const struct buf *b)
{
	return (struct slice){ b->data, b->len };
}

#endif
