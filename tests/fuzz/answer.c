/* answer.c -- fuzz: what SNS, STS, the container, the instance and credential_process
 * answer: a message counts as sent only for an id, and no secret gets out.
 * SPDX-License-Identifier: MIT
 *
 * The first line says where the keys come from (`environment`, `role`, `chain`,
 * `web`, `container`, `instance`, `process`), then come answers with `%%` lines between them:
 * a line `STATUS [DATE_MS [AFTER_MS]]` and the body.  This file stands in the place of
 * sink/http.c and sink/process.c. */
#include <strings.h>

#include "base/ascii.h"
#include "base/env.h"
#include "base/time.h"
#include "fuzz.h"
#include "sink/http.h"
#include "sink/process.h"
#include "sink/sns.h"

#define SECRET "s3cr3t/of+the=Environment"
#define TOKEN "t0k3n/of+the=Environment"
#define CALLS 100			/* no message needs as many */

/* All answers that are to come, and what was seen. */
static struct {
	struct slice rest;
	unsigned calls;
	bool last_is_sent;		/* the last answer names a message */
} world;

/* ---- in the place of http.c and process.c ---- */

struct http {
	int nothing;
};

struct http *
http_new(void)
{
	return calloc(1, sizeof(struct http));
}

void
http_free(struct http *http)
{
	free(http);
}

const char *
http_library_version(void)
{
	return "none";
}

static struct slice
next_answer(struct slice *head)
{
	struct slice rest = world.rest;
	size_t end = slice_find(rest, slice_from("\n%%\n"));
	struct slice body = slice_cut(rest, 0, end);

	world.rest = end == (size_t)-1 ? (struct slice){ NULL, 0 } :
	    slice_cut(rest, end + 4, rest.len);
	*head = fuzz_line(&body);
	return body;
}

static bool
number(struct slice *text, int64_t *value)
{
	size_t digits = 0;

	*value = 0;
	*text = slice_trim(*text);
	while (digits < 15 && text->len > 0 && is_digit(text->data[0])) {
		*value = *value * 10 + (text->data[0] - '0');
		*text = slice_cut(*text, 1, text->len);
		digits++;
	}
	return digits > 0;
}

/* Nothing that came from outside may make a header or a request of its own. */
static void
look_at_request(const struct http_request *request)
{
	HOLDS(strncasecmp(request->url, "http://", 7) == 0 ||
	    strncasecmp(request->url, "https://", 8) == 0);
	for (const char *c = request->url; *c != '\0'; c++)
		HOLDS(*c > ' ' && *c <= '~');
	for (size_t i = 0; i < HTTP_HEADERS && request->headers[i] != NULL;
	    i++) {
		HOLDS(strpbrk(request->headers[i], "\r\n") == NULL);
		HOLDS(strchr(request->headers[i], ':') != NULL);
	}
	HOLDS(memchr(request->body.data == NULL ? "" : request->body.data,
	    '\n', request->body.len) == NULL);
	HOLDS(slice_find(request->body, slice_from(SECRET)) == (size_t)-1);
}

void
http_do(struct http *http, const struct http_request *request,
    struct http_answer *answer)
{
	struct slice head, body;
	int64_t value;

	(void)http;
	HOLDS(world.calls++ < CALLS);
	look_at_request(request);
	*answer = (struct http_answer){ .fault = HTTP_NO_ANSWER,
	    .date_ms = TIME_NONE, .after_ms = -1 };
	buf_init(&answer->body, HTTP_ANSWER_LIMIT);
	buf_reserve(&answer->body, HTTP_ANSWER_LIMIT);
	world.last_is_sent = false;
	body = next_answer(&head);
	if (!number(&head, &value) || value < 100 || value > 599) {
		answer->fault = (enum http_fault)(value % 4);
		error_set(&answer->error, ERROR_SYSTEM, "no answer");
		return;
	}
	answer->status = (int)value;
	if (number(&head, &value))
		answer->date_ms = value % 253402300800000;
	if (number(&head, &value))
		answer->after_ms = value % 3600001;
	buf_add_slice(&answer->body, body);
	world.last_is_sent = answer->status == 200 &&
	    slice_find(body, slice_from("<PublishResponse")) != (size_t)-1 &&
	    slice_find(body, slice_from("<MessageId>")) != (size_t)-1;
}

