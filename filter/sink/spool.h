/* spool.h -- what waits to be sent, and what was told: one folder, many processes.
 * SPDX-License-Identifier: MIT */
#ifndef SINK_SPOOL_H
#define SINK_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"
#include "match/level.h"
#include "reduce/incident.h"

/* The limits, and what happens there: what comes new is not taken, and said so. */
#define SPOOL_WAITING_LIMIT 100000	/* notifications of one topic */
#define SPOOL_SIZE_LIMIT ((uint64_t)256 << 20)	/* bytes of the journal */
/* How long the ledger remembers: of event time before the newest, and of the clock
 * since it was told. */
#define SPOOL_KEPT_MS (INT64_C(14) * 24 * 60 * 60 * 1000)

#define SPOOL_ID_SIZE 17

/* A notification that waits.  Lasts until the next call that takes the spool. */
struct spool_item {
	char id[SPOOL_ID_SIZE];
	struct slice service;
	int64_t time_ms;	/* first match, or TIME_NONE */
	int64_t at_ms;		/* the clock when it was spooled */
	uint64_t count;
	enum level level;
	bool reminder;
	struct spool_item *next;
};

enum spool_news {
	SPOOL_KNOWN,		/* the topic was told of it */
	SPOOL_NEW,		/* it waits now */
	SPOOL_REMINDER,		/* that it goes on waits now */
	SPOOL_FULL,		/* a limit: it was not taken */
	SPOOL_FAILED,		/* it could not be written: err */
};

struct spool_terms {
	int64_t window_ms, repeat_ms;	/* repeat_ms 0: no reminders */
};

struct spool;

/* Appends the folder used when none is named: $XDG_STATE_HOME/cwsift, else
 * ~/.local/state/cwsift. */
int spool_default(struct buf *out, struct error *err);

/* folder NULL: the default one.  write: it is made when missing, and refused when it
 * cannot be written; else it is only looked at.  What is damaged in it is told. */
struct spool *spool_open(const char *folder, bool write, struct error *err);
void spool_close(struct spool *spool);
const char *spool_folder(const struct spool *spool);
uint64_t spool_damaged(const struct spool *spool);	/* places so far */

/* Whether the topic was told of it, as far as is known without taking the lock: then
 * how far it has come is remembered, to be written by spool_flush. */
bool spool_knows(struct spool *spool, const char *topic,
    const struct spool_terms *terms, const struct incident *incident);

/* The incident is spooled, unless the topic was told. */
enum spool_news spool_take(struct spool *spool, const char *topic,
    const struct spool_terms *terms, const struct incident *incident,
    struct error *err);

/* Writes how far known incidents have come, if some have. */
int spool_flush(struct spool *spool, struct error *err);

/* Reads what other processes did. */
int spool_refresh(struct spool *spool, struct error *err);

/* Of a topic: how many wait, the first of them, when (the clock) something was last
 * sent, or TIME_NONE.  The topics are counted from 0; NULL behind the last. */
size_t spool_waiting(const struct spool *spool, const char *topic);
const struct spool_item *spool_front(const struct spool *spool,
    const char *topic);
int64_t spool_sent_ms(const struct spool *spool, const char *topic);
const char *spool_topic(const struct spool *spool, size_t index);

/* A descriptor to be given to fsync and close: then what was taken is kept.  -1. */
int spool_descriptor(const struct spool *spool);

/* One sender to a topic at a time: a descriptor to be closed, or -1. */
int spool_claim(const struct spool *spool, const char *topic);

/* Whether there is room to note that count of them were sent. */
int spool_room(struct spool *spool, const char *topic, size_t count,
    struct error *err);

/* They were sent, or refused for good: then why and message are in `dead-letter`. */
int spool_sent(struct spool *spool, const char *topic,
    char (*ids)[SPOOL_ID_SIZE], size_t count, const char *message_id,
    struct error *err);
int spool_bury(struct spool *spool, const char *topic,
    char (*ids)[SPOOL_ID_SIZE], size_t count, const char *why,
    struct slice message, struct error *err);

#endif
