/* vigil.h -- for how long nothing has been watched.
 * SPDX-License-Identifier: MIT
 *
 * A run of the command watches if it gives records, or ends well, or lasts; one that
 * fails before that (credentials, network) did not.  Times are milliseconds of a clock
 * that only goes on. */
#ifndef VERBS_VIGIL_H
#define VERBS_VIGIL_H

#include <stdbool.h>
#include <stdint.h>

#define VIGIL_NONE INT64_C(-1)

struct vigil {
	int64_t alert_ms;	/* so long is an incident; 0: it never is */
	int64_t from_ms;	/* nothing is watched since; VIGIL_NONE: it is */
	int64_t run_ms;		/* when this run began; VIGIL_NONE: there is none */
	bool proven;		/* this run watches */
	bool told;		/* the incident of this gap */
};

void vigil_init(struct vigil *vigil, int64_t alert_ms, int64_t now_ms);
void vigil_run(struct vigil *vigil, int64_t now_ms);
void vigil_end(struct vigil *vigil, int64_t now_ms, bool failed);

/* The run has given records (heard), or time has passed: how long nothing was watched
 * when this shows that it is again, else VIGIL_NONE. */
int64_t vigil_look(struct vigil *vigil, int64_t now_ms, bool heard);

/* Whether the gap is an incident and has not been told: true once for each.  Call it
 * before vigil_look ends the gap. */
bool vigil_alert(struct vigil *vigil, int64_t now_ms);

#endif
