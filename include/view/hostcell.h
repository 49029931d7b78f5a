/* SPDX-License-Identifier: GPL-2.0-only */
/* What a cell says of a host: its name, or its address. */
#ifndef FLOWTOP_VIEW_HOSTCELL_H
#define FLOWTOP_VIEW_HOSTCELL_H

#include "fact/name.h"
#include "fact/place.h"
#include "net/addr.h"
#include "view/row.h"
#include "view/value.h"

#include <stdint.h>

/** set_host - the name where there is one. @name: NULL: none; @addr, @family:
 * an unknown family leaves @value as it is. */
void set_host(struct value *value, const struct name_fact *name,
	      const struct addr *addr, uint8_t family);

/** set_inner - "@web1", "@192.168.122.10": the inner end stands for whom we
 * cannot see. A text for the screen, of no type. */
void set_inner(struct value *value, const struct name_fact *name,
	       const struct addr *addr, uint8_t family);

/** set_network - "AS64500 EXAMPLE-CDN", or what is known of these. */
void set_network(struct value *value, const struct place *place);

/** view_name - Return: borrowed; NULL: none, or it is not to be shown. */
const struct name_fact *view_name(const struct view_env *env,
				  const struct addr *addr, uint8_t family);

/** view_place - where it is, as far as that is known and to be shown. */
void view_place(const struct view_env *env, const struct addr *addr,
		uint8_t family, struct place *place);

#endif
