/* inflate_alone.c -- no library but zlib: no member is inflated at once.
 * SPDX-License-Identifier: MIT */
#include "input/whole.h"

const size_t whole_room = 0;
const size_t whole_block = 0;
const char whole_library[] = "";

struct whole *
whole_new(void)
{
	return NULL;
}

void
whole_free(struct whole *whole)
{
	(void)whole;
}

enum whole_result
whole_run(struct whole *whole, struct slice *input, char *out, size_t *made)
{
	(void)whole;
	(void)input;
	(void)out;
	(void)made;
	return WHOLE_NOT;
}
