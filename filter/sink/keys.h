/* keys.h -- one set of AWS credentials.
 * SPDX-License-Identifier: MIT */
#ifndef SINK_KEYS_H
#define SINK_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/slice.h"

/* Always taken and replaced as one: a mixed set signs wrongly. */
struct keys {
	char *id;
	char *secret;
	char *token;			/* NULL: none */
	int64_t ends_ms;		/* TIME_NONE: never */
};

/* Copies; token may be NULL or empty.  -1: empty, or with characters that could
 * not stand in a header (err does not show them). */
int keys_set(struct keys *keys, struct slice id, struct slice secret,
    struct slice token, int64_t ends_ms, struct error *err);

/* From the JSON of credential_process ("SessionToken"), of the container or
 * of the instance ("Token"): AccessKeyId, SecretAccessKey, the token,
 * Expiration. */
int keys_from_json(struct keys *keys, struct slice text, const char *token,
    struct error *err);

bool keys_equal(const struct keys *a, const struct keys *b);

/* Wipes too; a zeroed one may be freed. */
void keys_free(struct keys *keys);

#endif
