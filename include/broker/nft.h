/* SPDX-License-Identifier: GPL-2.0-only */
/* Transactions with nftables. The kernel answers before it returns from the
 * request, so nothing here waits. */
#ifndef FLOWTOP_BROKER_NFT_H
#define FLOWTOP_BROKER_NFT_H

#include "net/nftbatch.h"

#include <stdbool.h>

/** nft_open - a socket for transactions. Return: negative errno. */
int nft_open(void);

/**
 * nft_commit - complete a transaction and carry all of it out, or nothing
 * @failed: number of the first message that was refused
 *
 * Return: 0 or negative errno. Of number 0, the transaction: -EOPNOTSUPP no
 * nftables in this kernel, -ERESTART not this generation.
 */
int nft_commit(int fd, struct nft_batch *batch, uint32_t *failed);

/**
 * nft_generation - the number of the ruleset, which every transaction changes
 * @generation: 0 when the kernel has no nftables, or on failure
 *
 * Return: 0 or negative errno.
 */
int nft_generation(uint32_t *generation);

/**
 * nft_is_still - whether no transaction was begun since @generation was read
 *
 * Unlike nft_generation() it waits for one that is being carried out.
 */
bool nft_is_still(uint32_t generation);

#endif
