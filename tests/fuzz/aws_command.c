/* aws_command.c -- fuzz: the words of a command that watch is given, one a line.
 * SPDX-License-Identifier: MIT */
#include "verbs/aws_command.h"

#include "base/mem.h"
#include "base/time.h"
#include "fuzz.h"

#define WORDS 64
#define NOW_MS INT64_C(1795457000000)
#define SINCE "2026-11-23T18:00:00.000Z"

static bool
is_of(struct slice part, char **argv)
{
	if (part.len == 0)
		return true;
	for (; *argv != NULL; argv++)
		if (part.data >= *argv && part.data + part.len <=
		    *argv + strlen(*argv))
			return true;
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = { (const char *)data, size };
	char *argv[WORDS + 1], **from, *made;
	struct aws_command command, again;
	size_t count = 0;
	int64_t ms, since_ms;

	if (size > 0 && memchr(data, '\0', size) != NULL)
		return -1;
	while (rest.len > 0 && count < WORDS)
		argv[count++] = mem_copy(fuzz_line(&rest));
	argv[count] = NULL;
	aws_command_read(&command, argv);
	HOLDS(command.argc == count && !(command.tail && command.live_tail));
	HOLDS(is_of(command.group, argv) && is_of(command.region, argv) &&
	    is_of(command.account, argv));
	HOLDS(command.since < count || count == 0);
	ms = aws_command_since(&command, NOW_MS);
	HOLDS(ms == TIME_NONE || command.tail || command.live_tail ||
	    command.since == 0);
	from = aws_command_from(&command, SINCE, &made);
	/* an option that lacks its value takes what is added for it */
	if (command.tail && strncmp(argv[count - 1], "--", 2) != 0) {
		aws_command_read(&again, from);
		HOLDS(again.tail && again.shape == command.shape);
		HOLDS(slice_equal(again.group, command.group));
		HOLDS(time_read_rfc3339(slice_from(SINCE), &since_ms) > 0);
		HOLDS(again.argc <= count + 1);
		HOLDS(aws_command_since(&again, NOW_MS) == since_ms);
	}
	free(from);
	free(made);
	for (size_t i = 0; i < count; i++)
		free(argv[i]);
	return 0;
}
