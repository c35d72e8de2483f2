/* envelope_rest.c -- what an AWS document says besides its elements, and is it all.
 * SPDX-License-Identifier: MIT */
#include "input/envelope.h"

#include "input/envelope_doc.h"
#include "input/insights.h"

static void
partial(const struct doc *doc, const char *why)
{
	frame_problem(doc->frame, PROBLEM_PARTIAL, doc->at, 0, "%s", why);
}

static void
live_tail(const struct doc *doc, uint32_t update)
{
	uint32_t meta = doc_member(doc, update, "sessionMetadata");
	uint32_t results = doc_member(doc, update, "sessionResults");
	struct envelope inner = { ENVELOPE_LIVE_TAIL, results, false };

	if (doc_is(doc, results, JSON_ARRAY))
		envelope_elements(doc->frame, doc->json, doc->at, &inner,
		    results + 1);
	if (doc_is(doc, meta, JSON_OBJECT) &&
	    doc_is(doc, doc_member(doc, meta, "sampled"), JSON_TRUE))
		partial(doc, "AWS sent a sample of the events (sampled:true)");
}

/* A document around one thing. */
static void
nested(const struct doc *doc)
{
	uint32_t raw = doc_member(doc, 0, "rawData");
	uint32_t log = doc_member(doc, 0, "LogFileData");

	if (raw != 0) {
		doc_nest(doc, raw, doc_time(doc, doc_member(doc, 0,
		    "arrivalTimestamp")), true, "JSON rawData (base64)");
	} else if (log != 0) {
		doc_nest(doc, log, TIME_NONE, false, "JSON LogFileData");
		if (doc_is(doc, doc_member(doc, 0, "AdditionalDataPending"),
		    JSON_TRUE))
			partial(doc, "the answer goes on: "
			    "AdditionalDataPending is true");
	} else {
		doc_nest(doc, doc_member(doc, doc_member(doc, 0, "awslogs"),
		    "data"), TIME_NONE, true, "JSON awslogs.data (base64)");
	}
}

/* An answer that was cut short says so: the API's own token, and the one of the AWS
 * CLI under --max-items. */
static void
next_token(const struct doc *doc)
{
	static const char *const names[] = { "nextToken", "NextToken" };

	if (doc->json->nodes[0].type != JSON_OBJECT)
		return;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		uint32_t token = doc_member(doc, 0, names[i]);

		if (!doc_is(doc, token, JSON_STRING) ||
		    doc->json->nodes[token].len == 0)
			continue;
		partial(doc, "the answer goes on: it has a nextToken");
		return;
	}
}

/* describe-alarms has two lists; the other one is envelope's array. */
static void
other_alarms(const struct doc *doc, const struct envelope *envelope)
{
	static const char *const names[] = { "MetricAlarms", "CompositeAlarms" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct envelope other = { ENVELOPE_RECORDS,
		    doc_member(doc, 0, names[i]), false };

		if (other.array != envelope->array &&
		    doc_is(doc, other.array, JSON_ARRAY))
			envelope_elements(doc->frame, doc->json, doc->at,
			    &other, other.array + 1);
	}
}

void
envelope_rest(struct frame *frame, const struct json *json, size_t at,
    const struct envelope *envelope)
{
	struct doc doc = { frame, json, frame->chunk.bytes.data + at, at };
	uint32_t status;
	struct buf names;

	switch (envelope->kind) {
	case ENVELOPE_SUBSCRIPTION:
		buf_init(&names, BUF_NO_LIMIT);
		if (doc_first(&doc, envelope->array) == 0 &&
		    doc_is_control(&doc, &names))
			frame->input->coverage->skipped++;
		buf_free(&names);
		break;
	case ENVELOPE_EVENT:
	case ENVELOPE_ROW:
		envelope_lone(&doc, envelope->kind);
		break;
	case ENVELOPE_EVENTS:
	case ENVELOPE_INSIGHTS:
	case ENVELOPE_RECORDS:
		if (json->nodes[0].type != JSON_OBJECT)
			break;
		if (envelope->kind == ENVELOPE_RECORDS)
			other_alarms(&doc, envelope);
		next_token(&doc);
		status = doc_member(&doc, 0, "status");
		if (envelope->kind == ENVELOPE_INSIGHTS &&
		    doc_is(&doc, status, JSON_STRING) &&
		    !insights_is_complete(doc_body(&doc, status)))
			frame_problem(frame, PROBLEM_PARTIAL, at, 0,
			    "the query's status is %.*s",
			    (int)(doc_body(&doc, status).len < 60 ?
			    doc_body(&doc, status).len : 60),
			    doc_body(&doc, status).data);
		break;
	case ENVELOPE_AWSLOGS:
		nested(&doc);
		break;
	case ENVELOPE_SNS:
		doc_nest(&doc, doc_member(&doc, 0, "Message"),
		    doc_time(&doc, doc_member(&doc, 0, "Timestamp")), false,
		    "JSON Message");
		break;
	case ENVELOPE_LIVE_TAIL:
		live_tail(&doc, doc_member(&doc, 0, "sessionUpdate"));
		break;
	case ENVELOPE_FOREIGN:
		frame_problem(frame, PROBLEM_NOT_UNDERSTOOD, at, 0,
		    "an AWS answer that holds no log events");
		frame->input->coverage->lines_not_understood++;
		break;
	case ENVELOPE_NONE:
	case ENVELOPE_INSIGHTS_CONSOLE:
	case ENVELOPE_COLUMNS:
	case ENVELOPE_MESSAGES:
	case ENVELOPE_STRING:
	case ENVELOPE_DATA:
	case ENVELOPE_BODIES:
	case ENVELOPE_OBJECTS:
	case ENVELOPE_SESSION_START:
		break;
	case ENVELOPE_SQS:
		next_token(&doc);
		break;
	}
}
