/* sign.h -- AWS Signature Version 4 of a POST.
 * SPDX-License-Identifier: MIT */
#ifndef SINK_SIGN_H
#define SINK_SIGN_H

#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

/* What is signed; the body is a form. */
struct sign_request {
	const char *host;		/* with the port, if not the usual */
	const char *path;		/* begins with a slash; of unreserved
					 * characters and slashes */
	const char *region, *service;
	struct slice body;
	int64_t time_ms;		/* the service's clock */
	const char *key_id, *secret;
	const char *token;		/* NULL: none */
};

/* The Content-Type that is signed: the request must carry exactly this. */
#define SIGN_CONTENT_TYPE "application/x-www-form-urlencoded; charset=utf-8"

/* Appends the values of the headers X-Amz-Date and Authorization. */
void sign(const struct sign_request *request, struct buf *date,
    struct buf *authorization);

#endif
