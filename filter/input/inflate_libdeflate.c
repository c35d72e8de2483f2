/* inflate_libdeflate.c -- whole gzip members by libdeflate, its owner.
 * SPDX-License-Identifier: MIT
 *
 * It is more than three times as fast as zlib, and knows only whole buffers.  It compares
 * checksum and length before it says that all is well, and nothing is used before that.
 *
 * Made input (damage cannot: the checksum is right) may show which library it was: of a
 * code that zlib refuses because it is incomplete, libdeflate takes some. */
#include "input/whole.h"

#include <libdeflate.h>

#include "base/diag.h"

#define HEADER 10			/* RFC 1952 2.3: bytes before what is optional */
#define FLAGS 3				/* the byte of them that has the flags */
#define PLAIN_FLAGS 0x1d		/* without FHCRC, which libdeflate does not
					 * compare, and the reserved ones */

#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
/* with each input it is made anew, and the sanitiser marks each byte of it */
const size_t whole_room = (size_t)512 << 10;
#else
const size_t whole_room = (size_t)16 << 20;
#endif
const size_t whole_block = (size_t)2 << 20;
const char whole_library[] = "libdeflate " LIBDEFLATE_VERSION_STRING;

struct whole *
whole_new(void)
{
	struct libdeflate_decompressor *made = libdeflate_alloc_decompressor();

	if (made == NULL)
		diag_out_of_memory();
	return (struct whole *)made;
}

void
whole_free(struct whole *whole)
{
	if (whole != NULL)
		libdeflate_free_decompressor(
		    (struct libdeflate_decompressor *)whole);
}

enum whole_result
whole_run(struct whole *whole, struct slice *input, char *out, size_t *made)
{
	size_t taken;

	if (input->len < HEADER ||
	    ((unsigned char)input->data[FLAGS] & ~PLAIN_FLAGS) != 0)
		return WHOLE_NOT;
	switch (libdeflate_gzip_decompress_ex(
	    (struct libdeflate_decompressor *)whole, input->data, input->len,
	    out, whole_room, &taken, made)) {
	case LIBDEFLATE_SUCCESS:
		*input = slice_cut(*input, taken, input->len);
		return WHOLE_DONE;
	case LIBDEFLATE_INSUFFICIENT_SPACE:
		return WHOLE_LARGE;
	case LIBDEFLATE_BAD_DATA:
	case LIBDEFLATE_SHORT_OUTPUT:
		break;
	}
	return WHOLE_NOT;
}
