/* walk.h -- operands to files: folders are walked, in the order of names.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_WALK_H
#define INPUT_WALK_H

/* What a folder holds besides logs is passed over: dotfiles, aws-logs-write-test,
 * *.expect, *.md; links to folders, and what is no file (a FIFO would never end).
 * What the user names himself is always taken. */
struct walk {
	void *ctx;
	void (*file)(void *ctx, const char *path);
	void (*skipped)(void *ctx, const char *path);
	void (*failed)(void *ctx, const char *path, const char *why);
};

void walk_operand(const struct walk *walk, const char *path);

#endif
