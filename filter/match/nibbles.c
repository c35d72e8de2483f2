/* nibbles.c -- where one of many literals may stand, by vectors.
 * SPDX-License-Identifier: MIT */
#include "match/nibbles.h"

#include <assert.h>
#include <string.h>

/* ---- windows and buckets ---- */

#define RARITY_SLACK 6			/* a window that much commoner than the rarest
					 * may still suit a bucket better */

unsigned
nibbles_commonness(char c)
{
	if (c == ' ' || c == '"')
		return 10;
	if (c >= 'a' && c <= 'z')
		return strchr("etaoinsr", c) != NULL ? 9 :
		    strchr("jkqvwxyz", c) != NULL ? 4 : 7;
	if (is_digit(c))
		return 8;
	if (strchr(":,-./=_", c) != NULL)
		return 7;
	return is_letter(c) ? 4 : 3;
}

void
nibbles_begin(struct nibbles_buckets *buckets)
{
	double sum = 0;

	*buckets = (struct nibbles_buckets){ .passing = 0 };
	for (int c = 1; c < 128; c++) {
		double weight = 1u << nibbles_commonness((char)c);

		buckets->low[c & 15] += weight;
		buckets->high[c >> 4] += weight;
		sum += weight;
	}
	for (int i = 0; i < 16; i++) {
		buckets->low[i] /= sum;
		buckets->high[i] /= sum;
	}
}

static void
set_add(uint16_t *set, double *share, unsigned bits, const double weights[16])
{
	if ((*set >> bits & 1) != 0)
		return;
	*set |= (uint16_t)(1u << bits);
	*share += weights[bits];
}

/* The bucket with one more window: that of the literal at at. */
static struct nibbles_bucket
with_window(const struct nibbles_buckets *buckets,
    struct nibbles_bucket bucket, const struct literal *literal, size_t at)
{
	bucket.passing = 1;
	for (size_t i = 0; i < NIBBLES_REACH; i++) {
		if (at + i >= literal->text.len) {
			/* behind a short literal: anything */
			bucket.low[i] = bucket.high[i] = 0xffff;
			bucket.low_share[i] = bucket.high_share[i] = 1;
			continue;
		}
		unsigned c = (unsigned char)literal->text.data[at + i];

		set_add(&bucket.low[i], &bucket.low_share[i], c & 15,
		    buckets->low);
		set_add(&bucket.high[i], &bucket.high_share[i], c >> 4,
		    buckets->high);
		if (literal->caseless && is_letter((int)c))
			set_add(&bucket.high[i], &bucket.high_share[i],
			    (c & ~(unsigned)CASE_BIT) >> 4, buckets->high);
		bucket.passing *= bucket.low_share[i] * bucket.high_share[i];
	}
	return bucket;
}

static unsigned
window_commonness(const struct literal *literal, size_t at)
{
	unsigned sum = 0;

	for (size_t i = 0; i < NIBBLES_REACH && at + i < literal->text.len; i++)
		sum += nibbles_commonness(literal->text.data[at + i]);
	return sum;
}

/* Of the rare windows the one, and to the bucket, that makes the fewest places more
 * pass. */
size_t
nibbles_add(struct nibbles_buckets *buckets, const struct literal *literal)
{
	size_t places = literal->text.len > NIBBLES_REACH ?
	    literal->text.len - NIBBLES_REACH + 1 : 1;
	unsigned rarest = window_commonness(literal, 0);
	struct nibbles_bucket best = { .passing = 0 };
	size_t window = 0, chosen = NIBBLES_BUCKETS;
	double least = 0;

	for (size_t at = 1; at < places; at++)
		if (window_commonness(literal, at) < rarest)
			rarest = window_commonness(literal, at);
	for (size_t at = 0; at < places; at++) {
		if (window_commonness(literal, at) > rarest + RARITY_SLACK)
			continue;
		for (size_t b = 0; b < NIBBLES_BUCKETS; b++) {
			struct nibbles_bucket grown = with_window(buckets,
			    buckets->list[b], literal, at);
			double more = grown.passing -
			    buckets->list[b].passing;

			if (chosen < NIBBLES_BUCKETS && more >= least)
				continue;
			chosen = b;
			window = at;
			best = grown;
			least = more;
		}
	}
	buckets->list[chosen] = best;
	buckets->passing += least;
	return window;
}

