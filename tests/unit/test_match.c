// SPDX-License-Identifier: GPL-2.0-only
/* Filter expressions against flows: each field true, false and unknown. */
#include "filter/expr.h"
#include "unit/flows.h"
#include "view/ends.h"
#include "view/match.h"
#include "view/matchstep.h"
#include "view/sieve.h"

#include <errno.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <stdlib.h>

static struct table *table;

/* Ours is 192.168.1.20; what it talks to was translated. */
static const struct flow *known;
/* Of this one, nothing but its tuple is known. */
static const struct flow *unknown;
static const struct flow *ping, *v6, *incoming, *ghost;

static unsigned int n_names; /* that were asked for */

static const struct name_fact *find_name(void *ctx, const struct addr *addr,
					 uint8_t family)
{
	static const struct name_fact *name;

	(void)ctx;
	(void)family;
	n_names++;
	if (!name)
		name = name_fact_new("www.Example.org");
	assert_non_null(name);
	return addr->byte[0] == 198 ? name : NULL;
}

static void find_place(void *ctx, const struct addr *addr, uint8_t family,
		       struct place *place)
{
	(void)ctx;
	(void)family;
	if (addr->byte[0] != 198)
		return;
	strcpy(place->cc, "GB");
	place->country = "United Kingdom";
	place->city = "London";
	place->org = "EXAMPLE-CDN Ltd";
	place->asn = 64500;
}

static const char *find_service(void *ctx, uint8_t proto, uint16_t port)
{
	(void)ctx;
	return proto == IPPROTO_TCP && port == 22 ? "ssh" : NULL;
}

static int find_port(void *ctx, const char *name, uint16_t *port)
{
	(void)ctx;
	*port = 22;
	return strcmp(name, "ssh") ? -ENOENT : 0;
}

static bool find_iface(void *ctx, const struct addr *addr, uint8_t family,
		       char *iface)
{
	(void)ctx;
	(void)family;
	strcpy(iface, "wlan0");
	return addr->byte[0] == 192;
}

static const struct view_ends ends = {
	.name = find_name,
	.place = find_place,
	.service = find_service,
};

static struct view_env env_of_test(void)
{
	struct view_env env = make_env();

	env.ends = &ends;
	env.iface = find_iface;
	env.user_name = fake_user;
	env.procs = table_procs(table);
	return env;
}

static void make_known(void)
{
	struct flow_info info = full_flow();
	struct proc_fact *fact = make_fact(4711, 1000, "sshd");
	struct sample s;

	set_tuple(&info.reply, &info.key.family, "10.9.8.7", 2222,
		  "203.0.113.9", 61000);
	info.key.zone = 3;
	info.status = IPS_SEEN_REPLY | IPS_ASSURED | IPS_CONFIRMED |
		      IPS_SRC_NAT | IPS_DST_NAT;
	info.mark = 0x13;
	s = sample_of(&info, NOW_S * NS_PER_S - 2 * NS_PER_S);
	s.has |= HAS_LABELS | HAS_HELPER | HAS_ZONE_REPLY;
	s.zone_reply = 9;
	s.labels[0] = 1 << 5;
	s.labels_size = 16;
	strcpy(s.helper, "ftp");
	reader_lock();
	table_upsert(table, &s);
	s.bytes[DIR_ORIG] += 1000;
	s.packets[DIR_ORIG]++;
	s.mono_ns += NS_PER_S;
	table_upsert(table, &s);
	known = table_find_live(table, &info.key);
	reader_unlock();
	assert_non_null(known);
	set_smooth(known, 2000, 6000);
	strcpy(fact->command, "/usr/sbin/sshd -D");
	strcpy(fact->unit, "ssh.service");
	strcpy(fact->container, "docker:0123456789ab");
	table_give(table, known, OWNER_LOCAL, fact, 1);
}

static const struct flow *add(uint8_t proto, const char *src, uint16_t sport,
			      const char *dst, uint16_t dport, uint32_t has)
{
	struct flow_info info = bare_flow(proto, src, sport, dst, dport);

	info.has = has;
	return table_add(table, &info, NS_PER_S);
}

