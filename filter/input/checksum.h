/* checksum.h -- the checksum of gzip members.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_CHECKSUM_H
#define INPUT_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* CRC-32 (RFC 1952) of what came before and of bytes; 0 at first. */
uint32_t checksum_add(uint32_t sum, const char *bytes, size_t len);

/* Whether this processor (and this build) does it fast: at the speed of memory.
 * zlib's own is quicker than what is left otherwise. */
bool checksum_is_fast(void);

#endif
