/* notice.c -- incidents as the message of a topic.
 * SPDX-License-Identifier: MIT
 *
 * What Chatbot shows
 * (docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html; sns.md
 * 2.2) is its "custom notification" and nothing else; plain text it drops,
 * and nobody is told.  Its limits are in characters, which is not defined;
 * bytes are never more than any kind of them.  What happens above a limit is
 * not known, so we cut. */
#include "sink/notice.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/time.h"
#include "sink/sha256.h"

#define TITLE_LIMIT 250			/* Chatbot's: bytes, after escaping */
#define DESCRIPTION_LIMIT 8000		/* Chatbot's */
#define EMAIL_LIMIT 8000		/* ours: as much as Slack shows */
#define SMS_LIMIT 140			/* one part (sns-dg, SMS): longer ones
					 * cost more */
#define REST_ROOM 32			/* "and 18446744073709551615 more" */
#define ID_SIZE 16			/* bytes of a digest that make an id */

/* For whom a text is. */
enum reader {
	READER_CHAT,			/* markdown of a chat client */
	READER_MAIL,			/* plain text */
};

/* All notices of a message looked at as one. */
struct burst {
	const struct notice *notices;
	size_t count;
	const struct notice **sorted;	/* by service */
	size_t services;		/* different ones */
	int64_t first_ms;		/* the earliest, or TIME_NONE */
	enum level level;		/* the highest */
	bool reminders;			/* all of them */
};

/* One character made harmless for a chat.  & < > are Slack's control
 * characters (api.slack.com/reference/surfaces/formatting): unescaped,
 * <!channel> wakes everybody and <url|text> disguises a link.  A backtick
 * would end the code span that keeps * _ ~ and :emoji: from acting.  @here
 * is no mention for Slack unless its sender asks for names to be linked, and
 * what Chatbot asks for is not documented: the zero width space behind the @
 * (U+200B) parts it. */
static struct slice
harmless(struct slice character)
{
	if (character.len != 1)
		return character;
	switch (character.data[0]) {
	case '&':
		return slice_from("&amp;");
	case '<':
		return slice_from("&lt;");
	case '>':
		return slice_from("&gt;");
	case '`':
		return slice_from("'");
	case '@':
		return slice_from("@\xe2\x80\x8b");
	default:
		return character;
	}
}

/* The name in at most limit bytes, whole characters (and entities) only;
 * "..." at its end when that was not all. */
static void
print_name(struct buf *out, struct slice service, enum reader reader,
    size_t limit)
{
	struct buf name;
	struct slice rest;
	size_t start = out->len, fits = start;

	buf_init(&name, CLEAN_NAME_LIMIT);
	clean_name(&name, service);	/* a spool can be edited */
	if (name.len == 0)
		buf_byte(&name, '?');
	rest = buf_slice(&name);
	while (rest.len > 0) {
		struct slice c = slice_cut(rest, 0, clean_character(rest));

		rest = slice_cut(rest, c.len, rest.len);
		if (reader == READER_CHAT)
			c = harmless(c);
		if (out->len - start + c.len > limit) {
			out->len = fits;
			buf_text(out, "...");
			break;
		}
		buf_add_slice(out, c);
		if (out->len - start + 3 <= limit)
			fits = out->len;
	}
	buf_free(&name);
}

/* The name; for a chat in a code span, where markdown does not act. */
static void
print_service(struct buf *out, struct slice service, enum reader reader,
    size_t limit)
{
	const char *quote = reader == READER_CHAT ? "`" : "";

	buf_text(out, quote);
	print_name(out, service, reader, limit - 2 * strlen(quote));
	buf_text(out, quote);
}

static const char *
level_words(enum level level)
{
	switch (level) {
	case LEVEL_FATAL:
		return " (fatal)";
	case LEVEL_WARN:
		return " (warning)";
	case LEVEL_ERROR:
		break;
	}
	return "";
}

/* ` failed at 2026-11-23T03:00:12+09:00 (fatal), 3 times so far` */
static void
print_what(struct buf *out, const struct notice *notice)
{
	buf_text(out, notice->reminder ? " still fails, since " :
	    notice->time_ms == TIME_NONE ? " failed" : " failed at ");
	if (notice->time_ms != TIME_NONE)
		time_print(out, notice->time_ms);
	else if (notice->reminder)
		buf_text(out, "an unknown time");
	else
		buf_text(out, ", the time is not known");
	buf_text(out, level_words(notice->level));
	if (notice->count > 1)
		buf_printf(out, ", %" PRIu64 " times so far", notice->count);
}

/* As many lines of one notice each as limit bytes hold, and how many more there
 * are; returns the number that stand there. */
static size_t
print_lines(struct buf *out, const struct notice *notices, size_t count,
    enum reader reader, size_t limit)
{
	size_t start = out->len, i;
	size_t whole = 5 * CLEAN_NAME_LIMIT + 2;	/* of & alone */

