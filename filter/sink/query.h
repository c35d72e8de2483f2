/* query.h -- a call of AWS's query protocol: a signed form, an answer in XML.
 * SPDX-License-Identifier: MIT */
#ifndef SINK_QUERY_H
#define SINK_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "sink/endpoint.h"
#include "sink/http.h"
#include "sink/keys.h"

/* What all calls of one topic share. */
struct caller {
	struct http *http;
	const char *ca_file;		/* NULL: the system's */
	int64_t deadline_ms;		/* by time_clock_ms() */
	bool (*stop)(void *ctx);
	void *ctx;
	int64_t skew_ms;		/* AWS's clock less ours */
};

struct query {
	const struct endpoint *endpoint;
	const char *service, *region;
	const struct keys *keys;	/* NULL: it is not signed */
	struct slice body;
};

struct query_answer {
	struct http_answer http;
	/* of an error answer; empty when the other side is not AWS.  The
	 * code is without a last "Exception"; the text is one line without
	 * secrets. */
	char code[64];
	char text[320];
	bool clock_wrong;		/* ours is why it was refused, although
					 * AWS's time was tried */
};

/* When AWS finds our clock wrong its time is taken (skew_ms), once. */
void query_do(struct caller *caller, const struct query *query,
    struct query_answer *answer);
void query_answer_free(struct query_answer *answer);

/* Appends `NAME=VALUE`, and & before all but the first. */
void query_add(struct buf *body, const char *name, struct slice value);

/* Appends the text of the first element of that name, at any depth, entities
 * decoded.  False: there is none, or it does not end. */
bool query_element(struct buf *out, struct slice xml, const char *name);

/* Appends for people how far our clock is off: `1 h 2 min 3 s behind`. */
void query_print_skew(struct buf *out, int64_t skew_ms);

/* The time AWS shows. */
int64_t query_time_ms(const struct caller *caller);

/* What is left until the deadline, held inside 0..most_ms. */
int64_t query_left_ms(const struct caller *caller, int64_t most_ms);

#endif
