/* SPDX-License-Identifier: GPL-2.0-only */
/* What main and the scribe say to each other, over one SOCK_SEQPACKET: a
 * struct scribe_hello, then a byte with a memfd, answered by a struct
 * scribe_reply. */
#ifndef FLOWTOP_BROKER_SCRIBESERVE_H
#define FLOWTOP_BROKER_SCRIBESERVE_H

#include "broker/scribe.h"

struct scribe_hello {
	int32_t error;
	uint32_t size;
	char path[SCRIBE_PATH];
};

/**
 * scribe_serve - be the scribe: does not return
 * @socket: to main
 * @memfd: what is read goes there
 *
 * Context: a new child of main, single-threaded.
 */
_Noreturn void scribe_serve(const struct scribe_config *config, int socket,
			    int memfd);

#endif
