/* burst.h -- notices gathered for one message.
 * SPDX-License-Identifier: MIT */
#ifndef SINK_BURST_H
#define SINK_BURST_H

#include <stddef.h>

#include "sink/notice.h"
#include "sink/sns.h"

/* Zeroed it is empty. */
struct burst {
	struct notice *notices;
	size_t count, room;
};

/* The service is copied. */
void burst_add(struct burst *burst, const struct notice *notice);
void burst_clear(struct burst *burst);
void burst_free(struct burst *burst);

/* Leaves the last ones out until one message names all that are left. */
void burst_trim(struct burst *burst);

/* Prints the request body of its message to standard output, a line, and empties
 * it. */
void burst_show(struct burst *burst, const struct sns *sns);

#endif
