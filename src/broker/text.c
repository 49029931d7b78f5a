/* SPDX-License-Identifier: GPL-2.0-only */
#include "broker/text.h"

#include <stddef.h>

static const char *const left_texts[] = {
	[SYSCTL_LEFT_NOTHING] = NULL,
	[SYSCTL_LEFT_USERS] = "something named flowtop.sysctl.* exists in this "
			      "network namespace: another flowtop runs here, "
			      "or pretends to",
	[SYSCTL_LEFT_RULES] = "nf_conntrack_acct stays on: the ruleset changed "
			      "meanwhile, and a rule may need it",
	[SYSCTL_LEFT_UNKNOWN] = "nf_conntrack_acct stays on: only root can see "
				"whether iptables needs it",
	[SYSCTL_LEFT_FAILED] = "what flowtop had switched on stays on: it "
			       "cannot be switched off any more",
};

const char *sysctl_left_text(enum sysctl_left left)
{
	return left_texts[left];
}
