/* spool.c -- records of a journal to what waits and what was told.
 * SPDX-License-Identifier: MIT
 *
 * All there is to know is in the journal; what is here is made from it, and made anew
 * when another process wrote it anew.  The records:
 *
 *   {"cwsift_spool":1}
 *   {"news":"told","id":…,"topic":…,"at":…,"told":…,"incident":{cwsift json}}
 *       waits until its id is met below.  "reminder": likewise.  "known": does not wait
 *   {"sent":[id…],"topic":…,"at":…,"message_id":…}
 *   {"dead":[id…],"topic":…,"at":…}
 */
#include "sink/spool.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/crc.h"
#include "base/diag.h"
#include "base/env.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/time.h"
#include "reduce/partial.h"
#include "sink/journal.h"
#include "sink/ledger.h"

#define SPOOL_VERSION 1
#define TIDY_SIZE ((uint64_t)1 << 20)	/* a journal below is left as it is */

struct topic {
	char *arn;
	struct ledger *ledger;
	struct spool_item *first, **end;
	size_t waiting;
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
	struct json json;
	struct buf words, out;
};

/* ---- topics and items ---- */

static struct topic *
find_topic(const struct spool *spool, struct slice arn)
{
	struct topic *topic = spool->topics;

	while (topic != NULL && !slice_is(arn, topic->arn))
		topic = topic->next;
	return topic;
}

static struct topic *
need_topic(struct spool *spool, struct slice arn)
{
	struct topic *topic = find_topic(spool, arn);
	struct topic **end = &spool->topics;

	if (topic != NULL)
		return topic;
	while (*end != NULL)
		end = &(*end)->next;
	topic = mem_zero(1, sizeof *topic);
	topic->arn = mem_copy(arn);
	topic->ledger = ledger_new();
	topic->end = &topic->first;
	topic->newest_ms = topic->sent_ms = TIME_NONE;
	*end = topic;
	return topic;
}

static void
item_free(struct spool_item *item)
{
	free((void *)(uintptr_t)item->service.data);
	free(item);
}

static void
forget_all(void *ctx)
{
	struct spool *spool = ctx;
	struct topic *next;

	for (struct topic *topic = spool->topics; topic != NULL; topic = next) {
		struct spool_item *behind;

		next = topic->next;
		for (struct spool_item *i = topic->first; i != NULL; i = behind) {
			behind = i->next;
			item_free(i);
		}
		ledger_free(topic->ledger);
		free(topic->arn);
		free(topic);
	}
	spool->topics = NULL;
	spool->records = 0;
	spool->version = 0;
}

static void
add_item(struct topic *topic, const struct spool_item *from)
{
	struct spool_item *item = mem_alloc(sizeof *item);

	*item = *from;
	item->service.data = mem_copy(from->service);
	item->next = NULL;
	*topic->end = item;
	topic->end = &item->next;
	topic->waiting++;
}

/* They are sent in order, so that the first is nearly always the one. */
static void
remove_item(struct topic *topic, struct slice id)
{
	struct spool_item **at = &topic->first;
	struct spool_item *item;

	while (*at != NULL && !slice_is(id, (*at)->id))
		at = &(*at)->next;
	item = *at;
	if (item == NULL)
		return;
	*at = item->next;
	if (item->next == NULL)
		topic->end = at;
	topic->waiting--;
	item_free(item);
}

/* ---- records ---- */

static const struct json_node *
member(const struct spool *spool, const char *text, uint32_t object,
    const char *key)
{
	uint32_t at = json_member(&spool->json, text, object, slice_from(key));

	return at == 0 ? NULL : &spool->json.nodes[at];
}

static bool
string(struct spool *spool, const char *text, const struct json_node *node,
    struct slice *value)
{
	size_t start = spool->words.len;

	if (node == NULL || node->type != JSON_STRING)
		return false;
	json_decode(&spool->words, json_text(node, text));
	*value = slice_cut(buf_slice(&spool->words), start, spool->words.len);
	return true;
}

