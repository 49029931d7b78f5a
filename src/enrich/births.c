/* SPDX-License-Identifier: GPL-2.0-only */
#include "enrich/births.h"

#include "enrich/birthload.h"
#include "enrich/birthtab.h"
#include "lib/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

/* Whoever makes sockets without end shall not keep us reading. */
#define READ_MAX (8 * BIRTHTAB_BIRTHS)

struct births {
	struct birthload load;
	struct birthtab *tab;
	uint64_t lost_connects; /* that are known of */
};

static uint64_t boot_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

static uint64_t lost(const struct births *births, enum birth_kind kind)
{
	return __atomic_load_n(&births->load.lost[kind], __ATOMIC_RELAXED);
}

int births_open(struct births **births, struct births_state *state)
{
	struct births *b = calloc(1, sizeof(*b));
	int err;

	*births = NULL;
	*state = (struct births_state){ .error = -ENOMEM, .what = "memory" };
	if (!b)
		return -ENOMEM;
	err = birthload_open(&b->load, BIRTH_HAS_ALL, state);
	if (err) {
		free(b);
		return err;
	}
	b->tab = birthtab_new(boot_ns());
	if (!b->tab) {
		births_close(b);
		*state = (struct births_state){ .error = -ENOMEM,
						.what = "memory" };
		return -ENOMEM;
	}
	*births = b;
	return 0;
}

void births_close(struct births *births)
{
	if (!births)
		return;
	birthload_close(&births->load);
	birthtab_free(births->tab);
	free(births);
}

int births_read(struct births *births)
{
	struct birth_record record;
	int n_births = 0, n_read = 0;
	uint64_t n_lost;

	birthtab_trim(births->tab, boot_ns());
	while (n_read < READ_MAX &&
	       birthring_next(&births->load.ring, &record)) {
		birthtab_add(births->tab, &record);
		n_births += record.kind == BIRTH_SOCKET;
		n_read++;
	}
	n_lost = lost(births, BIRTH_CONNECT);
	if (n_read == READ_MAX || n_lost != births->lost_connects)
		birthtab_gap(births->tab, boot_ns());
	births->lost_connects = n_lost;
	return n_births;
}

uint64_t births_lost(const struct births *births)
{
	return lost(births, BIRTH_SOCKET) + lost(births, BIRTH_CONNECT);
}

bool births_find(struct births *births, uint64_t cookie, struct birth *birth)
{
	return birthtab_find(births->tab, cookie, birth);
}

int births_find_connect(struct births *births, const struct sock_query *query,
			uint64_t since_ns, struct birth *birth)
{
	return birthtab_find_connect(births->tab, query, since_ns, birth);
}
