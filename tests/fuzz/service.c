/* service.c -- fuzz: a template, and a message to take the name of a service from.
 * SPDX-License-Identifier: MIT
 *
 * The first line is the template, the second group, stream, account and region with TABs
 * between them, the rest the message. */
#include "match/service.h"

#include "base/clean.h"
#include "fuzz.h"

#define CAPTURED "captured"

static struct slice
capture(void *ctx, struct slice name)
{
	(void)ctx;
	if (name.len % 3 == 0)
		return (struct slice){ NULL, 0 };
	return slice_from(CAPTURED);
}

static bool
known(void *ctx, struct slice name)
{
	(void)ctx;
	return name.len % 2 == 0;
}

/* What clean.h promises. */
static void
is_clean(struct slice text)
{
	struct buf once, twice, line;

	buf_init(&once, BUF_NO_LIMIT);
	buf_init(&twice, BUF_NO_LIMIT);
	buf_init(&line, BUF_NO_LIMIT);
	clean_name(&once, text);
	clean_name(&twice, buf_slice(&once));
	HOLDS(fuzz_same(&once, &twice));
	HOLDS(once.len <= CLEAN_NAME_LIMIT);
	clean_line(&line, buf_slice(&once));
	HOLDS(fuzz_same(&once, &line));
	buf_clear(&line);
	clean_line(&line, text);
	for (struct slice s = buf_slice(&line); s.len > 0;) {
		size_t len = clean_character(s);

		HOLDS(len > 0 && clean_is_harmless(slice_cut(s, 0, len)));
		HOLDS((unsigned char)s.data[0] >= ' ');
		s = slice_cut(s, len, s.len);
	}
	buf_free(&line);
	buf_free(&twice);
	buf_free(&once);
}

static void
name_it(const struct service *service, struct slice value,
    const struct origin *origin, struct slice bytes)
{
	struct regex_run *run = regex_run_new();
	struct json json = { 0 };
	struct buf once, twice;

	buf_init(&once, BUF_NO_LIMIT);
	buf_init(&twice, BUF_NO_LIMIT);
	for (int i = 0; i < 2; i++) {
		struct message message = { .whole = bytes,
		    .text = slice_chomp(bytes), .json = &json };
		struct buf *out = i == 0 ? &once : &twice;
		size_t before;

		buf_text(out, "x");
		before = out->len;
		json_reset(&json);
		if (!service_name(service, out, &message, origin, capture,
		    NULL, run))
			HOLDS(out->len == before);
	}
	HOLDS(fuzz_same(&once, &twice));
	if (memchr(value.data, '{', value.len) == NULL &&
	    memchr(value.data, '}', value.len) == NULL &&
	    slice_find(value, slice_from("regex")) == (size_t)-1)
		HOLDS(slice_equal(slice_cut(buf_slice(&once), 1, once.len),
		    value));
	is_clean(buf_slice(&once));
	buf_free(&twice);
	buf_free(&once);
	json_free(&json);
	regex_run_free(run);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = { (const char *)data, size };
	struct slice value = slice_trim(fuzz_line(&rest));	/* as rules do */
	struct slice line = fuzz_line(&rest);
	struct origin origin;
	struct service *service;
	struct error err;

	origin.group = fuzz_until(&line, '\t');
	origin.stream = fuzz_until(&line, '\t');
	origin.account = fuzz_until(&line, '\t');
	origin.region = fuzz_until(&line, '\t');
	is_clean(rest);
	service = service_new(value, &err);
	if (service == NULL) {
		HOLDS(err.text[0] != '\0' && strchr(err.text, '\n') == NULL);
		HOLDS(err.at == ERROR_NOWHERE || err.at <= value.len);
		return 0;
	}
	HOLDS(slice_equal(service_value(service), value));
	service_unknown_capture(service, known, NULL);
	name_it(service, value, &origin, rest);
	service_free(service);
	return 0;
}
