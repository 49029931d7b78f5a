// SPDX-License-Identifier: GPL-2.0-only
/* Hosts, countries, networks, ports: sums beside naive ones, what is more than
 * there may be, order, names, and the way into one. */
#include "unit/flows.h"
#include "view/ends.h"
#include "view/groupcols.h"
#include "view/groups.h"
#include "view/still.h"
#include "view/view.h"

#include <errno.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <stdio.h>
#include <stdlib.h>

#define N_FLOWS 1500
#define N_PLACED 4 /* the ways to group that are tested here */

static const struct grouping *const ways[N_PLACED] = {
	GROUPING_HOSTS,
	GROUPING_COUNTRIES,
	GROUPING_NETWORKS,
	GROUPING_PORTS,
};

static struct table *table;
static struct view_frame frame;
static struct view_query query;
static struct view_env env;
static const struct name_fact *even_name;
static unsigned int n_placed; /* how often a place was asked for */
static bool is_moved;         /* everything is in Chad by now */

/* ---------------------------------------------------------------- ends */

static const struct name_fact *fake_name(void *ctx, const struct addr *addr,
					 uint8_t family)
{
	(void)ctx;
	return addr->byte[family == FAMILY_IPV4 ? 3 : 15] == 2 ? even_name
							       : NULL;
}

/* By the last byte: six countries, one that is unknown, one of too many. */
static void fake_place(void *ctx, const struct addr *addr, uint8_t family,
		       struct place *place)
{
	static const char *const names[] = { NULL, "Austria", "Brazil",
					     "Chad" };
	uint8_t last = addr->byte[family == FAMILY_IPV4 ? 3 : 15];

	(void)ctx;
	n_placed++;
	if (place->scope != SCOPE_PUBLIC)
		return;
	if (is_moved)
		last = 3;
	place->country_number = last % 5;
	if (last % 5 == 4)
		place->country_number = PLACE_OTHERS;
	if (last % 5 && last % 5 < 4) {
		place->country = names[last % 5];
		memcpy(place->cc, names[last % 5], 2);
		place->cc[1] -= 'a' - 'A';
	}
	place->network_number = last % 7;
	if (last % 7) {
		place->asn = 64500U + last % 7;
		place->org = "EXAMPLE";
	}
}

static const char *fake_service(void *ctx, uint8_t proto, uint16_t port)
{
	(void)ctx;
	return proto == IPPROTO_TCP && port == 443 ? "https" : NULL;
}

static struct view_ends fake_ends = {
	.name = fake_name,
	.place = fake_place,
	.service = fake_service,
};

