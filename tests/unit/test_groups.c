// SPDX-License-Identifier: GPL-2.0-only
/* Groups: sums, far ends, what is over, order, and the way into one. */
#include "unit/flows.h"
#include "view/groupcols.h"
#include "view/groups.h"
#include "view/still.h"
#include "view/view.h"

#include <stdio.h>
#include <stdlib.h>

#define N_FLOWS 3000
#define N_KEPT 40

static struct table *table;
static struct view_frame frame;
static struct view_query query;
static struct view_env env;

static int setup(void **state)
{
	(void)state;
	table = make_table();
	env = make_env();
	env.procs = table_procs(table);
	env.user_name = fake_user;
	view_frame_init(&frame);
	query = (struct view_query){
		.grouping = GROUPING_PROCESSES,
		.filter = { .families = SHOW_BOTH,
			    .groups = GROUP_ALL,
			    .ghosts = true },
		.is_descending = true,
		.count = SIZE_MAX,
	};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	view_frame_fini(&frame);
	table_free(table);
	return 0;
}

static int group_setup(void **state)
{
	(void)state;
	reader_register();
	return 0;
}

static int group_teardown(void **state)
{
	(void)state;
	reader_unregister();
	return 0;
}

static void make(void)
{
	assert_int_equal(view_frame_make(&frame, table, &query, &env), 0);
}

/* Flow @n of @near with @far; its bytes are RX @rx, TX @tx. */
static const struct flow *add(unsigned int n, const char *near, const char *far,
			      uint64_t rx, uint64_t tx)
{
	struct flow_info info = full_flow();
	uint16_t port = (uint16_t)(1024 + n);

	set_tuple(&info.key.tuple, &info.key.family, near, port, far, 443);
	set_tuple(&info.reply, &info.key.family, far, 443, near, port);
	info.has &= ~(uint32_t)HAS_RATE;
	info.id = 70000U + n;
	info.bytes[DIR_ORIG] = tx;
	info.bytes[DIR_REPLY] = rx;
	info.start_ns = (WALL_S - 100) * NS_PER_S;
	return table_add(table, &info, info.sampled_ns);
}

static void close_flow(const struct flow *flow)
{
	reader_lock();
	table_missing(table, flow, NOW_S * NS_PER_S);
	reader_unlock();
}

static void give(const struct flow *flow, uint32_t pid, const char *comm)
{
	table_give(table, flow, OWNER_LOCAL, make_fact(pid, 1000, comm), 1);
}

/* The group of that name and process number. NULL: none. */
static const struct group *find(const char *name, uint32_t pid)
{
	for (size_t i = 0; i < frame.n_rows; i++) {
		char text[CELL_TEXT_SIZE];

		group_name(&frame.groups[i], text);
		if (!strcmp(text, name) && frame.groups[i].ref.pid == pid)
			return &frame.groups[i];
	}
	return NULL;
}

static const char *text_of(const struct group *group, const char *id)
{
	static char text[CELL_TEXT_SIZE];
	struct value value;

	assert_non_null(group);
	column_get_group(group_column_find(id), group, &value);
	value_format(&value, 0, 0, text);
	return text;
}

/* ---------------------------------------------------------------- by hand */

