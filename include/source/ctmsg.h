/* SPDX-License-Identifier: GPL-2.0-only */
/* The one parser of ctnetlink messages: live, recorded and remote. */
#ifndef FLOWTOP_SOURCE_CTMSG_H
#define FLOWTOP_SOURCE_CTMSG_H

#include "flow/sample.h"

#include <stdbool.h>

/** ctmsg_is_flow - a message about one conntrack entry (NEW or DELETE). */
bool ctmsg_is_flow(const struct nlmsghdr *nlh);

/**
 * ctmsg_parse - read a conntrack entry out of a message
 * @nlh: complete: nlmsg_len bytes are there. Borrowed by @sample as raw.
 * @sample: filled in but for mono_ns and dump
 *
 * The kind follows from type and flags: DUMP with NLM_F_MULTI, else NEW, UPDATE
 * or DESTROY. Attributes and protocols that are not known are skipped; what is
 * too short to be read counts as absent.
 *
 * Return: 0, or -EINVAL when there is no original tuple to name the flow by.
 */
int ctmsg_parse(const struct nlmsghdr *nlh, struct sample *sample);

#endif
