/* base64.c -- characters to bytes.
 * SPDX-License-Identifier: MIT */
#include "input/base64.h"

#define STRANGE 0xff

static unsigned char
value(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	if (c == '/')
		return 63;
	return STRANGE;
}

size_t
base64_feed(struct base64 *state, struct slice text, struct buf *out)
{
	char *to = buf_reserve(out, text.len / 4 * 3 + 3);
	size_t made = 0, at;

	if (to == NULL)
		return 0;
	for (at = 0; at < text.len; at++) {
		unsigned char bits = value((unsigned char)text.data[at]);

		if (text.data[at] == '=') {
			if (state->count + state->padding < 2 ||
			    state->count + state->padding > 3)
				break;
			state->padding++;
			continue;
		}
		if (bits == STRANGE || state->padding > 0)
			break;
		state->bits = state->bits << 6 | bits;
		if (++state->count < 4)
			continue;
		to[made++] = (char)(state->bits >> 16 & 0xff);
		to[made++] = (char)(state->bits >> 8 & 0xff);
		to[made++] = (char)(state->bits & 0xff);
		state->bits = 0;
		state->count = 0;
	}
	out->len += made;
	return at;
}

bool
base64_finish(struct base64 *state, struct buf *out)
{
	bool good = state->count != 1 && (state->padding == 0 ||
	    state->count + state->padding == 4);

	if (state->count == 2)
		buf_byte(out, (char)(state->bits >> 4 & 0xff));
	if (state->count == 3) {
		buf_byte(out, (char)(state->bits >> 10 & 0xff));
		buf_byte(out, (char)(state->bits >> 2 & 0xff));
	}
	*state = (struct base64){ 0 };
	return good;
}

bool
base64_decode(struct slice text, struct buf *out)
{
	struct base64 state = { 0 };
	size_t taken = base64_feed(&state, text, out);

	return base64_finish(&state, out) && taken == text.len;
}