static void test_columns(void **state)
{
	const struct group *group;
	struct proc_fact *fact = make_fact(4242, 1000, "firefox");
	const struct flow *first = add(1, "192.168.1.20", "192.0.2.1", 100, 10);
	const struct flow *second =
		add(2, "192.168.1.20", "192.0.2.2", 1000, 20);

	(void)state;
	snprintf(fact->command, sizeof(fact->command), "/usr/bin/firefox -P");
	snprintf(fact->unit, sizeof(fact->unit), "app.scope");
	set_smooth(first, 10, 100);
	set_smooth(second, 0, 50);
	table_give(table, first, OWNER_LOCAL, fact, 1);
	give(second, 4242, "firefox");
	make();
	assert_int_equal(frame.n_match, 1);
	assert_int_equal(frame.n_flows, 2);
	group = find("firefox", 4242);
	assert_string_equal(text_of(group, "pid"), "4242");
	assert_string_equal(text_of(group, "user"), "alice");
	assert_string_equal(text_of(group, "flows"), "2");
	assert_string_equal(text_of(group, "new"), "0");
	assert_string_equal(text_of(group, "hosts"), "2");
	assert_string_equal(text_of(group, "rx_rate"), "150");
	assert_string_equal(text_of(group, "tx_rate"), "10");
	assert_string_equal(text_of(group, "rate"), "160");
	assert_string_equal(text_of(group, "rx_bytes"), "1.10K");
	assert_string_equal(text_of(group, "tx_bytes"), "30");
	assert_string_equal(text_of(group, "bytes"), "1.13K");
	assert_string_equal(text_of(group, "peer"), "192.0.2.1");
	assert_string_equal(text_of(group, "unit"), "app.scope");
	assert_string_equal(text_of(group, "command"), "/usr/bin/firefox -P");
}

static void test_nobody(void **state)
{
	struct proc_fact *fact = make_fact(0, 0, "[kernel]");
	const struct group *group;

	(void)state;
	add(1, "192.168.1.20", "192.0.2.1", 1, 1);
	table_give(table, add(2, "192.168.1.21", "192.0.2.1", 1, 1),
		   OWNER_FORWARDED, NULL, 0);
	table_give(table, add(3, "192.168.1.21", "192.0.2.2", 1, 1),
		   OWNER_FORWARDED, NULL, 0);
	fact->is_kernel = true;
	table_give(table, add(4, "192.168.1.20", "192.0.2.1", 1, 1),
		   OWNER_KERNEL, fact, 0);
	table_give(table, add(5, "192.168.1.20", "192.0.2.1", 1, 1),
		   OWNER_DENIED, make_fact(0, 1000, ""), 0);
	make();
	assert_int_equal(frame.n_match, 4);
	group = find("@192.168.1.21", 0);
	assert_string_equal(text_of(group, "flows"), "2");
	assert_string_equal(text_of(group, "pid"), "-");
	assert_string_equal(text_of(group, "user"), "-");
	group = find("[kernel]", 0);
	assert_string_equal(text_of(group, "flows"), "1");
	assert_string_equal(text_of(group, "pid"), "-");
	/* Of one the user is known, of the other nothing. */
	for (size_t i = 0, n = 0; i < frame.n_rows; i++) {
		group = &frame.groups[i];
		if (strcmp(text_of(group, "process"), "?"))
			continue;
		assert_string_equal(text_of(group, "pid"), "?");
		assert_string_equal(text_of(group, "user"),
				    group->proc ? "alice" : "?");
		assert_int_equal(group->n_flows, 1);
		n++;
		assert_true(n <= 2);
	}
}

/* What nobody counts is not zero. */
static void test_uncounted(void **state)
{
	struct flow_info info = full_flow();
	const struct flow *flow;

	(void)state;
	info.has &= ~(uint32_t)(HAS_COUNTERS | HAS_RATE);
	flow = table_add(table, &info, info.sampled_ns);
	give(flow, 7, "quiet");
	make();
	assert_string_equal(text_of(find("quiet", 7), "rx_bytes"), "?");
	assert_string_equal(text_of(find("quiet", 7), "rx_rate"), "?");
	flow = add(1, "192.168.1.20", "192.0.2.1", 0, 60);
	give(flow, 7, "quiet");
	set_smooth(flow, 3, 0);
	make();
	assert_string_equal(text_of(find("quiet", 7), "rx_bytes"), "-");
	assert_string_equal(text_of(find("quiet", 7), "tx_bytes"), "60");
	assert_string_equal(text_of(find("quiet", 7), "tx_rate"), "3");
}

