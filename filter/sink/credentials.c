/* credentials.c -- the chain of places where keys are looked for.
 * SPDX-License-Identifier: MIT */
#include "sink/credentials.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/env.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/time.h"
#include "sink/assume.h"
#include "sink/aws_config.h"
#include "sink/metadata.h"
#include "sink/process.h"

#define EARLY_MS (15 * 60 * 1000)	/* fetched anew before the end */
#define PAUSE_MS (60 * 1000)		/* between two tries to do so */
#define PROCESS_MS 60000		/* for credential_process */
#define CHAIN_LIMIT 8			/* roles behind each other */

struct credentials {
	char *partition, *region;	/* of the topic */
	struct keys keys;		/* id NULL: none yet */
	int64_t retry_ms;		/* by time_clock_ms: not before */
	char source[160];
};

/* One search. */
struct search {
	struct credentials *credentials;
	struct caller *caller;
	const struct aws_config *config;
	struct keys *keys;		/* what is found */
	const char *chain[CHAIN_LIMIT];	/* profiles whose role is looked for */
	int depth;
	struct error *err;
};

static int find_profile(struct search *search, const char *profile);

struct credentials *
credentials_new(const char *partition, const char *region)
{
	struct credentials *credentials = mem_zero(1, sizeof *credentials);

	credentials->partition = mem_copy(slice_from(partition));
	credentials->region = mem_copy(slice_from(region));
	return credentials;
}

void
credentials_free(struct credentials *credentials)
{
	if (credentials == NULL)
		return;
	keys_free(&credentials->keys);
	free(credentials->partition);
	free(credentials->region);
	free(credentials);
}

void
credentials_drop(struct credentials *credentials)
{
	keys_free(&credentials->keys);
	credentials->retry_ms = 0;
}

const char *
credentials_source(const struct credentials *credentials)
{
	return credentials->source;
}

static struct slice
slice_or_none(const char *text)
{
	return text == NULL ? (struct slice){ NULL, 0 } : slice_from(text);
}

/* Adds where it happened. */
static int
fail(struct search *search, const char *where)
{
	struct error why = *search->err;

	return error_set(search->err, why.kind, "%s: %.440s", where,
	    why.text);
}

static void
said_by(struct search *search, const char *what, const char *name)
{
	snprintf(search->credentials->source,
	    sizeof search->credentials->source, "%s%s%.100s%s", what,
	    name == NULL ? "" : " \"", name == NULL ? "" : name,
	    name == NULL ? "" : "\"");
}

/* ---- environment ---- */

static int
find_environment(struct search *search)
{
	const char *id = env_get("AWS_ACCESS_KEY_ID");
	const char *secret = env_get("AWS_SECRET_ACCESS_KEY");
	const char *token = env_get("AWS_SESSION_TOKEN");
	const char *ends = env_get("AWS_CREDENTIAL_EXPIRATION");
	int64_t ends_ms = TIME_NONE;

	if (id == NULL)
		return 0;
	if (secret == NULL)
		return error_set(search->err, ERROR_USAGE, "AWS_ACCESS_KEY_ID "
		    "is set and AWS_SECRET_ACCESS_KEY is not");
	if (token == NULL)
		token = env_get("AWS_SECURITY_TOKEN");	/* the old name */
	if (ends != NULL && time_read_rfc3339(slice_from(ends), &ends_ms) == 0)
		return error_set(search->err, ERROR_USAGE,
		    "AWS_CREDENTIAL_EXPIRATION is no time");
	said_by(search, "the environment", NULL);
	return keys_set(search->keys, slice_from(id), slice_from(secret),
	    slice_or_none(token), ends_ms, search->err) == -1 ?
	    fail(search, "AWS_ACCESS_KEY_ID") : 1;
}

/* ---- STS ---- */

static const char *
sts_region(const struct search *search)
{
	const char *region = env_get("AWS_REGION");
	bool said;

	if (region == NULL)
		region = env_get("AWS_DEFAULT_REGION");
	if (region == NULL)
		region = aws_config_get(search->config,
		    aws_config_profile(search->config, &said), "region");
	return region == NULL ? search->credentials->region : region;
}