static int setup(void **state)
{
	(void)state;
	table = make_table();
	env = make_env();
	env.procs = table_procs(table);
	env.ends = &fake_ends;
	even_name = name_fact_new("even.example.net");
	view_frame_init(&frame);
	query = (struct view_query){
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
	/* Whatever frames held was given back. */
	assert_int_equal(even_name->refs, 1);
	name_fact_put(even_name);
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

static void make(const struct grouping *grouping)
{
	query.grouping = grouping;
	assert_int_equal(view_frame_make(&frame, table, &query, &env), 0);
}

static const char *text_of(const struct group *group, const char *id)
{
	static char text[4][CELL_TEXT_SIZE];
	static unsigned int n;
	char *t = text[n++ % 4];
	struct value value;

	assert_non_null(group);
	column_get_group(group_column_find(id), group, &value);
	value_format(&value, 0, 0, t);
	return t;
}

/* The group that has @text in column @id. */
static const struct group *find(const char *id, const char *text)
{
	for (size_t i = 0; i < frame.n_rows; i++)
		if (!strcmp(text_of(&frame.groups[i], id), text))
			return &frame.groups[i];
	fail_msg("no group with %s %s", id, text);
	return NULL;
}

/* ---------------------------------------------------------------- flows */

static const uint8_t protos[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP,
				  IPPROTO_SCTP, IPPROTO_GRE };

/* A flow of ours with @far, or the other way round. */
static const struct flow *add(unsigned int n, uint8_t proto, const char *far,
			      uint16_t port, bool is_in)
{
	struct flow_info info = full_flow();
	const char *near = strchr(far, ':') ? "fd00::14" : "192.168.1.20";
	uint16_t ours = (uint16_t)(1024 + n % 60000);

	set_tuple(&info.key.tuple, &info.key.family, is_in ? far : near, ours,
		  is_in ? near : far, port);
	set_tuple(&info.reply, &info.key.family, is_in ? near : far, port,
		  is_in ? far : near, ours);
	info.key.proto = proto;
	info.has &= ~(uint32_t)HAS_RATE;
	info.id = 70000U + n;
	info.state = (uint8_t)(n % 5);
	info.status = n % 3 ? IPS_SEEN_REPLY : 0;
	info.bytes[DIR_ORIG] = n * 3;
	info.bytes[DIR_REPLY] = n * 7;
	info.start_ns = (WALL_S - n % 1000) * NS_PER_S;
	return table_add(table, &info, info.sampled_ns);
}

static void close_flow(const struct flow *flow)
{
	reader_lock();
	table_missing(table, flow, NOW_S * NS_PER_S);
	reader_unlock();
}

static void give_random(const struct flow *flow)
{
	uint32_t n = (uint32_t)(next_random() % 20);
	char comm[16];

	snprintf(comm, sizeof(comm), "proc%u", n);
	if (n < 12)
		table_give(table, flow, OWNER_LOCAL,
			   make_fact(100 + n, 1000, comm), 1);
	else if (n < 16)
		table_give(table, flow, OWNER_FORWARDED, NULL, 0);
}

/* Nobody counts it, and it has no rate. */
static void uncount(const struct flow *flow)
{
	struct flow *f = (struct flow *)(uintptr_t)flow;

	counter_set(&f->hot.has, counter_get(&f->hot.has) &
					 ~(uint32_t)(HAS_COUNTERS | HAS_RATE));
	counter_set(&f->hot.dir, next_random() % 5);
}

/* One that was asked for as 192.0.2.77, and is answered by another. */
static void add_translated(unsigned int n)
{
	struct flow_info info = full_flow();
	char far[40];

	snprintf(far, sizeof(far), "%s%u",
		 next_random() % 2 ? "10.0.0." : "203.0.113.",
		 (unsigned int)(next_random() % 30) + 1);
	set_tuple(&info.key.tuple, &info.key.family, "192.168.1.20",
		  (uint16_t)n, "192.0.2.77", 443);
	set_tuple(&info.reply, &info.key.family, far, 8443, "192.168.1.20",
		  (uint16_t)n);
	info.id = 500000U + n;
	set_smooth(table_add(table, &info, info.sampled_ns),
		   (float)(next_random() % 1000), 5);
}

static void add_random(unsigned int n)
{
	static const char *const nets[] = { "198.51.100.", "203.0.113.",
					    "2001:db9::",  "10.0.0.",
					    "100.64.0.",   "224.0.0." };
	uint8_t proto = protos[next_random() % N_ELEMS(protos)];
	char far[40];
	const struct flow *flow;

	snprintf(far, sizeof(far), "%s%u", nets[next_random() % N_ELEMS(nets)],
		 (unsigned int)(next_random() % 30) + 1);
	flow = add(n, proto, far, (uint16_t)(440 + next_random() % 6),
		   next_random() % 3 == 0);
	set_smooth(flow, (float)(next_random() % 1000),
		   (float)(next_random() % 1000));
	give_random(flow);
	if (next_random() % 7 == 0)
		uncount(flow);
	if (next_random() % 5 == 0)
		close_flow(flow);
}

/* ---------------------------------------------------------------- naive sums
 */

#define N_OTHERS 1000

struct set {
	struct member {
		char text[64];
		bool is_live;
		double rate;
	} member[N_OTHERS];
	uint32_t n, n_live;
};

struct sum {
	char name[64];
	uint64_t rx, tx, past_rx, past_tx, age_ns;
	double rate;
	uint32_t n_flows, n_ghosts, n_uncounted, n_in, n_half, n_estab;
	struct set set[GROUP_SECONDS];
};

static struct sum *sums;
static size_t n_sums;

static void set_add(struct set *set, const char *text, bool is_live,
		    double rate)
{
	struct member *m = set->member;

	while (m < set->member + set->n && strcmp(m->text, text) != 0)
		m++;
	if (m == set->member + set->n) {
		assert_true(set->n < N_OTHERS);
		set->n++;
		snprintf(m->text, sizeof(m->text), "%s", text);
	}
	set->n_live += is_live && !m->is_live;
	m->is_live |= is_live;
	m->rate += rate;
}

/* Whoever is there, whatever was asked for. */
static struct addr naive_far(const struct row *row)
{
	return row->tx == DIR_ORIG ? row->info.reply.src
				   : row->info.key.tuple.src;
}

static struct place naive_place(const struct row *row)
{
	struct addr far = naive_far(row);
	struct place place = { .scope =
				       addr_scope(&far, row->info.key.family) };

	fake_place(NULL, &far, row->info.key.family, &place);
	return place;
}

/* What a view calls the group of a flow. */
static void name_of(const struct row *row, const struct grouping *grouping,
		    char *name)
{
	struct place its = naive_place(row), *place = &its;
	struct addr far = naive_far(row);

	if (grouping == GROUPING_HOSTS)
		addr_format(&far, row->info.key.family, name);
	else if (grouping == GROUPING_PORTS)
		sprintf(name, "%u/%u", row->info.key.proto, row->service_port);
	else if (place->scope != SCOPE_PUBLIC)
		sprintf(name, "local %u",
			grouping == GROUPING_NETWORKS ? place->scope : 0);
	else
		sprintf(name, "%u",
			grouping == GROUPING_NETWORKS ? place->network_number
						      : place->country_number);
}

static struct sum *sum_of(const struct row *row,
			  const struct grouping *grouping)
{
	char name[64];
	struct sum *sum = sums;

	name_of(row, grouping, name);
	while (sum < sums + n_sums && strcmp(sum->name, name) != 0)
		sum++;
	if (sum == sums + n_sums) {
		assert_true(n_sums++ < 250);
		memset(sum, 0, sizeof(*sum));
		strcpy(sum->name, name);
	}
	return sum;
}

static void add_sets(struct sum *sum, const struct row *row, double rate)
{
	struct place its = naive_place(row), *place = &its;
	bool is_live = !row->is_closed;
	char text[CELL_TEXT_SIZE];
	struct value value;

	name_of(row, GROUPING_HOSTS, text);
	set_add(&sum->set[SECOND_HOST], text, is_live, rate);
	name_of(row, GROUPING_PORTS, text);
	set_add(&sum->set[SECOND_PORT], text, is_live, rate);
	sprintf(text, "%u", place->network_number);
	if (place->scope == SCOPE_PUBLIC && place->network_number)
		set_add(&sum->set[SECOND_NETWORK], text, is_live, rate);
	column_get(column_find("process"), row, &value);
	value_format(&value, 0, 0, text);
	if (strcmp(text, "?") != 0)
		set_add(&sum->set[SECOND_OWNER], text, is_live, rate);
}

static void add_row(struct sum *sum, const struct row *row)
{
	const struct flow_info *info = &row->info;
	double rate = (double)info->smooth[0] + (double)info->smooth[1];
	bool is_counted = info->has & HAS_COUNTERS;
	uint8_t estab = info->key.proto == IPPROTO_TCP    ? 3
			: info->key.proto == IPPROTO_SCTP ? 4
							  : UINT8_MAX;

	add_sets(sum, row, row->is_closed ? 0 : rate);
	if (row->age_ns > sum->age_ns)
		sum->age_ns = row->age_ns;
	sum->n_ghosts += row->is_closed;
	if (row->is_closed) {
		sum->past_rx += is_counted ? info->bytes[row->rx] : 0;
		sum->past_tx += is_counted ? info->bytes[row->tx] : 0;
		return;
	}
	sum->n_flows++;
	sum->n_in += info->dir == FLOW_DIR_IN;
	sum->n_half += !(info->status & IPS_SEEN_REPLY);
	sum->n_estab += info->state == estab;
	sum->n_uncounted += !is_counted;
	sum->rx += is_counted ? info->bytes[row->rx] : 0;
	sum->tx += is_counted ? info->bytes[row->tx] : 0;
	sum->rate += info->has & HAS_RATE ? rate : 0;
}

static void sum_up(const struct grouping *grouping)
{
	struct table_cursor cursor;
	const struct flow *flow;

	n_sums = 0;
	reader_lock();
	cursor = table_walk_begin(table);
	while ((flow = table_walk_next(&cursor))) {
		struct row row;

		row_glance(&row, flow, &env);
		add_row(sum_of(&row, grouping), &row);
	}
	reader_unlock();
}

static void ref_name(const struct group_ref *ref, char *name)
{
	switch (ref->kind) {
	case GROUP_HOST:
		addr_format(&ref->addr, ref->family, name);
		break;
	case GROUP_PORT:
		sprintf(name, "%u/%u", ref->number >> 16,
			ref->number & UINT16_MAX);
		break;
	case GROUP_LOCAL:
	case GROUP_SCOPE:
		sprintf(name, "local %u", ref->number);
		break;
	default:
		sprintf(name, "%u", ref->number);
	}
}

static void check_many(const struct group *group, const struct sum *sum)
{
	for (int i = 0; i < GROUP_SECONDS; i++) {
		if (!(query.grouping->seconds & 1U << i))
			continue;
		assert_int_equal(group->many[i].n, sum->set[i].n_live);
		assert_int_equal(group->many[i].n + group->many[i].n_past,
				 sum->set[i].n);
	}
}

/* The busiest one has no less than any other. */
static void check_busiest(const struct group *group, const struct set *set,
			  const char *text)
{
	double best = 0, its = -1;

	for (uint32_t i = 0; i < set->n; i++) {
		if (set->member[i].rate > best)
			best = set->member[i].rate;
		if (!strcmp(set->member[i].text, text))
			its = set->member[i].rate;
	}
	if (group->n_flows)
		assert_true(its > best - 0.5);
}

static void check_group(const struct group *group)
{
	double rate = group->rx_rate + group->tx_rate;
	const struct sum *sum = sums;
	char name[64];

	ref_name(&group->ref, name);
	while (sum < sums + n_sums && strcmp(sum->name, name) != 0)
		sum++;
	assert_true(sum < sums + n_sums);
	assert_int_equal(group->n_flows, sum->n_flows);
	assert_int_equal(group->n_ghosts, sum->n_ghosts);
	assert_int_equal(group->n_uncounted, sum->n_uncounted);
	assert_int_equal(group->rx, sum->n_flows ? sum->rx : sum->past_rx);
	assert_int_equal(group->tx, sum->n_flows ? sum->tx : sum->past_tx);
	assert_true(rate - sum->rate < 0.5 && sum->rate - rate < 0.5);
	check_many(group, sum);
	if (query.grouping->has_states) {
		assert_int_equal(group->n_in, sum->n_in);
		assert_int_equal(group->n_half, sum->n_half);
		assert_int_equal(group->n_estab, sum->n_estab);
	}
	if (query.grouping->has_age)
		assert_true(group->age_ns >= sum->age_ns);
	if (query.grouping->seconds & 1 << SECOND_HOST) {
		addr_format(&group->peer, group->peer_family, name);
		check_busiest(group, &sum->set[SECOND_HOST], name);
	}
}

static void test_sums(void **state)
{
	(void)state;
	sums = calloc(251, sizeof(*sums));
	assert_non_null(sums);
	for (unsigned int n = 0; n < N_FLOWS; n++) {
		add_random(n);
		if (n % 6 == 0)
			add_translated(n);
		if (n % 300 != 299 && n != 10)
			continue;
		for (int i = 0; i < N_PLACED; i++) {
			sum_up(ways[i]);
			/* The second one has what the first one remembers. */
			make(ways[i]);
			make(ways[i]);
			assert_int_equal(frame.n_match, n_sums);
			for (size_t r = 0; r < frame.n_rows; r++)
				check_group(&frame.groups[r]);
		}
	}
	assert_true(n_sums > 10);
	free(sums);
}

/* What nobody looks at is not counted, and changes nothing else. */
static void test_without(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 500; n++)
		add_random(n);
	for (int i = 0; i < N_PLACED; i++) {
		uint64_t rx = 0;
		size_t n;

		query.without = 0;
		make(ways[i]);
		n = frame.n_match;
		for (size_t r = 0; r < n; r++)
			rx += frame.groups[r].rx;
		query.without = ~0U;
		make(ways[i]);
		assert_int_equal(frame.n_match, n);
		for (size_t r = 0; r < n; r++) {
			rx -= frame.groups[r].rx;
			assert_int_equal(frame.groups[r].many[SECOND_OWNER].n,
					 0);
			assert_int_equal(frame.groups[r].many[SECOND_PORT].n,
					 0);
		}
		assert_int_equal(rx, 0);
	}
}

/* Where a host is, is asked once for all its flows. */
static void test_asked_once(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 300; n++)
		add(n, IPPROTO_TCP, n % 2 ? "198.51.100.1" : "198.51.100.6",
		    443, false);
	query.count = 0;
	n_placed = 0;
	make(GROUPING_COUNTRIES);
	assert_int_equal(frame.n_match, 1);
	assert_true(n_placed <= 4);
}

