/* sns.c -- Publish, and what its answers mean.
 * SPDX-License-Identifier: MIT */
#include "sink/sns.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "sink/aws_config.h"
#include "sink/credentials.h"
#include "sink/endpoint.h"
#include "sink/http.h"
#include "sink/query.h"

#define NAME_LIMIT 256			/* of a topic: characters */
#define THROTTLED_MS 1000		/* sns.md 1.3: a longer base */

struct sns {
	char *arn, *partition, *region;
	struct http *http;
	struct aws_config *config;	/* NULL: not read yet */
	struct endpoint endpoint;	/* url NULL: not known yet */
	char *ca_file;
	struct credentials *credentials;
	struct caller caller;		/* its skew is kept between messages */
	bool skew_told;
};

/* What can become of a message (sns.md 1.3).  An unknown code of a status
 * 4xx is this message's, so that it goes to the dead letters, loudly, and
 * holds up no other. */
enum class {
	CLASS_TRANSIENT,
	CLASS_THROTTLED,
	CLASS_CREDENTIALS,
	CLASS_CONFIGURATION,
	CLASS_MESSAGE,
};

/* Codes without their ending "Exception".  The status does not tell:
 * throttling comes as 400 (vector #9005 dropped such messages for good). */
static const struct {
	const char *code;
	enum class class;
} codes[] = {
	{ "InternalError", CLASS_TRANSIENT },
	{ "InternalFailure", CLASS_TRANSIENT },
	{ "ServiceUnavailable", CLASS_TRANSIENT },
	{ "RequestTimeout", CLASS_TRANSIENT },
	{ "PriorRequestNotComplete", CLASS_TRANSIENT },

	{ "Throttled", CLASS_THROTTLED },
	{ "Throttling", CLASS_THROTTLED },
	{ "RequestThrottled", CLASS_THROTTLED },
	{ "RequestLimitExceeded", CLASS_THROTTLED },
	{ "TooManyRequests", CLASS_THROTTLED },
	{ "SlowDown", CLASS_THROTTLED },
	{ "BandwidthLimitExceeded", CLASS_THROTTLED },
	{ "LimitExceeded", CLASS_THROTTLED },
	{ "ProvisionedThroughputExceeded", CLASS_THROTTLED },
	{ "KMSThrottling", CLASS_THROTTLED },

	{ "ExpiredToken", CLASS_CREDENTIALS },
	{ "InvalidClientTokenId", CLASS_CREDENTIALS },
	{ "UnrecognizedClient", CLASS_CREDENTIALS },
	{ "InvalidSecurity", CLASS_CREDENTIALS },
	{ "RequestExpired", CLASS_CREDENTIALS },
	{ "RequestTimeTooSkewed", CLASS_CREDENTIALS },
	{ "SignatureDoesNotMatch", CLASS_CREDENTIALS },
	{ "InvalidSignature", CLASS_CREDENTIALS },
	{ "IncompleteSignature", CLASS_CREDENTIALS },
	{ "MissingAuthenticationToken", CLASS_CREDENTIALS },

	{ "AuthorizationError", CLASS_CONFIGURATION },
	{ "AccessDenied", CLASS_CONFIGURATION },
	{ "NotFound", CLASS_CONFIGURATION },
	{ "OptInRequired", CLASS_CONFIGURATION },
	{ "EndpointDisabled", CLASS_CONFIGURATION },
	{ "InvalidAction", CLASS_CONFIGURATION },
	{ "KMSAccessDenied", CLASS_CONFIGURATION },
	{ "KMSDisabled", CLASS_CONFIGURATION },
	{ "KMSInvalidState", CLASS_CONFIGURATION },
	{ "KMSNotFound", CLASS_CONFIGURATION },
	{ "KMSOptInRequired", CLASS_CONFIGURATION },

	{ "InvalidParameter", CLASS_MESSAGE },	/* but see class_of() */
	{ "InvalidParameterValue", CLASS_MESSAGE },
	{ "ParameterValueInvalid", CLASS_MESSAGE },
	{ "Validation", CLASS_MESSAGE },
	{ "ValidationError", CLASS_MESSAGE },
	{ "MalformedQueryString", CLASS_MESSAGE },	/* our own bug */
};