/* with NULL: a web identity, whose token is in token_file. */
static int
take_role(struct search *search, const struct role *role,
    const struct keys *with, const char *token_file)
{
	const char *region = sts_region(search);
	struct endpoint sts;
	int status;

	if (endpoint_find(&sts, search->config, "sts",
	    search->credentials->partition, region, search->err) == -1) {
		endpoint_free(&sts);
		return -1;
	}
	status = with != NULL ?
	    assume_role(search->keys, search->caller, &sts, region, role,
	    with, search->err) :
	    assume_web(search->keys, search->caller, &sts, region, role,
	    token_file, search->err);
	endpoint_free(&sts);
	return status == 0 ? 1 : -1;
}

/* ---- profiles ---- */

static int
find_process(struct search *search, const char *command)
{
	struct buf out;
	struct json json = { 0 };
	uint32_t version = 0;
	int status = -1;

	buf_init(&out, HTTP_ANSWER_LIMIT);
	buf_reserve(&out, HTTP_ANSWER_LIMIT);
	if (process_run(&out, command, query_left_ms(search->caller,
	    PROCESS_MS), search->caller->stop, search->caller->ctx,
	    search->err) == -1)
		goto out;
	if (json_parse(&json, buf_slice(&out)) &&
	    json.nodes[0].type == JSON_OBJECT)
		version = json_member(&json, out.data, 0,
		    slice_from("Version"));
	if (version == 0 || !slice_is(json_text(&json.nodes[version],
	    out.data), "1"))
		error_set(search->err, ERROR_USAGE, "what it prints is no "
		    "JSON object with \"Version\": 1");
	else
		status = keys_from_json(search->keys, buf_slice(&out),
		    "SessionToken", search->err);
out:
	mem_wipe(out.data, out.room);
	json_free(&json);
	buf_free(&out);
	return status == 0 ? 1 : fail(search, "credential_process");
}

/* Keys of one file; an id without a secret is an error, not the next place. */
static int
find_static(struct search *search, enum aws_file file, const char *profile)
{
	const struct aws_config *config = search->config;
	const char *id = aws_config_get_from(config, file, profile,
	    "aws_access_key_id");
	const char *secret = aws_config_get_from(config, file, profile,
	    "aws_secret_access_key");
	const char *token = aws_config_get_from(config, file, profile,
	    "aws_session_token");

	if (id == NULL)
		return 0;
	return keys_set(search->keys, slice_from(id), slice_or_none(secret),
	    slice_or_none(token), TIME_NONE, search->err) == -1 ? -1 : 1;
}

/* The keys that a profile's role is taken on with. */
static int
find_source(struct search *search, const char *profile)
{
	const char *source = aws_config_get(search->config, profile,
	    "source_profile");
	const char *where = aws_config_get(search->config, profile,
	    "credential_source");
	struct buf why;
	int found;

	if ((source == NULL) == (where == NULL))
		return error_set(search->err, ERROR_USAGE, "a role_arn needs "
		    "one of source_profile and credential_source");
	if (source != NULL) {
		if (!aws_config_has(search->config, source))
			return error_set(search->err, ERROR_USAGE,
			    "source_profile \"%.100s\": there is no such "
			    "profile", source);
		found = find_profile(search, source);
		return found == 0 ? error_set(search->err, ERROR_USAGE,
		    "source_profile \"%.100s\" has no keys", source) : found;
	}
	buf_init(&why, BUF_NO_LIMIT);
	if (strcmp(where, "Environment") == 0) {
		buf_text(&why, "AWS_ACCESS_KEY_ID is not set");
		found = find_environment(search);
	} else if (strcmp(where, "EcsContainer") == 0) {
		found = metadata_container(search->keys, search->caller, &why,
		    search->err);
	} else if (strcmp(where, "Ec2InstanceMetadata") == 0) {
		found = metadata_instance(search->keys, search->caller, &why,
		    search->err);
	} else {
		buf_text(&why, "not one of Environment, EcsContainer, "
		    "Ec2InstanceMetadata");
		found = 0;
	}
	if (found == 0)
		found = error_set(search->err, ERROR_USAGE,
		    "credential_source %.60s: %.*s", where, (int)why.len,
		    why.data);
	buf_free(&why);
	return found;
}

