// SPDX-License-Identifier: GPL-2.0-only
/* Names of hosts: who is asked for, how many at once, how long it is kept. */
#include "enrich/namecache.h"
#include "enrich/names.h"
#include "lib/clock.h"
#include "unit/unit.h"

#include <netdb.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Sanitizers need far more address space than a program without threads. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_LIMITS 0
#else
#define HAS_LIMITS 1
#endif

#define PATIENCE_MS 20000

/* A resolver that does what the test says. */
struct desk {
	_Atomic bool is_stuck; /* nobody gets an answer */
	_Atomic bool has_none;
	_Atomic uint32_t n_asked, n_inside, most_inside;
	_Atomic uint64_t now_ns;
	_Atomic(const char *) text; /* NULL: made from the address */
};

/* Threads that are left behind look at it until the program ends. */
static struct desk desks[16];

static struct desk *desk_new(void)
{
	static size_t n;
	struct desk *desk = &desks[n++];

	assert_in_range(n, 1, N_ELEMS(desks));
	desk->now_ns = 1000000 * NS_PER_S;
	return desk;
}

static int desk_look_up(void *ctx, const struct addr *addr, uint8_t family,
			char *name)
{
	struct desk *desk = ctx;
	uint32_t n = atomic_fetch_add(&desk->n_inside, 1) + 1;
	uint32_t most = atomic_load(&desk->most_inside);
	const char *text = atomic_load(&desk->text);

	(void)family;
	atomic_fetch_add(&desk->n_asked, 1);
	while (n > most &&
	       !atomic_compare_exchange_weak(&desk->most_inside, &most, n))
		;
	while (atomic_load(&desk->is_stuck))
		clock_sleep_ns(NS_PER_MS);
	if (text)
		strcpy(name, text);
	else
		sprintf(name, "h%u.test", addr->byte[2] * 256U + addr->byte[3]);
	atomic_fetch_sub(&desk->n_inside, 1);
	return atomic_load(&desk->has_none) ? EAI_NONAME : 0;
}

static uint64_t desk_now(void *ctx)
{
	return atomic_load(&((struct desk *)ctx)->now_ns);
}

static struct names *open_names(struct desk *desk)
{
	const struct names_config config = {
		.look_up = desk_look_up,
		.now_ns = desk_now,
		.ctx = desk,
	};
	struct names *names = names_new(&config);

	assert_non_null(names);
	assert_int_equal(names_start(names), 0);
	return names;
}

static void close_names(struct names *names)
{
	names_stop(names);
	names_free(names);
}

static struct addr host(unsigned int number)
{
	return (struct addr){ .byte = { 10, (uint8_t)(number >> 16),
					(uint8_t)(number >> 8),
					(uint8_t)number } };
}

static void want(struct names *names, unsigned int number)
{
	const struct addr addr = host(number);

	names_want(names, &addr, FAMILY_IPV4);
}

static const char *found(const struct names *names, unsigned int number)
{
	const struct addr addr = host(number);
	const struct name_fact *fact = names_find(names, &addr, FAMILY_IPV4);

	return fact ? fact->text : NULL;
}

static bool settled(const struct names *names, unsigned int number)
{
	const struct addr addr = host(number);

	return names_is_settled(names, &addr, FAMILY_IPV4);
}

/* Until no answer is outstanding. Return: whether names have changed. */
static bool take_all(struct names *names)
{
	bool is_changed = false;

	for (int i = 0; i < PATIENCE_MS && names_outstanding(names); i++) {
		struct pollfd fd = { .fd = names_fd(names), .events = POLLIN };

		poll(&fd, 1, 1000);
		is_changed |= names_take(names);
	}
	assert_int_equal(names_outstanding(names), 0);
	return is_changed;
}

static void advance(struct desk *desk, uint64_t ns)
{
	atomic_fetch_add(&desk->now_ns, ns);
}

static void test_found(void **state)
{
	struct desk *desk = desk_new();
	struct names *names = open_names(desk);

	(void)state;
	assert_false(settled(names, 1));
	want(names, 1);
	assert_null(found(names, 1));
	assert_int_equal(names_outstanding(names), 1);
	assert_true(take_all(names));
	assert_string_equal(found(names, 1), "h1.test");
	assert_true(settled(names, 1));
	/* It is known: nobody is asked again. */
	for (int i = 0; i < 1000; i++)
		want(names, 1);
	assert_int_equal(names_outstanding(names), 0);
	assert_int_equal(desk->n_asked, 1);
	assert_false(names_take(names));
	close_names(names);
}

