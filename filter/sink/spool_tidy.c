/* spool_tidy.c -- a journal of what still matters, instead of all that was.
 * SPDX-License-Identifier: MIT */
#include "sink/spool_parts.h"

#include <inttypes.h>
#include <string.h>

#include "base/time.h"

#define TIDY_SIZE ((uint64_t)1 << 20)	/* a journal below is left as it is */

/* ---- spans that grew ---- */

struct flush {
	struct spool *spool;
	const char *arn;
	int status;
	struct error *err;
};

/* A span that grew, as an incident: it had at least one match, of some rule. */
static void
write_span(void *ctx, struct slice service, struct ledger_span *span)
{
	struct flush *flush = ctx;
	struct tally tally = { slice_from("cwsift"), 1, 1 };
	struct incident incident = { .service = service,
	    .first_ms = span->first_ms, .last_ms = span->last_ms, .count = 1,
	    .level = LEVEL_ERROR, .rules = &tally, .rule_count = 1 };

	if (!span->unwritten || flush->status == -1)
		return;
	spool_print_news(flush->spool, "known", flush->arn, &incident, span->at_ms,
	    span->told_ms);
	flush->status = journal_add(flush->spool->journal,
	    buf_slice(&flush->spool->out), flush->err);
	if (flush->status == -1)
		return;
	span->unwritten = false;
	flush->spool->records++;
}

/* Locked. */
int
spool_write_unwritten(struct spool *spool, struct error *err)
{
	struct flush flush = { .spool = spool, .err = err };

	if (!spool->unwritten)
		return 0;
	for (struct topic *t = spool->topics; t != NULL; t = t->next) {
		flush.arn = t->arn;
		ledger_each(t->ledger, write_span, &flush);
	}
	if (flush.status == 0)
		spool->unwritten = false;
	return flush.status;
}

/* ---- writing anew ---- */

static void
mark_covered(struct spool *spool, struct slice body, bool keep)
{
	struct ledger_span *span;
	struct topic *topic;
	struct news news;
	bool whole;

	json_reset(&spool->json);
	buf_clear(&spool->words);
	buf_reserve(&spool->words, body.len);
	if (!json_parse(&spool->json, body) ||
	    spool_member(spool, body.data, 0, "news") == NULL ||
	    !spool_read_news(spool, body.data, &news))
		return;
	topic = spool_find_topic(spool, news.topic);
	if (topic == NULL)
		return;
	/* what waits stands in the order of the journal */
	if (keep && topic->cursor != NULL &&
	    strcmp(topic->cursor->id, news.item.id) == 0) {
		topic->cursor = topic->cursor->next;
		journal_replace_keep(spool->journal, body);
		return;
	}
	span = ledger_find(topic->ledger, news.item.service,
	    news.span.first_ms, news.span.last_ms, 0);
	if (span == NULL)
		return;			/* forgotten */
	whole = news.span.first_ms == span->first_ms &&
	    news.span.last_ms == span->last_ms;
	if (!keep) {
		span->covered |= whole;
		return;
	}
	if (span->covered && (span->kept || !whole))
		return;
	span->kept = true;
	/* the same, but that it does not wait */
	buf_clear(&spool->out);
	buf_text(&spool->out, "{\"news\":\"known\",");
	spool_print_string(&spool->out, "id", slice_from(news.item.id));
	buf_byte(&spool->out, ',');
	spool_print_string(&spool->out, "topic", news.topic);
	buf_printf(&spool->out, ",\"at\":%" PRId64 ",\"told\":%" PRId64
	    ",\"incident\":", span->at_ms, span->told_ms);
	json_print(&spool->out, &spool->json, body.data,
	    (uint32_t)(spool_member(spool, body.data, 0, "incident") -
	    spool->json.nodes));
	buf_byte(&spool->out, '}');
	journal_replace_keep(spool->journal, buf_slice(&spool->out));
}

static void
look_at(void *ctx, struct slice body)
{
	mark_covered(ctx, body, false);
}

static void
keep(void *ctx, struct slice body)
{
	mark_covered(ctx, body, true);
}

static void
unmark(void *ctx, struct slice service, struct ledger_span *span)
{
	(void)ctx;
	(void)service;
	span->covered = span->kept = false;
}

static void
keep_sent_time(struct spool *spool, const struct topic *topic)
{
	if (topic->sent_ms == TIME_NONE)
		return;
	buf_clear(&spool->out);
	buf_text(&spool->out, "{\"sent\":[],");
	spool_print_string(&spool->out, "topic", slice_from(topic->arn));
	buf_printf(&spool->out, ",\"at\":%" PRId64 "}", topic->sent_ms);
	journal_replace_keep(spool->journal, buf_slice(&spool->out));
}

/* Locked.  Whatever goes wrong, the old journal stays as it was. */
static void
rewrite(struct spool *spool)
{
	struct error err;

	if (spool_write_unwritten(spool, &err) == -1)
		return;
	for (struct topic *t = spool->topics; t != NULL; t = t->next) {
		t->cursor = t->first;
		ledger_each(t->ledger, unmark, NULL);
	}
	if (journal_replace_begin(spool->journal, &err) == -1)
		return;
	spool_print_version(spool);
	journal_replace_keep(spool->journal, buf_slice(&spool->out));
	for (struct topic *t = spool->topics; t != NULL; t = t->next)
		keep_sent_time(spool, t);
	if (journal_again(spool->journal, look_at, spool, &err) == -1 ||
	    journal_again(spool->journal, keep, spool, &err) == -1)
		return;
	if (journal_replace_end(spool->journal, &err) == -1)
		return;
	/* what is in memory is what the new one says */
	spool_forget(spool);
	journal_again(spool->journal, spool_take_record, spool, &err);
}

uint64_t
spool_live_records(const struct spool *spool)
{
	uint64_t count = 1;

	for (struct topic *t = spool->topics; t != NULL; t = t->next)
		count += ledger_count(t->ledger) + t->waiting + 1;
	return count;
}

static void
forget_old(struct spool *spool)
{
	int64_t now_ms = time_now_ms();

	for (struct topic *t = spool->topics; t != NULL; t = t->next)
		if (t->newest_ms > INT64_MIN + SPOOL_KEPT_MS)
			ledger_forget(t->ledger, t->newest_ms - SPOOL_KEPT_MS,
			    now_ms - SPOOL_KEPT_MS);
}

/* Locked.  Rarely: when most of the journal is past, or some of it damaged. */
void
spool_tidy(struct spool *spool, bool damaged)
{
	if (!damaged && journal_size(spool->journal) < TIDY_SIZE)
		return;
	if (damaged || spool->records > 2 * spool_live_records(spool)) {
		forget_old(spool);
		rewrite(spool);
	}
}