/* Until places may differ, they are not asked for again. */
static void test_moved(void **state)
{
	(void)state;
	add(1, IPPROTO_TCP, "198.51.100.1", 443, false);
	query.count = 0;
	make(GROUPING_COUNTRIES);
	n_placed = 0;
	add(2, IPPROTO_TCP, "198.51.100.1", 80, false);
	make(GROUPING_COUNTRIES);
	assert_int_equal(n_placed, 1); /* to say what the country is called */
	query.count = SIZE_MAX;
	is_moved = true;
	fake_ends.version++;
	make(GROUPING_COUNTRIES);
	is_moved = false;
	assert_int_equal(find("country", "Chad")->ref.number, 3);
	fake_ends.version++;
	make(GROUPING_COUNTRIES);
	assert_int_equal(find("country", "Austria")->ref.number, 1);
	env.no_places = true;
	make(GROUPING_COUNTRIES);
	find("country", "unknown");
}

/* The number of a host is that of another one by and by, who may be in another
 * place. */
static void test_reused_host(void **state)
{
	const struct flow *flow = add(1, IPPROTO_TCP, "198.51.100.1", 443, 0);
	uint32_t host = flow->host[DIR_REPLY];

	(void)state;
	make(GROUPING_COUNTRIES);
	find("country", "Austria");
	close_flow(flow);
	for (int i = 0; i < 3; i++) {
		table_expire(table, (NOW_S + 2000) * NS_PER_S, UINT64_MAX);
		rcu_drain();
	}
	flow = add(2, IPPROTO_TCP, "198.51.100.2", 443, false);
	if (flow->host[DIR_REPLY] != host)
		flow = add(3, IPPROTO_TCP, "198.51.100.7", 443, false);
	assert_int_equal(flow->host[DIR_REPLY], host);
	make(GROUPING_COUNTRIES);
	assert_int_equal(frame.n_match, 1);
	assert_int_equal(find("country", "Brazil")->index, 2);
}

