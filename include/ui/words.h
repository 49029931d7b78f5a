/* SPDX-License-Identifier: GPL-2.0-only */
/* Lines of words about a flow or a group: whole parts, as far as they fit. */
#ifndef FLOWTOP_UI_WORDS_H
#define FLOWTOP_UI_WORDS_H

#include "net/addr.h"
#include "ui/draw.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct group;
struct proc_fact;
struct row;

struct words {
	char text[LINE_TEXT];
	int width;          /* cells */
	unsigned int flags; /* of cells */
};

/** words_add - one more part, two blanks behind the last one; not if it does
 * not fit, but the first one in any case. */
void words_add(struct words *words, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** words_end - "192.0.2.7:443", "[2001:db8::7]:443"; without a port where the
 * protocol has none. */
void words_end(const struct row *row, const struct addr *addr, uint16_t port,
	       char *text, size_t size);

/** words_column, words_group - the value of a column, as long as it is. @text:
 * CELL_TEXT_SIZE bytes */
void words_column(const struct row *row, const char *id, char *text);
void words_group(const struct group *group, const char *id, char *text);

/** words_is_said - whether the text of a value says anything: not "-", "?". */
bool words_is_said(const char *text);

/** words_place - "DE Frankfurt AS64502 EXAMPLE-CLOUD", what there is of it;
 * @cc, @city, @network: names of columns */
void words_place(const struct row *row, const char *cc, const char *city,
		 const char *network, unsigned int flags, char *text,
		 size_t size);

/** words_time - "10:02:11", with the date when it was another day than @now_ns.
 * @text: CELL_TEXT_SIZE bytes */
void words_time(uint64_t ns, uint64_t now_ns, char *text);

/** words_started - when a process of this machine was started, as words_time().
 * Return: false: not known. */
bool words_started(const struct proc_fact *proc, uint64_t now_ns, char *text);

/** words_counts - "41 flows to 19 hosts, 5 processes": what was counted of a
 * group. @text: LINE_TEXT / 2 bytes */
void words_counts(const struct group *group, char *text);

/** words_port - "https tcp/443", of a group that is a port. @text: as before */
void words_port(const struct group *group, char *text);

#endif
