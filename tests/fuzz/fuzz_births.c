// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as the ring of births: the first words are the positions, the rest
 * the data. Nothing is read outside of it, and the reading ends. */
#include "enrich/birthring.h"
#include "enrich/birthtab.h"

#include <stdlib.h>
#include <string.h>

#define RING 1024

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool is_ok)
{
	if (!is_ok)
		abort();
}

/* Mapped twice, as the kernel does it; here a copy. */
static uint8_t *make_data(const uint8_t *data, size_t size)
{
	uint8_t *twice = calloc(2, RING);

	check(twice != NULL);
	memcpy(twice, data, size < RING ? size : RING);
	memcpy(twice + RING, twice, RING);
	return twice;
}

static void look(const struct birthtab *tab, const struct birth_record *record)
{
	struct sock_query query = { .family = FAMILY_IPV4, .proto = 6 };
	struct birth birth;

	memcpy(&query.local, record->local, 4);
	memcpy(&query.remote, record->remote, 4);
	query.lport = (uint16_t)record->local_port;
	if (birthtab_find(tab, record->cookie, &birth))
		check(memchr(birth.comm, 0, sizeof(birth.comm)));
	birthtab_find_connect(tab, &query, record->boot_ns, &birth);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct birthtab *tab;
	unsigned long at[2];
	struct birthring ring = { .consumer = &at[0],
				  .producer = &at[1],
				  .size = RING };
	struct birth_record record;
	uint8_t *twice;
	int n = 0;

	if (size < sizeof(at))
		return 0;
	if (!tab)
		tab = birthtab_new(0);
	memcpy(at, data, sizeof(at));
	twice = make_data(data + sizeof(at), size - sizeof(at));
	ring.data = twice;
	while (birthring_next(&ring, &record)) {
		check(record.kind < BIRTH_KINDS && ++n <= RING / 8);
		birthtab_add(tab, &record);
		look(tab, &record);
	}
	free(twice);
	return 0;
}
