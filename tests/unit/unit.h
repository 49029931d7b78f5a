/* SPDX-License-Identifier: GPL-2.0-only */
/* What every unit test includes first: cmocka wants these before itself. */
#ifndef FLOWTOP_TESTS_UNIT_UNIT_H
#define FLOWTOP_TESTS_UNIT_UNIT_H

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
// clang-format on

#define N_ELEMS(array) (sizeof(array) / sizeof((array)[0]))

#endif
