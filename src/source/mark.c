/* SPDX-License-Identifier: GPL-2.0-only */
/* Marks: what a recording has to say that netlink has no message for. */
#include "source/mark.h"

#include "fact/owner.h"
#include "fact/place.h"
#include "lib/sanitize.h"

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

#define FLOW_WORDS 6

/* Which flow: the first words and bytes of MARK_GONE and MARK_OWNER. */
static void put_flow(struct mark *mark, const struct flow_key *key, uint32_t id)
{
	mark->n_words = FLOW_WORDS;
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

static int get_flow(const struct mark *mark, struct sample *sample)
{
	struct flow_key *key = &sample->key;

	memset(sample, 0, sizeof(*sample));
	if (mark->n_words < FLOW_WORDS || mark->n_bytes < 32)
		return -EBADMSG;
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

void mark_from_gone(struct mark *mark, const struct flow_key *key, uint32_t id)
{
	memset(mark, 0, sizeof(*mark));
	mark->kind = MARK_GONE;
	put_flow(mark, key, id);
}

int mark_to_gone(const struct mark *mark, struct sample *sample)
{
	int err = get_flow(mark, sample);

	sample->kind = SAMPLE_GONE;
	return err;
}

/* ------------------------------------------------------------ owners */

/* The strings of MARK_PROC, in order: append only. */
static const struct {
	size_t offset, size; /* in struct proc_fact */
} proc_texts[] = {
#define TEXT(member)                                                           \
	{                                                                      \
		offsetof(struct proc_fact, member),                            \
			sizeof(((struct proc_fact *)0)->member)                \
	}
	TEXT(comm),      TEXT(command), TEXT(unit),
	TEXT(container), TEXT(netns),   TEXT(user),
#undef TEXT
};

#define PROC_TEXTS (sizeof(proc_texts) / sizeof(proc_texts[0]))

_Static_assert(PROC_COMM_SIZE + PROC_COMMAND_SIZE + PROC_UNIT_SIZE +
			       PROC_CONTAINER_SIZE + PROC_NETNS_SIZE +
			       PROC_USER_SIZE <=
		       MARK_MAX_BYTES,
	       "fits into a mark");

static void put_text(struct mark *mark, const char *text, size_t size)
{
	size_t length = strnlen(text, size - 1);

	memcpy(mark->byte + mark->n_bytes, text, length);
	mark->n_bytes += (uint32_t)length + 1;
}

void mark_from_proc(struct mark *mark, uint32_t number,
		    const struct proc_fact *proc, const char *user,
		    bool has_ended)
{
	memset(mark, 0, sizeof(*mark));
	mark->kind = MARK_PROC;
	mark->n_words = 5;
	mark->word[0] = number;
	mark->word[1] = proc->pid;
	mark->word[2] = proc->starttime;
	mark->word[3] = proc->uid;
	mark->word[4] = (proc->has_uid ? MARK_PROC_HAS_UID : 0U) |
			(proc->is_kernel ? MARK_PROC_IS_KERNEL : 0U) |
			(has_ended ? MARK_PROC_HAS_ENDED : 0U);
	for (size_t i = 0; i + 1 < PROC_TEXTS; i++)
		put_text(mark, (const char *)proc + proc_texts[i].offset,
			 proc_texts[i].size);
	put_text(mark, user, PROC_USER_SIZE);
}

/* One string at @at, or what is left of it. Return: where the next begins. */
static uint32_t get_text(const struct mark *mark, uint32_t at, char *text,
			 size_t size)
{
	const char *from = (const char *)mark->byte + at;
	size_t length = strnlen(from, mark->n_bytes - at);

	sanitize_text(text, size, from, length, NULL);
	at += (uint32_t)length + 1;
	return at < mark->n_bytes ? at : mark->n_bytes;
}

uint32_t mark_number(const struct mark *mark)
{
	uint64_t number = mark_word(mark, 0, 0);

	return number <= MARK_PROCS ? (uint32_t)number : 0;
}

int mark_to_proc(const struct mark *mark, uint32_t *number,
		 struct proc_fact *proc, bool *has_ended)
{
	uint64_t bits = mark_word(mark, 4, 0);
	uint32_t at = 0;

	*number = mark_number(mark);
	if (!*number || mark->n_words < 5 || mark->word[1] > UINT32_MAX ||
	    mark->word[3] > UINT32_MAX)
		return -EBADMSG;
	proc->pid = (uint32_t)mark->word[1];
	proc->starttime = mark->word[2];
	proc->uid = (uint32_t)mark->word[3];
	proc->has_uid = bits & MARK_PROC_HAS_UID;
	proc->is_kernel = bits & MARK_PROC_IS_KERNEL;
	*has_ended = bits & MARK_PROC_HAS_ENDED;
	for (size_t i = 0; i < PROC_TEXTS; i++)
		at = get_text(mark, at, (char *)proc + proc_texts[i].offset,
			      proc_texts[i].size);
	return 0;
}

void mark_from_owner(struct mark *mark, const struct flow_key *key, uint32_t id,
		     const struct owner_fact *fact, uint32_t number)
{
	memset(mark, 0, sizeof(*mark));
	mark->kind = MARK_OWNER;
	put_flow(mark, key, id);
	mark->n_words = FLOW_WORDS + 4;
	mark->word[FLOW_WORDS] = fact->kind;
	mark->word[FLOW_WORDS + 1] = fact->holders;
	mark->word[FLOW_WORDS + 2] = fact->is_answering;
	mark->word[FLOW_WORDS + 3] = number;
}

int mark_to_owner(const struct mark *mark, struct sample *sample,
		  struct owner_fact *fact, uint32_t *number)
{
	const uint64_t *word = mark->word + FLOW_WORDS;

	if (get_flow(mark, sample) || mark->n_words < FLOW_WORDS + 4 ||
	    word[0] >= OWNER_KINDS || word[1] > UINT16_MAX ||
	    word[3] > MARK_PROCS)
		return -EBADMSG;
	*fact = (struct owner_fact){
		.fact = FACT_OWNER,
		.kind = (uint8_t)word[0],
		.holders = (uint16_t)word[1],
		.is_answering = word[2] == 1,
	};
	*number = (uint32_t)word[3];
	return 0;
}

/* ------------------------------------------------------ names and places */

static void put_addr(struct mark *mark, uint16_t kind, const struct addr *addr,
		     uint8_t family)
{
	memset(mark, 0, sizeof(*mark));
	mark->kind = kind;
	mark->n_words = 1;
	mark->word[0] = family;
	mark->n_bytes = sizeof(addr->byte);
	memcpy(mark->byte, addr->byte, sizeof(addr->byte));
}

static int get_addr(const struct mark *mark, struct addr *addr, uint8_t *family)
{
	uint64_t word = mark_word(mark, 0, 0);

	if ((word != FAMILY_IPV4 && word != FAMILY_IPV6) ||
	    mark->n_bytes < sizeof(addr->byte))
		return -EBADMSG;
	*family = (uint8_t)word;
	*addr = (struct addr){ .byte = { 0 } };
	memcpy(addr->byte, mark->byte, addr_size(*family));
	return 0;
}

void mark_from_name(struct mark *mark, const struct addr *addr, uint8_t family,
		    const char *text)
{
	put_addr(mark, MARK_NAME, addr, family);
	put_text(mark, text, SANITIZE_HOST_SIZE);
}

int mark_to_name(const struct mark *mark, struct addr *addr, uint8_t *family,
		 const char **text, size_t *length)
{
	if (get_addr(mark, addr, family))
		return -EBADMSG;
	*text = (const char *)mark->byte + sizeof(addr->byte);
	*length = strnlen(*text, mark->n_bytes - sizeof(addr->byte));
	return 0;
}

void mark_from_place(struct mark *mark, const struct addr *addr, uint8_t family,
		     const struct place *place)
{
	const char *const texts[] = { place->cc, place->country, place->city,
				      place->org };

	put_addr(mark, MARK_PLACE, addr, family);
	mark->n_words = 2;
	mark->word[1] = place->asn;
	for (int i = 0; i < 4; i++)
		put_text(mark, texts[i] ? texts[i] : "", MARK_PLACE_TEXT);
}

_Static_assert(16 + 4 * MARK_PLACE_TEXT <= MARK_MAX_BYTES &&
		       16 + SANITIZE_HOST_SIZE <= MARK_MAX_BYTES,
	       "fits into a mark");

int mark_to_place(const struct mark *mark, struct addr *addr, uint8_t *family,
		  struct place *place, char texts[3][MARK_PLACE_TEXT])
{
	const char **const members[] = { &place->country, &place->city,
					 &place->org };
	uint32_t at = sizeof(addr->byte);

	*place = (struct place){ .asn = (uint32_t)mark_word(mark, 1, 0) };
	if (get_addr(mark, addr, family) || mark_word(mark, 1, 0) > UINT32_MAX)
		return -EBADMSG;
	at = get_text(mark, at, place->cc, sizeof(place->cc));
	for (int i = 0; i < 3; i++) {
		at = get_text(mark, at, texts[i], MARK_PLACE_TEXT);
		*members[i] = texts[i][0] ? texts[i] : NULL;
	}
	return 0;
}
