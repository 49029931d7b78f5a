// SPDX-License-Identifier: GPL-2.0-only
/* Lines of the pane about the ends of a flow. */
#include "lib/fmt.h"
#include "ui/details.h"
#include "ui/pane.h"
#include "ui/panels.h"
#include "view/value.h"

static bool is_ours(const struct row *row, int end)
{
	uint8_t own = end == END_SRC ? FLOW_DIR_OUT : FLOW_DIR_IN;

	return row->info.dir == own || row->info.dir == FLOW_DIR_LOCAL;
}

/* The interface is that of the near address. */
static const char *iface_of(const struct row *row, int end)
{
	return is_ours(row, end) && end != row->far ? row->iface : "";
}

static const struct addr *end_addr(const struct row *row, int end)
{
	const struct tuple *orig = &row->info.key.tuple;

	return end == END_SRC ? &orig->src : &orig->dst;
}

/* Of the side that was asked for something. */
static bool has_service(const struct row *row, int end)
{
	bool is_answering = row->info.has & FLOW_ANSWERING;

	return row->service && (end == END_SRC) == is_answering;
}

static void add_end(const struct details *d, struct words *words)
{
	const struct tuple *orig = &d->row->info.key.tuple;
	char text[LINE_TEXT / 4];

	words_end(d->row, end_addr(d->row, d->which),
		  d->which == END_SRC ? orig->sport : orig->dport, text,
		  sizeof(text));
	words_add(words, "%s", text);
	if (has_service(d->row, d->which))
		words_add(words, "%s", d->row->service);
}

static void add_ours(const struct details *d, struct words *words)
{
	const char *iface = iface_of(d->row, d->which);

	if (is_ours(d->row, d->which))
		words_add(words, "this host%s%s", iface[0] ? ", " : "", iface);
}

static void add_name(const struct details *d, struct words *words)
{
	const struct pane *pane = d->scene->pane;
	const struct name_fact *name = d->row->name[d->which];
	char age[CELL_TEXT_SIZE];

	if (!name)
		return;
	if (pane->has_name_age[d->which]) {
		fmt_age(age, sizeof(age), pane->name_age_ns[d->which]);
		words_add(words, "%s (%s old)", name->text, age);
	} else {
		words_add(words, "%s", name->text);
	}
}

static void add_place(const struct details *d, struct words *words)
{
	bool is_src = d->which == END_SRC;
	char text[LINE_TEXT / 4];

	words_place(d->row, is_src ? "src_country" : "dst_country",
		    is_src ? "src_city" : "dst_city",
		    is_src ? "src_network" : "dst_network", words->flags, text,
		    sizeof(text));
	if (text[0])
		words_add(words, "%s", text);
}

/* "192.0.2.7:50022  this host, wlan0" */
bool details_end(const struct details *d, struct words *words)
{
	add_end(d, words);
	add_ours(d, words);
	return true;
}

bool details_known(const struct details *d, struct words *words)
{
	add_name(d, words);
	add_place(d, words);
	return words->text[0];
}

/* The same in a line each. */
bool details_end_alone(const struct details *d, struct words *words)
{
	add_end(d, words);
	return true;
}

bool details_name(const struct details *d, struct words *words)
{
	add_name(d, words);
	add_ours(d, words);
	return words->text[0];
}

bool details_place(const struct details *d, struct words *words)
{
	add_place(d, words);
	return words->text[0];
}
