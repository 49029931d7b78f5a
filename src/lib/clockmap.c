/* SPDX-License-Identifier: GPL-2.0-only */
/* A hash with chains by position, and the hand of a clock to find what can go.
 * Elements lie without gaps; only clockmap_remove() moves one. */
#include "lib/clockmap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FEW_HEADS 256

int clockmap_init(struct clockmap *map, size_t elem_size, uint32_t max,
		  void (*drop)(void *elem))
{
	*map = (struct clockmap){
		/* Pages that no element has reached yet cost nothing. */
		.elems = calloc(max, elem_size),
		.heads = calloc(FEW_HEADS, sizeof(*map->heads)),
		.elem_size = elem_size,
		.max = max,
		.n_heads = FEW_HEADS,
		.drop = drop,
	};
	return map->elems && map->heads ? 0 : -ENOMEM;
}

void *clockmap_at(struct clockmap *map, uint32_t i)
{
	return map->elems + i * map->elem_size;
}

void clockmap_fini(struct clockmap *map)
{
	for (uint32_t i = 0; i < map->n && map->drop; i++)
		map->drop(clockmap_at(map, i));
	free(map->elems);
	free(map->heads);
	map->elems = NULL;
	map->heads = NULL;
	map->n = 0;
}

static uint32_t *head_of(struct clockmap *map, const struct clock_key *key)
{
	uint64_t h = key->a * 0x9e3779b97f4a7c15ULL;

	h = (h ^ h >> 32 ^ key->b) * 0xbf58476d1ce4e5b9ULL;
	return &map->heads[(h >> 32) & (map->n_heads - 1)];
}

void *clockmap_find(struct clockmap *map, uint64_t a, uint64_t b)
{
	struct clock_key key = { a, b };
	struct clock_node *node;

	for (uint32_t i = *head_of(map, &key); i; i = node->next) {
		node = clockmap_at(map, i - 1);
		if (node->key.a == a && node->key.b == b) {
			node->is_used = true;
			return node;
		}
	}
	return NULL;
}

static void link_node(struct clockmap *map, struct clock_node *node,
		      uint32_t place)
{
	uint32_t *head = head_of(map, &node->key);

	node->next = *head;
	*head = place;
}

/* Where @place is written: in its chain's head, or in the one before. */
static uint32_t *link_of(struct clockmap *map, const struct clock_node *node,
			 uint32_t place)
{
	uint32_t *link = head_of(map, &node->key);

	while (*link != place)
		link = &((struct clock_node *)clockmap_at(map, *link - 1))
				->next;
	return link;
}

/* Without memory the chains stay as long as they are. */
static void set_heads(struct clockmap *map, uint32_t n_heads)
{
	uint32_t *heads = calloc(n_heads, sizeof(*heads));

	if (!heads)
		return;
	free(map->heads);
	map->heads = heads;
	map->n_heads = n_heads;
	for (uint32_t i = 0; i < map->n; i++)
		link_node(map, clockmap_at(map, i), i + 1);
}

static uint32_t add_one(struct clockmap *map)
{
	if (map->n == map->n_heads)
		set_heads(map, 2 * map->n_heads);
	if (++map->n > map->touched)
		map->touched = map->n;
	return map->n;
}

/* Return: position + 1 of an element that is free now. */
static uint32_t make_room(struct clockmap *map)
{
	struct clock_node *node;
	uint32_t i;

	if (map->n < map->max)
		return add_one(map);
	for (;;) {
		i = map->hand++;
		if (map->hand == map->max)
			map->hand = 0;
		node = clockmap_at(map, i);
		if (!node->is_used)
			break;
		node->is_used = false;
	}
	if (map->drop)
		map->drop(node);
	*link_of(map, node, i + 1) = node->next;
	memset(node, 0, map->elem_size);
	return i + 1;
}

void *clockmap_get(struct clockmap *map, uint64_t a, uint64_t b)
{
	struct clock_node *node = clockmap_find(map, a, b);
	uint32_t place;

	if (node)
		return node;
	place = make_room(map);
	node = clockmap_at(map, place - 1);
	node->key = (struct clock_key){ a, b };
	node->is_used = true;
	link_node(map, node, place);
	return node;
}

void clockmap_remove(struct clockmap *map, uint32_t i)
{
	struct clock_node *node = clockmap_at(map, i);
	struct clock_node *last = clockmap_at(map, map->n - 1);

	if (map->drop)
		map->drop(node);
	*link_of(map, node, i + 1) = node->next;
	if (last != node) {
		*link_of(map, last, map->n) = i + 1;
		memcpy(node, last, map->elem_size);
	}
	memset(last, 0, map->elem_size);
	map->n--;
}

bool clockmap_trim(struct clockmap *map, uint64_t now_ns)
{
	size_t kept = 2 * slack_most(&map->slack, map->n, now_ns);
	uint32_t n_heads = map->n_heads;

	if (kept < FEW_HEADS)
		kept = FEW_HEADS;
	if (map->touched <= kept)
		return false;
	slack_release(map->elems + kept * map->elem_size,
		      (map->touched - kept) * map->elem_size);
	map->touched = (uint32_t)kept;
	while (n_heads > kept)
		n_heads /= 2;
	if (n_heads < map->n_heads)
		set_heads(map, n_heads);
	return true;
}
