// SPDX-License-Identifier: GPL-2.0-only
#include "net/status.h"

const char *const ct_status_words[] = {
	"expected",      "seen-reply", "assured",   "confirmed", "snat",
	"dnat",          "seq-adjust", "snat-done", "dnat-done", "dying",
	"fixed-timeout", "template",   "untracked", "helper",    "offload",
	"hw-offload",    NULL,
};

const size_t n_ct_status_words =
	sizeof(ct_status_words) / sizeof(ct_status_words[0]) - 1;
