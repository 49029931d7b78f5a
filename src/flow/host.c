/* SPDX-License-Identifier: GPL-2.0-only */
/* Interned addresses: arrays by number, chained from hash buckets. Only the
 * collector uses them, so they may move when they grow. */
#include "flow/host.h"

#include <stdlib.h>
#include <string.h>

struct host {
	struct addr addr;
	uint32_t next; /* in the bucket, or in the list of free numbers */
	uint32_t refs;
	uint8_t family;
};

struct hosts {
	struct hash_seed seed;
	struct host *host;
	uint32_t n_numbers, max_numbers; /* ever given out; allocated */
	uint32_t n_hosts;
	uint32_t first_free;
	uint32_t *bucket;
	uint32_t n_buckets; /* a power of two */
};

#define FIRST_BUCKETS 1024

struct hosts *hosts_new(const struct hash_seed *seed)
{
	struct hosts *hosts = calloc(1, sizeof(*hosts));

	if (!hosts)
		return NULL;
	hosts->seed = *seed;
	hosts->first_free = HOST_NONE;
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

/* Twice the buckets; without memory the chains just get longer. */
static void grow_buckets(struct hosts *hosts)
{
	uint32_t n = hosts->n_buckets * 2;
	uint32_t *bucket = malloc(n * sizeof(*bucket));

	if (!bucket)
		return;
	memset(bucket, 0xff, n * sizeof(*bucket));
	free(hosts->bucket);
	hosts->bucket = bucket;
	hosts->n_buckets = n;
	for (uint32_t i = 0; i < hosts->n_numbers; i++) {
		struct host *host = &hosts->host[i];
		uint32_t *head;

		if (!host->refs)
			continue;
		head = bucket_of(hosts, &host->addr, host->family);
		host->next = *head;
		*head = i;
	}
}

static int grow_numbers(struct hosts *hosts)
{
	uint32_t n = hosts->max_numbers ? hosts->max_numbers * 2 : 256;
	struct host *host = realloc(hosts->host, n * sizeof(*host));

	if (!host)
		return -1;
	hosts->host = host;
	hosts->max_numbers = n;
	return 0;
}

static uint32_t number_new(struct hosts *hosts)
{
	uint32_t number = hosts->first_free;

	if (number != HOST_NONE) {
		hosts->first_free = hosts->host[number].next;
		return number;
	}
	if (hosts->n_numbers == hosts->max_numbers && grow_numbers(hosts))
		return HOST_NONE;
	return hosts->n_numbers++;
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
		grow_buckets(hosts);
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
	host->next = hosts->first_free;
	hosts->first_free = number;
	hosts->n_hosts--;
}

uint32_t hosts_count(const struct hosts *hosts)
{
	return hosts->n_hosts;
}
