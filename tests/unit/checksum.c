/* checksum.c -- gzip's checksum, against one that goes bit by bit.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "input/checksum.h"

#define BYTES 700

/* RFC 1952, section 8, without its table. */
static uint32_t
bit_by_bit(const char *bytes, size_t len)
{
	uint32_t sum = UINT32_MAX;

	for (size_t i = 0; i < len; i++) {
		sum ^= (unsigned char)bytes[i];
		for (int bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ (0xedb88320u & -(sum & 1));
	}
	return ~sum;
}

static void
the_check_value_of_the_catalogue(void **state)
{
	(void)state;
	assert_int_equal(checksum_add(0, "123456789", 9), 0xcbf43926);
	assert_int_equal(checksum_add(0, "", 0), 0);
}

static void
every_length_and_every_cut_gives_the_same(void **state)
{
	char bytes[BYTES];
	uint32_t x = 2463534242u;

	(void)state;
	for (size_t i = 0; i < BYTES; i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		bytes[i] = (char)(x >> 9);
	}
	for (size_t len = 0; len <= BYTES; len++) {
		uint32_t sum = bit_by_bit(bytes, len);
		size_t cut = len == 0 ? 0 : (len * 7 + 3) % len;

		assert_int_equal(checksum_add(0, bytes, len), sum);
		assert_int_equal(checksum_add(checksum_add(0, bytes, cut),
		    bytes + cut, len - cut), sum);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_check_value_of_the_catalogue),
		cmocka_unit_test(every_length_and_every_cut_gives_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
