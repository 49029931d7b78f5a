/* SPDX-License-Identifier: GPL-2.0-only */
/* A hash with chains by position, and the hand of a clock to find what can
 * go. Elements never move. */
#include "lib/clockmap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int clockmap_init(struct clockmap *map, size_t elem_size, uint32_t max,
		  void (*drop)(void *elem))
{
	uint32_t n_heads = 1;

	while (n_heads < max)
		n_heads *= 2;
	*map = (struct clockmap){
		/* Pages that no element has reached yet cost nothing. */
		.elems = calloc(max, elem_size),
		.heads = calloc(n_heads, sizeof(*map->heads)),
		.elem_size = elem_size,
		.max = max,
		.n_heads = n_heads,
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

static void unlink_node(struct clockmap *map, struct clock_node *node,
			uint32_t place)
{
	uint32_t *link = head_of(map, &node->key);

	while (*link != place)
		link = &((struct clock_node *)clockmap_at(map, *link - 1))
				->next;
	*link = node->next;
}

/* Return: position + 1 of an element that is free now. */
static uint32_t make_room(struct clockmap *map)
{
	struct clock_node *node;
	uint32_t i;

	if (map->n < map->max)
		return ++map->n;
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
	unlink_node(map, node, i + 1);
	memset(node, 0, map->elem_size);
	return i + 1;
}

void *clockmap_get(struct clockmap *map, uint64_t a, uint64_t b)
{
	struct clock_node *node = clockmap_find(map, a, b);
	uint32_t place, *head;

	if (node)
		return node;
	place = make_room(map);
	node = clockmap_at(map, place - 1);
	node->key = (struct clock_key){ a, b };
	node->is_used = true;
	head = head_of(map, &node->key);
	node->next = *head;
	*head = place;
	return node;
}
