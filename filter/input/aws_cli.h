/* aws_cli.h -- what the AWS CLI says when it fails.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_AWS_CLI_H
#define INPUT_AWS_CLI_H

#include <stdbool.h>

#include "base/slice.h"

/* Its own words when a command fails whose output holds records: "An error occurred (Code)
 * when calling the FilterLogEvents operation: ...", not an application's. */
bool aws_cli_is_error(struct slice line);

/* The same, or a line that the AWS CLI prints before it gives up: no credentials, no region, no
 * network, a wrong option.  Programs that run it print the same: so only for where no
 * message has begun, as in front of all of them (`2>&1`). */
bool aws_cli_gave_up(struct slice line);

/* A line in front of those, which says nothing by itself. */
bool aws_cli_is_usage(struct slice line);

#endif
