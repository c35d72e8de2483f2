/* envelope.h -- JSON documents that hold records: which kind, and their elements.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_ENVELOPE_H
#define INPUT_ENVELOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "input/frame.h"

enum envelope_kind {
	ENVELOPE_NONE,		/* the document is itself a message */
	ENVELOPE_SUBSCRIPTION,	/* messageType, logEvents */
	ENVELOPE_EVENTS,	/* events[] of message, timestamp; or the list */
	ENVELOPE_INSIGHTS,	/* results[][] of field, value; or the list */
	ENVELOPE_INSIGHTS_CONSOLE,	/* [] of {"@message": ...} */
	ENVELOPE_COLUMNS,	/* [][] of timestamp, ..., message */
	ENVELOPE_MESSAGES,	/* [] of strings */
	ENVELOPE_DATA,		/* [] of strings: base64, as in Records[].Data */
	ENVELOPE_BODIES,	/* [] of strings: documents, as in Messages[].Body */
	ENVELOPE_OBJECTS,	/* [] of other objects: each is a message */
	ENVELOPE_RECORDS,	/* Records[], records[] of data, Sns, body ... */
	ENVELOPE_SQS,		/* Messages[].Body, Events[].CloudTrailEvent */
	ENVELOPE_AWSLOGS,	/* awslogs.data, rawData, LogFileData */
	ENVELOPE_SNS,		/* Type, Message */
	ENVELOPE_LIVE_TAIL,	/* sessionUpdate.sessionResults[] */
	ENVELOPE_SESSION_START,	/* sessionStart: nothing in it */
	ENVELOPE_EVENT,		/* one event of events[] alone */
	ENVELOPE_ROW,		/* one row of Insights alone */
	ENVELOPE_STRING,	/* a message alone, as jq prints it without -r */
	ENVELOPE_FOREIGN,	/* an AWS answer without records */
};

struct envelope {
	enum envelope_kind kind;
	uint32_t array;		/* node of the elements, UINT32_MAX: none */
	bool event;		/* ENVELOPE_NONE: EventBridge, alarm or CloudTrail */
};

/* Whether text begins a document that holds records, and no message over several lines:
 * by its first member. */
bool envelope_begins(struct slice text);

/* Looks at what is there of a document by now: also one that is not whole.  at_start:
 * it is the first thing in its layer (only then is a bare list of strings or objects
 * taken for a CLI's answer). */
struct envelope envelope_find(const struct json *json, const char *text,
    bool at_start);

/* The complete elements from node index from on, as records of frame; doc: where the
 * document begins in the chunk's bytes.  Returns the index of the first node that is
 * not complete (or the count of nodes). */
uint32_t envelope_elements(struct frame *frame, const struct json *json,
    size_t doc, const struct envelope *envelope, uint32_t from);

/* What the document says besides its elements: things inside it, and whether it is
 * partial by its own word.  Only for a whole one. */
void envelope_rest(struct frame *frame, const struct json *json, size_t doc,
    const struct envelope *envelope);

#endif
