/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Marks: what a recording has to say that netlink has no message for.
 *
 * A mark is a netlink message in family NETLINK_USERSOCK; its type is the kind.
 * All kinds have the same layout, so that a reader can turn the byte order of
 * kinds it does not know, and skip them:
 *
 *   u32 magic  u32 version  u32 n_words  u32 n_bytes  u64 word[]  u8 byte[]
 *
 * Later versions of flowtop may append words; a missing one reads as its
 * default. A change of meaning takes a new kind or a new version.
 */
#ifndef FLOWTOP_SOURCE_MARK_H
#define FLOWTOP_SOURCE_MARK_H

#include "flow/sample.h"

#include <stddef.h>
#include <stdint.h>

struct health;
struct nlmsghdr;

#define MARK_MAGIC 0x666c6f77u /* a USERSOCK message of another program: no */
#define MARK_VERSION 1
#define MARK_MAX_WORDS 32
#define MARK_MAX_BYTES 64
#define MARK_HEADER 32 /* nlmsghdr and the four u32 */
#define MARK_MAX_SIZE (MARK_HEADER + 8 * MARK_MAX_WORDS + MARK_MAX_BYTES)

/* Words in brackets, then bytes. */
enum mark_kind {
	MARK_START =
		0x10, /* [wall, monotonic] version text; makes the file ours */
	MARK_CLOCK,   /* [wall clock minus file clock, modulo 2^64] */
	MARK_DUMP_BEGIN, /* [dump, 1 full 0 delta] a listing begins */
	MARK_DUMP_BIND,  /* [dump, pid, seq] its messages carry these */
	MARK_DUMP_END,   /* [dump, complete] */
	MARK_GONE,       /* [id, zone, family, proto, sport, dport] src, dst */
	MARK_LOST,       /* [n, 0 events 1 records] */
	MARK_HEALTH,     /* [struct health, see mark.c] */
	MARK_END,        /* [records dropped] an orderly end */
};

struct mark {
	uint16_t kind;
	uint32_t n_words;
	uint32_t n_bytes;
	uint64_t word[MARK_MAX_WORDS];
	uint8_t byte[MARK_MAX_BYTES];
};

/**
 * mark_encode - write @mark as a netlink message
 * @data: MARK_MAX_SIZE bytes
 *
 * Return: its size.
 */
size_t mark_encode(const struct mark *mark, void *data);

/**
 * mark_decode - read a message of family NETLINK_USERSOCK
 * @nlh: the caller has nlmsg_len bytes
 *
 * Words and bytes beyond what struct mark holds are left out.
 * Return: 0; -ENOENT it is no mark, or of another version; -EBADMSG damaged.
 */
int mark_decode(const struct nlmsghdr *nlh, struct mark *mark);

/** mark_word - word @i, or @missing. */
static inline uint64_t mark_word(const struct mark *mark, uint32_t i,
				 uint64_t missing)
{
	return i < mark->n_words ? mark->word[i] : missing;
}

/** mark_from_health, mark_to_health - a MARK_HEALTH and what it stands for.
 * Values that cannot be are stored as HEALTH_UNKNOWN. */
void mark_from_health(struct mark *mark, const struct health *health);
void mark_to_health(const struct mark *mark, struct health *health);

/** mark_from_gone, mark_to_gone - a MARK_GONE and its sample. */
void mark_from_gone(struct mark *mark, const struct flow_key *key, uint32_t id);
int mark_to_gone(const struct mark *mark, struct sample *sample);

#endif
