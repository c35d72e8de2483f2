/* json.c -- fuzz: the JSON reader at once and byte by byte says the same, and what it
 * prints it reads again.
 * SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <stdlib.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct json whole = { 0 }, parts = { 0 }, again = { 0 };
	enum json_state at_once = json_read(&whole, text, size, true);
	enum json_state state = JSON_MORE;
	struct buf out;

	for (size_t len = 1; len <= size && state == JSON_MORE; len++)
		state = json_read(&parts, text, len, len == size);
	if (size == 0)
		state = json_read(&parts, text, 0, true);
	if (state != at_once || (state == JSON_DONE &&
	    (whole.used != parts.used || whole.count != parts.count)))
		abort();
	buf_init(&out, BUF_NO_LIMIT);
	if (at_once == JSON_DONE) {
		json_print(&out, &whole, text, 0);
		if (!json_parse(&again, buf_slice(&out)) ||
		    again.count != whole.count)
			abort();
	}
	buf_free(&out);
	json_free(&again);
	json_free(&parts);
	json_free(&whole);
	return 0;
}
