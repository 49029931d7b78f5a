// SPDX-License-Identifier: GPL-2.0-only
#include "fact/name.h"

#include "lib/sanitize.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

const struct name_fact *name_fact_new(const char *text)
{
	size_t size = strlen(text) + 1;
	struct name_fact *fact = malloc(sizeof(*fact) + size);

	if (!fact)
		return NULL;
	atomic_init(&fact->refs, 1);
	memcpy(fact->text, text, size);
	return fact;
}

const struct name_fact *name_fact_accept(const char *text, size_t length)
{
	char name[SANITIZE_HOST_SIZE];
	bool is_changed;

	if (!sanitize_host(name, sizeof(name), text, length, &is_changed) ||
	    is_changed)
		return NULL;
	return name_fact_new(name);
}

static struct name_fact *writable(const struct name_fact *fact)
{
	return (struct name_fact *)(uintptr_t)fact;
}

const struct name_fact *name_fact_get(const struct name_fact *fact)
{
	if (fact)
		atomic_fetch_add_explicit(&writable(fact)->refs, 1,
					  memory_order_relaxed);
	return fact;
}

void name_fact_put(const struct name_fact *fact)
{
	if (fact && atomic_fetch_sub_explicit(&writable(fact)->refs, 1,
					      memory_order_acq_rel) == 1)
		free(writable(fact));
}
