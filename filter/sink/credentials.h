/* credentials.h -- the keys to sign with, found as the SDKs find them.
 * SPDX-License-Identifier: MIT */
#ifndef SINK_CREDENTIALS_H
#define SINK_CREDENTIALS_H

#include "base/error.h"
#include "sink/keys.h"
#include "sink/query.h"

/* Finds them, keeps them, and fetches them anew before they end. */
struct credentials;

/* The partition and region are those of the topic: STS is asked in AWS_REGION,
 * AWS_DEFAULT_REGION, the profile's region, or that one.  They are copied. */
struct credentials *credentials_new(const char *partition,
    const char *region);
void credentials_free(struct credentials *credentials);

/* The order (sns.md 3.6): environment; profile (role, web identity, keys of
 * the credentials file, credential_process, keys of the config file); web
 * identity of the environment; container; instance.  The first that is
 * configured counts: if it fails, that is the error, and no other is tried.
 * NULL: err's kind is ERROR_SYSTEM when it may work later, ERROR_USAGE when
 * it will not.  The keys last until the next call of credentials_get or
 * credentials_drop. */
const struct keys *credentials_get(struct credentials *credentials,
    struct caller *caller, struct error *err);

/* AWS does not take them: the next credentials_get fetches anew. */
void credentials_drop(struct credentials *credentials);

/* `the environment`, `profile "x"` ...: where they are from; "" before that. */
const char *credentials_source(const struct credentials *credentials);

#endif
