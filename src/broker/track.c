/* SPDX-License-Identifier: GPL-2.0-only */
#include "broker/track.h"

#include "broker/nft.h"
#include "lib/procnum.h"
#include "lib/str.h"

#include <errno.h>
#include <sys/random.h>
#include <unistd.h>

#define NF_CONNTRACK "/proc/sys/net/netfilter/nf_conntrack_"

static int make_table(int fd, uint32_t *failed)
{
	struct nft_batch batch;
	uint32_t random = 0;
	char table[40];

	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
		return -errno;
	str_printf(table, sizeof(table), "flowtop_%d_%08x", (int)getpid(),
		   random);
	nft_put_begin(&batch, 0);
	nft_put_tracking(&batch, table);
	return nft_commit(fd, &batch, failed);
}

static enum track_result reason(int err, uint32_t failed)
{
	switch (err) {
	case 0:
		return TRACK_ON;
	case -EPERM:
	case -EACCES:
		return TRACK_NOT_PERMITTED;
	case -EINVAL:
		return failed == 1 ? TRACK_NO_OWNER : TRACK_FAILED;
	case -EOPNOTSUPP:
		return failed == 1 ? TRACK_NO_OWNER : TRACK_NO_NFT;
	case -ENOENT:
	case -EAFNOSUPPORT:
	case -EPROTONOSUPPORT:
		return TRACK_NO_NFT;
	default:
		return TRACK_FAILED;
	}
}

void track_init(struct track *track)
{
	*track = (struct track){ .fd = -1 };
}

void track_off(struct track *track)
{
	if (track->fd >= 0)
		close(track->fd);
	track->fd = -1;
}

enum track_result track_probe(struct track *track)
{
	uint32_t failed = 0;

	track->fd = nft_open();
	track->error =
		track->fd < 0 ? track->fd : make_table(track->fd, &failed);
	if (track->error)
		track_off(track);
	return reason(track->error, failed);
}

bool track_is_over_half(int64_t count, int64_t max)
{
	return max && count > max / 2;
}

bool track_is_nearly_full(int64_t count, int64_t max)
{
	return max && count >= max - max / 10;
}

enum track_result track_on(struct track *track, struct sysctl_state *sysctl)
{
	int64_t count = procnum_read(NF_CONNTRACK "count"),
		max = procnum_read(NF_CONNTRACK "max");
	enum track_result result;

	if (track->fd >= 0)
		return TRACK_ON;
	if (count < 0 || max < 0)
		return TRACK_UNREADABLE;
	if (track_is_over_half(count, max))
		return TRACK_FULL;
	sysctl_transaction_begin(sysctl);
	result = track_probe(track);
	sysctl_transaction_end(sysctl, result == TRACK_ON);
	return result;
}

bool track_guard(struct track *track)
{
	int64_t count, max;

	if (track->fd < 0)
		return false;
	count = procnum_read(NF_CONNTRACK "count");
	max = procnum_read(NF_CONNTRACK "max");
	if (count >= 0 && max >= 0 && !track_is_nearly_full(count, max))
		return false;
	track_off(track);
	return true;
}