void
http_answer_free(struct http_answer *answer)
{
	buf_free(&answer->body);
}

int
process_run(struct buf *out, const char *command, int64_t timeout_ms,
    bool (*stop)(void *ctx), void *ctx, struct error *err)
{
	struct slice head, body = next_answer(&head);

	(void)timeout_ms;
	(void)stop;
	(void)ctx;
	HOLDS(world.calls++ < CALLS && strcmp(command, "the command") == 0);
	if (!buf_add_slice(out, body))
		return error_set(err, ERROR_SYSTEM, "too much");
	return slice_is(head, "0") ? 0 : error_set(err, ERROR_USAGE,
	    "it ends with a status");
}

/* ---- the machine: environment and files ---- */

/* A file that has no name and goes by itself. */
static void
set_file(const char *variable, const char *text)
{
	static char path[8][32];
	static size_t count;
	FILE *file = tmpfile();

	HOLDS(file != NULL && fputs(text, file) >= 0 && fflush(file) == 0);
	snprintf(path[count], sizeof path[count], "/proc/self/fd/%d",
	    fileno(file));
	env_set(variable, path[count++]);
}

static void
set_up(void)
{
	static bool done;

	if (done)
		return;
	done = true;
	set_file("AWS_CONFIG_FILE", "[default]\nregion = eu-west-1\n"
	    "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/r\n"
	    "source_profile = keys\n"
	    "[profile chain]\nrole_arn = arn:aws:iam::123456789012:role/s\n"
	    "source_profile = role\n"
	    "[profile process]\ncredential_process = the command\n"
	    "[profile web]\nrole_arn = arn:aws:iam::123456789012:role/w\n"
	    "web_identity_token_file = /proc/self/comm\n");
	set_file("AWS_SHARED_CREDENTIALS_FILE", "[keys]\n"
	    "aws_access_key_id = AKIDEXAMPLE\n"
	    "aws_secret_access_key = " SECRET "\n"
	    "aws_session_token = " TOKEN "\n");
}

static void
choose(struct slice where)
{
	static const char *const profiles[] = { "role", "chain", "process",
	    "web" };

	set_up();
	env_unset("AWS_ACCESS_KEY_ID");
	env_unset("AWS_PROFILE");
	env_unset("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
	if (slice_is(where, "environment")) {
		env_set("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
		env_set("AWS_SECRET_ACCESS_KEY", SECRET);
		env_set("AWS_SESSION_TOKEN", TOKEN);
	}
	if (slice_is(where, "container"))
		env_set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/keys");
	for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++)
		if (slice_is(where, profiles[i]))
			env_set("AWS_PROFILE", profiles[i]);
}

/* ---- */

static void
look_at_reply(const struct sns_reply *reply)
{
	struct slice why = slice_from(reply->why);

	HOLDS(reply->after_ms >= -1);
	HOLDS(slice_find(why, slice_from(SECRET)) == (size_t)-1);
	HOLDS(slice_find(why, slice_from(TOKEN)) == (size_t)-1);
	for (size_t i = 0; i < why.len; i++)
		HOLDS((unsigned char)why.data[i] >= ' ');
	if (reply->outcome != SNS_SENT) {
		HOLDS(why.len > 0);
		return;
	}
	HOLDS(world.last_is_sent && reply->message_id[0] != '\0');
	for (const char *c = reply->message_id; *c != '\0'; c++)
		HOLDS(is_digit(*c) || is_letter(*c) || *c == '-');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = { (const char *)data, size };
	struct sns_reply reply;
	struct error err;
	struct sns *sns;

	choose(fuzz_line(&rest));
	world.rest = rest;
	world.calls = 0;
	sns = sns_new("arn:aws:sns:eu-west-1:123456789012:t", &err);
	HOLDS(sns != NULL);
	/* the second one has keys, and a clock, that the first one found */
	for (int i = 0; i < 2; i++) {
		sns_publish(sns, slice_from("{\"default\":\"mail\"}"), 30000,
		    NULL, NULL, &reply);
		look_at_reply(&reply);
	}
	sns_free(sns);
	return 0;
}
