/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls that fail only when the program is wrong. */
#ifndef FLOWTOP_LIB_MUST_H
#define FLOWTOP_LIB_MUST_H

/**
 * must - abort with the text of @call unless it returns 0
 * @call: returns 0 or a positive errno, as the pthread functions do
 */
#define must(call) must_be_ok((call), #call)

/** must_be_ok - abort, naming @what, unless @error is 0. */
void must_be_ok(int error, const char *what);

#endif
