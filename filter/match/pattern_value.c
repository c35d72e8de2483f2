/* pattern_value.c -- operators and the values behind them.
 * SPDX-License-Identifier: MIT */
#include "match/pattern_parts.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define EXACT_DIGITS 15		/* a double holds any integer of so many */
#define EXACT_POWER 22		/* and any power of ten up to this one */
#define EXPONENT_LIMIT 100000	/* more than any double has */

static size_t
digits_end(struct slice text, size_t at)
{
	while (at < text.len && text.data[at] >= '0' && text.data[at] <= '9')
		at++;
	return at;
}

/* What strtod is asked for ends with a NUL. */
static double
convert(struct slice text)
{
	char small[64];
	char *copy = small;
	double number;

	if (text.len >= sizeof small)
		copy = mem_alloc(text.len + 1);
	memcpy(copy, text.data, text.len);
	copy[text.len] = '\0';
	number = strtod(copy, NULL);
	if (copy != small)
		free(copy);
	return number;
}

/* The digits of text from..to added to *mantissa; false when they are too many
 * to be exact. */
static bool
add_digits(struct slice text, size_t from, size_t to, uint64_t *mantissa,
    unsigned *count)
{
	for (size_t i = from; i < to; i++) {
		*mantissa = *mantissa * 10 + (uint64_t)(text.data[i] - '0');
		if (*mantissa > 0 && ++*count > EXACT_DIGITS)
			return false;
	}
	return true;
}

/* Short numbers are exact in one multiplication or division: both sides of it
 * are, and IEEE rounds once.  The rest is strtod's. */
bool
value_number(struct slice text, double *number)
{
	static const double powers[EXACT_POWER + 1] = {
		1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
		1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21,
		1e22,
	};
	size_t at = 0, whole, point, end;
	long exponent = 0;
	bool negative = false, exact;
	uint64_t mantissa = 0;
	unsigned count = 0;
	double value;

	if (text.len > 0 && (text.data[0] == '+' || text.data[0] == '-'))
		negative = text.data[at++] == '-';
	whole = at;
	at = point = digits_end(text, at);
	if (point == whole)
		return false;
	exact = add_digits(text, whole, point, &mantissa, &count);
	if (at < text.len && text.data[at] == '.') {
		end = digits_end(text, at + 1);
		if (end == at + 1)
			return false;
		exact = exact && add_digits(text, at + 1, end, &mantissa,
		    &count);
		exponent = end - at - 1 > EXPONENT_LIMIT ? -EXPONENT_LIMIT :
		    -(long)(end - at - 1);
		at = end;
	}
	if (at < text.len && (text.data[at] == 'e' || text.data[at] == 'E')) {
		bool down = false;
		long power = 0;

		at++;
		if (at < text.len &&
		    (text.data[at] == '+' || text.data[at] == '-'))
			down = text.data[at++] == '-';
		end = digits_end(text, at);
		if (end == at)
			return false;
		for (; at < end; at++)
			if (power < EXPONENT_LIMIT)
				power = power * 10 + (text.data[at] - '0');
		exponent += down ? -power : power;
	}
	if (at != text.len)
		return false;
	if (!exact || exponent < -EXACT_POWER || exponent > EXACT_POWER) {
		*number = convert(text);
		return true;
	}
	value = (double)mantissa;
	value = exponent < 0 ? value / powers[-exponent] :
	    value * powers[exponent];
	*number = negative ? -value : value;
	return true;
}

int
value_operator(struct scan *scan, enum operator *operator)
{
	size_t start = scan->at;

	switch (scan_peek(scan)) {
	case '=':
		scan->at++;
		*operator = OPERATOR_EQUAL;
		return 0;
	case '!':
		scan->at++;
		if (!scan_take(scan, "="))
			return scan_bad_character(scan, start);
		*operator = OPERATOR_DIFFERENT;
		return 0;
	case '<':
		scan->at++;
		*operator = scan_take(scan, "=") ? OPERATOR_LESS_EQUAL :
		    OPERATOR_LESS;
		return 0;
	case '>':
		scan->at++;
		*operator = scan_take(scan, "=") ? OPERATOR_GREATER_EQUAL :
		    OPERATOR_GREATER;
		return 0;
	default:
		return scan_bad_grammar(scan, "an operator must stand here");
	}
}

