/* envelope.c -- the fields of AWS's JSON documents to records (formats.md 1.5, 2, 4, 5).
 * SPDX-License-Identifier: MIT */
#include "input/envelope.h"

#include <string.h>

#include "base/ascii.h"
#include "input/base64.h"
#include "input/envelope_doc.h"
#include "input/insights.h"

/* `arn:aws:logs:REGION:ACCOUNT:log-group:NAME:*`, `ACCOUNT:NAME` or `NAME`. */
static void
group_of(struct slice identifier, struct origin *origin)
{
	struct slice part[7];
	size_t count = 0;

	while (count < 6) {
		const char *colon = identifier.len == 0 ? NULL :
		    memchr(identifier.data, ':', identifier.len);

		if (colon == NULL)
			break;
		part[count] = slice_cut(identifier, 0,
		    (size_t)(colon - identifier.data));
		identifier = slice_cut(identifier, part[count].len + 1,
		    identifier.len);
		count++;
	}
	part[count++] = identifier;
	if (count == 7 && slice_is(part[0], "arn")) {
		origin->region = part[3];
		origin->account = part[4];
		origin->group = part[6];
		if (slice_ends(origin->group, ":*"))
			origin->group.len -= 2;
	} else if (count == 2) {
		origin->account = part[0];
		origin->group = part[1];
	} else if (count == 1) {
		origin->group = part[0];
	}
}

/* The message at node as a record. */
static void
message_record(const struct doc *doc, uint32_t node, int64_t time_ms,
    const struct origin *origin)
{
	const struct json_node *message = &doc->json->nodes[node];
	struct record record = { .offset = doc->at + message->start,
	    .len = message->len, .time_ms = time_ms,
	    .escaped = message->escaped };

	if (message->type != JSON_STRING) {
		frame_lost_line(doc->frame, record.offset, 1);
		return;
	}
	if (time_ms == TIME_NONE) {
		struct slice text = doc_body(doc, node);

		if (message->escaped) {
			buf_clear(&doc->frame->scratch);
			json_decode(&doc->frame->scratch, text);
			text = buf_slice(&doc->frame->scratch);
		}
		record.time_ms = frame_time(doc->frame, text);
	}
	frame_record(doc->frame, &record, origin);
}

/* An element that is a message as it stands. */
static void
bare_record(const struct doc *doc, uint32_t node)
{
	struct origin origin = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 },
	    { NULL, 0 } };
	struct slice text = doc_body(doc, node);
	struct record record = {
	    .offset = doc->at + doc->json->nodes[node].start,
	    .len = text.len };

	record.time_ms = frame_time(doc->frame, text);
	frame_record(doc->frame, &record, &origin);
}

/* An element that is a document of its own. */
static void
nest_element(const struct doc *doc, uint32_t node)
{
	struct input *input = doc->frame->input;

	frame_hand_on(doc->frame);
	input->chain[input->depth - 1] = "JSON list";
	input->nest(input, doc_body(doc, node), doc->frame->base + doc->at +
	    doc->json->nodes[node].start, TIME_NONE);
	input->chain[input->depth - 1] = NULL;
}

/* One of a list of objects: a message, or an answer, or what some Lambda was given. */
static void
object_element(const struct doc *doc, uint32_t node)
{
	static const struct slice keys[] = { SLICE("awslogs"),
	    SLICE("logEvents"), SLICE("Records"), SLICE("records"),
	    SLICE("TopicArn"), SLICE("sessionUpdate"), SLICE("events"),
	    SLICE("results"), SLICE("Messages"), SLICE("Events"),
	    SLICE("Message"), SLICE("executions"), SLICE("MetricAlarms"),
	    SLICE("AlarmHistoryItems"), SLICE("jobs"), SLICE("jobSummaryList"),
	    SLICE("tasks"), SLICE("JobRuns"), SLICE("builds"),
	    SLICE("logRecord"), SLICE("logGroups"), SLICE("logStreams") };
	enum { COUNT = sizeof keys / sizeof keys[0] };
	uint32_t value[COUNT] = { 0 };

	/* asked of every element */
	if (doc->json->nodes[node].type == JSON_OBJECT)
		json_members(doc->json, doc->text, node, keys, value, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		if (value[i] != 0) {
			nest_element(doc, node);
			return;
		}
	}
	bare_record(doc, node);
}

