/* exit_status.c -- what the program ends with, and how what went wrong decides it.
 * SPDX-License-Identifier: MIT */
#include "verbs/exit_status.h"

#include "base/diag.h"
#include "input/coverage.h"
#include "sink/output.h"
#include "verbs/stop.h"

int
exit_status(int status, const struct coverage *coverage)
{
	if (!coverage_complete(coverage))
		status = EXIT_INCOMPLETE;
	if (output_failed() != NULL) {
		diag_say("standard output: %s", output_failed());
		status = EXIT_OUTPUT;
	}
	if (stop_signal() != 0)
		status = EXIT_SIGNAL + stop_signal();
	return status;
}