static int setup(void **state)
{
	(void)state;
	reader_register();
	table = make_table();
	make_known();
	/* 192.0.2/24 is incoming: see fake_classify(). */
	unknown = add(6, "192.0.2.1", 40000, "192.0.2.2", 81, 0);
	ping = add(1, "192.168.1.20", 22, "198.51.100.1", 0x800, 0);
	v6 = add(17, "2001:db8::1", 9, "ff02::fb", 5353, 0);
	incoming = add(6, "100.64.0.5", 1000, "192.0.2.2", 25, 0);
	ghost = add(6, "192.168.1.21", 5, "198.51.100.2", 6, HAS_COUNTERS);
	reader_lock();
	table_missing(table, ghost, 2 * NS_PER_S);
	reader_unlock();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	table_free(table);
	reader_unregister();
	return 0;
}

static struct match *parse(const char *text)
{
	const struct expr_words words = { .service = find_port };
	struct expr_error error;
	struct match *match = match_parse(text, &words, &error);

	if (!match)
		print_error("%s: column %d: %s\n", text, error.column,
			    error.text);
	assert_non_null(match);
	return match;
}

/* By the flow, once more by what is remembered, and as a line of events. */
static bool is(const char *text, const struct flow *flow)
{
	struct match *match = parse(text);
	struct view_env env = env_of_test();
	bool is_ghost = flow_is_ghost(flow), result;
	struct row row;

	assert_string_equal(match_text(match), text);
	reader_lock();
	match_begin(match, &env);
	result = match_test(match, flow, is_ghost);
	assert_int_equal(match_test(match, flow, is_ghost), result);
	row_compose(&row, flow, &env);
	row.is_closed = is_ghost;
	assert_int_equal(match_test_row(match, &row, &env), result);
	reader_unlock();
	row_release(&row);
	match_free(match);
	return result;
}

#define YES(text, flow) check(text, flow, true, __LINE__)
#define NO(text, flow) check(text, flow, false, __LINE__)

static void check(const char *text, const struct flow *flow, bool wanted,
		  int line)
{
	char not [200];

	snprintf(not, sizeof(not ), "not (%s)", text);
	if (is(text, flow) != wanted || is(not, flow) == wanted)
		fail_msg("line %d: %s: not %s", line, text,
			 wanted ? "true" : "false");
}

static void test_addresses(void **state)
{
	(void)state;
	/* All four ends. */
	YES("host 192.168.1.20", known);
	YES("host 198.51.100.40", known);
	YES("host 10.9.8.7", known);
	YES("host 203.0.113.9", known);
	NO("host 192.168.1.21", known);
	YES("net 10.0.0.0/8", known);
	YES("net 192.168.0.0/16,172.16.0.0/12", known);
	NO("net 172.16.0.0/12", known);
	/* Those of the original tuple. */
	YES("src host 192.168.1.20", known);
	NO("src host 10.9.8.7", known);
	NO("src host 198.51.100.40", known);
	YES("dst host 198.51.100.40", known);
	NO("dst host 203.0.113.9", known);
	YES("orig host 198.51.100.40", known);
	NO("orig host 10.9.8.7", known);
	YES("reply src host 10.9.8.7", known);
	YES("reply dst host 203.0.113.9", known);
	NO("reply dst host 10.9.8.7", known);
	NO("reply host 192.168.1.20", known);
	YES("src and dst net 128.0.0.0/1", known);
	NO("src and dst net 192.168.0.0/16", known);
	YES("local host 192.168.1.20", known);
	YES("remote host 198.51.100.40", known);
	NO("remote host 192.168.1.20", known);
	/* Of incoming ones it is the other way round. */
	YES("remote host 100.64.0.5", incoming);
	YES("local host 192.0.2.2", incoming);
	/* Without a reply its ends are unknown. */
	NO("reply host 0.0.0.0", unknown);
	NO("net 0.0.0.0/8", unknown);
	NO("reply host 192.0.2.1", unknown);
	YES("net 2001:db8::/32", v6);
	NO("net 2001:db9::/32", v6);
	NO("net 0.0.0.0/0", v6);
	NO("net ::/0", known);
}

