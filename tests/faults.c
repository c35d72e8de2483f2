/* faults.c -- loaded in front of the C library: memory that fails, signals that storm.
 * SPDX-License-Identifier: MIT
 *
 * LD_PRELOAD=build/faults.so, and in the environment
 *
 *   FAULT_AT=N       the N-th allocation of the program fails (from 1)
 *   FAULT_ON=1       and each one after it
 *   FAULT_OF=libraries, or program: only what these ask for is counted, and fails
 *   FAULT_TOLD=PATH  this file is made when one fails
 *   FAULT_COUNT=PATH gets the number of allocations at a regular end
 *   FAULT_STORM=US   a signal every US microseconds, whose handler does nothing, so
 *                    that each system call that waits fails with EINTR
 *
 * Only of the process that is called cwsift, not of what it starts. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* The C library's own, by the names that they have for this. */
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static atomic_long count;
static long at;
static int on;
static enum { ALL, LIBRARIES, PROGRAM } of;
static const char *told, *counted;
static uintptr_t low, high;		/* where the program itself stands */

static int
fails(void *caller)
{
	uintptr_t from = (uintptr_t)caller;
	long n;
	int fd, saved;

	if (at == 0 && counted == NULL)
		return 0;
	if (of != ALL && (from >= low && from < high) != (of == PROGRAM))
		return 0;
	n = atomic_fetch_add(&count, 1) + 1;
	if (at == 0 || n < at || (n > at && !on))
		return 0;
	if (told != NULL) {
		saved = errno;
		fd = open(told, O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
		if (fd != -1)
			close(fd);
		errno = saved;
	}
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *old, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(old, size);
}

void *
memalign(size_t align, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_memalign(align, size);
}

void *
aligned_alloc(size_t align, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_memalign(align, size);
}

int
posix_memalign(void **made, size_t align, size_t size)
{
	if (fails(__builtin_return_address(0)))
		return ENOMEM;
	*made = __libc_memalign(align, size);
	return *made == NULL ? ENOMEM : 0;
}

static void
nothing(int number)
{
	(void)number;
}

/* The first that is told of is the program. */
static int
find_program(struct dl_phdr_info *info, size_t size, void *ctx)
{
	(void)size;
	(void)ctx;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + part->p_vaddr;

		if (part->p_type != PT_LOAD)
			continue;
		if (low == 0 || start < low)
			low = start;
		if (start + part->p_memsz > high)
			high = start + part->p_memsz;
	}
	return 1;
}

__attribute__((constructor)) static void
begin(void)
{
	const char *text;

	if (strcmp(program_invocation_short_name, "cwsift") != 0)
		return;
	on = getenv("FAULT_ON") != NULL;
	text = getenv("FAULT_OF");
	if (text != NULL)
		of = strcmp(text, "program") == 0 ? PROGRAM : LIBRARIES;
	dl_iterate_phdr(find_program, NULL);
	told = getenv("FAULT_TOLD");
	counted = getenv("FAULT_COUNT");
	text = getenv("FAULT_STORM");
	if (text != NULL) {
		long us = atol(text);
		struct itimerval often = { { 0, us }, { 0, us } };
		struct sigaction action = { .sa_handler = nothing };

		sigaction(SIGALRM, &action, NULL);
		setitimer(ITIMER_REAL, &often, NULL);
	}
	text = getenv("FAULT_AT");
	if (text != NULL)
		at = atol(text);
}

__attribute__((destructor)) static void
end(void)
{
	char text[32];
	size_t len = sizeof text;
	long n = atomic_load(&count);
	int fd;

	if (counted == NULL)
		return;
	text[--len] = '\n';
	do {
		text[--len] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	fd = open(counted, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0666);
	if (fd == -1)
		return;
	if (write(fd, text + len, sizeof text - len) == -1)
		unlink(counted);
	close(fd);
}
