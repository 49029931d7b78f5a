/* SPDX-License-Identifier: GPL-2.0-only */
#include "enrich/birthring.h"

#include <string.h>

/* In front of each record, as the kernel lays it out. */
struct header {
	uint32_t size; /* of what follows, with the two bits */
	uint32_t page;
};

#define IS_BUSY (1U << 31)      /* still being written */
#define IS_DISCARDED (1U << 30) /* given up by its writer */
#define ALIGNMENT 8U

/* Return: whether these bytes are a whole record. */
static bool take(const uint8_t *data, size_t size, struct birth_record *record)
{
	size_t wanted = BIRTH_SOCKET_SIZE;

	memset(record, 0, sizeof(*record));
	if (size < wanted)
		return false;
	memcpy(record, data, wanted);
	if (record->kind == BIRTH_CONNECT)
		wanted = BIRTH_CONNECT_SIZE;
	if (record->kind >= BIRTH_KINDS || size < wanted)
		return false;
	memcpy(record, data, wanted);
	return true;
}

bool birthring_next(struct birthring *ring, struct birth_record *record)
{
	unsigned long at = *ring->consumer;
	unsigned long end = __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE);
	bool is_taken = false;

	while (!is_taken && at != end) {
		size_t left = end - at;
		const uint8_t *place = ring->data + (at & (ring->size - 1));
		const struct header *header = (const void *)place;
		uint32_t word, size;

		if (left < sizeof(*header) || left > ring->size ||
		    at % ALIGNMENT) {
			at = end;
			break;
		}
		word = __atomic_load_n(&header->size, __ATOMIC_ACQUIRE);
		if (word & IS_BUSY)
			break;
		size = word & ~IS_DISCARDED;
		if (size > left - sizeof(*header)) {
			at = end;
			break;
		}
		if (!(word & IS_DISCARDED))
			is_taken = take(place + sizeof(*header), size, record);
		at += (sizeof(*header) + size + ALIGNMENT - 1) &
		      ~(unsigned long)(ALIGNMENT - 1);
	}
	/* Only now the space may be used again. */
	__atomic_store_n(ring->consumer, at, __ATOMIC_RELEASE);
	return is_taken;
}
