// SPDX-License-Identifier: GPL-2.0-only
/*
 * In glibc a thread has a resolver of its own, and RES_STAYOPEN keeps the
 * socket of a question. No other question may go out of it: that its port is
 * not known protects against forged answers. Therefore each question has a new
 * resolver. That also reads resolv.conf when it has changed, which glibc leaves
 * to whoever sets an option.
 */
#include "lib/resolver.h"

#include <netdb.h>

#ifdef __GLIBC__
#include <resolv.h>

static void prepare(void)
{
	if (!res_init())
		_res.options |= RES_STAYOPEN;
}

void resolver_close(void)
{
	res_nclose(&_res);
	_res.options &= ~(unsigned long)RES_STAYOPEN;
}
#else
static void prepare(void)
{
}

void resolver_close(void)
{
}
#endif

int resolver_name(const struct sockaddr *addr, socklen_t size, char *name)
{
	prepare();
	return getnameinfo(addr, size, name, RESOLVER_NAME_SIZE, NULL, 0,
			   NI_NAMEREQD);
}
