// SPDX-License-Identifier: GPL-2.0-only
/* Comparing and hashing of tuples and keys. */
#include "net/tuple.h"

#include "lib/must.h"

#include <endian.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/random.h>

bool tuple_equal(const struct tuple *a, const struct tuple *b)
{
	return !memcmp(a, b, sizeof(*a));
}

bool flow_key_equal(const struct flow_key *a, const struct flow_key *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static int compare_u32(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

/* Both addresses at once; the numbers one by one, or the order would depend on
 * the machine's endianness. */
int flow_key_compare(const struct flow_key *a, const struct flow_key *b)
{
	const struct tuple *s = &a->tuple, *t = &b->tuple;
	int order = memcmp(s, t, offsetof(struct tuple, sport));

	if (!order)
		order = compare_u32((uint32_t)s->sport << 16 | s->dport,
				    (uint32_t)t->sport << 16 | t->dport);
	if (!order)
		order = compare_u32((uint32_t)a->zone << 16 |
					    (uint32_t)a->family << 8 | a->proto,
				    (uint32_t)b->zone << 16 |
					    (uint32_t)b->family << 8 |
					    b->proto);
	return order;
}

void hash_seed_init(struct hash_seed *seed)
{
	must(getentropy(seed, sizeof(*seed)) ? errno : 0);
}

/* SipHash: Aumasson and Bernstein, https://www.aumasson.jp/siphash/ */
struct sip {
	uint64_t v0, v1, v2, v3;
};

static inline uint64_t rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static inline void sip_round(struct sip *s)
{
	s->v0 += s->v1;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v2 = rotate(s->v2, 32);
}

static inline void sip_word(struct sip *s, uint64_t word)
{
	s->v3 ^= word;
	sip_round(s);
	s->v0 ^= word;
}

uint64_t hash_bytes(const struct hash_seed *seed, const void *data, size_t size)
{
	struct sip s = {
		.v0 = seed->k[0] ^ 0x736f6d6570736575,
		.v1 = seed->k[1] ^ 0x646f72616e646f6d,
		.v2 = seed->k[0] ^ 0x6c7967656e657261,
		.v3 = seed->k[1] ^ 0x7465646279746573,
	};
	uint64_t last = (uint64_t)size << 56;
	const uint8_t *byte = data;
	uint64_t word;

	for (; size >= sizeof(word); size -= sizeof(word)) {
		memcpy(&word, byte, sizeof(word));
		sip_word(&s, le64toh(word));
		byte += sizeof(word);
	}
	for (size_t i = 0; i < size; i++)
		last |= (uint64_t)byte[i] << (8 * i);
	sip_word(&s, last);
	s.v2 ^= 0xff;
	sip_round(&s);
	sip_round(&s);
	sip_round(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
