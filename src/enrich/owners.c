/* SPDX-License-Identifier: GPL-2.0-only */
#include "enrich/owners.h"

#include <stdlib.h>

struct owners {
	struct owners_config config;
};

struct owners *owners_new(const struct owners_config *config)
{
	struct owners *o = calloc(1, sizeof(*o));

	if (o)
		o->config = *config;
	return o;
}

void owners_free(struct owners *o)
{
	free(o);
}

int owners_start(struct owners *o)
{
	(void)o;
	return 0;
}

void owners_stop(struct owners *o)
{
	(void)o;
}

bool owners_ask(struct owners *o, const struct owner_job *job)
{
	(void)o;
	(void)job;
	return true;
}

int owners_fd(const struct owners *o)
{
	(void)o;
	return -1;
}

size_t owners_take(struct owners *o, struct owner_fact *facts, size_t max)
{
	(void)o;
	(void)facts;
	(void)max;
	return 0;
}

uint64_t owners_pending(const struct owners *o)
{
	(void)o;
	return 0;
}

bool owners_is_alone(const struct owners *o)
{
	(void)o;
	return false;
}