/* ---------------------------------------------------------------- by hand */

static void test_hosts(void **state)
{
	const struct group *group;

	(void)state;
	add(1, IPPROTO_TCP, "198.51.100.2", 443, false);
	add(2, IPPROTO_TCP, "198.51.100.2", 443, false);
	add(3, IPPROTO_UDP, "198.51.100.3", 53, false);
	add(4, IPPROTO_UDP, "10.0.0.3", 53, false);
	make(GROUPING_HOSTS);
	assert_int_equal(frame.n_match, 3);
	group = find("host", "even.example.net");
	assert_string_equal(text_of(group, "addr"), "198.51.100.2");
	assert_string_equal(text_of(group, "cc"), "BR");
	assert_string_equal(text_of(group, "city"), "?");
	assert_string_equal(text_of(group, "network"), "AS64502 EXAMPLE");
	assert_string_equal(text_of(group, "flows"), "2");
	assert_string_equal(text_of(group, "ports"), "1");
	assert_string_equal(text_of(group, "owners"), "?");
	assert_string_equal(text_of(group, "owner"), "?");
	assert_string_equal(text_of(group, "seen"), "2s");
	assert_string_equal(group->service, "https");
	group = find("host", "10.0.0.3");
	assert_string_equal(text_of(group, "cc"), "-");
	assert_string_equal(text_of(group, "city"), "-");
	assert_string_equal(text_of(group, "network"), "-");
	env.no_names = true;
	make(GROUPING_HOSTS);
	find("host", "198.51.100.2");
}

