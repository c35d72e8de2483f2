/* buf.c -- a growing buffer that knows where to stop.
 * SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
buf_init(struct buf *b, size_t limit)
{
	*b = (struct buf){ .limit = limit };
}

void
buf_free(struct buf *b)
{
	free(b->data);
	b->data = NULL;
	b->len = 0;
	b->room = 0;
}

char *
buf_reserve(struct buf *b, size_t len)
{
	if (len > b->limit - b->len)
		return NULL;
	/* for nothing there is a place too: NULL speaks of the limit alone */
	b->data = mem_grow(b->data, b->len + len + (len == 0), &b->room, 1);
	return b->data + b->len;
}

bool
buf_add(struct buf *b, const void *bytes, size_t len)
{
	char *at;

	if (len == 0)
		return true;
	at = buf_reserve(b, len);
	if (at == NULL)
		return false;
	memcpy(at, bytes, len);
	b->len += len;
	return true;
}

bool
buf_add_slice(struct buf *b, struct slice s)
{
	return buf_add(b, s.data, s.len);
}

bool
buf_text(struct buf *b, const char *text)
{
	return buf_add(b, text, strlen(text));
}

bool
buf_byte(struct buf *b, char c)
{
	return buf_add(b, &c, 1);
}

bool
buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;
	char *at;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		return false;
	if ((size_t)len > b->limit - b->len)
		return false;
	/* the NUL that vsnprintf adds is not counted */
	b->data = mem_grow(b->data, b->len + (size_t)len + 1, &b->room, 1);
	at = b->data + b->len;
	va_start(args, format);
	vsnprintf(at, (size_t)len + 1, format, args);
	va_end(args);
	b->len += (size_t)len;
	return true;
}

void
buf_drop(struct buf *b, size_t len)
{
	if (len == 0)
		return;
	b->len -= len;
	memmove(b->data, b->data + len, b->len);
}
