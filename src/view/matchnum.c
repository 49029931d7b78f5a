// SPDX-License-Identifier: GPL-2.0-only
/* Tests of numbers: ranges, and comparisons with an amount. */
#include "view/matchstep.h"

#include <errno.h>
#include <stdlib.h>

/* What is below or above becomes a range. Return: false when there is none. */
static bool set_range(struct match_range *range, enum expr_rel rel,
		      const struct expr_value *value)
{
	*range = (struct match_range){ 0, UINT64_MAX };
	switch (rel) {
	case REL_LT:
		range->hi = value->lo - 1;
		return value->lo > 0;
	case REL_LE:
		range->hi = value->hi;
		return true;
	case REL_GT:
		range->lo = value->hi + 1;
		return value->hi < UINT64_MAX;
	case REL_GE:
		range->lo = value->lo;
		return true;
	default:
		*range = (struct match_range){ value->lo, value->hi };
		return true;
	}
}

int match_prepare_ranges(struct match_step *step)
{
	const struct expr_test *test = step->test;

	step->ranges = calloc(test->n_values + 1, sizeof(*step->ranges));
	if (!step->ranges)
		return -ENOMEM;
	for (size_t i = 0; i < test->n_values; i++) {
		const struct expr_value *value = &test->values[i];

		if (value->type == EXPR_RANGE &&
		    set_range(&step->ranges[step->n_ranges], test->rel, value))
			step->n_ranges++;
	}
	return 0;
}

bool match_in_ranges(const struct match_step *step, uint64_t number)
{
	for (size_t i = 0; i < step->n_ranges; i++) {
		const struct match_range *range = &step->ranges[i];

		if (number - range->lo <= range->hi - range->lo)
			return true;
	}
	return false;
}

static bool compare(double a, enum expr_rel rel, double b)
{
	switch (rel) {
	case REL_LT:
		return a < b;
	case REL_LE:
		return a <= b;
	case REL_GT:
		return a > b;
	case REL_GE:
		return a >= b;
	default:
		return a >= b && a <= b;
	}
}

bool match_compare(const struct match_step *step, const struct subject *s)
{
	const struct expr_test *test = step->test;
	double amount = 0;
	enum match_known known = step->field->amount(s, &amount);
	bool is_upward = test->rel == REL_GT || test->rel == REL_GE;

	if (known == MATCH_UNKNOWN || (known == MATCH_AT_LEAST && !is_upward))
		return false;
	for (size_t i = 0; i < test->n_values; i++) {
		if (compare(amount, test->rel, test->values[i].amount))
			return true;
	}
	return false;
}