/* The far end with the highest rate is that of the sum of its flows. */
static void test_busiest(void **state)
{
	static const struct {
		const char *far;
		float rate;
	} flows[] = { { "192.0.2.1", 100 },
		      { "192.0.2.2", 60 },
		      { "192.0.2.3", 99 },
		      { "192.0.2.2", 60 } };

	(void)state;
	for (unsigned int i = 0; i < N_ELEMS(flows); i++) {
		const struct flow *flow =
			add(i, "192.168.1.20", flows[i].far, 1, 1);

		set_smooth(flow, flows[i].rate, 0);
		give(flow, 7, "busy");
	}
	make();
	assert_string_equal(text_of(find("busy", 7), "peer"), "192.0.2.2");
	assert_string_equal(text_of(find("busy", 7), "hosts"), "3");
	/* While nothing flows, whoever has most. */
	give(add(10, "192.168.1.20", "192.0.2.8", 10, 1), 8, "idle");
	give(add(11, "192.168.1.20", "192.0.2.9", 20, 1), 8, "idle");
	give(add(12, "192.168.1.20", "192.0.2.7", 15, 1), 8, "idle");
	make();
	assert_string_equal(text_of(find("idle", 8), "peer"), "192.0.2.9");
}

static void test_new(void **state)
{
	struct flow_info info = full_flow();

	(void)state;
	info.start_ns = (WALL_S - 4) * NS_PER_S;
	info.sampled_ns = (NOW_S - 4) * NS_PER_S;
	give(table_add(table, &info, info.sampled_ns), 7, "young");
	give(add(1, "192.168.1.20", "192.0.2.1", 0, 60), 7, "young");
	make();
	assert_string_equal(text_of(find("young", 7), "new"), "1");
	assert_string_equal(text_of(find("young", 7), "flows"), "2");
	env.now_ns += 2 * NS_PER_S;
	env.wall_ns += 2 * NS_PER_S;
	make();
	assert_string_equal(text_of(find("young", 7), "new"), "0");
}

/* A recording has names of its own. */
static void test_user(void **state)
{
	struct proc_fact *fact = make_fact(7, 1000, "curl");

	(void)state;
	snprintf(fact->user, sizeof(fact->user), "carol");
	table_give(table, add(1, "192.168.1.20", "192.0.2.1", 0, 0),
		   OWNER_LOCAL, fact, 1);
	give(add(2, "192.168.1.20", "192.0.2.2", 0, 0), 8, "other");
	make();
	assert_string_equal(text_of(find("curl", 7), "user"), "carol");
	assert_string_equal(text_of(find("other", 8), "user"),
			    fake_user(NULL, 1000));
}

/* ---------------------------------------------------------------- the past */

static void test_past(void **state)
{
	const struct flow *flow = add(1, "192.168.1.20", "192.0.2.1", 500, 50);
	struct owner_fact ended = { .fact = FACT_PROC_ENDED };

	(void)state;
	give(flow, 7, "curl");
	give(add(2, "192.168.1.20", "192.0.2.2", 7, 3), 8, "other");
	make();
	assert_string_equal(text_of(find("curl", 7), "rx_bytes"), "500");
	/* It ends: the same sum, and the row stays as long as the flow is
	 * shown. */
	close_flow(flow);
	make();
	assert_string_equal(text_of(find("curl", 7), "rx_bytes"), "500");
	assert_string_equal(text_of(find("curl", 7), "tx_bytes"), "50");
	assert_string_equal(text_of(find("curl", 7), "flows"), "0");
	assert_string_equal(text_of(find("curl", 7), "hosts"), "1");
	assert_string_equal(text_of(find("curl", 7), "rx_rate"), "-");
	assert_true(group_is_closed(find("curl", 7)));
	query.filter.ghosts = false;
	make();
	assert_null(find("curl", 7));
	assert_int_equal(frame.n_match, 1);
	/* What is kept can be shown. */
	query.with_past = true;
	make();
	assert_string_equal(text_of(find("curl", 7), "rx_bytes"), "500");
	assert_int_equal(frame.n_match, 2);
	assert_false(find("curl", 7)->has_ended);
	/* Not beside what the options select. */
	query.filter.n_pids = 1;
	query.filter.pids[0] = 8;
	make();
	assert_null(find("curl", 7));
	assert_int_equal(frame.n_match, 1);
	query.filter.pids[0] = 7;
	make();
	assert_string_equal(text_of(find("curl", 7), "rx_bytes"), "500");
	assert_int_equal(frame.n_match, 1);
	query.filter.n_pids = 0;
	ended.proc = make_fact(7, 1000, "curl");
	reader_lock();
	table_own(table, &ended);
	reader_unlock();
	proc_fact_put(ended.proc);
	make();
	assert_true(find("curl", 7)->has_ended);
	assert_string_equal(text_of(find("curl", 7), "rx_bytes"), "500");
	/* A new flow of it adds to that. */
	give(add(3, "192.168.1.20", "192.0.2.1", 1, 1), 7, "curl");
	make();
	assert_string_equal(text_of(find("curl", 7), "rx_bytes"), "501");
	assert_string_equal(text_of(find("curl", 7), "flows"), "1");
}