static void test_ports(void **state)
{
	(void)state;
	YES("port 22", known);
	YES("port 2222", known);
	YES("port 61000", known);
	YES("src port 50022", known);
	NO("src port 22", known);
	YES("dst port 22", known);
	YES("dst port ssh", known);
	NO("dst port 2222", known);
	YES("reply src port 2222", known);
	YES("port 1-30", known);
	YES("port 9,22", known);
	NO("port 23-30", known);
	YES("dst port < 23", known);
	NO("dst port < 22", known);
	YES("dst port <= 22", known);
	NO("dst port > 22", known);
	YES("dst port >= 22", known);
	YES("tcp port 22", known);
	NO("udp port 22", known);
	YES("remote port 22", known);
	NO("local port 22", known);
	/* The number of an echo is no port. */
	NO("port 22", ping);
	NO("port 0", unknown);
	YES("22", known);
	YES("4711", known);
	NO("4712", known);
}

static void test_kinds(void **state)
{
	(void)state;
	YES("tcp", known);
	NO("udp", known);
	YES("proto 6", known);
	YES("proto tcp,udp", v6);
	YES("icmp", ping);
	YES("ip", known);
	NO("ip6", known);
	YES("ip6 and udp", v6);
	YES("state established", known);
	YES("state ESTABLISHED,time-wait", known);
	NO("state syn-sent", known);
	NO("state established", unknown);
	YES("status assured", known);
	YES("status dnat", known);
	NO("status expected", known);
	NO("status confirmed", unknown);
	YES("nat and snat and dnat", known);
	NO("nat", unknown);
	YES("assured", known);
	NO("assured", unknown);
	YES("replied", known);
	NO("unreplied", known);
	NO("replied", unknown);
	NO("unreplied", unknown);
	NO("offload", known);
	YES("active", known);
	NO("active", unknown);
	NO("closed", known);
	YES("closed", ghost);
	YES("out", known);
	NO("in", known);
	NO("through", known);
	YES("in", incoming);
	NO("loopback", known);
	YES("public", known);
	NO("private", known);
	YES("private", incoming);
	YES("multicast", v6);
	NO("multicast", known);
}

static void test_numbers(void **state)
{
	(void)state;
	YES("mark 0x13", known);
	YES("mark 19", known);
	YES("mark 0x10/0xf0", known);
	NO("mark 0x20/0xf0", known);
	NO("mark 0", unknown);
	YES("zone 3", known);
	YES("zone 9", known);
	NO("zone 4", known);
	YES("zone 0", unknown);
	YES("id 2871203344", known);
	NO("id 1", known);
	NO("id 0", unknown);
	YES("label 5", known);
	NO("label 6", known);
	NO("label 0", unknown);
	YES("helper ftp", known);
	YES("helper f*", known);
	NO("helper sip", known);
	NO("helper ftp", unknown);
}

static void test_amounts(void **state)
{
	(void)state;
	YES("rate > 7999", known);
	NO("rate > 8k", known);
	YES("rate >= 8k", known);
	YES("rate > 10kbit", known);
	NO("rate < 1G", unknown);
	NO("rate > 0", unknown);
	YES("tx > 1999", known);
	NO("tx > 2k", known);
	YES("rx > 5999", known);
	NO("rx < 1G", unknown);
	YES("bytes > 97M", known);
	NO("bytes > 98M", known);
	YES("rxbytes > 88M", known);
	YES("txbytes < 10M", known);
	NO("txbytes >= 0", unknown);
	YES("packets > 100k", known);
	NO("packets < 1G", unknown);
	YES("pps < 1M", known);
	NO("pps < 1M", unknown);
	YES("age > 12m", known);
	NO("age > 13m", known);
	NO("age < 1h", unknown);
	YES("timeout > 1h", known);
	NO("timeout < 1h", known);
	NO("timeout < 1h", unknown);
	/* Closed flows have their last values, and no timeout. */
	YES("bytes >= 0", ghost);
	NO("timeout >= 0s", ghost);
}

/* A second ago its counters moved; of others that is known at most. */
static void test_idle(void **state)
{
	const struct flow *found =
		add(6, "192.0.2.1", 40001, "192.0.2.2", 81, HAS_COUNTERS);

	(void)state;
	YES("idle >= 1s", known);
	YES("idle < 2s", known);
	NO("idle > 2s", known);
	NO("idle > 1s", unknown);
	NO("idle < 1d", unknown);
	/* It has not moved since it was found, and maybe not before. */
	YES("idle > 900s", found);
	NO("idle < 1d", found);
	NO("idle > 1d", found);
	/* It was over after a second. */
	NO("idle > 900s", ghost);
}

