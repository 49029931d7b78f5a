// SPDX-License-Identifier: GPL-2.0-only
#include "view/hostcell.h"

#include "lib/str.h"
#include "view/ends.h"
#include "view/getters.h"

#include <inttypes.h>
#include <string.h>

void set_host(struct value *value, const struct name_fact *name,
	      const struct addr *addr, uint8_t family)
{
	if (!addr_size(family))
		return;
	value->type = name ? VAL_NAME : VAL_ADDR;
	value->text = name ? name->text : NULL;
	value->family = family;
	value->addr = *addr;
}

void set_inner(struct value *value, const struct name_fact *name,
	       const struct addr *addr, uint8_t family)
{
	char text[ADDR_TEXT_SIZE];

	if (name)
		str_printf(text, sizeof(text), "%.*s",
			   (int)strcspn(name->text, "."), name->text);
	else
		addr_format(addr, family, text);
	str_printf(value->store, sizeof(value->store), "@%s", text);
	value->text = value->store;
}

const struct name_fact *view_name(const struct view_env *env,
				  const struct addr *addr, uint8_t family)
{
	const struct view_ends *ends = env->ends;

	if (!ends || !ends->name || env->no_names)
		return NULL;
	return ends->name(ends->ctx, addr, family);
}

void view_place(const struct view_env *env, const struct addr *addr,
		uint8_t family, struct place *place)
{
	const struct view_ends *ends = env->ends;

	*place = (struct place){ .scope = addr_scope(addr, family) };
	if (ends && ends->place && !env->no_places)
		ends->place(ends->ctx, addr, family, place);
}

void set_network(struct value *value, const struct place *place)
{
	if (!place->asn) {
		set_text(value, place->org);
		return;
	}
	str_printf(value->store, sizeof(value->store), "AS%" PRIu32,
		   place->asn);
	set_text(value, value->store);
	value->note = place->org;
}
