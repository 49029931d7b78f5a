/* SPDX-License-Identifier: GPL-2.0-only */
/* What the reader has found out about an address, on its way into a recording;
 * and who is told what a recording knew. */
#ifndef FLOWTOP_FACT_FINDING_H
#define FLOWTOP_FACT_FINDING_H

#include "fact/name.h"
#include "fact/place.h"
#include "net/addr.h"

#include <stddef.h>
#include <stdint.h>

struct finding {
	struct addr addr;
	uint8_t family;
	const struct name_fact *name; /* a reference; NULL: it is a place */
	struct place place;
};

/* In any thread. Texts are of strangers. */
struct learner {
	void *ctx;
	void (*name)(void *ctx, const struct addr *addr, uint8_t family,
		     const char *text, size_t length);
	void (*place)(void *ctx, const struct addr *addr, uint8_t family,
		      const struct place *place);
};

#endif
