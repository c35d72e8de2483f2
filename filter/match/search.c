/* search.c -- many literals at once: marks where one may stand, then a look.
 * SPDX-License-Identifier: MIT */
#include "match/search.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "match/nibbles.h"

/* Every literal gives a window of itself, its rarest: the grams (runs of 1 to
 * 4 bytes) of the window go into a table of one bit for each hash.  Then it is
 * enough to look at every step-th place of the bytes, step being the number of
 * grams in a window: one of them must stand there.  Literals of like length
 * make a class with a gram and a step of its own, so that one short literal
 * does not slow the search for the long ones.
 *
 * Bytes are taken a block of places at a time, for which a word of marks says
 * where to look.  The vectors (nibbles.h) mark every place where the bytes may be
 * a window, so then the step is 1; without them the bit tables do.  A marked place's
 * hash is looked up and the literals with that hash are compared. */

#define GRAM_MAX 4			/* bytes */
#define REACH NIBBLES_REACH		/* of them that the vectors look at */
#define STEP_MAX 4			/* grams in a window */
#define HASH_BITS 16
#define HASHES (1u << HASH_BITS)
#define NOTHING 0		/* no gram: the first stays unused */
#define CLASSES 3
#define BLOCK NIBBLES_BLOCK		/* places of one word of marks */
#define RUN 64				/* words that are made at a time */
#define PASSING_LIMIT 0.02		/* places marked by vectors, as estimated:
					 * with more the bit tables are faster */

struct gram {
	uint32_t literal;
	uint32_t offset;		/* of the gram in the literal */
	uint32_t next;			/* of the same hash, or NOTHING */
};

struct class {
	size_t shortest;		/* of its literals, bytes */
	size_t gram;			/* bytes of a gram */
	size_t step;			/* BLOCK is a multiple of it */
	bool vectors;			/* they mark its windows; step is 1 */
	uint32_t mask;			/* of the gram in four bytes */
	uint64_t bits[HASHES / 64];
	uint32_t lists[HASHES];		/* first gram of a hash, or NOTHING */
};

struct search {
	struct literal *literals;
	size_t count;
	struct class *classes[CLASSES];
	size_t class_count;
	struct gram *grams;
	size_t gram_count, gram_room;
	bool vectors;			/* some class is marked by them */
	struct nibbles nibbles;
};

/* Four bytes as one number, the first the lowest on any machine. */
static inline uint32_t
four_bytes(const char *at)
{
	const unsigned char *b = (const unsigned char *)at;

	return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
	    (uint32_t)b[3] << 24;
}

/* The same for letters of either case. */
static inline uint32_t
hash_at(const struct class *class, const char *at)
{
	return ((four_bytes(at) | CASE_BIT * 0x01010101u) & class->mask) *
	    2654435761u >> (32 - HASH_BITS);
}

static inline uint64_t
is_marked(const struct class *class, uint32_t hash)
{
	return class->bits[hash / 64] >> hash % 64 & 1;
}

/* ---- building ---- */

