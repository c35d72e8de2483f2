/* service.c -- templates that give the service its name.
 * SPDX-License-Identifier: MIT */
#include "match/service.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "match/selector.h"

enum part_kind {
	PART_LITERAL,
	PART_GROUP,
	PART_STREAM,
	PART_ACCOUNT,
	PART_REGION,
	PART_CAPTURE,
	PART_SELECTOR,
};

struct part {
	enum part_kind kind;
	struct slice text;	/* the literal, the capture's name; of value */
	struct selector *selector;
};

struct service {
	struct slice value;	/* owned */
	struct part *parts;
	size_t count, room;
	struct regex *regex;	/* NULL: not narrowed */
	unsigned group;		/* the regex's group `service` */
};

#define REGEX_WORD "regex "

void
service_free(struct service *service)
{
	if (service == NULL)
		return;
	regex_free(service->regex);
	for (size_t i = 0; i < service->count; i++)
		selector_free(service->parts[i].selector);
	free(service->parts);
	free((void *)(uintptr_t)service->value.data);
	free(service);
}

static void
add_part(struct service *service, enum part_kind kind, struct slice text,
    struct selector *selector)
{
	service->parts = mem_grow(service->parts, service->count + 1,
	    &service->room, sizeof *service->parts);
	service->parts[service->count++] = (struct part){ .kind = kind,
	    .text = text, .selector = selector };
}

static enum part_kind
kind_of(struct slice name)
{
	static const struct {
		const char *name;
		enum part_kind kind;
	} words[] = {
		{ "group", PART_GROUP },
		{ "stream", PART_STREAM },
		{ "account", PART_ACCOUNT },
		{ "region", PART_REGION },
	};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (slice_is(name, words[i].name))
			return words[i].kind;
	return PART_CAPTURE;
}

/* {...} at byte at of the value; its length, or 0 with *err. */
static size_t
read_braces(struct service *service, size_t at, struct error *err)
{
	struct slice rest = slice_cut(service->value, at + 1,
	    service->value.len);
	struct selector *selector = NULL;
	struct slice name;
	size_t used = 0;

	if (rest.len > 0 && rest.data[0] == '$') {
		selector = selector_new(rest, &used, err);
		if (selector == NULL) {
			err->at = at + 1 +
			    (err->at == ERROR_NOWHERE ? 0 : err->at);
			return 0;
		}
	} else {
		while (used < rest.len && slice_is_word_byte(rest.data[used]))
			used++;
	}
	if (used == rest.len || rest.data[used] != '}') {
		selector_free(selector);
		error_at(err, ERROR_RULES, at + 1 + used, used == rest.len ?
		    "missing }" : "only {capture}, {group}, {stream}, "
		    "{account}, {region} and {$.selector} may stand in braces");
		return 0;
	}
	name = slice_cut(rest, 0, used);
	if (used == 0) {
		error_at(err, ERROR_RULES, at, "nothing between the braces");
		return 0;
	}
	if (selector != NULL)
		add_part(service, PART_SELECTOR, name, selector);
	else
		add_part(service, kind_of(name), name, NULL);
	return used + 2;
}

static int
read_regex(struct service *service, size_t at, struct error *err)
{
	struct slice text = slice_cut(service->value, at, service->value.len);

	while (text.len > 0 && (text.data[0] == ' ' || text.data[0] == '\t')) {
		text = slice_cut(text, 1, text.len);
		at++;
	}
	service->regex = regex_new(text, err);
	if (service->regex == NULL) {
		err->at = at + (err->at == ERROR_NOWHERE ? 0 : err->at);
		return -1;
	}
	service->group = regex_group(service->regex, slice_from("service"));
	if (service->group == 0)
		return error_at(err, ERROR_RULES, at,
		    "the regex has no group (?<service>...)");
	return 0;
}

/* Whether the word `regex` and what it is to match stand at byte at. */
static bool
is_regex_word(struct slice value, size_t at)
{
	return at > 0 &&
	    (value.data[at - 1] == ' ' || value.data[at - 1] == '\t') &&
	    slice_starts(slice_cut(value, at, value.len), REGEX_WORD);
}

