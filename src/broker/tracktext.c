/* SPDX-License-Identifier: GPL-2.0-only */
#include "broker/text.h"

/* Words that only main says. */
static const char *const track_texts[] = {
	[TRACK_ON] = "it is on",
	[TRACK_NOT_PERMITTED] = "it needs CAP_NET_ADMIN",
	[TRACK_NO_OWNER] = "this kernel cannot tie a table to its owner (Linux "
			   "5.12 can), so it might stay behind",
	[TRACK_NO_NFT] = "this kernel lacks nf_tables, its inet family or "
			 "nft_ct; try: modprobe nft_ct",
	[TRACK_FULL] = "the table of connections is more than half full",
	[TRACK_UNREADABLE] = "how full the table of connections is cannot be "
			     "read",
	[TRACK_FAILED] = "the kernel refused the table of rules",
};

const char *track_text(enum track_result result)
{
	return track_texts[result];
}
