/* assume.c -- AssumeRole and AssumeRoleWithWebIdentity.
 * SPDX-License-Identifier: MIT */
#include "sink/assume.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"

#define TOKEN_LIMIT 20000		/* of a web identity (sns.md 3.2) */

static int
read_keys(struct keys *keys, struct slice xml, struct error *err)
{
	static const char *const names[] = {
		"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration",
	};
	struct slice values[4];
	struct buf text;
	int64_t ends_ms = TIME_NONE;
	int status = -1;

	*keys = (struct keys){ .ends_ms = TIME_NONE };
	buf_init(&text, HTTP_ANSWER_LIMIT);
	buf_reserve(&text, HTTP_ANSWER_LIMIT);	/* so the slices stay */
	for (int i = 0; i < 4; i++) {
		size_t start = text.len;

		if (!query_element(&text, xml, names[i])) {
			error_set(err, ERROR_SYSTEM, "the answer of STS has "
			    "no %s", names[i]);
			goto out;
		}
		values[i] = slice_cut(buf_slice(&text), start, text.len);
	}
	/* seconds with and without a fraction are seen */
	if (time_read_rfc3339(values[3], &ends_ms) == 0) {
		error_set(err, ERROR_SYSTEM, "the answer of STS has an "
		    "Expiration that is no time");
		goto out;
	}
	status = keys_set(keys, values[0], values[1], values[2], ends_ms, err);
out:
	mem_wipe(text.data, text.room);
	buf_free(&text);
	return status;
}

/* These pass by themselves; so do 5xx and 429. */
static bool
is_passing(const struct query_answer *answer)
{
	static const char *const codes[] = {
		"IDPCommunicationError", "Throttling", "Throttled",
		"RequestLimitExceeded", "TooManyRequests", "InternalFailure",
		"ServiceUnavailable", "RequestTimeout",
	};

	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		if (strcmp(answer->code, codes[i]) == 0)
			return true;
	return answer->http.status >= 500 || answer->http.status == 429 ||
	    answer->code[0] == '\0';
}

static int
ask(struct keys *keys, struct caller *caller, const struct query *query,
    const struct role *role, struct error *err)
{
	struct query_answer answer;
	struct error why;
	int status = -1;

	query_do(caller, query, &answer);
	if (answer.http.status == 0) {
		error_set(err, answer.http.fault == HTTP_NO_ANSWER ||
		    answer.http.fault == HTTP_STOPPED ? ERROR_SYSTEM :
		    ERROR_USAGE, "STS at %s: %s", query->endpoint->host,
		    answer.http.error.text);
	} else if (answer.http.status == 200) {
		status = read_keys(keys, buf_slice(&answer.http.body), &why);
		if (status == -1)
			error_set(err, why.kind, "STS at %s: %s",
			    query->endpoint->host, why.text);
	} else {
		error_set(err, is_passing(&answer) ? ERROR_SYSTEM :
		    ERROR_USAGE, "STS does not give %.200s: %s%s%s",
		    role->arn, answer.code[0] == '\0' ? "not an answer of "
		    "STS's" : answer.code, answer.text[0] == '\0' ? "" : ": ",
		    answer.text);
	}
	query_answer_free(&answer);
	return status;
}

static void
add_role(struct buf *body, const char *action, const struct role *role)
{
	query_add(body, "Action", slice_from(action));
	query_add(body, "Version", slice_from("2011-06-15"));
	query_add(body, "RoleArn", slice_from(role->arn));
	query_add(body, "RoleSessionName", slice_from(role->session == NULL ?
	    "cwsift" : role->session));
	if (role->duration != NULL)
		query_add(body, "DurationSeconds", slice_from(role->duration));
}

int
assume_role(struct keys *keys, struct caller *caller,
    const struct endpoint *sts, const char *region, const struct role *role,
    const struct keys *with, struct error *err)
{
	struct buf body;
	struct query query = { sts, "sts", region, with, { NULL, 0 } };
	int status;

	buf_init(&body, BUF_NO_LIMIT);
	add_role(&body, "AssumeRole", role);
	if (role->external_id != NULL)
		query_add(&body, "ExternalId", slice_from(role->external_id));
	query.body = buf_slice(&body);
	status = ask(keys, caller, &query, role, err);
	buf_free(&body);
	return status;
}

int
assume_web(struct keys *keys, struct caller *caller,
    const struct endpoint *sts, const char *region, const struct role *role,
    const char *token_file, struct error *err)
{
	struct query query = { sts, "sts", region, NULL, { NULL, 0 } };
	FILE *stream = fopen(token_file, "re");
	char *token;
	size_t len;
	struct buf body;
	int status;

	if (stream == NULL)
		return error_set(err, ERROR_USAGE, "web identity token %s: %s",
		    token_file, strerror(errno));
	token = mem_alloc(TOKEN_LIMIT + 1);
	len = fread(token, 1, TOKEN_LIMIT + 1, stream);
	fclose(stream);
	if (len == 0 || len > TOKEN_LIMIT) {
		status = error_set(err, ERROR_USAGE, "web identity token %s: "
		    "%s", token_file, len == 0 ? "it is empty" :
		    "it is too long");
	} else {
		buf_init(&body, BUF_NO_LIMIT);
		buf_reserve(&body, 4 * TOKEN_LIMIT);
		add_role(&body, "AssumeRoleWithWebIdentity", role);
		query_add(&body, "WebIdentityToken", slice_trim(slice_chomp(
		    (struct slice){ token, len })));
		query.body = buf_slice(&body);
		status = ask(keys, caller, &query, role, err);
		mem_wipe(body.data, body.len);
		buf_free(&body);
	}
	mem_wipe(token, len);
	free(token);
	return status;
}
