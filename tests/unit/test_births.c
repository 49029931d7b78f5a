/* SPDX-License-Identifier: GPL-2.0-only */
/* Births without BPF: rings as the kernel would write them, and as it never
 * would; what is remembered and what is forgotten; the programs' shape. */
#include "enrich/birthprog.h"
#include "enrich/birthring.h"
#include "enrich/birthtab.h"
#include "lib/clock.h"
#include "unit/unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* -------------------------------------------------------------------- ring */

#define RING 4096
#define HEADER 8
#define BUSY (1U << 31)
#define DISCARDED (1U << 30)

/* A ring with its data twice, as the kernel maps it. */
struct fake {
	struct birthring ring;
	unsigned long consumer, producer;
	uint8_t *data;
};

static void fake_init(struct fake *f, unsigned long at)
{
	int fd = memfd_create("ring", 0);
	uint8_t *first;

	assert_int_equal(ftruncate(fd, RING), 0);
	f->data = mmap(NULL, 2 * RING, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);
	assert_true(f->data != MAP_FAILED);
	for (int i = 0; i < 2; i++) {
		first = mmap(f->data + (size_t)i * RING, RING,
			     PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd,
			     0);
		assert_true(first != MAP_FAILED);
	}
	close(fd);
	f->consumer = f->producer = at;
	f->ring = (struct birthring){ .consumer = &f->consumer,
				      .producer = &f->producer,
				      .data = f->data,
				      .size = RING };
}

static void fake_fini(struct fake *f)
{
	munmap(f->data, 2 * RING);
}

/* @said: what the header says, with its bits; @size: what is written. */
static void write_bytes(struct fake *f, uint32_t said, const void *from,
			size_t size)
{
	uint8_t *at = f->data + f->producer % RING;

	memcpy(at, &said, sizeof(said));
	memcpy(at + HEADER, from, size);
	f->producer += (HEADER + size + 7) / 8 * 8;
}

static struct birth_record made(uint64_t cookie, uint32_t pid)
{
	struct birth_record r = { .kind = BIRTH_SOCKET,
				  .has = BIRTH_HAS_ALL,
				  .cookie = cookie,
				  .boot_ns = 1000 + cookie,
				  .pid_tgid = (uint64_t)pid << 32 | 7,
				  .uid_gid = (uint64_t)5 << 32 | 1000 };

	memcpy(r.comm, "maker", 6);
	return r;
}

static void write_made(struct fake *f, uint64_t cookie, uint32_t bits)
{
	struct birth_record r = made(cookie, 1);

	write_bytes(f, (uint32_t)BIRTH_SOCKET_SIZE | bits, &r,
		    BIRTH_SOCKET_SIZE);
}

/* Return: cookie of the next; 0: there is none. */
static uint64_t next(struct fake *f)
{
	struct birth_record r;

	return birthring_next(&f->ring, &r) ? r.cookie : 0;
}

/* Three times around, with positions that overflow. */
static void test_around(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, -(unsigned long)RING - 64);
	assert_int_equal(next(&f), 0);
	for (uint64_t i = 1; i <= 3 * RING / 64; i++) {
		write_made(&f, i, 0);
		write_made(&f, i + 10000, 0);
		assert_int_equal(next(&f), i);
		assert_int_equal(next(&f), i + 10000);
		assert_int_equal(next(&f), 0);
		assert_true(f.consumer == f.producer);
	}
	fake_fini(&f);
}

static void test_busy_and_discarded(void **state)
{
	uint32_t ready = (uint32_t)BIRTH_SOCKET_SIZE;
	struct fake f;

	(void)state;
	fake_init(&f, 0);
	write_made(&f, 1, DISCARDED);
	write_made(&f, 2, 0);
	write_made(&f, 3, BUSY);
	write_made(&f, 4, 0);
	assert_int_equal(next(&f), 2);
	assert_int_equal(next(&f), 0);
	memcpy(f.data + f.consumer, &ready, sizeof(ready));
	assert_int_equal(next(&f), 3);
	assert_int_equal(next(&f), 4);
	assert_int_equal(next(&f), 0);
	fake_fini(&f);
}