/* A whole number; null is TIME_NONE. */
static bool
number(const char *text, const struct json_node *node, int64_t *value)
{
	char digits[24], *end;
	struct slice body;

	if (node != NULL && node->type == JSON_NULL) {
		*value = TIME_NONE;
		return true;
	}
	if (node == NULL || node->type != JSON_NUMBER)
		return false;
	body = json_text(node, text);
	if (body.len >= sizeof digits)
		return false;
	memcpy(digits, body.data, body.len);
	digits[body.len] = '\0';
	*value = strtoll(digits, &end, 10);
	return *end == '\0';
}

/* What a record of news says. */
struct news {
	struct slice kind, topic;
	struct spool_item item;
	struct ledger_span span;
	bool timeless;
};

static bool
read_news(struct spool *spool, const char *text, struct news *news)
{
	const struct json_node *incident = member(spool, text, 0, "incident");
	struct slice id, level;
	int64_t count;
	uint32_t object;

	*news = (struct news){ 0 };
	if (incident == NULL || incident->type != JSON_OBJECT)
		return false;
	object = (uint32_t)(incident - spool->json.nodes);
	if (!string(spool, text, member(spool, text, 0, "news"), &news->kind) ||
	    !string(spool, text, member(spool, text, 0, "topic"),
	    &news->topic) ||
	    !string(spool, text, member(spool, text, 0, "id"), &id) ||
	    !number(text, member(spool, text, 0, "at"), &news->span.at_ms) ||
	    !number(text, member(spool, text, 0, "told"),
	    &news->span.told_ms) ||
	    !string(spool, text, member(spool, text, object, "service"),
	    &news->item.service) ||
	    !number(text, member(spool, text, object, "first_ms"),
	    &news->span.first_ms) ||
	    !number(text, member(spool, text, object, "last_ms"),
	    &news->span.last_ms) ||
	    !number(text, member(spool, text, object, "count"), &count) ||
	    !string(spool, text, member(spool, text, object, "level"),
	    &level) || !level_read(level, &news->item.level) ||
	    id.len >= SPOOL_ID_SIZE || news->span.at_ms == TIME_NONE ||
	    (news->span.first_ms == TIME_NONE) !=
	    (news->span.last_ms == TIME_NONE) ||
	    news->span.last_ms < news->span.first_ms || count < 1)
		return false;
	memcpy(news->item.id, id.data, id.len);
	news->item.count = (uint64_t)count;
	news->item.time_ms = news->span.first_ms;
	news->item.at_ms = news->span.at_ms;
	news->item.reminder = slice_is(news->kind, "reminder");
	news->timeless = news->span.first_ms == TIME_NONE;
	if (news->timeless)		/* its time is when it was told */
		news->span.first_ms = news->span.last_ms = news->span.told_ms =
		    news->span.at_ms;
	return true;
}

static bool
take_news(struct spool *spool, const char *text)
{
	struct topic *topic;
	struct news news;

	if (!read_news(spool, text, &news))
		return false;
	topic = need_topic(spool, news.topic);
	/* here only what overlaps is one: the window is not known */
	ledger_add(topic->ledger, news.item.service, &news.span, 0);
	if (!news.timeless && news.span.last_ms > topic->newest_ms)
		topic->newest_ms = news.span.last_ms;
	if (!slice_is(news.kind, "known"))
		add_item(topic, &news.item);
	return true;
}

static bool
take_done(struct spool *spool, const char *text, const struct json_node *list,
    bool sent)
{
	uint32_t i = (uint32_t)(list - spool->json.nodes) + 1;
	struct topic *topic;
	struct slice arn, id;
	int64_t at_ms;

	if (list->type != JSON_ARRAY ||
	    !string(spool, text, member(spool, text, 0, "topic"), &arn) ||
	    !number(text, member(spool, text, 0, "at"), &at_ms))
		return false;
	topic = need_topic(spool, arn);
	for (; i < list->next; i = spool->json.nodes[i].next)
		if (string(spool, text, &spool->json.nodes[i], &id))
			remove_item(topic, id);
	if (sent && at_ms > topic->sent_ms)
		topic->sent_ms = at_ms;
	return true;
}

