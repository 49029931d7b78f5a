// SPDX-License-Identifier: GPL-2.0-only
/*
 * JSON lines: one object per flow, whose keys are the ids of the record
 * columns in the order of their table. Unknown is null, never left out. Lost
 * events give {"ts":..., "event":"lost", "lost":N}.
 */
#include "lib/buf.h"
#include "output/output.h"
#include "view/columns.h"
#include "view/value.h"

extern const struct output_ops output_json;

static void json_row(struct output *output, struct buf *buf,
		     const struct row *row)
{
	char before = '{';

	(void)output;
	for (size_t i = 0; i < n_columns; i++) {
		const struct column *column = &column_table[i];
		struct value value;

		if (!(column->flags & COL_RECORD))
			continue;
		buf_char(buf, before);
		before = ',';
		buf_char(buf, '"');
		buf_str(buf, column->id);
		buf_bytes(buf, "\":", 2);
		column_get(column, row, &value);
		value_json(&value, buf);
	}
	buf_bytes(buf, "}\n", 2);
}

static void json_lost(struct output *output, struct buf *buf,
		      uint64_t wall_ns, uint64_t n)
{
	struct value ts = { .type = VAL_TIME, .u = wall_ns };

	(void)output;
	buf_str(buf, "{\"ts\":");
	value_json(&ts, buf);
	buf_str(buf, ",\"event\":\"lost\",\"lost\":");
	buf_u64(buf, n);
	buf_bytes(buf, "}\n", 2);
}

const struct output_ops output_json = {
	.name = "json",
	.row = json_row,
	.lost = json_lost,
};
