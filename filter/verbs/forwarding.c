/* forwarding.c -- options to a forward, incidents into it.
 * SPDX-License-Identifier: MIT */
#include "verbs/forwarding.h"

#include <stddef.h>

#include "base/diag.h"
#include "verbs/stop.h"

#define FINISH_MS 28000			/* with a try that is broken off, 30 s */

int
forwarding_open(const struct options *options, struct forward **forward)
{
	const struct forward_options terms = {
		.topic_arn = options->sns, .spool = options->spool,
		.window_ms = options->window_ms,
		.repeat_ms = options->repeat_ms, .dry_run = options->dry_run,
		.stopped = stop_signal,
	};
	struct error err;

	*forward = NULL;
	if (options->sns == NULL) {
		if (!options->dry_run && options->spool == NULL &&
		    options->repeat_ms == 0)
			return 0;
		diag_say("%s: there is no topic: --sns names it "
		    "(try --help)", options->dry_run ? "--dry-run" :
		    options->spool != NULL ? "--spool" : "--repeat");
		return -1;
	}
	*forward = forward_new(&terms, &err);
	if (*forward != NULL)
		return 0;
	diag_say("--sns: %s%s", err.text,
	    err.kind == ERROR_USAGE ? " (try --help)" : "");
	return -1;
}

int
forwarding_finish(struct forward *forward, const struct options *options,
    struct reducer *reducer, bool live)
{
	struct incident **incidents;
	struct error err;
	size_t count;

	/* live, a dry run has shown all; the ledger knows what it was told */
	incidents = reducer_sorted(reducer, &count);
	for (size_t i = 0; i < count && !(live && options->dry_run); i++)
		if (incident_tellable(incidents[i]))
			forward_tell(forward, incidents[i]);
	if (forward_finish(forward, FINISH_MS, &err) == 0)
		return 0;
	diag_say("%s", err.text);
	return -1;
}