static bool
take_version(struct spool *spool, const char *text,
    const struct json_node *node)
{
	int64_t version;

	if (!number(text, node, &version) || version < 1)
		return false;
	spool->version = (uint64_t)version;
	return true;
}

static void
take_record(void *ctx, struct slice body)
{
	struct spool *spool = ctx;
	const struct json_node *node;
	bool good = false;

	spool->records++;
	json_reset(&spool->json);
	buf_clear(&spool->words);
	buf_reserve(&spool->words, body.len);	/* decoding makes nothing longer */
	if (!json_parse(&spool->json, body) ||
	    spool->json.nodes[0].type != JSON_OBJECT)
		good = false;
	else if ((node = member(spool, body.data, 0, "sent")) != NULL)
		good = take_done(spool, body.data, node, true);
	else if ((node = member(spool, body.data, 0, "dead")) != NULL)
		good = take_done(spool, body.data, node, false);
	else if ((node = member(spool, body.data, 0, "cwsift_spool")) != NULL)
		good = take_version(spool, body.data, node);
	else
		good = take_news(spool, body.data);
	if (!good)
		spool->undecoded++;
}

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
	spool->said = *now;
}

static int
lock(struct spool *spool, struct error *err)
{
	const struct journal_sink sink = { spool, forget_all, take_record };

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
	take_record(spool, buf_slice(&spool->out));
	return 0;
}

static void
print_string(struct buf *out, const char *key, struct slice text)
{
	buf_printf(out, "\"%s\":\"", key);
	json_encode(out, text);
	buf_byte(out, '"');
}

static int
add_version(struct spool *spool, struct error *err)
{
	buf_clear(&spool->out);
	buf_printf(&spool->out, "{\"cwsift_spool\":%d}", SPOOL_VERSION);
	return add(spool, err);
}