	if (count == 1) {
		print_service(out, notices[0].service, reader, whole);
		print_what(out, &notices[0]);
		return 1;
	}
	for (i = 0; i < count; i++) {
		size_t before = out->len;
		size_t rest = i + 1 < count ? REST_ROOM : 0;

		if (i > 0)
			buf_byte(out, '\n');
		if (reader == READER_CHAT)
			buf_text(out, "\xe2\x80\xa2 ");	/* a bullet */
		print_service(out, notices[i].service, reader, whole);
		print_what(out, &notices[i]);
		if (out->len - start + rest > limit) {
			out->len = before;
			buf_printf(out, "\nand %zu more", count - i);
			break;
		}
	}
	return i;
}

/* `nightly-batch failed at 2026-11-23T03:00:12+09:00`; or of several
 * `2 failures since 2026-11-23T03:00:12+09:00: a, b`. */
static void
print_sms(struct buf *out, const struct burst *burst)
{
	size_t start = out->len;
	struct buf what;

	if (burst->count == 1) {
		buf_init(&what, BUF_NO_LIMIT);
		print_what(&what, burst->notices);
		print_service(out, burst->notices[0].service, READER_MAIL,
		    SMS_LIMIT - what.len);
		buf_add_slice(out, buf_slice(&what));
		buf_free(&what);
		return;
	}
	buf_printf(out, "%zu failures", burst->count);
	if (burst->first_ms != TIME_NONE) {
		buf_text(out, " since ");
		time_print(out, burst->first_ms);
	}
	buf_text(out, ": ");
	for (size_t i = 0, told = 0; i < burst->count; i++) {
		size_t before = out->len;
		size_t room = SMS_LIMIT - REST_ROOM - (out->len - start);

		if (i > 0 && slice_equal(burst->sorted[i]->service,
		    burst->sorted[i - 1]->service))
			continue;
		if (told > 0)
			buf_text(out, ", ");
		/* the first one always, cut if it must be */
		print_service(out, burst->sorted[i]->service, READER_MAIL,
		    told == 0 ? room : 5 * CLEAN_NAME_LIMIT);
		if (out->len - start > SMS_LIMIT - REST_ROOM) {
			out->len = before;
			buf_printf(out, " and %zu more",
			    burst->services - told);
			break;
		}
		told++;
	}
}

static void
print_title(struct buf *out, const struct burst *burst)
{
	const char *verb = burst->reminders ? "still fail" : "failed";
	const char *level = level_words(burst->level);

	if (burst->services > 1) {
		buf_printf(out, "%zu services %s%s", burst->services, verb,
		    level);
		return;
	}
	print_service(out, burst->notices[0].service, READER_CHAT,
	    TITLE_LIMIT - 64);
	buf_printf(out, " %s%s%s", verb, burst->reminders ? "s" : "", level);
	if (burst->count > 1)
		buf_printf(out, ", %zu incidents", burst->count);
}

/* What is hashed says the same for the same incidents: a message that was sent
 * twice (its answer was lost) shows by its id. */
static void
print_id(struct buf *out, const struct burst *burst)
{
	unsigned char digest[SHA256_SIZE];
	struct buf all;

	buf_init(&all, BUF_NO_LIMIT);
	for (size_t i = 0; i < burst->count; i++) {
		const struct notice *notice = &burst->notices[i];

		buf_add_slice(&all, notice->service);
		buf_printf(&all, "\t%" PRId64 "\t%" PRIu64 "\t%d\n",
		    notice->time_ms, notice->count, notice->reminder);
	}
	sha256(digest, buf_slice(&all));
	sha256_print(out, digest, ID_SIZE);
	buf_free(&all);
}

/* One thread a service and day: what follows folds into it, and next night's
 * failure is seen in the channel, not in a thread of last month.  Several
 * services at once have a thread of their own, the same for the same ones:
 * in the thread of one of them nobody would look for the others. */
static void
print_thread(struct buf *out, const struct burst *burst)
{
	unsigned char digest[SHA256_SIZE];
	struct buf names;

	buf_init(&names, BUF_NO_LIMIT);
	for (size_t i = 0; i < burst->count; i++) {
		if (i > 0 && slice_equal(burst->sorted[i]->service,
		    burst->sorted[i - 1]->service))
			continue;
		buf_add_slice(&names, burst->sorted[i]->service);
		buf_byte(&names, '\n');
	}
	sha256(digest, buf_slice(&names));
	buf_text(out, "cwsift-");
	sha256_print(out, digest, ID_SIZE);
	if (burst->first_ms != TIME_NONE) {
		buf_clear(&names);
		time_print(&names, burst->first_ms);
		buf_byte(out, '-');
		buf_add_slice(out, slice_cut(buf_slice(&names), 0, 10));
	}
	buf_free(&names);
}