static void test_sizes(void **state)
{
	struct birth_record r = made(1, 1), got;
	struct fake f;

	(void)state;
	fake_init(&f, 0);
	write_bytes(&f, 0, &r, 0);
	write_bytes(&f, (uint32_t)BIRTH_SOCKET_SIZE - 1, &r,
		    BIRTH_SOCKET_SIZE - 1);
	r.kind = BIRTH_CONNECT; /* too short for one */
	write_bytes(&f, (uint32_t)BIRTH_CONNECT_SIZE - 1, &r,
		    BIRTH_CONNECT_SIZE - 1);
	r.kind = BIRTH_KINDS;
	write_bytes(&f, (uint32_t)BIRTH_CONNECT_SIZE, &r, BIRTH_CONNECT_SIZE);
	r.kind = UINT32_MAX;
	write_bytes(&f, (uint32_t)BIRTH_CONNECT_SIZE, &r, BIRTH_CONNECT_SIZE);
	r.kind = BIRTH_SOCKET;
	r.local_port = 99; /* longer than it has to be: not looked at */
	write_bytes(&f, (uint32_t)BIRTH_CONNECT_SIZE, &r, BIRTH_CONNECT_SIZE);
	assert_true(birthring_next(&f.ring, &got));
	assert_int_equal(got.cookie, 1);
	assert_int_equal(got.local_port, 0);
	assert_int_equal(next(&f), 0);
	assert_true(f.consumer == f.producer);
	fake_fini(&f);
}

/* What no kernel writes ends the reading, and the next record is read. */
static void test_impossible(void **state)
{
	static const uint32_t said[] = { BIRTH_SOCKET_SIZE + 1, RING,
					 DISCARDED - 1,
					 DISCARDED | (DISCARDED - 1) };
	struct birth_record r = made(1, 1);
	struct fake f;

	(void)state;
	fake_init(&f, 0);
	for (size_t i = 0; i < N_ELEMS(said); i++) {
		write_bytes(&f, said[i], &r, BIRTH_SOCKET_SIZE);
		assert_int_equal(next(&f), 0);
		assert_true(f.consumer == f.producer);
		write_made(&f, 5, 0);
		assert_int_equal(next(&f), 5);
	}
	f.producer += 4; /* half a header */
	assert_int_equal(next(&f), 0);
	f.producer += RING + 64; /* more than there can be */
	assert_int_equal(next(&f), 0);
	f.producer = f.consumer - 8; /* backwards */
	assert_int_equal(next(&f), 0);
	assert_true(f.consumer == f.producer);
	fake_fini(&f);
}

/* ------------------------------------------------------------------ births */

static void test_birth(void **state)
{
	struct birthtab *tab = birthtab_new(0);
	struct birth_record r = made(7, 4242);
	struct birth b;

	(void)state;
	memset(r.comm, 'x', sizeof(r.comm)); /* without a NUL */
	r.netns_cookie = 3;
	birthtab_add(tab, &r);
	assert_true(birthtab_find(tab, 7, &b));
	assert_int_equal(b.cookie, 7);
	assert_int_equal(b.pid, 4242);
	assert_int_equal(b.uid, 1000);
	assert_int_equal(b.netns_cookie, 3);
	assert_int_equal(b.boot_ns, 1007);
	assert_string_equal(b.comm, "xxxxxxxxxxxxxxx");
	assert_false(birthtab_find(tab, 8, &b));
	assert_false(birthtab_find(tab, 0, &b));
	r = made(9, 1);
	memcpy(r.comm, "kworker/0:1", 12);
	birthtab_add(tab, &r);
	assert_false(birthtab_find(tab, 9, &b));
	birthtab_free(tab);
	birthtab_free(NULL);
}

static void check_births(struct birthtab *tab, uint64_t last, uint64_t n)
{
	struct birth b;

	assert_false(birthtab_find(tab, last - n, &b));
	for (uint64_t i = last - n + 1; i <= last; i++) {
		assert_true(birthtab_find(tab, i, &b));
		assert_int_equal(b.cookie, i);
		assert_int_equal(b.pid, i);
	}
}

