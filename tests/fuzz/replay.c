/* replay.c -- gives files to a fuzz target, without libFuzzer.
 * SPDX-License-Identifier: MIT
 *
 *	replay-TARGET FILE...
 *
 * A property that does not hold ends it by a signal, behind the name of the file. */
#include "fuzz.h"

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		FILE *file = fopen(argv[i], "rb");
		struct buf bytes;
		size_t n;
		char *exact;

		printf("%s\n", argv[i]);
		fflush(stdout);
		if (file == NULL) {
			perror(argv[i]);
			return 2;
		}
		buf_init(&bytes, BUF_NO_LIMIT);
		do {
			char *room = buf_reserve(&bytes, 65536);

			n = fread(room, 1, 65536, file);
			bytes.len += n;
		} while (n > 0);
		fclose(file);
		/* a block of its own: sanitisers then see one byte too far */
		exact = malloc(bytes.len + (bytes.len == 0));
		if (exact == NULL)
			return 2;
		if (bytes.len > 0)
			memcpy(exact, bytes.data, bytes.len);
		LLVMFuzzerTestOneInput((const uint8_t *)exact, bytes.len);
		free(exact);
		buf_free(&bytes);
	}
	return 0;
}
