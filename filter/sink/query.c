/* query.c -- forms out, XML back, and a clock that may be wrong.
 * SPDX-License-Identifier: MIT */
#include "sink/query.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clean.h"
#include "base/mem.h"
#include "base/time.h"
#include "sink/sign.h"

#define ONE_CALL_MS 20000		/* then it counts as hanging */
/* AWS takes five minutes (iam-ug reference_aws-signing); what is less than four
 * cannot be why it said no, a minute being for the way and whole seconds. */
#define SKEW_MS (4 * 60 * 1000)

int64_t
query_time_ms(const struct caller *caller)
{
	return time_now_ms() + caller->skew_ms;
}

int64_t
query_left_ms(const struct caller *caller, int64_t most_ms)
{
	int64_t left = caller->deadline_ms - time_clock_ms();

	if (left < 0)
		return 0;
	return left < most_ms ? left : most_ms;
}

/* A space is +, as in botocore: moto, which people test with, refuses %20
 * (sns.md 6); * is %2A. */
void
query_add(struct buf *body, const char *name, struct slice value)
{
	if (body->len > 0)
		buf_byte(body, '&');
	buf_text(body, name);
	buf_byte(body, '=');
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.data[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || (c != '\0' &&
		    strchr("-_.~", c) != NULL))
			buf_byte(body, (char)c);
		else if (c == ' ')
			buf_byte(body, '+');
		else
			buf_printf(body, "%%%02X", c);
	}
}

/* One character or entity at the front of text: bytes taken. */
static size_t
decode(struct buf *out, struct slice text)
{
	static const struct {
		const char *name;
		char is;
	} entities[] = {
		{ "&lt;", '<' }, { "&gt;", '>' }, { "&amp;", '&' },
		{ "&quot;", '"' }, { "&apos;", '\'' }, { "&#39;", '\'' },
		{ "&#10;", '\n' }, { "&#xA;", '\n' },
	};

	for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
		if (slice_starts(text, entities[i].name)) {
			buf_byte(out, entities[i].is);
			return strlen(entities[i].name);
		}
	}
	buf_byte(out, text.data[0]);
	return 1;
}

bool
query_element(struct buf *out, struct slice xml, const char *name)
{
	char tag[64];
	size_t start, end;
	struct slice text;

	snprintf(tag, sizeof tag, "<%s>", name);	/* no attributes */
	start = slice_find(xml, slice_from(tag));
	if (start == (size_t)-1)
		return false;
	text = slice_cut(xml, start + strlen(tag), xml.len);
	snprintf(tag, sizeof tag, "</%s>", name);
	end = slice_find(text, slice_from(tag));
	if (end == (size_t)-1)
		return false;
	text = slice_cut(text, 0, end);
	while (text.len > 0)
		text = slice_cut(text, decode(out, text), text.len);
	return true;
}

/* `Throttling` of `ThrottlingException`: AWS writes both (sns.md 1.3). */
static void
take_code(struct query_answer *answer, struct slice code)
{
	if (slice_ends(code, "Exception") && code.len > strlen("Exception"))
		code.len -= strlen("Exception");
	for (size_t i = 0; i < code.len; i++)
		if (!((code.data[i] >= 'a' && code.data[i] <= 'z') ||
		    (code.data[i] >= 'A' && code.data[i] <= 'Z') ||
		    code.data[i] == '.'))
			return;		/* no code of AWS's */
	snprintf(answer->code, sizeof answer->code, "%.*s", (int)code.len,
	    code.data);
}

/* Takes a secret out of a text, wherever it stands there. */
static void
scrub(struct buf *text, const char *secret)
{
	size_t from = 0, at, len;

	if (secret == NULL)
		return;
	len = strlen(secret);
	/* onwards only: it may be of stars itself */
	while ((at = slice_find(slice_cut(buf_slice(text), from, text->len),
	    slice_from(secret))) != (size_t)-1) {
		memset(text->data + from + at, '*', len);
		from += at + len;
	}
}

/* One line for people.  A refused signature is explained with the whole
 * canonical request, on further lines: the session token is in it. */
static void
take_text(struct query_answer *answer, const struct query *query,
    struct buf *text)
{
	struct buf line;
	struct slice first;
	size_t end;

	if (query->keys != NULL) {
		scrub(text, query->keys->secret);
		scrub(text, query->keys->token);
	}
	first = slice_trim(buf_slice(text));
	for (end = 0; end < first.len && first.data[end] != '\n'; end++)
		continue;
	buf_init(&line, BUF_NO_LIMIT);
	clean_line(&line, slice_trim(slice_cut(first, 0, end)));
	while (line.len > 0 && line.data[line.len - 1] == '.')
		line.len--;
	for (end = 0; end < line.len; ) {	/* whole characters */
		size_t len = clean_character(slice_cut(buf_slice(&line), end,
		    line.len));

		if (end + len >= sizeof answer->text)
			break;
		end += len;
	}
	snprintf(answer->text, sizeof answer->text, "%.*s", (int)end,
	    line.len == 0 ? "" : line.data);
	buf_free(&line);
}

static void
take_error(struct query_answer *answer, const struct query *query)
{
	struct slice body = buf_slice(&answer->http.body);
	struct buf value;

	buf_init(&value, BUF_NO_LIMIT);
	/* moto nests the error one deeper for a wrong signature: any depth */
	if (slice_find(body, slice_from("<ErrorResponse")) != (size_t)-1 &&
	    query_element(&value, body, "Code")) {
		take_code(answer, slice_trim(buf_slice(&value)));
		buf_clear(&value);
		if (answer->code[0] != '\0' &&
		    query_element(&value, body, "Message"))
			take_text(answer, query, &value);
	}
	if (value.len > 0)
		mem_wipe(value.data, value.len);
	buf_free(&value);
}

