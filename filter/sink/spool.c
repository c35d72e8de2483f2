/* spool.c -- the spool: what comes in, what waits, what is done.
 * SPDX-License-Identifier: MIT */
#include "sink/spool.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc.h"
#include "base/diag.h"
#include "base/env.h"
#include "base/mem.h"
#include "base/time.h"
#include "sink/spool_parts.h"

/* ---- the journal, locked ---- */

static void
tell_damage(struct spool *spool)
{
	const struct journal_damage *now = journal_damage(spool->journal);

	if (now->places > spool->said.places)
		diag_say("%s/journal: damaged in %" PRIu64 " place%s, %" PRIu64
		    " bytes: what stood there is lost",
		    journal_folder(spool->journal),
		    now->places - spool->said.places,
		    now->places - spool->said.places == 1 ? "" : "s",
		    now->bytes - spool->said.bytes);
	if (now->torn > spool->said.torn)
		diag_say("%s/journal: the last record was cut in writing, "
		    "%" PRIu64 " bytes, and is left out",
		    journal_folder(spool->journal),
		    now->torn - spool->said.torn);
	if (spool->undecoded > spool->undecoded_said)
		diag_say("%s/journal: %" PRIu64 " records were not understood",
		    journal_folder(spool->journal),
		    spool->undecoded - spool->undecoded_said);
	spool->undecoded_said = spool->undecoded;
	spool->said = *now;
}

static int
lock(struct spool *spool, struct error *err)
{
	const struct journal_sink sink = { spool, spool_forget, spool_take_record };

	if (journal_lock(spool->journal, &sink, err) == -1)
		return -1;
	tell_damage(spool);
	if (spool->version <= SPOOL_VERSION)
		return 0;
	journal_unlock(spool->journal);
	return error_set(err, ERROR_USAGE, "%s: a newer cwsift made this spool",
	    journal_folder(spool->journal));
}

static int
add(struct spool *spool, struct error *err)
{
	if (journal_add(spool->journal, buf_slice(&spool->out), err) == -1)
		return -1;
	spool_take_record(spool, buf_slice(&spool->out));
	return 0;
}

static int
add_version(struct spool *spool, struct error *err)
{
	spool_print_version(spool);
	return add(spool, err);
}

/* ---- opening ---- */

int
spool_default(struct buf *out, struct error *err)
{
	const char *state = env_get("XDG_STATE_HOME");
	const char *home = env_get("HOME");

	if (state != NULL && state[0] == '/') {
		buf_printf(out, "%s/cwsift", state);
	} else if (home != NULL) {
		buf_printf(out, "%s/.local/state/cwsift", home);
	} else {
		return error_set(err, ERROR_USAGE, "neither XDG_STATE_HOME nor "
		    "HOME says where the spool is: name it with --spool");
	}
	buf_byte(out, '\0');
	return 0;
}

struct spool *
spool_open(const char *folder, bool write, struct error *err)
{
	struct spool *spool = mem_zero(1, sizeof *spool);
	struct error why;
	struct buf path;
	bool damaged;

	buf_init(&path, BUF_NO_LIMIT);
	buf_init(&spool->words, BUF_NO_LIMIT);
	buf_init(&spool->out, BUF_NO_LIMIT);
	spool->write = write;
	if (folder == NULL) {
		if (spool_default(&path, err) == -1)
			goto fail;
		folder = path.data;
	}
	spool->journal = journal_open(folder, write, err);
	if (spool->journal == NULL || lock(spool, err) == -1)
		goto fail;
	damaged = spool->said.places > 0;
	if (write && spool->version == 0 && spool->records == 0 &&
	    add_version(spool, err) == -1) {
		journal_unlock(spool->journal);
		goto fail;
	}
	if (write)
		spool_tidy(spool, damaged);
	journal_unlock(spool->journal);
	buf_free(&path);
	return spool;
fail:
	buf_free(&path);
	spool_close(spool);
	why = *err;
	if (why.kind == ERROR_SYSTEM)
		error_set(err, why.kind, "the spool cannot be used: %s (--spool "
		    "names another)", why.text);
	return NULL;
}

void
spool_close(struct spool *spool)
{
	if (spool == NULL)
		return;
	spool_forget(spool);
	journal_close(spool->journal);
	json_free(&spool->json);
	buf_free(&spool->out);
	buf_free(&spool->words);
	free(spool);
}