/* ---- tidying: a journal of what still matters ---- */

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
	    member(spool, body.data, 0, "news") == NULL ||
	    !read_news(spool, body.data, &news))
		return;
	topic = find_topic(spool, news.topic);
	if (topic == NULL)
		return;
	if (keep && !slice_is(news.kind, "known") &&
	    spool_waits(spool, topic->arn, news.item.id)) {
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
	print_string(&spool->out, "id", slice_from(news.item.id));
	buf_byte(&spool->out, ',');
	print_string(&spool->out, "topic", news.topic);
	buf_printf(&spool->out, ",\"at\":%" PRId64 ",\"told\":%" PRId64
	    ",\"incident\":", span->at_ms, span->told_ms);
	json_print(&spool->out, &spool->json, body.data,
	    (uint32_t)(member(spool, body.data, 0, "incident") -
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
	print_string(&spool->out, "topic", slice_from(topic->arn));
	buf_printf(&spool->out, ",\"at\":%" PRId64 "}", topic->sent_ms);
	journal_replace_keep(spool->journal, buf_slice(&spool->out));
}

/* Locked.  Whatever goes wrong, the old journal stays as it was. */
static void
rewrite(struct spool *spool)
{
	const struct journal_sink sink = { spool, forget_all, take_record };
	struct error err;

	for (struct topic *t = spool->topics; t != NULL; t = t->next)
		ledger_each(t->ledger, unmark, NULL);
	if (journal_replace_begin(spool->journal, &err) == -1)
		return;
	buf_clear(&spool->out);
	buf_printf(&spool->out, "{\"cwsift_spool\":%d}", SPOOL_VERSION);
	journal_replace_keep(spool->journal, buf_slice(&spool->out));
	for (struct topic *t = spool->topics; t != NULL; t = t->next)
		keep_sent_time(spool, t);
	if (journal_again(spool->journal, look_at, spool, &err) == -1 ||
	    journal_again(spool->journal, keep, spool, &err) == -1)
		return;
	if (journal_replace_end(spool->journal, &err) == -1)
		return;
	/* what is in memory is what the new one says */
	forget_all(spool);
	journal_again(spool->journal, sink.record, spool, &err);
}

static uint64_t
live_records(const struct spool *spool)
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
		if (t->newest_ms != TIME_NONE)
			ledger_forget(t->ledger, t->newest_ms - SPOOL_KEPT_MS,
			    now_ms - SPOOL_KEPT_MS);
}

/* Locked.  Rarely: when most of the journal is past, or some of it damaged. */
static void
tidy(struct spool *spool, bool damaged)
{
	if (!damaged && journal_size(spool->journal) < TIDY_SIZE)
		return;
	forget_old(spool);
	if (damaged || spool->records > 2 * live_records(spool))
		rewrite(spool);
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
		tidy(spool, damaged);
	journal_unlock(spool->journal);
	buf_free(&path);
	return spool;
fail:
	buf_free(&path);
	spool_close(spool);
	return NULL;
}

void
spool_close(struct spool *spool)
{
	if (spool == NULL)
		return;
	forget_all(spool);
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
	    incident->last_ms - known->told_ms >= terms->repeat_ms;
}

/* How far it may grow before that is written: a restart still folds with it. */
static bool
growth_due(const struct spool_terms *terms, const struct ledger_span *known,
    const struct incident *incident)
{
	int64_t slack = terms->window_ms / 2;

	return incident->last_ms != TIME_NONE && !known->unwritten &&
	    (incident->first_ms < known->first_ms ||
	    incident->last_ms > known->last_ms + slack);
}

bool
spool_knows(const struct spool *spool, const char *arn,
    const struct spool_terms *terms, const struct incident *incident)
{
	struct topic *topic = find_topic(spool, slice_from(arn));
	struct ledger_span span = span_of(incident);
	struct ledger_span *known;

	if (topic == NULL)
		return false;
	known = ledger_find(topic->ledger, incident->service, span.first_ms,
	    span.last_ms, terms->window_ms);
	return known != NULL && !reminder_due(terms, known, incident) &&
	    !growth_due(terms, known, incident);
}

static void
make_id(char *id)
{
	static const char seed[] = "cwsift";
	struct timespec now;
	uint64_t bits;

	/* unique among the processes of one spool, which is all it must be */
	clock_gettime(CLOCK_REALTIME, &now);
	bits = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
	bits ^= (uint64_t)getpid() << 40 ^ (uint64_t)(uintptr_t)&seed;
	bits = (bits ^ bits >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	bits = (bits ^ bits >> 27) * UINT64_C(0x94d049bb133111eb);
	snprintf(id, SPOOL_ID_SIZE, "%016" PRIx64, bits ^ bits >> 31);
}

/* In the form of partial.h, cut when it is too long for a record: its groups, streams
 * and rules are not what the ledger is for. */
static void
print_incident(struct buf *out, const struct incident *incident)
{
	struct incident brief = *incident;
	size_t start = out->len;

	partial_print_incident(out, incident);
	if (out->len - start > JOURNAL_RECORD_LIMIT / 2) {
		out->len = start;
		brief.groups.count = brief.streams.count = 0;
		brief.groups.more = true;
		brief.rule_count = 1;
		partial_print_incident(out, &brief);
	}
	out->len--;			/* the LF */
}

static int
add_news(struct spool *spool, const char *kind, const char *arn,
    const struct incident *incident, int64_t at_ms, int64_t told_ms,
    struct error *err)
{
	char id[SPOOL_ID_SIZE];

	make_id(id);
	buf_clear(&spool->out);
	buf_printf(&spool->out, "{\"news\":\"%s\",\"id\":\"%s\",", kind, id);
	print_string(&spool->out, "topic", slice_from(arn));
	buf_printf(&spool->out, ",\"at\":%" PRId64 ",\"told\":%" PRId64
	    ",\"incident\":", at_ms, told_ms);
	print_incident(&spool->out, incident);
	buf_byte(&spool->out, '}');
	return add(spool, err);
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
	struct topic *topic = find_topic(spool, slice_from(arn));
	struct ledger_span span = span_of(incident);
	struct ledger_span *known = NULL;
	struct incident grown = *incident;

	if (topic != NULL)
		known = ledger_find(topic->ledger, incident->service,
		    span.first_ms, span.last_ms, terms->window_ms);
	if (known == NULL || reminder_due(terms, known, incident)) {
		if (is_full(spool, topic))
			return SPOOL_FULL;
		if (add_news(spool, known == NULL ? "told" : "reminder", arn,
		    incident, span.at_ms, incident->first_ms == TIME_NONE ?
		    span.at_ms : incident->last_ms, err) == -1)
			return SPOOL_FAILED;
		topic = find_topic(spool, slice_from(arn));
		/* and what it folds with here is one from now on */
		ledger_add(topic->ledger, incident->service, &span,
		    terms->window_ms);
		return known == NULL ? SPOOL_NEW : SPOOL_REMINDER;
	}
	if (incident->first_ms == TIME_NONE ||
	    (incident->first_ms >= known->first_ms &&
	    incident->last_ms <= known->last_ms))
		return SPOOL_KNOWN;
	span.told_ms = known->told_ms;
	span.at_ms = known->at_ms;
	known = ledger_add(topic->ledger, incident->service, &span,
	    terms->window_ms);
	if (incident->last_ms > topic->newest_ms)
		topic->newest_ms = incident->last_ms;
	grown.first_ms = known->first_ms;
	grown.last_ms = known->last_ms;
	if (add_news(spool, "known", arn, &grown, known->at_ms, known->told_ms,
	    err) == -1)
		return SPOOL_FAILED;
	return SPOOL_KNOWN;
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
	if (news == SPOOL_FULL) {
		tidy(spool, true);
		news = take(spool, topic, terms, incident, err);
	}
	journal_unlock(spool->journal);
	return news;
}

/* ---- what waits ---- */

size_t
spool_waiting(const struct spool *spool, const char *arn)
{
	struct topic *topic = find_topic(spool, slice_from(arn));

	return topic == NULL ? 0 : topic->waiting;
}

const struct spool_item *
spool_front(const struct spool *spool, const char *arn)
{
	struct topic *topic = find_topic(spool, slice_from(arn));

	return topic == NULL ? NULL : topic->first;
}

int64_t
spool_sent_ms(const struct spool *spool, const char *arn)
{
	struct topic *topic = find_topic(spool, slice_from(arn));

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

bool
spool_waits(const struct spool *spool, const char *arn, const char *id)
{
	for (const struct spool_item *i = spool_front(spool, arn); i != NULL;
	    i = i->next)
		if (strcmp(i->id, id) == 0)
			return true;
	return false;
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
	print_string(&spool->out, "topic", slice_from(topic));
	buf_printf(&spool->out, ",\"at\":%" PRId64, time_now_ms());
	if (message_id != NULL) {
		buf_byte(&spool->out, ',');
		print_string(&spool->out, "message_id",
		    slice_from(message_id));
	}
	buf_byte(&spool->out, '}');
	status = add(spool, err);
	tidy(spool, false);
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
	print_string(&line, "topic", slice_from(topic));
	buf_text(&line, ",\"at\":\"");
	time_print_utc(&line, time_now_ms());
	buf_text(&line, "\",");
	print_string(&line, "why", slice_from(why));
	buf_byte(&line, ',');
	print_string(&line, "message", message);
	buf_text(&line, "}\n");
	status = journal_aside(spool->journal, "dead-letter", buf_slice(&line),
	    err);
	buf_free(&line);
	if (status == -1)
		return -1;
	return add_done(spool, "dead", topic, ids, count, NULL, err);
}
