/* SPDX-License-Identifier: GPL-2.0-only */
#include "broker/finder.h"

#include <errno.h>
#include <stddef.h>

struct finder *finder_start(const struct finder_config *config)
{
	(void)config;
	errno = ENOSYS;
	return NULL;
}

void finder_close(struct finder *finder)
{
	(void)finder;
}

unsigned int finder_rights(const struct finder *finder)
{
	(void)finder;
	return 0;
}

int finder_fd(const struct finder *finder)
{
	(void)finder;
	return -1;
}

int finder_walk(struct finder *finder, const uint64_t *inodes, int n,
		bool is_hasty)
{
	(void)finder;
	(void)inodes;
	(void)n;
	(void)is_hasty;
	return -EPIPE;
}

int finder_list_spaces(struct finder *finder)
{
	(void)finder;
	return -EPIPE;
}

int finder_open_space(struct finder *finder, uint64_t inode)
{
	(void)finder;
	(void)inode;
	return -EPIPE;
}

int finder_ask_alone(struct finder *finder)
{
	(void)finder;
	return -EPIPE;
}

int finder_read(struct finder *finder, struct finder_answer *answer)
{
	(void)finder;
	(void)answer;
	return -EPIPE;
}
