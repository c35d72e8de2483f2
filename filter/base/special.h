/* special.h -- the bytes that are not themselves in a JSON string, found fast.
 * SPDX-License-Identifier: MIT
 *
 * RFC 8259 section 7: quote, backslash and what is below a blank.  Vectors are those that
 * every amd64 and arm64 has; built with SEARCH_PORTABLE there are none. */
#ifndef BASE_SPECIAL_H
#define BASE_SPECIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if !defined SEARCH_PORTABLE && defined __SSE2__
#include <emmintrin.h>
#elif !defined SEARCH_PORTABLE && defined __aarch64__
#include <arm_neon.h>
#endif

static inline bool
special_is(unsigned char c)
{
	return c == '"' || c == '\\' || c < 0x20;
}

/* In the top bit of each of 8 bytes, whether it is one.  Exact as a whole word, and in
 * the lowest byte that is marked: a borrow only runs up. */
static inline uint64_t
special_marks(uint64_t word)
{
	const uint64_t ones = 0x0101010101010101u, tops = ones << 7;
	uint64_t quote = word ^ ones * '"';
	uint64_t backslash = word ^ ones * '\\';

	return (((quote - ones) & ~quote) | ((backslash - ones) & ~backslash) |
	    ((word - ones * 0x20) & ~word)) & tops;
}

/* The first at or behind at, or len. */
static inline size_t
special_find_portable(const char *text, size_t at, size_t len)
{
	uint64_t word;

	while (len - at >= sizeof word) {
		memcpy(&word, text + at, sizeof word);
		if (special_marks(word) != 0)
			break;
		at += sizeof word;
	}
	while (at < len && !special_is((unsigned char)text[at]))
		at++;
	return at;
}

#if !defined SEARCH_PORTABLE && defined __SSE2__

#define SPECIAL_BLOCK 16

/* A bit for each of 16 bytes; the lowest is the first. */
static inline uint64_t
special_block(const char *at)
{
	__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
	__m128i below = _mm_cmpeq_epi8(_mm_min_epu8(bytes,
	    _mm_set1_epi8(0x1f)), bytes);
	__m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
	__m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));

	return (uint64_t)(unsigned)_mm_movemask_epi8(_mm_or_si128(below,
	    _mm_or_si128(quote, backslash)));
}

#define SPECIAL_BITS 1			/* of the word for each byte */

#elif !defined SEARCH_PORTABLE && defined __aarch64__

#define SPECIAL_BLOCK 16

/* Four bits for each of 16 bytes; the lowest are the first's. */
static inline uint64_t
special_block(const char *at)
{
	uint8x16_t bytes = vld1q_u8((const uint8_t *)at);
	uint8x16_t found = vorrq_u8(vcltq_u8(bytes, vdupq_n_u8(0x20)),
	    vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('"')),
	    vceqq_u8(bytes, vdupq_n_u8('\\'))));

	return vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(
	    vreinterpretq_u16_u8(found), 4)), 0);
}

#define SPECIAL_BITS 4

#endif

static inline size_t
special_find(const char *text, size_t at, size_t len)
{
#ifdef SPECIAL_BLOCK
	while (len - at >= SPECIAL_BLOCK) {
		uint64_t marks = special_block(text + at);

		if (marks != 0)
			return at + (size_t)__builtin_ctzll(marks) / SPECIAL_BITS;
		at += SPECIAL_BLOCK;
	}
#endif
	return special_find_portable(text, at, len);
}

#endif
