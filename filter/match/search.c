/* search.c -- many literals at once: a filter over short grams, then a look.
 * SPDX-License-Identifier: MIT */
#include "match/search.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Every literal gives a window of itself, its rarest: the grams (runs of 1 to
 * 4 bytes) of the window go into a table of one bit for each hash.  Then it is
 * enough to look at every step-th place of the bytes, step being the number of
 * grams in a window: one of them must stand there.  Where a bit is set the
 * literals with that hash are compared.  The steps do not depend on each other
 * as those of an automaton do, and the bits stay in the first-level cache. */

#define GRAM_MAX 4			/* bytes */
#define STEP_MAX 4			/* grams in a window */
#define HASH_BITS 16
#define HASHES (1u << HASH_BITS)
#define NOTHING UINT32_MAX

struct gram {
	uint32_t literal;
	uint32_t offset;		/* of the gram in the literal */
	uint32_t next;			/* of the same hash, or NOTHING */
};

struct search {
	char **literals;
	size_t *lens;
	size_t count;
	size_t gram;			/* bytes of a gram */
	size_t step;
	uint32_t mask;			/* of the gram in four bytes */
	uint64_t bits[HASHES / 64];
	uint32_t lists[HASHES];		/* first gram of a hash, or NOTHING */
	struct gram *grams;
	size_t gram_count;
};

/* Four bytes as one number, the first the lowest on any machine. */
static inline uint32_t
four_bytes(const char *at)
{
	const unsigned char *b = (const unsigned char *)at;

	return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
	    (uint32_t)b[3] << 24;
}

static inline uint32_t
hash_of(uint32_t gram)
{
	return gram * 2654435761u >> (32 - HASH_BITS);
}

static inline bool
is_marked(const struct search *s, uint32_t hash)
{
	return (s->bits[hash / 64] >> hash % 64 & 1) != 0;
}

/* How often a byte is met in logs, roughly: only the choice of windows hangs on
 * it. */
static unsigned
commonness(unsigned char c)
{
	if (c == ' ' || c == '"')
		return 10;
	if (c >= 'a' && c <= 'z')
		return strchr("etaoinsr", c) != NULL ? 9 :
		    strchr("jkqvwxyz", c) != NULL ? 4 : 7;
	if (c >= '0' && c <= '9')
		return 8;
	if (strchr(":,-./=_", c) != NULL)
		return 7;
	return c >= 'A' && c <= 'Z' ? 4 : 3;
}

/* Where the window begins whose commonest gram is rarest. */
static size_t
best_window(const struct search *s, struct slice literal)
{
	size_t len = s->gram + s->step - 1;
	size_t best = 0;
	unsigned least = UINT32_MAX;

	for (size_t at = 0; at + len <= literal.len; at++) {
		unsigned most = 0, sum = 0;

		for (size_t i = 0; i < s->step; i++) {
			unsigned one = 0;

			for (size_t j = 0; j < s->gram; j++)
				one += commonness((unsigned char)
				    literal.data[at + i + j]);
			sum += one;
			if (one > most)
				most = one;
		}
		if (most * 64 + sum < least) {
			least = most * 64 + sum;
			best = at;
		}
	}
	return best;
}

static void
add_gram(struct search *s, uint32_t literal, size_t offset)
{
	char bytes[GRAM_MAX] = { 0 };
	uint32_t hash;

	memcpy(bytes, s->literals[literal] + offset, s->gram);
	hash = hash_of(four_bytes(bytes) & s->mask);
	s->bits[hash / 64] |= (uint64_t)1 << hash % 64;
	s->grams[s->gram_count] = (struct gram){ .literal = literal,
	    .offset = (uint32_t)offset, .next = s->lists[hash] };
	s->lists[hash] = (uint32_t)s->gram_count++;
}

struct search *
search_new(const struct slice *literals, size_t count)
{
	struct search *s = mem_zero(1, sizeof *s);
	size_t shortest = GRAM_MAX + STEP_MAX - 1;

	s->count = count;
	s->literals = mem_zero(count, sizeof *s->literals);
	s->lens = mem_zero(count, sizeof *s->lens);
	for (size_t i = 0; i < count; i++) {
		assert(literals[i].len > 0);
		s->literals[i] = mem_copy(literals[i]);
		s->lens[i] = literals[i].len;
		if (literals[i].len < shortest)
			shortest = literals[i].len;
	}
	s->gram = shortest < GRAM_MAX ? shortest : GRAM_MAX;
	s->step = shortest - s->gram + 1;
	s->mask = UINT32_MAX >> 8 * (4 - s->gram);
	memset(s->lists, 0xff, sizeof s->lists);
	s->grams = mem_zero(count * s->step, sizeof *s->grams);
	/* the last first, so that a list begins with the lowest number */
	for (size_t i = count; i-- > 0;) {
		size_t at = best_window(s, literals[i]);

		for (size_t j = 0; j < s->step; j++)
			add_gram(s, (uint32_t)i, at + j);
	}
	return s;
}

void
search_free(struct search *search)
{
	if (search == NULL)
		return;
	for (size_t i = 0; i < search->count; i++)
		free(search->literals[i]);
	free(search->grams);
	free(search->lens);
	free(search->literals);
	free(search);
}

struct look {
	const struct search *search;
	struct slice bytes;
	size_t (*hit)(void *ctx, size_t found, size_t end);
	void *ctx;
	size_t skip;		/* what ends up to here need not be told */
};

/* A marked gram stands at place: compares each literal that may.  Returns the
 * place to go on at. */
static size_t
look_at(struct look *l, size_t place, uint32_t hash)
{
	const struct search *s = l->search;

	for (uint32_t i = s->lists[hash]; i != NOTHING; i = s->grams[i].next) {
		const struct gram *g = &s->grams[i];
		size_t len = s->lens[g->literal];
		size_t start = place - g->offset;
		size_t skip;

		if (g->offset > place || len > l->bytes.len - start ||
		    start + len <= l->skip || memcmp(l->bytes.data + start,
		    s->literals[g->literal], len) != 0)
			continue;
		skip = l->hit(l->ctx, g->literal, start + len);
		if (skip > l->skip)
			l->skip = skip;
	}
	place += s->step;
	return l->skip > place ? l->skip : place;
}

void
search_run(const struct search *search, struct slice bytes,
    size_t (*hit)(void *ctx, size_t found, size_t end), void *ctx)
{
	const struct search *s = search;
	struct look l = { .search = s, .bytes = bytes, .hit = hit, .ctx = ctx };
	const size_t step = s->step;
	const uint32_t mask = s->mask;
	size_t place = 0;

	if (s->count == 0)
		return;
	while (bytes.len >= GRAM_MAX && place <= bytes.len - GRAM_MAX) {
		uint32_t hash = hash_of(four_bytes(bytes.data + place) & mask);

		if (is_marked(s, hash))
			place = look_at(&l, place, hash);
		else
			place += step;
	}
	/* a gram of less than four bytes may stand in the last three */
	while (place < bytes.len && s->gram <= bytes.len - place) {
		char last[GRAM_MAX] = { 0 };
		uint32_t hash;

		memcpy(last, bytes.data + place, s->gram);
		hash = hash_of(four_bytes(last));
		if (is_marked(s, hash))
			place = look_at(&l, place, hash);
		else
			place += step;
	}
}
