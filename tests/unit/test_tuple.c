// SPDX-License-Identifier: GPL-2.0-only
/* Keys, their order, and the hash. */
#include "net/tuple.h"
#include "unit/unit.h"

#include <stdlib.h>
#include <string.h>

/*
 * Key 00 01 .. 0f, data 00 01 02 ...: computed with another implementation,
 * which gives a129ca6149be45e5 for the example of the SipHash paper when it
 * does 2 and 4 rounds.
 */
static const struct {
	size_t size;
	uint64_t hash;
} vectors[] = {
	{ 0, 0xabac0158050fc4dc },   { 1, 0xc9f49bf37d57ca93 },
	{ 2, 0x82cb9b024dc7d44d },   { 3, 0x8bf80ab8e7ddf7fb },
	{ 4, 0xcf75576088d38328 },   { 5, 0xdef9d52f49533b67 },
	{ 6, 0xc50d2b50c59f22a7 },   { 7, 0xd3927d989bb11140 },
	{ 8, 0x369095118d299a8e },   { 9, 0x25a48eb36c063de4 },
	{ 15, 0xd320d86d2a519956 },  { 16, 0xcc4fdd1a7d908b66 },
	{ 17, 0x9cf2689063dbd80c },  { 31, 0x2370dd1f8c21d1bc },
	{ 40, 0xc1d2363299e41531 },  { 63, 0x9d199062b7bbb3a8 },
	{ 255, 0xf76214e3153c4a15 }, { 256, 0x75b3e64e167de370 },
};

static const struct hash_seed seed = { { 0x0706050403020100,
					 0x0f0e0d0c0b0a0908 } };

static void test_hash(void **state)
{
	uint8_t data[256 + 1];

	(void)state;
	/* At an odd address, too. */
	for (size_t shift = 0; shift < 2; shift++) {
		for (size_t i = 0; i < 256; i++)
			data[i + shift] = (uint8_t)i;
		for (size_t i = 0; i < N_ELEMS(vectors); i++)
			assert_int_equal(hash_bytes(&seed, data + shift,
						    vectors[i].size),
					 vectors[i].hash);
	}
}

static void test_seed(void **state)
{
	struct hash_seed a, b;

	(void)state;
	hash_seed_init(&a);
	hash_seed_init(&b);
	assert_memory_not_equal(&a, &b, sizeof(a));
	assert_int_not_equal(hash_bytes(&a, "x", 1), hash_bytes(&b, "x", 1));
}

static struct flow_key key_make(void)
{
	return (struct flow_key){
		.tuple = { .src.byte = { 192, 0, 2, 1 },
			   .dst.byte = { 192, 0, 2, 2 },
			   .sport = 0x00ff,
			   .dport = 0x0100 },
		.zone = 5,
		.family = FAMILY_IPV4,
		.proto = 6,
	};
}

/* A change of any byte makes another key, with another hash. */
static void test_key_every_byte_counts(void **state)
{
	struct flow_key a = key_make();

	(void)state;
	for (size_t i = 0; i < sizeof(a); i++) {
		struct flow_key b = a;

		((uint8_t *)&b)[i] ^= 0x80;
		assert_false(flow_key_equal(&a, &b));
		assert_int_equal(tuple_equal(&a.tuple, &b.tuple),
				 i >= sizeof(a.tuple));
		assert_int_not_equal(flow_key_compare(&a, &b), 0);
		assert_int_equal(flow_key_compare(&a, &b) > 0,
				 flow_key_compare(&b, &a) < 0);
		assert_int_not_equal(hash_bytes(&seed, &a, sizeof(a)),
				     hash_bytes(&seed, &b, sizeof(b)));
	}
	assert_true(flow_key_equal(&a, &a));
	assert_int_equal(flow_key_compare(&a, &a), 0);
}

static int sign(int x)
{
	return (x > 0) - (x < 0);
}

/* Numbers are compared as numbers, the same on every machine. */
static void test_key_order(void **state)
{
	struct flow_key key[8];

	(void)state;
	for (size_t i = 0; i < N_ELEMS(key); i++)
		key[i] = key_make();
	key[0].tuple.sport = 0x0001;
	key[1].tuple.dport = 0x00ff;
	/* key[2] as it is */
	key[3].proto = 17;
	key[4].family = FAMILY_IPV6;
	key[5].zone = 0x0100;
	key[6].tuple.sport = 0x0100;
	key[6].tuple.dport = 0;
	key[7].tuple.src.byte[3] = 2;
	key[7].tuple.dst.byte[0] = 1;
	for (int i = 0; i < (int)N_ELEMS(key); i++)
		for (int j = 0; j < (int)N_ELEMS(key); j++)
			assert_int_equal(
				sign(flow_key_compare(&key[i], &key[j])),
				sign(i - j));
}

static void test_icmp(void **state)
{
	struct tuple t = { .sport = 0xbeef, .dport = 0x0301 };

	(void)state;
	assert_int_equal(tuple_icmp_type(&t), 3);
	assert_int_equal(tuple_icmp_code(&t), 1);
	assert_int_equal(tuple_icmp_id(&t), 0xbeef);
	t.dport = 0xffff;
	assert_int_equal(tuple_icmp_type(&t), 255);
	assert_int_equal(tuple_icmp_code(&t), 255);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_seed),
		cmocka_unit_test(test_key_every_byte_counts),
		cmocka_unit_test(test_key_order),
		cmocka_unit_test(test_icmp),
	};

	return cmocka_run_group_tests_name("tuple", tests, NULL, NULL);
}
