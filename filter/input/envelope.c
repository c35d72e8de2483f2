/* envelope.c -- the fields of AWS's JSON documents to records (formats.md 1.5, 2, 4, 5).
 * SPDX-License-Identifier: MIT */
#include "input/envelope.h"

#include <string.h>

#include "input/base64.h"
#include "input/insights.h"

#define NOTHING UINT32_MAX

/* A document with what is needed to look into it. */
struct doc {
	struct frame *frame;
	const struct json *json;
	const char *text;	/* of the document */
	size_t at;		/* where it begins in the chunk's bytes */
};

static struct slice
body(const struct doc *doc, uint32_t node)
{
	return json_text(&doc->json->nodes[node], doc->text);
}

static uint32_t
member(const struct doc *doc, uint32_t object, const char *key)
{
	if (doc->json->nodes[object].type != JSON_OBJECT)
		return 0;
	return json_member(doc->json, doc->text, object, slice_from(key));
}

static bool
is_type(const struct doc *doc, uint32_t node, enum json_type type)
{
	return node != 0 && doc->json->nodes[node].type == type;
}

/* ---- which kind ---- */

enum key {
	KEY_MESSAGE_TYPE = 1 << 0,
	KEY_LOG_EVENTS = 1 << 1,
	KEY_EVENTS = 1 << 2,
	KEY_RESULTS = 1 << 3,
	KEY_STATUS = 1 << 4,
	KEY_RECORDS = 1 << 5,
	KEY_MESSAGES = 1 << 6,
	KEY_AWSLOGS = 1 << 7,
	KEY_TYPE = 1 << 8,
	KEY_MESSAGE = 1 << 9,
	KEY_SESSION_UPDATE = 1 << 10,
	KEY_SESSION_START = 1 << 11,
	KEY_FOREIGN = 1 << 12,
	KEY_DETAIL_TYPE = 1 << 13,
	KEY_SOURCE = 1 << 14,
	KEY_ALARM_NAME = 1 << 15,
	KEY_NEW_STATE = 1 << 16,
	KEY_EVENT_SOURCE = 1 << 17,
	KEY_EVENT_NAME = 1 << 18,
	KEY_TOPIC = 1 << 19,
};

static const struct {
	const char *name;
	unsigned key;
} keys[] = {
	{ "messageType", KEY_MESSAGE_TYPE },
	{ "logEvents", KEY_LOG_EVENTS },
	{ "events", KEY_EVENTS },
	{ "results", KEY_RESULTS },
	{ "status", KEY_STATUS },
	{ "statistics", KEY_STATUS },
	{ "Records", KEY_RECORDS },
	{ "records", KEY_RECORDS },
	{ "Messages", KEY_MESSAGES },
	{ "awslogs", KEY_AWSLOGS },
	{ "Type", KEY_TYPE },
	{ "Message", KEY_MESSAGE },
	{ "TopicArn", KEY_TOPIC },
	{ "sessionUpdate", KEY_SESSION_UPDATE },
	{ "sessionStart", KEY_SESSION_START },
	{ "logGroups", KEY_FOREIGN },
	{ "logStreams", KEY_FOREIGN },
	{ "metricFilters", KEY_FOREIGN },
	{ "queryId", KEY_FOREIGN },
	{ "detail-type", KEY_DETAIL_TYPE },
	{ "source", KEY_SOURCE },
	{ "AlarmName", KEY_ALARM_NAME },
	{ "NewStateValue", KEY_NEW_STATE },
	{ "eventSource", KEY_EVENT_SOURCE },
	{ "eventName", KEY_EVENT_NAME },
};

/* The known keys of the root object; of those that hold the elements, the value. */
static unsigned
root_keys(const struct doc *doc, uint32_t *array)
{
	const struct json *json = doc->json;
	unsigned found = 0;

	*array = NOTHING;
	for (uint32_t i = 1; i < json->count;) {
		struct slice name = body(doc, i);
		uint32_t value = i + 1;
		bool there = value < json->count;

		for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
			if (!slice_is(name, keys[k].name))
				continue;
			found |= keys[k].key;
			if ((keys[k].key & (KEY_LOG_EVENTS | KEY_EVENTS |
			    KEY_RESULTS | KEY_RECORDS | KEY_MESSAGES)) != 0 &&
			    there && json->nodes[value].type == JSON_ARRAY)
				*array = value;
		}
		if (!there || json->nodes[value].next == JSON_OPEN)
			break;
		i = json->nodes[value].next;
	}
	return found;
}

