/* spool_records.c -- records of the journal to what waits and what was told.
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
#include "sink/spool_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/time.h"
#include "reduce/partial.h"

/* ---- topics and items ---- */

struct topic *
spool_find_topic(const struct spool *spool, struct slice arn)
{
	struct topic *topic = spool->topics;

	while (topic != NULL && !slice_is(arn, topic->arn))
		topic = topic->next;
	return topic;
}

static struct topic *
need_topic(struct spool *spool, struct slice arn)
{
	struct topic *topic = spool_find_topic(spool, arn);
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

void
spool_forget(void *ctx)
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

const struct json_node *
spool_member(const struct spool *spool, const char *text, uint32_t object,
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

/* As a number, and one that can be printed. */
static bool
instant(const char *text, const struct json_node *node, int64_t *ms)
{
	return number(text, node, ms) &&
	    (*ms == TIME_NONE || time_is_instant(*ms));
}

bool
spool_read_news(struct spool *spool, const char *text, struct news *news)
{
	const struct json_node *incident = spool_member(spool, text, 0, "incident");
	struct slice id, level;
	int64_t count;
	uint32_t object;

	*news = (struct news){ 0 };
	if (incident == NULL || incident->type != JSON_OBJECT)
		return false;
	object = (uint32_t)(incident - spool->json.nodes);
	if (!string(spool, text, spool_member(spool, text, 0, "news"), &news->kind) ||
	    !string(spool, text, spool_member(spool, text, 0, "topic"),
	    &news->topic) ||
	    !string(spool, text, spool_member(spool, text, 0, "id"), &id) ||
	    !instant(text, spool_member(spool, text, 0, "at"), &news->span.at_ms) ||
	    !instant(text, spool_member(spool, text, 0, "told"),
	    &news->span.told_ms) ||
	    !string(spool, text, spool_member(spool, text, object, "service"),
	    &news->item.service) ||
	    !instant(text, spool_member(spool, text, object, "first_ms"),
	    &news->span.first_ms) ||
	    !instant(text, spool_member(spool, text, object, "last_ms"),
	    &news->span.last_ms) ||
	    !number(text, spool_member(spool, text, object, "count"), &count) ||
	    !string(spool, text, spool_member(spool, text, object, "level"),
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

	if (!spool_read_news(spool, text, &news))
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
	    !string(spool, text, spool_member(spool, text, 0, "topic"), &arn) ||
	    !instant(text, spool_member(spool, text, 0, "at"), &at_ms))
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

void
spool_take_record(void *ctx, struct slice body)
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
	else if ((node = spool_member(spool, body.data, 0, "sent")) != NULL)
		good = take_done(spool, body.data, node, true);
	else if ((node = spool_member(spool, body.data, 0, "dead")) != NULL)
		good = take_done(spool, body.data, node, false);
	else if ((node = spool_member(spool, body.data, 0, "cwsift_spool")) != NULL)
		good = take_version(spool, body.data, node);
	else
		good = take_news(spool, body.data);
	if (!good)
		spool->undecoded++;
}

void
spool_print_string(struct buf *out, const char *key, struct slice text)
{
	buf_printf(out, "\"%s\":", key);
	json_quote(out, text);
}

/* ---- and back ---- */

void
spool_print_version(struct spool *spool)
{
	buf_clear(&spool->out);
	buf_printf(&spool->out, "{\"cwsift_spool\":%d}", SPOOL_VERSION);
}

static void
make_id(struct spool *spool, char *id)
{
	struct timespec now;
	uint64_t bits;

	/* unique among the processes of one spool, which is all it must be */
	clock_gettime(CLOCK_REALTIME, &now);
	bits = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
	bits ^= (uint64_t)getpid() << 40 ^ ++spool->made << 20;
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

void
spool_print_news(struct spool *spool, const char *kind, const char *arn,
    const struct incident *incident, int64_t at_ms, int64_t told_ms)
{
	char id[SPOOL_ID_SIZE];

	make_id(spool, id);
	buf_clear(&spool->out);
	buf_printf(&spool->out, "{\"news\":\"%s\",\"id\":\"%s\",", kind, id);
	spool_print_string(&spool->out, "topic", slice_from(arn));
	buf_printf(&spool->out, ",\"at\":%" PRId64 ",\"told\":%" PRId64
	    ",\"incident\":", at_ms, told_ms);
	print_incident(&spool->out, incident);
	buf_byte(&spool->out, '}');
}
