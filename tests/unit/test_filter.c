// SPDX-License-Identifier: GPL-2.0-only
/* Which flows are shown, and why others are not. */
#include "unit/flows.h"
#include "view/sieve.h"

static struct table *table;

static int setup(void **state)
{
	(void)state;
	reader_register();
	table = make_table();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	table_free(table);
	reader_unregister();
	return 0;
}

static const struct filter_config all = { .families = SHOW_BOTH,
					  .groups = GROUP_ALL };

static enum filter_result test(const struct filter_config *config,
			       const struct flow *flow)
{
	struct view_env env = make_env();
	enum filter_result result;
	struct sieve sieve;
	bool is_ghost;

	env.procs = table_procs(table);
	reader_lock();
	is_ghost = flow_is_ghost(flow);
	result = filter_test(config, flow, is_ghost, &env);
	sieve_begin(&sieve, config, &env);
	assert_int_equal(
		sieve_test(&sieve, flow, counter_get(&flow->hot.has), is_ghost),
		result);
	reader_unlock();
	return result;
}

static const struct flow *add(uint8_t proto, const char *src, uint16_t sport,
			      const char *dst, uint16_t dport)
{
	struct flow_info info = bare_flow(proto, src, sport, dst, dport);

	info.has = HAS_COUNTERS;
	return table_add(table, &info, NS_PER_S);
}

static void test_families(void **state)
{
	const struct flow *v4 = add(6, "192.0.2.1", 1, "192.0.2.2", 2);
	const struct flow *v6 = add(6, "2001:db8::1", 1, "2001:db8::2", 2);
	struct flow_info info = bare_flow(6, "192.0.2.1", 1, "192.0.2.2", 2);
	struct filter_config config = all;
	const struct flow *other;

	(void)state;
	info.key.family = 7;
	other = table_add(table, &info, NS_PER_S);
	assert_int_equal(test(&config, v4), FILTER_PASS);
	assert_int_equal(test(&config, v6), FILTER_PASS);
	assert_int_equal(test(&config, other), FILTER_PASS);
	config.families = SHOW_IPV4;
	assert_int_equal(test(&config, v4), FILTER_PASS);
	assert_int_equal(test(&config, v6), FILTER_FAMILY);
	assert_int_equal(test(&config, other), FILTER_FAMILY);
	config.families = SHOW_IPV6;
	assert_int_equal(test(&config, v4), FILTER_FAMILY);
	assert_int_equal(test(&config, v6), FILTER_PASS);
	assert_int_equal(test(&config, other), FILTER_FAMILY);
}

