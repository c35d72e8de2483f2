/* clean.c -- what a terminal must never be handed raw.
 * SPDX-License-Identifier: MIT */
#include "base/clean.h"

#include <stdbool.h>
#include <stdint.h>

size_t
clean_character(struct slice text)
{
	const unsigned char *s = (const unsigned char *)text.data;
	size_t len;
	unsigned char low = 0x80, high = 0xbf;

	if (text.len == 0)
		return 0;
	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf) {
		len = 2;
	} else if (s[0] >= 0xe0 && s[0] <= 0xef) {
		len = 3;
		if (s[0] == 0xe0)
			low = 0xa0;
		if (s[0] == 0xed)
			high = 0x9f;
	} else if (s[0] >= 0xf0 && s[0] <= 0xf4) {
		len = 4;
		if (s[0] == 0xf0)
			low = 0x90;
		if (s[0] == 0xf4)
			high = 0x8f;
	} else {
		return 0;
	}
	if (text.len < len || s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if (s[i] < 0x80 || s[i] > 0xbf)
			return 0;
	return len;
}

/* Whether a well-formed character shows as what it is: no controls, nothing that
 * reorders or hides.  Joiners (U+200C, U+200D) shape what is written with them. */
static bool
is_harmless(const unsigned char *s, size_t len)
{
	uint32_t c;

	switch (len) {
	case 1:
		return s[0] >= 0x20 && s[0] != 0x7f;
	case 2:
		return (s[0] != 0xc2 || s[1] >= 0xa0) &&
		    !(s[0] == 0xd8 && s[1] == 0x9c);	/* U+061C */
	case 3:
		c = (uint32_t)(s[0] & 0x0f) << 12 | (uint32_t)(s[1] & 0x3f) << 6 |
		    (uint32_t)(s[2] & 0x3f);
		return !(c == 0x200b || (c >= 0x200e && c <= 0x200f) ||
		    (c >= 0x2028 && c <= 0x202e) ||
		    (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
		    (c >= 0xfff9 && c <= 0xfffb));
	default:
		return !(s[0] == 0xf3 && s[1] == 0xa0 && s[2] <= 0x81);
	}
}

bool
clean_is_harmless(struct slice character)
{
	return is_harmless((const unsigned char *)character.data,
	    character.len);
}

static void
clean(struct buf *out, struct slice text, bool keep_breaks)
{
	static const char digits[] = "0123456789abcdef";

	while (text.len > 0) {
		const unsigned char *s = (const unsigned char *)text.data;
		size_t len = clean_character(text);
		bool keep = len > 0 && (is_harmless(s, len) ||
		    (keep_breaks && (s[0] == '\n' || s[0] == '\t')));

		if (len == 0)
			len = 1;
		if (keep) {
			buf_add(out, s, len);
		} else {
			for (size_t i = 0; i < len; i++) {
				char hex[4] = { '\\', 'x', digits[s[i] >> 4],
				    digits[s[i] & 15] };

				buf_add(out, hex, sizeof hex);
			}
		}
		text.data += len;
		text.len -= len;
	}
}

void
clean_line(struct buf *out, struct slice text)
{
	clean(out, text, false);
}

void
clean_text(struct buf *out, struct slice text)
{
	clean(out, text, true);
}

void
clean_name(struct buf *out, struct slice name)
{
	size_t start = out->len;

	while (name.len > 0 && (unsigned char)name.data[0] <= ' ') {
		name.data++;
		name.len--;
	}
	while (name.len > 0) {
		const unsigned char *s = (const unsigned char *)name.data;
		size_t len = clean_character(name);
		bool keep = len > 0 && is_harmless(s, len);

		if (len == 0)
			len = 1;
		if (out->len - start + len > CLEAN_NAME_LIMIT)
			break;
		for (size_t i = 0; i < len; i++)
			buf_byte(out, keep ? (char)s[i] : '?');
		name.data += len;
		name.len -= len;
	}
	while (out->len > start && out->data[out->len - 1] == ' ')
		out->len--;
}
