/* service.h -- templates that give the service its name.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_SERVICE_H
#define MATCH_SERVICE_H

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"
#include "input/chunk.h"
#include "match/message.h"
#include "match/regex.h"

/* Literal text and {capture} {group} {stream} {account} {region} {$.selector},
 * then, if said, ` regex RE` whose group `service` narrows it. */
struct service;

/* value is all that stands behind the key.  err->at is an offset in it. */
struct service *service_new(struct slice value, struct error *err);
void service_free(struct service *service);

/* Whether each {capture} is a group of this regex, or a word of its own; the name
 * of the first that is not, or NULL data. */
struct slice service_unknown_capture(const struct service *service,
    bool (*known)(void *ctx, struct slice name), void *ctx);

/* What stood behind the key; the service's own. */
struct slice service_value(const struct service *service);

/* Appends the name (not cleaned).  capture gives a group of the match that held (NULL
 * data: unset).  False: some part has no value, or the regex does not match:
 * nothing is appended. */
bool service_name(const struct service *service, struct buf *out,
    struct message *message, const struct origin *origin,
    struct slice (*capture)(void *ctx, struct slice name), void *ctx,
    struct regex_run *run);

#endif