/* What an event has, as far as it says anything to us. */
enum event_key {
	MESSAGE,
	TIMESTAMP,
	STREAM,
	GROUP,
	GROUP_NAME,
	FIELDS,
	EVENT_KEYS,
};

/* events[], logEvents[] and sessionResults[] elements.  origin: what the document
 * says of all of them. */
static void
event_element(const struct doc *doc, uint32_t node, struct origin origin,
    struct buf *names)
{
	static const struct slice keys[EVENT_KEYS] = {
	    [MESSAGE] = SLICE("message"), [TIMESTAMP] = SLICE("timestamp"),
	    [STREAM] = SLICE("logStreamName"),
	    [GROUP] = SLICE("logGroupIdentifier"),
	    [GROUP_NAME] = SLICE("logGroupName"),
	    [FIELDS] = SLICE("extractedFields") };
	uint32_t value[EVENT_KEYS] = { 0 };

	/* asked of every record */
	if (doc->json->nodes[node].type == JSON_OBJECT)
		json_members(doc->json, doc->text, node, keys, value,
		    EVENT_KEYS);
	if (value[MESSAGE] == 0) {
		frame_lost_line(doc->frame,
		    doc->at + doc->json->nodes[node].start, 1);
		return;
	}
	if (value[STREAM] != 0)
		origin.stream = doc_string(doc, value[STREAM], names);
	if (value[GROUP] != 0)
		group_of(doc_string(doc, value[GROUP], names), &origin);
	else if (value[GROUP_NAME] != 0)
		origin.group = doc_string(doc, value[GROUP_NAME], names);
	if (doc_is(doc, value[FIELDS], JSON_OBJECT)) {
		uint32_t account = doc_member(doc, value[FIELDS],
		    "@aws.account");
		uint32_t region = doc_member(doc, value[FIELDS],
		    "@aws.region");

		if (account != 0)
			origin.account = doc_string(doc, account, names);
		if (region != 0)
			origin.region = doc_string(doc, region, names);
	}
	message_record(doc, value[MESSAGE],
	    doc_time(doc, value[TIMESTAMP]), &origin);
}

/* A row of Insights: a list of field and value, or the console's object. */
static void
insights_element(const struct doc *doc, uint32_t node, struct buf *names)
{
	const struct json_node *nodes = doc->json->nodes;
	struct insights_row row = { 0 };
	uint32_t fields = doc_member(doc, node, "fields");
	bool escaped = false;

	if (doc_is(doc, fields, JSON_ARRAY))
		node = fields;		/* as the console itself asks for them */

	for (uint32_t i = node + 1; i < nodes[node].next; i = nodes[i].next) {
		uint32_t name = i, value = i + 1;
		size_t field;

		if (nodes[node].type == JSON_ARRAY) {
			name = doc_member(doc, i, "field");
			value = doc_member(doc, i, "value");
			if (name == 0 || value == 0)
				continue;
		} else {
			i = value;
		}
		field = insights_field(doc_body(doc, name));
		if (field == INSIGHTS_FIELDS)
			continue;
		row.has[field] = true;
		if (field == INSIGHTS_MESSAGE) {
			row.value[field] = doc_body(doc, value);
			escaped = nodes[value].escaped;
		} else {
			row.value[field] = nodes[value].type == JSON_STRING ?
			    doc_string(doc, value, names) : doc_body(doc, value);
		}
	}
	insights_record(doc->frame, &row, doc->at + nodes[node].start,
	    escaped);
}

/* [timestamp, ..., message] as JSON: the last string is the message, the one before
 * it the stream, the first number the time. */