/* Seconds since its name was answered; -1: nobody has. */
static int age_s(const struct names *names, unsigned int number)
{
	const struct addr addr = host(number);
	uint64_t age_ns;

	return names_age_ns(names, &addr, FAMILY_IPV4, &age_ns)
		       ? (int)(age_ns / NS_PER_S)
		       : -1;
}

static void test_expiry(void **state)
{
	struct desk *desk = desk_new();
	struct names *names = open_names(desk);

	(void)state;
	want(names, 1);
	take_all(names);
	assert_int_equal(age_s(names, 1), 0);
	assert_int_equal(age_s(names, 2), -1);
	advance(desk, 599 * NS_PER_S);
	want(names, 1);
	assert_int_equal(age_s(names, 1), 599);
	assert_int_equal(names_outstanding(names), 0);
	/* Old, but shown until there is an answer; the same one is no news. */
	advance(desk, 2 * NS_PER_S);
	assert_false(names_take(names));
	assert_string_equal(found(names, 1), "h1.test");
	want(names, 1);
	assert_string_equal(found(names, 1), "h1.test");
	assert_false(take_all(names));
	assert_string_equal(found(names, 1), "h1.test");
	assert_int_equal(desk->n_asked, 2);
	/* Another name. */
	advance(desk, 601 * NS_PER_S);
	desk->text = "other.test";
	want(names, 1);
	assert_true(take_all(names));
	assert_string_equal(found(names, 1), "other.test");
	/* None any more, for a minute. */
	advance(desk, 601 * NS_PER_S);
	desk->has_none = true;
	want(names, 1);
	assert_true(take_all(names));
	assert_null(found(names, 1));
	assert_true(settled(names, 1));
	advance(desk, 59 * NS_PER_S);
	want(names, 1);
	assert_int_equal(names_outstanding(names), 0);
	advance(desk, 2 * NS_PER_S);
	want(names, 1);
	assert_int_equal(names_outstanding(names), 1);
	assert_true(settled(names, 1));
	assert_false(take_all(names));
	close_names(names);
}

#if HAS_LIMITS
/* While no thread can be started nothing is asked; later it is. First of all
 * tests: memory of threads that have ended would be used again. */
static void test_no_threads(void **state)
{
	struct desk *desk = desk_new();
	struct names *names = open_names(desk);
	const struct rlimit none = { 4096, RLIM_INFINITY };
	struct rlimit before;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
	assert_int_equal(setrlimit(RLIMIT_AS, &none), 0);
	for (int i = 0; i < 3 * NAMES_OUTSTANDING; i++) {
		want(names, (unsigned int)i);
		advance(desk, NS_PER_S);
	}
	assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
	assert_int_equal(names_outstanding(names), 0);
	want(names, 1);
	assert_int_equal(names_outstanding(names), 1);
	take_all(names);
	assert_string_equal(found(names, 1), "h1.test");
	close_names(names);
}
#endif

static void test_rate(void **state)
{
	struct desk *desk = desk_new();
	struct names *names = open_names(desk);
	unsigned int n = 0;

	(void)state;
	for (int round = 0; round < 10; round++) {
		for (unsigned int i = 0; i < 1000; i++)
			want(names, i);
		take_all(names);
	}
	assert_int_equal(desk->n_asked, NAMES_PER_SECOND);
	/* Not one more in the second that begins there, whatever is wanted. */
	for (int ms = 1; ms < 1000; ms++) {
		advance(desk, NS_PER_MS);
		for (unsigned int i = 0; i < 1000; i++)
			want(names, i);
		take_all(names);
	}
	assert_int_equal(desk->n_asked, NAMES_PER_SECOND);
	advance(desk, NS_PER_MS);
	for (unsigned int i = 0; i < 1000; i++)
		want(names, i);
	take_all(names);
	assert_int_equal(desk->n_asked, 2 * NAMES_PER_SECOND);
	/* A long rest does not save up more. */
	n = desk->n_asked;
	advance(desk, 100 * NS_PER_S);
	for (int round = 0; round < 10; round++) {
		for (unsigned int i = 0; i < 1000; i++)
			want(names, 1000 + i);
		take_all(names);
	}
	assert_int_equal(desk->n_asked - n, NAMES_PER_SECOND);
	close_names(names);
}

