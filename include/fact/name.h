/* SPDX-License-Identifier: GPL-2.0-only */
/* The name of an address. Immutable, and counted: rows outlive the moment in
 * which they were made. */
#ifndef FLOWTOP_FACT_NAME_H
#define FLOWTOP_FACT_NAME_H

#include <stddef.h>
#include <stdint.h>

struct name_fact {
	_Atomic uint32_t refs; /* private to fact/name.c */
	char text[];           /* as sanitize_host() leaves it, never "" */
};

/** name_fact_new - one reference. @text: as in the struct. Return: NULL without
 * memory. */
const struct name_fact *name_fact_new(const char *text);

/** name_fact_accept - the same from @length bytes that strangers chose. Return:
 * NULL also when they are no name of a host, or look like an address. */
const struct name_fact *name_fact_accept(const char *text, size_t length);

/** name_fact_get - one more reference. NULL is allowed. Any thread that has
 * one. Return: @fact. */
const struct name_fact *name_fact_get(const struct name_fact *fact);

/** name_fact_put - give a reference back. NULL is allowed. Any thread. */
void name_fact_put(const struct name_fact *fact);

#endif
