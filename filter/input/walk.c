/* walk.c -- folders, without recursion on their depth.
 * SPDX-License-Identifier: MIT */
#include "input/walk.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/mem.h"

struct paths {
	char **list;
	size_t count, room;
};

static void
push(struct paths *paths, char *path)
{
	paths->list = mem_grow(paths->list, paths->count + 1, &paths->room,
	    sizeof *paths->list);
	paths->list[paths->count++] = path;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
ends(const char *name, const char *end)
{
	return slice_ends(slice_from(name), end);
}

static bool
is_passed_over(const char *name)
{
	return name[0] == '.' || ends(name, ".expect") || ends(name, ".md") ||
	    strcmp(name, "aws-logs-write-test") == 0;
}

static char *
join(const char *folder, const char *name)
{
	struct buf path;

	buf_init(&path, BUF_NO_LIMIT);
	buf_text(&path, folder);
	if (path.len > 0 && path.data[path.len - 1] != '/')
		buf_byte(&path, '/');
	buf_text(&path, name);
	buf_byte(&path, '\0');
	return path.data;
}

/* The entries of a folder, sorted.  -1 and errno. */
static int
list(const char *folder, struct paths *names)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	if (dir == NULL)
		return -1;
	while ((errno = 0, entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			push(names, mem_copy(slice_from(entry->d_name)));
	if (errno != 0) {
		int why = errno;

		closedir(dir);
		errno = why;
		return -1;
	}
	closedir(dir);
	if (names->count > 0)
		qsort(names->list, names->count, sizeof *names->list,
		    by_name);
	return 0;
}

/* Sorts an entry into files and folders to come, pushed so that the first by name is
 * popped first. */
static void
entry(const struct walk *walk, const char *folder, const char *name,
    struct paths *later)
{
	char *path = join(folder, name);
	struct stat link, st;

	if (is_passed_over(name)) {
		walk->skipped(walk->ctx, path);
		free(path);
		return;
	}
	if (lstat(path, &link) != 0 || stat(path, &st) != 0) {
		walk->failed(walk->ctx, path, strerror(errno));
		free(path);
		return;
	}
	if (S_ISREG(st.st_mode) ||
	    (S_ISDIR(st.st_mode) && !S_ISLNK(link.st_mode))) {
		push(later, path);
		return;
	}
	walk->skipped(walk->ctx, path);
	free(path);
}

void
walk_operand(const struct walk *walk, const char *operand)
{
	struct paths stack = { NULL, 0, 0 };
	struct stat st;

	push(&stack, mem_copy(slice_from(operand)));
	while (stack.count > 0) {
		char *path = stack.list[--stack.count];
		struct paths names = { NULL, 0, 0 };
		struct paths later = { NULL, 0, 0 };

		if (stat(path, &st) != 0) {
			walk->failed(walk->ctx, path, strerror(errno));
		} else if (!S_ISDIR(st.st_mode)) {
			walk->file(walk->ctx, path);
		} else if (list(path, &names) == -1) {
			walk->failed(walk->ctx, path, strerror(errno));
		} else {
			for (size_t i = 0; i < names.count; i++)
				entry(walk, path, names.list[i], &later);
			while (later.count > 0)
				push(&stack, later.list[--later.count]);
		}
		for (size_t i = 0; i < names.count; i++)
			free(names.list[i]);
		free(names.list);
		free(later.list);
		free(path);
	}
	free(stack.list);
}