/* Nobody sums up what has passed through: its flows still say it. */
static void test_past_inside(void **state)
{
	const struct flow *flow = add(1, "192.168.1.21", "192.0.2.1", 500, 50);
	const struct flow *nobody = add(2, "192.168.1.20", "192.0.2.1", 30, 3);

	(void)state;
	table_give(table, flow, OWNER_FORWARDED, NULL, 0);
	close_flow(flow);
	close_flow(nobody);
	make();
	assert_int_equal(frame.n_match, 2);
	assert_string_equal(text_of(find("@192.168.1.21", 0), "rx_bytes"),
			    "500");
	assert_string_equal(text_of(find("@192.168.1.21", 0), "tx_bytes"),
			    "50");
	assert_string_equal(text_of(find("?", 0), "rx_bytes"), "30");
}

/* A still knows nothing of what happens after it. */
static void test_still(void **state)
{
	const struct flow *flow = add(1, "192.168.1.20", "192.0.2.1", 500, 50);
	struct still *still;

	(void)state;
	give(flow, 7, "curl");
	assert_int_equal(
		still_take(&still, table, 1000, env.now_ns, env.wall_ns), 0);
	close_flow(flow);
	give(add(2, "192.168.1.20", "192.0.2.1", 5, 5), 9, "later");
	query.still = still;
	query.with_past = true;
	make();
	assert_int_equal(frame.n_match, 1);
	assert_string_equal(text_of(find("curl", 7), "rx_bytes"), "500");
	assert_string_equal(text_of(find("curl", 7), "flows"), "1");
	query.still = NULL;
	make();
	assert_int_equal(frame.n_match, 2);
	assert_string_equal(text_of(find("curl", 7), "flows"), "0");
	still_free(still);
}

/* ---------------------------------------------------------------- brute force
 */

struct sum {
	char name[CELL_TEXT_SIZE];
	uint32_t pid, uid;
	uint64_t rx, tx, ended_rx, ended_tx;
	double rx_rate, tx_rate;
	uint32_t n_flows, n_hosts, n_all_hosts;
	struct far {
		struct addr addr;
		bool is_live;
		double rate;
	} far[N_KEPT];
};

static struct sum sums[200];
static size_t n_sums;

static struct sum *sum_of(const struct row *row)
{
	char name[CELL_TEXT_SIZE];
	uint32_t pid = row->proc ? row->proc->pid : 0;
	uint32_t uid = row->proc && !pid ? row->proc->uid + 1 : 0;
	struct value value;
	struct sum *sum;

	column_get(column_find("process"), row, &value);
	value_format(&value, 0, 0, name);
	for (sum = sums; sum < sums + n_sums; sum++)
		if (!strcmp(sum->name, name) && sum->pid == pid &&
		    sum->uid == uid)
			return sum;
	assert_true(n_sums < N_ELEMS(sums));
	n_sums++;
	*sum = (struct sum){ .pid = pid, .uid = uid };
	strcpy(sum->name, name);
	return sum;
}

static struct far *far_of(struct sum *sum, const struct addr *addr)
{
	uint32_t i = 0;

