/* journal.h -- a file of records that several processes add to, and no crash breaks.
 * SPDX-License-Identifier: MIT */
#ifndef SINK_JOURNAL_H
#define SINK_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

#define JOURNAL_RECORD_LIMIT ((size_t)64 << 10)	/* bytes of one body */

/* A folder that holds `journal` and `lock`.  A record is
 *
 *     RS LENGTH SP CRC SP body LF
 *
 * RS is 0x1e, which no JSON text holds; LENGTH and CRC (CRC-32C of the body) are 8
 * hexadecimal digits.  So a record is known to be whole by itself, and behind a damaged
 * one the next is found. */
struct journal;

struct journal_sink {
	void *ctx;
	void (*restart)(void *ctx);	/* forget all: records come from the first on */
	void (*record)(void *ctx, struct slice body);
};

/* What was found that could not be read. */
struct journal_damage {
	uint64_t places, bytes;	/* amid the records */
	uint64_t torn;		/* bytes at the end: never said to be kept */
};

/* folder is made (0700) when it is missing, its files are 0600.  write: false looks
 * only, changes nothing. */
struct journal *journal_open(const char *folder, bool write,
    struct error *err);
void journal_close(struct journal *journal);

/* Waits for the other processes, heals a torn end, hands on what came since the last
 * time.  -1: it is not locked. */
int journal_lock(struct journal *journal, const struct journal_sink *sink,
    struct error *err);
void journal_unlock(struct journal *journal);

/* Locked: adds a record, all of it or nothing.  It is kept for good (and may be acted
 * upon) once a descriptor of the file was given to fsync: journal_descriptor's, which
 * the caller closes; -1: errno. */
int journal_add(struct journal *journal, struct slice body, struct error *err);
int journal_descriptor(const struct journal *journal);

/* Locked: whether len bytes more would find room: they are written, and taken away. */
int journal_room(struct journal *journal, size_t len, struct error *err);

/* Locked: the records again, from the first.  Then a new file instead: begin, keep
 * each, end (or give up with the error). */
int journal_again(struct journal *journal, void (*record)(void *ctx,
    struct slice body), void *ctx, struct error *err);
int journal_replace_begin(struct journal *journal, struct error *err);
void journal_replace_keep(struct journal *journal, struct slice body);
int journal_replace_end(struct journal *journal, struct error *err);

/* Adds a line to another file of the folder and has it on disk. */
int journal_aside(const struct journal *journal, const char *name,
    struct slice line, struct error *err);

/* A lock of its own in the folder, by name: a descriptor to be closed, -1 when
 * somebody has it or it cannot be made. */
int journal_claim(const struct journal *journal, const char *name);

uint64_t journal_size(const struct journal *journal);	/* bytes */
const struct journal_damage *journal_damage(const struct journal *journal);
const char *journal_folder(const struct journal *journal);

#endif
