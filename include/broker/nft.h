/* SPDX-License-Identifier: GPL-2.0-only */
/* Transactions with nftables. The kernel answers before it returns from the
 * request, so nothing here waits. */
#ifndef FLOWTOP_BROKER_NFT_H
#define FLOWTOP_BROKER_NFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nlmsghdr;

struct nft_batch {
	char data[2048] __attribute__((aligned(8)));
	struct nlmsghdr *last;
	uint32_t n;
};

/** nft_open - a socket for transactions. Return: negative errno. */
int nft_open(void);

/** nft_begin - an empty transaction, for the ruleset @generation only unless
 * that is 0. */
void nft_begin(struct nft_batch *batch, uint32_t generation);

/**
 * nft_add - append a message NFT_MSG_@type to @batch, for tables of @family
 *
 * Its number is that of the call, from 1. Return: add attributes to it.
 */
struct nlmsghdr *nft_add(struct nft_batch *batch, uint16_t type, uint16_t flags,
			 uint8_t family);

/**
 * nft_commit - carry all of it out, or nothing
 * @failed: number of the message that was refused; 0: the transaction
 *
 * Return: 0 or negative errno (-ERESTART: another generation, -EOPNOTSUPP for
 * number 0: no nftables in this kernel).
 */
int nft_commit(int fd, struct nft_batch *batch, uint32_t *failed);

/**
 * nft_generation - the number of the ruleset, which every transaction changes
 * @generation: 0 when the kernel has no nftables
 *
 * Return: 0 or negative errno.
 */
int nft_generation(uint32_t *generation);

/**
 * nft_is_still - whether no transaction but those of @generation was begun
 *
 * Unlike nft_generation() it waits for one that is being carried out.
 */
bool nft_is_still(uint32_t generation);

#endif