	while (i < sum->n_all_hosts &&
	       memcmp(&sum->far[i].addr, addr, sizeof(*addr)) != 0)
		i++;
	assert_true(i < N_KEPT);
	if (i == sum->n_all_hosts)
		sum->far[sum->n_all_hosts++] = (struct far){ .addr = *addr };
	return &sum->far[i];
}

static void add_row(const struct row *row)
{
	struct sum *sum = sum_of(row);
	struct far *far = far_of(sum, &row->far_addr);
	const struct flow_info *info = &row->info;

	if (!row->is_closed || row->proc) {
		sum->rx += info->bytes[row->rx];
		sum->tx += info->bytes[row->tx];
	} else {
		sum->ended_rx += info->bytes[row->rx];
		sum->ended_tx += info->bytes[row->tx];
	}
	if (row->is_closed)
		return;
	sum->n_flows++;
	sum->rx_rate += (double)info->smooth[row->rx];
	sum->tx_rate += (double)info->smooth[row->tx];
	far->rate += (double)info->smooth[0] + (double)info->smooth[1];
	sum->n_hosts += !far->is_live;
	far->is_live = true;
}

static void sum_up(void)
{
	struct table_cursor cursor;
	const struct flow *flow;

	n_sums = 0;
	reader_lock();
	cursor = table_walk_begin(table);
	while ((flow = table_walk_next(&cursor))) {
		struct row row;

		row_glance(&row, flow, &env);
		add_row(&row);
	}
	reader_unlock();
}

static const char *random_addr(char *text, const char *net, unsigned int n)
{
	snprintf(text, 40, "%s%u", net, (unsigned int)(next_random() % n) + 1);
	return text;
}

static void give_random(const struct flow *flow)
{
	uint32_t n = (uint32_t)(next_random() % 30);
	char comm[16];

	snprintf(comm, sizeof(comm), "proc%u", n % 7);
	if (n < 20)
		table_give(table, flow, OWNER_LOCAL,
			   make_fact(100 + n, 1000, comm), 1);
	else if (n < 25)
		table_give(table, flow, OWNER_FORWARDED, NULL, 0);
	else if (n < 28)
		table_give(table, flow, OWNER_UNKNOWN, make_fact(0, n, ""), 0);
}

static void add_random(unsigned int n)
{
	char near[40], far[40];
	bool is_ipv6 = next_random() % 4 == 0;
	/* Half of them come in: the far end asked. */
	bool is_in = next_random() % 2;
	const struct flow *flow;

	random_addr(near, is_ipv6 ? "fd00::" : "192.168.1.", 9);
	random_addr(far, is_ipv6 ? "2001:db8::" : "192.0.2.", 15);
	flow = add(n, is_in ? far : near, is_in ? near : far,
		   next_random() % 100000, next_random() % 100000);
	set_smooth(flow, (float)(next_random() % 1000),
		   (float)(next_random() % 1000));
	give_random(flow);
	if (next_random() % 5 == 0)
		close_flow(flow);
}

static void check_group(const struct group *group)
{
	char name[CELL_TEXT_SIZE];
	uint32_t uid = group->ref.has_uid ? group->ref.uid + 1 : 0;
	const struct sum *sum = sums;
	double best = 0, peer = -1;

	group_name(group, name);
	while (sum < sums + n_sums &&
	       (strcmp(sum->name, name) != 0 || sum->pid != group->ref.pid ||
		sum->uid != uid))
		sum++;
	assert_true(sum < sums + n_sums);
	assert_int_equal(group->n_flows, sum->n_flows);
	assert_int_equal(group->rx,
			 sum->rx + (sum->n_flows ? 0 : sum->ended_rx));
	assert_int_equal(group->tx,
			 sum->tx + (sum->n_flows ? 0 : sum->ended_tx));
	assert_true(group->rx_rate - sum->rx_rate < 0.01 &&
		    sum->rx_rate - group->rx_rate < 0.01);
	assert_true(group->tx_rate - sum->tx_rate < 0.01 &&
		    sum->tx_rate - group->tx_rate < 0.01);
	assert_int_equal(group->many[SECOND_HOST].n, sum->n_hosts);
	assert_int_equal(group->many[SECOND_HOST].n +
				 group->many[SECOND_HOST].n_past,
			 sum->n_all_hosts);
	for (uint32_t i = 0; i < sum->n_all_hosts; i++) {
		if (sum->far[i].rate > best)
			best = sum->far[i].rate;
		if (!memcmp(&sum->far[i].addr, &group->peer,
			    sizeof(group->peer)))
			peer = sum->far[i].rate;
	}
	assert_true(best - peer < 0.01);
}