static bool
has(unsigned found, unsigned wanted)
{
	return (found & wanted) == wanted;
}

/* The first element of an array, 0 while there is none. */
static uint32_t
first_element(const struct json *json, uint32_t array)
{
	return array != NOTHING && array + 1 < json->count &&
	    json->nodes[array].next != array + 1 ? array + 1 : 0;
}

/* A list by its first element: the answer to some --query, or the console's. */
static enum envelope_kind
list_kind(const struct doc *doc, uint32_t array)
{
	uint32_t first = first_element(doc->json, array);
	uint32_t inner;

	if (first == 0)
		return ENVELOPE_NONE;
	switch ((enum json_type)doc->json->nodes[first].type) {
	case JSON_STRING:
		return ENVELOPE_MESSAGES;
	case JSON_OBJECT:
		if (member(doc, first, "message") != 0 &&
		    member(doc, first, "timestamp") != 0)
			return ENVELOPE_EVENTS;
		if (member(doc, first, "@message") != 0 ||
		    member(doc, first, "@timestamp") != 0)
			return ENVELOPE_INSIGHTS_CONSOLE;
		return ENVELOPE_OBJECTS;
	case JSON_ARRAY:
		inner = first_element(doc->json, first);
		if (inner == 0)
			return ENVELOPE_NONE;
		if (doc->json->nodes[inner].type == JSON_OBJECT)
			return member(doc, inner, "field") != 0 ?
			    ENVELOPE_INSIGHTS : ENVELOPE_NONE;
		if (doc->json->nodes[inner].type == JSON_NUMBER &&
		    doc->json->nodes[inner].len == 13)
			return ENVELOPE_COLUMNS;
		return ENVELOPE_NONE;
	case JSON_NULL:
	case JSON_FALSE:
	case JSON_TRUE:
	case JSON_NUMBER:
		break;
	}
	return ENVELOPE_NONE;
}

struct envelope
envelope_find(const struct json *json, const char *text, bool at_start)
{
	struct doc doc = { .json = json, .text = text };
	struct envelope envelope = { ENVELOPE_NONE, NOTHING, false };
	unsigned found;
	uint32_t first;

	if (json->count == 0)
		return envelope;
	if (json->nodes[0].type == JSON_ARRAY) {
		envelope.array = 0;
		envelope.kind = list_kind(&doc, 0);
		if ((envelope.kind == ENVELOPE_MESSAGES ||
		    envelope.kind == ENVELOPE_OBJECTS) && !at_start)
			envelope.kind = ENVELOPE_NONE;
		return envelope;
	}
	if (json->nodes[0].type != JSON_OBJECT)
		return envelope;
	found = root_keys(&doc, &envelope.array);
	first = first_element(json, envelope.array);
	if (has(found, KEY_MESSAGE_TYPE) &&
	    (has(found, KEY_LOG_EVENTS) || json->nodes[0].next == JSON_OPEN))
		envelope.kind = ENVELOPE_SUBSCRIPTION;
	else if (has(found, KEY_LOG_EVENTS) && envelope.array != NOTHING)
		envelope.kind = ENVELOPE_SUBSCRIPTION;
	else if (has(found, KEY_AWSLOGS))
		envelope.kind = ENVELOPE_AWSLOGS;
	else if (has(found, KEY_EVENTS) && envelope.array != NOTHING &&
	    (first == 0 || member(&doc, first, "message") != 0 ||
	    json->nodes[first].next == JSON_OPEN))
		envelope.kind = ENVELOPE_EVENTS;
	else if (has(found, KEY_RESULTS) && envelope.array != NOTHING &&
	    (has(found, KEY_STATUS) ||
	    list_kind(&doc, envelope.array) == ENVELOPE_INSIGHTS))
		envelope.kind = ENVELOPE_INSIGHTS;
	else if (has(found, KEY_RECORDS) && envelope.array != NOTHING &&
	    (first == 0 || json->nodes[first].type == JSON_OBJECT))
		envelope.kind = ENVELOPE_RECORDS;
	else if (has(found, KEY_MESSAGES) && first != 0 &&
	    member(&doc, first, "Body") != 0)
		envelope.kind = ENVELOPE_SQS;
	else if (has(found, KEY_TYPE | KEY_MESSAGE | KEY_TOPIC))
		envelope.kind = ENVELOPE_SNS;
	else if (has(found, KEY_SESSION_UPDATE))
		envelope.kind = ENVELOPE_LIVE_TAIL;
	else if (has(found, KEY_SESSION_START))
		envelope.kind = ENVELOPE_SESSION_START;
	else if (has(found, KEY_FOREIGN) && at_start)
		envelope.kind = ENVELOPE_FOREIGN;
	envelope.event = has(found, KEY_DETAIL_TYPE | KEY_SOURCE) ||
	    has(found, KEY_ALARM_NAME | KEY_NEW_STATE) ||
	    has(found, KEY_EVENT_SOURCE | KEY_EVENT_NAME);
	return envelope;
}

