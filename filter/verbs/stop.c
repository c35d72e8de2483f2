/* stop.c -- signal handlers that do nothing but remember.
 * SPDX-License-Identifier: MIT */
#include "verbs/stop.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t came;

static void
remember(int signal)
{
	came = signal;
}

void
stop_listen(void)
{
	struct sigaction action = { .sa_handler = remember };

	/* no SA_RESTART: a read or poll that waits is to end */
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
	sigaction(SIGXFSZ, &action, NULL);
}

int
stop_signal(void)
{
	return came;
}
