/* SPDX-License-Identifier: GPL-2.0-only */
#include "source/overruns.h"

#include "lib/clock.h"

#define MAX_TICKS 3
#define MAX_NS (60 * NS_PER_S)

static void begin(struct overruns *o, uint64_t now_ns, uint64_t interval_ns)
{
	o->for_ns = o->for_ns ? o->for_ns * 2 : 2 * interval_ns;
	if (o->for_ns > MAX_NS)
		o->for_ns = MAX_NS;
	o->until_ns = now_ns + o->for_ns;
	o->ticks = 0;
}

bool overruns_judge(struct overruns *o, uint64_t now_ns, uint64_t interval_ns)
{
	if (o->had_one)
		o->ticks++;
	else if (o->ticks)
		o->ticks = 0;
	else if (!o->until_ns)
		o->for_ns = 0;
	o->had_one = false;
	if (o->ticks < MAX_TICKS || o->until_ns)
		return false;
	begin(o, now_ns, interval_ns);
	return true;
}