/* `"key":"value"`, with what stands in front of it. */
static void
print_member(struct buf *out, const char *before, const char *key,
    struct slice value)
{
	buf_printf(out, "%s\"%s\":", before, key);
	json_quote(out, value);
}

/* For who gives it a custom action: strings only (sns.md 2.2). */
static void
print_context(struct buf *out, const struct burst *burst, struct slice id)
{
	struct buf text;

	buf_init(&text, BUF_NO_LIMIT);
	print_member(out, "\"additionalContext\":{", "id", id);
	if (burst->count == 1) {
		print_name(&text, burst->notices[0].service, READER_CHAT,
		    5 * CLEAN_NAME_LIMIT);
		print_member(out, ",", "service", buf_slice(&text));
	} else {
		buf_printf(&text, "%zu", burst->services);
		print_member(out, ",", "services", buf_slice(&text));
	}
	buf_clear(&text);
	time_print(&text, burst->first_ms);
	print_member(out, ",", "time", buf_slice(&text));
	print_member(out, ",", "level", slice_from(level_name(burst->level)));
	buf_byte(out, '}');
	buf_free(&text);
}

static void
print_chatbot(struct buf *out, const struct burst *burst)
{
	struct buf text, id, title;

	buf_init(&text, BUF_NO_LIMIT);
	buf_init(&id, BUF_NO_LIMIT);
	buf_init(&title, BUF_NO_LIMIT);
	print_id(&id, burst);
	print_title(&title, burst);
	buf_text(out, "{\"version\":\"1.0\",\"source\":\"custom\"");
	print_member(out, ",", "id", buf_slice(&id));
	buf_text(out, ",\"content\":{\"textType\":\"client-markdown\"");
	print_member(out, ",", "title", buf_slice(&title));
	print_lines(&text, burst->notices, burst->count, READER_CHAT,
	    DESCRIPTION_LIMIT);
	print_member(out, ",", "description", buf_slice(&text));
	buf_clear(&text);
	print_thread(&text, burst);
	print_member(out, "},\"metadata\":{", "threadId", buf_slice(&text));
	/* on the thread's first message; its limit is not documented */
	print_member(out, ",", "summary", buf_slice(&title));
	print_member(out, ",", "eventType",
	    slice_from(burst->reminders ? "reminder" : "failure"));
	buf_byte(out, ',');
	print_context(out, burst, buf_slice(&id));
	buf_text(out, "}}");
	buf_free(&title);
	buf_free(&id);
	buf_free(&text);
}

static int
by_service(const void *a, const void *b)
{
	const struct notice *const *x = a;
	const struct notice *const *y = b;

	return slice_compare((*x)->service, (*y)->service);
}

static void
burst_init(struct burst *burst, const struct notice *notices, size_t count)
{
	*burst = (struct burst){ notices, count, .first_ms = TIME_NONE,
	    .level = LEVEL_WARN, .reminders = true };
	burst->sorted = mem_zero(count, sizeof *burst->sorted);
	for (size_t i = 0; i < count; i++) {
		const struct notice *notice = &notices[i];

		burst->sorted[i] = notice;
		if (notice->time_ms != TIME_NONE && (burst->first_ms ==
		    TIME_NONE || notice->time_ms < burst->first_ms))
			burst->first_ms = notice->time_ms;
		if (notice->level > burst->level)
			burst->level = notice->level;
		if (!notice->reminder)
			burst->reminders = false;
	}
	qsort(burst->sorted, count, sizeof *burst->sorted, by_service);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || !slice_equal(burst->sorted[i]->service,
		    burst->sorted[i - 1]->service))
			burst->services++;
}

void
notice_print(struct buf *out, const struct notice *notices, size_t count)
{
	struct burst burst;
	struct buf text;

	if (count == 0)
		return;
	burst_init(&burst, notices, count);
	buf_init(&text, BUF_NO_LIMIT);
	print_chatbot(&text, &burst);
	print_member(out, "{", "default", buf_slice(&text));
	buf_clear(&text);
	print_lines(&text, notices, count, READER_MAIL, EMAIL_LIMIT);
	print_member(out, ",", "email", buf_slice(&text));
	buf_clear(&text);
	print_sms(&text, &burst);
	print_member(out, ",", "sms", buf_slice(&text));
	buf_byte(out, '}');
	buf_free(&text);
	free(burst.sorted);
}

size_t
notice_fit(const struct notice *notices, size_t count)
{
	struct buf text;
	size_t fit;

	if (count == 0)
		return 0;
	buf_init(&text, BUF_NO_LIMIT);
	fit = print_lines(&text, notices, count, READER_CHAT,
	    DESCRIPTION_LIMIT);
	buf_free(&text);
	return fit;
}
