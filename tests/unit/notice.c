/* notice.c -- what and when, cut between characters, harmless in a chat.
 * SPDX-License-Identifier: MIT */
#include "sink/notice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/clean.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/time.h"

#define AT INT64_C(1795457612000)	/* 2026-11-23T18:13:32Z */

static struct buf out, part, chat;

static int
begin(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(0, time_use_zone("Asia/Tokyo", &err));
	buf_init(&out, BUF_NO_LIMIT);
	buf_init(&part, BUF_NO_LIMIT);
	buf_init(&chat, BUF_NO_LIMIT);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	buf_free(&chat);
	buf_free(&part);
	buf_free(&out);
	return 0;
}

/* A string at a path (`content`, `title`; second NULL: of the object
 * itself). */
static const char *
string_at(struct slice text, const char *first, const char *second)
{
	struct json json = { 0 };
	uint32_t at;

	assert_true(json_parse(&json, text));
	at = json_member(&json, text.data, 0, slice_from(first));
	assert_int_not_equal(0, at);
	if (second != NULL)
		at = json_member(&json, text.data, at, slice_from(second));
	assert_int_not_equal(0, at);
	assert_int_equal(JSON_STRING, json.nodes[at].type);
	buf_clear(&part);
	assert_true(json_decode(&part, json_text(&json.nodes[at],
	    text.data)));
	buf_byte(&part, '\0');
	json_free(&json);
	return part.data;
}

static void
print(const struct notice *notices, size_t count)
{
	buf_clear(&out);
	notice_print(&out, notices, count);
	buf_clear(&chat);
	buf_text(&chat, string_at(buf_slice(&out), "default", NULL));
}

static void
print_one(const char *service, int64_t time_ms, uint64_t count,
    enum level level, bool reminder)
{
	struct notice notice = { slice_from(service), time_ms, count, level,
	    reminder };

	print(&notice, 1);
}

static void
says(const char *first, const char *second, const char *text)
{
	assert_string_equal(text, string_at(buf_slice(&chat), first, second));
}

static void
is_plain(const char *protocol, const char *text)
{
	assert_string_equal(text, string_at(buf_slice(&out), protocol, NULL));
}

static void
what_and_when(void **state)
{
	(void)state;
	print_one("nightly-batch", AT, 1, LEVEL_ERROR, false);
	says("version", NULL, "1.0");
	says("source", NULL, "custom");
	says("content", "textType", "client-markdown");
	says("content", "title", "`nightly-batch` failed");
	says("content", "description",
	    "`nightly-batch` failed at 2026-11-24T03:13:32+09:00");
	says("metadata", "summary", "`nightly-batch` failed");
	says("metadata", "eventType", "failure");
	is_plain("email", "nightly-batch failed at 2026-11-24T03:13:32+09:00");
	is_plain("sms", "nightly-batch failed at 2026-11-24T03:13:32+09:00");
}

static void
how_bad_and_how_often(void **state)
{
	(void)state;
	print_one("a", AT, 12, LEVEL_FATAL, false);
	says("content", "title", "`a` failed (fatal)");
	says("content", "description", "`a` failed at "
	    "2026-11-24T03:13:32+09:00 (fatal), 12 times so far");
	print_one("a", AT, 1, LEVEL_WARN, false);
	is_plain("sms", "a failed at 2026-11-24T03:13:32+09:00 (warning)");
}

static void
a_reminder_says_that_it_goes_on(void **state)
{
	(void)state;
	print_one("a", AT, 3, LEVEL_ERROR, true);
	says("content", "title", "`a` still fails");
	says("content", "description", "`a` still fails, since "
	    "2026-11-24T03:13:32+09:00, 3 times so far");
	says("metadata", "eventType", "reminder");
}

static void
without_a_time_it_says_so(void **state)
{
	(void)state;
	print_one("a", TIME_NONE, 1, LEVEL_ERROR, false);
	is_plain("email", "a failed, the time is not known");
	print_one("a", TIME_NONE, 1, LEVEL_ERROR, true);
	is_plain("email", "a still fails, since an unknown time");
}