/* ---- elements ---- */

static int64_t
time_of(const struct doc *doc, uint32_t node)
{
	struct slice text;
	int64_t ms;

	if (node == 0)
		return TIME_NONE;
	text = body(doc, node);
	if (time_read_millis(text, &ms) > 0 ||
	    time_read_rfc3339(text, &ms) > 0)
		return ms;
	return TIME_NONE;
}

/* A string member, decoded: a slice of the document or of out. */
static struct slice
string_of(const struct doc *doc, uint32_t node, struct buf *out)
{
	struct slice text;
	size_t from = out->len;

	if (!is_type(doc, node, JSON_STRING))
		return (struct slice){ NULL, 0 };
	text = body(doc, node);
	if (!doc->json->nodes[node].escaped)
		return text;
	json_decode(out, text);
	return (struct slice){ out->data + from, out->len - from };
}

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
		struct slice text = body(doc, node);

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
	struct slice text = body(doc, node);
	struct record record = {
	    .offset = doc->at + doc->json->nodes[node].start,
	    .len = text.len };

	record.time_ms = frame_time(doc->frame, text);
	frame_record(doc->frame, &record, &origin);
}

/* what: for who asks how the records came (source_layers). */
static void
nest(const struct doc *doc, uint32_t node, int64_t default_ms, bool encoded,
    const char *what)
{
	struct input *input = doc->frame->input;
	uint64_t at = doc->frame->base + doc->at +
	    doc->json->nodes[node].start;
	struct buf text, bytes;
	struct slice inner;

	if (!is_type(doc, node, JSON_STRING)) {
		/* what it should hold is not there */
		frame_lost_line(doc->frame, doc->at +
		    doc->json->nodes[node].start, 1);
		return;
	}
	buf_init(&text, BUF_NO_LIMIT);
	buf_init(&bytes, BUF_NO_LIMIT);
	inner = string_of(doc, node, &text);
	frame_hand_on(doc->frame);
	if (encoded && !base64_decode(inner, &bytes))
		frame_problem(doc->frame, PROBLEM_DAMAGE,
		    (size_t)(at - doc->frame->base), inner.len,
		    "data that is not base64");
	input->chain[input->depth - 1] = what;
	input->nest(input, encoded ? buf_slice(&bytes) : inner, at,
	    default_ms);
	input->chain[input->depth - 1] = NULL;
	buf_free(&bytes);
	buf_free(&text);
}

/* events[], logEvents[] and sessionResults[] elements.  origin: what the document
 * says of all of them. */
static void
event_element(const struct doc *doc, uint32_t node, struct origin origin,
    struct buf *names)
{
	uint32_t message = member(doc, node, "message");
	uint32_t stream = member(doc, node, "logStreamName");
	uint32_t group = member(doc, node, "logGroupIdentifier");
	uint32_t fields = member(doc, node, "extractedFields");

	if (message == 0) {
		frame_lost_line(doc->frame,
		    doc->at + doc->json->nodes[node].start, 1);
		return;
	}
	if (stream != 0)
		origin.stream = string_of(doc, stream, names);
	if (group != 0)
		group_of(string_of(doc, group, names), &origin);
	if (is_type(doc, fields, JSON_OBJECT)) {
		uint32_t account = member(doc, fields, "@aws.account");
		uint32_t region = member(doc, fields, "@aws.region");

		if (account != 0)
			origin.account = string_of(doc, account, names);
		if (region != 0)
			origin.region = string_of(doc, region, names);
	}
	message_record(doc, message,
	    time_of(doc, member(doc, node, "timestamp")), &origin);
}

