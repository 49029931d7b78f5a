// SPDX-License-Identifier: GPL-2.0-only
/* What rows derive: near and far, ages, timeouts. */
#include "unit/flows.h"

static void assert_ends(const struct row *row, const char *near_text,
			uint16_t near_port, const char *far_text,
			uint16_t far_port)
{
	char text[ADDR_TEXT_SIZE];

	addr_format(&row->near_addr, row->info.key.family, text);
	assert_string_equal(text, near_text);
	addr_format(&row->far_addr, row->info.key.family, text);
	assert_string_equal(text, far_text);
	assert_int_equal(row->near_port, near_port);
	assert_int_equal(row->far_port, far_port);
}

static void test_out(void **state)
{
	struct flow_info info = full_flow();
	struct row row = make_row(&info);

	(void)state;
	assert_ends(&row, "192.168.1.20", 50022, "198.51.100.40", 22);
	assert_int_equal(row.service_port, 22);
	assert_int_equal(row.tx, DIR_ORIG);
	assert_int_equal(row.rx, DIR_REPLY);
}

/* Masqueraded: our side is the inner address, the far end what it asked for
 * even when DNAT sent it elsewhere. */
static void test_through(void **state)
{
	struct flow_info info = full_flow();
	struct row row;

	(void)state;
	info.dir = FLOW_DIR_THROUGH;
	set_tuple(&info.reply, &info.key.family, "10.9.9.9", 2222,
		  "203.0.113.1", 40000);
	row = make_row(&info);
	assert_ends(&row, "192.168.1.20", 50022, "198.51.100.40", 22);
	assert_int_equal(row.tx, DIR_ORIG);
	info.has |= FLOW_NEAR_REPLY;
	row = make_row(&info);
	assert_ends(&row, "10.9.9.9", 2222, "192.168.1.20", 50022);
	assert_int_equal(row.tx, DIR_REPLY);
	assert_int_equal(row.rx, DIR_ORIG);
	assert_int_equal(row.service_port, 22);
}

static void test_in(void **state)
{
	struct flow_info info = full_flow();
	struct row row;

	(void)state;
	info.dir = FLOW_DIR_IN;
	row = make_row(&info);
	assert_ends(&row, "198.51.100.40", 22, "192.168.1.20", 50022);
	assert_int_equal(row.rx, DIR_ORIG);
	/* Before the reply tuple is known the original one has to do. */
	info.has &= ~(uint32_t)HAS_REPLY;
	memset(&info.reply, 0, sizeof(info.reply));
	row = make_row(&info);
	assert_ends(&row, "198.51.100.40", 22, "192.168.1.20", 50022);
}

static void test_local_and_unknown(void **state)
{
	struct flow_info info = full_flow();
	struct row row;

	(void)state;
	info.dir = FLOW_DIR_LOCAL;
	info.has |= FLOW_NEAR_REPLY; /* means nothing here */
	row = make_row(&info);
	assert_int_equal(row.tx, DIR_ORIG);
	info.dir = FLOW_DIR_UNKNOWN;
	row = make_row(&info);
	assert_int_equal(row.tx, DIR_REPLY);
	info.has &= ~(uint32_t)FLOW_NEAR_REPLY;
	row = make_row(&info);
	assert_int_equal(row.tx, DIR_ORIG);
}

static void test_no_ports(void **state)
{
	struct flow_info info =
		bare_flow(IPPROTO_ICMP, "192.0.2.1", 77, "192.0.2.2", 0x0800);
	struct row row = make_row(&info);

	(void)state;
	assert_int_equal(row.near_port, 0);
	assert_int_equal(row.far_port, 0);
	assert_int_equal(row.service_port, 0);
}

static void test_age(void **state)
{
	struct flow_info info = full_flow();
	struct row row = make_row(&info);

	(void)state;
	assert_int_equal(row.age_ns, 742 * NS_PER_S - 123456789);
	/* A clock that runs behind the kernel's. */
	info.start_ns = (WALL_S + 5) * NS_PER_S;
	row = make_row(&info);
	assert_int_equal(row.age_ns, 0);
	info.has &= ~(uint32_t)HAS_START;
	row = make_row(&info);
	assert_int_equal(row.age_ns, AGE_UNKNOWN);
	info.has |= FLOW_BORN_SEEN;
	row = make_row(&info);
	assert_int_equal(row.age_ns, 10 * NS_PER_S);
	info.born_ns = (NOW_S + 1) * NS_PER_S;
	row = make_row(&info);
	assert_int_equal(row.age_ns, 0);
}