/* @step_ns: from one to the next. @is_asked: the last one each time. */
static struct birthtab *many_births(uint64_t n, uint64_t step_ns, bool is_asked)
{
	struct birthtab *tab = birthtab_new(0);
	struct birth b;

	for (uint64_t i = 1; i <= n; i++) {
		struct birth_record r = made(i, (uint32_t)i);

		r.boot_ns = i * step_ns;
		birthtab_add(tab, &r);
		assert_true(!is_asked || birthtab_find(tab, i, &b));
	}
	return tab;
}

static void test_oldest_births_go(void **state)
{
	uint64_t n = 3 * BIRTHTAB_BIRTHS + 5;
	struct birthtab *tab = many_births(n, 1, true);

	(void)state;
	check_births(tab, n, BIRTHTAB_BIRTHS);
	birthtab_free(tab);
}

/* Nobody asks, or those that are older than 5 s would be the more. */
static void test_few_births_are_enough(void **state)
{
	uint64_t n = 3 * BIRTHTAB_FEW_BIRTHS + 5;
	uint64_t step_ns = 5 * NS_PER_S / BIRTHTAB_FEW_BIRTHS;
	struct birthtab *tab = many_births(n, 1, false);

	(void)state;
	check_births(tab, n, BIRTHTAB_FEW_BIRTHS);
	birthtab_free(tab);
	tab = many_births(n, step_ns + 1, true);
	check_births(tab, n, BIRTHTAB_FEW_BIRTHS);
	birthtab_free(tab);
	tab = many_births(n, step_ns - NS_PER_MS / 10, true);
	check_births(tab, n, 2 * BIRTHTAB_FEW_BIRTHS);
	birthtab_free(tab);
}

static void test_births_are_trimmed(void **state)
{
	uint64_t n = 4 * BIRTHTAB_FEW_BIRTHS;
	struct birthtab *tab = many_births(n, 1, true);
	struct birth_record r = made(n + 1, 9);
	struct birth b;

	(void)state;
	birthtab_trim(tab, n + 60 * NS_PER_S - 1);
	check_births(tab, n, n);
	birthtab_trim(tab, n + 60 * NS_PER_S);
	check_births(tab, n, BIRTHTAB_FEW_BIRTHS);
	r.boot_ns = 100 * NS_PER_S;
	birthtab_add(tab, &r);
	assert_true(birthtab_find(tab, n + 1, &b));
	assert_int_equal(b.pid, 9);
	birthtab_free(tab);
}

/* ---------------------------------------------------------------- connects */

static struct sock_query query(const char *local, uint16_t lport,
			       const char *remote, uint16_t rport)
{
	struct sock_query q = { .proto = IPPROTO_TCP,
				.lport = lport,
				.rport = rport };

	assert_int_equal(addr_parse(local, &q.local, &q.family), 0);
	assert_int_equal(addr_parse(remote, &q.remote, &q.family), 0);
	return q;
}

/* As a socket of @family says it: mapped, where this is not that of @q. */
static struct birth_record connected(const struct sock_query *q, uint8_t family,
				     uint64_t cookie, uint32_t pid)
{
	struct birth_record r = made(cookie, pid);
	bool is_mapped = family != q->family;
	int first = is_mapped ? 3 : 0;

	memcpy(r.comm, "caller", 7);
	r.kind = BIRTH_CONNECT;
	r.family = family;
	r.local_port = q->lport;
	r.remote_port = htonl(q->rport);
	memcpy(r.local + first, &q->local, addr_size(q->family));
	memcpy(r.remote + first, &q->remote, addr_size(q->family));
	if (is_mapped)
		r.local[2] = r.remote[2] = htonl(0xffff);
	return r;
}

