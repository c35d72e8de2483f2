/* envelope_kind.c -- which JSON document holds records, by the keys of its root.
 * SPDX-License-Identifier: MIT */
#include "input/envelope.h"

#include <string.h>

#include "input/envelope_doc.h"

#define NOTHING UINT32_MAX

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
	KEY_EVENT_TEXT = 1 << 20,
	KEY_EVENT_TIME = 1 << 21,
	KEY_EVENT_MORE = 1 << 22,
	KEY_AT = 1 << 23,
	KEY_OTHER = 1 << 24,
	KEY_ANSWER = 1 << 25,
	KEY_EXECUTION = 1 << 26,
	KEY_LOG_RECORD = 1 << 27,
	KEY_NESTED = 1 << 28,
};

/* The members of a log event, as the API names them. */
#define EVENT_KEYS (KEY_EVENT_TEXT | KEY_EVENT_TIME | KEY_EVENT_MORE)

/* begins: as its first member, a document has it that holds records, and no message of a
 * program has it there. */
static const struct {
	const char *name;
	unsigned key;
	bool begins;
} keys[] = {
	{ "messageType", KEY_MESSAGE_TYPE, true },
	{ "logEvents", KEY_LOG_EVENTS, true },
	{ "events", KEY_EVENTS, true },
	{ "results", KEY_RESULTS, true },
	{ "status", KEY_STATUS, false },
	{ "statistics", KEY_STATUS, false },
	{ "Records", KEY_RECORDS, true },
	{ "records", KEY_RECORDS, true },
	{ "Messages", KEY_MESSAGES, true },
	{ "Events", KEY_MESSAGES, false },
	{ "awslogs", KEY_AWSLOGS, true },
	{ "Type", KEY_TYPE, false },
	{ "Message", KEY_MESSAGE, false },
	{ "TopicArn", KEY_TOPIC, false },
	{ "sessionUpdate", KEY_SESSION_UPDATE, true },
	{ "sessionStart", KEY_SESSION_START, true },
	{ "logGroups", KEY_FOREIGN, false },
	{ "logStreams", KEY_FOREIGN, false },
	{ "metricFilters", KEY_FOREIGN, false },
	{ "queryId", KEY_FOREIGN, false },
	{ "exportTasks", KEY_FOREIGN, false },
	{ "executions", KEY_ANSWER, false },
	{ "MetricAlarms", KEY_ANSWER, false },
	{ "CompositeAlarms", KEY_ANSWER, false },
	{ "AlarmHistoryItems", KEY_ANSWER, false },
	{ "jobs", KEY_ANSWER, false },
	{ "jobSummaryList", KEY_ANSWER, false },
	{ "tasks", KEY_ANSWER, false },
	{ "JobRuns", KEY_ANSWER, false },
	{ "builds", KEY_ANSWER, false },
	{ "executionArn", KEY_EXECUTION, false },
	{ "logRecord", KEY_LOG_RECORD, false },
	{ "JobRun", KEY_FOREIGN, false },
	{ "QueryExecution", KEY_FOREIGN, false },
	{ "rawData", KEY_NESTED, false },
	{ "LogFileData", KEY_NESTED, false },
	{ "detail-type", KEY_DETAIL_TYPE, false },
	{ "source", KEY_SOURCE, false },
	{ "AlarmName", KEY_ALARM_NAME, false },
	{ "NewStateValue", KEY_NEW_STATE, false },
	{ "eventSource", KEY_EVENT_SOURCE, false },
	{ "eventName", KEY_EVENT_NAME, false },
	{ "message", KEY_EVENT_TEXT, false },
	{ "timestamp", KEY_EVENT_TIME, false },
	{ "eventId", KEY_EVENT_MORE, false },
	{ "id", KEY_EVENT_MORE, false },
	{ "ingestionTime", KEY_EVENT_MORE, false },
	{ "logStreamName", KEY_EVENT_MORE, true },
	{ "logGroupName", KEY_EVENT_MORE, false },
	{ "logGroupIdentifier", KEY_EVENT_MORE, false },
	{ "extractedFields", KEY_EVENT_MORE, false },
	{ "@timestamp", KEY_AT, false },
	{ "@message", KEY_AT, false },
	{ "searchedLogStreams", KEY_OTHER, true },
	{ "invocationId", KEY_OTHER, true },
};

