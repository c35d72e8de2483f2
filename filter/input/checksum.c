/* checksum.c -- CRC-32 by multiplication without carries.
 * SPDX-License-Identifier: MIT
 *
 * zlib's own takes an eighth of its inflating.  This is the way of Intel's "Fast CRC
 * Computation for Generic Polynomials Using PCLMULQDQ Instruction", bits reflected:
 * the text is a polynomial; 64 bytes are folded onto the next 64 by what is left of
 * x^n when it is divided, at last into the 32 bits of the remainder. */
#include "input/checksum.h"

/* What four bits add, for the reflected polynomial 0xedb88320. */
static const uint32_t table[16] = {
	0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
	0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
	0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
	0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

static uint32_t
by_table(uint32_t sum, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		sum ^= (unsigned char)bytes[i];
		sum = sum >> 4 ^ table[sum & 15];
		sum = sum >> 4 ^ table[sum & 15];
	}
	return sum;
}

#if defined __x86_64__
#include <immintrin.h>

#define FOLDING __attribute__((target("pclmul,sse4.1")))
#define FOLD_MIN 64			/* bytes that are folded at a time */
#define PART 16

bool
checksum_is_fast(void)
{
	return __builtin_cpu_supports("pclmul") &&
	    __builtin_cpu_supports("sse4.1");
}

FOLDING static inline __m128i
load(const char *at)
{
	return _mm_loadu_si128((const __m128i *)(const void *)at);
}

/* What sum adds to bytes that stand as much further on as factors say. */
FOLDING static inline __m128i
fold(__m128i sum, __m128i factors, __m128i bytes)
{
	__m128i low = _mm_clmulepi64_si128(sum, factors, 0x00);
	__m128i high = _mm_clmulepi64_si128(sum, factors, 0x11);

	return _mm_xor_si128(_mm_xor_si128(low, high), bytes);
}

/* 128 bits to the remainder of 32. */
FOLDING static uint32_t
reduce(__m128i sum, __m128i factors)
{
	const __m128i to_32 = _mm_set_epi64x(0, 0x163cd6124);
	const __m128i barrett = _mm_set_epi64x(0x1f7011641, 0x1db710641);
	const __m128i lower = _mm_setr_epi32(-1, 0, -1, 0);
	__m128i left;

	sum = _mm_xor_si128(_mm_srli_si128(sum, 8),
	    _mm_clmulepi64_si128(sum, factors, 0x10));
	left = _mm_srli_si128(sum, 4);
	sum = _mm_clmulepi64_si128(_mm_and_si128(sum, lower), to_32, 0x00);
	sum = _mm_xor_si128(sum, left);
	left = _mm_clmulepi64_si128(_mm_and_si128(sum, lower), barrett, 0x10);
	left = _mm_clmulepi64_si128(_mm_and_si128(left, lower), barrett, 0x00);
	return (uint32_t)_mm_extract_epi32(_mm_xor_si128(sum, left), 1);
}

/* len is FOLD_MIN or more and a multiple of PART. */
FOLDING static uint32_t
by_folding(uint32_t sum, const char *bytes, size_t len)
{
	const __m128i by_64 = _mm_set_epi64x(0x1c6e41596, 0x154442bd4);
	const __m128i by_16 = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
	__m128i a = load(bytes), b = load(bytes + 16);
	__m128i c = load(bytes + 32), d = load(bytes + 48);

	a = _mm_xor_si128(a, _mm_cvtsi32_si128((int)sum));
	bytes += FOLD_MIN;
	len -= FOLD_MIN;
	for (; len >= FOLD_MIN; len -= FOLD_MIN, bytes += FOLD_MIN) {
		a = fold(a, by_64, load(bytes));
		b = fold(b, by_64, load(bytes + 16));
		c = fold(c, by_64, load(bytes + 32));
		d = fold(d, by_64, load(bytes + 48));
	}
	a = fold(a, by_16, b);
	a = fold(a, by_16, c);
	a = fold(a, by_16, d);
	for (; len >= PART; len -= PART, bytes += PART)
		a = fold(a, by_16, load(bytes));
	return reduce(a, by_16);
}

uint32_t
checksum_add(uint32_t sum, const char *bytes, size_t len)
{
	sum = ~sum;
	if (len >= FOLD_MIN && checksum_is_fast()) {
		size_t folded = len / PART * PART;

		sum = by_folding(sum, bytes, folded);
		bytes += folded;
		len -= folded;
	}
	return ~by_table(sum, bytes, len);
}

#else

bool
checksum_is_fast(void)
{
	return false;
}

uint32_t
checksum_add(uint32_t sum, const char *bytes, size_t len)
{
	return ~by_table(~sum, bytes, len);
}

#endif