static enum class
class_of(const struct query_answer *answer)
{
	int status = answer->http.status;

	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		if (strcmp(answer->code, codes[i].code) != 0)
			continue;
		if (codes[i].class == CLASS_MESSAGE &&
		    strstr(answer->text, "TopicArn") != NULL)
			return CLASS_CONFIGURATION;
		return codes[i].class;
	}
	if (status == 429)
		return CLASS_THROTTLED;
	if (status >= 500 || status == 408)
		return CLASS_TRANSIENT;
	if (status >= 300 && status < 400)
		return CLASS_CONFIGURATION;	/* SNS never redirects */
	if (status == 401 || status == 403 || status == 404 || status == 407)
		return CLASS_CONFIGURATION;
	/* without a code it is not SNS who speaks but something on the way */
	return answer->code[0] == '\0' ? CLASS_TRANSIENT : CLASS_MESSAGE;
}

static enum sns_outcome
outcome_of(enum class class)
{
	switch (class) {
	case CLASS_TRANSIENT:
	case CLASS_THROTTLED:
		return SNS_AGAIN;
	case CLASS_CREDENTIALS:
	case CLASS_CONFIGURATION:
		return SNS_FAULT;
	case CLASS_MESSAGE:
		break;
	}
	return SNS_REFUSED;
}

/* ---- the topic ---- */

static bool
is_made_of(struct slice text, const char *more)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    (c != '\0' && strchr(more, c) != NULL)))
			return false;
	}
	return text.len > 0;
}

#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* arn:PARTITION:sns:REGION:ACCOUNT:NAME, nothing else (sns.md 1.6). */
static int
read_arn(struct slice field[6], struct slice arn, struct error *err)
{
	size_t count = 1, from = 0;

	for (size_t i = 0; i < arn.len; i++) {
		if (arn.data[i] != ':')
			continue;
		if (count < 6)
			field[count - 1] = slice_cut(arn, from, i);
		else if (count == 6)
			field[5] = slice_cut(arn, from, i);
		from = i + 1;
		count++;
	}
	if (count <= 6)
		field[count - 1] = slice_cut(arn, from, arn.len);
	if (count < 6 || !slice_is(field[0], "arn"))
		return error_set(err, ERROR_USAGE, "not the ARN of a topic "
		    "(arn:aws:sns:REGION:ACCOUNT:NAME)");
	if (!slice_is(field[2], "sns"))
		return error_set(err, ERROR_USAGE, "an ARN of %.*s, not of "
		    "sns", (int)slice_cut(field[2], 0, 40).len, field[2].data);
	if (count > 7)
		return error_set(err, ERROR_USAGE, "an ARN of a topic has six "
		    "parts, this has %zu", count);
	if (count == 7)
		return error_set(err, ERROR_USAGE, "the ARN of a "
		    "subscription; that of its topic ends with %.*s",
		    (int)slice_cut(field[5], 0, 100).len, field[5].data);
	return 0;
}

static int
check_arn(struct slice field[6], struct slice arn, struct error *err)
{
	struct slice name;

	if (read_arn(field, arn, err) == -1)
		return -1;
	if (!endpoint_partition(field[1]))
		return error_set(err, ERROR_USAGE, "\"%.*s\" is no partition "
		    "(aws, aws-cn, aws-us-gov ...)",
		    (int)slice_cut(field[1], 0, 40).len, field[1].data);
	if (!is_made_of(field[3], "-") || field[3].len > 40)
		return error_set(err, ERROR_USAGE, "the region is missing or "
		    "wrong");
	if (!is_made_of(field[4], "") || field[4].len != 12)
		return error_set(err, ERROR_USAGE, "the account is not 12 "
		    "digits");
	for (size_t i = 0; i < field[4].len; i++)
		if (field[4].data[i] > '9')
			return error_set(err, ERROR_USAGE, "the account is "
			    "not 12 digits");
	name = field[5];
	if (slice_ends(name, ".fifo"))	/* sns.md 1.5 */
		return error_set(err, ERROR_USAGE, "a FIFO topic: Chatbot "
		    "cannot subscribe to it (a FIFO topic delivers to queues "
		    "only); use a standard topic");
	if (!is_made_of(name, CAPITALS "-_") || name.len > NAME_LIMIT)
		return error_set(err, ERROR_USAGE, "the name of a topic has "
		    "1 to %d letters, digits, - and _", NAME_LIMIT);
	return 0;
}

struct sns *
sns_new(const char *topic_arn, struct error *err)
{
	struct slice field[6] = { { NULL, 0 } };
	struct error why;
	struct sns *sns;

	if (check_arn(field, slice_from(topic_arn), &why) == -1) {
		error_set(err, why.kind, "%.200s: %s", topic_arn, why.text);
		return NULL;
	}
	sns = mem_zero(1, sizeof *sns);
	sns->arn = mem_copy(slice_from(topic_arn));
	sns->partition = mem_copy(field[1]);
	sns->region = mem_copy(field[3]);
	sns->credentials = credentials_new(sns->partition, sns->region);
	sns->http = http_new();
	if (sns->http == NULL) {
		error_set(err, ERROR_SYSTEM, "libcurl does not start");
		sns_free(sns);
		return NULL;
	}
	return sns;
}