static int
read_template(struct service *service, struct error *err)
{
	struct slice value = service->value;
	size_t start = 0;	/* of the literal being read */
	size_t at = 0;

	while (at < value.len && !is_regex_word(value, at)) {
		if (value.data[at] == '}')
			return error_at(err, ERROR_RULES, at,
			    "a } without its {");
		if (value.data[at] != '{') {
			at++;
			continue;
		}
		if (at > start)
			add_part(service, PART_LITERAL,
			    slice_cut(value, start, at), NULL);
		start = read_braces(service, at, err);
		if (start == 0)
			return -1;
		at = start += at;
	}
	if (at > start) {
		struct slice end = slice_cut(value, start, at);

		/* the blanks in front of the word `regex` are not the name's */
		if (at < value.len)
			while (end.len > 0 && (end.data[end.len - 1] == ' ' ||
			    end.data[end.len - 1] == '\t'))
				end.len--;
		if (end.len > 0)
			add_part(service, PART_LITERAL, end, NULL);
	}
	if (service->count == 0)
		return error_at(err, ERROR_RULES, 0, "no template");
	if (at == value.len)
		return 0;
	return read_regex(service, at + strlen(REGEX_WORD), err);
}

struct service *
service_new(struct slice value, struct error *err)
{
	struct service *service = mem_zero(1, sizeof *service);

	service->value = (struct slice){ mem_copy(value), value.len };
	if (read_template(service, err) == -1) {
		service_free(service);
		return NULL;
	}
	return service;
}

struct slice
service_unknown_capture(const struct service *service,
    bool (*known)(void *ctx, struct slice name), void *ctx)
{
	for (size_t i = 0; i < service->count; i++)
		if (service->parts[i].kind == PART_CAPTURE &&
		    !known(ctx, service->parts[i].text))
			return service->parts[i].text;
	return (struct slice){ NULL, 0 };
}

struct slice
service_value(const struct service *service)
{
	return service->value;
}

static bool
add_selected(const struct selector *selector, struct buf *out,
    struct message *message)
{
	const char *text = message->whole.data;
	const struct json_node *node;
	uint32_t index;

	if (!message_json(message) ||
	    !selector_first(selector, message->json, text, &index))
		return false;
	node = &message->json->nodes[index];
	return node->type == JSON_STRING && node->len > 0 &&
	    json_decode(out, json_text(node, text));
}

/* Appends a part's value; false when it has none. */
static bool
add_value(const struct part *part, struct buf *out, struct message *message,
    const struct origin *origin,
    struct slice (*capture)(void *ctx, struct slice name), void *ctx)
{
	struct slice value = { NULL, 0 };

	switch (part->kind) {
	case PART_LITERAL:
		value = part->text;
		break;
	case PART_GROUP:
		value = origin->group;
		break;
	case PART_STREAM:
		value = origin->stream;
		break;
	case PART_ACCOUNT:
		value = origin->account;
		break;
	case PART_REGION:
		value = origin->region;
		break;
	case PART_CAPTURE:
		value = capture(ctx, part->text);
		break;
	case PART_SELECTOR:
		return add_selected(part->selector, out, message);
	}
	return value.len > 0 && buf_add_slice(out, value);
}

/* What the regex leaves of the name that begins at start. */
static bool
narrow(const struct service *service, struct buf *out, size_t start,
    struct regex_run *run)
{
	struct slice whole = slice_cut(buf_slice(out), start, out->len);
	struct slice name;

	if (regex_match(service->regex, run, whole) != 1)
		return false;
	name = regex_capture(run, service->group);
	if (name.len == 0)
		return false;
	memmove(out->data + start, name.data, name.len);
	out->len = start + name.len;
	return true;
}

bool
service_name(const struct service *service, struct buf *out,
    struct message *message, const struct origin *origin,
    struct slice (*capture)(void *ctx, struct slice name), void *ctx,
    struct regex_run *run)
{
	size_t start = out->len;

	for (size_t i = 0; i < service->count; i++)
		if (!add_value(&service->parts[i], out, message, origin,
		    capture, ctx))
			goto none;
	if (service->regex == NULL || narrow(service, out, start, run))
		return true;
none:
	out->len = start;
	return false;
}
