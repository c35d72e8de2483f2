/* endpoint.c -- hosts of the partitions, and those given by hand.
 * SPDX-License-Identifier: MIT */
#include "sink/endpoint.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/env.h"
#include "base/mem.h"

/* botocore 1.43.11, endpoint-rule-set-1.json and partitions.json (sns.md
 * 1.6) */
static const struct partition {
	const char *name;
	const char *suffix;
	const char *dual_stack;		/* NULL: there is none */
	bool fips_is_plain;		/* the plain host is the FIPS one */
} partitions[] = {
	{ "aws", "amazonaws.com", "api.aws", false },
	{ "aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn",
	    false },
	{ "aws-us-gov", "amazonaws.com", "api.aws", true },
	{ "aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu", false },
	{ "aws-iso", "c2s.ic.gov", NULL, false },
	{ "aws-iso-b", "sc2s.sgov.gov", NULL, false },
	{ "aws-iso-e", "cloud.adc-e.uk", NULL, false },
	{ "aws-iso-f", "csp.hci.ic.gov", NULL, false },
};

static const struct partition *
find_partition(struct slice name)
{
	for (size_t i = 0; i < sizeof partitions / sizeof partitions[0]; i++)
		if (slice_is(name, partitions[i].name))
			return &partitions[i];
	return NULL;
}

bool
endpoint_partition(struct slice partition)
{
	return find_partition(partition) != NULL;
}

/* A switch that is `true` in the environment or the profile. */
static bool
is_on(const struct aws_config *config, const char *variable, const char *key)
{
	bool said;
	const char *value = env_get(variable);

	if (value == NULL)
		value = aws_config_get(config, aws_config_profile(config,
		    &said), key);
	return value != NULL && (strcmp(value, "true") == 0 ||
	    strcmp(value, "True") == 0 || strcmp(value, "TRUE") == 0);
}

/* The URL given for the service, and who gave it; or NULL. */
static const char *
given_url(const struct aws_config *config, const char *service,
    const char **from)
{
	bool said;
	const char *profile = aws_config_profile(config, &said), *url;

	if (is_on(config, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
	    "ignore_configured_endpoint_urls"))
		return NULL;
	*from = strcmp(service, "sns") == 0 ? "AWS_ENDPOINT_URL_SNS" :
	    "AWS_ENDPOINT_URL_STS";
	url = env_get(*from);
	if (url != NULL)
		return url;
	*from = "AWS_ENDPOINT_URL";
	url = env_get(*from);
	if (url != NULL)
		return url;
	*from = "endpoint_url of the profile";
	url = aws_config_service(config, profile, service, "endpoint_url");
	return url != NULL ? url : aws_config_get(config, profile,
	    "endpoint_url");
}

static bool
is_host_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
	    c == '-' || c == '_';
}

/* Unreserved, or a slash: what is signed as it is sent. */
static bool
is_path_character(char c)
{
	return is_host_character(c) || (c >= 'A' && c <= 'Z') || c == '~' ||
	    c == '/';
}

/* The bytes of a host name, or of an address in brackets, at the front. */
static size_t
host_length(const char *text)
{
	size_t len = 0;

	if (text[0] == '[') {
		len = 1 + strspn(text + 1, "0123456789abcdef:.");
		return text[len] == ']' ? len + 1 : 0;
	}
	while (is_host_character(text[len]))
		len++;
	return len;
}

static bool
is_loopback(struct slice host)
{
	return slice_starts(host, "127.") || slice_is(host, "[::1]") ||
	    slice_is(host, "localhost");
}

