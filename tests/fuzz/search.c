/* search.c -- fuzz: many literals at once, by vectors, portably, and one by one.
 * SPDX-License-Identifier: MIT
 *
 * Lines up to an empty one are the literals, the rest is searched. */
#include "match/search.h"

#include "base/mem.h"
#include "fuzz.h"

#define LITERALS 40

struct hits {
	struct buf list;	/* sorted in the end: number and end of each */
	size_t latest;		/* where the furthest that was told began */
	const struct literal *literals;
};

static void
add(struct hits *hits, size_t found, size_t end)
{
	size_t pair[2] = { end, found };

	buf_add(&hits->list, pair, sizeof pair);
}

static size_t
take(void *ctx, size_t found, size_t end)
{
	struct hits *hits = ctx;

	HOLDS(end >= hits->literals[found].text.len);
	/* none that ends before one already told begins */
	HOLDS(end > hits->latest);
	if (end - hits->literals[found].text.len > hits->latest)
		hits->latest = end - hits->literals[found].text.len;
	add(hits, found, end);
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const size_t *one = a, *other = b;

	if (one[0] != other[0])
		return one[0] < other[0] ? -1 : 1;
	return one[1] < other[1] ? -1 : one[1] > other[1];
}

static void
sort(struct hits *hits)
{
	if (hits->list.len > 0)
		qsort(hits->list.data, hits->list.len / (2 * sizeof(size_t)),
		    2 * sizeof(size_t), compare);
}

static void
search(struct hits *hits, const struct literal *literals, size_t count,
    struct slice text, bool portable)
{
	struct search *search = search_new(literals, count, portable);

	*hits = (struct hits){ .literals = literals };
	buf_init(&hits->list, BUF_NO_LIMIT);
	search_run(search, text, take, hits);
	search_free(search);
	sort(hits);
}

/* A line, caseless when it begins with a capital letter. */
static struct literal
literal_of(struct slice line)
{
	struct literal literal = { line, line.data[0] >= 'A' &&
	    line.data[0] <= 'Z' };
	char *text = mem_copy(line);

	for (size_t i = 0; literal.caseless && i < line.len; i++)
		if (is_letter(text[i]))
			text[i] |= CASE_BIT;
	literal.text.data = text;
	return literal;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size }, line;
	struct literal literals[LITERALS];
	struct hits one_by_one = { .latest = 0 }, vectors, portable;
	size_t count = 0;

	while (count < LITERALS && (line = fuzz_line(&text)).len > 0)
		literals[count++] = literal_of(line);
	if (count == 0)
		return -1;
	buf_init(&one_by_one.list, BUF_NO_LIMIT);
	for (size_t i = 0; i < count; i++)
		for (size_t at = literals[i].text.len; at <= text.len; at++)
			if (literal_is_at(&literals[i], text.data + at -
			    literals[i].text.len))
				add(&one_by_one, i, at);
	sort(&one_by_one);
	search(&vectors, literals, count, text, false);
	search(&portable, literals, count, text, true);
	HOLDS(fuzz_same(&one_by_one.list, &vectors.list));
	HOLDS(fuzz_same(&one_by_one.list, &portable.list));
	for (size_t i = 0; i < count; i++)
		free((void *)(uintptr_t)literals[i].text.data);
	buf_free(&portable.list);
	buf_free(&vectors.list);
	buf_free(&one_by_one.list);
	return 0;
}
