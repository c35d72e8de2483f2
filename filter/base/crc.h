/* crc.h -- a checksum for what is kept on disk.
 * SPDX-License-Identifier: MIT */
#ifndef BASE_CRC_H
#define BASE_CRC_H

#include <stdint.h>

#include "base/slice.h"

/* CRC-32C (Castagnoli, RFC 3720 B.4): any burst of up to 32 bits shows. */
uint32_t crc32c(struct slice bytes);

#endif
