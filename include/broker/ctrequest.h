/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages to ctnetlink, built from plain values. */
#ifndef FLOWTOP_BROKER_CTREQUEST_H
#define FLOWTOP_BROKER_CTREQUEST_H

#include "net/tuple.h"

#include <stdint.h>

/**
 * ctrequest_list - ask for the whole table
 * @fd: the answers arrive there
 * @family: FAMILY_* or 0
 *
 * Return: 0 or negative errno.
 */
int ctrequest_list(int fd, uint8_t family, uint32_t seq);

/** ctrequest_ask - ask about @n <= MAX_GETS flows; the i-th with @seq + i. */
int ctrequest_ask(int fd, uint32_t seq, const struct flow_key *keys, int n);

#endif