/* A row of Insights: a list of field and value, or the console's object. */
static void
insights_element(const struct doc *doc, uint32_t node, struct buf *names)
{
	const struct json_node *nodes = doc->json->nodes;
	struct insights_row row = { 0 };
	bool escaped = false;

	for (uint32_t i = node + 1; i < nodes[node].next; i = nodes[i].next) {
		uint32_t name = i, value = i + 1;
		size_t field;

		if (nodes[node].type == JSON_ARRAY) {
			name = member(doc, i, "field");
			value = member(doc, i, "value");
			if (name == 0 || value == 0)
				continue;
		} else {
			i = value;
		}
		field = insights_field(body(doc, name));
		if (field == INSIGHTS_FIELDS)
			continue;
		row.has[field] = true;
		if (field == INSIGHTS_MESSAGE) {
			row.value[field] = body(doc, value);
			escaped = nodes[value].escaped;
		} else {
			row.value[field] = nodes[value].type == JSON_STRING ?
			    string_of(doc, value, names) : body(doc, value);
		}
	}
	insights_record(doc->frame, &row, doc->at + nodes[node].start,
	    escaped);
}

/* [timestamp, ..., message] as JSON: the last string is the message, the one before
 * it the stream. */
static void
columns_element(const struct doc *doc, uint32_t node, struct buf *names)
{
	const struct json_node *nodes = doc->json->nodes;
	struct origin origin = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 },
	    { NULL, 0 } };
	uint32_t message = 0, stream = 0;

	for (uint32_t i = node + 1; i < nodes[node].next; i = nodes[i].next) {
		if (nodes[i].type != JSON_STRING)
			continue;
		stream = message;
		message = i;
	}
	if (message == 0) {
		frame_lost_line(doc->frame, doc->at + nodes[node].start, 1);
		return;
	}
	origin.stream = string_of(doc, stream, names);
	message_record(doc, message, time_of(doc, node + 1), &origin);
}

/* Records[] and records[]: Kinesis, Firehose, SNS, SQS, CloudTrail. */
static void
record_element(const struct doc *doc, uint32_t node)
{
	static const char *const data_keys[] = { "Data", "data" };
	uint32_t inner;

	for (size_t i = 0; i < 2; i++) {
		inner = member(doc, node, data_keys[i]);
		if (inner != 0) {
			nest(doc, inner, TIME_NONE, true,
			    "JSON data (base64)");
			return;
		}
	}
	inner = member(doc, node, "kinesis");
	if (is_type(doc, inner, JSON_OBJECT)) {
		nest(doc, member(doc, inner, "data"), TIME_NONE, true,
		    "JSON kinesis.data (base64)");
		return;
	}
	inner = member(doc, node, "Sns");
	if (is_type(doc, inner, JSON_OBJECT)) {
		nest(doc, member(doc, inner, "Message"),
		    time_of(doc, member(doc, inner, "Timestamp")), false,
		    "JSON Sns.Message");
		return;
	}
	inner = member(doc, node, "body");
	if (inner != 0) {
		nest(doc, inner, TIME_NONE, false, "JSON body");
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
	uint32_t group = member(doc, 0, "logGroup");
	uint32_t stream = member(doc, 0, "logStream");
	uint32_t owner = member(doc, 0, "owner");

	/* room for all, so that decoding one does not move another */
	buf_reserve(names, doc->json->nodes[group].len +
	    doc->json->nodes[stream].len + doc->json->nodes[owner].len + 1);
	origin->group = string_of(doc, group, names);
	origin->stream = string_of(doc, stream, names);
	origin->account = string_of(doc, owner, names);
}

/* Kinesis and Firehose are asked whether they are there (formats.md 4.1). */
static bool
is_control(const struct doc *doc, struct buf *names)
{
	return slice_is(string_of(doc, member(doc, 0, "messageType"), names),
	    "CONTROL_MESSAGE");
}

static enum shape
shape_of(enum envelope_kind kind)
{
	switch (kind) {
	case ENVELOPE_SUBSCRIPTION:
		return SHAPE_SUBSCRIPTION;
	case ENVELOPE_EVENTS:
		return SHAPE_EVENTS_JSON;
	case ENVELOPE_INSIGHTS:
	case ENVELOPE_INSIGHTS_CONSOLE:
		return SHAPE_INSIGHTS_JSON;
	case ENVELOPE_COLUMNS:
		return SHAPE_COLUMNS;
	case ENVELOPE_MESSAGES:
		return SHAPE_MESSAGES_JSON;
	case ENVELOPE_LIVE_TAIL:
		return SHAPE_LIVE_TAIL_JSON;
	case ENVELOPE_OBJECTS:
		return SHAPE_BARE;
	case ENVELOPE_NONE:
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
		message_record(doc, node, TIME_NONE, origin);
		break;
	case ENVELOPE_OBJECTS:
		bare_record(doc, node);
		break;
	case ENVELOPE_RECORDS:
		record_element(doc, node);
		break;
	case ENVELOPE_SQS:
		nest(doc, member(doc, node, "Body"), TIME_NONE, false,
		    "JSON Body");
		break;
	case ENVELOPE_NONE:
	case ENVELOPE_AWSLOGS:
	case ENVELOPE_SNS:
	case ENVELOPE_SESSION_START:
	case ENVELOPE_FOREIGN:
		break;
	}
}

static uint32_t
elements(const struct doc *doc, const struct envelope *envelope,
    uint32_t from)
{
	const struct json_node *nodes = doc->json->nodes;
	struct frame *frame = doc->frame;
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
		control = is_control(doc, &own);
		subscription_origin(doc, &origin, &names);
	}
	end = nodes[envelope->array].next != JSON_OPEN ?
	    nodes[envelope->array].next : (uint32_t)doc->json->count;
	for (i = from; i < end && nodes[i].next != JSON_OPEN;
	    i = nodes[i].next) {
		if (control) {
			frame->input->coverage->skipped++;
			continue;
		}
		buf_clear(&own);
		buf_reserve(&own, nodes[i].len + 1);
		element(doc, envelope, i, &origin, &own);
	}
	buf_free(&own);
	buf_free(&names);
	return i;
}

