/* SPDX-License-Identifier: GPL-2.0-only */
/* Marks: what a recording has to say that netlink has no message for. */
#include "source/mark.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>

#include "health.h"

struct mark_header {
	struct nlmsghdr nlh;
	uint32_t magic;
	uint32_t version;
	uint32_t n_words;
	uint32_t n_bytes;
};

_Static_assert(sizeof(struct mark_header) == MARK_HEADER, "no padding");

/* The words of MARK_HEALTH, in order: append only. What a replay counts itself
 * (flows, events, losses) is not among them. */
static const struct {
	size_t offset; /* of a counter_t in struct health */
	uint64_t max;  /* more is not believed */
} health_words[] = {
	{ offsetof(struct health, n_kernel), UINT32_MAX },
	{ offsetof(struct health, max_kernel), UINT32_MAX },
	{ offsetof(struct health, acct), 1 },
	{ offsetof(struct health, timestamp), 1 },
	{ offsetof(struct health, kernel_events), 2 },
	{ offsetof(struct health, rcvbuf), UINT32_MAX },
	{ offsetof(struct health, sweep_ns), 1ULL << 48 },
	{ offsetof(struct health, poll_mode), 1 },
	{ offsetof(struct health, resyncs), 1ULL << 48 },
};

#define HEALTH_WORDS (sizeof(health_words) / sizeof(health_words[0]))

size_t mark_encode(const struct mark *mark, void *data)
{
	size_t words_size = mark->n_words * sizeof(mark->word[0]);
	size_t size = MARK_HEADER + words_size + mark->n_bytes;
	struct mark_header head = {
		.nlh.nlmsg_len = (uint32_t)size,
		.nlh.nlmsg_type = mark->kind,
		.magic = MARK_MAGIC,
		.version = MARK_VERSION,
		.n_words = mark->n_words,
		.n_bytes = mark->n_bytes,
	};
	uint8_t *at = data;

	memcpy(at, &head, sizeof(head));
	memcpy(at + MARK_HEADER, mark->word, words_size);
	memcpy(at + MARK_HEADER + words_size, mark->byte, mark->n_bytes);
	return size;
}

int mark_decode(const struct nlmsghdr *nlh, struct mark *mark)
{
	struct mark_header head;
	const uint8_t *at = (const uint8_t *)nlh + MARK_HEADER;
	uint32_t words;
	size_t left;

	if (nlh->nlmsg_len < MARK_HEADER)
		return -ENOENT;
	memcpy(&head, nlh, sizeof(head));
	if (head.magic != MARK_MAGIC || head.version != MARK_VERSION)
		return -ENOENT;
	left = head.nlh.nlmsg_len - MARK_HEADER;
	words = head.n_words;
	if (words > left / sizeof(mark->word[0]))
		return -EBADMSG;
	left -= words * sizeof(mark->word[0]);
	if (head.n_bytes > left)
		return -EBADMSG;

	memset(mark, 0, sizeof(*mark));
	mark->kind = head.nlh.nlmsg_type;
	mark->n_words = words < MARK_MAX_WORDS ? words : MARK_MAX_WORDS;
	mark->n_bytes =
		head.n_bytes < MARK_MAX_BYTES ? head.n_bytes : MARK_MAX_BYTES;
	memcpy(mark->word, at, mark->n_words * sizeof(mark->word[0]));
	memcpy(mark->byte, at + words * sizeof(mark->word[0]), mark->n_bytes);
	return 0;
}

void mark_from_health(struct mark *mark, const struct health *health)
{
	memset(mark, 0, sizeof(*mark));
	mark->kind = MARK_HEALTH;
	mark->n_words = HEALTH_WORDS;
	for (uint32_t i = 0; i < HEALTH_WORDS; i++) {
		const char *at = (const char *)health + health_words[i].offset;

		mark->word[i] = counter_get((const counter_t *)at);
	}
}

void mark_to_health(const struct mark *mark, struct health *health)
{
	for (uint32_t i = 0; i < HEALTH_WORDS; i++) {
		char *at = (char *)health + health_words[i].offset;
		uint64_t value = mark_word(mark, i, HEALTH_UNKNOWN);

		if (value > health_words[i].max)
			value = HEALTH_UNKNOWN;
		counter_set((counter_t *)at, value);
	}
}

void mark_from_gone(struct mark *mark, const struct flow_key *key, uint32_t id)
{
	memset(mark, 0, sizeof(*mark));
	mark->kind = MARK_GONE;
	mark->n_words = 6;
	mark->word[0] = id;
	mark->word[1] = key->zone;
	mark->word[2] = key->family;
	mark->word[3] = key->proto;
	mark->word[4] = key->tuple.sport;
	mark->word[5] = key->tuple.dport;
	mark->n_bytes = 32;
	memcpy(mark->byte, key->tuple.src.byte, 16);
	memcpy(mark->byte + 16, key->tuple.dst.byte, 16);
}

int mark_to_gone(const struct mark *mark, struct sample *sample)
{
	struct flow_key *key = &sample->key;

	if (mark->n_words < 6 || mark->n_bytes < 32)
		return -EBADMSG;
	memset(sample, 0, sizeof(*sample));
	sample->kind = SAMPLE_GONE;
	sample->has = HAS_ID;
	sample->id = (uint32_t)mark->word[0];
	key->zone = (uint16_t)mark->word[1];
	key->family = (uint8_t)mark->word[2];
	key->proto = (uint8_t)mark->word[3];
	key->tuple.sport = (uint16_t)mark->word[4];
	key->tuple.dport = (uint16_t)mark->word[5];
	memcpy(key->tuple.src.byte, mark->byte, 16);
	memcpy(key->tuple.dst.byte, mark->byte + 16, 16);
	return 0;
}
