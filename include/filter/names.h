/* SPDX-License-Identifier: GPL-2.0-only */
/* Names that values are picked from, for reading, suggestions and completion
 * alike. */
#ifndef FLOWTOP_FILTER_NAMES_H
#define FLOWTOP_FILTER_NAMES_H

#include "filter/expr.h"

#include <stdbool.h>
#include <stdint.h>

/** state_find - "estab", "TIME_WAIT". Return: its proper name, in the case of
 * the protocol's table; NULL: no protocol has it. */
const char *state_find(const char *text);

/** status_find - a word of the conntrack status. Return: NULL: none. */
const char *status_find(const char *text);

/** proto_named - number of a protocol by its word here or its name. */
bool proto_named(const char *text, uint8_t *number);

/** names_each - @found for each name that values of @field have, as far as
 * they are known beforehand: states, status, protocols, services, countries. */
void names_each(const struct expr_words *words, enum expr_field field,
		void (*found)(void *arg, const char *name), void *arg);

/** see_nearest - nearest_see() as a callback; @arg: struct nearest. */
void see_nearest(void *arg, const char *name);

#endif