/* What was asked for may be translated: the host is who answers. */
static void test_translated(void **state)
{
	struct flow_info info = full_flow();

	(void)state;
	for (uint16_t i = 0; i < 4; i++) {
		set_tuple(&info.key.tuple, &info.key.family, "192.168.1.20",
			  (uint16_t)(1000 + i), "203.0.113.99", 80);
		set_tuple(&info.reply, &info.key.family,
			  i % 2 ? "10.0.0.1" : "10.0.0.2", 8080, "192.168.1.20",
			  (uint16_t)(1000 + i));
		table_add(table, &info, info.sampled_ns);
	}
	make(GROUPING_HOSTS);
	assert_int_equal(frame.n_match, 2);
	assert_int_equal(find("addr", "10.0.0.1")->n_flows, 2);
	make(GROUPING_COUNTRIES);
	assert_int_equal(find("country", "local network")->n_flows, 4);
}

static void test_countries(void **state)
{
	const struct group *group;

	(void)state;
	set_smooth(add(1, IPPROTO_TCP, "198.51.100.1", 443, false), 0, 300);
	set_smooth(add(2, IPPROTO_TCP, "198.51.100.6", 443, false), 0, 300);
	set_smooth(add(3, IPPROTO_UDP, "198.51.100.5", 53, false), 0, 200);
	set_smooth(add(4, IPPROTO_UDP, "10.0.0.3", 53, false), 0, 200);
	add(5, IPPROTO_UDP, "224.0.0.1", 53, false);
	add(6, IPPROTO_UDP, "198.51.100.4", 53, false);
	make(GROUPING_COUNTRIES);
	assert_int_equal(frame.n_match, 4);
	group = find("cc", "AU");
	assert_string_equal(text_of(group, "country"), "Austria");
	assert_string_equal(text_of(group, "flows"), "2");
	assert_string_equal(text_of(group, "hosts"), "2");
	assert_string_equal(text_of(group, "networks"), "2");
	assert_string_equal(text_of(group, "share_rx"), "60%");
	group = find("country", "local network");
	assert_string_equal(text_of(group, "cc"), "--");
	assert_string_equal(text_of(group, "flows"), "2");
	assert_string_equal(text_of(group, "networks"), "-");
	group = find("country", "unknown");
	assert_string_equal(text_of(group, "cc"), "??");
	group = find("country", "(others)");
	assert_string_equal(text_of(group, "cc"), "-");
	/* Nobody knows any place: what is local is known all the same. */
	env.ends = NULL;
	make(GROUPING_COUNTRIES);
	assert_int_equal(frame.n_match, 2);
	assert_int_equal(find("cc", "??")->n_flows, 4);
	assert_int_equal(find("cc", "--")->n_flows, 2);
	env.ends = &fake_ends;
	env.no_places = true;
	make(GROUPING_NETWORKS);
	assert_int_equal(frame.n_match, 3);
	assert_int_equal(find("network", "?? unknown")->n_flows, 4);
	assert_int_equal(find("network", "-- private")->n_flows, 1);
	assert_int_equal(find("network", "-- multicast")->n_flows, 1);
}

