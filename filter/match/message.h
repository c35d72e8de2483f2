/* message.h -- one decoded message as the conditions of rules see it.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_MESSAGE_H
#define MATCH_MESSAGE_H

#include <stdbool.h>

#include "base/json.h"
#include "base/slice.h"

struct message {
	struct slice whole;	/* as the shape carries it: filter, selectors */
	struct slice text;	/* without trailing line ends: text, regex */
	bool parsed;		/* whether json was tried */
	bool is_json;		/* and the whole message is one JSON object */
	struct json *json;	/* the matcher's, reused from record to record */
};

/* Parses at most once per record, however many rules ask.  False: the message is
 * not one JSON object. */
static inline bool
message_json(struct message *message)
{
	if (!message->parsed) {
		message->parsed = true;
		message->is_json = json_parse(message->json, message->whole) &&
		    message->json->nodes[0].type == JSON_OBJECT;
	}
	return message->is_json;
}

#endif
