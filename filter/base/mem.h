/* mem.h -- memory that is there, or the program ends.
 * SPDX-License-Identifier: MIT */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

#include "base/slice.h"

/* What the input can make us hold is bounded by the limits beside each stage,
 * so running out is not an error of the data: all of these end the program
 * (diag_out_of_memory) rather than return NULL. */
void *mem_alloc(size_t size);
void *mem_zero(size_t count, size_t size);

/* For megabytes that are soon written to: in large pages where the system has them, as
 * meeting them one small page at a time costs more than inflating into them. */
void *mem_large(size_t size);

/* Room for at least count things of size each, growing by doubling: call it
 * before each addition with the count that will be needed and the room there
 * is; *room is what there is afterwards. */
void *mem_grow(void *old, size_t count, size_t *room, size_t size);

/* A copy with a NUL behind it. */
char *mem_copy(struct slice bytes);

/* The path of a name in a folder. */
char *mem_path(const char *folder, const char *name);

/* Overwrites with zeros, also where the compiler thinks that nobody looks: for
 * secrets. */
void mem_wipe(void *bytes, size_t len);

#endif