static void test_ports(void **state)
{
	const struct group *group;

	(void)state;
	add(3, IPPROTO_TCP, "198.51.100.1", 443, false);
	add(8, IPPROTO_TCP, "198.51.100.2", 443, true);
	add(1, IPPROTO_UDP, "198.51.100.2", 443, false);
	add(4, IPPROTO_GRE, "198.51.100.2", 77, false);
	make(GROUPING_PORTS);
	assert_int_equal(frame.n_match, 3);
	group = find("service", "https");
	assert_string_equal(text_of(group, "port"), "443");
	assert_string_equal(text_of(group, "proto"), "tcp");
	assert_string_equal(text_of(group, "in_out"), "1/1");
	assert_string_equal(text_of(group, "estab"), "2");
	assert_string_equal(text_of(group, "half"), "1");
	assert_string_equal(text_of(group, "hosts"), "2");
	group = find("proto", "udp");
	assert_string_equal(text_of(group, "service"), "443");
	assert_string_equal(text_of(group, "estab"), "-");
	group = find("proto", "gre");
	assert_string_equal(text_of(group, "service"), "-");
	assert_string_equal(text_of(group, "port"), "-");
	env.no_services = true;
	make(GROUPING_PORTS);
	assert_string_equal(text_of(find("proto", "tcp"), "service"), "443");
}

/* What is not known is not zero. */
static void test_unknown(void **state)
{
	struct flow_info info = full_flow();
	const struct group *group;
	struct flow *flow;

	(void)state;
	info.has = HAS_REPLY | HAS_ID;
	flow = (struct flow *)(uintptr_t)table_add(table, &info,
						   info.sampled_ns);
	counter_set(&flow->hot.dir, FLOW_DIR_UNKNOWN);
	make(GROUPING_PORTS);
	group = find("port", "22");
	assert_string_equal(text_of(group, "half"), "?");
	assert_string_equal(text_of(group, "in_out"), "?");
	assert_string_equal(text_of(group, "rx_rate"), "?");
	assert_string_equal(text_of(group, "rx_bytes"), "?");
	make(GROUPING_HOSTS);
	assert_string_equal(text_of(&frame.groups[0], "seen"), "?");
	make(GROUPING_COUNTRIES);
	assert_string_equal(text_of(&frame.groups[0], "share_rx"), "?");
	assert_string_equal(text_of(&frame.groups[0], "share"), "?");
}

/* ---------------------------------------------------------------- too many */

static void test_rest(void **state)
{
	const unsigned int n_more = 150;
	const struct group *rest;
	uint64_t n_flows = 0;

	(void)state;
	for (unsigned int i = 0; i < GROUPS_MAX + n_more; i++) {
		char far[40];

		snprintf(far, sizeof(far), "198.%u.%u.%u", i >> 16,
			 i >> 8 & 255, i & 255);
		add(i, IPPROTO_TCP, far, 443, false);
	}
	add(0, IPPROTO_TCP, "198.0.0.1", 444, false);
	make(GROUPING_HOSTS);
	assert_int_equal(frame.n_match, GROUPS_MAX + 1);
	rest = find("host", "(others)");
	assert_int_equal(rest->n_flows, n_more);
	assert_int_equal(rest->ref.kind, GROUP_REST);
	assert_string_equal(text_of(rest, "addr"), "-");
	assert_string_equal(text_of(rest, "cc"), "-");
	for (size_t i = 0; i < frame.n_rows; i++)
		n_flows += frame.groups[i].n_flows;
	assert_int_equal(n_flows, GROUPS_MAX + n_more + 1);
	/* Countries have all of them. */
	make(GROUPING_COUNTRIES);
	n_flows = 0;
	for (size_t i = 0; i < frame.n_rows; i++)
		n_flows += frame.groups[i].many[SECOND_HOST].n;
	assert_int_equal(n_flows, GROUPS_MAX + n_more);
}

