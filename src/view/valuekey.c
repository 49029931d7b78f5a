// SPDX-License-Identifier: GPL-2.0-only
/* Values as numbers in their order. */
#include "view/value.h"

#include <string.h>

/* Positive doubles are ordered as their bits are. */
uint64_t rate_key(double rate)
{
	uint64_t bits;

	if (!(rate > 0))
		return 0;
	memcpy(&bits, &rate, sizeof(bits));
	return bits;
}

double rate_from_key(uint64_t key)
{
	double rate;

	memcpy(&rate, &key, sizeof(rate));
	return rate;
}

static uint64_t be64(const uint8_t *bytes)
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | bytes[i];
	return v;
}

bool value_key_is_exact(enum value_type type)
{
	return type != VAL_TEXT && type != VAL_ADDR && type != VAL_NAME &&
	       type != VAL_LIST;
}

void value_key_more(const struct value *value, uint64_t more[VALUE_MORE])
{
	uint8_t bytes[VALUE_MORE * 8] = { 0 };

	switch ((enum value_type)value->type) {
	case VAL_TEXT:
	case VAL_NAME:
		memcpy(bytes, value->text, strnlen(value->text, sizeof(bytes)));
		break;
	case VAL_ADDR:
		memcpy(bytes, &value->addr, sizeof(value->addr));
		break;
	case VAL_LIST:
		more[0] = (uint64_t)value->bits[3] << 32 | value->bits[2];
		more[1] = (uint64_t)value->bits[1] << 32 | value->bits[0];
		more[2] = 0;
		return;
	default:
		break;
	}
	for (int i = 0; i < VALUE_MORE; i++)
		more[i] = be64(bytes + 8 * i);
}

/* Like value_key_more()'s first number, but below VALUE_KEY_MAX. IPv4, IPv6 and
 * names may stand in one column: two bits tell them apart. */
static uint64_t prefix_key(const struct value *value)
{
	uint64_t more[VALUE_MORE];

	value_key_more(value, more);
	if (value->type == VAL_TEXT)
		return more[0] >> 1;
	if (value->type == VAL_LIST)
		return more[0] ? VALUE_KEY_MAX : more[1] >> 1;
	if (value->type == VAL_NAME)
		return 1ULL << 62 | more[0] >> 3;
	return (value->family == FAMILY_IPV4 ? 0 : 1ULL << 61) | more[0] >> 3;
}

uint64_t value_key(const struct value *value)
{
	switch ((enum value_type)value->type) {
	case VAL_NONE:
		return 0;
	case VAL_RATE:
	case VAL_FREQ:
	case VAL_SHARE:
	case VAL_BAR:
		return rate_key(value->rate);
	case VAL_GLYPH:
		return value->glyph;
	case VAL_TEXT:
	case VAL_ADDR:
	case VAL_NAME:
	case VAL_LIST:
		return prefix_key(value);
	default:
		return value->u < VALUE_KEY_MAX ? value->u : VALUE_KEY_MAX;
	}
}

int value_compare(const struct value *a, const struct value *b)
{
	uint64_t more_a[VALUE_MORE], more_b[VALUE_MORE];
	int diff;

	if (a->type != b->type)
		return compare_u64(a->type, b->type);
	diff = compare_u64(value_key(a), value_key(b));
	if (diff || value_key_is_exact(a->type))
		return diff;
	value_key_more(a, more_a);
	value_key_more(b, more_b);
	for (int i = 0; i < VALUE_MORE && !diff; i++)
		diff = compare_u64(more_a[i], more_b[i]);
	return diff;
}