static int
find_role(struct search *search, const char *profile, const char *arn)
{
	const struct aws_config *config = search->config;
	const char *token_file = aws_config_get(config, profile,
	    "web_identity_token_file");
	struct role role = {
		.arn = arn,
		.session = aws_config_get(config, profile,
		    "role_session_name"),
		.external_id = aws_config_get(config, profile, "external_id"),
		.duration = aws_config_get(config, profile,
		    "duration_seconds"),
	};
	struct keys with;
	int found;

	if (token_file != NULL)
		return take_role(search, &role, NULL, token_file);
	if (aws_config_get(config, profile, "mfa_serial") != NULL)
		return error_set(search->err, ERROR_USAGE, "mfa_serial: "
		    "nobody is there to type a code");
	for (int i = 0; i < search->depth; i++)
		if (strcmp(search->chain[i], profile) == 0)
			return error_set(search->err, ERROR_USAGE,
			    "source_profile: it comes back to itself");
	if (search->depth == CHAIN_LIMIT)
		return error_set(search->err, ERROR_USAGE, "source_profile: "
		    "more than %d behind each other", CHAIN_LIMIT);
	search->chain[search->depth++] = profile;
	found = find_source(search, profile);
	search->depth--;
	if (found != 1)
		return found;
	with = *search->keys;
	*search->keys = (struct keys){ .ends_ms = TIME_NONE };
	found = take_role(search, &role, &with, NULL);
	keys_free(&with);
	return found;
}

/* Those that need somebody at a browser, and how to get around that. */
static int
refuse_login(struct search *search, const char *profile)
{
	static const char *const keys[] = {
		"sso_session", "sso_start_url", "login_session",
	};

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (aws_config_get(search->config, profile, keys[i]) != NULL)
			return error_set(search->err, ERROR_USAGE, "%s cannot "
			    "be used here; in another profile, "
			    "credential_process = aws configure "
			    "export-credentials --profile %.60s can",
			    keys[i], profile);
	return 0;
}

/* The order inside a profile is botocore's. */
static int
look_into(struct search *search, const char *profile)
{
	const struct aws_config *config = search->config;
	const char *role = aws_config_get(config, profile, "role_arn");
	const char *source = aws_config_get(config, profile, "source_profile");
	const char *command;
	int found;

	/* a profile that is its own source gives its keys, the second time */
	if (role != NULL && !(search->depth > 0 && source != NULL &&
	    strcmp(source, profile) == 0 &&
	    strcmp(search->chain[search->depth - 1], profile) == 0))
		return find_role(search, profile, role);
	found = find_static(search, AWS_FILE_CREDENTIALS, profile);
	if (found != 0)
		return found;
	command = aws_config_get(config, profile, "credential_process");
	if (command != NULL)
		return find_process(search, command);
	found = find_static(search, AWS_FILE_CONFIG, profile);
	return found != 0 ? found : refuse_login(search, profile);
}

static int
find_profile(struct search *search, const char *profile)
{
	char where[128];
	int found = look_into(search, profile);

	snprintf(where, sizeof where, "profile \"%.100s\"", profile);
	said_by(search, "profile", profile);
	return found == -1 ? fail(search, where) : found;
}

/* ---- the chain ---- */

static int
find_web_identity(struct search *search)
{
	const char *file = env_get("AWS_WEB_IDENTITY_TOKEN_FILE");
	struct role role = {
		.arn = env_get("AWS_ROLE_ARN"),
		.session = env_get("AWS_ROLE_SESSION_NAME"),
	};

	if (file == NULL)
		return 0;
	if (role.arn == NULL)
		return error_set(search->err, ERROR_USAGE,
		    "AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is "
		    "not");
	said_by(search, "web identity", role.arn);
	return take_role(search, &role, NULL, file);
}