static bool
is_order(enum operator operator)
{
	return operator >= OPERATOR_LESS && operator <= OPERATOR_GREATER_EQUAL;
}

/* Order operators take a bare number; AWS calls anything else no token. */
static int
read_ordered(struct scan *scan, struct value *value)
{
	size_t start = scan->at;
	struct slice word = scan_word(scan);

	if (value_number(word, &value->number)) {
		value->is_number = true;
		value->text = (struct slice){ mem_copy(word), word.len };
		return 0;
	}
	if (word.len == 0 && scan_peek(scan) == '"') {
		struct buf quoted;
		int status;

		buf_init(&quoted, BUF_NO_LIMIT);
		status = scan_quoted(scan, &quoted);
		buf_free(&quoted);
		if (status == -1)
			return -1;
	}
	if (scan->at == start)
		return scan_bad_grammar(scan, "a number must stand here");
	return scan_bad_term(scan, start, scan->at, start);
}

static int
read_bare(struct scan *scan, struct value *value)
{
	size_t start = scan->at;
	struct slice word = scan_word(scan);

	if (word.len == 0) {
		if (scan->at < scan->text.len &&
		    strchr(")&|=!<>,", scan_peek(scan)) == NULL)
			return scan_bad_character(scan, start);
		return scan_bad_grammar(scan, "a value must stand here");
	}
	if (slice_is(word, "null") || slice_is(word, "NULL")) {
		scan->at = start;
		return scan_bad_grammar(scan,
		    "null is no value: write IS NULL, or \"null\" for text");
	}
	if (value_number(word, &value->number)) {
		value->is_number = true;
		value->text = (struct slice){ mem_copy(word), word.len };
	} else {
		value->glob = glob_new(word);
	}
	return 0;
}

int
value_read(struct scan *scan, enum operator operator, struct value *value)
{
	struct buf text;
	int status;

	scan_skip_white(scan);
	if (is_order(operator))
		return read_ordered(scan, value);
	if (scan_peek(scan) == '%') {
		value->regex = scan_regex(scan);
		return value->regex == NULL ? -1 : 0;
	}
	if (scan_peek(scan) != '"')
		return read_bare(scan, value);
	buf_init(&text, BUF_NO_LIMIT);
	status = scan_quoted(scan, &text);
	if (status == 0)
		value->glob = glob_new(buf_slice(&text));
	buf_free(&text);
	return status;
}

void
value_free(struct value *value)
{
	free((void *)(uintptr_t)value->text.data);
	glob_free(value->glob);
	regex_free(value->regex);
	*value = (struct value){ .is_number = false };
}

int
value_equal(const struct value *value, struct slice text, bool is_number,
    struct regex_run *run)
{
	double number;

	if (value->regex != NULL)
		return regex_match(value->regex, run, text);
	if (value->glob != NULL)
		return glob_match(value->glob, text);
	if (is_number && value_number(text, &number))
		return number == value->number;
	return slice_equal(text, value->text);
}

bool
value_order(enum operator operator, double left, double right)
{
	switch (operator) {
	case OPERATOR_LESS:
		return left < right;
	case OPERATOR_LESS_EQUAL:
		return left <= right;
	case OPERATOR_GREATER:
		return left > right;
	case OPERATOR_GREATER_EQUAL:
		return left >= right;
	case OPERATOR_EQUAL:
	case OPERATOR_DIFFERENT:
	case OPERATOR_IS_NULL:
	case OPERATOR_IS_TRUE:
	case OPERATOR_IS_FALSE:
	case OPERATOR_NOT_EXISTS:
		break;
	}
	return false;
}

/* A number can be written in other digits (1, 1.0, 1e0): it needs none. */
void
value_need(const struct value *value, struct need *need)
{
	if (value->regex != NULL)
		regex_need(value->regex, need);
	else if (value->glob != NULL)
		glob_need(value->glob, need);
}