/* The age of a closed flow is what it was at its end. */
static void test_age_of_closed(void **state)
{
	struct flow_info info = full_flow();
	struct row row;

	(void)state;
	info.has |= FLOW_CLOSED;
	info.start_ns = (WALL_S - 100) * NS_PER_S;
	info.sampled_ns = (NOW_S - 60) * NS_PER_S;
	row = make_row(&info);
	assert_true(row.is_closed);
	assert_int_equal(row.age_ns, 40 * NS_PER_S);
	assert_int_equal(row.timeout_s, TIMEOUT_UNKNOWN);
}

static void test_timeout(void **state)
{
	struct flow_info info = full_flow();
	struct row row;

	(void)state;
	info.sampled_ns = (NOW_S - 3) * NS_PER_S;
	info.timeout_s = 10;
	row = make_row(&info);
	assert_int_equal(row.timeout_s, 7);
	info.timeout_s = 2;
	row = make_row(&info);
	assert_int_equal(row.timeout_s, 0);
	info.sampled_ns = (NOW_S + 9) * NS_PER_S;
	row = make_row(&info);
	assert_int_equal(row.timeout_s, 2);
	info.has &= ~(uint32_t)HAS_TIMEOUT;
	row = make_row(&info);
	assert_int_equal(row.timeout_s, TIMEOUT_UNKNOWN);
}

static void test_nat(void **state)
{
	struct flow_info info = full_flow();
	struct row row;

	(void)state;
	info.status = 1 << 4;
	row = make_row(&info);
	assert_true(row.nat_src);
	assert_false(row.nat_dst);
	info.status = 1 << 5;
	row = make_row(&info);
	assert_false(row.nat_src);
	assert_true(row.nat_dst);
	info.has &= ~(uint32_t)HAS_STATUS;
	row = make_row(&info);
	assert_false(row.nat_dst);
}

static bool fake_iface(void *ctx, const struct addr *addr, uint8_t family,
		       char *iface)
{
	char text[ADDR_TEXT_SIZE];

	addr_format(addr, family, text);
	if (strcmp(text, ctx))
		return false;
	memcpy(iface, "0123456789abcdef", IFACE_SIZE); /* no NUL */
	return true;
}

static void test_iface(void **state)
{
	struct flow_info info = full_flow();
	struct view_env env = make_env();
	char ours[] = "192.168.1.20";
	struct row row;

	(void)state;
	env.iface = fake_iface;
	env.iface_ctx = ours;
	env.netns = "blue";
	row_from_info(&row, &info, &env);
	assert_string_equal(row.iface, "0123456789abcde");
	assert_string_equal(row.netns, "blue");
	info.dir = FLOW_DIR_IN; /* near is then the other end */
	row_from_info(&row, &info, &env);
	assert_string_equal(row.iface, "");
}

static void test_event(void **state)
{
	struct flow_info info = full_flow();
	struct row row = make_row(&info);
	struct flow_ref ref = row_ref(&row);

	(void)state;
	assert_int_equal(row.event, ROW_NO_EVENT);
	assert_false(row.is_closed);
	row_set_event(&row, ROW_END);
	assert_true(row.is_closed);
	assert_int_equal(row.timeout_s, TIMEOUT_UNKNOWN);
	assert_int_equal(ref.id, info.id);
	assert_true(flow_key_equal(&ref.key, &info.key));
}

/* From the table and from a copy the same row comes out. */
static void test_compose(void **state)
{
	struct flow_info info = full_flow(), read;
	struct view_env env = make_env();
	struct row a, b;
	struct table *table;
	const struct flow *flow;

	(void)state;
	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	memset(&read, 0, sizeof(read));
	reader_register();
	table = make_table();
	flow = table_add(table, &info, info.sampled_ns);
	reader_lock();
	flow_read(flow, &read);
	row_compose(&a, flow, &env);
	reader_unlock();
	row_from_info(&b, &read, &env);
	assert_memory_equal(&a, &b, sizeof(a));
	assert_int_equal(a.info.bytes[DIR_REPLY], 88400000);
	table_free(table);
	reader_unregister();
}

/* Picked up by a packet of who had been asked: the source of the original tuple
 * is us, and it is its port that was asked for. */
