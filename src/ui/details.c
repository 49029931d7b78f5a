// SPDX-License-Identifier: GPL-2.0-only
/* Lines of the pane that flows and groups share. */
#include "ui/details.h"

#include "lib/fmt.h"
#include "lib/str.h"
#include "ui/panels.h"
#include "ui/trace.h"
#include "view/cell.h"
#include "view/groupcols.h"
#include "view/row.h"

#include <inttypes.h>
#include <string.h>

#define BAR_CELLS 20 /* behind the numbers */

bool details_bar(const struct details *d, struct words *words, int side,
		 int cells)
{
	char bar[TRACE_BAR_SIZE];

	if (!d->trace)
		return false;
	trace_bar(d->trace, side, d->now_s, cells, words->flags & CELL_UTF8,
		  bar);
	words_add(words, "|%s|", bar);
	return true;
}

/* "21.0MB/s"; what is not known, and zero, have no unit. */
static void rate_text(char *text, size_t size, const char *number,
		      unsigned int flags)
{
	str_printf(text, size, "%s%s", number,
		   !words_is_said(number) ? ""
		   : flags & CELL_BITS    ? "b/s"
					  : "B/s");
}

void details_traffic(const struct details *d, struct words *words,
		     const struct detail_traffic *traffic, bool with_bar)
{
	bool has_bits = words->flags & CELL_BITS;
	char rate[CELL_TEXT_SIZE + 4], number[CELL_TEXT_SIZE] = "?";
	float peak =
		d->trace ? trace_peak(d->trace, traffic->side, d->now_s) : -1;

	/* A smoothed rate may be above all that were measured. */
	if (peak >= 0 && traffic->shown > (double)peak)
		peak = (float)traffic->shown;
	rate_text(rate, sizeof(rate), traffic->rate, words->flags);
	words_add(words, "%-5s", traffic->bytes);
	if (traffic->has_packets)
		words_add(words, "%5s pkts", traffic->packets);
	words_add(words, "%8s", rate);
	if (peak >= 0)
		fmt_rate(number, sizeof(number), (double)peak, has_bits);
	words_add(words, "peak %5s", number);
	if (with_bar)
		details_bar(d, words, traffic->side, BAR_CELLS);
}

void details_unit(struct words *words, const struct proc_fact *proc,
		  const char *netns, bool is_named)
{
	bool is_known = proc->pid && proc->starttime;

	words_add(words, "%s%s", is_named ? "unit " : "",
		  proc->unit[0] ? proc->unit
		  : is_known    ? "-"
				: "?");
	if (proc->container[0])
		words_add(words, "in %s", proc->container);
	words_add(words, "netns %s",
		  proc->netns[0] ? proc->netns
		  : netns        ? netns
				 : "host");
}

void details_life(const struct details *d, struct words *words,
		  const struct proc_fact *proc)
{
	char text[CELL_TEXT_SIZE];

	/* The boot of this machine is not that of a recording. */
	if (!d->scene->is_recording &&
	    words_started(proc, d->scene->frame->wall_ns, text))
		words_add(words, "started %s", text);
	if (proc->parent_pid)
		words_add(words, "parent %s[%" PRIu32 "]",
			  proc->parent[0] ? proc->parent : "?",
			  proc->parent_pid);
}

static void name_of(const struct details *d, char *text, size_t size)
{
	char name[CELL_TEXT_SIZE], pid[16] = "";

	if (d->row)
		words_column(d->row, "process", name);
	else
		group_name(d->group, name);
	if (d->row && d->row->proc && d->row->proc->pid)
		str_printf(pid, sizeof(pid), "[%" PRIu32 "]",
			   d->row->proc->pid);
	else if (d->group && d->group->ref.pid)
		str_printf(pid, sizeof(pid), "[%" PRIu32 "]",
			   d->group->ref.pid);
	str_printf(text, size, "%s%s", name, pid);
}

static void add_far(const struct details *d, char *text, size_t size)
{
	char host[CELL_TEXT_SIZE], port[CELL_TEXT_SIZE], dir[CELL_TEXT_SIZE];
	size_t n = strlen(text);
	struct value value;

	words_column(d->row, "address", host);
	words_column(d->row, "port", port);
	column_get(column_find("dir"), d->row, &value);
	value_format(&value, 0, d->scene->cell_flags, dir);
	str_printf(text + n, size - n, " %s %s%s%s ", dir, host,
		   d->row->proto->has_ports ? ":" : "",
		   d->row->proto->has_ports ? port : "");
}

void details_title(const struct details *d, char *text, size_t size)
{
	char proto[CELL_TEXT_SIZE], state[CELL_TEXT_SIZE];
	size_t n;

	name_of(d, text, size);
	if (!d->row)
		return;
	if (d->shape == SHAPE_WIDE)
		add_far(d, text, size);
	words_column(d->row, "proto", proto);
	words_column(d->row, "state", state);
	n = strlen(text);
	str_printf(text + n, size - n, " %s%s%s%s", proto,
		   strcmp(state, "-") ? " " : "",
		   strcmp(state, "-") ? state : "",
		   d->row->is_closed ? " closed" : "");
}
