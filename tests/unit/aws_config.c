/* aws_config.c -- what AWS's tools take; refusals hide secrets.
 * SPDX-License-Identifier: MIT */
#include "sink/aws_config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define CONFIG AWS_FILE_CONFIG
#define KEYS AWS_FILE_CREDENTIALS

static struct aws_config *config;

static int
begin(void **state)
{
	(void)state;
	config = aws_config_new();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	aws_config_free(config);
	return 0;
}

static void
take(enum aws_file file, const char *text)
{
	struct error err;

	assert_int_equal(0, aws_config_read(config, file, slice_from(text),
	    &err));
}

static void
expect(const char *profile, const char *key, const char *value)
{
	const char *got = aws_config_get(config, profile, key);

	if (value == NULL)
		assert_null(got);
	else
		assert_string_equal(value, got == NULL ? "(none)" : got);
}

static void
a_profile_of_the_config_file_says_that_it_is_one(void **state)
{
	(void)state;
	take(CONFIG, "[default]\na=1\n[profile x]\na=2\n[x]\na=3\n");
	expect("default", "a", "1");
	expect("x", "a", "2");
	assert_true(aws_config_has(config, "x"));
	assert_false(aws_config_has(config, "profile x"));
}

static void
a_profile_of_the_credentials_file_does_not(void **state)
{
	(void)state;
	take(KEYS, "[default]\na=1\n[x]\na=2\n");
	expect("default", "a", "1");
	expect("x", "a", "2");
}

static void
names_may_be_quoted(void **state)
{
	(void)state;
	take(CONFIG, "[profile \"two words\"]\na=1\n[profile\t'b']\na=2\n"
	    "[ profile  c ]\na=3\n");
	expect("two words", "a", "1");
	expect("b", "a", "2");
	expect("c", "a", "3");
}

static void
the_credentials_file_wins(void **state)
{
	(void)state;
	take(CONFIG, "[default]\na=1\nb=2\n");
	take(KEYS, "[default]\na=3\n");
	expect("default", "a", "3");
	expect("default", "b", "2");
	assert_string_equal("1", aws_config_get_from(config, CONFIG,
	    "default", "a"));
	assert_null(aws_config_get_from(config, KEYS, "default", "b"));
}

static void
the_last_of_doubled_keys_counts(void **state)
{
	(void)state;
	take(KEYS, "[x]\na=1\na=2\n[y]\n[x]\na=3\n");
	expect("x", "a", "3");
}

static void
comments_begin_behind_white_space(void **state)
{
	(void)state;
	take(KEYS, "# one\n  ; two\n[x] # three\na = b#c;d # four\n"
	    "e = f\t; five\n[y]; six\na = 1\n");
	expect("x", "a", "b#c;d");
	expect("x", "e", "f");
	expect("y", "a", "1");
}

static void
keys_are_of_any_case_and_values_hold_equals(void **state)
{
	(void)state;
	take(KEYS, "[x]\nAWS_Secret_Access_KEY = a/b+c==\n");
	expect("x", "aws_secret_access_key", "a/b+c==");
}

static void
an_empty_value_is_none(void **state)
{
	(void)state;
	take(KEYS, "[x]\na =\nb = # only a comment\n");
	expect("x", "a", NULL);
	expect("x", "nope", NULL);
	expect("nope", "a", NULL);
}

static void
indented_lines_are_a_map_of_their_own(void **state)
{
	(void)state;
	take(CONFIG, "[default]\nservices = s\ns3 =\n  max = 5\n"
	    "\tregion = no\nregion = yes\n[services s]\nsns =\n"
	    "  endpoint_url = http://localhost:1\nsts = \n"
	    "  endpoint_url = http://localhost:2\n");
	expect("default", "region", "yes");
	expect("default", "max", NULL);
	assert_string_equal("http://localhost:1",
	    aws_config_service(config, "default", "sns", "endpoint_url"));
	assert_string_equal("http://localhost:2",
	    aws_config_service(config, "default", "sts", "endpoint_url"));
	assert_null(aws_config_service(config, "default", "s3", "max"));
}

static void
indented_lines_behind_a_value_are_more_of_it(void **state)
{
	(void)state;
	take(CONFIG, "[default]\na = 1\n  2\n  x = 3\n");
	expect("default", "a", "1\n2\nx = 3");
	expect("default", "x", NULL);
}

static void
refuses(const char *text, const char *why)
{
	struct error err;

	assert_int_equal(-1, aws_config_read(config, KEYS, slice_from(text),
	    &err));
	assert_string_equal(why, err.text);
	assert_null(strstr(err.text, "s3cr3t"));
}

static void
wrong_lines_are_told_by_number_only(void **state)
{
	(void)state;
	refuses("[x]\n\ns3cr3t\n", "3: neither [section] nor key = value");
	refuses("s3cr3t = s3cr3t\n", "1: a key before the first [section]");
	refuses("[s3cr3t\n", "1: a section without its ]");
	refuses("[x] s3cr3t\n", "1: something behind the ] of a section");
	refuses("[x]\n = s3cr3t\n", "2: an indented line without a key above "
	    "it");
	refuses("[x]\n= s3cr3t\n", "2: neither [section] nor key = value");
	refuses("  s3cr3t\n", "1: an indented line without a key above it");
}

/* A file can be anything: no byte of it may be read beyond. */
static void
every_front_part_of_a_file_is_read_or_refused(void **state)
{
	static const char text[] = "\xef\xbb\xbf[default]\r\na = 1 # x\r\n"
	    "m =\r\n  n = 2\r\n  o\r\n[profile \"q\" ] ; y\r\nb\t=\tc;d\r\n"
	    "\0\xff[=]\n";

	(void)state;
	for (size_t len = 0; len <= sizeof text - 1; len++) {
		char *copy = malloc(len == 0 ? 1 : len);
		struct aws_config *own = aws_config_new();
		struct error err;

		memcpy(copy, text, len);
		aws_config_read(own, CONFIG, (struct slice){ copy, len }, &err);
		aws_config_free(own);
		free(copy);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_profile_of_the_config_file_says_that_it_is_one),
		TEST(a_profile_of_the_credentials_file_does_not),
		TEST(names_may_be_quoted),
		TEST(the_credentials_file_wins),
		TEST(the_last_of_doubled_keys_counts),
		TEST(comments_begin_behind_white_space),
		TEST(keys_are_of_any_case_and_values_hold_equals),
		TEST(an_empty_value_is_none),
		TEST(indented_lines_are_a_map_of_their_own),
		TEST(indented_lines_behind_a_value_are_more_of_it),
		TEST(wrong_lines_are_told_by_number_only),
		TEST(every_front_part_of_a_file_is_read_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