/* Room for a storm is given back, also when nobody looks at groups any more. */
static void test_gives_back(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 20000; i++) {
		char far[40];

		snprintf(far, sizeof(far), "198.51.%u.%u", i >> 8, i & 255);
		add(i, IPPROTO_TCP, far, 443, false);
	}
	for (int w = 0; w < N_PLACED; w++)
		make(ways[w]);
	make(GROUPING_HOSTS);
	assert_true(grouper_index_end(frame.grouper) > 20000);
	table_free(table);
	table = make_table();
	env.procs = table_procs(table);
	add(1, IPPROTO_TCP, "198.51.100.2", 443, false);
	make(GROUPING_HOSTS);
	assert_true(grouper_index_end(frame.grouper) > 20000);
	for (int second = 0; second < 4 * N_PLACED; second++) {
		env.now_ns += NS_PER_S;
		make(ways[second / 4]);
		assert_int_equal(frame.n_match, 1);
		assert_int_equal(frame.groups[0].n_flows, 1);
	}
	make(GROUPING_HOSTS);
	assert_true(grouper_index_end(frame.grouper) < 2000);
	make(NULL);
	assert_non_null(frame.grouper);
	env.now_ns += 10 * NS_PER_S;
	make(NULL);
	assert_null(frame.grouper);
	make(GROUPING_COUNTRIES);
	assert_int_equal(frame.n_match, 1);
}

/* ---------------------------------------------------------------- order */

static void assert_ordered(const struct column *column, bool is_descending)
{
	query.sort = column;
	query.is_descending = is_descending;
	make(query.grouping);
	for (size_t i = 1; i < frame.n_rows; i++) {
		struct value a, b;
		int diff;

		column_get_group(column, &frame.groups[i - 1], &a);
		column_get_group(column, &frame.groups[i], &b);
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
	for (unsigned int n = 0; n < 300; n++)
		add_random(n);
	for (int w = 0; w < N_PLACED; w++) {
		query.grouping = ways[w];
		for (size_t i = 0; i < n_group_columns; i++) {
			assert_ordered(&group_column_table[i], true);
			assert_ordered(&group_column_table[i], false);
		}
	}
}

/* ---------------------------------------------------------------- into one */

static void test_only(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 800; n++)
		n % 4 ? add_random(n) : add_translated(n);
	for (int w = 0; w < N_PLACED; w++) {
		struct group *all;
		size_t n;

		query.has_only = false;
		make(ways[w]);
		n = frame.n_rows;
		all = malloc(n * sizeof(*all));
		assert_non_null(all);
		memcpy(all, frame.groups, n * sizeof(*all));
		query.has_only = true;
		for (size_t i = 0; i < n; i++) {
			query.only = all[i].ref;
			make(NULL);
			assert_int_equal(frame.totals.shown.n, all[i].n_flows);
			assert_int_equal(frame.n_match,
					 all[i].n_flows + all[i].n_ghosts);
		}
		free(all);
	}
	query.only = (struct group_ref){ .kind = GROUP_REST };
	make(NULL);
	assert_int_equal(frame.n_match, 0);
}

/* A list of places has them also while columns of flows do not. */
static void test_only_unplaced(void **state)
{
	(void)state;
	add(1, IPPROTO_TCP, "198.51.100.1", 443, false);
	add(2, IPPROTO_TCP, "198.51.100.2", 443, false);
	make(GROUPING_COUNTRIES);
	query.only = find("cc", "AU")->ref;
	query.has_only = true;
	env.no_places = true;
	make(NULL);
	assert_int_equal(frame.n_match, 1);
	assert_null(frame.rows[0].place[END_DST].country);
	query.has_only = false;
	env.no_places = false;
	make(GROUPING_NETWORKS);
	query.only = find("network", "AS64501 EXAMPLE")->ref;
	query.has_only = true;
	env.no_places = true;
	make(NULL);
	assert_int_equal(frame.n_match, 1);
}

/* ---------------------------------------------------------------- left off
 */

static bool is_sometimes_urgent(void)
{
	return next_random() % 2;
}

static void assert_same_frames(const struct view_frame *a,
			       const struct view_frame *b)
{
	assert_int_equal(a->n_match, b->n_match);
	assert_int_equal(a->n_rows, b->n_rows);
	assert_int_equal(a->first, b->first);
	assert_int_equal(a->anchor_rank, b->anchor_rank);
	assert_int_equal(a->totals.shown.n, b->totals.shown.n);
	for (size_t i = 0; i < a->n_rows; i++) {
		if (!a->grouping) {
			assert_int_equal(a->rows[i].info.id,
					 b->rows[i].info.id);
			continue;
		}
		assert_true(
			group_ref_equal(&a->groups[i].ref, &b->groups[i].ref));
		assert_int_equal(a->groups[i].n_flows, b->groups[i].n_flows);
		assert_int_equal(a->groups[i].rx, b->groups[i].rx);
		for (int s = 0; s < GROUP_SECONDS; s++)
			assert_int_equal(a->groups[i].many[s].n,
					 b->groups[i].many[s].n);
	}
}

static void forget(struct view_frame *one, struct view_frame *another)
{
	view_frame_fini(one);
	view_frame_init(one);
	view_frame_fini(another);
	view_frame_init(another);
}

