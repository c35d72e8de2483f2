/* endpoint.c -- the host of a region, and what may be said instead.
 * SPDX-License-Identifier: MIT */
#include "sink/endpoint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct aws_config *config;

static int
begin(void **state)
{
	static const char *const names[] = {
		"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SNS",
		"AWS_ENDPOINT_URL_STS", "AWS_USE_FIPS_ENDPOINT",
		"AWS_USE_DUALSTACK_ENDPOINT", "AWS_PROFILE",
		"AWS_DEFAULT_PROFILE", "AWS_CA_BUNDLE",
		"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
	};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		unsetenv(names[i]);
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
is_at(const char *service, const char *partition, const char *region,
    const char *url)
{
	struct endpoint endpoint;
	struct error err;

	assert_int_equal(0, endpoint_find(&endpoint, config, service,
	    partition, region, &err));
	assert_string_equal(url, endpoint.url);
	endpoint_free(&endpoint);
}

/* botocore's endpoint rules, called (sns.md 1.6) */
static void
each_partition_has_its_hosts(void **state)
{
	(void)state;
	is_at("sns", "aws", "eu-west-1", "https://sns.eu-west-1.amazonaws.com/");
	is_at("sts", "aws", "eu-west-1", "https://sts.eu-west-1.amazonaws.com/");
	is_at("sns", "aws-cn", "cn-north-1",
	    "https://sns.cn-north-1.amazonaws.com.cn/");
	is_at("sns", "aws-us-gov", "us-gov-west-1",
	    "https://sns.us-gov-west-1.amazonaws.com/");
	is_at("sns", "aws-eusc", "eusc-de-east-1",
	    "https://sns.eusc-de-east-1.amazonaws.eu/");
	is_at("sns", "aws-iso", "us-iso-east-1",
	    "https://sns.us-iso-east-1.c2s.ic.gov/");
	is_at("sns", "aws-iso-b", "us-isob-east-1",
	    "https://sns.us-isob-east-1.sc2s.sgov.gov/");
}

static void
fips_and_dual_stack_have_others(void **state)
{
	(void)state;
	setenv("AWS_USE_FIPS_ENDPOINT", "true", 1);
	is_at("sns", "aws", "us-east-1",
	    "https://sns-fips.us-east-1.amazonaws.com/");
	is_at("sns", "aws-us-gov", "us-gov-west-1",
	    "https://sns.us-gov-west-1.amazonaws.com/");
	setenv("AWS_USE_DUALSTACK_ENDPOINT", "true", 1);
	is_at("sns", "aws", "us-east-1",
	    "https://sns-fips.us-east-1.api.aws/");
	unsetenv("AWS_USE_FIPS_ENDPOINT");
	is_at("sns", "aws-cn", "cn-north-1",
	    "https://sns.cn-north-1.api.amazonwebservices.com.cn/");
}

static void
is_given(const char *said, const char *url, const char *host, const char *path,
    bool loopback)
{
	struct endpoint endpoint;
	struct error err;

	setenv("AWS_ENDPOINT_URL", said, 1);
	assert_int_equal(0, endpoint_find(&endpoint, config, "sns", "aws",
	    "eu-west-1", &err));
	assert_string_equal(url, endpoint.url);
	assert_string_equal(host, endpoint.host);
	assert_string_equal(path, endpoint.path);
	assert_int_equal(loopback, endpoint.loopback);
	endpoint_free(&endpoint);
}

/* The host is signed as libcurl sends it: without the usual port, in small
 * letters. */
static void
a_given_one_is_taken_apart(void **state)
{
	(void)state;
	is_given("https://Vpce-1.SNS.example.com", "https://vpce-1.sns.example."
	    "com/", "vpce-1.sns.example.com", "/", false);
	is_given("https://a.example:443/", "https://a.example:443/",
	    "a.example", "/", false);
	is_given("https://a.example:8443/x/Y", "https://a.example:8443/x/Y",
	    "a.example:8443", "/x/Y", false);
	is_given("http://127.0.0.1:4566", "http://127.0.0.1:4566/",
	    "127.0.0.1:4566", "/", true);
	is_given("http://localhost:80/", "http://localhost:80/", "localhost",
	    "/", true);
	is_given("http://[::1]:4566/", "http://[::1]:4566/", "[::1]:4566", "/",
	    true);
}

static void
is_refused(const char *said)
{
	struct endpoint endpoint;
	struct error err;

	setenv("AWS_ENDPOINT_URL", said, 1);
	assert_int_equal(-1, endpoint_find(&endpoint, config, "sns", "aws",
	    "eu-west-1", &err));
	assert_int_equal(ERROR_USAGE, err.kind);
	assert_null(strstr(err.text, "s3cr3t"));
	endpoint_free(&endpoint);
}

static void
what_is_no_such_url_is_refused(void **state)
{
	(void)state;
	is_refused("sns.example.com");
	is_refused("ftp://sns.example.com/");
	is_refused("https://");
	is_refused("https://u:s3cr3t@sns.example.com/");
	is_refused("https://sns.example.com/?x=1");
	is_refused("https://sns.example.com:/");
	is_refused("https://sns.example.com:1234567/");
	is_refused("https://sns.example.com/a b");
	is_refused("https://[::1/");
	is_refused("http://sns.example.com/");
	is_refused("http://127.0.0.1.example.com@evil/");
}

static void
the_nearest_word_counts(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(0, aws_config_read(config, AWS_FILE_CONFIG,
	    slice_from("[default]\nendpoint_url=https://d/\nservices=s\n"
	    "ca_bundle=/ca\n[services s]\nsns =\n  endpoint_url=https://c/\n"),
	    &err));
	is_at("sts", "aws", "eu-west-1", "https://d/");
	is_at("sns", "aws", "eu-west-1", "https://c/");
	setenv("AWS_ENDPOINT_URL", "https://b/", 1);
	is_at("sns", "aws", "eu-west-1", "https://b/");
	setenv("AWS_ENDPOINT_URL_SNS", "https://a/", 1);
	is_at("sns", "aws", "eu-west-1", "https://a/");
	is_at("sts", "aws", "eu-west-1", "https://b/");
	setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true", 1);
	is_at("sns", "aws", "eu-west-1", "https://sns.eu-west-1.amazonaws.com/");
	assert_string_equal("/ca", endpoint_ca_file(config));
	setenv("AWS_CA_BUNDLE", "/other", 1);
	assert_string_equal("/other", endpoint_ca_file(config));
}

static void
fips_with_a_given_one_is_refused(void **state)
{
	(void)state;
	setenv("AWS_USE_FIPS_ENDPOINT", "true", 1);
	is_refused("https://sns.example.com/");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_partition_has_its_hosts),
		TEST(fips_and_dual_stack_have_others),
		TEST(a_given_one_is_taken_apart),
		TEST(what_is_no_such_url_is_refused),
		TEST(the_nearest_word_counts),
		TEST(fips_with_a_given_one_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
