// SPDX-License-Identifier: GPL-2.0-only
/*
 * CSV as in RFC 4180 but with plain newlines: a header of the column ids, then
 * the same fields as JSON. Unknown is empty; lists are separated by blanks.
 * Lost events give a line that has "lost" in the column event and the number
 * in the column id, and is empty otherwise but for its time; none without the
 * column event.
 */
#include "lib/buf.h"
#include "output/output.h"
#include "view/columns.h"
#include "view/value.h"

#include <string.h>

extern const struct output_ops output_csv;

/* The line's last comma becomes its end. */
static void end_line(struct buf *buf)
{
	buf->data[buf->size - 1] = '\n';
}

static void csv_begin(struct output *output, struct buf *buf)
{
	size_t n;
	const struct column *const *keys = output_keys(output, &n);

	for (size_t i = 0; i < n; i++) {
		buf_str(buf, keys[i]->id);
		buf_char(buf, ',');
	}
	end_line(buf);
}

static void csv_row(struct output *output, struct buf *buf,
		    const struct row *row)
{
	size_t n;
	const struct column *const *keys = output_keys(output, &n);

	for (size_t i = 0; i < n; i++) {
		struct value value;

		column_get(keys[i], row, &value);
		value_csv(&value, buf);
		buf_char(buf, ',');
	}
	end_line(buf);
}

static bool has_key(const struct column *const *keys, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(keys[i]->id, id))
			return true;
	return false;
}

static void csv_lost(struct output *output, struct buf *buf, uint64_t wall_ns,
		     uint64_t n)
{
	struct value ts = { .type = VAL_TIME, .u = wall_ns };
	size_t n_keys;
	const struct column *const *keys = output_keys(output, &n_keys);

	if (!has_key(keys, n_keys, "event"))
		return;
	for (size_t i = 0; i < n_keys; i++) {
		const char *id = keys[i]->id;

		if (!strcmp(id, "ts"))
			value_csv(&ts, buf);
		else if (!strcmp(id, "event"))
			buf_str(buf, "lost");
		else if (!strcmp(id, "id"))
			buf_u64(buf, n);
		buf_char(buf, ',');
	}
	end_line(buf);
}

const struct output_ops output_csv = {
	.name = "csv",
	.begin = csv_begin,
	.row = csv_row,
	.lost = csv_lost,
};