void
nibbles_make(struct nibbles *nibbles, const struct nibbles_buckets *buckets)
{
	for (size_t b = 0; b < NIBBLES_BUCKETS; b++) {
		const struct nibbles_bucket *bucket = &buckets->list[b];

		for (size_t i = 0; i < NIBBLES_REACH; i++) {
			for (unsigned n = 0; n < 16; n++) {
				unsigned low = bucket->low[i] >> n & 1;
				unsigned high = bucket->high[i] >> n & 1;

				nibbles->low[i][n] |= (uint8_t)(low << b);
				nibbles->high[i][n] |= (uint8_t)(high << b);
			}
		}
	}
}

/* ---- marking ---- */

#if defined __x86_64__ && !defined SEARCH_PORTABLE
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define STEP 32				/* places at a time */

bool
nibbles_can(void)
{
	return __builtin_cpu_supports("avx2");
}

AVX2 static inline __m256i
load(const char *at)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)at);
}

AVX2 static inline __m256i
load_table(const uint8_t table[16])
{
	return _mm256_broadcastsi128_si256(
	    _mm_loadu_si128((const __m128i *)(const void *)table));
}

/* The buckets of which some window has such a byte at that place of it. */
AVX2 static inline __m256i
buckets_of(__m256i bytes, __m256i low, __m256i high)
{
	const __m256i lower_half = _mm256_set1_epi8(0x0f);
	__m256i upper = _mm256_and_si256(_mm256_srli_epi16(bytes, 4),
	    lower_half);
	__m256i lower = _mm256_and_si256(bytes, lower_half);

	return _mm256_and_si256(_mm256_shuffle_epi8(low, lower),
	    _mm256_shuffle_epi8(high, upper));
}

AVX2 static void
mark_by_avx2(const struct nibbles *nibbles, const char *at, size_t count,
    uint64_t *marks)
{
	const __m256i nothing = _mm256_setzero_si256();
	__m256i low[NIBBLES_REACH], high[NIBBLES_REACH];

	for (int i = 0; i < NIBBLES_REACH; i++) {
		low[i] = load_table(nibbles->low[i]);
		high[i] = load_table(nibbles->high[i]);
	}
	for (; count > 0; count--, marks++) {
		uint64_t half[NIBBLES_BLOCK / STEP];

		for (int h = 0; h < NIBBLES_BLOCK / STEP; h++, at += STEP) {
			__m256i left = buckets_of(load(at), low[0], high[0]);

			for (int i = 1; i < NIBBLES_REACH; i++)
				left = _mm256_and_si256(left, buckets_of(
				    load(at + i), low[i], high[i]));
			half[h] = (uint32_t)~_mm256_movemask_epi8(
			    _mm256_cmpeq_epi8(left, nothing));
		}
		*marks = half[0] | half[1] << STEP;
	}
}

#define AVX512 __attribute__((target("avx512bw")))

/* The same with 64 places at a time. */
AVX512 static inline __m512i
wide_buckets_of(const char *at, __m512i low, __m512i high)
{
	const __m512i lower_half = _mm512_set1_epi8(0x0f);
	__m512i bytes = _mm512_loadu_si512((const void *)at);
	__m512i upper = _mm512_and_si512(_mm512_srli_epi16(bytes, 4),
	    lower_half);
	__m512i lower = _mm512_and_si512(bytes, lower_half);

	return _mm512_and_si512(_mm512_shuffle_epi8(low, lower),
	    _mm512_shuffle_epi8(high, upper));
}

