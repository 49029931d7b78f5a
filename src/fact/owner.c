/* SPDX-License-Identifier: GPL-2.0-only */
#include "fact/owner.h"

const char *owner_kind_name(uint8_t kind)
{
	static const char *const names[OWNER_KINDS] = {
		[OWNER_UNKNOWN] = "unknown",
		[OWNER_LOCAL] = "local",
		[OWNER_OTHER_NETNS] = "other-netns",
		[OWNER_FORWARDED] = "forwarded",
		[OWNER_KERNEL] = "kernel",
		[OWNER_CLOSED] = "closed",
		[OWNER_DENIED] = "denied",
	};

	return names[kind < OWNER_KINDS ? kind : OWNER_UNKNOWN];
}
