/* metadata.c -- link-local services that know the role of this machine.
 * SPDX-License-Identifier: MIT */
#include "sink/metadata.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/env.h"
#include "base/mem.h"

/* As in the SDKs (sns.md 3.2): both are so near that waiting is no use. */
#define CONTAINER_MS 2000
#define CONTAINER_TRIES 3
#define INSTANCE_S 1
#define TOKEN_LIMIT 16384		/* bytes of a header */

#define ROLES "/latest/meta-data/iam/security-credentials/"

/* ---- container ---- */

/* The Authorization header, or NULL without an error: none is wanted. */
static char *
container_token(struct error *err)
{
	const char *path = env_get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
	const char *value = env_get("AWS_CONTAINER_AUTHORIZATION_TOKEN");
	static const char name[] = "Authorization: ";
	char *header;
	size_t len;

	err->kind = ERROR_NONE;
	if (path == NULL && value == NULL)
		return NULL;
	header = mem_zero(1, sizeof name + TOKEN_LIMIT);
	memcpy(header, name, sizeof name - 1);
	if (path != NULL) {		/* it wins, and is renewed */
		FILE *stream = fopen(path, "re");

		if (stream == NULL) {
			error_set(err, ERROR_USAGE, "container token %s: %s",
			    path, strerror(errno));
			free(header);
			return NULL;
		}
		len = fread(header + sizeof name - 1, 1, TOKEN_LIMIT, stream);
		fclose(stream);
		while (len > 0 && (header[sizeof name - 2 + len] == '\n' ||
		    header[sizeof name - 2 + len] == '\r'))
			header[sizeof name - 2 + len--] = '\0';
	} else {
		len = strlen(value);
		if (len < TOKEN_LIMIT)
			memcpy(header + sizeof name - 1, value, len);
	}
	if (len == 0 || len >= TOKEN_LIMIT ||
	    strpbrk(header, "\r\n") != NULL) {
		error_set(err, ERROR_USAGE, "the container token is empty, "
		    "too long, or has a line end");
		mem_wipe(header, sizeof name + TOKEN_LIMIT);
		free(header);
		return NULL;
	}
	return header;
}

static int
ask_container(struct keys *keys, struct caller *caller, const char *url,
    const char *token, struct error *err)
{
	struct http_request request = {
		.method = "GET",
		.url = url,
		.headers = { "Accept: application/json", token },
		/* in the clear only to an address that is near, whatever
		 * a name resolves to */
		.reach = strncasecmp(url, "https://", 8) == 0 ? HTTP_DIRECT :
		    HTTP_LINK_LOCAL,
		.ca_file = caller->ca_file,
		.timeout_ms = query_left_ms(caller, CONTAINER_MS),
		.stop = caller->stop,
		.ctx = caller->ctx,
	};
	struct http_answer answer;
	struct error why;
	int status = -1;

	http_do(caller->http, &request, &answer);
	if (answer.status == 200) {
		status = keys_from_json(keys, buf_slice(&answer.body), "Token",
		    &why);
		if (status == -1)
			error_set(err, ERROR_USAGE, "container credentials: "
			    "%s", why.text);
	} else if (answer.status != 0) {
		error_set(err, answer.status >= 500 || answer.status == 429 ?
		    ERROR_SYSTEM : ERROR_USAGE, "container credentials: "
		    "status %d", answer.status);
	} else {
		error_set(err, answer.fault == HTTP_NOT_ALLOWED ?
		    ERROR_USAGE : ERROR_SYSTEM, "container credentials: %s",
		    answer.error.text);
	}
	http_answer_free(&answer);
	return status;
}

int
metadata_container(struct keys *keys, struct caller *caller, struct buf *why,
    struct error *err)
{
	const char *path = env_get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
	const char *full = env_get("AWS_CONTAINER_CREDENTIALS_FULL_URI");
	struct buf url;
	char *token;
	int status = -1;

	if (path == NULL && full == NULL) {
		buf_text(why, "AWS_CONTAINER_CREDENTIALS_*_URI is not set");
		return 0;
	}
	buf_init(&url, BUF_NO_LIMIT);
	if (path != NULL)
		buf_printf(&url, "http://169.254.170.2%s%s", path[0] == '/' ?
		    "" : "/", path);
	else
		buf_text(&url, full);
	buf_byte(&url, '\0');
	if (strncasecmp(url.data, "http://", 7) != 0 &&
	    strncasecmp(url.data, "https://", 8) != 0) {
		error_set(err, ERROR_USAGE, "%s: neither http nor https",
		    "AWS_CONTAINER_CREDENTIALS_FULL_URI");
		goto out;
	}
	token = container_token(err);
	if (token == NULL && err->kind != ERROR_NONE)
		goto out;
	for (int i = 0; i < CONTAINER_TRIES && status == -1; i++) {
		status = ask_container(keys, caller, url.data, token, err);
		if (status == -1 && err->kind == ERROR_USAGE)
			break;
	}
	if (token != NULL)
		mem_wipe(token, strlen(token));
	free(token);
out:
	buf_free(&url);
	return status == 0 ? 1 : -1;
}

/* ---- instance ---- */

