/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages for nftables: what is in them. broker/nft.c sends them. */
#ifndef FLOWTOP_NET_NFTBATCH_H
#define FLOWTOP_NET_NFTBATCH_H

#include <stddef.h>
#include <stdint.h>

struct nlmsghdr;

/* Messages that are carried out together. The number of a message, in the
 * order in which they were added, is its nlmsg_seq. */
struct nft_batch {
	char data[2048] __attribute__((aligned(8)));
	struct nlmsghdr *last;
	uint32_t n;
};

/** nft_put_getgen - make it the question for the generation of the ruleset. */
void nft_put_getgen(struct nft_batch *batch);

/**
 * nft_put_begin - make it an empty transaction; nft_put_end() completes it
 * @generation: of the ruleset that it is for; 0 is any
 */
void nft_put_begin(struct nft_batch *batch, uint32_t generation);
void nft_put_end(struct nft_batch *batch);

/**
 * nft_put_tracking - a table whose rules need connection tracking
 * @table: its name, at most 39 characters
 *
 * It belongs to the socket that it is sent on. Message 1 makes the table.
 */
void nft_put_tracking(struct nft_batch *batch, const char *table);

/** nft_batch_size - bytes of all its messages, from @batch->data. */
size_t nft_batch_size(const struct nft_batch *batch);

#endif
