// SPDX-License-Identifier: GPL-2.0-only
/* Where the ends of a flow are, for the columns of records. */
#include "view/getters.h"

static void set_name(struct value *value, const char *text)
{
	if (!text || !*text)
		return;
	value->type = VAL_TEXT;
	value->text = text;
}

static void set_asn(struct value *value, uint32_t asn)
{
	if (!asn)
		return;
	value->type = VAL_NUMBER;
	value->u = asn;
}

#define PLACE_GETTER(end, END, what, statement)                                \
	void get_##end##_##what(const struct row *row, struct value *value)    \
	{                                                                      \
		const struct place *place = &row->place[END];                  \
                                                                               \
		statement;                                                     \
	}

PLACE_GETTER(src, END_SRC, country, set_name(value, place->cc))
PLACE_GETTER(src, END_SRC, city, set_name(value, place->city))
PLACE_GETTER(src, END_SRC, asn, set_asn(value, place->asn))
PLACE_GETTER(src, END_SRC, org, set_name(value, place->org))
PLACE_GETTER(dst, END_DST, country, set_name(value, place->cc))
PLACE_GETTER(dst, END_DST, city, set_name(value, place->city))
PLACE_GETTER(dst, END_DST, asn, set_asn(value, place->asn))
PLACE_GETTER(dst, END_DST, org, set_name(value, place->org))