/* A number above 0 of the environment, of seconds or tries. */
static double
number_or(const char *name, double otherwise)
{
	const char *text = env_get(name);
	char *end;
	double value;

	if (text == NULL)
		return otherwise;
	value = strtod(text, &end);
	return *end != '\0' || !(value > 0) || value > 3600 ? otherwise : value;
}

/* One request to the service; 200 or -1. */
static int
ask_instance(struct buf *out, struct caller *caller, const char *method,
    const char *path, const char *header, struct http_answer *answer)
{
	const char *base = env_get("AWS_EC2_METADATA_SERVICE_ENDPOINT");
	const char *mode = env_get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
	int tries = (int)number_or("AWS_METADATA_SERVICE_NUM_ATTEMPTS", 1);
	struct buf url;
	struct http_request request = {
		.method = method,
		.headers = { header },
		.reach = HTTP_DIRECT,
		.stop = caller->stop,
		.ctx = caller->ctx,
	};

	if (base == NULL)
		base = mode != NULL && strcasecmp(mode, "ipv6") == 0 ?
		    "http://[fd00:ec2::254]" : "http://169.254.169.254";
	buf_init(&url, BUF_NO_LIMIT);
	buf_text(&url, base);
	if (url.data[url.len - 1] == '/')
		url.len--;
	buf_text(&url, path);
	buf_byte(&url, '\0');
	request.url = url.data;
	do {
		request.timeout_ms = query_left_ms(caller, (int64_t)(1000 *
		    number_or("AWS_METADATA_SERVICE_TIMEOUT", INSTANCE_S)));
		http_do(caller->http, &request, answer);
		if (answer->status == 200 || --tries <= 0 ||
		    answer->fault == HTTP_STOPPED)
			break;
		http_answer_free(answer);
	} while (true);
	if (answer->status == 200)
		buf_add_slice(out, slice_trim(slice_chomp(
		    buf_slice(&answer->body))));
	buf_free(&url);
	return answer->status == 200 ? 0 : -1;
}

/* The session token as a header that ends with a NUL.  A container's answer
 * gets lost when the instance allows one hop only: it looks like no service
 * (sns.md 3.2). */
static int
instance_session(struct buf *header, struct caller *caller, struct buf *why)
{
	struct http_answer answer;
	int status;

	buf_text(header, "X-aws-ec2-metadata-token: ");
	status = ask_instance(header, caller, "PUT", "/latest/api/token",
	    "X-aws-ec2-metadata-token-ttl-seconds: 21600", &answer);
	if (status == -1 && answer.status != 0)
		buf_printf(why, "no session: status %d", answer.status);
	else if (status == -1)
		buf_printf(why, "%s (in a container on EC2 the instance's "
		    "HttpPutResponseHopLimit must be 2)", answer.error.text);
	else if (memchr(header->data, '\r', header->len) != NULL ||
	    memchr(header->data, '\n', header->len) != NULL) {
		buf_text(why, "no session: not a token");
		status = -1;
	}
	buf_byte(header, '\0');
	http_answer_free(&answer);
	return status;
}

static int
instance_role(struct buf *path, struct caller *caller, const char *header,
    struct buf *why)
{
	struct http_answer answer;
	int status;

	buf_text(path, ROLES);
	status = ask_instance(path, caller, "GET", ROLES, header, &answer);
	if (status == -1)
		buf_text(why, answer.status == 404 ? "this instance has no "
		    "role" : "it does not name a role");
	else
		for (size_t i = 0; i < path->len; i++)
			if (path->data[i] <= ' ' || path->data[i] > '~')
				status = -1;
	buf_byte(path, '\0');
	http_answer_free(&answer);
	return status;
}

int
metadata_instance(struct keys *keys, struct caller *caller, struct buf *why,
    struct error *err)
{
	const char *off = env_get("AWS_EC2_METADATA_DISABLED");
	struct http_answer answer;
	struct buf header, path, text;
	struct error reason;
	int status = 0;

	if (off != NULL && strcasecmp(off, "true") == 0) {
		buf_text(why, "AWS_EC2_METADATA_DISABLED is true");
		return 0;
	}
	buf_init(&header, TOKEN_LIMIT);
	buf_init(&path, TOKEN_LIMIT);
	buf_init(&text, HTTP_ANSWER_LIMIT);
	buf_reserve(&text, HTTP_ANSWER_LIMIT);
	if (instance_session(&header, caller, why) == -1 ||
	    instance_role(&path, caller, header.data, why) == -1)
		goto out;
	status = -1;
	if (ask_instance(&text, caller, "GET", path.data, header.data,
	    &answer) == -1)
		error_set(err, ERROR_SYSTEM, "instance metadata: no keys for "
		    "the role: %s%.0d", answer.status == 0 ?
		    answer.error.text : "status ", answer.status);
	/* a 200 can carry an error without keys */
	else if (keys_from_json(keys, buf_slice(&text), "Token", &reason) ==
	    -1)
		error_set(err, ERROR_SYSTEM, "instance metadata: no keys for "
		    "the role (may EC2 assume it?): %s", reason.text);
	else
		status = 1;
	http_answer_free(&answer);
out:
	mem_wipe(text.data, text.room);
	if (header.data != NULL)
		mem_wipe(header.data, header.len);
	buf_free(&text);
	buf_free(&path);
	buf_free(&header);
	return status;
}