static void
columns_element(const struct doc *doc, uint32_t node, struct buf *names)
{
	const struct json_node *nodes = doc->json->nodes;
	struct origin origin = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 },
	    { NULL, 0 } };
	uint32_t message = 0, stream = 0, time = 0;

	for (uint32_t i = node + 1; i < nodes[node].next; i = nodes[i].next) {
		if (time == 0 && nodes[i].type == JSON_NUMBER)
			time = i;
		if (nodes[i].type != JSON_STRING)
			continue;
		stream = message;
		message = i;
	}
	if (message == 0) {
		frame_lost_line(doc->frame, doc->at + nodes[node].start, 1);
		return;
	}
	origin.stream = doc_string(doc, stream, names);
	message_record(doc, message, doc_time(doc, time), &origin);
}

/* Records[] and records[]: Kinesis, Firehose, SNS, SQS, CloudTrail. */
static void
record_element(const struct doc *doc, uint32_t node)
{
	static const char *const data_keys[] = { "Data", "data" };
	static const char *const arrival_keys[] = {
	    "ApproximateArrivalTimestamp", "approximateArrivalTimestamp" };
	uint32_t inner;

	for (size_t i = 0; i < 2; i++) {
		inner = doc_member(doc, node, data_keys[i]);
		if (inner != 0) {
			doc_nest(doc, inner, doc_time(doc, doc_member(doc, node,
			    arrival_keys[i])), true, "JSON data (base64)");
			return;
		}
	}
	inner = doc_member(doc, node, "kinesis");
	if (doc_is(doc, inner, JSON_OBJECT)) {
		doc_nest(doc, doc_member(doc, inner, "data"), TIME_NONE, true,
		    "JSON kinesis.data (base64)");
		return;
	}
	inner = doc_member(doc, node, "Sns");
	if (doc_is(doc, inner, JSON_OBJECT)) {
		doc_nest(doc, doc_member(doc, inner, "Message"),
		    doc_time(doc, doc_member(doc, inner, "Timestamp")), false,
		    "JSON Sns.Message");
		return;
	}
	inner = doc_member(doc, node, "body");
	if (inner != 0) {
		doc_nest(doc, inner, TIME_NONE, false, "JSON body");
		return;
	}
	frame_is(doc->frame, SHAPE_EVENT, ESCAPING_NONE);
	bare_record(doc, node);
}

/* What a subscription payload says of all its events. */
static void
subscription_origin(const struct doc *doc, struct origin *origin,
    struct buf *names)
{
	uint32_t group = doc_member(doc, 0, "logGroup");
	uint32_t stream = doc_member(doc, 0, "logStream");
	uint32_t owner = doc_member(doc, 0, "owner");

	/* room for all, so that decoding one does not move another */
	buf_reserve(names, doc->json->nodes[group].len +
	    doc->json->nodes[stream].len + doc->json->nodes[owner].len + 1);
	origin->group = doc_string(doc, group, names);
	origin->stream = doc_string(doc, stream, names);
	origin->account = doc_string(doc, owner, names);
}

static enum shape
shape_of(enum envelope_kind kind)
{
	switch (kind) {
	case ENVELOPE_SUBSCRIPTION:
		return SHAPE_SUBSCRIPTION;
	case ENVELOPE_EVENTS:
	case ENVELOPE_EVENT:
		return SHAPE_EVENTS_JSON;
	case ENVELOPE_INSIGHTS:
	case ENVELOPE_INSIGHTS_CONSOLE:
	case ENVELOPE_ROW:
		return SHAPE_INSIGHTS_JSON;
	case ENVELOPE_COLUMNS:
		return SHAPE_COLUMNS;
	case ENVELOPE_MESSAGES:
		return SHAPE_MESSAGES_JSON;
	case ENVELOPE_LIVE_TAIL:
		return SHAPE_LIVE_TAIL_JSON;
	case ENVELOPE_STRING:	/* a live one stays live */
	case ENVELOPE_OBJECTS:
		return SHAPE_BARE;
	case ENVELOPE_NONE:
	case ENVELOPE_DATA:
	case ENVELOPE_BODIES:
	case ENVELOPE_RECORDS:
	case ENVELOPE_SQS:
	case ENVELOPE_AWSLOGS:
	case ENVELOPE_SNS:
	case ENVELOPE_SESSION_START:
	case ENVELOPE_FOREIGN:
		break;
	}
	return SHAPE_UNKNOWN;
}

