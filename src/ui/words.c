// SPDX-License-Identifier: GPL-2.0-only
/* Lines of words. */
#include "ui/words.h"

#include "lib/clock.h"
#include "lib/str.h"
#include "view/cell.h"
#include "view/groupcols.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void words_add(struct words *words, const char *format, ...)
{
	char part[LINE_TEXT];
	size_t n = strlen(words->text);
	va_list ap;

	va_start(ap, format);
	vsnprintf(part, sizeof(part), format, ap);
	va_end(ap);
	if (n && text_cells(words->text) + 2 + text_cells(part) > words->width)
		return;
	str_printf(words->text + n, sizeof(words->text) - n, "%s%s",
		   n ? "  " : "", part);
}

void words_end(const struct row *row, const struct addr *addr, uint16_t port,
	       char *text, size_t size)
{
	char number[ADDR_TEXT_SIZE];
	bool is_ipv6 = row->info.key.family == FAMILY_IPV6;

	addr_format(addr, row->info.key.family, number);
	if (!row->proto->has_ports)
		str_copy(text, size, number);
	else
		str_printf(text, size, "%s%s%s:%u", is_ipv6 ? "[" : "", number,
			   is_ipv6 ? "]" : "", port);
}

void words_column(const struct row *row, const char *id, char *text)
{
	struct value value;

	column_get(column_find(id), row, &value);
	value_format(&value, 0, 0, text);
}

void words_group(const struct group *group, const char *id, char *text)
{
	struct value value;

	column_get_group(group_column_find(id), group, &value);
	value_format(&value, 0, 0, text);
}

bool words_is_said(const char *text)
{
	return strcmp(text, "-") && strcmp(text, "?");
}

void words_place(const struct row *row, const char *cc, const char *city,
		 const char *network, unsigned int flags, char *text,
		 size_t size)
{
	const char *const ids[] = { cc, city, network };

	text[0] = '\0';
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		size_t n = strlen(text);
		char part[CELL_TEXT_SIZE];
		struct value value;

		column_get(column_find(ids[i]), row, &value);
		value_format(&value, 0, flags, part);
		if (words_is_said(part))
			str_printf(text + n, size - n, "%s%s", n ? " " : "",
				   part);
	}
}

void words_time(uint64_t ns, uint64_t now_ns, char *text)
{
	char now[CELL_TEXT_SIZE];
	struct value value = { .type = VAL_TIME, .u = now_ns };

	value_format(&value, 0, 0, now);
	value.u = ns;
	value_format(&value, 0, 0, text);
	if (!strncmp(text, now, strlen("2026-01-01 ")))
		memmove(text, text + strlen("2026-01-01 "),
			strlen(text + strlen("2026-01-01 ")) + 1);
}

bool words_started(const struct proc_fact *proc, uint64_t now_ns, char *text)
{
	uint64_t boot_ns = clock_wall_ns() - clock_boot_ns();
	uint64_t tick_ns = NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK);

	if (!proc->starttime)
		return false;
	words_time(boot_ns + proc->starttime * tick_ns, now_ns, text);
	return true;
}

/* ---------------------------------------------------------------- groups */

static void add_count(char *text, uint32_t n, const char *one, const char *many,
		      const char *before)
{
	size_t at = strlen(text);

	if (n)
		str_printf(text + at, LINE_TEXT / 2 - at, "%s%" PRIu32 " %s",
			   before, n, n == 1 ? one : many);
}

void words_counts(const struct group *group, char *text)
{
	const struct group_many *many = group->many;
	bool is_place = group->ref.kind >= GROUP_COUNTRY &&
			group->ref.kind <= GROUP_LOCAL;

	text[0] = '\0';
	add_count(text, group->n_flows, "flow", "flows", "");
	add_count(text, many[SECOND_HOST].n, "host", "hosts",
		  is_place ? ", " : " to ");
	add_count(text, many[SECOND_NETWORK].n, "network", "networks", ", ");
	if (!is_place)
		add_count(text, many[SECOND_OWNER].n, "process", "processes",
			  ", ");
	add_count(text, many[SECOND_PORT].n, "port", "ports", ", ");
	if (group_is_closed(group))
		str_copy(text, LINE_TEXT / 2, "no flows");
	else if (many[SECOND_PORT].n == 1 && group->service)
		str_printf(text + strlen(text), LINE_TEXT / 2 - strlen(text),
			   " (%s)", group->service);
}

void words_port(const struct group *group, char *text)
{
	char name[CELL_TEXT_SIZE], proto[CELL_TEXT_SIZE], port[CELL_TEXT_SIZE];

	words_group(group, "service", name);
	words_group(group, "proto", proto);
	words_group(group, "port", port);
	if (!strcmp(port, "-"))
		str_copy(text, LINE_TEXT / 2, proto);
	else
		str_printf(text, LINE_TEXT / 2, "%s%s%s/%s",
			   group->service ? name : "",
			   group->service ? " " : "", proto, port);
}
