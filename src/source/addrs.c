/* SPDX-License-Identifier: GPL-2.0-only */
/* The set is small and changes rarely: a sorted array, replaced as a whole. */
#include "source/addrs.h"

#include "lib/rcu.h"

#include <stdlib.h>
#include <string.h>

struct addr_set {
	struct rcu_head rcu;
	int n;
	struct own_addr own[]; /* sorted by family, address, interface */
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

/* The same address may be on two interfaces, so the interface is part of what
 * is ordered; "" comes before all of them. */
static int own_compare(const struct own_addr *own, const struct addr *addr,
		       uint8_t family, const char *iface)
{
	int order;

	if (own->family != family)
		return own->family < family ? -1 : 1;
	order = addr_compare(&own->addr, addr);
	return order ? order : strcmp(own->iface, iface);
}

/* Return: the first that is not before the given one. */
static int set_place(const struct addr_set *set, const struct addr *addr,
		     uint8_t family, const char *iface)
{
	int low = 0, high = set->n;

	while (low < high) {
		int middle = (low + high) / 2;

		if (own_compare(&set->own[middle], addr, family, iface) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Return: one of ours with that address; NULL. */
static const struct own_addr *set_find(const struct addr_set *set,
				       const struct addr *addr, uint8_t family)
{
	int at = set_place(set, addr, family, "");

	if (at == set->n || set->own[at].family != family ||
	    !addr_equal(&set->own[at].addr, addr))
		return NULL;
	return &set->own[at];
}

static bool is_own(const struct addrs *addrs, const struct addr *addr,
		   uint8_t family)
{
	return set_find(subscribe(&addrs->set), addr, family) != NULL;
}

bool addrs_change(struct addrs *addrs, const struct own_addr *own,
		  bool is_added)
{
	struct addr_set *old = subscribe(&addrs->set), *new;
	int at = set_place(old, &own->addr, own->family, own->iface);
	bool is_there = at < old->n && !own_compare(&old->own[at], &own->addr,
						    own->family, own->iface);

	if (is_added == is_there)
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

static bool is_private(enum addr_scope scope)
{
	return scope == SCOPE_PRIVATE || scope == SCOPE_CGNAT;
}

static bool is_inside(const struct addrs *addrs, const struct addr *addr,
		      uint8_t family)
{
	for (int i = 0; i < addrs->n_inside; i++) {
		if (network_contains(&addrs->inside[i], addr, family))
			return true;
	}
	return addrs->n_inside == 0 && is_private(addr_scope(addr, family));
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
	const struct own_addr *own =
		set_find(subscribe(&addrs->set), addr, family);

	if (!own || !own->iface[0])
		return false;
	memcpy(iface, own->iface, sizeof(own->iface));
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