static void
element(const struct doc *doc, const struct envelope *envelope, uint32_t node,
    const struct origin *origin, struct buf *names)
{
	switch (envelope->kind) {
	case ENVELOPE_SUBSCRIPTION:
	case ENVELOPE_EVENTS:
	case ENVELOPE_LIVE_TAIL:
		event_element(doc, node, *origin, names);
		break;
	case ENVELOPE_INSIGHTS:
	case ENVELOPE_INSIGHTS_CONSOLE:
		insights_element(doc, node, names);
		break;
	case ENVELOPE_COLUMNS:
		columns_element(doc, node, names);
		break;
	case ENVELOPE_MESSAGES:
	case ENVELOPE_STRING:
		message_record(doc, node, TIME_NONE, origin);
		break;
	case ENVELOPE_DATA:
		doc_nest(doc, node, TIME_NONE, true, "JSON string (base64)");
		break;
	case ENVELOPE_BODIES:
		doc_nest(doc, node, TIME_NONE, false, "JSON string");
		break;
	case ENVELOPE_OBJECTS:
		object_element(doc, node);
		break;
	case ENVELOPE_RECORDS:
		record_element(doc, node);
		break;
	case ENVELOPE_SQS:
		if (doc_member(doc, node, "CloudTrailEvent") != 0)
			doc_nest(doc, doc_member(doc, node, "CloudTrailEvent"),
			    TIME_NONE, false, "JSON CloudTrailEvent");
		else
			doc_nest(doc, doc_member(doc, node, "Body"), TIME_NONE,
			    false, "JSON Body");
		break;
	case ENVELOPE_EVENT:
	case ENVELOPE_ROW:
	case ENVELOPE_NONE:
	case ENVELOPE_AWSLOGS:
	case ENVELOPE_SNS:
	case ENVELOPE_SESSION_START:
	case ENVELOPE_FOREIGN:
		break;
	}
}

uint32_t
envelope_elements(struct frame *frame, const struct json *json, size_t at,
    const struct envelope *envelope, uint32_t from)
{
	struct doc doc = { frame, json, frame->chunk.bytes.data + at, at };
	const struct json_node *nodes = json->nodes;
	enum shape shape = shape_of(envelope->kind);
	struct origin origin = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 },
	    { NULL, 0 } };
	struct buf names, own;
	bool control = false;
	uint32_t end, i;

	buf_init(&names, BUF_NO_LIMIT);
	buf_init(&own, BUF_NO_LIMIT);
	if (shape != SHAPE_UNKNOWN)
		frame_is(frame, shape, envelope->kind == ENVELOPE_OBJECTS ?
		    ESCAPING_NONE : ESCAPING_JSON);
	if (envelope->kind == ENVELOPE_SUBSCRIPTION) {
		control = doc_is_control(&doc, &own);
		subscription_origin(&doc, &origin, &names);
	}
	end = nodes[envelope->array].next != JSON_OPEN ?
	    nodes[envelope->array].next : (uint32_t)json->count;
	for (i = from; i < end && nodes[i].next != JSON_OPEN;
	    i = nodes[i].next) {
		if (control) {
			frame->input->coverage->skipped++;
			continue;
		}
		buf_clear(&own);
		buf_reserve(&own, nodes[i].len + 1);
		element(&doc, envelope, i, &origin, &own);
	}
	buf_free(&own);
	buf_free(&names);
	return i;
}

void
envelope_lone(const struct doc *doc, enum envelope_kind kind)
{
	struct origin origin = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 },
	    { NULL, 0 } };
	struct buf names;

	buf_init(&names, BUF_NO_LIMIT);
	buf_reserve(&names, doc->json->used);
	frame_is(doc->frame, shape_of(kind), ESCAPING_JSON);
	if (kind == ENVELOPE_EVENT)
		event_element(doc, 0, origin, &names);
	else	/* get-log-record has it in a member */
		insights_element(doc, doc_member(doc, 0, "logRecord"), &names);
	buf_free(&names);
}
