/* buf.c -- a buffer grows up to its limit and no further.
 * SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define CHECK(x) assert_true(x)

static void
grows_up_to_its_limit_and_no_further(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 8);
	CHECK(buf_add(&b, "12345", 5));
	CHECK(!buf_add(&b, "6789", 4));
	CHECK(slice_is(buf_slice(&b), "12345"));
	CHECK(buf_text(&b, "678"));
	CHECK(!buf_byte(&b, '9'));
	CHECK(buf_add(&b, "", 0));
	CHECK(slice_is(buf_slice(&b), "12345678"));
	buf_free(&b);
	assert_int_equal(b.len, 0);
	buf_free(&b);
}

static void
zeroed_it_holds_nothing(void **state)
{
	struct buf b = { 0 };

	(void)state;
	CHECK(!buf_byte(&b, 'x'));
	CHECK(buf_add(&b, NULL, 0));
	CHECK(buf_add_slice(&b, (struct slice){ NULL, 0 }));
	assert_int_equal(buf_slice(&b).len, 0);
	buf_drop(&b, 0);
	buf_free(&b);
}

static void
keeps_nul_and_all_other_bytes(void **state)
{
	struct buf b;
	char bytes[256];

	(void)state;
	buf_init(&b, BUF_NO_LIMIT);
	for (int i = 0; i < 256; i++) {
		bytes[i] = (char)i;
		buf_byte(&b, (char)i);
	}
	CHECK(slice_equal(buf_slice(&b), (struct slice){ bytes, 256 }));
	buf_free(&b);
}

static void
room_that_is_reserved_may_be_filled_behind_its_back(void **state)
{
	struct buf b;
	char *at;

	(void)state;
	buf_init(&b, 100);
	buf_text(&b, "ab");
	at = buf_reserve(&b, 98);
	assert_non_null(at);
	memset(at, 'c', 98);
	b.len += 98;
	assert_null(buf_reserve(&b, 1));
	assert_int_equal(b.data[1], 'b');
	assert_int_equal(b.data[99], 'c');
	buf_free(&b);
}

static void
drops_from_the_front(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 8);
	buf_text(&b, "12345678");
	buf_drop(&b, 3);
	CHECK(slice_is(buf_slice(&b), "45678"));
	buf_drop(&b, 5);
	assert_int_equal(b.len, 0);
	CHECK(buf_text(&b, "again"));
	buf_clear(&b);
	CHECK(buf_text(&b, "12345678"));
	buf_free(&b);
}

static void
prints_whole_or_not_at_all(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 16);
	CHECK(buf_printf(&b, "%s-%d", "abc", 42));
	CHECK(slice_is(buf_slice(&b), "abc-42"));
	CHECK(!buf_printf(&b, "%020d", 1));
	CHECK(slice_is(buf_slice(&b), "abc-42"));
	CHECK(buf_printf(&b, "%s", ""));
	buf_free(&b);
}

static void
prints_up_to_the_very_limit(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 4);
	CHECK(buf_printf(&b, "%d", 1234));
	CHECK(slice_is(buf_slice(&b), "1234"));
	buf_free(&b);
}

static void
grows_to_any_size(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, BUF_NO_LIMIT);
	for (int i = 0; i < 100000; i++)
		CHECK(buf_add(&b, "0123456789", 10));
	assert_int_equal(b.len, 1000000);
	CHECK(memcmp(b.data + 999990, "0123456789", 10) == 0);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_up_to_its_limit_and_no_further),
		cmocka_unit_test(zeroed_it_holds_nothing),
		cmocka_unit_test(keeps_nul_and_all_other_bytes),
		cmocka_unit_test(
		    room_that_is_reserved_may_be_filled_behind_its_back),
		cmocka_unit_test(drops_from_the_front),
		cmocka_unit_test(prints_whole_or_not_at_all),
		cmocka_unit_test(prints_up_to_the_very_limit),
		cmocka_unit_test(grows_to_any_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