static void test_families(void **state)
{
	struct sock_query v4 = query("192.0.2.1", 40000, "198.51.100.7", 443);
	struct sock_query v6 = query("2001:db8::1", 40000, "2001:db8::2", 443);
	struct birthtab *tab = birthtab_new(0);
	struct birth_record r = connected(&v4, FAMILY_IPV4, 1, 11);
	struct sock_query q;
	struct birth b;

	(void)state;
	/* Old kernels leave something behind an IPv4 address. */
	r.local[1] = r.remote[3] = 0x55555555;
	birthtab_add(tab, &r);
	r = connected(&v6, FAMILY_IPV6, 2, 12);
	birthtab_add(tab, &r);
	assert_int_equal(birthtab_find_connect(tab, &v4, 1, &b), 1);
	assert_int_equal(b.pid, 11);
	assert_int_equal(b.cookie, 1);
	assert_string_equal(b.comm, "caller");
	assert_int_equal(birthtab_find_connect(tab, &v6, 1, &b), 1);
	assert_int_equal(b.pid, 12);

	q = query("192.0.2.1", 40001, "198.51.100.7", 443);
	assert_int_equal(birthtab_find_connect(tab, &q, 1, &b), 0);
	r = connected(&q, FAMILY_IPV6, 3, 13);
	birthtab_add(tab, &r);
	assert_int_equal(birthtab_find_connect(tab, &q, 1, &b), 1);
	assert_int_equal(b.pid, 13);

	q = v4;
	q.proto = IPPROTO_UDP;
	assert_int_equal(birthtab_find_connect(tab, &q, 1, &b), 0);
	q = query("198.51.100.7", 443, "192.0.2.1", 40000);
	assert_int_equal(birthtab_find_connect(tab, &q, 1, &b), 0);
	birthtab_free(tab);
}

static void test_odd_records(void **state)
{
	static const uint32_t families[] = { 0, 1, 256 + FAMILY_IPV4,
					     UINT32_MAX };
	struct sock_query q = query("192.0.2.1", 1, "192.0.2.2", 2);
	struct birthtab *tab = birthtab_new(0);
	struct birth_record r = connected(&q, FAMILY_IPV4, 1, 11);
	struct birth b;

	(void)state;
	for (size_t i = 0; i < N_ELEMS(families); i++) {
		r.family = families[i];
		birthtab_add(tab, &r);
		assert_int_equal(birthtab_find_connect(tab, &q, 1, &b), 0);
	}
	r = connected(&q, FAMILY_IPV4, 1, 11);
	r.local_port += 65536;
	birthtab_add(tab, &r);
	assert_int_equal(birthtab_find_connect(tab, &q, 1, &b), 0);
	birthtab_free(tab);
}

/* boot_ns of a record is 1000 + its cookie. */
static void test_several(void **state)
{
	struct sock_query q = query("192.0.2.1", 1, "192.0.2.2", 2);
	struct birthtab *tab = birthtab_new(900);
	struct birth_record first = connected(&q, FAMILY_IPV4, 10, 11);
	struct birth_record second = connected(&q, FAMILY_IPV4, 20, 12);
	struct birth b;

	(void)state;
	birthtab_add(tab, &first);
	birthtab_add(tab, &first); /* it tried again */
	assert_int_equal(birthtab_find_connect(tab, &q, 1010, &b), 1);
	assert_int_equal(birthtab_find_connect(tab, &q, 1011, &b), 0);
	birthtab_add(tab, &second);
	assert_int_equal(birthtab_find_connect(tab, &q, 1010, &b), -1);
	assert_int_equal(birthtab_find_connect(tab, &q, 1011, &b), 1);
	assert_int_equal(b.pid, 12);
	birthtab_free(tab);
}

/* One that nobody saw could have been it. */
static void test_gaps(void **state)
{
	struct sock_query q = query("192.0.2.1", 1, "192.0.2.2", 2);
	struct birthtab *tab = birthtab_new(900);
	struct birth_record r = connected(&q, FAMILY_IPV4, 50000, 11);
	struct birth b;

	(void)state;
	birthtab_add(tab, &r);
	assert_int_equal(birthtab_find_connect(tab, &q, 900, &b), -1);
	assert_int_equal(birthtab_find_connect(tab, &q, 901, &b), 1);
	birthtab_gap(tab, 2000);
	birthtab_gap(tab, 1500);
	assert_int_equal(birthtab_find_connect(tab, &q, 2000, &b), -1);
	assert_int_equal(birthtab_find_connect(tab, &q, 2001, &b), 1);
	birthtab_free(tab);
}

