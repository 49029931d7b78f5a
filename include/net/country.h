/* SPDX-License-Identifier: GPL-2.0-only */
/* Countries of ISO 3166-1: codes of two letters, and short English names. */
#ifndef FLOWTOP_NET_COUNTRY_H
#define FLOWTOP_NET_COUNTRY_H

#include <stddef.h>

struct country {
	char code[3];     /* "DE" */
	const char *name; /* "germany": ASCII, lower case, spaces */
};

/* By code; then a few names in use beside those of the standard. */
extern const struct country countries[];
extern const size_t n_countries;

/**
 * country_find - by code or name, any case; "-" and "_" are spaces
 *
 * Return: NULL when there is none.
 */
const struct country *country_find(const char *text);

#endif
