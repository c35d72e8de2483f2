/* inflate.c -- the floor: bare inflating of files from memory, nothing else done.
 * SPDX-License-Identifier: MIT
 *
 * inflate zlib|libdeflate THREADS FILE... prints the seconds that inflating all members of
 * all files took and the bytes that came out.  Reading the files is not counted. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#ifdef HAVE_LIBDEFLATE
#include <libdeflate.h>
#endif

#define OUT_SIZE ((size_t)256 << 10)	/* stays in the cache */
#define WHOLE_SIZE ((size_t)64 << 20)	/* libdeflate wants a member at once */

struct file {
	unsigned char *bytes;
	size_t len;
};

static struct file *files;
static size_t file_count;
static atomic_size_t next_file;
static atomic_uint_fast64_t total;
static bool use_libdeflate;

static _Noreturn void
fail(const char *what, const char *name)
{
	fprintf(stderr, "inflate: %s: %s\n", name, what);
	exit(1);
}

static void
load(struct file *file, const char *name)
{
	FILE *in = fopen(name, "rb");
	long len;

	if (in == NULL || fseek(in, 0, SEEK_END) != 0 ||
	    (len = ftell(in)) < 0 || fseek(in, 0, SEEK_SET) != 0)
		fail("cannot be read", name);
	file->len = (size_t)len;
	file->bytes = malloc(file->len + 1);
	if (file->bytes == NULL ||
	    fread(file->bytes, 1, file->len, in) != file->len)
		fail("cannot be read", name);
	fclose(in);
}

static uint64_t
by_zlib(const struct file *file, unsigned char *out)
{
	z_stream z = { .next_in = file->bytes,
	    .avail_in = (unsigned)file->len };
	uint64_t made = 0;
	int result;

	if (inflateInit2(&z, 15 + 16) != Z_OK)
		fail("no memory", "zlib");
	while (z.avail_in > 0) {
		do {
			z.next_out = out;
			z.avail_out = OUT_SIZE;
			result = inflate(&z, Z_NO_FLUSH);
			made += OUT_SIZE - z.avail_out;
		} while (result == Z_OK);
		if (result != Z_STREAM_END)
			fail("broken", "zlib");
		inflateReset(&z);
	}
	inflateEnd(&z);
	return made;
}

#ifdef HAVE_LIBDEFLATE
static uint64_t
by_libdeflate(const struct file *file, unsigned char *out)
{
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	uint64_t made = 0;
	size_t at = 0, taken, len;

	if (d == NULL)
		fail("no memory", "libdeflate");
	while (at < file->len) {
		if (libdeflate_gzip_decompress_ex(d, file->bytes + at,
		    file->len - at, out, WHOLE_SIZE, &taken, &len) !=
		    LIBDEFLATE_SUCCESS)
			fail("broken, or a member too large", "libdeflate");
		at += taken;
		made += len;
	}
	libdeflate_free_decompressor(d);
	return made;
}
#endif

static void *
work(void *unused)
{
	unsigned char *out = malloc(use_libdeflate ? WHOLE_SIZE : OUT_SIZE);
	size_t i;

	if (out == NULL)
		fail("no memory", "out");
	while ((i = atomic_fetch_add(&next_file, 1)) < file_count) {
#ifdef HAVE_LIBDEFLATE
		if (use_libdeflate) {
			atomic_fetch_add(&total, by_libdeflate(&files[i], out));
			continue;
		}
#endif
		atomic_fetch_add(&total, by_zlib(&files[i], out));
	}
	free(out);
	return unused;
}

int
main(int argc, char **argv)
{
	struct timespec from, to;
	pthread_t threads[64];
	int count;

	if (argc < 4 || (count = atoi(argv[2])) < 1 || count > 64) {
		fprintf(stderr, "usage: inflate zlib|libdeflate THREADS FILE...\n");
		return 2;
	}
	use_libdeflate = strcmp(argv[1], "libdeflate") == 0;
#ifndef HAVE_LIBDEFLATE
	if (use_libdeflate) {
		fprintf(stderr, "inflate: built without libdeflate\n");
		return 2;
	}
#endif
	file_count = (size_t)argc - 3;
	files = calloc(file_count, sizeof *files);
	if (files == NULL)
		fail("no memory", "files");
	for (size_t i = 0; i < file_count; i++)
		load(&files[i], argv[i + 3]);
	clock_gettime(CLOCK_MONOTONIC, &from);
	for (int i = 1; i < count; i++)
		if (pthread_create(&threads[i], NULL, work, NULL) != 0)
			fail("no thread", "pthread");
	work(NULL);
	for (int i = 1; i < count; i++)
		pthread_join(threads[i], NULL);
	clock_gettime(CLOCK_MONOTONIC, &to);
	printf("%.6f %llu\n", (double)(to.tv_sec - from.tv_sec) +
	    (double)(to.tv_nsec - from.tv_nsec) / 1e9,
	    (unsigned long long)atomic_load(&total));
	return 0;
}