/* Others have other addresses. */
static struct sock_query query_of(uint32_t i)
{
	struct sock_query q = query("192.0.2.1", 1, "192.0.2.2", 2);

	memcpy(&q.local, &i, sizeof(i));
	return q;
}

static struct birthtab *many_connects(uint32_t n, bool is_asked)
{
	struct birthtab *tab = birthtab_new(900);
	struct birth b;

	for (uint32_t i = 1; i <= n; i++) {
		struct sock_query q = query_of(i);
		struct birth_record r = connected(&q, FAMILY_IPV4, i, i);

		birthtab_add(tab, &r);
		if (is_asked)
			birthtab_find_connect(tab, &q, 1000 + i, &b);
	}
	return tab;
}

/* Of the last @n connects, @kept are there. */
static void check_connects(struct birthtab *tab, uint32_t n, uint32_t kept)
{
	for (uint32_t i = 1; i <= n; i++) {
		uint32_t is_there = i > n - kept;
		struct sock_query q = query_of(i);
		struct birth b;

		assert_int_equal(birthtab_find_connect(tab, &q, 1000 + i, &b),
				 is_there);
		/* Before it, one may be forgotten. */
		assert_int_equal(birthtab_find_connect(tab, &q, 1000, &b),
				 is_there ? -1 : 0);
	}
}

static void test_oldest_connects_go(void **state)
{
	uint32_t n = 3 * BIRTHTAB_CONNECTS;
	struct birthtab *tab = many_connects(n, true);

	(void)state;
	check_connects(tab, n, BIRTHTAB_CONNECTS);
	birthtab_free(tab);
	tab = many_connects(n, false);
	check_connects(tab, n, BIRTHTAB_FEW_CONNECTS);
	birthtab_free(tab);
}

static void test_connects_are_trimmed(void **state)
{
	uint32_t n = 4 * BIRTHTAB_FEW_CONNECTS;
	struct birthtab *tab = many_connects(n, true);
	struct sock_query q = query_of(n);
	struct birth b;

	(void)state;
	assert_int_equal(birthtab_find_connect(tab, &q, 1001, &b), 1);
	birthtab_trim(tab, 1000 + n + 60 * NS_PER_S);
	check_connects(tab, n, BIRTHTAB_FEW_CONNECTS);
	birthtab_free(tab);
}

/* What is of use cannot be told at first: it is found, but others are
 * forgotten. */
static void test_doubtful_connects_are_of_use(void **state)
{
	struct birthtab *tab = many_connects(2 * BIRTHTAB_FEW_CONNECTS, false);
	uint32_t n = 2 * BIRTHTAB_FEW_CONNECTS;
	struct sock_query q = query_of(n);
	struct birth_record r;
	struct birth b;

	(void)state;
	assert_int_equal(birthtab_find_connect(tab, &q, 1001, &b), -1);
	q = query_of(n + 1);
	r = connected(&q, FAMILY_IPV4, n + 1, 7);
	birthtab_add(tab, &r);
	check_connects(tab, n, BIRTHTAB_FEW_CONNECTS);
	birthtab_free(tab);
}

/* ------------------------------------------------------------ poor kernels */

static int ask(struct birthtab *tab, const struct sock_query *q, uint32_t has,
	       uint64_t cookie, struct birth *b)
{
	struct birth_record r = connected(q, FAMILY_IPV4, cookie, 11);

	r.has = has;
	if (!(has & BIRTH_HAS_PID))
		r.pid_tgid = 0;
	if (!(has & BIRTH_HAS_UID))
		r.uid_gid = 0;
	if (!(has & BIRTH_HAS_COMM))
		memset(r.comm, 0, sizeof(r.comm));
	birthtab_add(tab, &r);
	return birthtab_find_connect(tab, q, r.boot_ns, b);
}

