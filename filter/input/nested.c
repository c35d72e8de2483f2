/* nested.c -- finding members in text, and the same ones in the bytes it was made of.
 * SPDX-License-Identifier: MIT */
#include "input/nested.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "input/limits.h"
#include "input/member.h"

#define WORK ((size_t)64 * MEMBER_KEEP)	/* bytes read, made and compared for one broken
					 * member: made input could ask for any number */
#define FIRST 64			/* bytes by which most are told apart */
#define STORED_HEAD 5			/* RFC 1951 3.2.4: type, LEN, NLEN */

/* What was made of a member, of text: all its bytes, or those up to its fault. */
struct span {
	size_t from, to;
	bool whole;
};

struct nested {
	struct member *member;
	char *out;
	struct buf text;
	struct buf spans;
	size_t next;		/* the span that the search should meet next */
	size_t work;		/* what is left of WORK */
};

struct nested *
nested_new(void)
{
	struct nested *nested = mem_zero(1, sizeof *nested);

	buf_init(&nested->text, BUF_NO_LIMIT);
	buf_init(&nested->spans, BUF_NO_LIMIT);
	nested->work = WORK;
	return nested;
}

void
nested_free(struct nested *nested)
{
	if (nested == NULL)
		return;
	member_free(nested->member);
	free(nested->out);
	buf_free(&nested->spans);
	buf_free(&nested->text);
	free(nested);
}

void
nested_clear(struct nested *nested)
{
	buf_free(&nested->text);
	buf_free(&nested->spans);
	nested->next = 0;
	nested->work = WORK;
}

static bool
spend(struct nested *nested, size_t work)
{
	if (work > nested->work) {
		nested->work = 0;
		return false;
	}
	nested->work -= work;
	return true;
}

/* Reads the member that text begins with.  *taken of its bytes; *made: it has text. */
static enum member_state
read_member(struct nested *nested, struct slice text, size_t *taken, bool *made)
{
	struct slice rest = text;
	enum member_state state;
	size_t len;

	member_begin(nested->member);
	*made = false;
	do {
		size_t before = rest.len;

		state = member_run(nested->member, &rest, nested->out,
		    READ_SIZE, &len);
		*made = *made || len > 0;
		if (!spend(nested, before - rest.len + len))
			break;
	} while (state == MEMBER_MORE && (rest.len > 0 || len == READ_SIZE));
	*taken = text.len - rest.len;
	return state;
}

/* Whether bytes begin with all of begin. */
static bool
begins(struct nested *nested, struct slice bytes, struct slice begin)
{
	size_t first = begin.len < FIRST ? begin.len : FIRST;

	return bytes.len >= begin.len && spend(nested, first) &&
	    memcmp(bytes.data, begin.data, first) == 0 &&
	    spend(nested, begin.len) &&
	    memcmp(bytes.data, begin.data, begin.len) == 0;
}

/* Whether all of tail, a member's bytes, stands in bytes in one piece. */
static bool
stands_in(struct nested *nested, struct slice tail, struct slice bytes)
{
	size_t at;

	while ((at = slice_find(bytes, slice_from(MEMBER_MAGIC))) != SIZE_MAX) {
		bytes = slice_cut(bytes, at, bytes.len);
		if (begins(nested, bytes, tail))
			return true;
		bytes = slice_cut(bytes, 1, bytes.len);
	}
	return false;
}

size_t
nested_give(struct nested *nested, struct slice text, struct slice compressed,
    bool more)
{
	size_t base = nested->text.len, given = text.len, reached = 0, at = 0;

	if (nested->member == NULL) {
		nested->member = member_new();
		nested->out = mem_alloc(READ_SIZE);
	}
	while (nested->work > 0) {
		struct slice rest = slice_cut(text, at, text.len);
		size_t found = slice_find(rest, slice_from(MEMBER_MAGIC));
		enum member_state state;
		struct span span;
		size_t taken;
		bool made;

		if (found == SIZE_MAX)
			break;
		at += found;
		rest = slice_cut(text, at, text.len);
		state = read_member(nested, rest, &taken, &made);
		span = (struct span){ base + at, base + at + taken,
		    state == MEMBER_ENDED };
		if (state == MEMBER_MORE && more && (made || at >= reached) &&
		    stands_in(nested, rest, compressed)) {
			given = at;
			/* (spans that go further end with the text) */
			break;
		}
		if (made)
			buf_add(&nested->spans, &span, sizeof span);
		if (at + taken > reached)
			reached = at + taken;
		at += state == MEMBER_ENDED ? taken : 1;
	}
	buf_add_slice(&nested->text, slice_cut(text, 0, given));
	return given;
}

/* The head of a stored block in bytes, at or just before at: how far before, or SIZE_MAX.
 * (Its own bytes may be those that were looked for.) */
static size_t
stored_head(struct slice bytes, size_t at)
{
	for (size_t back = 0; back < STORED_HEAD && back <= at; back++) {
		const unsigned char *head =
		    (const unsigned char *)bytes.data + at - back;

		if (bytes.len - (at - back) >= STORED_HEAD && head[0] <= 1 &&
		    (head[1] ^ head[3]) == 0xff && (head[2] ^ head[4]) == 0xff)
			return back;
	}
	return SIZE_MAX;
}

/* How much of bytes is the member, which may be stored in several blocks; 0, it is
 * another. */
static size_t
length_in(struct nested *nested, struct slice member, struct slice bytes)
{
	size_t at = 0, i = 0, back;

	while (i < member.len && at < bytes.len) {
		if (bytes.data[at] == member.data[i]) {
			at++;
			i++;
			continue;
		}
		back = stored_head(bytes, at);
		if (back == SIZE_MAX || back > i)
			break;
		at += STORED_HEAD - back;
		i -= back;
	}
	return spend(nested, i + 1) && i == member.len ? at : 0;
}

size_t
nested_known(struct nested *nested, struct slice bytes)
{
	const struct span *spans = (const void *)nested->spans.data;
	size_t count = nested->spans.len / sizeof *spans;

	for (size_t i = 0; i < count && nested->work > 0; i++) {
		size_t n = (nested->next + i) % count;
		size_t len = length_in(nested, slice_cut(buf_slice(
		    &nested->text), spans[n].from, spans[n].to), bytes);

		if (len == 0)
			continue;
		nested->next = n + 1;
		return spans[n].whole ? len : sizeof MEMBER_MAGIC - 1;
	}
	return 0;
}
