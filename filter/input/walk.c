/* walk.c -- folders, without recursion on their depth.
 * SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE			/* d_type and its values */
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

/* A folder says of most of its entries what they are, so that few need to be asked:
 * among many small files the asking would cost more than the reading. */
enum kind {
	UNKNOWN,
	PLAIN,			/* a regular file */
	FOLDER,
};

struct path {
	char *name;
	enum kind kind;
};

struct paths {
	struct path *list;
	size_t count, room;
};

static void
push(struct paths *paths, char *name, enum kind kind)
{
	paths->list = mem_grow(paths->list, paths->count + 1, &paths->room,
	    sizeof *paths->list);
	paths->list[paths->count++] = (struct path){ name, kind };
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct path *)a)->name,
	    ((const struct path *)b)->name);
}

static enum kind
kind_of(const struct dirent *entry)
{
#ifdef DT_REG
	if (entry->d_type == DT_REG)
		return PLAIN;
	if (entry->d_type == DT_DIR)
		return FOLDER;
#else
	(void)entry;
#endif
	return UNKNOWN;
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
			push(names, mem_copy(slice_from(entry->d_name)),
			    kind_of(entry));
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

/* What an entry is that its folder does not say it of: a link is what it leads to, but
 * for a folder, which may be one that it stands in.  -1 and errno. */
static int
look(const char *path, enum kind *kind)
{
	struct stat link, st;

	if (lstat(path, &link) != 0 || stat(path, &st) != 0)
		return -1;
	*kind = S_ISREG(st.st_mode) ? PLAIN :
	    S_ISDIR(st.st_mode) && !S_ISLNK(link.st_mode) ? FOLDER : UNKNOWN;
	return 0;
}

/* Sorts an entry into files and folders to come, pushed so that the first by name is
 * popped first. */
static void
entry(const struct walk *walk, const char *folder, struct path entry,
    struct paths *later)
{
	char *path = mem_path(folder, entry.name);

	if (is_passed_over(entry.name)) {
		walk->skipped(walk->ctx, path);
	} else if (entry.kind == UNKNOWN && look(path, &entry.kind) == -1) {
		walk->failed(walk->ctx, path, strerror(errno));
	} else if (entry.kind == UNKNOWN) {
		walk->skipped(walk->ctx, path);
	} else {
		push(later, path, entry.kind);
		return;
	}
	free(path);
}

static void
walk_folder(const struct walk *walk, const char *path, struct paths *stack)
{
	struct paths names = { NULL, 0, 0 };
	struct paths later = { NULL, 0, 0 };

	if (list(path, &names) == -1) {
		walk->failed(walk->ctx, path, strerror(errno));
	} else {
		for (size_t i = 0; i < names.count; i++)
			entry(walk, path, names.list[i], &later);
		while (later.count > 0) {
			struct path last = later.list[--later.count];

			push(stack, last.name, last.kind);
		}
	}
	for (size_t i = 0; i < names.count; i++)
		free(names.list[i].name);
	free(names.list);
	free(later.list);
}

void
walk_operand(const struct walk *walk, const char *operand)
{
	struct paths stack = { NULL, 0, 0 };
	struct stat st;

	if (stat(operand, &st) != 0) {
		walk->failed(walk->ctx, operand, strerror(errno));
		return;
	}
	push(&stack, mem_copy(slice_from(operand)),
	    S_ISDIR(st.st_mode) ? FOLDER : PLAIN);
	while (stack.count > 0) {
		struct path next = stack.list[--stack.count];

		if (next.kind == FOLDER)
			walk_folder(walk, next.name, &stack);
		else
			walk->file(walk->ctx, next.name);
		free(next.name);
	}
	free(stack.list);
}