/* Takes `https://host:port/path` apart.  NULL, or what is wrong with it. */
static const char *
read_url(struct endpoint *endpoint, const char *given)
{
	char *url = mem_copy(slice_from(given)), *at = url;
	const char *why = NULL;
	size_t host, port, path;
	bool secure = strncmp(url, "https://", 8) == 0;
	struct buf buf;

	buf_init(&buf, BUF_NO_LIMIT);
	if (!secure && strncmp(url, "http://", 7) != 0) {
		why = "it begins neither with https:// nor with http://";
		goto out;
	}
	at += secure ? 8 : 7;
	for (char *c = at; *c != '\0' && *c != '/'; c++)
		if (*c >= 'A' && *c <= 'Z')	/* as libcurl sends it */
			*c += 'a' - 'A';
	host = host_length(at);
	port = at[host] == ':' ? 1 + strspn(at + host + 1, "0123456789") : 0;
	path = host + port;
	while (is_path_character(at[path]))
		path++;
	if (host == 0 || port == 1 || port > 6 || at[path] != '\0' ||
	    (at[host + port] != '/' && at[host + port] != '\0')) {
		why = "not of the form https://HOST[:PORT][/PATH]";
		goto out;
	}
	endpoint->loopback = is_loopback((struct slice){ at, host });
	if (!secure && !endpoint->loopback) {
		/* and a topic with encryption refuses it (sns-dg) */
		why = "it must begin with https:// (only this machine "
		    "itself is asked without TLS)";
		goto out;
	}
	/* libcurl leaves the usual port out of the Host header */
	buf_add(&buf, at, host);
	if (port > 0 && strncmp(at + host, secure ? ":443" : ":80", port) != 0)
		buf_add(&buf, at + host, port);
	endpoint->host = mem_copy(buf_slice(&buf));
	endpoint->path = mem_copy(slice_from(at[host + port] == '\0' ? "/" :
	    at + host + port));
	buf_clear(&buf);
	buf_printf(&buf, "%s%.*s%s", secure ? "https://" : "http://",
	    (int)(host + port), at, endpoint->path);
	endpoint->url = mem_copy(buf_slice(&buf));
out:
	buf_free(&buf);
	free(url);
	return why;
}

int
endpoint_find(struct endpoint *endpoint, const struct aws_config *config,
    const char *service, const char *partition, const char *region,
    struct error *err)
{
	const struct partition *p = find_partition(slice_from(partition));
	bool fips = is_on(config, "AWS_USE_FIPS_ENDPOINT",
	    "use_fips_endpoint");
	bool dual = is_on(config, "AWS_USE_DUALSTACK_ENDPOINT",
	    "use_dualstack_endpoint");
	const char *from, *url = given_url(config, service, &from), *why;
	struct buf buf;

	*endpoint = (struct endpoint){ 0 };
	if (url != NULL) {
		if (fips || dual)
			return error_set(err, ERROR_USAGE, "%s together with "
			    "a FIPS or dual-stack endpoint", from);
		why = read_url(endpoint, url);
		return why == NULL ? 0 : error_set(err, ERROR_USAGE, "%s: %s",
		    from, why);
	}
	if (p == NULL || (dual && p->dual_stack == NULL))
		return error_set(err, ERROR_USAGE, "partition %s: no %shost "
		    "is known", partition, p == NULL ? "" : "dual-stack ");
	buf_init(&buf, BUF_NO_LIMIT);
	buf_printf(&buf, "https://%s%s.%s.%s/", service,
	    fips && (dual || !p->fips_is_plain) ? "-fips" : "", region,
	    dual ? p->dual_stack : p->suffix);
	buf_byte(&buf, '\0');
	why = read_url(endpoint, buf.data);
	buf_free(&buf);
	return why == NULL ? 0 : error_set(err, ERROR_USAGE,
	    "region %s: %s", region, why);
}

void
endpoint_free(struct endpoint *endpoint)
{
	free(endpoint->url);
	free(endpoint->host);
	free(endpoint->path);
	*endpoint = (struct endpoint){ 0 };
}

const char *
endpoint_ca_file(const struct aws_config *config)
{
	bool said;
	const char *file = env_get("AWS_CA_BUNDLE");

	return file != NULL ? file : aws_config_get(config,
	    aws_config_profile(config, &said), "ca_bundle");
}
