/* clean.h -- text from a log made harmless for a terminal, a pipe, a chat.
 * SPDX-License-Identifier: MIT */
#ifndef BASE_CLEAN_H
#define BASE_CLEAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"

/* Controls (C0, DEL, C1 as U+0080..9F), bad UTF-8, and the marks that reorder or
 * hide text (U+200E/F, U+202A..E, U+2066..9, U+2028/9, U+FEFF) become \xHH of
 * each byte.  A backslash stays as it is: this is for eyes, not for parsing.
 *
 * clean_line escapes LF and TAB too; clean_text keeps those two. */
void clean_line(struct buf *out, struct slice text);
void clean_text(struct buf *out, struct slice text);

/* The name of a service: controls, LF, TAB, the marks above and bad UTF-8
 * become one '?' a byte, blanks at the ends go, and it is cut on a character
 * border at CLEAN_NAME_LIMIT bytes.  May come out empty.  Cleaning a clean name
 * changes nothing. */
#define CLEAN_NAME_LIMIT 256
void clean_name(struct buf *out, struct slice name);

/* The length of the well-formed UTF-8 character at the front of text (RFC 3629:
 * no overlong forms, no surrogates, up to U+10FFFF), or 0. */
size_t clean_character(struct slice text);

/* Whether such a character shows as what it is. */
bool clean_is_harmless(struct slice character);

#endif
