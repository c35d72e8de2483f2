/* sha256.c -- SHA-256 as FIPS 180-4 writes it down.
 * SPDX-License-Identifier: MIT */
#include "sink/sha256.h"

#include <stdint.h>
#include <string.h>

#include "base/mem.h"

#define BLOCK 64			/* bytes */

struct sha256 {
	uint32_t state[8];
	uint64_t len;			/* bytes so far */
	unsigned char block[BLOCK];	/* the last len % BLOCK of them */
};

static uint32_t
rotate(uint32_t x, unsigned n)
{
	return x >> n | x << (32 - n);
}

/* FIPS 180-4, 6.2.2 */
static void
take_block(uint32_t state[8], const unsigned char *block)
{
	/* 4.2.2: the fractions of the cube roots of the first 64 primes */
	static const uint32_t k[64] = {
		0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b,
		0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
		0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7,
		0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
		0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152,
		0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
		0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
		0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
		0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
		0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
		0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
		0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
		0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
	};
	uint32_t w[64];
	uint32_t v[8];			/* a to h */

	for (int t = 0; t < 16; t++)
		w[t] = (uint32_t)block[4 * t] << 24 |
		    (uint32_t)block[4 * t + 1] << 16 |
		    (uint32_t)block[4 * t + 2] << 8 | block[4 * t + 3];
	for (int t = 16; t < 64; t++)
		w[t] = w[t - 16] + w[t - 7] +
		    (rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^
		    w[t - 15] >> 3) +
		    (rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^
		    w[t - 2] >> 10);
	memcpy(v, state, sizeof v);
	for (int t = 0; t < 64; t++) {
		uint32_t t1 = v[7] + k[t] + w[t] +
		    (rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25)) +
		    ((v[4] & v[5]) ^ (~v[4] & v[6]));
		uint32_t t2 =
		    (rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22)) +
		    ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));

		memmove(v + 1, v, 7 * sizeof v[0]);
		v[4] += t1;
		v[0] = t1 + t2;
	}
	for (int i = 0; i < 8; i++)
		state[i] += v[i];
	mem_wipe(w, sizeof w);
}

static void
begin(struct sha256 *hash)
{
	/* 5.3.3: the fractions of the square roots of the first 8 primes */
	*hash = (struct sha256){ .state = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	} };
}

static void
take(struct sha256 *hash, const void *bytes, size_t len)
{
	const unsigned char *at = bytes;

	while (len > 0) {
		size_t used = hash->len % BLOCK;
		size_t step = BLOCK - used < len ? BLOCK - used : len;

		memcpy(hash->block + used, at, step);
		hash->len += step;
		at += step;
		len -= step;
		if (hash->len % BLOCK == 0)
			take_block(hash->state, hash->block);
	}
}

/* 5.1.1: a one bit, zeros, the length in bits */
static void
end(struct sha256 *hash, unsigned char digest[SHA256_SIZE])
{
	static const unsigned char padding[BLOCK] = { 0x80 };
	uint64_t bits = hash->len * 8;
	unsigned char length[8];
	size_t used = hash->len % BLOCK;
	size_t until = used < BLOCK - 8 ? BLOCK : 2 * BLOCK;

	take(hash, padding, until - 8 - used);
	for (int i = 0; i < 8; i++)
		length[i] = (unsigned char)(bits >> (56 - 8 * i));
	take(hash, length, sizeof length);
	for (int i = 0; i < SHA256_SIZE; i++)
		digest[i] = (unsigned char)(hash->state[i / 4] >>
		    (24 - 8 * (i % 4)));
	mem_wipe(hash, sizeof *hash);
}

void
sha256(unsigned char digest[SHA256_SIZE], struct slice bytes)
{
	struct sha256 hash;

	begin(&hash);
	take(&hash, bytes.data, bytes.len);
	end(&hash, digest);
}

void
sha256_hmac(unsigned char digest[SHA256_SIZE], struct slice key,
    struct slice bytes)
{
	struct sha256 hash;
	unsigned char pad[BLOCK] = { 0 };

	if (key.len > BLOCK)
		sha256(pad, key);
	else if (key.len > 0)
		memcpy(pad, key.data, key.len);
	for (int i = 0; i < BLOCK; i++)
		pad[i] ^= 0x36;
	begin(&hash);
	take(&hash, pad, sizeof pad);
	take(&hash, bytes.data, bytes.len);
	end(&hash, digest);
	for (int i = 0; i < BLOCK; i++)
		pad[i] ^= 0x36 ^ 0x5c;
	begin(&hash);
	take(&hash, pad, sizeof pad);
	take(&hash, digest, SHA256_SIZE);
	end(&hash, digest);
	mem_wipe(pad, sizeof pad);
}

void
sha256_print(struct buf *out, const unsigned char *digest, size_t len)
{
	for (size_t i = 0; i < len; i++)
		buf_printf(out, "%02x", digest[i]);
}