static void test_join(void **state)
{
	struct sock_query q = query("192.0.2.1", 1, "192.0.2.2", 2);
	struct birthtab *tab = birthtab_new(0);
	struct birth_record mine = made(100, 11), others = made(200, 99);
	struct birth b;

	(void)state;
	birthtab_add(tab, &mine);
	birthtab_add(tab, &others);
	/* No name: of a socket that is known only. */
	assert_int_equal(ask(tab, &q, BIRTH_HAS_PID, 50, &b), 0);
	assert_int_equal(ask(tab, &q, BIRTH_HAS_PID, 100, &b), 1);
	assert_int_equal(b.pid, 11);
	assert_int_equal(b.uid, 1000);
	assert_string_equal(b.comm, "maker");
	/* Made by another: his name and user are not the caller's. */
	assert_int_equal(ask(tab, &q, BIRTH_HAS_PID, 200, &b), 1);
	assert_int_equal(b.pid, 11);
	assert_int_equal(b.uid, UINT32_MAX);
	assert_string_equal(b.comm, "");
	/* No process: the maker. */
	assert_int_equal(ask(tab, &q, 0, 300, &b), 0);
	others.cookie = 400;
	birthtab_add(tab, &others);
	assert_int_equal(ask(tab, &q, 0, 400, &b), 1);
	assert_int_equal(b.pid, 99);
	assert_string_equal(b.comm, "maker");
	birthtab_free(tab);
}

/* Who works for anybody is not known, but was there. */
static void test_worker(void **state)
{
	struct sock_query q = query("192.0.2.1", 1, "192.0.2.2", 2);
	struct birthtab *tab = birthtab_new(0);
	struct birth_record r = connected(&q, FAMILY_IPV4, 1, 33);
	struct birth b;

	(void)state;
	memcpy(r.comm, "kworker/u8:2", 13);
	birthtab_add(tab, &r);
	assert_int_equal(birthtab_find_connect(tab, &q, 1, &b), 0);
	r = connected(&q, FAMILY_IPV4, 2, 34);
	birthtab_add(tab, &r);
	assert_int_equal(birthtab_find_connect(tab, &q, 1, &b), -1);
	birthtab_free(tab);
}

/* ---------------------------------------------------------------- programs */

static bool is_jump(const struct bpf_insn *insn)
{
	int operation = BPF_OP(insn->code);

	return BPF_CLASS(insn->code) == BPF_JMP && operation != BPF_CALL &&
	       operation != BPF_EXIT;
}

/* Every way ends with "return 1". */
static void check_program(const struct birthprog *p)
{
	const struct bpf_insn *end = &p->insn[p->n - 1];

	assert_in_range(p->n, 2, BIRTHPROG_MAX);
	assert_int_equal(end->code, BPF_JMP | BPF_EXIT);
	assert_int_equal(end[-1].code, BPF_ALU64 | BPF_MOV | BPF_K);
	assert_int_equal(end[-1].dst_reg, BPF_REG_0);
	assert_int_equal(end[-1].imm, 1);
	for (int i = 0; i < p->n - 1; i++) {
		assert_int_not_equal(p->insn[i].code, BPF_JMP | BPF_EXIT);
		if (is_jump(&p->insn[i]))
			assert_in_range(i + 1 + p->insn[i].off, i + 1,
					p->n - 2);
	}
}

static void test_programs(void **state)
{
	const struct birthmaps maps = { 3, 4 };
	struct birthprog prog;

	(void)state;
	for (uint32_t has = 0; has <= BIRTH_HAS_ALL; has++) {
		for (int kind = 0; kind < BIRTH_KINDS; kind++) {
			birthprog_make(&prog, (enum birth_kind)kind, has,
				       &maps);
			check_program(&prog);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_around),
		cmocka_unit_test(test_busy_and_discarded),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_impossible),
		cmocka_unit_test(test_birth),
		cmocka_unit_test(test_oldest_births_go),
		cmocka_unit_test(test_few_births_are_enough),
		cmocka_unit_test(test_births_are_trimmed),
		cmocka_unit_test(test_families),
		cmocka_unit_test(test_odd_records),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_oldest_connects_go),
		cmocka_unit_test(test_connects_are_trimmed),
		cmocka_unit_test(test_doubtful_connects_are_of_use),
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_worker),
		cmocka_unit_test(test_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