/* Also the end of the program does not wait for them. */
static void test_stuck(void **state)
{
	struct desk *desk = desk_new();
	struct names *names = open_names(desk);
	uint64_t before_ns;

	(void)state;
	desk->is_stuck = true;
	for (int round = 0; round < 10; round++) {
		for (unsigned int i = 0; i < 1000; i++)
			want(names, i);
		assert_true(names_outstanding(names) <= NAMES_OUTSTANDING);
		advance(desk, NS_PER_S);
	}
	assert_int_equal(names_outstanding(names), NAMES_OUTSTANDING);
	for (int i = 0; i < PATIENCE_MS && desk->n_inside < NAMES_THREADS; i++)
		clock_sleep_ns(NS_PER_MS);
	assert_int_equal(desk->n_inside, NAMES_THREADS);
	assert_int_equal(desk->most_inside, NAMES_THREADS);
	before_ns = clock_mono_ns();
	close_names(names);
	assert_true(clock_mono_ns() - before_ns < NS_PER_S);
	/* They return into what is still there. */
	desk->is_stuck = false;
	for (int i = 0; i < PATIENCE_MS && desk->n_inside; i++)
		clock_sleep_ns(NS_PER_MS);
	assert_int_equal(desk->n_inside, 0);
	assert_int_equal(desk->n_asked, NAMES_THREADS);
}

/* One question after the other needs one thread. */
static void test_on_demand(void **state)
{
	struct desk *desk = desk_new();
	struct names *names = open_names(desk);

	(void)state;
	for (unsigned int i = 0; i < 40; i++) {
		want(names, i);
		take_all(names);
		clock_sleep_ns(NS_PER_MS);
	}
	assert_int_equal(desk->most_inside, 1);
	close_names(names);
}

static void test_harmless(void **state)
{
	static const char *const bad[] = {
		"\x1b[31mred.test", "10.0.0.1",    "0x7f.1", "-rf.test",
		"a b.test",         "a\nb.test",   "",       "..",
		"\xff.test",        "2001:db8::1", "::1%lo", "1.2.3.4.",
	};
	struct desk *desk = desk_new();
	struct names *names = open_names(desk);

	(void)state;
	for (unsigned int i = 0; i < N_ELEMS(bad); i++) {
		desk->text = bad[i];
		want(names, i);
		assert_false(take_all(names));
		assert_null(found(names, i));
		assert_true(settled(names, i));
	}
	desk->text = "good_one.example.test.";
	want(names, 1000);
	take_all(names);
	assert_string_equal(found(names, 1000), "good_one.example.test");
	close_names(names);
}

static void test_not_asked(void **state)
{
	static const char *const nobody[] = {
		"0.0.0.0", "::", "224.0.0.251", "255.255.255.255", "ff02::fb",
	};
	static const char *const somebody[] = {
		"127.0.0.1", "::1", "fe80::1", "::ffff:192.0.2.1", "10.0.0.1",
	};
	struct desk *desk = desk_new();
	struct names *names = open_names(desk);
	struct addr addr;
	uint8_t family;

	(void)state;
	for (size_t i = 0; i < N_ELEMS(nobody); i++) {
		addr_parse(nobody[i], &addr, &family);
		names_want(names, &addr, family);
		assert_true(names_is_settled(names, &addr, family));
	}
	addr = host(1);
	names_want(names, &addr, 7);
	assert_true(names_is_settled(names, &addr, 7));
	assert_int_equal(names_outstanding(names), 0);
	for (size_t i = 0; i < N_ELEMS(somebody); i++) {
		addr_parse(somebody[i], &addr, &family);
		names_want(names, &addr, family);
	}
	assert_int_equal(names_outstanding(names), N_ELEMS(somebody));
	take_all(names);
	close_names(names);
}

/* getnameinfo, whatever this machine has. */
static void test_system(void **state)
{
	const struct names_config config = { .is_silent = false };
	struct names *names = names_new(&config);
	const struct addr loopback = { .byte = { 127, 0, 0, 1 } };
	struct addr link;
	uint8_t family;

	(void)state;
	assert_non_null(names);
	assert_int_equal(names_start(names), 0);
	addr_parse("fe80::1", &link, &family);
	names_want(names, &loopback, FAMILY_IPV4);
	names_want(names, &link, family);
	for (int i = 0; i < PATIENCE_MS; i++) {
		names_take(names);
		if (names_is_settled(names, &loopback, FAMILY_IPV4))
			break;
		clock_sleep_ns(NS_PER_MS);
	}
	assert_true(names_is_settled(names, &loopback, FAMILY_IPV4));
	close_names(names);
}

