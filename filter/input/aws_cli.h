/* aws_cli.h -- what the AWS CLI says when it fails.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_AWS_CLI_H
#define INPUT_AWS_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "input/frame.h"

/* A line that a command which prints records prints when AWS refuses it: "An error
 * occurred (Code) when calling the FilterLogEvents operation: ...".  No program's own, so
 * it says this also among records. */
bool aws_cli_is_error(struct slice line);

/* That, or another line that the AWS CLI prints before it gives up: no credentials, no
 * region, no network, a wrong option.  Programs that run it print the same: so only for
 * where no message has begun, as in front of all of them, or where it is the last word of
 * what the CLI printed (`2>&1`). */
bool aws_cli_gave_up(struct slice line);

/* A line in front of those, which says nothing by itself. */
bool aws_cli_is_usage(struct slice line);

/* Tells that the input is partial by such a line, at offset of the chunk's bytes. */
void aws_cli_tell(struct frame *frame, size_t offset, struct slice line);

#endif
