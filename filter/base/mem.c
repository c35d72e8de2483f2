/* mem.c -- the one place where running out of memory is met.
 * SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE			/* madvise: not in POSIX */
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/diag.h"

#define FIRST_ROOM 16			/* things, at the first growth */
#define LARGE_PAGE ((size_t)2 << 20)	/* of amd64, and of arm64 with 4 KB pages */

void *
mem_alloc(size_t size)
{
	void *made = malloc(size == 0 ? 1 : size);

	if (made == NULL)
		diag_out_of_memory();
	return made;
}

void *
mem_large(size_t size)
{
	void *made;

	if (size < LARGE_PAGE)
		return mem_alloc(size);
	if (posix_memalign(&made, LARGE_PAGE, size) != 0)
		diag_out_of_memory();
#ifdef MADV_HUGEPAGE
	/* a wish: where it is not granted, nothing is lost */
	(void)madvise(made, size, MADV_HUGEPAGE);
#endif
	return made;
}

void *
mem_zero(size_t count, size_t size)
{
	void *made = calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);

	if (made == NULL)
		diag_out_of_memory();
	return made;
}

void *
mem_grow(void *old, size_t count, size_t *room, size_t size)
{
	size_t want = *room;
	void *made;

	if (count <= *room)
		return old;
	if (want == 0)
		want = FIRST_ROOM;
	while (want < count) {
		if (want > SIZE_MAX / 2)
			diag_out_of_memory();
		want *= 2;
	}
	if (want > SIZE_MAX / size)
		diag_out_of_memory();
	made = realloc(old, want * size);
	if (made == NULL)
		diag_out_of_memory();
	*room = want;
	return made;
}

char *
mem_copy(struct slice bytes)
{
	char *made = mem_alloc(bytes.len + 1);

	if (bytes.len > 0)
		memcpy(made, bytes.data, bytes.len);
	made[bytes.len] = '\0';
	return made;
}

char *
mem_path(const char *folder, const char *name)
{
	size_t front = strlen(folder), behind = strlen(name) + 1;
	char *path = mem_alloc(front + 1 + behind);

	memcpy(path, folder, front);
	if (front > 0 && folder[front - 1] != '/')
		path[front++] = '/';
	memcpy(path + front, name, behind);
	return path;
}

void
mem_wipe(void *bytes, size_t len)
{
	volatile unsigned char *at = bytes;

	while (len-- > 0)
		*at++ = 0;
}
