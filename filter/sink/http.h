/* http.h -- one request, one answer: the owner of libcurl.
 * SPDX-License-Identifier: MIT */
#ifndef SINK_HTTP_H
#define SINK_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

/* Connections that are kept open, for one thread at a time. */
struct http;

#define HTTP_ANSWER_LIMIT 65536		/* bytes of an answer; SNS's have 400 */
#define HTTP_HEADERS 8			/* at most in a request */

/* Where a request may go. */
enum http_reach {
	HTTP_ANYWHERE,		/* through the environment's proxy, if any */
	HTTP_DIRECT,		/* never through a proxy */
	HTTP_LINK_LOCAL,	/* and only to an address of this machine or of
				 * the container's credentials (sns.md 3.2),
				 * whatever its name resolves to */
};

struct http_request {
	const char *method;		/* GET, POST, PUT */
	const char *url;		/* http or https */
	const char *headers[HTTP_HEADERS];	/* `Name: value`, up to NULL */
	struct slice body;		/* POST */
	enum http_reach reach;
	const char *ca_file;		/* NULL: the system's */
	int64_t timeout_ms;
	bool (*stop)(void *ctx);	/* NULL: never; asked often */
	void *ctx;
};

/* Why there is no answer. */
enum http_fault {
	HTTP_NO_ANSWER,		/* no connection, a time-out, cut: try later */
	HTTP_NO_CERTIFICATE,	/* the other side is not who it should be */
	HTTP_NOT_ALLOWED,	/* the request itself: address, proxy's refusal,
				 * a file that is not there */
	HTTP_STOPPED,		/* stop said so */
};

struct http_answer {
	int status;			/* HTTP's; 0: none, see fault */
	enum http_fault fault;
	struct buf body;
	int64_t date_ms;		/* the other clock, or TIME_NONE */
	int64_t after_ms;		/* Retry-After, or -1 */
	char type[64];			/* Content-Type */
	struct error error;		/* status 0: why, without a secret */
};

/* Call before threads start. */
struct http *http_new(void);
void http_free(struct http *http);

/* Follows no redirect.  Fills the answer, which is freed (and wiped) by
 * http_answer_free. */
void http_do(struct http *http, const struct http_request *request,
    struct http_answer *answer);
void http_answer_free(struct http_answer *answer);

/* `7.88.1 (OpenSSL/3.0.19)`; lasts. */
const char *http_library_version(void);

#endif