const char *
spool_folder(const struct spool *spool)
{
	return journal_folder(spool->journal);
}

uint64_t
spool_damaged(const struct spool *spool)
{
	return spool->said.places + spool->undecoded;
}

int
spool_refresh(struct spool *spool, struct error *err)
{
	if (lock(spool, err) == -1)
		return -1;
	journal_unlock(spool->journal);
	return 0;
}

/* ---- taking ---- */

/* When it was, for the ledger: what has no time has the time it comes. */
static struct ledger_span
span_of(const struct incident *incident)
{
	struct ledger_span span = { .first_ms = incident->first_ms,
	    .last_ms = incident->last_ms, .at_ms = time_now_ms() };

	if (span.first_ms == TIME_NONE)
		span.first_ms = span.last_ms = span.at_ms;
	span.told_ms = span.last_ms;
	return span;
}

static bool
reminder_due(const struct spool_terms *terms, const struct ledger_span *known,
    const struct incident *incident)
{
	return terms->repeat_ms > 0 && incident->last_ms != TIME_NONE &&
	    incident->last_ms > known->told_ms &&
	    (uint64_t)incident->last_ms - (uint64_t)known->told_ms >=
	    (uint64_t)terms->repeat_ms;
}

/* It is known: as far as it has come now. */
static void
grow_span(struct spool *spool, struct topic *topic,
    const struct spool_terms *terms, const struct incident *incident,
    const struct ledger_span *known)
{
	struct ledger_span span = { incident->first_ms, incident->last_ms,
	    known->told_ms, known->at_ms, .unwritten = true };

	if (incident->first_ms == TIME_NONE ||
	    (incident->first_ms >= known->first_ms &&
	    incident->last_ms <= known->last_ms))
		return;
	spool->unwritten = true;
	ledger_add(topic->ledger, incident->service, &span, terms->window_ms);
	if (span.last_ms > topic->newest_ms)
		topic->newest_ms = span.last_ms;
}

bool
spool_knows(struct spool *spool, const char *arn,
    const struct spool_terms *terms, const struct incident *incident)
{
	struct topic *topic = spool_find_topic(spool, slice_from(arn));
	struct ledger_span span = span_of(incident);
	struct ledger_span *known;

	if (topic == NULL)
		return false;
	known = ledger_find(topic->ledger, incident->service, span.first_ms,
	    span.last_ms, terms->window_ms);
	if (known == NULL || reminder_due(terms, known, incident))
		return false;
	grow_span(spool, topic, terms, incident, known);
	return true;
}

static bool
is_full(const struct spool *spool, const struct topic *topic)
{
	return (topic != NULL && topic->waiting >= SPOOL_WAITING_LIMIT) ||
	    journal_size(spool->journal) >= SPOOL_SIZE_LIMIT;
}

/* Locked. */
static enum spool_news
take(struct spool *spool, const char *arn, const struct spool_terms *terms,
    const struct incident *incident, struct error *err)
{
	struct topic *topic = spool_find_topic(spool, slice_from(arn));
	struct ledger_span span = span_of(incident);
	struct ledger_span *known = NULL;
	bool first;

	if (topic != NULL)
		known = ledger_find(topic->ledger, incident->service,
		    span.first_ms, span.last_ms, terms->window_ms);
	first = known == NULL;
	if (!first && !reminder_due(terms, known, incident)) {
		grow_span(spool, topic, terms, incident, known);
		return SPOOL_KNOWN;
	}
	if (is_full(spool, topic))
		return SPOOL_FULL;
	spool_print_news(spool, first ? "told" : "reminder", arn, incident,
	    span.at_ms, span.told_ms);
	if (add(spool, err) == -1)
		return SPOOL_FAILED;
	/* and what it folds with here is one from now on */
	topic = spool_find_topic(spool, slice_from(arn));
	ledger_add(topic->ledger, incident->service, &span, terms->window_ms);
	return first ? SPOOL_NEW : SPOOL_REMINDER;
}

enum spool_news
spool_take(struct spool *spool, const char *topic,
    const struct spool_terms *terms, const struct incident *incident,
    struct error *err)
{
	enum spool_news news;

	if (lock(spool, err) == -1)
		return SPOOL_FAILED;
	news = take(spool, topic, terms, incident, err);
	if (news == SPOOL_FULL &&
	    spool->records > spool_live_records(spool) / 8 * 9 + 100) {
		spool_tidy(spool, true);
		news = take(spool, topic, terms, incident, err);
	}
	journal_unlock(spool->journal);
	return news;
}