AVX512 static inline __m512i
wide_table(const uint8_t table[16])
{
	uint8_t four[4][16];		/* gcc 12 warns of its own broadcast */

	for (int i = 0; i < 4; i++)
		memcpy(four[i], table, sizeof four[i]);
	return _mm512_loadu_si512((const void *)four);
}

AVX512 static void
mark_by_avx512(const struct nibbles *nibbles, const char *at, size_t count,
    uint64_t *marks)
{
	__m512i low[NIBBLES_REACH], high[NIBBLES_REACH];

	for (int i = 0; i < NIBBLES_REACH; i++) {
		low[i] = wide_table(nibbles->low[i]);
		high[i] = wide_table(nibbles->high[i]);
	}
	for (; count > 0; count--, marks++, at += NIBBLES_BLOCK) {
		__m512i left = wide_buckets_of(at, low[0], high[0]);

		for (int i = 1; i < NIBBLES_REACH; i++)
			left = _mm512_and_si512(left, wide_buckets_of(at + i,
			    low[i], high[i]));
		*marks = _mm512_test_epi8_mask(left, left);
	}
}

void
nibbles_mark(const struct nibbles *nibbles, const char *at, size_t count,
    uint64_t *marks)
{
	if (__builtin_cpu_supports("avx512bw"))
		mark_by_avx512(nibbles, at, count, marks);
	else
		mark_by_avx2(nibbles, at, count, marks);
}

#elif defined __aarch64__ && defined __ARM_NEON && !defined SEARCH_PORTABLE
#include <arm_neon.h>

#define STEP 16				/* places at a time */

bool
nibbles_can(void)
{
	return true;			/* part of the architecture */
}

/* The buckets of which some window has such a byte at that place of it. */
static inline uint8x16_t
buckets_of(const char *at, uint8x16_t low, uint8x16_t high)
{
	uint8x16_t bytes = vld1q_u8((const uint8_t *)at);

	return vandq_u8(vqtbl1q_u8(low, vandq_u8(bytes, vdupq_n_u8(0x0f))),
	    vqtbl1q_u8(high, vshrq_n_u8(bytes, 4)));
}

void
nibbles_mark(const struct nibbles *nibbles, const char *at, size_t count,
    uint64_t *marks)
{
	/* a bit for each place of eight: added up they are a byte of marks */
	const uint8x16_t bits = vreinterpretq_u8_u64(
	    vdupq_n_u64(0x8040201008040201u));
	uint8x16_t low[NIBBLES_REACH], high[NIBBLES_REACH];

	for (int i = 0; i < NIBBLES_REACH; i++) {
		low[i] = vld1q_u8(nibbles->low[i]);
		high[i] = vld1q_u8(nibbles->high[i]);
	}
	for (; count > 0; count--, marks++) {
		uint8x16_t part[NIBBLES_BLOCK / STEP];

		for (int p = 0; p < NIBBLES_BLOCK / STEP; p++, at += STEP) {
			uint8x16_t left = buckets_of(at, low[0], high[0]);

			for (int i = 1; i < NIBBLES_REACH; i++)
				left = vandq_u8(left, buckets_of(at + i,
				    low[i], high[i]));

			part[p] = vandq_u8(vtstq_u8(left, left), bits);
		}
		part[0] = vpaddq_u8(vpaddq_u8(part[0], part[1]),
		    vpaddq_u8(part[2], part[3]));
		part[0] = vpaddq_u8(part[0], part[0]);
		*marks = vgetq_lane_u64(vreinterpretq_u64_u8(part[0]), 0);
	}
}

#else

bool
nibbles_can(void)
{
	return false;
}

void
nibbles_mark(const struct nibbles *nibbles, const char *at, size_t count,
    uint64_t *marks)
{
	(void)nibbles;
	(void)at;
	(void)count;
	(void)marks;
	assert(!"nobody asks this of a processor that cannot");
}

#endif
