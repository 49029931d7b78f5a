/* SPDX-License-Identifier: GPL-2.0-only */
#include "enrich/users.h"

#include <stdlib.h>

struct users {
	uint64_t version;
};

struct users *users_new(void)
{
	return calloc(1, sizeof(struct users));
}

void users_free(struct users *users)
{
	free(users);
}

int users_start(struct users *users)
{
	(void)users;
	return 0;
}

void users_stop(struct users *users)
{
	(void)users;
}

void users_want(struct users *users, uint32_t uid)
{
	(void)users;
	(void)uid;
}

const char *users_name(const struct users *users, uint32_t uid)
{
	(void)users;
	(void)uid;
	return NULL;
}

uint64_t users_version(const struct users *users)
{
	return users->version;
}
