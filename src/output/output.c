// SPDX-License-Identifier: GPL-2.0-only
/* Writing frames and events, whatever the format. */
#include "output/output.h"

#include "lib/alloc.h"
#include "lib/buf.h"
#include "view/columns.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/*
 * Written when so much is waiting: few system calls, and a frame of a million
 * rows does not have to fit into memory as text. A reader may thus see the
 * head of a large frame before its end is made.
 */
#define PIECE_BYTES (256 * 1024)

#define OUTPUT_KEYS 64 /* at most; a record has fewer */

#define OUTPUT(name) extern const struct output_ops output_##name;
#include "output/list.h"
#undef OUTPUT

static const struct output_ops *const all_ops[] = {
#define OUTPUT(name) &output_##name,
#include "output/list.h"
#undef OUTPUT
};

struct output {
	const struct output_ops *ops;
	struct output_config config;
	int fd;
	bool has_begun;
	struct buf buf;
	const struct column *keys[OUTPUT_KEYS];
	size_t n_keys;
	void *state;
};

const struct output_ops *output_find(const char *name)
{
	for (size_t i = 0; i < sizeof(all_ops) / sizeof(all_ops[0]); i++) {
		if (!strcmp(all_ops[i]->name, name))
			return all_ops[i];
	}
	return NULL;
}

static void set_keys(struct output *output)
{
	const struct output_config *config = &output->config;

	for (size_t i = 0; i < config->n_keys; i++)
		output->keys[output->n_keys++] = config->keys[i];
	for (size_t i = 0; i < n_columns && !config->n_keys; i++) {
		if (!(column_table[i].flags & COL_RECORD))
			continue;
		assert(output->n_keys < OUTPUT_KEYS);
		output->keys[output->n_keys++] = &column_table[i];
	}
}

const struct column *const *output_keys(const struct output *output, size_t *n)
{
	*n = output->n_keys;
	return output->keys;
}

struct output *output_open(const struct output_ops *ops,
			   const struct output_config *config, int fd)
{
	struct output *output = xcalloc(1, sizeof(*output));

	output->ops = ops;
	output->config = *config;
	output->fd = fd;
	set_keys(output);
	if (ops->state_size)
		output->state = xcalloc(1, ops->state_size);
	return output;
}

void output_close(struct output *output)
{
	if (!output)
		return;
	buf_free(&output->buf);
	free(output->state);
	free(output);
}

const struct output_config *output_config(const struct output *output)
{
	return &output->config;
}

void *output_state(struct output *output)
{
	return output->state;
}

static void begin(struct output *output)
{
	if (output->has_begun)
		return;
	output->has_begun = true;
	if (output->ops->begin)
		output->ops->begin(output, &output->buf);
}

int output_flush(struct output *output)
{
	begin(output);
	return output->buf.size ? buf_write(&output->buf, output->fd) : 0;
}

static int flush_piece(struct output *output)
{
	return output->buf.size < PIECE_BYTES ? 0 : output_flush(output);
}

int output_frame(struct output *output, const struct view_frame *frame,
		 const struct health *health)
{
	begin(output);
	if (output->ops->head)
		output->ops->head(output, &output->buf, frame, health);
	for (size_t i = 0; i < frame->n_rows; i++) {
		int err;

		output->ops->row(output, &output->buf, &frame->rows[i]);
		err = flush_piece(output);
		if (err)
			return err;
	}
	return output_flush(output);
}

int output_event(struct output *output, const struct row *row)
{
	begin(output);
	output->ops->row(output, &output->buf, row);
	return flush_piece(output);
}

int output_lost(struct output *output, uint64_t wall_ns, uint64_t n)
{
	begin(output);
	output->ops->lost(output, &output->buf, wall_ns, n);
	return flush_piece(output);
}
