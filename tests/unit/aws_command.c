/* aws_command.c -- the words of `aws logs` commands, as people write them.
 * SPDX-License-Identifier: MIT */
#include "verbs/aws_command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/time.h"

#define WORDS(...) ((const char *[]){ __VA_ARGS__, NULL })
#define IS(slice, text) assert_true(slice_is(slice, text))

/* The words as main() gets them; they last until the next call. */
static struct aws_command
read_words(const char **words)
{
	static char room[1024], *argv[64];
	struct aws_command command;
	char *at = room;
	size_t i;

	for (i = 0; words[i] != NULL; i++) {
		argv[i] = strcpy(at, words[i]);
		at += strlen(at) + 1;
	}
	argv[i] = NULL;
	aws_command_read(&command, argv);
	return command;
}

static void
tail_names_its_group(void **state)
{
	struct aws_command c;

	(void)state;
	c = read_words(WORDS("aws", "logs", "tail", "/aws/lambda/f",
	    "--follow"));
	assert_true(c.tail && !c.live_tail);
	IS(c.group, "/aws/lambda/f");
	assert_int_equal(c.shape, SHAPE_TAIL_DETAILED);
	assert_int_equal(c.since, 0);
}

static void
options_stand_anywhere(void **state)
{
	struct aws_command c;

	(void)state;
	c = read_words(WORDS("/usr/local/bin/aws", "--profile", "logs",
	    "--no-verify-ssl", "logs", "--region=eu-west-1", "tail",
	    "--log-stream-names", "a", "b", "--format", "json", "--since",
	    "1h", "/g", "--color", "on"));
	assert_true(c.tail);
	IS(c.group, "/g");
	IS(c.region, "eu-west-1");
	assert_int_equal(c.shape, SHAPE_TAIL_JSON);
	assert_string_equal(c.argv[c.since], "1h");
}

static void
aws_may_stand_behind_others(void **state)
{
	struct aws_command c;

	(void)state;
	c = read_words(WORDS("aws-vault", "exec", "prod", "--", "env", "A=b",
	    "aws", "logs", "tail", "g", "--format=short"));
	assert_true(c.tail);
	IS(c.group, "g");
	assert_int_equal(c.shape, SHAPE_TAIL_SHORT);
	c = read_words(WORDS("vault", "aws", "--", "aws", "logs", "tail",
	    "g"));
	assert_true(c.tail);
	IS(c.group, "g");
}

static void
live_tail_names_its_only_group(void **state)
{
	struct aws_command c;

	(void)state;
	c = read_words(WORDS("aws", "logs", "start-live-tail",
	    "--log-group-identifiers",
	    "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/f:*"));
	assert_true(c.live_tail);
	IS(c.group, "/aws/lambda/f");
	IS(c.region, "eu-west-1");
	IS(c.account, "123456789012");
	assert_int_equal(c.shape, SHAPE_BARE);
	c = read_words(WORDS("aws", "logs", "start-live-tail",
	    "--log-group-identifiers", "a", "b"));
	assert_int_equal(c.group.len, 0);
}

static void
others_stay_unknown(void **state)
{
	struct aws_command c;

	(void)state;
	c = read_words(WORDS("sh", "-c", "aws logs tail g"));
	assert_false(c.tail || c.live_tail);
	c = read_words(WORDS("aws", "s3", "cp", "--region", "x", "tail"));
	assert_false(c.tail || c.live_tail);
	assert_int_equal(c.region.len, 0);
	c = read_words(WORDS("aws", "--region"));
	assert_false(c.tail);
	c = read_words(WORDS("aws", "logs", "tail"));
	assert_int_equal(c.group.len, 0);
}

static void
check_from(const char **argv, const char *want)
{
	struct aws_command c = read_words(argv);
	char *made, **words = aws_command_from(&c, "T", &made);
	char line[200] = "";

	for (size_t i = 0; words[i] != NULL; i++) {
		strcat(line, i > 0 ? " " : "");
		strcat(line, words[i]);
	}
	assert_string_equal(line, want);
	free(words);
	free(made);
}

static void
since_is_put_where_it_stood(void **state)
{
	(void)state;
	check_from(WORDS("aws", "logs", "tail", "g"),
	    "aws logs tail g --since=T");
	check_from(WORDS("aws", "logs", "tail", "--since", "1h", "g"),
	    "aws logs tail --since T g");
	check_from(WORDS("aws", "logs", "tail", "--since=1h", "g"),
	    "aws logs tail --since=T g");
	check_from(WORDS("aws", "logs", "tail", "--since", "2h", "g",
	    "--since", "1h"), "aws logs tail --since 2h g --since T");
}

static void
since_is_told(void **state)
{
	int64_t now = INT64_C(1700000000000), minute = 60000, ms;
	struct aws_command c;
	static const struct {
		const char *value;
		int64_t before;		/* minutes */
	} cases[] = {
		{ "30s", 0 }, { "5m", 5 }, { "3h", 180 }, { "2d", 2880 },
		{ "1w", 10080 },
	};

	(void)state;
	c = read_words(WORDS("aws", "logs", "tail", "g"));
	assert_true(aws_command_since(&c, now) == now - 10 * minute);
	for (size_t i = 1; i < sizeof cases / sizeof cases[0]; i++) {
		const char *value = cases[i].value;

		c = read_words(WORDS("aws", "logs", "tail", "g", "--since",
		    value));
		assert_true(aws_command_since(&c, now) ==
		    now - cases[i].before * minute);
	}
	c = read_words(WORDS("aws", "logs", "tail", "g",
	    "--since=2023-11-14T22:13:20Z"));
	ms = aws_command_since(&c, 5);
	assert_true(ms == now);
	c = read_words(WORDS("aws", "logs", "tail", "g", "--since", "x"));
	assert_true(aws_command_since(&c, now) == TIME_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tail_names_its_group),
		cmocka_unit_test(options_stand_anywhere),
		cmocka_unit_test(aws_may_stand_behind_others),
		cmocka_unit_test(live_tail_names_its_only_group),
		cmocka_unit_test(others_stay_unknown),
		cmocka_unit_test(since_is_put_where_it_stood),
		cmocka_unit_test(since_is_told),
	};

	return cmocka_run_group_tests_name("aws_command", tests, NULL, NULL);
}
