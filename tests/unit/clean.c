/* clean.c -- what harms is shown, what is text stays as it is.
 * SPDX-License-Identifier: MIT */
#include "base/clean.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "said.h"

static int
begin(void **state)
{
	(void)state;
	buf_init(&out, BUF_NO_LIMIT);
	return 0;
}

static const char *
line(struct slice text)
{
	clean_line(&out, text);
	return said();
}

static const char *
name(struct slice text)
{
	clean_name(&out, text);
	return said();
}

/* RFC 3629, written down the other way round: encode, then compare. */
static size_t
encode(unsigned char *to, uint32_t c)
{
	if (c < 0x80) {
		to[0] = (unsigned char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (unsigned char)(0xc0 | c >> 6);
		to[1] = (unsigned char)(0x80 | (c & 63));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (unsigned char)(0xe0 | c >> 12);
		to[1] = (unsigned char)(0x80 | (c >> 6 & 63));
		to[2] = (unsigned char)(0x80 | (c & 63));
		return 3;
	}
	to[0] = (unsigned char)(0xf0 | c >> 18);
	to[1] = (unsigned char)(0x80 | (c >> 12 & 63));
	to[2] = (unsigned char)(0x80 | (c >> 6 & 63));
	to[3] = (unsigned char)(0x80 | (c & 63));
	return 4;
}

static void
every_character_is_known_and_no_part_of_one(void **state)
{
	unsigned char bytes[4];

	(void)state;
	for (uint32_t c = 0; c <= 0x110000; c++) {
		size_t len = encode(bytes, c);
		bool good = c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
		struct slice text = { (const char *)bytes, len };

		if (clean_character(text) != (good ? len : 0))
			fail_msg("U+%04X", (unsigned)c);
		for (text.len--; text.len > 0; text.len--)
			if (clean_character(text) != 0)
				fail_msg("a part of U+%04X", (unsigned)c);
	}
	assert_int_equal(clean_character(TEXT("")), 0);
}

static void
overlong_forms_are_no_characters(void **state)
{
	(void)state;
	assert_int_equal(clean_character(TEXT("\xc0\x80")), 0);
	assert_int_equal(clean_character(TEXT("\xc1\xbf")), 0);
	assert_int_equal(clean_character(TEXT("\xe0\x9f\xbf")), 0);
	assert_int_equal(clean_character(TEXT("\xf0\x8f\xbf\xbf")), 0);
	assert_int_equal(clean_character(TEXT("\xf4\x90\x80\x80")), 0);
	assert_int_equal(clean_character(TEXT("\xf5\x80\x80\x80")), 0);
	assert_int_equal(clean_character(TEXT("\x80")), 0);
	assert_int_equal(clean_character(TEXT("\xfe")), 0);
	assert_int_equal(clean_character(TEXT("\xc3z")), 0);
}

static void
controls_are_shown_by_their_bytes(void **state)
{
	(void)state;
	assert_string_equal(line(TEXT("a\0b\033[31m\177\r\n\t")),
	    "a\\x00b\\x1b[31m\\x7f\\x0d\\x0a\\x09");
	assert_string_equal(line(TEXT("\302\205\302\233\302\240")),
	    "\\xc2\\x85\\xc2\\x9b\302\240");
	assert_string_equal(line(TEXT("\xff\xe6\x8e")), "\\xff\\xe6\\x8e");
}

static void
marks_that_hide_or_reorder_are_shown(void **state)
{
	(void)state;
	assert_string_equal(line(TEXT("\u200e\u200f")),
	    "\\xe2\\x80\\x8e\\xe2\\x80\\x8f");
	assert_string_equal(line(TEXT("\u2028\u202e")),
	    "\\xe2\\x80\\xa8\\xe2\\x80\\xae");
	assert_string_equal(line(TEXT("\u2066\u2069\ufeff")),
	    "\\xe2\\x81\\xa6\\xe2\\x81\\xa9\\xef\\xbb\\xbf");
	assert_string_equal(line(TEXT("\u061c\u200b")),
	    "\\xd8\\x9c\\xe2\\x80\\x8b");
	assert_string_equal(line(TEXT("\u2060\u206f")),
	    "\\xe2\\x81\\xa0\\xe2\\x81\\xaf");
	assert_string_equal(line(TEXT("\ufff9\ufffb")),
	    "\\xef\\xbf\\xb9\\xef\\xbf\\xbb");
	assert_string_equal(line(TEXT("\U000e0001\U000e007f")),
	    "\\xf3\\xa0\\x80\\x81\\xf3\\xa0\\x81\\xbf");
	assert_string_equal(
	    line(TEXT("\u061b\u200d\u2030\u205f\u2070\ufffd\U000e0100")),
	    "\u061b\u200d\u2030\u205f\u2070\ufffd\U000e0100");
}

static void
text_stays_as_it_is(void **state)
{
	(void)state;
	assert_string_equal(
	    line(TEXT("C:\\temp \"x\" \u63a5\u7d9a \U0001f600")),
	    "C:\\temp \"x\" \u63a5\u7d9a \U0001f600");
	assert_string_equal(line(TEXT("")), "");
	clean_text(&out, TEXT("a\n\tb\r\n"));
	assert_string_equal(said(), "a\n\tb\\x0d\n");
}

static void
a_name_has_a_question_mark_for_each_bad_byte(void **state)
{
	(void)state;
	assert_string_equal(name(TEXT("a\tb\nc\0d")), "a?b?c?d");
	assert_string_equal(name(TEXT("rtl\u202egnp")), "rtl???gnp");
	assert_string_equal(name(TEXT("\xff\xfe")), "??");
	assert_string_equal(name(TEXT("\u63a5\u7d9a")), "\u63a5\u7d9a");
}

static void
a_name_has_no_blanks_at_its_ends(void **state)
{
	(void)state;
	assert_string_equal(name(TEXT(" \t\r\nx y \t ")), "x y ?");
	assert_string_equal(name(TEXT("  ")), "");
	assert_string_equal(name(TEXT("")), "");
	assert_string_equal(name(TEXT("  x  ")), "x");
}

static void
a_name_is_cut_between_characters(void **state)
{
	char long_name[300];

	(void)state;
	memset(long_name, 'x', sizeof long_name);
	clean_name(&out, (struct slice){ long_name, 300 });
	assert_int_equal(strlen(said()), 256);
	memcpy(long_name + 255, "\xe6\x8e\xa5", 3);
	clean_name(&out, (struct slice){ long_name, 300 });
	assert_int_equal(strlen(said()), 255);
	memset(long_name + 200, ' ', 60);	/* cut, then trimmed */
	clean_name(&out, (struct slice){ long_name, 300 });
	assert_int_equal(strlen(said()), 200);
}

/* Folding and reading back our own json lean on this. */
static void
cleaning_a_clean_name_changes_nothing(void **state)
{
	static const char *const pieces[] = { " ", "\t", "\n", "?", "\\", "x",
	    "\xff", "\xe6", "\xe6\x8e\xa5", "\u202e", "\u00a0", "\302\205",
	    "\xf0\x9f\x98\x80", "\177" };
	uint32_t random = 1;
	struct buf once, twice, raw;

	(void)state;
	buf_init(&once, CLEAN_NAME_LIMIT);
	buf_init(&twice, CLEAN_NAME_LIMIT);
	buf_init(&raw, BUF_NO_LIMIT);
	for (int round = 0; round < 20000; round++) {
		size_t count = random >> 16 & 127;

		buf_clear(&raw);
		buf_clear(&once);
		buf_clear(&twice);
		for (size_t i = 0; i < count; i++) {
			random = random * 1103515245 + 12345;
			buf_text(&raw, pieces[(random >> 16) %
			    (sizeof pieces / sizeof *pieces)]);
		}
		random = random * 1103515245 + 12345;
		clean_name(&once, buf_slice(&raw));
		clean_name(&twice, buf_slice(&once));
		if (!slice_equal(buf_slice(&once), buf_slice(&twice)))
			fail_msg("\"%.*s\", then \"%.*s\"", (int)once.len,
			    once.data, (int)twice.len, twice.data);
	}
	buf_free(&once);
	buf_free(&twice);
	buf_free(&raw);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_character_is_known_and_no_part_of_one),
		cmocka_unit_test(overlong_forms_are_no_characters),
		cmocka_unit_test(controls_are_shown_by_their_bytes),
		cmocka_unit_test(marks_that_hide_or_reorder_are_shown),
		cmocka_unit_test(text_stays_as_it_is),
		cmocka_unit_test(a_name_has_a_question_mark_for_each_bad_byte),
		cmocka_unit_test(a_name_has_no_blanks_at_its_ends),
		cmocka_unit_test(a_name_is_cut_between_characters),
		cmocka_unit_test(cleaning_a_clean_name_changes_nothing),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
