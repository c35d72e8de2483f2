/* process.h -- a command of the user's whose output is wanted.
 * SPDX-License-Identifier: MIT */
#ifndef SINK_PROCESS_H
#define SINK_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

/* Runs a command by /bin/sh, without input; its standard error is dropped.
 * Appends its output, up to the buffer's limit.  -1: status other than 0,
 * too long, too much (it and its children are then killed), or stopped. */
int process_run(struct buf *out, const char *command, int64_t timeout_ms,
    bool (*stop)(void *ctx), void *ctx, struct error *err);

#endif