static void test_brute(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < N_FLOWS; n++) {
		add_random(n);
		if (n % 100 != 7)
			continue;
		sum_up();
		make();
		assert_int_equal(frame.n_match, n_sums);
		assert_int_equal(frame.n_rows, n_sums);
		for (size_t i = 0; i < frame.n_rows; i++)
			check_group(&frame.groups[i]);
	}
	assert_true(n_sums > 30);
}

/* ---------------------------------------------------------------- order */

static void assert_ordered(const char *id, bool is_descending)
{
	const struct column *column = group_column_find(id);

	query.sort = column;
	query.is_descending = is_descending;
	make();
	for (size_t i = 1; i < frame.n_rows; i++) {
		struct value a, b;
		int diff;

		column_get_group(column, &frame.groups[i - 1], &a);
		column_get_group(column, &frame.groups[i], &b);
		/* Unknown comes last, whatever the direction. */
		if (b.type == VAL_NONE)
			continue;
		assert_true(a.type != VAL_NONE);
		diff = value_compare(&a, &b);
		assert_true(is_descending ? diff >= 0 : diff <= 0);
	}
}

static void test_order(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 500; n++)
		add_random(n);
	for (size_t i = 0; i < n_group_columns; i++) {
		assert_ordered(group_column_table[i].id, true);
		assert_ordered(group_column_table[i].id, false);
	}
}

/* The same list, cut anywhere. */
static void test_window(void **state)
{
	struct group_ref all[200];
	size_t n;

	(void)state;
	for (unsigned int i = 0; i < 1000; i++)
		add_random(i);
	make();
	n = frame.n_match;
	for (size_t i = 0; i < n; i++)
		all[i] = frame.groups[i].ref;
	query.count = 5;
	for (size_t first = 0; first < n; first++) {
		query.first = first;
		make();
		assert_int_equal(frame.n_match, n);
		assert_int_equal(frame.first, first + 5 > n ? n - 5 : first);
		for (size_t i = 0; i < frame.n_rows; i++)
			assert_true(group_ref_equal(&frame.groups[i].ref,
						    &all[frame.first + i]));
		query.has_anchor = true;
		query.group_anchor = all[first];
		query.anchor_line = 2;
		make();
		assert_int_equal(frame.anchor_rank, first);
		query.has_anchor = false;
	}
}

/* A small difference does not make them change places. */
static void test_calm(void **state)
{
	const struct flow *a = add(1, "192.168.1.20", "192.0.2.1", 1, 1);
	const struct flow *b = add(2, "192.168.1.20", "192.0.2.1", 1, 1);

	(void)state;
	give(a, 1, "first");
	give(b, 2, "second");
	set_smooth(a, 1000, 0);
	set_smooth(b, 900, 0);
	query.order = ORDER_CALM;
	make();
	assert_int_equal(frame.groups[0].ref.pid, 1);
	set_smooth(b, 1100, 0);
	make();
	assert_int_equal(frame.groups[0].ref.pid, 1);
	set_smooth(b, 1300, 0);
	query.order = ORDER_HELD;
	make();
	assert_int_equal(frame.groups[0].ref.pid, 1);
	query.order = ORDER_CALM;
	make();
	assert_int_equal(frame.groups[0].ref.pid, 2);
	/* It ends, and stays where it was. */
	close_flow(b);
	make();
	assert_int_equal(frame.groups[0].ref.pid, 2);
	assert_true(group_is_closed(&frame.groups[0]));
	/* Its flow has left: what is kept of it has no rate. */
	query.filter.ghosts = false;
	query.with_past = true;
	make();
	assert_int_equal(frame.groups[0].ref.pid, 1);
	assert_int_equal(frame.groups[1].ref.pid, 2);
	query.order = ORDER_REST;
	make();
	assert_int_equal(frame.groups[0].ref.pid, 1);
}