static void test_processes(void **state)
{
	(void)state;
	YES("process sshd", known);
	YES("process SSHD", known);
	YES("process ss*", known);
	YES("process s?hd", known);
	NO("process ssh", known);
	NO("process ?", known);
	YES("process contains sh", known);
	YES("process ~ \"^s+hd$\"", known);
	NO("process ~ \"^hd$\"", known);
	NO("process *", unknown);
	YES("pid 4711", known);
	NO("pid 4712", known);
	NO("pid 0", unknown);
	YES("user alice", known);
	YES("user 1000", known);
	NO("user bob", known);
	NO("user alice", unknown);
	YES("uid 1000", known);
	NO("uid 0", unknown);
	YES("cmd \"sshd -D\"", known);
	NO("cmd nginx", known);
	YES("unit ssh", known);
	YES("unit ssh.service", known);
	NO("unit ssh.serv", known);
	NO("unit ssh", unknown);
	YES("container docker:0123456789ab", known);
	YES("container 01234*", known);
	NO("container docker", known);
	YES("iface wlan0", known);
	YES("iface wl*", known);
	NO("iface eth0", known);
}

static void test_hosts(void **state)
{
	(void)state;
	YES("host www.example.org", known);
	YES("host example.org", known);
	NO("host ample.org", known);
	NO("host org.example", known);
	YES("dst host example.org", known);
	NO("src host example.org", known);
	YES("name EXAMPLE.org", known);
	YES("name www.*.org", known);
	YES("name ~ \"\\.example\\.org$\"", known);
	NO("name ~ \"^example\"", known);
	NO("host example.org", unknown);
	YES("country GB", known);
	NO("country DE", known);
	YES("country DE,GB", known);
	NO("country GB", unknown);
	NO("src country GB", known);
	YES("city london", known);
	YES("asn 64500", known);
	NO("asn 64501", known);
	NO("asn 0", unknown);
	YES("as example", known);
	NO("as google", known);
	NO("as example", unknown);
}

static void test_texts(void **state)
{
	static const char *const found[] = {
		"sshd",        "sbin",     "alice",  "ssh.service",
		"xample",      "\"10.9\"", "london", "kingdom",
		"EXAMPLE-cdn", "as64500",  "l*don",
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMS(found); i++) {
		char text[80];

		snprintf(text, sizeof(text), "text %s", found[i]);
		YES(text, known);
		NO(text, unknown);
	}
	YES("xample", known);
	NO("nothing", known);
	/* Of the service alone. */
	YES("text ssh", add(6, "192.0.2.1", 7, "192.0.2.9", 22, 0));
	NO("text ssh", add(17, "192.0.2.1", 7, "192.0.2.9", 22, 0));
}

/* What is known counts, whether it is shown or not. */
static void test_hidden_names(void **state)
{
	struct match *match = parse("host example.org and country GB");
	struct view_env env = env_of_test();

	(void)state;
	env.no_names = env.no_places = env.no_services = true;
	reader_lock();
	match_begin(match, &env);
	assert_true(match_test(match, known, false));
	reader_unlock();
	match_free(match);
}

/* A walk asks once for each host, and the next one once more. */
static void test_memo(void **state)
{
	struct match *match = parse("name ~ nobody");
	struct view_env env = env_of_test();

	(void)state;
	reader_lock();
	for (int walk = 0; walk < 2; walk++) {
		match_begin(match, &env);
		n_names = 0;
		for (int i = 0; i < 1000; i++)
			assert_false(match_test(match, known, false));
		assert_int_equal(n_names, 4);
	}
	reader_unlock();
	match_free(match);
}

/* A number of a host that another one has got meanwhile. */
static void test_number(void **state)
{
	struct match *match = parse("country GB");
	struct view_env env = env_of_test();
	const struct flow *british =
		add(6, "198.51.100.9", 1, "192.0.2.2", 80, 0);
	struct flow *first = malloc(sizeof(*first));
	struct flow *second = malloc(sizeof(*second));

	(void)state;
	assert_non_null(first);
	assert_non_null(second);
	reader_lock();
	flow_copy(british, first);
	flow_copy(unknown, second);
	second->host[DIR_ORIG] = first->host[DIR_ORIG];
	match_begin(match, &env);
	for (int i = 0; i < 2; i++) {
		assert_true(match_test(match, first, false));
		assert_false(match_test(match, second, false));
	}
	reader_unlock();
	free(first);
	free(second);
	match_free(match);
}

