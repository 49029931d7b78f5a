// SPDX-License-Identifier: GPL-2.0-only
/* What occurs in the table. */
#include "view/values.h"

#include "flow/reader.h"
#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/str.h"
#include "view/columns.h"
#include "view/row.h"
#include "view/still.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MAX_VALUES 2048
#define MAX_NS (4 * NS_PER_MS)
#define LOOK_FLOWS 64 /* between two looks at the clock */
#define MAX_COLUMNS 4

struct values {
	char **text; /* in order */
	size_t n;
	const struct view_env *env;
	uint64_t end_ns;
};

/* Where flows have them. */
static const struct {
	enum expr_field field;
	const char *column[MAX_COLUMNS];
} flow_fields[] = {
	{ FIELD_HOST, { "src_name", "dst_name", "src", "dst" } },
	{ FIELD_NAME, { "src_name", "dst_name" } },
	{ FIELD_PORT, { "service", "dport" } },
	{ FIELD_COUNTRY, { "src_country", "dst_country" } },
	{ FIELD_CITY, { "src_city", "dst_city" } },
	{ FIELD_ASN, { "src_asn", "dst_asn" } },
	{ FIELD_AS, { "src_org", "dst_org" } },
	{ FIELD_IFACE, { "iface" } },
	{ FIELD_STATE, { "state" } },
	{ FIELD_MARK, { "mark" } },
	{ FIELD_ZONE, { "zone" } },
	{ FIELD_HELPER, { "helper" } },
};

#define N_FLOW_FIELDS (sizeof(flow_fields) / sizeof(flow_fields[0]))

static void add(struct values *values, const char *text)
{
	size_t lo = 0, hi = values->n;

	if (!text || !*text || values->n == MAX_VALUES)
		return;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int order = strcmp(values->text[mid], text);

		if (!order)
			return;
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	memmove(&values->text[lo + 1], &values->text[lo],
		(values->n++ - lo) * sizeof(values->text[0]));
	values->text[lo] = xstrdup(text);
}

static void add_number(struct values *values, uint32_t number)
{
	char text[16];

	str_printf(text, sizeof(text), "%" PRIu32, number);
	add(values, text);
}

/* Return: whether processes have such a field. NULL has nothing. */
static bool add_proc(struct values *values, enum expr_field field,
		     const struct proc_fact *proc)
{
	switch (field) {
	case FIELD_PROCESS:
		add(values, proc ? proc->comm : NULL);
		return true;
	case FIELD_PID:
		if (proc && proc->pid)
			add_number(values, proc->pid);
		return true;
	case FIELD_USER:
		add(values, proc ? view_user(values->env, proc) : NULL);
		return true;
	case FIELD_UID:
		if (proc && proc->has_uid)
			add_number(values, proc->uid);
		return true;
	case FIELD_UNIT:
		add(values, proc ? proc->unit : NULL);
		return true;
	case FIELD_CONTAINER:
		add(values, proc ? proc->container : NULL);
		return true;
	default:
		return false;
	}
}

static void add_procs(struct values *values, enum expr_field field)
{
	uint32_t n = view_procs_limit(values->env);

	if (!add_proc(values, field, NULL))
		return;
	for (uint32_t i = 0; i < n && values->n < MAX_VALUES; i++)
		add_proc(values, field, view_proc(values->env, (uint16_t)i));
}

static void add_flow(struct values *values, const char *const *ids,
		     const struct flow *flow)
{
	struct row row;

	row_glance(&row, flow, values->env);
	for (size_t i = 0; i < MAX_COLUMNS && ids[i]; i++) {
		char text[CELL_TEXT_SIZE];
		struct value value;

		column_get(column_find(ids[i]), &row, &value);
		if (value.type == VAL_NONE)
			continue;
		value_format(&value, 0, CELL_UTF8, text);
		add(values, text);
	}
}

static bool is_late(const struct values *values, size_t n)
{
	return n % LOOK_FLOWS == LOOK_FLOWS - 1 &&
	       clock_mono_ns() >= values->end_ns;
}

static void add_flows(struct values *values, const struct table *table,
		      const struct still *still, const char *const *ids)
{
	struct table_cursor cursor = table_walk_begin(table);
	const struct flow *flow;

	for (size_t n = 0; !is_late(values, n); n++) {
		if (still)
			flow = n < still->n ? &still->flow[n] : NULL;
		else
			flow = table_walk_next(&cursor);
		if (!flow)
			break;
		add_flow(values, ids, flow);
	}
}

void values_each(const struct table *table, const struct still *still,
		 const struct view_env *env, enum expr_field field,
		 void (*found)(void *arg, const char *value), void *arg)
{
	struct view_env then = *env;
	struct values values = { .env = &then };

	if (still) {
		then.facts = still->facts;
		then.pasts = still->pasts;
		then.n_facts = still->n_facts;
	}
	values.text = xcalloc(MAX_VALUES, sizeof(values.text[0]));
	values.end_ns = clock_mono_ns() + MAX_NS;
	reader_lock();
	add_procs(&values, field);
	for (size_t i = 0; i < N_FLOW_FIELDS; i++)
		if (flow_fields[i].field == field)
			add_flows(&values, table, still, flow_fields[i].column);
	reader_unlock();
	for (size_t i = 0; i < values.n; i++) {
		found(arg, values.text[i]);
		free(values.text[i]);
	}
	free(values.text);
}