static void
control_characters_of_slack_are_escaped(void **state)
{
	(void)state;
	print_one("<!channel> & <@U1|x>", AT, 1, LEVEL_ERROR, false);
	says("content", "title",
	    "`&lt;!channel&gt; &amp; &lt;@\xe2\x80\x8bU1|x&gt;` failed");
	is_plain("sms", "<!channel> & <@U1|x> failed at "
	    "2026-11-24T03:13:32+09:00");
}

static void
a_name_cannot_end_its_code_span(void **state)
{
	(void)state;
	print_one("a` *b* ```c", AT, 1, LEVEL_ERROR, false);
	says("content", "title", "`a' *b* '''c` failed");
}

static void
an_unclean_name_is_cleaned(void **state)
{
	(void)state;
	print_one(" a\nb\x1b\xff ", AT, 1, LEVEL_ERROR, false);
	says("content", "title", "`a?b??` failed");
	print_one("", AT, 1, LEVEL_ERROR, false);
	says("content", "title", "`?` failed");
}

/* Every length of names of one, two, three, four and five bytes a character:
 * no limit is passed, and no character or entity is cut. */
static void
titles_are_cut_between_characters(void **state)
{
	static const char *const units[] = {
		"a", "\xc3\xa9", "\xe3\x81\x82", "\xf0\x9f\x98\x80", "&", "@",
	};
	char name[CLEAN_NAME_LIMIT + 1];

	(void)state;
	for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
		size_t len = strlen(units[u]), used = 0;

		for (size_t n = 1; (used = n * len) <= CLEAN_NAME_LIMIT; n++) {
			struct slice rest;
			const char *title, *amp;

			memcpy(name + used - len, units[u], len);
			name[used] = '\0';
			print_one(name, AT, 1000, LEVEL_FATAL, true);
			title = string_at(buf_slice(&chat), "content",
			    "title");
			assert_true(strlen(title) <= 250);
			assert_non_null(strstr(title, "` still fails"));
			if ((amp = strrchr(title, '&')) != NULL)
				assert_int_equal(0,
				    strncmp(amp, "&amp;", 5));
			rest = slice_from(title);
			while (rest.len > 0) {
				size_t c = clean_character(rest);

				assert_int_not_equal(0, c);
				rest = slice_cut(rest, c, rest.len);
			}
			title = string_at(buf_slice(&out), "sms", NULL);
			assert_true(strlen(title) <= 140);
			assert_non_null(strstr(title, "since 2026"));
		}
	}
}

static struct notice *
many(size_t count, const char *format)
{
	struct notice *notices = mem_zero(count, sizeof *notices);

	for (size_t i = 0; i < count; i++) {
		struct buf name;

		buf_init(&name, BUF_NO_LIMIT);
		buf_printf(&name, "%04zu%s", i, format);
		notices[i] = (struct notice){ buf_slice(&name),
		    AT + (int64_t)i * 1000, i + 1, LEVEL_ERROR, false };
	}
	return notices;
}

static void
free_many(struct notice *notices, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free((void *)(uintptr_t)notices[i].service.data);
	free(notices);
}

static void
a_burst_names_each(void **state)
{
	struct notice *notices = many(3, "x");

	(void)state;
	assert_int_equal(3, notice_fit(notices, 3));
	print(notices, 3);
	says("content", "title", "3 services failed");
	says("content", "description",
	    "\xe2\x80\xa2 `0000x` failed at 2026-11-24T03:13:32+09:00\n"
	    "\xe2\x80\xa2 `0001x` failed at 2026-11-24T03:13:33+09:00, 2 "
	    "times so far\n"
	    "\xe2\x80\xa2 `0002x` failed at 2026-11-24T03:13:34+09:00, 3 "
	    "times so far");
	is_plain("sms", "3 failures since 2026-11-24T03:13:32+09:00: 0000x, "
	    "0001x, 0002x");
	free_many(notices, 3);
}

static void
a_burst_of_one_service_is_called_after_it(void **state)
{
	struct notice notices[] = {
		{ { "a", 1 }, AT + 5000, 1, LEVEL_WARN, false },
		{ { "a", 1 }, AT, 1, LEVEL_ERROR, false },
	};

	(void)state;
	print(notices, 2);
	says("content", "title", "`a` failed, 2 incidents");
	is_plain("sms", "2 failures since 2026-11-24T03:13:32+09:00: a");
}

/* However many there are and however long: what fits stands there whole, and
 * the rest is counted. */
