/* SPDX-License-Identifier: GPL-2.0-only */
#include "enrich/births.h"

#include <errno.h>
#include <stddef.h>

int births_open(struct births **births, struct births_state *state)
{
	*births = NULL;
	*state = (struct births_state){ .error = -ENOSYS };
	return -ENOSYS;
}

void births_close(struct births *births)
{
	(void)births;
}

int births_read(struct births *births)
{
	(void)births;
	return 0;
}

uint64_t births_lost(const struct births *births)
{
	(void)births;
	return 0;
}

bool births_find(const struct births *births, uint64_t cookie,
		 struct birth *birth)
{
	(void)births;
	(void)cookie;
	(void)birth;
	return false;
}

int births_find_connect(const struct births *births,
			const struct sock_query *query, uint64_t since_ns,
			struct birth *birth)
{
	(void)births;
	(void)query;
	(void)since_ns;
	(void)birth;
	return 0;
}