/* Where the window begins whose commonest gram is rarest. */
static size_t
rarest_window(const struct class *class, struct slice literal)
{
	size_t len = class->gram + class->step - 1;
	size_t best = 0;
	unsigned least = UINT32_MAX;

	for (size_t at = 0; at + len <= literal.len; at++) {
		unsigned most = 0, sum = 0;

		for (size_t i = 0; i < class->step; i++) {
			unsigned one = 0;

			for (size_t j = 0; j < class->gram; j++)
				one += nibbles_commonness(
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
add_gram(struct search *s, struct class *class, uint32_t literal,
    size_t offset)
{
	char bytes[GRAM_MAX] = { 0 };
	uint32_t hash;

	memcpy(bytes, s->literals[literal].text.data + offset, class->gram);
	hash = hash_at(class, bytes);
	class->bits[hash / 64] |= (uint64_t)1 << hash % 64;
	s->grams = mem_grow(s->grams, s->gram_count + 1, &s->gram_room,
	    sizeof *s->grams);
	s->grams[s->gram_count] = (struct gram){ .literal = literal,
	    .offset = (uint32_t)offset, .next = class->lists[hash] };
	class->lists[hash] = (uint32_t)s->gram_count++;
}

/* Long, middle and short. */
static size_t
class_of(size_t len)
{
	return len >= GRAM_MAX + STEP_MAX - 1 ? 0 : len >= GRAM_MAX ? 1 : 2;
}

/* The largest of 1, 2 and 4 that there are grams for. */
static size_t
step_for(size_t grams)
{
	return grams >= 4 ? 4 : grams >= 2 ? 2 : 1;
}

/* The bytes of the shortest literal of a class; 0: it has none. */
static size_t
shortest_of(const struct search *s, size_t number)
{
	size_t shortest = 0;

	for (size_t i = 0; i < s->count; i++) {
		size_t len = s->literals[i].text.len;

		if (class_of(len) == number && (shortest == 0 ||
		    len < shortest))
			shortest = len;
	}
	return shortest;
}

/* The grams of the literals of a class, which are marked by vectors if there are
 * buckets.  Zeros are what an empty table holds: of the pages that nothing is put into
 * there is none. */
static struct class *
make_class(struct search *s, size_t number, struct nibbles_buckets *buckets)
{
	struct class *class = mem_zero(1, sizeof *class);

	class->shortest = shortest_of(s, number);
	assert(class->shortest > 0);
	class->vectors = buckets != NULL;
	class->gram = class->shortest < GRAM_MAX ? class->shortest : GRAM_MAX;
	class->step = class->vectors ? 1 :
	    step_for(class->shortest - class->gram + 1);
	class->mask = UINT32_MAX >> 8 * (4 - class->gram);
	/* the last first, so that a list begins with the lowest number */
	for (size_t i = s->count; i-- > 0;) {
		const struct literal *literal = &s->literals[i];
		size_t at;

		if (class_of(literal->text.len) != number)
			continue;
		at = buckets != NULL ? nibbles_add(buckets, literal) :
		    rarest_window(class, literal->text);
		for (size_t j = 0; j < class->step; j++)
			add_gram(s, class, (uint32_t)i, at + j);
	}
	return class;
}

/* The short first, for the buckets.  A class for which the vectors would mark too much
 * is left to the bit tables. */
static void
build_classes(struct search *s, bool vectors)
{
	struct nibbles_buckets buckets;

	nibbles_begin(&buckets);
	for (size_t number = CLASSES; number-- > 0;) {
		struct nibbles_buckets before = buckets;
		size_t grams_before = s->gram_count;
		struct class *class;

		if (shortest_of(s, number) == 0)
			continue;
		class = make_class(s, number, vectors ? &buckets : NULL);
		if (vectors && buckets.passing > PASSING_LIMIT) {
			buckets = before;
			s->gram_count = grams_before;
			free(class);
			class = make_class(s, number, NULL);
		}
		s->classes[s->class_count++] = class;
		s->vectors = s->vectors || class->vectors;
	}
	nibbles_make(&s->nibbles, &buckets);
}

struct search *
search_new(const struct literal *literals, size_t count, bool portable)
{
	struct search *s = mem_zero(1, sizeof *s);

	s->count = count;
	s->gram_count = NOTHING + 1;
	s->literals = mem_zero(count, sizeof *s->literals);
	for (size_t i = 0; i < count; i++) {
		assert(literals[i].text.len > 0);
		s->literals[i] = literals[i];
		s->literals[i].text.data = mem_copy(literals[i].text);
	}
	build_classes(s, !portable && nibbles_can());
	return s;
}

void
search_free(struct search *search)
{
	if (search == NULL)
		return;
	for (size_t i = 0; i < search->count; i++)
		free((void *)(uintptr_t)search->literals[i].text.data);
	for (size_t i = 0; i < search->class_count; i++)
		free(search->classes[i]);
	free(search->grams);
	free(search->literals);
	free(search);
}

/* ---- searching ---- */

static void
mark_by_bits(const struct search *s, const char *at, size_t count,
    uint64_t *marks)
{
	for (size_t c = 0; c < s->class_count; c++) {
		const struct class *class = s->classes[c];
		const size_t step = class->step;
		const char *place = at;

		if (class->vectors)
			continue;
		for (size_t i = 0; i < count; i++, place += BLOCK) {
			uint64_t word = 0;

			for (size_t j = 0; j < BLOCK; j += step)
				word |= is_marked(class,
				    hash_at(class, place + j)) << j;
			marks[i] |= word;
		}
	}
}

struct look {
	const struct search *search;
	struct slice bytes;
	size_t (*hit)(void *ctx, size_t found, size_t end);
	void *ctx;
	size_t skip;		/* what ends up to here need not be told */
};

/* A gram of the class stands at place: compares each literal that may. */
static void
look_at(struct look *l, const struct class *class, uint32_t hash, size_t place)
{
	const struct search *s = l->search;

	for (uint32_t i = class->lists[hash]; i != NOTHING;
	    i = s->grams[i].next) {
		const struct gram *g = &s->grams[i];
		const struct literal *literal = &s->literals[g->literal];
		size_t len = literal->text.len;
		size_t start = place - g->offset;
		size_t skip;

		/* a place may lie in the zeros behind the end */
		if (g->offset > place || start > l->bytes.len ||
		    len > l->bytes.len - start || start + len <= l->skip ||
		    !literal_is_at(literal, l->bytes.data + start))
			continue;
		skip = l->hit(l->ctx, g->literal, start + len);
		if (skip > l->skip)
			l->skip = skip;
	}
}

/* The marked places of a block that begins at from; its bytes stand at bytes, four
 * can be read at each place. */
static void
look_over(struct look *l, const char *bytes, size_t from, uint64_t marks)
{
	const struct search *s = l->search;

	for (; marks != 0; marks &= marks - 1) {
		size_t bit = (size_t)__builtin_ctzll(marks);

		for (size_t c = 0; c < s->class_count; c++) {
			const struct class *class = s->classes[c];
			uint32_t hash;

			if (bit % class->step != 0)
				continue;
			hash = hash_at(class, bytes + bit);
			if (is_marked(class, hash) && from + bit >= l->skip)
				look_at(l, class, hash, from + bit);
		}
	}
}

static void
look_through(struct look *l, const char *bytes, size_t from, size_t blocks)
{
	const struct search *s = l->search;
	uint64_t marks[RUN];

	if (s->vectors)
		nibbles_mark(&s->nibbles, bytes, blocks, marks);
	else
		memset(marks, 0, blocks * sizeof *marks);
	mark_by_bits(s, bytes, blocks, marks);
	for (size_t i = 0; i < blocks; i++)
		if (marks[i] != 0)
			look_over(l, bytes + i * BLOCK, from + i * BLOCK,
			    marks[i]);
}

void
search_run(const struct search *search, struct slice bytes,
    size_t (*hit)(void *ctx, size_t found, size_t end), void *ctx)
{
	struct look l = { .search = search, .bytes = bytes, .hit = hit,
	    .ctx = ctx };
	char rest[3 * BLOCK] = { 0 };	/* the end, with zeros behind it */
	size_t at = 0;

	if (search->class_count == 0)
		return;
	while (bytes.len - at >= BLOCK + REACH - 1) {
		size_t blocks = (bytes.len - at - (REACH - 1)) / BLOCK;

		if (blocks > RUN)
			blocks = RUN;
		look_through(&l, bytes.data + at, at, blocks);
		at += blocks * BLOCK;
		if (l.skip > at)
			at = l.skip < bytes.len ? l.skip / BLOCK * BLOCK :
			    bytes.len;
	}
	if (at == bytes.len)
		return;
	memcpy(rest, bytes.data + at, bytes.len - at);
	look_through(&l, rest, at, (bytes.len - at + BLOCK - 1) / BLOCK);
}
