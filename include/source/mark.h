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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct health;
struct nlmsghdr;
struct owner_fact;
struct place;
struct proc_fact;

#define MARK_MAGIC 0x666c6f77u /* a USERSOCK message of another program: no */
#define MARK_VERSION 1
#define MARK_MAX_WORDS 32
#define MARK_MAX_BYTES 640
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
	/* [number, pid, starttime, uid, MARK_PROC_*] comm, command, unit,
	 * container, netns, user, each with a NUL. The number stands for this
	 * process until another MARK_PROC gives it away. */
	MARK_PROC,
	/* The words and bytes of MARK_GONE, and [kind, holders, is_answering,
	 * number of its MARK_PROC or 0]: whose flow it is, from now on */
	MARK_OWNER,
	MARK_PROC_ENDED, /* [number] the process has ended */
	MARK_NAME,       /* [family] address, name: of a host */
	/* [family, asn] address, then code of the country, its name, city and
	 * organisation, each with a NUL: where it is */
	MARK_PLACE,
};

/* Bits of a MARK_PROC. */
enum {
	MARK_PROC_HAS_UID = 1 << 0,
	MARK_PROC_IS_KERNEL = 1 << 1,
	MARK_PROC_HAS_ENDED = 1 << 2,
};

/* Numbers of processes: 1 to this. A writer uses them again. */
#define MARK_PROCS 16384

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

/**
 * mark_from_proc - a MARK_PROC
 * @user: the user's name; "" unknown
 */
void mark_from_proc(struct mark *mark, uint32_t number,
		    const struct proc_fact *proc, const char *user,
		    bool has_ended);

/**
 * mark_to_proc - what a MARK_PROC says
 * @proc: as proc_fact_new() made it; its strings are made harmless again
 *
 * Return: 0; -EBADMSG it says what cannot be.
 */
int mark_to_proc(const struct mark *mark, uint32_t *number,
		 struct proc_fact *proc, bool *has_ended);

/** mark_from_owner - a MARK_OWNER of flow @key with @id; @number: the one of
 * fact->proc, 0 when that is NULL. */
void mark_from_owner(struct mark *mark, const struct flow_key *key, uint32_t id,
		     const struct owner_fact *fact, uint32_t number);

/**
 * mark_to_owner - what a MARK_OWNER says; the handle and the process are left
 * to the caller
 * @sample: its key and id are the flow's
 *
 * Return: 0; -EBADMSG it says what cannot be.
 */
int mark_to_owner(const struct mark *mark, struct sample *sample,
		  struct owner_fact *fact, uint32_t *number);

/** mark_from_name - a MARK_NAME; @text: as in struct name_fact. */
void mark_from_name(struct mark *mark, const struct addr *addr, uint8_t family,
		    const char *text);

/**
 * mark_to_name - what a MARK_NAME says
 * @text, @length: borrowed from @mark; of strangers
 *
 * Return: 0; -EBADMSG it says what cannot be.
 */
int mark_to_name(const struct mark *mark, struct addr *addr, uint8_t *family,
		 const char **text, size_t *length);

/** mark_from_place - a MARK_PLACE. */
void mark_from_place(struct mark *mark, const struct addr *addr, uint8_t family,
		     const struct place *place);

#define MARK_PLACE_TEXT 128 /* longest text of a place with its NUL */

/**
 * mark_to_place - what a MARK_PLACE says
 * @texts: for the texts of @place, which are harmless then
 *
 * Return: 0; -EBADMSG it says what cannot be.
 */
int mark_to_place(const struct mark *mark, struct addr *addr, uint8_t *family,
		  struct place *place, char texts[3][MARK_PLACE_TEXT]);

/** mark_number - the first word of a MARK_PROC or MARK_PROC_ENDED. Return: 0
 * when it is none. */
uint32_t mark_number(const struct mark *mark);

#endif