static void test_groups(void **state)
{
	static const struct {
		uint8_t proto, group;
	} protos[] = {
		{ IPPROTO_TCP, GROUP_TCP },     { IPPROTO_UDP, GROUP_UDP },
		{ IPPROTO_UDPLITE, GROUP_UDP }, { IPPROTO_DCCP, GROUP_DCCP },
		{ IPPROTO_ICMP, GROUP_ICMP },   { IPPROTO_ICMPV6, GROUP_ICMP },
		{ IPPROTO_SCTP, GROUP_SCTP },   { IPPROTO_GRE, GROUP_OTHER },
		{ 255, GROUP_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMS(protos); i++) {
		const struct flow *flow =
			add(protos[i].proto, "192.0.2.1", 9, "192.0.2.2", 9);
		struct filter_config config = all;

		config.groups = protos[i].group;
		assert_int_equal(test(&config, flow), FILTER_PASS);
		config.groups = GROUP_ALL & ~protos[i].group;
		assert_int_equal(test(&config, flow), FILTER_GROUP);
	}
}

static void test_hide(void **state)
{
	const struct flow *loop = add(6, "127.0.0.1", 1, "127.0.0.1", 2);
	const struct flow *query = add(17, "192.0.2.1", 999, "192.0.2.2", 53);
	const struct flow *answer = add(17, "192.0.2.1", 53, "192.0.2.2", 999);
	const struct flow *zone = add(6, "192.0.2.1", 999, "192.0.2.2", 53);
	/* The number of an ICMP query is no port. */
	const struct flow *ping = add(1, "192.0.2.1", 53, "192.0.2.2", 0x800);
	struct filter_config config = all;

	(void)state;
	config.hide = HIDE_SELF;
	assert_int_equal(test(&config, loop), FILTER_PASS);
	assert_int_equal(test(&config, query), FILTER_PASS);
	config.hide = HIDE_LOOPBACK;
	assert_int_equal(test(&config, loop), FILTER_KIND);
	assert_int_equal(test(&config, query), FILTER_PASS);
	config.hide = HIDE_DNS;
	assert_int_equal(test(&config, loop), FILTER_PASS);
	assert_int_equal(test(&config, query), FILTER_KIND);
	assert_int_equal(test(&config, answer), FILTER_KIND);
	assert_int_equal(test(&config, zone), FILTER_KIND);
	assert_int_equal(test(&config, ping), FILTER_PASS);
}

static void test_active(void **state)
{
	const struct flow *flow = add(6, "192.0.2.1", 77, "192.0.2.2", 2);
	struct filter_config config = all;

	(void)state;
	config.active_only = true;
	assert_int_equal(test(&config, flow), FILTER_IDLE);
	set_smooth(flow, 0, 0.5F);
	assert_int_equal(test(&config, flow), FILTER_PASS);
}

static void test_ghosts(void **state)
{
	const struct flow *flow = add(6, "192.0.2.1", 78, "192.0.2.2", 2);
	struct filter_config config = all;

	(void)state;
	reader_lock();
	table_missing(table, flow, 2 * NS_PER_S);
	reader_unlock();
	assert_int_equal(test(&config, flow), FILTER_GHOST);
	config.ghosts = true;
	assert_int_equal(test(&config, flow), FILTER_PASS);
	config.groups = GROUP_UDP;
	assert_int_equal(test(&config, flow), FILTER_GROUP);
}

/* A line of events is decided alike, but for what it cannot know. */
static void test_row(void **state)
{
	struct flow_info info = bare_flow(17, "192.0.2.1", 9, "192.0.2.2", 53);
	struct row row = make_row(&info);
	const struct proc_fact *fact = make_fact(4711, 1000, "a");
	struct filter_config config = all;
	struct view_env env = make_env();

	(void)state;
	config.active_only = true;
	row.info.has = FLOW_CLOSED;
	assert_true(filter_test_row(&config, &row, &env));
	config.hide = HIDE_DNS;
	assert_false(filter_test_row(&config, &row, &env));
	config.hide = HIDE_LOOPBACK;
	assert_true(filter_test_row(&config, &row, &env));
	row.info.has |= FLOW_LOOPBACK;
	assert_false(filter_test_row(&config, &row, &env));
	config.hide = 0;
	config.families = SHOW_IPV6;
	assert_false(filter_test_row(&config, &row, &env));
	config.families = SHOW_IPV4;
	config.groups = GROUP_ALL & ~GROUP_UDP;
	assert_false(filter_test_row(&config, &row, &env));
	config = all;
	config.n_pids = 1;
	config.pids[0] = 4711;
	assert_false(filter_test_row(&config, &row, &env));
	row.proc = fact;
	assert_true(filter_test_row(&config, &row, &env));
	config.pids[0] = 4712;
	assert_false(filter_test_row(&config, &row, &env));
	proc_fact_put(fact);
}

/* What nobody knows the owner of is not of the one that is asked for. */
static void test_owner(void **state)
{
	const struct flow *sshd = add(6, "192.0.2.1", 81, "192.0.2.2", 2);
	const struct flow *web = add(6, "192.0.2.1", 82, "192.0.2.2", 2);
	const struct flow *closed = add(6, "192.0.2.1", 83, "192.0.2.2", 2);
	const struct flow *unknown = add(6, "192.0.2.1", 84, "192.0.2.2", 2);
	struct proc_fact *no_user = make_fact(4712, 0, "web");
	struct filter_config config = all;

	(void)state;
	no_user->has_uid = false;
	table_give(table, sshd, OWNER_LOCAL, make_fact(4711, 0, "sshd"), 1);
	table_give(table, web, OWNER_LOCAL, no_user, 1);
	table_give(table, closed, OWNER_CLOSED, make_fact(0, 1000, ""), 0);
	config.n_pids = 2;
	config.pids[0] = 9;
	config.pids[1] = 4711;
	assert_int_equal(test(&config, sshd), FILTER_PASS);
	assert_int_equal(test(&config, web), FILTER_OWNER);
	assert_int_equal(test(&config, closed), FILTER_OWNER);
	assert_int_equal(test(&config, unknown), FILTER_OWNER);
	config.n_pids = 0;
	config.n_users = 1;
	config.users[0].has_uid = true;
	assert_int_equal(test(&config, sshd), FILTER_PASS);
	assert_int_equal(test(&config, web), FILTER_OWNER);
	assert_int_equal(test(&config, closed), FILTER_OWNER);
	assert_int_equal(test(&config, unknown), FILTER_OWNER);
	config.users[0].uid = 1000;
	assert_int_equal(test(&config, closed), FILTER_PASS);
	assert_int_equal(test(&config, sshd), FILTER_OWNER);
	/* Its letter would not bring it. */
	config.groups = GROUP_UDP;
	assert_int_equal(test(&config, sshd), FILTER_BOTH);
	assert_int_equal(test(&config, closed), FILTER_GROUP);
}

/* Where a name was recorded, the same name is meant, and not who has the number
 * here. */
static void test_user_name(void **state)
{
	const struct flow *live = add(6, "192.0.2.1", 85, "192.0.2.2", 2);
	const struct flow *alice = add(6, "192.0.2.1", 86, "192.0.2.2", 2);
	const struct flow *bob = add(6, "192.0.2.1", 87, "192.0.2.2", 2);
	struct proc_fact *of_alice = make_fact(1, 1000, "a");
	struct proc_fact *of_bob = make_fact(2, 1001, "b");
	struct filter_config config = all;

	(void)state;
	strcpy(of_alice->user, "alice");
	strcpy(of_bob->user, "bob");
	table_give(table, live, OWNER_LOCAL, make_fact(3, 1001, "c"), 1);
	table_give(table, alice, OWNER_LOCAL, of_alice, 1);
	table_give(table, bob, OWNER_LOCAL, of_bob, 1);
	config.n_users = 1;
	strcpy(config.users[0].name, "alice");
	assert_int_equal(test(&config, alice), FILTER_PASS);
	assert_int_equal(test(&config, bob), FILTER_OWNER);
	assert_int_equal(test(&config, live), FILTER_OWNER);
	config.users[0].has_uid = true;
	config.users[0].uid = 1001;
	assert_int_equal(test(&config, alice), FILTER_PASS);
	assert_int_equal(test(&config, bob), FILTER_OWNER);
	assert_int_equal(test(&config, live), FILTER_PASS);
	config.users[0].name[0] = '\0';
	assert_int_equal(test(&config, bob), FILTER_PASS);
}

static void test_self(void **state)
{
	const struct flow *ours = add(6, "192.0.2.1", 91, "192.0.2.2", 2);
	const struct flow *unknown = add(6, "192.0.2.1", 92, "192.0.2.2", 2);
	struct filter_config config = all;

	(void)state;
	table_give(table, ours, OWNER_LOCAL, make_fact(99, 0, "flowtop"), 1);
	config.hide = HIDE_SELF;
	assert_int_equal(test(&config, ours), FILTER_PASS);
	config.self = 99;
	assert_int_equal(test(&config, ours), FILTER_KIND);
	assert_int_equal(test(&config, unknown), FILTER_PASS);
	config.hide = 0;
	assert_int_equal(test(&config, ours), FILTER_PASS);
}

/* What a letter would bring back must not be hidden for another reason. */
static void test_precedence(void **state)
{
	const struct flow *flow = add(1, "127.0.0.1", 1, "127.0.0.1", 0x800);
	struct filter_config config = { .families = SHOW_IPV6,
					.groups = GROUP_TCP,
					.hide = HIDE_LOOPBACK,
					.active_only = true };

	(void)state;
	assert_int_equal(test(&config, flow), FILTER_KIND);
	config.hide = 0;
	assert_int_equal(test(&config, flow), FILTER_FAMILY);
	config.families = SHOW_BOTH;
	assert_int_equal(test(&config, flow), FILTER_GROUP);
	config.groups = GROUP_ALL;
	assert_int_equal(test(&config, flow), FILTER_IDLE);
}

/* Made ready or not, every filter decides alike about every flow. */
static void test_sieve(void **state)
{
	static const char *const src[] = { "192.0.2.1", "127.0.0.1",
					   "2001:db8::1" };
	static const uint8_t protos[] = { 1, 6, 17, 33, 47, 58, 132, 136, 255 };
	static const uint16_t ports[] = { 53, 999 };
	enum { N = N_ELEMS(src) * N_ELEMS(protos) * 2 * 2 };
	const struct flow *flows[N];
	size_t n = 0;

	(void)state;
	for (size_t s = 0; s < N_ELEMS(src); s++)
		for (size_t p = 0; p < N_ELEMS(protos); p++)
			for (size_t port = 0; port < 2; port++)
				for (int twin = 0; twin < 2; twin++) {
					const struct flow *flow =
						add(protos[p], src[s],
						    (uint16_t)(2000 + n),
						    src[s], ports[port]);

					if (n % 3)
						set_smooth(flow, n % 2, 0);
					if (n % 5 == 0)
						table_give(table, flow,
							   OWNER_LOCAL,
							   make_fact(4711, 1000,
								     "a"),
							   1);
					reader_lock();
					if (twin)
						table_missing(table, flow,
							      2 * NS_PER_S);
					reader_unlock();
					flows[n++] = flow;
				}
	for (unsigned int i = 0; i < 20000; i++) {
		uint64_t r = next_random();
		struct filter_config config = {
			.families = (uint8_t)(r & SHOW_BOTH),
			.groups = (uint8_t)(r >> 8 & GROUP_ALL),
			.hide = (uint8_t)(r >> 16 & (HIDE_LOOPBACK | HIDE_DNS |
						     HIDE_SELF)),
			.active_only = r >> 24 & 1,
			.ghosts = r >> 25 & 1,
			.self = r >> 26 & 1 ? 4711 : 0,
			.n_pids = r >> 27 & 1,
			.pids = { 4711 },
		};

		/* Half of them are plain. */
		if (r >> 28 & 1) {
			config.hide &= HIDE_LOOPBACK;
			config.active_only = false;
			config.n_pids = 0;
		}
		test(&config, flows[next_random() % n]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_families),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_hide),
		cmocka_unit_test(test_active),
		cmocka_unit_test(test_ghosts),
		cmocka_unit_test(test_row),
		cmocka_unit_test(test_owner),
		cmocka_unit_test(test_user_name),
		cmocka_unit_test(test_self),
		cmocka_unit_test(test_precedence),
		cmocka_unit_test(test_sieve),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