/* ---------------------------------------------------------------- into one */

static void test_only(void **state)
{
	struct group_ref refs[200];
	uint32_t n_flows[200], n_ghosts[200];
	size_t n;

	(void)state;
	for (unsigned int i = 0; i < 1000; i++)
		add_random(i);
	make();
	n = frame.n_rows;
	for (size_t i = 0; i < n; i++) {
		refs[i] = frame.groups[i].ref;
		n_flows[i] = frame.groups[i].n_flows;
		n_ghosts[i] = frame.groups[i].n_ghosts;
	}
	query.grouping = NULL;
	query.has_only = true;
	for (size_t i = 0; i < n; i++) {
		size_t n_all;

		query.only = refs[i];
		make();
		assert_int_equal(frame.totals.shown.n, n_flows[i]);
		assert_int_equal(frame.n_match, n_flows[i] + n_ghosts[i]);
		n_all = frame.n_flows;
		assert_int_equal(n_all,
				 frame.totals.shown.n + frame.totals.n_outside);
		for (size_t r = 0; r < frame.n_rows; r++)
			assert_int_equal(frame.rows[r].proc
						 ? frame.rows[r].proc->pid
						 : 0,
					 refs[i].pid);
	}
	/* One that there is no more. */
	query.only = (struct group_ref){ .kind = GROUP_PROCESS, .pid = 9999 };
	make();
	assert_int_equal(frame.n_match, 0);
}

static void assert_expression(const char *name, uint32_t pid, const char *text)
{
	char expression[CELL_TEXT_SIZE];
	const struct group *group = find(name, pid);

	assert_non_null(group);
	group_expression(group, expression);
	assert_string_equal(expression, text);
}

static void test_expression(void **state)
{
	(void)state;
	give(add(1, "192.168.1.20", "192.0.2.1", 1, 1), 42, "a b");
	table_give(table, add(2, "fd00::20", "2001:db8::1", 1, 1),
		   OWNER_FORWARDED, NULL, 0);
	table_give(table, add(3, "192.168.1.20", "192.0.2.1", 1, 1),
		   OWNER_DENIED, make_fact(0, 1000, ""), 0);
	make();
	assert_expression("a b", 42, "pid 42");
	assert_expression("@fd00::20", 0, "process @fd00::20");
	assert_expression("?", 0, "user alice");
}

static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_group_columns; i++) {
		const struct column *c = &group_column_table[i];

		assert_ptr_equal(group_column_find(c->id), c);
		assert_non_null(c->get_group);
		assert_null(c->get);
		assert_true(c->title && c->help && c->min_cells);
	}
	assert_null(group_column_find("bogus"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_columns, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nobody, setup, teardown),
		cmocka_unit_test_setup_teardown(test_uncounted, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_busiest, setup, teardown),
		cmocka_unit_test_setup_teardown(test_new, setup, teardown),
		cmocka_unit_test_setup_teardown(test_user, setup, teardown),
		cmocka_unit_test_setup_teardown(test_past, setup, teardown),
		cmocka_unit_test_setup_teardown(test_past_inside, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_still, setup, teardown),
		cmocka_unit_test_setup_teardown(test_brute, setup, teardown),
		cmocka_unit_test_setup_teardown(test_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_window, setup, teardown),
		cmocka_unit_test_setup_teardown(test_calm, setup, teardown),
		cmocka_unit_test_setup_teardown(test_only, setup, teardown),
		cmocka_unit_test_setup_teardown(test_expression, setup,
						teardown),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
