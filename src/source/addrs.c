/* SPDX-License-Identifier: GPL-2.0-only */
/* The set is small and changes rarely: a sorted array, replaced as a whole. */
#include "source/addrs.h"

#include "lib/rcu.h"

#include <stdlib.h>
#include <string.h>

struct addr_set {
	struct rcu_head rcu;
	int n;
	struct own_addr own[]; /* sorted by family and address */
};

struct addrs {
	_Atomic(struct addr_set *) set;
	const struct network *inside;
	int n_inside;
};

static struct addr_set *set_new(int n)
{
	struct addr_set *set =
		calloc(1, sizeof(*set) + (size_t)n * sizeof(set->own[0]));

	if (set)
		set->n = n;
	return set;
}

static void set_free_rcu(struct rcu_head *head)
{
	free(caa_container_of(head, struct addr_set, rcu));
}

struct addrs *addrs_new(const struct network *inside, int n_inside)
{
	struct addrs *addrs = calloc(1, sizeof(*addrs));
	struct addr_set *set = set_new(0);

	if (!addrs || !set) {
		free(addrs);
		free(set);
		return NULL;
	}
	publish(&addrs->set, set);
	addrs->inside = inside;
	addrs->n_inside = n_inside;
	return addrs;
}

void addrs_free(struct addrs *addrs)
{
	if (!addrs)
		return;
	free(subscribe(&addrs->set));
	free(addrs);
}

static int own_compare(const struct own_addr *own, const struct addr *addr,
		       uint8_t family)
{
	if (own->family != family)
		return own->family < family ? -1 : 1;
	return addr_compare(&own->addr, addr);
}

/* Return: where the address is, or where it would have to be. */
static int set_place(const struct addr_set *set, const struct addr *addr,
		     uint8_t family, bool *is_there)
{
	int low = 0, high = set->n;

	*is_there = false;
	while (low < high) {
		int middle = (low + high) / 2;
		int order = own_compare(&set->own[middle], addr, family);

		if (order == 0) {
			*is_there = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_own(const struct addrs *addrs, const struct addr *addr,
		   uint8_t family)
{
	bool is_there;

	set_place(subscribe(&addrs->set), addr, family, &is_there);
	return is_there;
}

bool addrs_change(struct addrs *addrs, const struct own_addr *own,
		  bool is_added)
{
	struct addr_set *old = subscribe(&addrs->set), *new;
	bool is_there;
	int at = set_place(old, &own->addr, own->family, &is_there);

	if (is_added == is_there &&
	    (!is_added || !strcmp(old->own[at].iface, own->iface)))
		return false;
	new = set_new(old->n + is_added - is_there);
	if (!new)
		return false;
	memcpy(new->own, old->own, (size_t)at * sizeof(*own));
	if (is_added)
		new->own[at] = *own;
	memcpy(&new->own[at + is_added], &old->own[at + is_there],
	       (size_t)(old->n - at - is_there) * sizeof(*own));
	publish(&addrs->set, new);
	rcu_defer(&old->rcu, set_free_rcu);
	return true;
}

static bool is_inside(const struct addrs *addrs, const struct addr *addr,
		      uint8_t family)
{
	for (int i = 0; i < addrs->n_inside; i++) {
		if (network_contains(&addrs->inside[i], addr, family))
			return true;
	}
	return addrs->n_inside == 0 &&
	       addr_scope(addr, family) == SCOPE_PRIVATE;
}

static bool is_many(enum addr_scope scope)
{
	return scope == SCOPE_MULTICAST || scope == SCOPE_BROADCAST;
}

enum flow_dir addrs_classify(const struct addrs *addrs,
			     const struct flow_key *key,
			     const struct tuple *reply, uint32_t *bits)
{
	uint8_t family = key->family;
	enum addr_scope from = addr_scope(&key->tuple.src, family);
	enum addr_scope to = addr_scope(&reply->src, family);
	bool is_from_us, is_to_us;

	if (from == SCOPE_LOOPBACK && to == SCOPE_LOOPBACK)
		*bits |= FLOW_LOOPBACK;
	if (!addr_size(family))
		return FLOW_DIR_UNKNOWN;
	if (subscribe(&addrs->set)->n == 0)
		return *bits & FLOW_LOOPBACK ? FLOW_DIR_LOCAL
					     : FLOW_DIR_UNKNOWN;
	is_from_us = from == SCOPE_LOOPBACK ||
		     is_own(addrs, &key->tuple.src, family);
	is_to_us = to == SCOPE_LOOPBACK || is_own(addrs, &reply->src, family);
	if (is_from_us)
		return is_to_us ? FLOW_DIR_LOCAL : FLOW_DIR_OUT;
	if (is_to_us || is_many(to)) {
		*bits |= FLOW_NEAR_REPLY;
		return FLOW_DIR_IN;
	}
	if (!is_inside(addrs, &key->tuple.src, family) &&
	    is_inside(addrs, &reply->src, family))
		*bits |= FLOW_NEAR_REPLY;
	return FLOW_DIR_THROUGH;
}

bool addrs_iface(const struct addrs *addrs, const struct addr *addr,
		 uint8_t family, char *iface)
{
	const struct addr_set *set = subscribe(&addrs->set);
	bool is_there;
	int at = set_place(set, addr, family, &is_there);

	if (!is_there || !set->own[at].iface[0])
		return false;
	memcpy(iface, set->own[at].iface, sizeof(set->own[at].iface));
	return true;
}

void addrs_for_each(const struct addrs *addrs,
		    void (*func)(void *ctx, const struct own_addr *addr),
		    void *ctx)
{
	const struct addr_set *set = subscribe(&addrs->set);

	for (int i = 0; i < set->n; i++)
		func(ctx, &set->own[i]);
}
