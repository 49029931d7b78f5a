// SPDX-License-Identifier: GPL-2.0-only
#include "enrich/names.h"

struct names *names_new(const struct names_config *config)
{
	(void)config;
	return NULL;
}
void names_free(struct names *names)
{
	(void)names;
}
int names_start(struct names *names)
{
	(void)names;
	return 0;
}
void names_stop(struct names *names)
{
	(void)names;
}
void names_want(struct names *names, const struct addr *addr, uint8_t family)
{
	(void)names;
	(void)addr;
	(void)family;
}
const struct name_fact *names_find(const struct names *names,
				   const struct addr *addr, uint8_t family)
{
	(void)names;
	(void)addr;
	(void)family;
	return NULL;
}
int names_fd(const struct names *names)
{
	(void)names;
	return -1;
}
bool names_take(struct names *names)
{
	(void)names;
	return false;
}
bool names_is_settled(const struct names *names, const struct addr *addr,
		      uint8_t family)
{
	(void)names;
	(void)addr;
	(void)family;
	return true;
}
