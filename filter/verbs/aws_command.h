/* aws_command.h -- what the words of an `aws logs` command say of its output.
 * SPDX-License-Identifier: MIT */
#ifndef VERBS_AWS_COMMAND_H
#define VERBS_AWS_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "input/shape.h"

/* The slices are argv's. */
struct aws_command {
	char **argv;
	size_t argc;
	bool tail;		/* aws logs tail: --since says where it begins */
	bool live_tail;		/* aws logs start-live-tail */
	struct slice group, region, account;	/* len 0: not known */
	enum shape shape;	/* SHAPE_UNKNOWN: to be recognised */
	size_t since;		/* index of the word that holds --since's value,
				 * or 0 */
	bool since_inside;	/* that word is `--since=VALUE` */
};

/* argv ends in NULL.  Any command is fine: what is not known stays unknown.  `aws` may
 * stand behind other words (env, sudo, aws-vault exec NAME --). */
void aws_command_read(struct aws_command *command, char **argv);

/* Where `tail` begins, told at now_ms: its --since or the ten minutes that are its own
 * default.  TIME_NONE when that cannot be read. */
int64_t aws_command_since(const struct aws_command *command, int64_t now_ms);

/* A copy of argv, for free(), in which --since is value (which is lent, as the other
 * words are): replaced where it stood, else added.  *made is to be freed too. */
char **aws_command_from(const struct aws_command *command, const char *value,
    char **made);

#endif