/* `X-Amz-Security-Token: ` and the token, in memory that can be wiped. */
static char *
token_header(const char *token)
{
	static const char name[] = "X-Amz-Security-Token: ";
	size_t len = strlen(token);
	char *made = mem_alloc(sizeof name + len);

	memcpy(made, name, sizeof name - 1);
	memcpy(made + sizeof name - 1, token, len + 1);
	return made;
}

static void
post(struct caller *caller, const struct query *query,
    struct query_answer *answer)
{
	const struct keys *keys = query->keys;
	struct http_request request = {
		.method = "POST",
		.url = query->endpoint->url,
		.headers = { "Content-Type: " SIGN_CONTENT_TYPE },
		.body = query->body,
		.reach = query->endpoint->loopback ? HTTP_DIRECT :
		    HTTP_ANYWHERE,
		.ca_file = caller->ca_file,
		.timeout_ms = query_left_ms(caller, ONE_CALL_MS),
		.stop = caller->stop,
		.ctx = caller->ctx,
	};
	struct buf date, authorization;
	char *token = NULL;

	buf_init(&date, BUF_NO_LIMIT);
	buf_init(&authorization, BUF_NO_LIMIT);
	if (keys != NULL) {
		struct sign_request to_sign = {
			.host = query->endpoint->host,
			.path = query->endpoint->path,
			.region = query->region,
			.service = query->service,
			.body = query->body,
			.time_ms = query_time_ms(caller),
			.key_id = keys->id,
			.secret = keys->secret,
			.token = keys->token,
		};

		buf_text(&date, "X-Amz-Date: ");
		buf_text(&authorization, "Authorization: ");
		sign(&to_sign, &date, &authorization);
		buf_byte(&date, '\0');
		buf_byte(&authorization, '\0');
		request.headers[1] = date.data;
		request.headers[2] = authorization.data;
		if (keys->token != NULL)
			request.headers[3] = token = token_header(keys->token);
	}
	*answer = (struct query_answer){ 0 };
	http_do(caller->http, &request, &answer->http);
	if (answer->http.status >= 400)
		take_error(answer, query);
	if (token != NULL)
		mem_wipe(token, strlen(token));
	free(token);
	buf_free(&authorization);
	buf_free(&date);
}

/* The time in `(20261123T180359Z - 5 min.)` of a refusal, or TIME_NONE. */
static int64_t
time_in_text(const char *text)
{
	const char *at = strchr(text, '(');
	char plain[32];
	int64_t ms;

	if (at == NULL || strlen(at) < 17 || at[9] != 'T' || at[16] != 'Z')
		return TIME_NONE;
	snprintf(plain, sizeof plain, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", at + 1,
	    at + 5, at + 7, at + 10, at + 12, at + 14);
	return time_read_rfc3339(slice_from(plain), &ms) == 0 ? TIME_NONE : ms;
}

/* A wrong clock and a wrong secret have the same code,
 * SignatureDoesNotMatch: the text and the answer's Date tell them apart
 * (sns.md 4.4). */
static bool
is_about_clock(const struct query_answer *answer)
{
	static const char *const codes[] = {
		/* aws-sdk-java #519, without Exception */
		"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture",
		"InvalidSignature", "SignatureDoesNotMatch", "AuthFailure",
		/* what a service says of keys that its clock finds expired */
		"ExpiredToken",
	};

	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		if (strcmp(answer->code, codes[i]) == 0)
			return true;
	return false;
}

void
query_do(struct caller *caller, const struct query *query,
    struct query_answer *answer)
{
	int64_t theirs, ours, skew;
	bool says_so;

	ours = time_now_ms();
	post(caller, query, answer);
	ours += (time_now_ms() - ours) / 2;	/* the way there and back */
	if (query->keys == NULL || !is_about_clock(answer))
		return;
	says_so = strstr(answer->text, "Signature expired") != NULL ||
	    strstr(answer->text, "Signature not yet current") != NULL;
	theirs = answer->http.date_ms;
	if (theirs == TIME_NONE && says_so)
		theirs = time_in_text(answer->text);
	if (theirs == TIME_NONE) {
		answer->clock_wrong = says_so;
		return;
	}
	skew = theirs + 500 - ours;	/* it was cut to whole seconds */
	if (llabs(skew - caller->skew_ms) < SKEW_MS) {
		/* that time was what we signed with */
		answer->clock_wrong = says_so;
		return;
	}
	caller->skew_ms = llabs(skew) < SKEW_MS ? 0 : skew;
	query_answer_free(answer);
	post(caller, query, answer);
	answer->clock_wrong = is_about_clock(answer) &&
	    (strstr(answer->text, "Signature expired") != NULL ||
	    strstr(answer->text, "Signature not yet current") != NULL);
}

void
query_answer_free(struct query_answer *answer)
{
	http_answer_free(&answer->http);
}

void
query_print_skew(struct buf *out, int64_t skew_ms)
{
	int64_t s = (llabs(skew_ms) + 500) / 1000;

	if (s >= 86400)
		buf_printf(out, "%" PRId64 " d ", s / 86400);
	if (s >= 3600)
		buf_printf(out, "%" PRId64 " h ", s / 3600 % 24);
	if (s >= 60)
		buf_printf(out, "%" PRId64 " min ", s / 60 % 60);
	buf_printf(out, "%" PRId64 " s %s", s % 60, skew_ms > 0 ? "behind" :
	    "ahead of");
}