/* The order in which tests are done changes nothing. */
static void make_random(char *text, size_t size, const struct flow *flow,
			int depth, bool *is_true)
{
	static const char *const leaves[] = {
		"port 22",      "udp",        "host example.org", "rate > 7k",
		"process sshd", "not nat",    "country DE",       "text london",
		"idle > 900s",  "tcp port 9", "text \"nobody\"",  "22",
	};
	uint64_t r = next_random();
	bool is_and = r >> 8 & 1, sub;
	char child[4][600];
	int n = 2 + (int)(r >> 16 & 1);

	if (!depth || r % 4 == 0) {
		const char *leaf = leaves[(r >> 32) % N_ELEMS(leaves)];

		snprintf(text, size, "%s", leaf);
		*is_true = is(leaf, flow);
		return;
	}
	*is_true = is_and;
	text[0] = '\0';
	for (int i = 0; i < n; i++) {
		size_t used = strlen(text);
		bool is_not = next_random() >> 40 & 1;

		make_random(child[i], sizeof(child[i]), flow, depth - 1, &sub);
		sub ^= is_not;
		*is_true = is_and ? *is_true && sub : *is_true || sub;
		snprintf(text + used, size - used, "%s%s(%s)",
			 !i       ? ""
			 : is_and ? " and "
				  : " or ",
			 is_not ? "not " : "", child[i]);
	}
}

static void test_logic(void **state)
{
	const struct flow *const flows[] = { known, unknown, ping, v6, ghost };

	(void)state;
	for (int i = 0; i < 3000; i++) {
		const struct flow *flow = flows[i % N_ELEMS(flows)];
		char text[600];
		bool is_true;

		make_random(text, sizeof(text), flow, 2, &is_true);
		if (is(text, flow) != is_true)
			fail_msg("%s", text);
	}
}

/* The rest of a filter beside it: why a flow is not shown. */
static void test_filter(void **state)
{
	struct view_env env = env_of_test();
	struct filter_config config = { .families = SHOW_BOTH,
					.groups = GROUP_ALL };

	(void)state;
	for (int hidden = 0; hidden < 2; hidden++)
		for (int matches = 0; matches < 2; matches++)
			for (int simple = 0; simple < 2; simple++) {
				enum filter_result wanted =
					matches  ? hidden ? FILTER_GROUP
							  : FILTER_PASS
					: hidden ? FILTER_BOTH
						 : FILTER_EXPR;
				uint32_t has = counter_get(&known->hot.has);
				struct sieve sieve;

				config.groups = hidden ? GROUP_UDP : GROUP_ALL;
				config.hide = simple ? 0 : HIDE_DNS;
				config.match =
					parse(matches ? "port 22" : "port 9");
				reader_lock();
				sieve_begin(&sieve, &config, &env);
				assert_int_equal(
					sieve_test(&sieve, known, has, false),
					wanted);
				reader_unlock();
				match_free(config.match);
			}
	/* Idle ones are hidden by it first: the key would not bring them. */
	config = (struct filter_config){ .families = SHOW_BOTH,
					 .groups = GROUP_ALL,
					 .active_only = true };
	config.match = parse("port 9");
	reader_lock();
	match_begin(config.match, &env);
	assert_int_equal(filter_test(&config, unknown, false, &env),
			 FILTER_EXPR);
	reader_unlock();
	match_free(config.match);
}

/* A glob takes length times length, whatever is in it. */
static void test_glob(void **state)
{
	const char *pattern = "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b";
	char text[256];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_false(match_glob(pattern, text, false));
	assert_false(match_glob(pattern, text, true));
	text[sizeof(text) - 2] = 'B';
	assert_true(match_glob(pattern, text, false));
	/* A sign of several bytes is one. */
	assert_true(match_glob("z?rich", "Z\303\274rich", false));
	assert_false(match_glob("z??rich", "Z\303\274rich", false));
	YES("process **s**", known);
	NO("process s", known);
	YES("city lon*n", known);
	NO("city lon*o", known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_amounts),
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_processes),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_hidden_names),
		cmocka_unit_test(test_memo),
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_logic),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_glob),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
