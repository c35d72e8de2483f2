/* layer.h -- one wrapping and what is inside it, down to the records.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_LAYER_H
#define INPUT_LAYER_H

#include <stddef.h>
#include <stdint.h>

#include "input/frame.h"

struct layer;

/* inside: its bytes are not the file's own; base: the offset of its first. */
struct layer *layer_new(struct input *input, bool inside, uint64_t base,
    int64_t default_ms);
void layer_free(struct layer *layer);
void layer_feed(struct layer *layer, const char *bytes, size_t len);

/* From here on inflates on another thread.  False: this is not gzip, or it does so
 * already, or no thread could be had. */
bool layer_ahead(struct layer *layer);

/* Live: gives what is open. */
void layer_idle(struct layer *layer);

/* What comes next, if anything, does not follow what came. */
void layer_end(struct layer *layer);

#endif
