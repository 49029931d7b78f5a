/* SPDX-License-Identifier: GPL-2.0-only */
/* The file behind a replay: whole records out of a file or a pipe, in fixed
 * memory, without ever waiting. Used by replay.c only. */
#ifndef FLOWTOP_SOURCE_RECREADER_H
#define FLOWTOP_SOURCE_RECREADER_H

#include "source/pcap.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECREADER_BLOCK 65536 /* one read */
#define RECREADER_SIZE                                                         \
	(PCAP_RECORD_HEADER + PCAP_MAX_CAPTURED + RECREADER_BLOCK)

struct recreader {
	int fd;
	bool is_stdin;
	bool has_eof;
	struct pcap_format format;
	uint64_t offset;   /* in the file, of input[start] */
	size_t start, end; /* of what has been read and not dropped */
	uint8_t input[RECREADER_SIZE];
};

/**
 * recreader_open - open a file
 * @path: "-" is standard input
 * @wrong: on failure, why
 *
 * Return: 0, then closed with recreader_close(); negative errno.
 */
int recreader_open(struct recreader *reader, const char *path,
		   const char **wrong);

/** recreader_begin - read the file's header, and wait for it. Return: 0 or
 * negative errno. */
int recreader_begin(struct recreader *reader, const char **wrong);
void recreader_close(struct recreader *reader);

/**
 * recreader_fill - read one block, if there is something to read
 *
 * Return: bytes; 0 nothing now, or the end (has_eof); negative errno.
 */
int recreader_fill(struct recreader *reader);

/**
 * recreader_peek - look at the next record
 * @record: filled in as soon as its header is there
 * @wrong: set when it cannot be read
 *
 * Return: 1 it is there, whole; 0 more has to be read; -EBADMSG.
 */
int recreader_peek(const struct recreader *reader, struct pcap_record *record,
		   const char **wrong);

/** recreader_packet - the captured bytes of a record that is there, whole. */
const uint8_t *recreader_packet(const struct recreader *reader);

/** recreader_drop - go on behind @record. */
void recreader_drop(struct recreader *reader, const struct pcap_record *record);

#endif
