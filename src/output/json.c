// SPDX-License-Identifier: GPL-2.0-only
/*
 * JSON lines: one object per flow, whose keys are the ids of the record
 * columns that were asked for. Unknown is null, never left out. Lost
 * events give {"ts":..., "event":"lost", "lost":N}.
 */
#include "lib/buf.h"
#include "output/output.h"
#include "view/columns.h"
#include "view/value.h"

#include <assert.h>
#include <string.h>

extern const struct output_ops output_json;

#define MAX_FIELDS 64
#define KEYS_SIZE 1024

/*
 * Most of a line is the same in every one: the keys, and null where nothing is
 * known of any flow. So each field begins with the text from the value before
 * it up to its own.
 */
struct field {
	uint16_t text, size;         /* in json.keys */
	const struct column *column; /* NULL: end of the line */
};

struct json {
	int n;
	struct field field[MAX_FIELDS];
	char keys[KEYS_SIZE];
};

static size_t put(char *keys, size_t n, const char *text)
{
	size_t size = strlen(text);

	assert(n + size < KEYS_SIZE);
	memcpy(keys + n, text, size);
	return n + size;
}

static void add_field(struct json *json, size_t *start, size_t end,
		      const struct column *column)
{
	assert(json->n < MAX_FIELDS);
	json->field[json->n++] = (struct field){
		.text = (uint16_t)*start,
		.size = (uint16_t)(end - *start),
		.column = column,
	};
	*start = end;
}

static void json_begin(struct output *output, struct buf *buf)
{
	struct json *json = output_state(output);
	const char *before = "{\"";
	size_t start = 0, n = 0, n_keys;
	const struct column *const *keys = output_keys(output, &n_keys);

	(void)buf;
	for (size_t i = 0; i < n_keys; i++) {
		const struct column *column = keys[i];

		n = put(json->keys, n, before);
		n = put(json->keys, n, column->id);
		n = put(json->keys, n, "\":");
		before = ",\"";
		if (column->flags & COL_NO_DATA)
			n = put(json->keys, n, "null");
		else
			add_field(json, &start, n, column);
	}
	n = put(json->keys, n, "}\n");
	add_field(json, &start, n, NULL);
}

static void json_row(struct output *output, struct buf *buf,
		     const struct row *row)
{
	const struct json *json = output_state(output);

	for (int i = 0; i < json->n; i++) {
		const struct field *field = &json->field[i];
		struct value value;

		buf_bytes(buf, json->keys + field->text, field->size);
		if (!field->column)
			break;
		column_get(field->column, row, &value);
		value_json(&value, buf);
	}
}

static void json_lost(struct output *output, struct buf *buf, uint64_t wall_ns,
		      uint64_t n)
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
	.state_size = sizeof(struct json),
	.begin = json_begin,
	.row = json_row,
	.lost = json_lost,
};
