/* keys.c -- credentials read, copied and wiped.
 * SPDX-License-Identifier: MIT */
#include "sink/keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/time.h"

#define TEXT_LIMIT 65536

static bool
is_printable(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] <= ' ' || text.data[i] > '~')
			return false;
	return true;
}

int
keys_set(struct keys *keys, struct slice id, struct slice secret,
    struct slice token, int64_t ends_ms, struct error *err)
{
	*keys = (struct keys){ .ends_ms = TIME_NONE };
	if (id.len == 0)
		return error_set(err, ERROR_USAGE, "no access key id");
	if (secret.len == 0)
		return error_set(err, ERROR_USAGE, "no secret access key");
	if (!is_printable(id) || !is_printable(secret) || !is_printable(token))
		return error_set(err, ERROR_USAGE, "a blank, a control "
		    "character or a letter that is not ASCII in a key or "
		    "token");
	keys->id = mem_copy(id);
	keys->secret = mem_copy(secret);
	keys->token = token.len == 0 ? NULL : mem_copy(token);
	keys->ends_ms = ends_ms;
	return 0;
}

/* The decoded string of a member; empty when it is not there or no string. */
static struct slice
string_member(struct buf *out, const struct json *json, struct slice text,
    const char *name)
{
	uint32_t at = json_member(json, text.data, 0, slice_from(name));
	size_t start = out->len;

	if (at == 0 || json->nodes[at].type != JSON_STRING ||
	    !json_decode(out, json_text(&json->nodes[at], text.data)))
		return (struct slice){ NULL, 0 };
	return slice_cut(buf_slice(out), start, out->len);
}

int
keys_from_json(struct keys *keys, struct slice text, const char *token,
    struct error *err)
{
	struct json json = { 0 };
	struct buf decoded;
	struct slice id, secret, session, ends;
	int64_t ends_ms = TIME_NONE;
	int status = -1;

	*keys = (struct keys){ .ends_ms = TIME_NONE };
	buf_init(&decoded, TEXT_LIMIT);
	buf_reserve(&decoded, TEXT_LIMIT);	/* so the slices stay */
	if (!json_parse(&json, text) || json.nodes[0].type != JSON_OBJECT) {
		error_set(err, ERROR_USAGE, "not a JSON object");
		goto out;
	}
	id = string_member(&decoded, &json, text, "AccessKeyId");
	secret = string_member(&decoded, &json, text, "SecretAccessKey");
	session = string_member(&decoded, &json, text, token);
	ends = string_member(&decoded, &json, text, "Expiration");
	if (ends.len > 0 && time_read_rfc3339(ends, &ends_ms) == 0) {
		error_set(err, ERROR_USAGE, "Expiration is no time");
		goto out;
	}
	status = keys_set(keys, id, secret, session, ends_ms, err);
out:
	mem_wipe(decoded.data, decoded.room);
	buf_free(&decoded);
	json_free(&json);
	return status;
}

static bool
same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

bool
keys_equal(const struct keys *a, const struct keys *b)
{
	return same(a->id, b->id) && same(a->secret, b->secret) &&
	    same(a->token, b->token);
}

static void
forget(char **text)
{
	if (*text != NULL)
		mem_wipe(*text, strlen(*text));
	free(*text);
	*text = NULL;
}

void
keys_free(struct keys *keys)
{
	forget(&keys->id);
	forget(&keys->secret);
	forget(&keys->token);
	keys->ends_ms = TIME_NONE;
}
