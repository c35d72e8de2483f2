/* need.c -- which literals a condition cannot do without.
 * SPDX-License-Identifier: MIT */
#include "match/need.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
need_free(struct need *need)
{
	for (size_t i = 0; i < need->count; i++)
		free((void *)(uintptr_t)need->literals[i].text.data);
	free(need->literals);
	*need = (struct need){ .known = false };
}

bool
need_is_safe(char c)
{
	return c >= ' ' && c <= '~' && strchr("\"\\/&<>", c) == NULL;
}

static void
need_add(struct need *need, const struct literal *literal)
{
	need->literals = mem_grow(need->literals, need->count + 1,
	    &need->room, sizeof *need->literals);
	need->literals[need->count++] = (struct literal){
	    .text = { mem_copy(literal->text), literal->text.len },
	    .caseless = literal->caseless };
}

/* Words that stand in nearly every record of some service: a literal is worth
 * what it has besides. */
static const char *const common[] = {
	"RequestId", "requestId", "request_id", "timestamp", "Timestamp",
	"message", "Message", "severity", "logger", "level", "Level", "lvl",
	"msg", "time", "Time", "type", "Type", "name", "Name", "event",
	"Event", "source", "detail", "status", "state", "version", "region",
	"account", "record", "request", "http", "arn", "aws", "log", "INFO",
	"info", "Duration", "ms",
};

static bool
is_letter_at(struct slice text, size_t at)
{
	return at < text.len && ((text.data[at] >= 'a' &&
	    text.data[at] <= 'z') || (text.data[at] >= 'A' &&
	    text.data[at] <= 'Z'));
}

/* The longest of the common words that begins at at and is a word of its own there:
 * "timed" is rarer than "time". */
static size_t
common_at(struct slice literal, size_t at)
{
	struct slice rest = slice_cut(literal, at, literal.len);
	size_t longest = 0;

	for (size_t i = 0; i < sizeof common / sizeof common[0]; i++) {
		size_t len;

		if (common[i][0] != rest.data[0] ||
		    !slice_starts(rest, common[i]))
			continue;
		len = strlen(common[i]);
		if (len > longest && !is_letter_at(rest, len))
			longest = len;
	}
	return longest;
}

static size_t
worth(struct slice literal)
{
	size_t longest = 0;

	for (size_t at = 0; at < literal.len; at++) {
		size_t len = at > 0 && is_letter_at(literal, at - 1) ? 0 :
		    common_at(literal, at);

		if (len > longest)
			longest = len;
	}
	return literal.len - longest;
}

/* U+212A and U+017F are a k and an s where the case does not count. */
static bool
is_safe(char c, bool caseless)
{
	return need_is_safe(c) && !(caseless && strchr("kKsS", c) != NULL);
}

static void
need_best(struct need *need, struct slice text, bool caseless)
{
	struct literal best = { { text.data, 0 }, caseless };
	size_t start = 0;

	need_free(need);
	for (size_t i = 0; i <= text.len; i++) {
		struct slice run;

		if (i < text.len && is_safe(text.data[i], caseless))
			continue;
		run = slice_cut(text, start, i);
		if (run.len >= NEED_MIN && (best.text.len == 0 ||
		    worth(run) > worth(best.text)))
			best.text = run;
		start = i + 1;
	}
	if (best.text.len == 0)
		return;
	need->known = true;
	need_add(need, &best);
}

void
need_literal(struct need *need, struct slice literal)
{
	need_best(need, literal, false);
}

void
need_caseless(struct need *need, struct slice literal)
{
	char *text = mem_copy(literal);

	for (size_t i = 0; i < literal.len; i++)
		if (is_letter(text[i]))
			text[i] |= CASE_BIT;
	need_best(need, (struct slice){ text, literal.len }, true);
	free(text);
}

/* What the worst of the literals is worth. */
static size_t
least_worth(const struct need *need)
{
	size_t least = SIZE_MAX;	/* none at all: it never holds */

	for (size_t i = 0; i < need->count; i++)
		if (worth(need->literals[i].text) < least)
			least = worth(need->literals[i].text);
	return least;
}

static bool
is_better(const struct need *a, const struct need *b)
{
	if (!a->known || !b->known)
		return a->known;
	if (least_worth(a) != least_worth(b))
		return least_worth(a) > least_worth(b);
	return a->count < b->count;
}

void
need_and(struct need *need, struct need *other)
{
	if (is_better(other, need)) {
		struct need kept = *other;

		*other = *need;
		*need = kept;
	}
	need_free(other);
}

static bool
need_has(const struct need *need, const struct literal *literal)
{
	for (size_t i = 0; i < need->count; i++)
		if (literal_equal(&need->literals[i], literal))
			return true;
	return false;
}

void
need_or(struct need *need, struct need *other)
{
	if (!need->known || !other->known) {
		need_free(need);
		need_free(other);
		return;
	}
	for (size_t i = 0; i < other->count; i++)
		if (!need_has(need, &other->literals[i]))
			need_add(need, &other->literals[i]);
	need_free(other);
	if (need->count > NEED_MAX_LITERALS)
		need_free(need);
}