static void
what_does_not_fit_is_counted(void **state)
{
	static const char *const tails[] = { "",
	    "&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&" };

	(void)state;
	for (size_t t = 0; t < 2; t++) {
		struct notice *notices = many(500, tails[t]);

		for (size_t count = 2; count <= 500; count += 7) {
			size_t fit = notice_fit(notices, count), lines = 1;
			const char *text;
			char more[64];

			assert_true(fit >= 1 && fit <= count);
			print(notices, count);
			text = string_at(buf_slice(&chat), "content",
			    "description");
			assert_true(strlen(text) <= 8000);
			for (const char *c = text; *c != '\0'; c++)
				lines += *c == '\n';
			assert_int_equal(fit == count ? count : fit + 1,
			    lines);
			snprintf(more, sizeof more, "\nand %zu more",
			    count - fit);
			assert_true((strstr(text, more) != NULL) ==
			    (fit < count));
			assert_true(strlen(string_at(buf_slice(&out), "sms",
			    NULL)) <= 140);
			assert_true(strlen(string_at(buf_slice(&out), "email",
			    NULL)) <= 8000);
			assert_true(out.len < 262144 / 3);
		}
		free_many(notices, 500);
	}
}

static void
keep(char *text, size_t size, const char *first, const char *second)
{
	snprintf(text, size, "%s", string_at(buf_slice(&chat), first,
	    second));
}

static void
a_thread_is_of_a_service_and_a_day(void **state)
{
	struct notice two[] = {
		{ { "b", 1 }, AT, 1, LEVEL_ERROR, false },
		{ { "a", 1 }, AT, 1, LEVEL_ERROR, false },
	};
	char a[80], other[80];

	(void)state;
	print_one("a", AT, 1, LEVEL_ERROR, false);
	keep(a, sizeof a, "metadata", "threadId");
	assert_non_null(strstr(a, "-2026-11-24"));	/* the user's day */
	print_one("a", AT + 60000, 9, LEVEL_FATAL, true);
	says("metadata", "threadId", a);
	print_one("a", AT + 86400000, 1, LEVEL_ERROR, false);
	keep(other, sizeof other, "metadata", "threadId");
	assert_string_not_equal(a, other);
	print_one("b", AT, 1, LEVEL_ERROR, false);
	keep(other, sizeof other, "metadata", "threadId");
	assert_string_not_equal(a, other);
	print(two, 2);
	keep(a, sizeof a, "metadata", "threadId");
	assert_string_not_equal(a, other);
	two[0].service.data = "a";
	two[1].service.data = "b";
	print(two, 2);
	says("metadata", "threadId", a);	/* whatever the order */
}

static void
an_id_is_of_what_is_told(void **state)
{
	char id[80], other[80];

	(void)state;
	print_one("a", AT, 1, LEVEL_ERROR, false);
	keep(id, sizeof id, "id", NULL);
	print_one("a", AT, 1, LEVEL_ERROR, false);
	says("id", NULL, id);
	print_one("a", AT + 1, 1, LEVEL_ERROR, false);
	keep(other, sizeof other, "id", NULL);
	assert_string_not_equal(id, other);
}

static void
nothing_is_told_of_nothing(void **state)
{
	(void)state;
	buf_clear(&out);
	notice_print(&out, NULL, 0);
	assert_int_equal(0, out.len);
	assert_int_equal(0, notice_fit(NULL, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_and_when),
		cmocka_unit_test(how_bad_and_how_often),
		cmocka_unit_test(a_reminder_says_that_it_goes_on),
		cmocka_unit_test(without_a_time_it_says_so),
		cmocka_unit_test(control_characters_of_slack_are_escaped),
		cmocka_unit_test(a_name_cannot_end_its_code_span),
		cmocka_unit_test(an_unclean_name_is_cleaned),
		cmocka_unit_test(titles_are_cut_between_characters),
		cmocka_unit_test(a_burst_names_each),
		cmocka_unit_test(a_burst_of_one_service_is_called_after_it),
		cmocka_unit_test(what_does_not_fit_is_counted),
		cmocka_unit_test(a_thread_is_of_a_service_and_a_day),
		cmocka_unit_test(an_id_is_of_what_is_told),
		cmocka_unit_test(nothing_is_told_of_nothing),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
