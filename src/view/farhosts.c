// SPDX-License-Identifier: GPL-2.0-only
/* Where far ends are, by number. */
#include "view/farhosts.h"

#include "fact/place.h"
#include "view/array.h"
#include "view/ends.h"
#include "view/groups.h"
#include "view/hostcell.h"

#include <stdlib.h>
#include <string.h>

void far_hosts_fini(struct far_hosts *hosts)
{
	free(hosts->host);
	*hosts = (struct far_hosts){ 0 };
}

static bool is_same(const struct far_source *a, const struct far_source *b)
{
	return a->place_index == b->place_index && a->ends == b->ends &&
	       a->version == b->version && a->is_none == b->is_none;
}

void far_hosts_begin(struct far_hosts *hosts,
		     uint32_t (*place_index)(const struct place *place),
		     const struct view_env *env)
{
	const struct far_source now = {
		.place_index = place_index,
		.ends = env->ends,
		.version = env->ends ? env->ends->version : 0,
		.is_none = env->no_places,
	};

	/* Numbers of frames come round, too. */
	if (!is_same(&now, &hosts->source) || !++hosts->frame) {
		if (hosts->n)
			memset(hosts->host, 0, hosts->n * sizeof(*hosts->host));
		hosts->frame = 1;
	}
	hosts->source = now;
	hosts->end = 0;
	hosts->env = env;
}

static int grow(struct far_hosts *hosts, uint32_t number)
{
	void *host = hosts->host;
	int err = array_grow(&host, &hosts->n, sizeof(*hosts->host), number);

	hosts->host = host;
	return err;
}

void far_hosts_shrink(struct far_hosts *hosts, uint64_t now_ns)
{
	void *host = hosts->host;

	array_shrink(&host, &hosts->n, sizeof(*hosts->host), &hosts->slack,
		     hosts->end, now_ns);
	hosts->host = host;
}

static void find_place(const struct far_hosts *hosts, struct far_host *host,
		       const struct addr *addr, uint8_t family)
{
	struct place place;

	view_place(hosts->env, addr, family, &place);
	host->addr = *addr;
	host->family = family;
	host->index = hosts->source.place_index(&place);
	host->network =
		place.scope == SCOPE_PUBLIC ? place.network_number : PLACE_NONE;
}

struct far_host *far_hosts_look(struct far_hosts *hosts,
				const struct flow *flow, uint32_t number)
{
	uint8_t family = flow->key.family;
	struct addr addr = flow_far_host(flow);
	struct far_host *host;

	if (number >= hosts->n && grow(hosts, number))
		return NULL;
	if (number >= hosts->end)
		hosts->end = number + 1;
	host = &hosts->host[number];
	if (host->family != family || !addr_equal(&host->addr, &addr))
		find_place(hosts, host, &addr, family);
	host->frame = hosts->frame;
	host->pair = (struct pair){ 0 };
	return host;
}
