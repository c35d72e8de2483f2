/* child.c -- pseudo-terminal, process group, and the end of both.
 * SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700		/* posix_openpt() and its kin */

#include "verbs/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "base/mem.h"

#define COLUMNS 32767			/* so wide that nothing wraps */
#define ROWS 50

struct child {
	pid_t pid;		/* also of its session and process group */
	int terminal;		/* held to the end: to give it up is a hangup */
	int output, errors;
	bool ended;
	struct child_end end;
};

/* What the child needs between fork() and exec(). */
struct start {
	int slave, errors, report;
	pid_t parent;
	sigset_t mask;		/* signals as they were before */
	char *const *argv;
};

static int
fail(struct error *err, const char *what)
{
	return error_set(err, ERROR_SYSTEM, "%s: %s", what, strerror(errno));
}

static void
shut(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

static int
open_pipe(int ends[2], struct error *err)
{
	if (pipe(ends) == -1)
		return fail(err, "pipe");
	for (int i = 0; i < 2; i++)
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
	return 0;
}

/* Output is not changed, nothing is echoed, and a read returns at once with nothing:
 * who asks for a password here gets no answer instead of waiting for ever. */
static int
set_up(int slave)
{
	struct winsize size = { .ws_col = COLUMNS, .ws_row = ROWS };
	struct termios mode;

	if (tcgetattr(slave, &mode) == -1)
		return -1;
	mode.c_oflag &= ~(tcflag_t)OPOST;
	mode.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	mode.c_cc[VMIN] = 0;
	mode.c_cc[VTIME] = 0;
	if (tcsetattr(slave, TCSANOW, &mode) == -1)
		return -1;
	return ioctl(slave, TIOCSWINSZ, &size);
}

static int
open_terminal(int *master, int *slave, struct error *err)
{
	const char *name;

	*master = posix_openpt(O_RDWR | O_NOCTTY);
	if (*master == -1)
		return fail(err, "pseudo-terminal");
	fcntl(*master, F_SETFD, FD_CLOEXEC);
	fcntl(*master, F_SETFL, O_NONBLOCK);
	if (grantpt(*master) == -1 || unlockpt(*master) == -1)
		return fail(err, "pseudo-terminal");
	name = ptsname(*master);
	if (name == NULL)
		return fail(err, "pseudo-terminal");
	*slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*slave == -1 || set_up(*slave) == -1)
		return fail(err, name);
	return 0;
}

/* The child dies when its parent does, however that dies.  False: it already has.
 * Where this is not to be had, the hangup of the terminal does it. */
static bool
die_with(pid_t parent)
{
#ifdef __linux__
	prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
	return getppid() == parent;
}

/* In the child: only what is safe between fork() and exec(). */
static _Noreturn void
become(const struct start *start)
{
	static const int ours[] = { SIGINT, SIGTERM, SIGPIPE, SIGHUP };
	struct sigaction action = { .sa_handler = SIG_DFL };
	int null, why;

	if (setsid() == -1 || !die_with(start->parent) ||
	    ioctl(start->slave, TIOCSCTTY, 0) == -1)
		goto fail;
	null = open("/dev/null", O_RDONLY);
	if (null == -1 || dup2(null, STDIN_FILENO) == -1 ||
	    dup2(start->slave, STDOUT_FILENO) == -1 ||
	    dup2(start->errors, STDERR_FILENO) == -1)
		goto fail;
	if (null > STDERR_FILENO)
		close(null);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
		sigaction(ours[i], &action, NULL);
	sigprocmask(SIG_SETMASK, &start->mask, NULL);
	execvp(start->argv[0], start->argv);
fail:
	why = errno;
	if (write(start->report, &why, sizeof why) == -1)
		why = 0;
	_exit(127);
}

/* 0: the program runs; else the errno that kept it from that. */
static int
read_report(int fd)
{
	int why = 0;
	ssize_t len;

	do
		len = read(fd, &why, sizeof why);
	while (len == -1 && errno == EINTR);
	return len == (ssize_t)sizeof why ? why : 0;
}

struct child *
child_start(char *const argv[], struct error *err)
{
	struct child *child = mem_zero(1, sizeof *child);
	int errors[2] = { -1, -1 }, report[2] = { -1, -1 }, slave = -1, why;
	struct start start = { .argv = argv, .parent = getpid() };
	bool good = false;
	sigset_t all;

	child->terminal = child->output = child->errors = -1;
	child->pid = -1;
	if (open_terminal(&child->terminal, &slave, err) == -1 ||
	    open_pipe(errors, err) == -1 || open_pipe(report, err) == -1)
		goto out;
	start.slave = slave;
	start.errors = errors[1];
	start.report = report[1];
	/* a signal between fork and exec would meet our handler in the child,
	 * and be lost */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &start.mask);
	child->pid = fork();
	if (child->pid == 0)
		become(&start);
	pthread_sigmask(SIG_SETMASK, &start.mask, NULL);
	if (child->pid == -1) {
		fail(err, "fork");
		goto out;
	}
	shut(&report[1]);
	why = read_report(report[0]);
	if (why != 0) {
		error_set(err, ERROR_SYSTEM, "%s: %s", argv[0], strerror(why));
		goto out;
	}
	child->output = child->terminal;
	child->errors = errors[0];
	errors[0] = -1;
	fcntl(child->errors, F_SETFL, O_NONBLOCK);
	good = true;
out:
	shut(&report[0]);
	shut(&report[1]);
	shut(&errors[0]);
	shut(&errors[1]);
	shut(&slave);
	if (good)
		return child;
	child_free(child);
	return NULL;
}

int
child_output(const struct child *child)
{
	return child->output;
}

int
child_errors(const struct child *child)
{
	return child->errors;
}

static ssize_t
read_some(int fd, char *bytes, size_t size)
{
	ssize_t len;

	if (fd == -1)
		return 0;
	len = read(fd, bytes, size);
	if (len > 0)
		return len;
	if (len == -1 && (errno == EAGAIN || errno == EINTR))
		return -1;
	return 0;
}

/* EIO: nobody has it open any more.  But the program may still run (most close their
 * output before they end), and the hangup would kill it. */
ssize_t
child_read_output(struct child *child, char *bytes, size_t size)
{
	ssize_t len = read_some(child->output, bytes, size);

	if (len == 0)
		child->output = -1;
	return len;
}

ssize_t
child_read_errors(struct child *child, char *bytes, size_t size)
{
	ssize_t len = read_some(child->errors, bytes, size);

	if (len == 0)
		shut(&child->errors);
	return len;
}

/* It is not yet waited for, so that its process group keeps its number. */
bool
child_ended(struct child *child, struct child_end *end)
{
	siginfo_t info = { .si_pid = 0 };

	if (!child->ended && waitid(P_PID, (id_t)child->pid, &info,
	    WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0) {
		child->ended = true;
		if (info.si_code == CLD_EXITED)
			child->end.status = info.si_status;
		else
			child->end.signal = info.si_status;
	}
	*end = child->end;
	return child->ended;
}

void
child_signal(struct child *child, int signal)
{
	kill(-child->pid, signal);
}

void
child_free(struct child *child)
{
	if (child == NULL)
		return;
	if (child->pid > 0) {
		kill(-child->pid, SIGKILL);
		while (waitpid(child->pid, NULL, 0) == -1 && errno == EINTR)
			;
	}
	shut(&child->terminal);
	shut(&child->errors);
	free(child);
}
