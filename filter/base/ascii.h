/* ascii.h -- what kind of character a byte is, whatever the locale says.
 * SPDX-License-Identifier: MIT */
#ifndef BASE_ASCII_H
#define BASE_ASCII_H

#include <stdbool.h>

/* Each takes a byte, as char or as unsigned char, or a negative number for none. */
static inline bool
is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static inline bool
is_letter(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The value of a hexadecimal digit, or -1. */
static inline int
hex_value(int c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static inline bool
is_hex(int c)
{
	return hex_value(c) >= 0;
}

#endif
