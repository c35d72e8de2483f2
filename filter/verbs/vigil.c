/* vigil.c -- when a run counts as watching, and when a gap is an incident.
 * SPDX-License-Identifier: MIT */
#include "verbs/vigil.h"

/* `aws` gives a network that does not answer about six minutes before it fails: a
 * silent run that has lasted longer is one over a quiet group. */
#define PROOF_MS (10 * 60 * 1000)

void
vigil_init(struct vigil *vigil, int64_t alert_ms, int64_t now_ms)
{
	*vigil = (struct vigil){ .alert_ms = alert_ms, .from_ms = now_ms,
	    .run_ms = VIGIL_NONE };
}

void
vigil_run(struct vigil *vigil, int64_t now_ms)
{
	vigil->run_ms = now_ms;
	vigil->proven = false;
}

static int64_t
prove(struct vigil *vigil)
{
	int64_t gap_ms = vigil->run_ms - vigil->from_ms;

	vigil->proven = true;
	vigil->from_ms = VIGIL_NONE;
	vigil->told = false;
	return gap_ms;
}

void
vigil_end(struct vigil *vigil, int64_t now_ms, bool failed)
{
	if (!vigil->proven && !failed)
		prove(vigil);
	if (vigil->proven)
		vigil->from_ms = now_ms;
	vigil->run_ms = VIGIL_NONE;
}

int64_t
vigil_look(struct vigil *vigil, int64_t now_ms, bool heard)
{
	if (vigil->run_ms == VIGIL_NONE || vigil->proven ||
	    (!heard && now_ms - vigil->run_ms < PROOF_MS))
		return VIGIL_NONE;
	return prove(vigil);
}

bool
vigil_alert(struct vigil *vigil, int64_t now_ms)
{
	/* while a run goes on that may yet prove to watch, its time is not
	 * counted */
	int64_t to_ms = vigil->run_ms == VIGIL_NONE ? now_ms : vigil->run_ms;

	if (vigil->alert_ms == 0 || vigil->told ||
	    vigil->from_ms == VIGIL_NONE ||
	    to_ms - vigil->from_ms < vigil->alert_ms)
		return false;
	vigil->told = true;
	return true;
}