/*
 * Whatever was left off half way, the next frames are as if it had never been
 * begun. The first one of another list may have begun another order, which is
 * right as well, but not the same.
 */
static void test_left_off(void **state)
{
	static const enum view_order orders[] = { ORDER_HELD, ORDER_HELD,
						  ORDER_CALM, ORDER_REST };
	static const char *const ids[] = { "rate", "host", "flows", "network" };
	const struct column *sort = NULL;
	struct view_frame other;
	unsigned int n = 0, n_left = 0;

	(void)state;
	view_frame_init(&other);
	query.count = 50;
	for (; n < 33000; n++)
		add_random(n);
	for (unsigned int step = 0; step < 200; step++) {
		uint64_t r = next_random();
		int err;

		for (unsigned int end = n + r % 20; n < end; n++)
			add_random(n);
		if (r >> 8 & 1)
			env.now_ns += NS_PER_S / 2;
		if (r % 7 == 0)
			query.grouping = r >> 9 & 1 ? GROUPING_PROCESSES
					 : r >> 10 & 1
						 ? NULL
						 : ways[(r >> 16) % N_PLACED];
		if (r % 7 == 0)
			query.sort = NULL;
		else if (r % 11 == 0 && query.grouping)
			query.sort = group_column_find(ids[r >> 16 & 3]);
		query.order = orders[r >> 20 & 3];
		query.first = r >> 24 & 63;
		query.has_anchor = r >> 32 & 1 && other.grouping &&
				   other.grouping == query.grouping &&
				   other.n_rows;
		if (query.has_anchor)
			query.group_anchor = other.groups[0].ref;
		query.is_urgent = is_sometimes_urgent;
		err = view_frame_make(&frame, table, &query, &env);
		query.is_urgent = NULL;
		if (err) {
			assert_int_equal(err, -EINTR);
			n_left++;
			if (query.grouping != other.grouping ||
			    query.sort != sort)
				forget(&frame, &other);
			continue;
		}
		sort = query.sort;
		assert_int_equal(view_frame_make(&other, table, &query, &env),
				 0);
		assert_same_frames(&frame, &other);
	}
	assert_true(n_left > 20);
	view_frame_fini(&other);
}

static void assert_expression(const char *id, const char *text,
			      const char *expression)
{
	char found[CELL_TEXT_SIZE];

	group_expression(find(id, text), found);
	assert_string_equal(found, expression);
}

static void test_expression(void **state)
{
	(void)state;
	add(1, IPPROTO_TCP, "198.51.100.2", 443, false);
	add(2, IPPROTO_ICMP, "10.0.0.1", 1, false);
	make(GROUPING_HOSTS);
	assert_expression("host", "even.example.net", "host 198.51.100.2");
	make(GROUPING_COUNTRIES);
	assert_expression("cc", "BR", "country BR");
	assert_expression("cc", "--", "country local network");
	make(GROUPING_NETWORKS);
	assert_expression("flows", "1", "asn 64502");
	make(GROUPING_PORTS);
	assert_expression("proto", "tcp", "tcp port 443");
	assert_expression("proto", "icmp", "icmp");
}

/* A still is grouped as the table was. */
static void test_still(void **state)
{
	const struct flow *flow = add(1, IPPROTO_TCP, "198.51.100.2", 443, 0);
	struct still *still;

	(void)state;
	add(2, IPPROTO_TCP, "198.51.100.2", 80, false);
	assert_int_equal(
		still_take(&still, table, 1000, env.now_ns, env.wall_ns), 0);
	close_flow(flow);
	add(3, IPPROTO_TCP, "198.51.100.3", 80, false);
	query.still = still;
	make(GROUPING_HOSTS);
	assert_int_equal(frame.n_match, 1);
	assert_int_equal(frame.groups[0].n_flows, 2);
	make(GROUPING_COUNTRIES);
	assert_int_equal(frame.n_match, 1);
	assert_int_equal(frame.groups[0].n_flows, 2);
	make(GROUPING_PORTS);
	assert_int_equal(frame.n_match, 2);
	query.still = NULL;
	make(GROUPING_HOSTS);
	assert_int_equal(frame.n_match, 2);
	assert_int_equal(find("addr", "198.51.100.2")->n_flows, 1);
	still_free(still);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_sums),          TEST(test_without),
		TEST(test_asked_once),    TEST(test_moved),
		TEST(test_hosts),         TEST(test_translated),
		TEST(test_countries),     TEST(test_ports),
		TEST(test_unknown),       TEST(test_rest),
		TEST(test_order),         TEST(test_only),
		TEST(test_only_unplaced), TEST(test_gives_back),
		TEST(test_left_off),      TEST(test_reused_host),
		TEST(test_expression),    TEST(test_still),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