bool
envelope_begins(struct slice text)
{
	size_t end;

	if (!slice_starts(text, "{"))
		return false;
	do {
		text = slice_cut(text, 1, text.len);
	} while (text.len > 0 && strchr(" \r\n\t", text.data[0]) != NULL);
	if (!slice_starts(text, "\""))
		return false;
	text = slice_cut(text, 1, text.len);
	end = slice_find(text, slice_from("\""));
	if (end == SIZE_MAX)
		return false;
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (keys[i].begins && slice_is(slice_cut(text, 0, end), keys[i].name))
			return true;
	return false;
}

/* The known keys of the root object; of those that hold the elements, the value. */
static unsigned
root_keys(const struct doc *doc, uint32_t *array)
{
	const struct json *json = doc->json;
	unsigned found = 0;

	*array = NOTHING;
	for (uint32_t i = 1; i < json->count;) {
		struct slice name = doc_body(doc, i);
		uint32_t value = i + 1;
		bool there = value < json->count;
		bool known = false;

		for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
			if (!slice_is(name, keys[k].name))
				continue;
			known = true;
			found |= keys[k].key;
			if ((keys[k].key & (KEY_LOG_EVENTS | KEY_EVENTS |
			    KEY_RESULTS | KEY_RECORDS | KEY_MESSAGES |
			    KEY_ANSWER)) != 0 &&
			    there && json->nodes[value].type == JSON_ARRAY &&
			    (keys[k].key != KEY_ANSWER ||
			    doc_first(doc, *array) == 0))
				*array = value;
		}
		if (!known)
			found |= KEY_OTHER;
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

static bool
has_any(const struct doc *doc, uint32_t object, const char *const *names,
    size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (doc_member(doc, object, names[i]) != 0)
			return true;
	return false;
}

/* What the AWS CLI answers to how something went: each element is a record that rules
 * know (rules/answers.rules). */
static bool
is_answer(const struct doc *doc, uint32_t first)
{
	static const char *const names[] = { "executionArn", "AlarmArn",
	    "HistoryItemType", "jobArn", "taskArn", "JobRunState",
	    "buildStatus" };

	return has_any(doc, first, names, sizeof names / sizeof names[0]);
}

/* Any other answer of the AWS CLI, by its look: an object over many lines with nothing
 * but lists and objects in it, and an ARN in one of them. */
static bool
is_other_answer(const struct doc *doc)
{
	const struct json *json = doc->json;
	bool arn = false;

	if (!slice_starts((struct slice){ doc->text, json->used }, "{\n") &&
	    !slice_starts((struct slice){ doc->text, json->used }, "{\r\n"))
		return false;
	if (json->nodes[0].next == JSON_OPEN)
		return false;
	for (uint32_t i = 1; i < json->count; i = json->nodes[i + 1].next)
		if (json->nodes[i + 1].type != JSON_ARRAY &&
		    json->nodes[i + 1].type != JSON_OBJECT &&
		    !slice_is(doc_body(doc, i), "nextToken") &&
		    !slice_is(doc_body(doc, i), "NextToken"))
			return false;
	for (uint32_t i = 1; i < json->count && !arn; i++)
		arn = json->nodes[i].type == JSON_STRING &&
		    slice_starts(doc_body(doc, i), "arn:aws");
	return arn;
}

/* What Firehose could not deliver, and a part of a log file of RDS. */
static bool
is_nested(const struct doc *doc)
{
	static const char *const failed[] = { "attemptsMade", "errorCode" };
	static const char *const portion[] = { "Marker",
	    "AdditionalDataPending" };

	return (doc_is(doc, doc_member(doc, 0, "rawData"), JSON_STRING) &&
	    has_any(doc, 0, failed, 2)) ||
	    (doc_is(doc, doc_member(doc, 0, "LogFileData"), JSON_STRING) &&
	    has_any(doc, 0, portion, 2));
}

/* Milliseconds, as AWS writes them. */
static bool
is_millis(const struct doc *doc, uint32_t node)
{
	return doc_is(doc, node, JSON_NUMBER) &&
	    doc->json->nodes[node].len == 13;
}

/* A log event of the API, perhaps under a --query of some of its members: not a
 * program's own object, which says its level beside its message. */
static bool
is_event(const struct doc *doc, uint32_t node)
{
	static const char *const levels[] = { "level", "severity", "log_level",
	    "levelname", "lvl" };

	return doc_is(doc, doc_member(doc, node, "message"), JSON_STRING) &&
	    is_millis(doc, doc_member(doc, node, "timestamp")) &&
	    !has_any(doc, node, levels, sizeof levels / sizeof levels[0]);
}

/* A row of Insights as an object.  Loggers that write @message (hclog, logstash) have
 * a T in their @timestamp. */
static bool
is_row(const struct doc *doc, uint32_t node)
{
	static const char *const names[] = { "@ptr", "@log", "@logStream" };
	uint32_t time = doc_member(doc, node, "@timestamp");
	uint32_t message = doc_member(doc, node, "@message");

	if (time == 0 && message == 0)
		return false;
	if (has_any(doc, node, names, sizeof names / sizeof names[0]))
		return true;
	if (time == 0)
		return doc_member(doc, node, "@level") == 0;
	return doc_is(doc, time, JSON_STRING) && doc_body(doc, time).len > 10 &&
	    doc_body(doc, time).data[10] == ' ';
}

/* A row of --query columns: milliseconds and a message are among them.  Where a list
 * is the answer to a command, the message is enough. */
static bool
is_columns(const struct doc *doc, uint32_t row, bool at_start)
{
	const struct json_node *nodes = doc->json->nodes;
	bool time = at_start, text = false;

	for (uint32_t i = row + 1; i < doc->json->count && i < nodes[row].next;
	    i = nodes[i].next) {
		time = time || is_millis(doc, i);
		text = text || nodes[i].type == JSON_STRING;
		if (nodes[i].next == JSON_OPEN)
			break;
	}
	return time && text;
}

/* A list of strings: messages, or what --query took out of Records[].Data or
 * Messages[].Body.  The first says which, so that no other message is unwrapped. */
static enum envelope_kind
strings_kind(struct slice first)
{
	if (slice_starts(first, "H4sI") ||
	    slice_starts(first, "eyJtZXNzYWdlVHlwZ"))
		return ENVELOPE_DATA;
	if (slice_starts(first, "{") && (slice_find(first,
	    slice_from("\\\"TopicArn\\\"")) != SIZE_MAX || slice_find(first,
	    slice_from("\\\"logEvents\\\"")) != SIZE_MAX ||
	    slice_starts(first, "{\\\"awslogs\\\"")))
		return ENVELOPE_BODIES;
	return ENVELOPE_MESSAGES;
}

/* A list by its first element: the answer to some --query, or the console's. */
static enum envelope_kind
list_kind(const struct doc *doc, uint32_t array, bool at_start)
{
	uint32_t first = doc_first(doc, array);
	uint32_t inner;

	if (first == 0)		/* [] answers a --query that found nothing */
		return at_start && array == 0 &&
		    doc->json->nodes[0].next != JSON_OPEN ? ENVELOPE_OBJECTS :
		    ENVELOPE_NONE;
	switch ((enum json_type)doc->json->nodes[first].type) {
	case JSON_STRING:
		return strings_kind(doc_body(doc, first));
	case JSON_OBJECT:
		if (is_event(doc, first))
			return ENVELOPE_EVENTS;
		if (is_row(doc, first))
			return ENVELOPE_INSIGHTS_CONSOLE;
		if (doc_member(doc, first, "field") != 0 &&
		    doc_member(doc, first, "value") != 0)
			return ENVELOPE_ROW;
		return ENVELOPE_OBJECTS;
	case JSON_ARRAY:
		inner = doc_first(doc, first);
		if (inner == 0)
			return ENVELOPE_NONE;
		if (doc->json->nodes[inner].type == JSON_OBJECT)
			return doc_member(doc, inner, "field") != 0 ?
			    ENVELOPE_INSIGHTS : ENVELOPE_NONE;
		return is_columns(doc, first, at_start) ? ENVELOPE_COLUMNS :
		    ENVELOPE_NONE;
	case JSON_NULL:
	case JSON_FALSE:
	case JSON_TRUE:
	case JSON_NUMBER:
		break;
	}
	return ENVELOPE_NONE;
}

/* An object that is one event or row of an answer, as jq takes them out of it, one a
 * line.  Strict, as a program's own object may have members of these names. */
static enum envelope_kind
lone_kind(const struct doc *doc, unsigned found)
{
	uint32_t id;

	if (doc->json->nodes[0].next == JSON_OPEN)
		return ENVELOPE_NONE;
	if (has(found, KEY_AT) && is_row(doc, 0))
		return ENVELOPE_ROW;
	if (!has(found, EVENT_KEYS) || (found & ~(unsigned)EVENT_KEYS) != 0 ||
	    !is_event(doc, 0))
		return ENVELOPE_NONE;
	/* of anybody's id, AWS's has 56 digits */
	id = doc_member(doc, 0, "id");
	return id == 0 || doc->json->nodes[id].len > 50 ? ENVELOPE_EVENT :
	    ENVELOPE_NONE;
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
		envelope.kind = list_kind(&doc, 0, at_start);
		if ((envelope.kind == ENVELOPE_MESSAGES ||
		    envelope.kind == ENVELOPE_DATA ||
		    envelope.kind == ENVELOPE_BODIES ||
		    envelope.kind == ENVELOPE_OBJECTS) && !at_start)
			envelope.kind = ENVELOPE_NONE;
		if (envelope.kind == ENVELOPE_ROW) {
			envelope.array = NOTHING;
			if (json->nodes[0].next == JSON_OPEN)
				envelope.kind = ENVELOPE_NONE;
		}
		return envelope;
	}
	if (json->nodes[0].type == JSON_STRING && at_start &&
	    json->nodes[0].next != JSON_OPEN) {
		envelope.array = 0;
		envelope.kind = strings_kind(doc_body(&doc, 0));
		if (envelope.kind == ENVELOPE_MESSAGES)
			envelope.kind = ENVELOPE_STRING;
		return envelope;
	}
	if (json->nodes[0].type != JSON_OBJECT)
		return envelope;
	found = root_keys(&doc, &envelope.array);
	first = doc_first(&doc, envelope.array);
	if (has(found, KEY_MESSAGE_TYPE) &&
	    (has(found, KEY_LOG_EVENTS) || json->nodes[0].next == JSON_OPEN))
		envelope.kind = ENVELOPE_SUBSCRIPTION;
	else if (has(found, KEY_LOG_EVENTS) && envelope.array != NOTHING)
		envelope.kind = ENVELOPE_SUBSCRIPTION;
	else if (has(found, KEY_AWSLOGS) || (has(found, KEY_NESTED) &&
	    json->nodes[0].next != JSON_OPEN && is_nested(&doc)))
		envelope.kind = ENVELOPE_AWSLOGS;
	else if (has(found, KEY_EVENTS) && envelope.array != NOTHING &&
	    (first == 0 || doc_member(&doc, first, "message") != 0 ||
	    json->nodes[first].next == JSON_OPEN))
		envelope.kind = ENVELOPE_EVENTS;
	else if (has(found, KEY_EVENTS) && envelope.array != NOTHING &&
	    doc_member(&doc, first, "previousEventId") != 0)
		envelope.kind = ENVELOPE_RECORDS;	/* get-execution-history */
	else if (has(found, KEY_RESULTS) && envelope.array != NOTHING &&
	    (has(found, KEY_STATUS) ||
	    list_kind(&doc, envelope.array, false) == ENVELOPE_INSIGHTS))
		envelope.kind = ENVELOPE_INSIGHTS;
	else if (has(found, KEY_RECORDS) && envelope.array != NOTHING &&
	    (first == 0 || json->nodes[first].type == JSON_OBJECT))
		envelope.kind = ENVELOPE_RECORDS;
	else if (has(found, KEY_ANSWER) && (first == 0 ? at_start &&
	    (found & KEY_OTHER) == 0 : is_answer(&doc, first)))
		envelope.kind = ENVELOPE_RECORDS;
	else if (has(found, KEY_MESSAGES) && first != 0 &&
	    (doc_member(&doc, first, "Body") != 0 ||
	    doc_member(&doc, first, "CloudTrailEvent") != 0))
		envelope.kind = ENVELOPE_SQS;
	else if (has(found, KEY_TYPE | KEY_MESSAGE) && (has(found, KEY_TOPIC) ||
	    slice_is(doc_body(&doc, doc_member(&doc, 0, "Type")),
	    "Notification")))
		envelope.kind = ENVELOPE_SNS;
	else if (has(found, KEY_SESSION_UPDATE))
		envelope.kind = ENVELOPE_LIVE_TAIL;
	else if (has(found, KEY_SESSION_START))
		envelope.kind = ENVELOPE_SESSION_START;
	else if (has(found, KEY_LOG_RECORD) && (found & KEY_OTHER) == 0 &&
	    json->nodes[0].next != JSON_OPEN &&
	    is_row(&doc, doc_member(&doc, 0, "logRecord")))
		envelope.kind = ENVELOPE_ROW;
	else if (at_start && (has(found, KEY_FOREIGN) || is_other_answer(&doc)))
		envelope.kind = ENVELOPE_FOREIGN;
	else
		envelope.kind = lone_kind(&doc, found);
	envelope.event = has(found, KEY_DETAIL_TYPE | KEY_SOURCE) ||
	    has(found, KEY_ALARM_NAME | KEY_NEW_STATE) ||
	    has(found, KEY_EVENT_SOURCE | KEY_EVENT_NAME) ||
	    has(found, KEY_EXECUTION | KEY_STATUS);
	return envelope;
}

