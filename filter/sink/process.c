/* process.c -- a child, its pipe, and an end to its patience.
 * SPDX-License-Identifier: MIT */
#include "sink/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/env.h"
#include "base/time.h"

#define STEP 4096			/* bytes */
#define TICK_MS 100			/* between two questions to stop */

/* In a process group of its own, so that all of it can be killed; with the
 * signals that we ignore or block as they were. */
static int
start(const char *command, int out, pid_t *pid)
{
	char shell[] = "/bin/sh", name[] = "sh", flag[] = "-c";
	char *text = strdup(command);
	char *argv[] = { name, flag, text, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t defaults, none;
	int status;

	if (text == NULL)
		return ENOMEM;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
	    O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
	    O_WRONLY, 0);
	posix_spawnattr_init(&attributes);
	sigemptyset(&none);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	sigaddset(&defaults, SIGINT);
	sigaddset(&defaults, SIGTERM);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP |
	    POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	status = posix_spawn(pid, shell, &actions, &attributes, argv,
	    env_all());
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	free(text);
	return status;
}

/* Reads until the end; NULL, or why that could not be waited for. */
static const char *
read_all(struct buf *out, int fd, int64_t end_ms, bool (*stop)(void *ctx),
    void *ctx)
{
	for (;;) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		char *room;
		ssize_t got;

		if (stop != NULL && stop(ctx))
			return "stopped";
		if (time_clock_ms() >= end_ms)
			return "it takes too long";
		if (poll(&wait, 1, TICK_MS) <= 0)
			continue;	/* or a signal */
		room = buf_reserve(out, out->limit - out->len < STEP ?
		    out->limit - out->len : STEP);
		if (out->limit == out->len)
			return "it prints too much";
		got = read(fd, room, out->limit - out->len < STEP ?
		    out->limit - out->len : STEP);
		if (got == 0)
			return NULL;
		if (got == -1 && errno != EINTR)
			return strerror(errno);
		if (got > 0)
			out->len += (size_t)got;
	}
}

/* Waits for its end, which comes soon after that of its output, or is made
 * to. */
static const char *
await(pid_t pid, const char *why, int64_t end_ms, int *status)
{
	struct timespec pause = { .tv_nsec = 5 * 1000 * 1000 };
	pid_t ended;

	while (why == NULL && (ended = waitpid(pid, status, WNOHANG)) != pid) {
		if (ended == -1 && errno != EINTR)
			return NULL;	/* somebody else took it */
		if (time_clock_ms() >= end_ms)
			why = "it takes too long";
		else
			nanosleep(&pause, NULL);
	}
	if (why != NULL) {
		kill(-pid, SIGKILL);
		while (waitpid(pid, status, 0) == -1 && errno == EINTR)
			continue;
	}
	return why;
}

int
process_run(struct buf *out, const char *command, int64_t timeout_ms,
    bool (*stop)(void *ctx), void *ctx, struct error *err)
{
	int64_t end_ms = time_clock_ms() + timeout_ms;
	int pipe_ends[2], status = 0, why_not;
	const char *why;
	pid_t pid;

	if (pipe(pipe_ends) == -1)
		return error_set(err, ERROR_SYSTEM, "%s", strerror(errno));
	fcntl(pipe_ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(pipe_ends[1], F_SETFD, FD_CLOEXEC);
	why_not = start(command, pipe_ends[1], &pid);
	close(pipe_ends[1]);
	if (why_not != 0) {
		close(pipe_ends[0]);
		return error_set(err, ERROR_SYSTEM, "%s", strerror(why_not));
	}
	why = read_all(out, pipe_ends[0], end_ms, stop, ctx);
	close(pipe_ends[0]);
	why = await(pid, why, end_ms, &status);
	if (why != NULL)
		return error_set(err, ERROR_SYSTEM, "%s", why);
	if (WIFSIGNALED(status))
		return error_set(err, ERROR_USAGE, "it was ended by signal %d",
		    WTERMSIG(status));
	if (WEXITSTATUS(status) != 0)
		return error_set(err, ERROR_USAGE, "it ends with status %d",
		    WEXITSTATUS(status));
	return 0;
}
