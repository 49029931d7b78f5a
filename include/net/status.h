/* SPDX-License-Identifier: GPL-2.0-only */
/* What connection tracking says about a flow: names of the bits. */
#ifndef FLOWTOP_NET_STATUS_H
#define FLOWTOP_NET_STATUS_H

#include <stddef.h>

/* By bit of enum ip_conntrack_status, linux/netfilter/nf_conntrack_common.h;
 * NULL ends them, and is not counted. */
extern const char *const ct_status_words[];
extern const size_t n_ct_status_words;

#endif
