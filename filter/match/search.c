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
 * a gram, so then the step is 1; without them the bit tables do.  A marked place's
 * hash is looked up and the literals with that hash are compared. */

#define GRAM_MAX 4			/* bytes */
#define REACH NIBBLES_REACH		/* of them that the vectors look at */
#define STEP_MAX 4			/* grams in a window */
#define HASH_BITS 16
#define HASHES (1u << HASH_BITS)
#define NOTHING UINT32_MAX
#define CLASSES 3
#define BLOCK NIBBLES_BLOCK		/* places of one word of marks */
#define RUN 64				/* words that are made at a time */
#define PASSING_LIMIT 0.004		/* places marked by vectors, as estimated */

struct gram {
	uint32_t literal;
	uint32_t offset;		/* of the gram in the literal */
	uint32_t next;			/* of the same hash, or NOTHING */
};

struct class {
	size_t shortest;		/* of its literals, bytes */
	size_t gram;			/* bytes of a gram */
	size_t step;			/* BLOCK is a multiple of it */
	bool vectors;			/* they mark its grams; step is 1 */
	uint32_t mask;			/* of the gram in four bytes */
	uint64_t bits[HASHES / 64];
	uint32_t lists[HASHES];		/* first gram of a hash, or NOTHING */
};

struct search {
	char **literals;
	size_t *lens;
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

static inline uint32_t
hash_at(const struct class *class, const char *at)
{
	return (four_bytes(at) & class->mask) * 2654435761u >>
	    (32 - HASH_BITS);
}

static inline uint64_t
is_marked(const struct class *class, uint32_t hash)
{
	return class->bits[hash / 64] >> hash % 64 & 1;
}

/* ---- building ---- */

/* How often a byte is met in logs, roughly: only the choice of windows and
 * buckets hangs on it. */
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

/* What of a literal the vectors look at. */
static size_t
window_len(size_t literal)
{
	return literal < REACH ? literal : REACH;
}

/* Where the window begins whose commonest gram is rarest. */
static size_t
best_window(const struct class *class, struct slice literal)
{
	size_t len = class->vectors ? window_len(literal.len) :
	    class->gram + class->step - 1;
	size_t gram = class->vectors ? len : class->gram;
	size_t best = 0;
	unsigned least = UINT32_MAX;

	for (size_t at = 0; at + len <= literal.len; at++) {
		unsigned most = 0, sum = 0;

		for (size_t i = 0; i < class->step; i++) {
			unsigned one = 0;

			for (size_t j = 0; j < gram; j++)
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
add_gram(struct search *s, struct class *class, uint32_t literal,
    size_t offset)
{
	char bytes[GRAM_MAX] = { 0 };
	uint32_t hash;

	memcpy(bytes, s->literals[literal] + offset, class->gram);
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

/* The literals of one class, marked by vectors or not; NULL: there are none. */
static struct class *
make_class(struct search *s, size_t number, bool vectors)
{
	struct class *class = NULL;

	for (size_t i = 0; i < s->count; i++) {
		if (class_of(s->lens[i]) != number)
			continue;
		if (class == NULL) {
			class = mem_zero(1, sizeof *class);
			class->shortest = s->lens[i];
		}
		if (s->lens[i] < class->shortest)
			class->shortest = s->lens[i];
	}
	if (class == NULL)
		return NULL;
	class->vectors = vectors;
	class->gram = class->shortest < GRAM_MAX ? class->shortest : GRAM_MAX;
	class->step = vectors ? 1 :
	    step_for(class->shortest - class->gram + 1);
	class->mask = UINT32_MAX >> 8 * (4 - class->gram);
	memset(class->lists, 0xff, sizeof class->lists);
	/* the last first, so that a list begins with the lowest number */
	for (size_t i = s->count; i-- > 0;) {
		struct slice literal = { s->literals[i], s->lens[i] };
		size_t at;

		if (class_of(literal.len) != number)
			continue;
		at = best_window(class, literal);
		for (size_t j = 0; j < class->step; j++)
			add_gram(s, class, (uint32_t)i, at + j);
	}
	return class;
}

/* ---- buckets ---- */

/* Four bits of each kind that a bucket's grams have, as sets. */
struct bucket {
	uint16_t low[REACH], high[REACH];
};

/* How often four bits are met, by commonness. */
struct weights {
	double low[16], high[16];
};

static void
weigh(struct weights *weights)
{
	double sum = 0;

	*weights = (struct weights){ .low = { 0 } };
	for (unsigned c = 0; c < 128; c++) {
		double weight = 1u << commonness((unsigned char)c);

		weights->low[c & 15] += weight;
		weights->high[c >> 4] += weight;
		sum += weight;
	}
	for (int i = 0; i < 16; i++) {
		weights->low[i] /= sum;
		weights->high[i] /= sum;
	}
}

static double
share(const double weights[16], uint16_t set)
{
	double sum = 0;

	for (; set != 0; set &= (uint16_t)(set - 1))
		sum += weights[__builtin_ctz(set)];
	return sum;
}

/* The share of all places at which the bucket's bit would be left. */
static double
passing(const struct weights *weights, const struct bucket *bucket)
{
	double product = 1;

	for (size_t i = 0; i < REACH; i++)
		product *= share(weights->low, bucket->low[i]) *
		    share(weights->high, bucket->high[i]);
	return product;
}

static struct bucket
with_gram(struct bucket bucket, const char *bytes, size_t len)
{
	for (size_t i = 0; i < REACH; i++) {
		unsigned char c = i < len ? (unsigned char)bytes[i] : 0;

		/* what is behind a short gram may be anything */
		bucket.low[i] |= i < len ? (uint16_t)(1u << (c & 15)) : 0xffff;
		bucket.high[i] |= i < len ? (uint16_t)(1u << (c >> 4)) : 0xffff;
	}
	return bucket;
}

/* Each gram goes where it makes the fewest places pass. */
static void
fill_buckets(struct search *s, const struct weights *weights,
    const struct class *class, struct bucket *buckets, double *passes)
{
	for (size_t i = 0; i < s->gram_count; i++) {
		const struct gram *g = &s->grams[i];
		const char *bytes = s->literals[g->literal] + g->offset;
		struct bucket best = { { 0 }, { 0 } };
		double least = 0, pass = 0;
		size_t chosen = NIBBLES_BUCKETS;

		if (class_of(s->lens[g->literal]) !=
		    class_of(class->shortest))
			continue;
		for (size_t b = 0; b < NIBBLES_BUCKETS; b++) {
			struct bucket grown = with_gram(buckets[b], bytes,
			    window_len(s->lens[g->literal]));
			double now = passing(weights, &grown);

			if (chosen < NIBBLES_BUCKETS &&
			    now - passes[b] >= least)
				continue;
			chosen = b;
			best = grown;
			pass = now;
			least = now - passes[b];
		}
		buckets[chosen] = best;
		passes[chosen] = pass;
	}
}

/* The share of places that would be marked. */
static double
all_passes(const double *passes)
{
	double sum = 0;

	for (size_t b = 0; b < NIBBLES_BUCKETS; b++)
		sum += passes[b];
	return sum;
}

static void
build_nibbles(struct search *s, const struct bucket *buckets)
{
	for (size_t b = 0; b < NIBBLES_BUCKETS; b++) {
		for (size_t i = 0; i < REACH; i++) {
			for (unsigned n = 0; n < 16; n++) {
				unsigned low = buckets[b].low[i] >> n & 1;
				unsigned high = buckets[b].high[i] >> n & 1;

				s->nibbles.low[i][n] |= (uint8_t)(low << b);
				s->nibbles.high[i][n] |= (uint8_t)(high << b);
			}
		}
	}
}

/* The short first: a bucket with a short one is no good for a long one.  A class
 * for which the vectors would mark too much is left to the bit tables. */
static void
build_classes(struct search *s, bool vectors)
{
	struct bucket buckets[NIBBLES_BUCKETS] = { { { 0 }, { 0 } } };
	double passes[NIBBLES_BUCKETS] = { 0 };
	struct weights weights;

	weigh(&weights);
	for (size_t number = CLASSES; number-- > 0;) {
		size_t before = s->gram_count;
		struct class *class = make_class(s, number, vectors);
		struct bucket tried[NIBBLES_BUCKETS];
		double pass[NIBBLES_BUCKETS];

		if (class == NULL)
			continue;
		if (vectors) {
			memcpy(tried, buckets, sizeof tried);
			memcpy(pass, passes, sizeof pass);
			fill_buckets(s, &weights, class, tried, pass);
			if (all_passes(pass) <= PASSING_LIMIT) {
				memcpy(buckets, tried, sizeof tried);
				memcpy(passes, pass, sizeof pass);
				s->vectors = true;
			} else {
				free(class);
				s->gram_count = before;
				class = make_class(s, number, false);
			}
		}
		s->classes[s->class_count++] = class;
	}
	if (s->vectors)
		build_nibbles(s, buckets);
}

struct search *
search_new(const struct slice *literals, size_t count, bool portable)
{
	struct search *s = mem_zero(1, sizeof *s);

	s->count = count;
	s->literals = mem_zero(count, sizeof *s->literals);
	s->lens = mem_zero(count, sizeof *s->lens);
	for (size_t i = 0; i < count; i++) {
		assert(literals[i].len > 0);
		s->literals[i] = mem_copy(literals[i]);
		s->lens[i] = literals[i].len;
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
		free(search->literals[i]);
	for (size_t i = 0; i < search->class_count; i++)
		free(search->classes[i]);
	free(search->grams);
	free(search->lens);
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
		size_t len = s->lens[g->literal];
		size_t start = place - g->offset;
		size_t skip;

		/* a place may lie in the zeros behind the end */
		if (g->offset > place || start > l->bytes.len ||
		    len > l->bytes.len - start || start + len <= l->skip ||
		    memcmp(l->bytes.data + start, s->literals[g->literal],
		    len) != 0)
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
