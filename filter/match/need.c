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
		free((void *)(uintptr_t)need->literals[i].data);
	free(need->literals);
	*need = (struct need){ .known = false };
}

bool
need_is_safe(char c)
{
	return c >= ' ' && c <= '~' && strchr("\"\\/&<>", c) == NULL;
}

static void
need_add(struct need *need, struct slice literal)
{
	need->literals = mem_grow(need->literals, need->count + 1,
	    &need->room, sizeof *need->literals);
	need->literals[need->count++] =
	    (struct slice){ mem_copy(literal), literal.len };
}

void
need_literal(struct need *need, struct slice literal)
{
	struct slice best = { literal.data, 0 };
	size_t start = 0;

	need_free(need);
	for (size_t i = 0; i <= literal.len; i++) {
		if (i < literal.len && need_is_safe(literal.data[i]))
			continue;
		if (i - start > best.len)
			best = slice_cut(literal, start, i);
		start = i + 1;
	}
	if (best.len < NEED_MIN)
		return;
	need->known = true;
	need_add(need, best);
}

static size_t
shortest(const struct need *need)
{
	size_t len = SIZE_MAX;		/* none at all: it never holds */

	for (size_t i = 0; i < need->count; i++)
		if (need->literals[i].len < len)
			len = need->literals[i].len;
	return len;
}

static bool
is_better(const struct need *a, const struct need *b)
{
	if (!a->known || !b->known)
		return a->known;
	if (shortest(a) != shortest(b))
		return shortest(a) > shortest(b);
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
need_has(const struct need *need, struct slice literal)
{
	for (size_t i = 0; i < need->count; i++)
		if (slice_equal(need->literals[i], literal))
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
		if (!need_has(need, other->literals[i]))
			need_add(need, other->literals[i]);
	need_free(other);
	if (need->count > NEED_MAX_LITERALS)
		need_free(need);
}
