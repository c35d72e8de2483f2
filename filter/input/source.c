/* source.c -- one operand from its first byte to its last.
 * SPDX-License-Identifier: MIT */
#include "input/source.h"

#include <stdlib.h>

#include "base/mem.h"
#include "input/inflate.h"
#include "input/layer.h"

struct source {
	struct input input;
	struct layer *layer;
};

/* What a document held inside (frame.h): a layer of its own, from end to end. */
static void
nest(struct input *input, struct slice bytes, uint64_t at,
    int64_t default_ms)
{
	struct layer *inner = layer_new(input, true, at, default_ms);

	layer_feed(inner, bytes.data, bytes.len);
	layer_end(inner);
	layer_free(inner);
}

struct source *
source_new(const char *path, enum shape from,
    const struct source_sink *sink, struct coverage *coverage)
{
	struct source *source = mem_zero(1, sizeof *source);

	source->input = (struct input){ .sink = sink, .coverage = coverage,
	    .path = path, .from = from, .shape = SHAPE_UNKNOWN,
	    .nest = nest };
	chunk_init(&source->input.spare_chunk);
	source->layer = layer_new(&source->input, false, 0, TIME_NONE);
	return source;
}

void
source_free(struct source *source)
{
	if (source == NULL)
		return;
	layer_free(source->layer);
	chunk_free(&source->input.spare_chunk);
	inflater_free(source->input.spare_inflater);
	free(source);
}

void
source_next(struct source *source, const char *path)
{
	struct input *input = &source->input;

	layer_free(source->layer);
	input->path = path;
	input->may_live = input->force_live = input->live = false;
	input->shape = SHAPE_UNKNOWN;
	source->layer = layer_new(input, false, 0, TIME_NONE);
}

void
source_live(struct source *source, bool force)
{
	source->input.may_live = true;
	source->input.force_live = force;
	source->input.live = force;
}

bool
source_ahead(struct source *source)
{
	return layer_ahead(source->layer);
}

bool
source_is_live(const struct source *source)
{
	return source->input.force_live || (source->input.live &&
	    (source->input.shape == SHAPE_UNKNOWN ||
	    shape_info(source->input.shape)->live));
}

void
source_feed(struct source *source, const char *bytes, size_t len)
{
	source->input.coverage->bytes += len;
	layer_feed(source->layer, bytes, len);
}

void
source_idle(struct source *source)
{
	layer_idle(source->layer);
}

void
source_end(struct source *source)
{
	layer_end(source->layer);
}

enum shape
source_shape(const struct source *source)
{
	return source->input.shape;
}

void
source_layers(const struct source *source, struct buf *out)
{
	const struct input *input = &source->input;

	for (unsigned i = 0; i < input->depth && i <= LAYER_LIMIT; i++)
		if (input->chain[i] != NULL)
			buf_printf(out, "%s > ", input->chain[i]);
}
