/* aws_command.c -- reads the words of an `aws logs` command.
 * SPDX-License-Identifier: MIT */
#include "verbs/aws_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"

#define SINCE_MS (10 * 60 * 1000)	/* where `aws logs tail` begins by itself */

/* Options of the CLI itself and of the two commands that take a value; all else that
 * begins with -- is a flag.  many: it takes words up to the next option. */
static const struct {
	const char *name;
	bool many;
} valued[] = {
	{ "--profile", false }, { "--region", false },
	{ "--endpoint-url", false }, { "--output", false },
	{ "--query", false }, { "--color", false },
	{ "--ca-bundle", false }, { "--cli-read-timeout", false },
	{ "--cli-connect-timeout", false }, { "--cli-binary-format", false },
	{ "--cli-error-format", false },
	{ "--since", false }, { "--format", false },
	{ "--filter-pattern", false }, { "--log-stream-names", true },
	{ "--log-stream-name-prefix", false }, { "--mode", false },
	{ "--log-group-identifiers", true },
	{ "--log-stream-name-prefixes", true },
	{ "--log-event-filter-pattern", false },
};

/* One word of the command at a time. */
struct reading {
	struct aws_command *command;
	size_t at;
	size_t words;		/* that are no options, so far */
	bool other;		/* another command than `aws logs ...` */
	size_t identifiers;	/* log groups that start-live-tail was given */
	bool interactive;
};

static bool
is_option(const char *word)
{
	return word[0] == '-' && word[1] == '-' && word[2] != '\0';
}

/* arn:aws:logs:REGION:ACCOUNT:log-group:NAME, perhaps with :* behind it; a plain name
 * is the group itself. */
static void
take_group(struct aws_command *command, const char *word)
{
	struct slice rest = slice_from(word), part[6];

	command->group = rest;
	if (!slice_starts(rest, "arn:"))
		return;
	for (size_t i = 0; i < 6; i++) {
		const char *colon = memchr(rest.data, ':', rest.len);

		if (colon == NULL)
			return;
		part[i] = (struct slice){ rest.data,
		    (size_t)(colon - rest.data) };
		rest = slice_cut(rest, part[i].len + 1, rest.len);
	}
	if (!slice_is(part[2], "logs") || !slice_is(part[5], "log-group"))
		return;
	if (slice_ends(rest, ":*"))
		rest.len -= 2;
	command->group = rest;
	command->account = part[4];
	command->region = part[3];
}

static enum shape
tail_shape(const char *format)
{
	if (strcmp(format, "short") == 0)
		return SHAPE_TAIL_SHORT;
	if (strcmp(format, "json") == 0)
		return SHAPE_TAIL_JSON;
	return SHAPE_TAIL_DETAILED;
}

static void
take_value(struct reading *r, struct slice name, const char *value,
    bool inside)
{
	struct aws_command *command = r->command;

	if (slice_is(name, "--region")) {
		command->region = slice_from(value);
	} else if (slice_is(name, "--since")) {
		command->since = r->at;
		command->since_inside = inside;
	} else if (slice_is(name, "--format")) {
		command->shape = tail_shape(value);
	} else if (slice_is(name, "--mode")) {
		r->interactive = strcmp(value, "interactive") == 0;
	} else if (slice_is(name, "--log-group-identifiers")) {
		r->identifiers++;
		take_group(command, value);
	}
}

static void
take_option(struct reading *r)
{
	char **argv = r->command->argv;
	const char *word = argv[r->at];
	const char *equals = strchr(word, '=');
	struct slice name = slice_from(word);

	if (equals != NULL)
		name.len = (size_t)(equals - word);
	for (size_t i = 0; i < sizeof valued / sizeof valued[0]; i++) {
		if (!slice_is(name, valued[i].name))
			continue;
		if (equals != NULL) {
			take_value(r, name, equals + 1, true);
			if (!valued[i].many)
				return;
		} else if (argv[r->at + 1] != NULL) {
			r->at++;
			take_value(r, name, argv[r->at], false);
		}
		while (valued[i].many && argv[r->at + 1] != NULL &&
		    !is_option(argv[r->at + 1])) {
			r->at++;
			take_value(r, name, argv[r->at], false);
		}
		return;
	}
}

static void
take_word(struct reading *r)
{
	struct aws_command *command = r->command;
	const char *word = command->argv[r->at];

	switch (r->words++) {
	case 0:
		r->other = strcmp(word, "logs") != 0;
		break;
	case 1:
		command->tail = strcmp(word, "tail") == 0;
		command->live_tail = strcmp(word, "start-live-tail") == 0;
		r->other = !command->tail && !command->live_tail;
		break;
	case 2:
		if (command->tail)
			take_group(command, word);
		break;
	}
}

static void
forget(struct aws_command *command)
{
	*command = (struct aws_command){ .argv = command->argv,
	    .argc = command->argc, .shape = SHAPE_UNKNOWN };
}

/* The words behind argv[at], which is `aws`. */
static bool
read_from(struct aws_command *command, size_t at)
{
	struct reading r = { .command = command };

	forget(command);
	for (r.at = at + 1; r.at < command->argc && !r.other; r.at++) {
		if (is_option(command->argv[r.at]))
			take_option(&r);
		else
			take_word(&r);
	}
	if (r.other || (!command->tail && !command->live_tail)) {
		forget(command);
		return false;
	}
	if (command->tail && command->shape == SHAPE_UNKNOWN)
		command->shape = SHAPE_TAIL_DETAILED;
	if (command->live_tail) {
		command->shape = r.interactive ? SHAPE_UNKNOWN : SHAPE_BARE;
		if (r.identifiers > 1)	/* it mixes them and does not say which */
			command->group.len = 0;
	}
	return true;
}

void
aws_command_read(struct aws_command *command, char **argv)
{
	*command = (struct aws_command){ .argv = argv };
	while (argv[command->argc] != NULL)
		command->argc++;
	forget(command);
	for (size_t i = 0; i < command->argc; i++) {
		const char *slash = strrchr(argv[i], '/');

		if (strcmp(slash == NULL ? argv[i] : slash + 1, "aws") == 0 &&
		    read_from(command, i))
			return;
	}
}

int64_t
aws_command_since(const struct aws_command *command, int64_t now_ms)
{
	const char *value = command->since == 0 ? NULL :
	    command->argv[command->since];
	struct slice text;
	struct error err;
	int64_t ms;

	if (value == NULL)
		return now_ms - SINCE_MS;
	if (command->since_inside)
		value = strchr(value, '=') + 1;
	text = slice_from(value);
	if (slice_ends(text, "w") && text.len < 8)
		return now_ms - strtol(value, NULL, 10) * 7 * 24 * 3600 * 1000;
	if (time_read_rfc3339(text, &ms) == text.len)
		return ms;
	if (time_read_duration(text, &ms, &err) == 0)
		return now_ms - ms;
	return TIME_NONE;
}

char **
aws_command_from(const struct aws_command *command, const char *value,
    char **made)
{
	char **argv = mem_alloc((command->argc + 3) * sizeof *argv);
	size_t count = command->argc;
	size_t size = sizeof "--since=" + strlen(value);

	memcpy(argv, command->argv, count * sizeof *argv);
	*made = mem_alloc(size);
	snprintf(*made, size, "--since=%s", value);
	if (command->since == 0)
		argv[count++] = *made;
	else if (command->since_inside)
		argv[command->since] = *made;
	else
		argv[command->since] = *made + strlen("--since=");
	argv[count] = NULL;
	return argv;
}
