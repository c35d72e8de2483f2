/* sha256.h -- SHA-256 and HMAC-SHA-256 (FIPS 180-4, RFC 2104).
 * SPDX-License-Identifier: MIT */
#ifndef SINK_SHA256_H
#define SINK_SHA256_H

#include "base/buf.h"
#include "base/slice.h"

#define SHA256_SIZE 32			/* bytes */

void sha256(unsigned char digest[SHA256_SIZE], struct slice bytes);
void sha256_hmac(unsigned char digest[SHA256_SIZE], struct slice key,
    struct slice bytes);

/* Appends the first len bytes of a digest in hexadecimal. */
void sha256_print(struct buf *out, const unsigned char *digest, size_t len);

#endif
