/* said.h -- a buffer that a test has written to, and what was added to it.
 * SPDX-License-Identifier: MIT */
#include "base/buf.h"

#define TEXT(s) ((struct slice){ s, sizeof(s) - 1 })	/* may hold NUL */

static struct buf out;

static int
end(void **state)
{
	(void)state;
	buf_free(&out);
	return 0;
}

/* What was appended since the last time. */
static const char *
said(void)
{
	buf_byte(&out, '\0');
	buf_clear(&out);
	return out.data;
}