static void test_learned(void **state)
{
	const struct names_config config = { .is_silent = true };
	struct names *names = names_new(&config);
	const struct addr one = host(1), two = host(2);

	(void)state;
	assert_non_null(names);
	assert_int_equal(names_start(names), 0);
	want(names, 1);
	assert_int_equal(names_outstanding(names), 0);
	assert_true(settled(names, 1));
	names_learn(names, &one, FAMILY_IPV4, "one.test", 8);
	names_learn(names, &two, FAMILY_IPV4, "two\x1b.test", 9);
	assert_null(found(names, 1));
	assert_true(names_take(names));
	assert_string_equal(found(names, 1), "one.test");
	assert_null(found(names, 2));
	names_learn(names, &one, FAMILY_IPV4, "one.test", 8);
	assert_false(names_take(names));
	/* More than there is room for: the last ones stay. */
	for (unsigned int i = 0; i < 3 * NAMECACHE_MAX; i++) {
		const struct addr addr = host(100 + i);

		names_learn(names, &addr, FAMILY_IPV4, "more.test", 9);
		if (i % 1000 == 0)
			names_take(names);
	}
	names_take(names);
	assert_null(found(names, 1));
	assert_string_equal(found(names, 99 + 3 * NAMECACHE_MAX), "more.test");
	/* What is not taken is bounded as well. */
	for (unsigned int i = 0; i < 3 * NAMECACHE_MAX; i++)
		names_learn(names, &one, FAMILY_IPV4, "one.test", 8);
	close_names(names);
}

static const struct name_fact *fact_of(unsigned int number)
{
	char text[32];

	sprintf(text, "n%u.test", number);
	return name_fact_new(text);
}

static struct name_entry *add(struct namecache *cache, unsigned int number)
{
	const struct addr addr = host(number);
	struct name_entry *entry = namecache_add(cache, &addr, FAMILY_IPV4);

	if (entry)
		namecache_set(entry, fact_of(number));
	return entry;
}

static bool has(const struct namecache *cache, unsigned int number)
{
	const struct addr addr = host(number);
	const struct name_entry *entry =
		namecache_find(cache, &addr, FAMILY_IPV4);
	char text[32];

	sprintf(text, "n%u.test", number);
	return entry && entry->fact && !strcmp(entry->fact->text, text);
}

static void test_cache(void **state)
{
	struct namecache *cache = namecache_new();
	struct addr addr = host(0);

	(void)state;
	assert_non_null(cache);
	for (unsigned int i = 0; i < NAMECACHE_MAX; i++)
		assert_non_null(add(cache, i));
	for (unsigned int i = 0; i < NAMECACHE_MAX; i++)
		assert_true(has(cache, i));
	assert_null(namecache_find(cache, &addr, FAMILY_IPV6));
	/* 0 is wanted, 1 is asked for: 2 is the one that goes. */
	namecache_touch(cache, namecache_find(cache, &addr, FAMILY_IPV4), 5);
	addr = host(1);
	namecache_find(cache, &addr, FAMILY_IPV4)->is_asked = true;
	assert_non_null(add(cache, NAMECACHE_MAX));
	assert_true(has(cache, 0));
	assert_true(has(cache, 1));
	assert_false(has(cache, 2));
	assert_true(has(cache, 3));
	assert_true(has(cache, NAMECACHE_MAX));
	/* Names that may still be looked at are kept, but not for ever. */
	for (unsigned int i = 1; i < 10000; i++)
		(void)add(cache, NAMECACHE_MAX + i);
	assert_null(add(cache, 2));
	namecache_bury(cache);
	assert_non_null(add(cache, 2));
	namecache_free(cache);
}

static void test_forget(void **state)
{
	struct namecache *cache = namecache_new();
	unsigned int n = 0;

	(void)state;
	assert_non_null(cache);
	for (unsigned int i = 0; i < 100; i++) {
		struct name_entry *entry = add(cache, i);

		entry->expires_ns = 100;
		namecache_touch(cache, entry, i);
	}
	assert_false(namecache_forget(cache, 99, 100));
	assert_true(namecache_forget(cache, 101, 50));
	for (unsigned int i = 0; i < 100; i++)
		n += has(cache, i);
	assert_int_equal(n, 50);
	assert_false(has(cache, 49));
	assert_true(has(cache, 50));
	assert_false(namecache_forget(cache, 101, 50));
	namecache_free(cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#if HAS_LIMITS
		cmocka_unit_test(test_no_threads),
#endif
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_expiry),
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_stuck),
		cmocka_unit_test(test_on_demand),
		cmocka_unit_test(test_harmless),
		cmocka_unit_test(test_not_asked),
		cmocka_unit_test(test_system),
		cmocka_unit_test(test_learned),
		cmocka_unit_test(test_cache),
		cmocka_unit_test(test_forget),
	};

	if (!HAS_LIMITS)
		print_message("# left out with sanitizers: test_no_threads\n");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