int
spool_flush(struct spool *spool, struct error *err)
{
	int status;

	if (!spool->unwritten)
		return 0;
	if (lock(spool, err) == -1)
		return -1;
	status = spool_write_unwritten(spool, err);
	journal_unlock(spool->journal);
	return status;
}

/* ---- what waits ---- */

size_t
spool_waiting(const struct spool *spool, const char *arn)
{
	struct topic *topic = spool_find_topic(spool, slice_from(arn));

	return topic == NULL ? 0 : topic->waiting;
}

const struct spool_item *
spool_front(const struct spool *spool, const char *arn)
{
	struct topic *topic = spool_find_topic(spool, slice_from(arn));

	return topic == NULL ? NULL : topic->first;
}

int64_t
spool_sent_ms(const struct spool *spool, const char *arn)
{
	struct topic *topic = spool_find_topic(spool, slice_from(arn));

	return topic == NULL ? TIME_NONE : topic->sent_ms;
}

const char *
spool_topic(const struct spool *spool, size_t index)
{
	struct topic *topic = spool->topics;

	while (topic != NULL && index-- > 0)
		topic = topic->next;
	return topic == NULL ? NULL : topic->arn;
}

int
spool_descriptor(const struct spool *spool)
{
	return journal_descriptor(spool->journal);
}

int
spool_claim(const struct spool *spool, const char *topic)
{
	char name[32];

	snprintf(name, sizeof name, "sending-%08" PRIx32,
	    crc32c(slice_from(topic)));
	return journal_claim(spool->journal, name);
}

static void
print_ids(struct buf *out, char (*ids)[SPOOL_ID_SIZE], size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_printf(out, "%s\"%s\"", i > 0 ? "," : "", ids[i]);
}

static int
add_done(struct spool *spool, const char *kind, const char *topic,
    char (*ids)[SPOOL_ID_SIZE], size_t count, const char *message_id,
    struct error *err)
{
	int status;

	if (lock(spool, err) == -1)
		return -1;
	buf_clear(&spool->out);
	buf_printf(&spool->out, "{\"%s\":[", kind);
	print_ids(&spool->out, ids, count);
	buf_text(&spool->out, "],");
	spool_print_string(&spool->out, "topic", slice_from(topic));
	buf_printf(&spool->out, ",\"at\":%" PRId64, time_now_ms());
	if (message_id != NULL) {
		buf_byte(&spool->out, ',');
		spool_print_string(&spool->out, "message_id",
		    slice_from(message_id));
	}
	buf_byte(&spool->out, '}');
	status = add(spool, err);
	spool_tidy(spool, false);
	journal_unlock(spool->journal);
	return status;
}

#define MORE_THAN_IDS 512		/* what add_done writes beside ids and topic */

int
spool_room(struct spool *spool, const char *topic, size_t count,
    struct error *err)
{
	int status;

	if (lock(spool, err) == -1)
		return -1;
	status = journal_room(spool->journal, count * (SPOOL_ID_SIZE + 2) +
	    2 * strlen(topic) + MORE_THAN_IDS, err);
	journal_unlock(spool->journal);
	return status;
}

int
spool_sent(struct spool *spool, const char *topic,
    char (*ids)[SPOOL_ID_SIZE], size_t count, const char *message_id,
    struct error *err)
{
	return add_done(spool, "sent", topic, ids, count, message_id, err);
}

int
spool_bury(struct spool *spool, const char *topic,
    char (*ids)[SPOOL_ID_SIZE], size_t count, const char *why,
    struct slice message, struct error *err)
{
	struct buf line;
	int status;

	buf_init(&line, BUF_NO_LIMIT);
	buf_printf(&line, "{\"ids\":[");
	print_ids(&line, ids, count);
	buf_text(&line, "],");
	spool_print_string(&line, "topic", slice_from(topic));
	buf_text(&line, ",\"at\":\"");
	time_print_utc(&line, time_now_ms());
	buf_text(&line, "\",");
	spool_print_string(&line, "why", slice_from(why));
	buf_byte(&line, ',');
	spool_print_string(&line, "message", message);
	buf_text(&line, "}\n");
	status = journal_aside(spool->journal, "dead-letter", buf_slice(&line),
	    err);
	buf_free(&line);
	if (status == -1)
		return -1;
	return add_done(spool, "dead", topic, ids, count, NULL, err);
}
