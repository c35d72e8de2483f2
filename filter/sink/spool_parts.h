/* spool_parts.h -- what the files of the spool share, and nobody else.
 * SPDX-License-Identifier: MIT */
#ifndef SINK_SPOOL_PARTS_H
#define SINK_SPOOL_PARTS_H

#include "base/json.h"
#include "sink/journal.h"
#include "sink/ledger.h"
#include "sink/spool.h"

#define SPOOL_VERSION 1

struct topic {
	char *arn;
	struct ledger *ledger;
	struct spool_item *first, **end;
	size_t waiting;
	const struct spool_item *cursor;	/* writing anew: the next that waits */
	int64_t newest_ms;		/* event time */
	int64_t sent_ms;
	struct topic *next;
};

struct spool {
	struct journal *journal;
	bool write;
	struct topic *topics;		/* few */
	uint64_t records;		/* in the journal */
	uint64_t version;		/* it says, or 0 */
	struct journal_damage said;
	uint64_t undecoded;		/* whole, and not understood */
	uint64_t undecoded_said;
	uint64_t made;			/* ids */
	bool unwritten;			/* some span is */
	struct json json;
	struct buf words, out;
};

/* What a record of news says. */
struct news {
	struct slice kind, topic;
	struct spool_item item;
	struct ledger_span span;
	bool timeless;
};

/* ---- spool_records.c: records to what is known, and back ---- */

struct topic *spool_find_topic(const struct spool *spool, struct slice arn);

/* Both as a journal wants them; ctx is the spool. */
void spool_forget(void *ctx);
void spool_take_record(void *ctx, struct slice body);

/* The record in spool->json and text; false: it is none of news.  Slices last until
 * the next record. */
bool spool_read_news(struct spool *spool, const char *text,
    struct news *news);
const struct json_node *spool_member(const struct spool *spool,
    const char *text, uint32_t object, const char *key);

/* Each makes spool->out a record. */
void spool_print_version(struct spool *spool);
void spool_print_news(struct spool *spool, const char *kind, const char *arn,
    const struct incident *incident, int64_t at_ms, int64_t told_ms);

/* `"key":"text"` */
void spool_print_string(struct buf *out, const char *key, struct slice text);

/* ---- spool_tidy.c: a journal of what still matters; all locked ---- */

uint64_t spool_live_records(const struct spool *spool);

/* The spans that grew. */
int spool_write_unwritten(struct spool *spool, struct error *err);

/* Writes the journal anew, if most of it is past or some of it is damaged. */
void spool_tidy(struct spool *spool, bool damaged);

#endif