uint32_t
envelope_elements(struct frame *frame, const struct json *json, size_t at,
    const struct envelope *envelope, uint32_t from)
{
	struct doc doc = { frame, json, frame->chunk.bytes.data + at, at };

	return elements(&doc, envelope, from);
}

/* ---- the rest ---- */

static void
partial(const struct doc *doc, const char *why)
{
	frame_problem(doc->frame, PROBLEM_PARTIAL, doc->at, 0, "%s", why);
}

static void
live_tail(const struct doc *doc, uint32_t update)
{
	uint32_t meta = member(doc, update, "sessionMetadata");
	uint32_t results = member(doc, update, "sessionResults");
	struct envelope inner = { ENVELOPE_LIVE_TAIL, results, false };

	if (is_type(doc, results, JSON_ARRAY))
		elements(doc, &inner, results + 1);
	if (is_type(doc, meta, JSON_OBJECT) &&
	    is_type(doc, member(doc, meta, "sampled"), JSON_TRUE))
		partial(doc, "AWS sent a sample of the events (sampled:true)");
}

void
envelope_rest(struct frame *frame, const struct json *json, size_t at,
    const struct envelope *envelope)
{
	struct doc doc = { frame, json, frame->chunk.bytes.data + at, at };
	uint32_t token, status;
	struct buf names;

	switch (envelope->kind) {
	case ENVELOPE_SUBSCRIPTION:
		buf_init(&names, BUF_NO_LIMIT);
		if (first_element(json, envelope->array) == 0 &&
		    is_control(&doc, &names))
			frame->input->coverage->skipped++;
		buf_free(&names);
		break;
	case ENVELOPE_EVENTS:
	case ENVELOPE_INSIGHTS:
		if (json->nodes[0].type != JSON_OBJECT)
			break;
		token = member(&doc, 0, "nextToken");
		if (is_type(&doc, token, JSON_STRING) &&
		    json->nodes[token].len > 0)
			partial(&doc, "the answer goes on: it has a nextToken");
		status = member(&doc, 0, "status");
		if (envelope->kind == ENVELOPE_INSIGHTS &&
		    is_type(&doc, status, JSON_STRING) &&
		    !insights_is_complete(body(&doc, status)))
			frame_problem(frame, PROBLEM_PARTIAL, at, 0,
			    "the query's status is %.*s",
			    (int)(body(&doc, status).len < 60 ?
			    body(&doc, status).len : 60),
			    body(&doc, status).data);
		break;
	case ENVELOPE_AWSLOGS:
		nest(&doc, member(&doc, member(&doc, 0, "awslogs"), "data"),
		    TIME_NONE, true, "JSON awslogs.data (base64)");
		break;
	case ENVELOPE_SNS:
		nest(&doc, member(&doc, 0, "Message"),
		    time_of(&doc, member(&doc, 0, "Timestamp")), false,
		    "JSON Message");
		break;
	case ENVELOPE_LIVE_TAIL:
		live_tail(&doc, member(&doc, 0, "sessionUpdate"));
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
	case ENVELOPE_OBJECTS:
	case ENVELOPE_RECORDS:
	case ENVELOPE_SQS:
	case ENVELOPE_SESSION_START:
		break;
	}
}