void
sns_free(struct sns *sns)
{
	if (sns == NULL)
		return;
	credentials_free(sns->credentials);
	http_free(sns->http);
	endpoint_free(&sns->endpoint);
	aws_config_free(sns->config);
	free(sns->ca_file);
	free(sns->region);
	free(sns->partition);
	free(sns->arn);
	free(sns);
}

/* No Subject: Chatbot does not show it, and what it may hold is told in
 * three ways (sns.md 1.1). */
void
sns_body(const struct sns *sns, struct buf *out, struct slice message)
{
	struct buf body;

	buf_init(&body, BUF_NO_LIMIT);
	query_add(&body, "Action", slice_from("Publish"));
	query_add(&body, "Version", slice_from("2010-03-31"));
	query_add(&body, "TopicArn", slice_from(sns->arn));
	query_add(&body, "MessageStructure", slice_from("json"));
	query_add(&body, "Message", message);
	buf_add_slice(out, buf_slice(&body));
	buf_free(&body);
}

/* ---- publishing ---- */

static void
say(struct sns_reply *reply, enum sns_outcome outcome, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void
say(struct sns_reply *reply, enum sns_outcome outcome, const char *format, ...)
{
	va_list args;

	reply->outcome = outcome;
	va_start(args, format);
	vsnprintf(reply->why, sizeof reply->why, format, args);
	va_end(args);
}

/* Reads the configuration, once. */
static int
settle(struct sns *sns, struct error *err)
{
	const char *ca_file;

	if (sns->endpoint.url != NULL)
		return 0;
	if (sns->config == NULL)
		sns->config = aws_config_load(err);
	if (sns->config == NULL)
		return -1;
	if (endpoint_find(&sns->endpoint, sns->config, "sns", sns->partition,
	    sns->region, err) == -1)
		return -1;
	ca_file = endpoint_ca_file(sns->config);
	free(sns->ca_file);
	sns->ca_file = ca_file == NULL ? NULL :
	    mem_copy(slice_from(ca_file));
	sns->caller.ca_file = sns->ca_file;
	return 0;
}

/* "When a messageId is returned, the message is saved" (botocore's model); a
 * proxy or a captive portal can say 200 too. */
static bool
has_id(const struct query_answer *answer, struct sns_reply *reply)
{
	struct slice body = buf_slice(&answer->http.body);
	struct buf id;
	bool has;

	if (answer->http.status != 200 ||
	    slice_find(body, slice_from("<PublishResponse")) == (size_t)-1)
		return false;
	buf_init(&id, BUF_NO_LIMIT);
	has = query_element(&id, body, "MessageId") &&
	    id.len < sizeof reply->message_id &&
	    is_made_of(buf_slice(&id), CAPITALS "-");
	if (has) {
		memcpy(reply->message_id, id.data, id.len);
		reply->message_id[id.len] = '\0';
	}
	buf_free(&id);
	return has;
}

/* `7 min behind Amazon's (...)`: told once a run, with the first message. */
static void
tell_skew(struct sns *sns, struct sns_reply *reply)
{
	struct buf skew;

	if (sns->caller.skew_ms == 0 || sns->skew_told)
		return;
	sns->skew_told = true;
	buf_init(&skew, BUF_NO_LIMIT);
	query_print_skew(&skew, sns->caller.skew_ms);
	snprintf(reply->why, sizeof reply->why, "the clock of this machine is "
	    "%.*s Amazon's; messages are signed with Amazon's time",
	    (int)skew.len, skew.data);
	buf_free(&skew);
}

static void
judge_clock(struct sns *sns, const struct query_answer *answer,
    struct sns_reply *reply)
{
	int64_t theirs = answer->http.date_ms;
	struct buf skew;

	buf_init(&skew, BUF_NO_LIMIT);
	if (theirs == TIME_NONE) {
		buf_text(&skew, "not");
	} else {
		query_print_skew(&skew, theirs - time_now_ms());
		sns->caller.skew_ms = 0;
	}
	say(reply, SNS_FAULT, "the clock of this machine is %.*s Amazon's, and "
	    "SNS refuses what it signs (%s: %s)", (int)skew.len, skew.data,
	    answer->code, answer->text);
	buf_free(&skew);
}

static void
judge_no_answer(const struct sns *sns, const struct query_answer *answer,
    struct sns_reply *reply)
{
	enum sns_outcome outcome = SNS_AGAIN;

	switch (answer->http.fault) {
	case HTTP_NO_ANSWER:
	case HTTP_STOPPED:
		break;
	case HTTP_NO_CERTIFICATE:
	case HTTP_NOT_ALLOWED:
		outcome = SNS_FAULT;
		break;
	}
	say(reply, outcome, "%s: %s%s%s", sns->endpoint.host,
	    answer->http.error.text,
	    answer->http.fault == HTTP_NO_CERTIFICATE && sns->ca_file != NULL ?
	    ", with the certificates of " : "",
	    answer->http.fault == HTTP_NO_CERTIFICATE && sns->ca_file != NULL ?
	    sns->ca_file : "");
}

static void
judge(struct sns *sns, const struct query_answer *answer,
    struct sns_reply *reply)
{
	enum class class;

	reply->after_ms = answer->http.after_ms;
	if (answer->http.status == 0) {
		judge_no_answer(sns, answer, reply);
	} else if (has_id(answer, reply)) {
		reply->outcome = SNS_SENT;
		tell_skew(sns, reply);
	} else if (answer->clock_wrong) {
		judge_clock(sns, answer, reply);
	} else if (answer->http.status < 300) {
		say(reply, SNS_AGAIN, "%s: status %d without a MessageId (%s): "
		    "not an answer of SNS's", sns->endpoint.host,
		    answer->http.status, answer->http.type[0] == '\0' ?
		    "no type" : answer->http.type);
	} else {
		class = class_of(answer);
		say(reply, outcome_of(class), "%s: status %d%s%s%s%s%s%s",
		    sns->endpoint.host, answer->http.status,
		    answer->code[0] == '\0' ? "" : ", ", answer->code,
		    answer->text[0] == '\0' ? "" : ": ", answer->text,
		    class == CLASS_CREDENTIALS ? "; the keys are from " : "",
		    class == CLASS_CREDENTIALS ?
		    credentials_source(sns->credentials) : "");
		if (class == CLASS_THROTTLED && reply->after_ms < THROTTLED_MS)
			reply->after_ms = THROTTLED_MS;
	}
}

static void
publish(struct sns *sns, struct slice body, struct sns_reply *reply)
{
	struct query query = { &sns->endpoint, "sns", sns->region, NULL,
	    body };
	struct query_answer answer;
	struct keys before = { .id = NULL };
	struct error err;

	for (int attempt = 0; ; attempt++) {
		bool again;

		query.keys = credentials_get(sns->credentials, &sns->caller,
		    &err);
		if (query.keys == NULL) {
			say(reply, err.kind == ERROR_SYSTEM ? SNS_AGAIN :
			    SNS_FAULT, "%s", err.text);
			break;
		}
		/* the same once more would be refused once more */
		if (attempt > 0 && keys_equal(&before, query.keys))
			break;
		query_do(&sns->caller, &query, &answer);
		judge(sns, &answer, reply);
		again = attempt == 0 && !answer.clock_wrong &&
		    answer.http.status >= 400 &&
		    class_of(&answer) == CLASS_CREDENTIALS &&
		    query_left_ms(&sns->caller, 1) > 0;
		query_answer_free(&answer);
		if (!again)
			break;
		keys_set(&before, slice_from(query.keys->id),
		    slice_from(query.keys->secret), query.keys->token == NULL ?
		    (struct slice){ NULL, 0 } : slice_from(query.keys->token),
		    TIME_NONE, &err);
		credentials_drop(sns->credentials);
	}
	keys_free(&before);
}

void
sns_publish(struct sns *sns, struct slice message, int64_t timeout_ms,
    bool (*stop)(void *ctx), void *ctx, struct sns_reply *reply)
{
	struct error err;
	struct buf body;

	*reply = (struct sns_reply){ .outcome = SNS_AGAIN, .after_ms = -1 };
	sns->caller.http = sns->http;
	sns->caller.deadline_ms = time_clock_ms() + timeout_ms;
	sns->caller.stop = stop;
	sns->caller.ctx = ctx;
	if (settle(sns, &err) == -1) {
		say(reply, SNS_FAULT, "%s", err.text);
		return;
	}
	buf_init(&body, BUF_NO_LIMIT);
	sns_body(sns, &body, message);
	publish(sns, buf_slice(&body), reply);
	buf_free(&body);
}