static int
nothing_found(struct search *search, const char *profile,
    const struct buf *container, const struct buf *instance)
{
	const struct aws_config *config = search->config;

	return error_set(search->err, ERROR_USAGE, "no AWS credentials found. "
	    "Tried: environment (AWS_ACCESS_KEY_ID is not set); profile "
	    "\"%.40s\" (no keys in %.80s, %.80s); web identity "
	    "(AWS_WEB_IDENTITY_TOKEN_FILE is not set); container (%.*s); "
	    "instance metadata (%.*s)", profile,
	    aws_config_path(config, AWS_FILE_CREDENTIALS),
	    aws_config_path(config, AWS_FILE_CONFIG), (int)container->len,
	    container->data, (int)instance->len, instance->data);
}

static int
find(struct search *search)
{
	bool said;
	const char *profile = aws_config_profile(search->config, &said);
	struct buf container, instance;
	int found;

	/* botocore refuses this even when the environment has keys */
	if (said && !aws_config_has(search->config, profile))
		return error_set(search->err, ERROR_USAGE, "AWS_PROFILE is "
		    "\"%.100s\", and there is no such profile in %.120s or "
		    "%.120s", profile,
		    aws_config_path(search->config, AWS_FILE_CREDENTIALS),
		    aws_config_path(search->config, AWS_FILE_CONFIG));
	found = find_environment(search);
	if (found == 0)
		found = find_profile(search, profile);
	if (found == 0)
		found = find_web_identity(search);
	if (found != 0)
		return found;
	buf_init(&container, BUF_NO_LIMIT);
	buf_init(&instance, BUF_NO_LIMIT);
	said_by(search, "the container", NULL);
	found = metadata_container(search->keys, search->caller, &container,
	    search->err);
	if (found == 0) {
		said_by(search, "instance metadata", NULL);
		found = metadata_instance(search->keys, search->caller,
		    &instance, search->err);
	}
	if (found == 0)
		found = nothing_found(search, profile, &container, &instance);
	buf_free(&instance);
	buf_free(&container);
	return found;
}

static int
fetch(struct credentials *credentials, struct caller *caller,
    struct keys *keys, struct error *err)
{
	struct search search = { credentials, caller, NULL, keys, { NULL }, 0,
	    err };
	/* anew each time: somebody may have put other keys there */
	struct aws_config *config = aws_config_load(err);
	int status;

	*keys = (struct keys){ .ends_ms = TIME_NONE };
	if (config == NULL)
		return -1;
	search.config = config;
	status = find(&search) == 1 ? 0 : -1;
	if (status == -1)
		keys_free(keys);
	aws_config_free(config);
	return status;
}

/* Keys are fetched anew a quarter of an hour before they end.  That may
 * fail: the old ones serve until their end (sns.md 3.3).  Keys that look
 * ended as soon as they are fetched are used all the same: our clock may be
 * wrong, and the instance's service hands them out during an outage of its
 * own; SNS will say. */
const struct keys *
credentials_get(struct credentials *credentials, struct caller *caller,
    struct error *err)
{
	struct keys *keys = &credentials->keys;
	int64_t now = time_clock_ms();
	struct keys fresh;
	int64_t left;

	left = keys->ends_ms == TIME_NONE ? INT64_MAX :
	    keys->ends_ms - query_time_ms(caller);
	if (keys->id != NULL &&
	    (left > EARLY_MS || now < credentials->retry_ms))
		return keys;
	if (fetch(credentials, caller, &fresh, err) == 0) {
		keys_free(keys);
		*keys = fresh;
	} else if (keys->id == NULL || left <= 0) {
		return NULL;
	}
	/* the old ones, or new ones that end soon too: no haste */
	credentials->retry_ms = now + PAUSE_MS;
	left = keys->ends_ms == TIME_NONE ? INT64_MAX :
	    keys->ends_ms - query_time_ms(caller);
	if (left > EARLY_MS)
		credentials->retry_ms = 0;
	return keys;
}
