/* diag.c -- the only file that writes to standard error.
 * SPDX-License-Identifier: MIT */
#include "base/diag.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clean.h"
#include "base/mem.h"

#define MESSAGE_LIMIT (1 << 20)		/* bytes of one message */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool progress_shown;
static struct buf *captured;		/* NULL: standard error itself */

static void
write_all(const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t done = write(STDERR_FILENO, bytes, len);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return;		/* nobody left to tell */
		bytes += done;
		len -= (size_t)done;
	}
}

/* Errno is kept: reporting never changes what is reported. */
static void
put(struct slice text)
{
	int saved = errno;

	pthread_mutex_lock(&lock);
	if (progress_shown) {
		write_all("\r\033[K", 4);
		progress_shown = false;
	}
	if (captured != NULL)
		buf_add_slice(captured, text);
	else
		write_all(text.data, text.len);
	pthread_mutex_unlock(&lock);
	errno = saved;
}

/* A path alone may be longer than a line should be: why it is told of comes behind
 * it, and must not be cut off. */
void
diag_say(const char *format, ...)
{
	char text[512];
	char *longer = NULL;
	struct buf line;
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (len < 0)
		return;
	if ((size_t)len >= sizeof text) {
		longer = mem_alloc((size_t)len + 1);
		va_start(args, format);
		vsnprintf(longer, (size_t)len + 1, format, args);
		va_end(args);
	}
	buf_init(&line, MESSAGE_LIMIT);
	buf_text(&line, "cwsift: ");
	clean_line(&line, (struct slice){ longer == NULL ? text : longer,
	    (size_t)len });
	buf_byte(&line, '\n');
	put(buf_slice(&line));
	buf_free(&line);
	free(longer);
}

void
diag_raw(struct slice text)
{
	struct buf clean;

	buf_init(&clean, MESSAGE_LIMIT);
	clean_text(&clean, text);
	put(buf_slice(&clean));
	buf_free(&clean);
}

bool
diag_is_terminal(void)
{
	return captured == NULL && isatty(STDERR_FILENO) == 1;
}

void
diag_capture(struct buf *into)
{
	captured = into;
}

void
diag_progress(const char *line)
{
	pthread_mutex_lock(&lock);
	if (progress_shown || line != NULL)
		write_all("\r\033[K", 4);
	if (line != NULL)
		write_all(line, strlen(line));
	progress_shown = line != NULL;
	pthread_mutex_unlock(&lock);
}

void
diag_out_of_memory(void)
{
	static const char text[] = "cwsift: out of memory\n";

	write_all(text, sizeof text - 1);
	_exit(3);
}
