// SPDX-License-Identifier: GPL-2.0-only
/*
 * CSV as in RFC 4180 but with plain newlines: a header of the column ids, then
 * the same fields as JSON. Unknown is empty; lists are separated by blanks.
 * Lost events give a line that has "lost" in the column event and the number
 * in the column id, and is empty otherwise but for its time.
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
	(void)output;
	for (size_t i = 0; i < n_columns; i++) {
		if (!(column_table[i].flags & COL_RECORD))
			continue;
		buf_str(buf, column_table[i].id);
		buf_char(buf, ',');
	}
	end_line(buf);
}

static void csv_row(struct output *output, struct buf *buf,
		    const struct row *row)
{
	(void)output;
	for (size_t i = 0; i < n_columns; i++) {
		const struct column *column = &column_table[i];
		struct value value;

		if (!(column->flags & COL_RECORD))
			continue;
		column_get(column, row, &value);
		value_csv(&value, buf);
		buf_char(buf, ',');
	}
	end_line(buf);
}

static void csv_lost(struct output *output, struct buf *buf, uint64_t wall_ns,
		     uint64_t n)
{
	struct value ts = { .type = VAL_TIME, .u = wall_ns };

	(void)output;
	for (size_t i = 0; i < n_columns; i++) {
		const char *id = column_table[i].id;

		if (!(column_table[i].flags & COL_RECORD))
			continue;
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
