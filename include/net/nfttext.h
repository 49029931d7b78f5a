/* SPDX-License-Identifier: GPL-2.0-only */
/* How to start tracking by hand, in the words of nft(8). It filters nothing. */
#ifndef FLOWTOP_NET_NFTTEXT_H
#define FLOWTOP_NET_NFTTEXT_H

#define NFT_ADD_TABLE "add table inet flowtop"
#define NFT_ADD_CHAIN                                                          \
	"add chain inet flowtop c { type filter hook input priority 0; }"
#define NFT_ADD_RULE "add rule inet flowtop c ct state new counter"
#define NFT_UNDO "delete table inet flowtop"

#endif
