/* SPDX-License-Identifier: GPL-2.0-only */
/* Where an address is. A value, to be copied: its texts stay as long as the
 * program runs (whoever finds places keeps each text once), and are harmless
 * (lib/sanitize.h). */
#ifndef FLOWTOP_FACT_PLACE_H
#define FLOWTOP_FACT_PLACE_H

#include <stdint.h>

/* More than so many of a kind have number PLACE_OTHERS and no text. */
#define PLACE_MAX 65536
#define PLACE_NONE 0 /* the number of what is unknown */
#define PLACE_OTHERS (PLACE_MAX + 1)

struct place {
	uint8_t scope;       /* enum addr_scope; the rest is for SCOPE_PUBLIC */
	char cc[3];          /* "DE"; "" unknown */
	const char *country; /* "Germany"; NULL unknown */
	const char *city;    /* "Frankfurt"; NULL unknown */
	const char *org;     /* "EXAMPLE-CLOUD"; NULL unknown */
	uint32_t asn;        /* 0 unknown */
	/* Dense numbers, from 1: same number, same country or network. They
	 * stay as long as the program runs. */
	uint32_t country_number;
	uint32_t network_number; /* by asn and org */
};

#endif
