/* output.c -- standard output, whole, closed or full.
 * SPDX-License-Identifier: MIT */
#include "sink/output.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define PIECE 100000			/* more than a pipe holds */
#define PIECES 4

/* Standard output is one and cannot be closed twice: each case is a child that
 * writes pieces to fd and ends with what it found. */
static pid_t
write_in_a_child(int fd)
{
	static char piece[PIECE];
	pid_t child = fork();
	const char *failed;

	assert_int_not_equal(child, -1);
	if (child > 0)
		return child;
	signal(SIGPIPE, SIG_IGN);
	memset(piece, 'x', sizeof piece);
	dup2(fd, STDOUT_FILENO);
	for (int i = 0; i < PIECES; i++)
		output_write((struct slice){ piece, sizeof piece });
	failed = output_failed();
	_exit((output_closed() ? 1 : 0) | (failed != NULL ? 2 : 0) |
	    (failed != NULL && strcmp(failed, strerror(ENOSPC)) == 0 ? 4 : 0) |
	    (output_is_terminal() ? 8 : 0));
}

static int
end_of(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
all_is_written_even_where_little_fits(void **state)
{
	int ends[2];
	size_t total = 0;
	ssize_t len;
	char bytes[4096];
	pid_t child;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	child = write_in_a_child(ends[1]);
	close(ends[1]);
	while ((len = read(ends[0], bytes, sizeof bytes)) > 0)
		total += (size_t)len;
	close(ends[0]);
	assert_int_equal(end_of(child), 0);
	assert_int_equal(total, PIECE * PIECES);
}

static void
a_reader_that_has_gone_is_no_fault(void **state)
{
	int ends[2];
	pid_t child;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	child = write_in_a_child(ends[1]);
	close(ends[1]);
	assert_int_equal(end_of(child), 1);
}

static void
a_full_disk_is_a_fault(void **state)
{
	int full = open("/dev/full", O_WRONLY);

	(void)state;
	if (full == -1)
		skip();
	assert_int_equal(end_of(write_in_a_child(full)), 1 | 2 | 4);
	close(full);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_written_even_where_little_fits),
		cmocka_unit_test(a_reader_that_has_gone_is_no_fault),
		cmocka_unit_test(a_full_disk_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
