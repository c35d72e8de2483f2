/* nibbles.c -- the marks of the vectors, against one place after the other.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "match/nibbles.h"

#define BLOCKS 3
#define BYTES (BLOCKS * NIBBLES_BLOCK + NIBBLES_REACH - 1)

static uint8_t
any_byte(uint32_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 17;
	*x ^= *x << 5;
	return (uint8_t)(*x >> 11);
}

/* More bits than not. */
static uint8_t
crowded(uint32_t *x)
{
	uint8_t one = any_byte(x);

	return one | any_byte(x);
}

static bool
may_stand(const struct nibbles *nibbles, const unsigned char *at)
{
	unsigned left = 0xff;

	for (int i = 0; i < NIBBLES_REACH; i++)
		left &= nibbles->low[i][at[i] & 15] &
		    nibbles->high[i][at[i] >> 4];
	return left != 0;
}

static void
every_place_is_marked_as_one_alone_would_be(void **state)
{
	uint32_t x = 123456789;
	size_t marked = 0, places = 0;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct nibbles nibbles;
		unsigned char bytes[BYTES];
		uint64_t marks[BLOCKS];

		for (int i = 0; i < NIBBLES_REACH; i++)
			for (int n = 0; n < 16; n++) {
				nibbles.low[i][n] = crowded(&x);
				nibbles.high[i][n] = crowded(&x);
			}
		for (size_t i = 0; i < BYTES; i++)
			bytes[i] = any_byte(&x);
		nibbles_mark(&nibbles, (const char *)bytes, BLOCKS, marks);
		for (size_t i = 0; i < BLOCKS * NIBBLES_BLOCK; i++, places++) {
			bool mark = marks[i / 64] >> i % 64 & 1;

			assert_int_equal(mark, may_stand(&nibbles, bytes + i));
			marked += mark;
		}
	}
	/* neither all nor none, or this would say little */
	assert_in_range(marked, places / 20, places / 20 * 19);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_place_is_marked_as_one_alone_would_be),
	};

	if (!nibbles_can()) {	/* cmocka's skip() is "not ok" to prove */
		puts("1..0 # SKIP no vectors");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
