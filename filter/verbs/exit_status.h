/* exit_status.h -- what the program ends with, and how what went wrong decides it.
 * SPDX-License-Identifier: MIT */
#ifndef VERBS_EXIT_STATUS_H
#define VERBS_EXIT_STATUS_H

struct coverage;

/* The highest that applies. */
enum exit_status {
	EXIT_DONE = 0,
	EXIT_INCIDENTS = 1,	/* with --exit-code */
	EXIT_USAGE = 2,
	EXIT_INCOMPLETE = 3,
	EXIT_OUTPUT = 4,
	EXIT_SIGNAL = 128,	/* plus the signal */
};

/* Raises status for what was lost of the input, for an output that failed (which is
 * told) and for a signal. */
int exit_status(int status, const struct coverage *coverage);

#endif