static void test_answering(void **state)
{
	struct flow_info info = full_flow();
	struct row row;

	(void)state;
	info.dir = FLOW_DIR_IN;
	info.has |= FLOW_ANSWERING;
	row = make_row(&info);
	assert_ends(&row, "192.168.1.20", 50022, "198.51.100.40", 22);
	assert_int_equal(row.service_port, 50022);
	assert_int_equal(row.tx, DIR_ORIG);
	assert_int_equal(row.rx, DIR_REPLY);
	info.dir = FLOW_DIR_LOCAL;
	row = make_row(&info);
	assert_int_equal(row.service_port, 50022);
	assert_int_equal(row.tx, DIR_ORIG);
}

/* A row keeps what it was made with, however long it lives. */
static void test_proc(void **state)
{
	const struct proc_fact *fact = make_fact(4711, 1000, "sshd");
	struct flow_info info = full_flow();
	struct view_env env = make_env();
	const struct flow *flow;
	struct table *table;
	struct row row, copy;

	(void)state;
	reader_register();
	table = make_table();
	env.procs = table_procs(table);
	env.user_name = fake_user;
	flow = table_add(table, &info, info.sampled_ns);
	reader_lock();
	row_compose(&row, flow, &env);
	reader_unlock();
	assert_null(row.proc);
	assert_null(row.user);
	row_release(&row);
	proc_fact_get(fact);
	table_give(table, flow, OWNER_LOCAL, fact, 2);
	assert_int_equal(fact_refs(fact), 2);
	reader_lock();
	row_glance(&row, flow, &env);
	assert_ptr_equal(row.proc, fact);
	assert_int_equal(fact_refs(fact), 2);
	row_compose(&row, flow, &env);
	reader_unlock();
	assert_int_equal(fact_refs(fact), 3);
	assert_string_equal(row.user, "alice");
	assert_int_equal(row.info.holders, 2);
	reader_lock();
	row_from_info(&copy, &row.info, &env);
	reader_unlock();
	assert_ptr_equal(copy.proc, fact);
	assert_int_equal(fact_refs(fact), 4);
	table_free(table);
	rcu_drain();
	assert_int_equal(fact_refs(fact), 3);
	assert_string_equal(row.proc->comm, "sshd");
	row_release(&copy);
	row_release(&row);
	row_release(&row);
	assert_int_equal(fact_refs(fact), 1);
	proc_fact_put(fact);
	reader_unregister();
}

/* A recording says how users were called there. */
static void test_recorded_user(void **state)
{
	struct proc_fact *fact = make_fact(4711, 1000, "sshd");
	const struct proc_fact *facts[] = { NULL, NULL, fact };
	struct flow_info info = full_flow();
	struct view_env env = make_env();
	struct row row;

	(void)state;
	env.facts = facts;
	env.n_facts = N_ELEMS(facts);
	env.user_name = fake_user;
	info.proc = 2;
	row_from_info(&row, &info, &env);
	assert_string_equal(row.user, "alice");
	row_release(&row);
	strcpy(fact->user, "bob");
	row_from_info(&row, &info, &env);
	assert_string_equal(row.user, "bob");
	row_release(&row);
	proc_fact_put(fact);
}

/* Instead of what is known now. */
static void test_facts(void **state)
{
	const struct proc_fact *facts[] = { NULL, NULL,
					    make_fact(1, 0, "init") };
	struct view_env env = make_env();

	(void)state;
	env.facts = facts;
	env.n_facts = N_ELEMS(facts);
	assert_null(view_proc(&env, 0));
	assert_null(view_proc(&env, 1));
	assert_ptr_equal(view_proc(&env, 2), facts[2]);
	assert_null(view_proc(&env, 3));
	env.facts = NULL;
	assert_null(view_proc(&env, 2));
	proc_fact_put(facts[2]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_out),
		cmocka_unit_test(test_through),
		cmocka_unit_test(test_in),
		cmocka_unit_test(test_local_and_unknown),
		cmocka_unit_test(test_no_ports),
		cmocka_unit_test(test_age),
		cmocka_unit_test(test_age_of_closed),
		cmocka_unit_test(test_timeout),
		cmocka_unit_test(test_nat),
		cmocka_unit_test(test_iface),
		cmocka_unit_test(test_event),
		cmocka_unit_test(test_compose),
		cmocka_unit_test(test_answering),
		cmocka_unit_test(test_proc),
		cmocka_unit_test(test_recorded_user),
		cmocka_unit_test(test_facts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
