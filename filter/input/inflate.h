/* inflate.h -- all members of a gzip stream to bytes.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_INFLATE_H
#define INPUT_INFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

struct inflater;

enum inflate_event {
	INFLATE_MORE,		/* all input is taken: give more */
	INFLATE_BYTES,		/* inflater_bytes are there; call again */
	INFLATE_MEMBER,		/* the same, and with them a member ended, whole
				 * and right */
	INFLATE_BROKEN,		/* inflater_why at inflater_at: what follows does
				 * not go on from what came.  The next member has
				 * been looked for; call again */
};

struct inflater *inflater_new(void);
void inflater_free(struct inflater *inflater);

/* As new, for another stream. */
void inflater_again(struct inflater *inflater);

/* Of what comes, which is no gzip, only the members in it are read; that it is none is
 * not told. */
void inflater_search(struct inflater *inflater);

/* Takes bytes from *input (moving it on) and says what came of it.  Between members
 * LF, CR and NUL are passed over. */
enum inflate_event inflater_run(struct inflater *inflater,
    struct slice *input);

/* Nothing more comes: the next runs, with no input, bring what is left, and say whether
 * a member is unfinished. */
void inflater_end(struct inflater *inflater);

/* What INFLATE_BYTES or INFLATE_MEMBER made (a broken member's last bytes too), until
 * the next call. */
struct slice inflater_bytes(const struct inflater *inflater);

/* The same bytes to keep: *bytes (room for READ_SIZE) is exchanged for what holds them.
 * False: it is not, for they are those of a whole member, and may be more. */
bool inflater_take(struct inflater *inflater, char **bytes);

/* Why and where (byte of the compressed input) INFLATE_BROKEN. */
const char *inflater_why(const struct inflater *inflater);
uint64_t inflater_at(const struct inflater *inflater);

/* How much of a file that begins so is worth having in hand at once. */
size_t inflate_block(struct slice first);

/* "zlib", "1.2.13", "libdeflate 1.14" or "": for --version. */
const char *inflate_library(void);
const char *inflate_library_version(void);
const char *inflate_whole_library(void);

#endif
