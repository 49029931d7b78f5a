/* SPDX-License-Identifier: GPL-2.0-only */
/* Interned addresses: arrays by number, chained from hash buckets. Only the
 * collector uses them, so they may move when they grow. */
#include "flow/host.h"

#include "lib/numbers.h"
#include "lib/slack.h"

#include <stdlib.h>
#include <string.h>

struct host {
	struct addr addr;
	uint32_t next; /* in the bucket */
	uint32_t refs;
	uint8_t family;
};

struct hosts {
	struct hash_seed seed;
	struct host *host;
	struct numbers numbers;
	uint32_t n_hosts;
	uint32_t *bucket;
	uint32_t n_buckets; /* a power of two */
	struct slack slack;
};

#define FIRST_BUCKETS 1024
#define FIRST_NUMBERS 256

/* So many are put into other buckets at once, 2 ms: with more of them fewer
 * buckets are not worth it. */
#define MAX_REHASH 65536

struct hosts *hosts_new(const struct hash_seed *seed)
{
	struct hosts *hosts = calloc(1, sizeof(*hosts));

	if (!hosts)
		return NULL;
	hosts->seed = *seed;
	hosts->n_buckets = FIRST_BUCKETS;
	hosts->bucket = malloc(FIRST_BUCKETS * sizeof(*hosts->bucket));
	if (!hosts->bucket) {
		free(hosts);
		return NULL;
	}
	memset(hosts->bucket, 0xff, FIRST_BUCKETS * sizeof(*hosts->bucket));
	return hosts;
}

void hosts_free(struct hosts *hosts)
{
	if (!hosts)
		return;
	numbers_fini(&hosts->numbers);
	free(hosts->host);
	free(hosts->bucket);
	free(hosts);
}

static uint32_t *bucket_of(struct hosts *hosts, const struct addr *addr,
			   uint8_t family)
{
	uint64_t hash = hash_bytes(&hosts->seed, addr, sizeof(*addr)) ^ family;

	return &hosts->bucket[hash & (hosts->n_buckets - 1)];
}

/* Another number of buckets; without memory the chains just get longer. */
static void set_buckets(struct hosts *hosts, uint32_t n)
{
	uint32_t *bucket = malloc(n * sizeof(*bucket));

	if (!bucket)
		return;
	memset(bucket, 0xff, n * sizeof(*bucket));
	free(hosts->bucket);
	hosts->bucket = bucket;
	hosts->n_buckets = n;
	for (uint32_t i = 0; i < hosts->numbers.n; i++) {
		struct host *host = &hosts->host[i];
		uint32_t *head;

		if (!host->refs)
			continue;
		head = bucket_of(hosts, &host->addr, host->family);
		host->next = *head;
		*head = i;
	}
}

/* Return: 0 or -1; without memory there is as much room as before. */
static int set_numbers(struct hosts *hosts, uint32_t max)
{
	struct host *host = hosts->host;

	if (max < hosts->numbers.max && numbers_resize(&hosts->numbers, max))
		return -1;
	host = realloc(host, max * sizeof(*host));
	if (!host)
		return -1;
	hosts->host = host;
	return max > hosts->numbers.max ? numbers_resize(&hosts->numbers, max)
					: 0;
}

static uint32_t number_new(struct hosts *hosts)
{
	uint32_t max = hosts->numbers.max;
	uint32_t number = numbers_take(&hosts->numbers);

	if (number < max)
		return number;
	if (set_numbers(hosts, max ? max * 2 : FIRST_NUMBERS))
		return HOST_NONE;
	return numbers_take(&hosts->numbers);
}

uint32_t hosts_get(struct hosts *hosts, const struct addr *addr, uint8_t family)
{
	uint32_t *head = bucket_of(hosts, addr, family);
	uint32_t number;

	for (number = *head; number != HOST_NONE;
	     number = hosts->host[number].next) {
		struct host *host = &hosts->host[number];

		if (host->family == family && addr_equal(&host->addr, addr)) {
			host->refs++;
			return number;
		}
	}
	number = number_new(hosts);
	if (number == HOST_NONE)
		return HOST_NONE;
	hosts->host[number] = (struct host){
		.addr = *addr, .family = family, .refs = 1, .next = *head
	};
	*head = number;
	if (++hosts->n_hosts > hosts->n_buckets)
		set_buckets(hosts, hosts->n_buckets * 2);
	return number;
}

void hosts_put(struct hosts *hosts, uint32_t number)
{
	struct host *host;
	uint32_t *link;

	if (number == HOST_NONE)
		return;
	host = &hosts->host[number];
	if (--host->refs)
		return;
	link = bucket_of(hosts, &host->addr, host->family);
	while (*link != number)
		link = &hosts->host[*link].next;
	*link = host->next;
	numbers_give(&hosts->numbers, number);
	hosts->n_hosts--;
}

uint32_t hosts_count(const struct hosts *hosts)
{
	return hosts->n_hosts;
}

static uint32_t room_for(size_t n, uint32_t least)
{
	uint32_t room = least;

	while (room < n)
		room *= 2;
	return room;
}

static bool trim_numbers(struct hosts *hosts, size_t most)
{
	uint32_t room;

	if (!slack_is_large(hosts->numbers.max, most))
		return false;
	numbers_cut(&hosts->numbers);
	room = room_for(hosts->numbers.n, room_for(2 * most, FIRST_NUMBERS));
	return room < hosts->numbers.max && !set_numbers(hosts, room);
}

static bool trim_buckets(struct hosts *hosts, size_t most)
{
	uint32_t room = room_for(2 * most, FIRST_BUCKETS);

	if (!slack_is_large(hosts->n_buckets, most) ||
	    room >= hosts->n_buckets || hosts->numbers.n > MAX_REHASH)
		return false;
	set_buckets(hosts, room);
	return true;
}

bool hosts_trim(struct hosts *hosts, uint64_t now_ns)
{
	size_t most = slack_most(&hosts->slack, hosts->n_hosts, now_ns);
	bool is_less = trim_numbers(hosts, most);

	return trim_buckets(hosts, most) || is_less;
}
