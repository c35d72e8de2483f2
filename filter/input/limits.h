/* limits.h -- how much the input stage holds at once, whatever it is fed.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_LIMITS_H
#define INPUT_LIMITS_H

#include <stddef.h>

/* One record.  AWS allows 1 MB, which JSON escaping can make six.  What passes
 * this is cut here, told, and counted as damage. */
#define RECORD_LIMIT ((size_t)16 << 20)

/* A JSON document is held whole up to this, so that the order of its keys does
 * not matter; a longer one is read element by element. */
#define DOCUMENT_HOLD ((size_t)8 << 20)

/* Bytes that are gathered before the records in them are handed on. */
#define CHUNK_SIZE ((size_t)256 << 10)

/* Bytes read, and inflated, at a time. */
#define READ_SIZE ((size_t)128 << 10)

/* Bytes looked at to recognise a shape. */
#define RECOGNISE_SIZE ((size_t)4 << 10)

/* Compressed bytes of a gzip member kept, to look for the next member in when it
 * turns out broken. */
#define MEMBER_KEEP ((size_t)4 << 20)

/* Layers inside each other: gzip, base64, JSON in JSON. */
#define LAYER_LIMIT 12

#endif
