/* SPDX-License-Identifier: GPL-2.0-only */
/* Any bytes as a ctnetlink message: nothing is read behind them, and what was
 * said to be there can be read. */
#include "flow/info.h"
#include "source/ctmsg.h"

#include <linux/netlink.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *nlh;
	struct flow_info info;
	struct sample sample;

	if (size < sizeof(*nlh) || size > 65536)
		return 0;
	/* Of exactly this size, so that the sanitizer sees a byte too many. */
	nlh = malloc(size);
	if (!nlh)
		return 0;
	memcpy(nlh, data, size);
	nlh->nlmsg_len = (uint32_t)size;
	if (!ctmsg_parse(nlh, &sample)) {
		flow_info_from_sample(&info, &sample);
		if (sample.labels_size > LABELS_SIZE &&
		    (sample.has & HAS_LABELS))
			abort();
		if ((sample.has & HAS_HELPER) &&
		    !memchr(sample.helper, '\0', HELPER_SIZE))
			abort();
	}
	free(nlh);
	return 0;
}
