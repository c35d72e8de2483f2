/* output.c -- the only file that writes to standard output.
 * SPDX-License-Identifier: MIT */
#include "sink/output.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

static int failure;			/* errno of the first fault, or 0 */
static struct buf *captured;		/* NULL: standard output itself */

/* Somebody made standard output non-blocking (a shell's shared terminal): wait,
 * as if it were not. */
static void
wait_for_room(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

	poll(&out, 1, -1);
}

void
output_write(struct slice bytes)
{
	if (captured != NULL) {
		buf_add_slice(captured, bytes);
		return;
	}
	while (bytes.len > 0 && failure == 0) {
		ssize_t done = write(STDOUT_FILENO, bytes.data, bytes.len);

		if (done >= 0)
			bytes = slice_cut(bytes, (size_t)done, bytes.len);
		else if (errno == EAGAIN)
			wait_for_room();
		else if (errno != EINTR)
			failure = errno;
	}
}

bool
output_closed(void)
{
	return captured == NULL && failure != 0;
}

const char *
output_failed(void)
{
	return captured != NULL || failure == 0 || failure == EPIPE ? NULL :
	    strerror(failure);
}

bool
output_is_terminal(void)
{
	return captured == NULL && isatty(STDOUT_FILENO) == 1;
}

void
output_capture(struct buf *into)
{
	captured = into;
}
