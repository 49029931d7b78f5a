// SPDX-License-Identifier: GPL-2.0-only
/* Columns that a user has chosen: by a list, or one by one in a box. */
#include "view/choice.h"

#include "lib/nearword.h"
#include "lib/str.h"
#include "view/chosen.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

static struct chosen choices[LAYOUT_KINDS];

const struct ladder *choice_ladder(enum layout_kind kind)
{
	return choices[kind].is_set ? &choices[kind].ladder : ladders[kind];
}

/* ------------------------------------------------------------ what there is */

static const struct column *column_of(enum layout_kind kind, int i)
{
	return layout_column(kind, chosen_id(kind, i));
}

static const char *title_of(enum layout_kind kind, int i)
{
	const struct ladder *usual = ladders[kind];
	const struct column *column = column_of(kind, i);

	if (i < usual->n_slots && usual->slots[i].title)
		return usual->slots[i].title;
	return column->title ? column->title : column->id;
}

static void set_usual(enum layout_kind kind, struct chosen *chosen)
{
	const struct ladder *usual = ladders[kind];

	chosen->is_set = chosen->is_own = false;
	chosen->n = usual->n_slots + usual->n_extras;
	for (int i = 0; i < chosen->n; i++) {
		chosen->order[i] = (uint8_t)i;
		chosen->is_shown[i] = i < usual->n_slots;
	}
}

static void get_chosen(enum layout_kind kind, struct chosen *chosen)
{
	*chosen = choices[kind];
	if (!chosen->is_set)
		set_usual(kind, chosen);
}

static bool is_usual(enum layout_kind kind, const struct chosen *chosen)
{
	int n_slots = ladders[kind]->n_slots, last = -1;

	for (int i = 0; i < chosen->n; i++) {
		int number = chosen->order[i];

		if (chosen->is_shown[number] != (number < n_slots))
			return false;
		if (!chosen->is_shown[number])
			continue;
		if (number < last)
			return false;
		last = number;
	}
	return !chosen->is_own;
}

static void use_chosen(enum layout_kind kind, const struct chosen *wanted)
{
	struct chosen *chosen = &choices[kind];

	*chosen = *wanted;
	chosen->is_set = !is_usual(kind, chosen);
	if (chosen->is_set)
		chosen_make(kind, chosen);
}

void choice_reset(enum layout_kind kind)
{
	choices[kind].is_set = false;
}

/* ------------------------------------------------------------------ by name */

/* Return: a number; -1 none. Ids are never the same, titles may be. */
static int find(enum layout_kind kind, const char *name)
{
	int n = ladders[kind]->n_slots + ladders[kind]->n_extras;

	for (int i = 0; i < n; i++)
		if (!strcasecmp(name, chosen_id(kind, i)))
			return i;
	for (int i = 0; i < n; i++)
		if (!strcasecmp(name, title_of(kind, i)))
			return i;
	return -1;
}

const struct column *choice_column(enum layout_kind kind, const char *name)
{
	int i = find(kind, name);

	return i < 0 ? NULL : column_of(kind, i);
}

void choice_unknown(enum layout_kind kind, const char *name, char *error,
		    size_t size)
{
	int n = ladders[kind]->n_slots + ladders[kind]->n_extras;
	struct near_word near = { 0 };

	for (int i = 0; i < n; i++) {
		near_word_try(&near, name, chosen_id(kind, i));
		near_word_try(&near, name, title_of(kind, i));
	}
	str_printf(error, size, "unknown column \"%s\"%s%s%s", name,
		   near.word ? "; did you mean \"" : " (help lists them)",
		   near.word ? near.word : "", near.word ? "\"?" : "");
}

static int place_of(const struct chosen *chosen, int number)
{
	int i = 0;

	while (chosen->order[i] != number)
		i++;
	return i;
}

/* Take @number from its place and put it before @place, as things are then. */
static void put_at(struct chosen *chosen, int number, int place)
{
	int from = place_of(chosen, number);
	uint8_t *order = chosen->order;

	memmove(&order[from], &order[from + 1], (size_t)(chosen->n - from - 1));
	memmove(&order[place + 1], &order[place],
		(size_t)(chosen->n - place - 1));
	order[place] = (uint8_t)number;
}

/* Behind all others that are shown. */
static void put_last(struct chosen *chosen, int number)
{
	int end = 0;

	chosen->is_shown[number] = false;
	for (int i = 0; i < chosen->n; i++)
		if (chosen->is_shown[chosen->order[i]])
			end = i + 1;
	end -= place_of(chosen, number) < end;
	put_at(chosen, number, end);
	chosen->is_shown[number] = true;
}

static bool has_shown(const struct chosen *chosen)
{
	for (int i = 0; i < chosen->n; i++)
		if (chosen->is_shown[i])
			return true;
	return false;
}

struct parsing {
	enum layout_kind kind;
	struct chosen chosen;
	bool seen[LADDER_SLOTS];
	int n_items, n_signed;
	char *error;
	size_t size;
};

/* "name", "+name" or "-name". Return: 0 or -EINVAL. */
static int take_item(struct parsing *p, const char *item)
{
	bool is_signed = *item == '+' || *item == '-';
	const char *name = item + is_signed;
	int number = find(p->kind, name);

	if (!*name) {
		str_printf(p->error, p->size,
			   "names of columns with commas between");
		return -EINVAL;
	}
	if (number < 0) {
		choice_unknown(p->kind, name, p->error, p->size);
		return -EINVAL;
	}
	if (p->seen[number]) {
		str_printf(p->error, p->size, "column \"%s\" is there twice",
			   name);
		return -EINVAL;
	}
	p->seen[number] = true;
	p->n_items++;
	p->n_signed += is_signed;
	if (p->n_signed && p->n_signed < p->n_items) {
		str_printf(p->error, p->size,
			   "either names or changes (+name, -name), not both");
		return -EINVAL;
	}
	if (p->n_items == 1 && !is_signed)
		memset(p->chosen.is_shown, 0, sizeof(p->chosen.is_shown));
	if (*item == '-')
		p->chosen.is_shown[number] = false;
	else
		put_last(&p->chosen, number);
	return 0;
}

static int take_list(struct parsing *p, const char *list)
{
	char item[CELL_TEXT_SIZE];

	for (;; list++) {
		size_t size = strcspn(list, ",");

		if (size >= sizeof(item)) {
			str_printf(p->error, p->size, "a name is too long");
			return -EINVAL;
		}
		memcpy(item, list, size);
		item[size] = '\0';
		if (take_item(p, item))
			return -EINVAL;
		list += size;
		if (!*list)
			break;
	}
	if (has_shown(&p->chosen))
		return 0;
	str_printf(p->error, p->size, "no column is left");
	return -EINVAL;
}

int choice_set(enum layout_kind kind, const char *list, char *error,
	       size_t size)
{
	struct parsing p = { .kind = kind, .error = error, .size = size };

	error[0] = '\0';
	if (!list || !*list) {
		choice_reset(kind);
		return 0;
	}
	set_usual(kind, &p.chosen);
	if (take_list(&p, list))
		return -EINVAL;
	p.chosen.is_own = !p.n_signed;
	use_chosen(kind, &p.chosen);
	return 0;
}

/* ------------------------------------------------------------------ as text */

static void add_text(char *text, const char *sign, const char *id)
{
	size_t n = strlen(text);

	str_printf(text + n, CHOICE_TEXT - n, "%s%s%s", n ? "," : "", sign, id);
}

/* So many columns at the left stay where they are when all that are shown to
 * their right are put there one after the other. */
static int places_kept(enum layout_kind kind, const struct chosen *chosen)
{
	int n_slots = ladders[kind]->n_slots, i = 0;
	int next = 0;

	for (; i < chosen->n; i++) {
		int number = chosen->order[i];

		if (!chosen->is_shown[number])
			continue;
		while (next < n_slots && !chosen->is_shown[next])
			next++;
		if (number != next || number >= n_slots)
			break;
		next++;
	}
	return i;
}

void choice_text(enum layout_kind kind, char *text)
{
	const struct chosen *chosen = &choices[kind];
	int kept;

	text[0] = '\0';
	if (!chosen->is_set)
		return;
	kept = chosen->is_own ? 0 : places_kept(kind, chosen);
	for (int i = 0; i < ladders[kind]->n_slots && !chosen->is_own; i++)
		if (!chosen->is_shown[i])
			add_text(text, "-", chosen_id(kind, i));
	for (int i = kept; i < chosen->n; i++)
		if (chosen->is_shown[chosen->order[i]])
			add_text(text, chosen->is_own ? "" : "+",
				 chosen_id(kind, chosen->order[i]));
}

/* ------------------------------------------------------------------ for a box
 */

int choice_list(enum layout_kind kind, enum layout_places places,
		struct choice_item items[LADDER_SLOTS])
{
	int from[LADDER_SLOTS], slot = 0;
	struct chosen chosen;

	get_chosen(kind, &chosen);
	layout_widths(kind, places, from);
	for (int i = 0; i < chosen.n; i++) {
		int number = chosen.order[i];
		bool is_shown = chosen.is_shown[number];

		items[i] = (struct choice_item){
			.column = column_of(kind, number),
			.title = title_of(kind, number),
			.is_shown = is_shown,
			.is_usual = number < ladders[kind]->n_slots,
			.from = is_shown ? from[slot++] : 0,
		};
	}
	return chosen.n;
}

bool choice_toggle(enum layout_kind kind, int i)
{
	struct chosen chosen;
	bool *is_shown;

	get_chosen(kind, &chosen);
	is_shown = &chosen.is_shown[chosen.order[i]];
	*is_shown ^= true;
	if (!has_shown(&chosen))
		return false;
	use_chosen(kind, &chosen);
	return true;
}

int choice_move(enum layout_kind kind, int i, int by)
{
	struct chosen chosen;
	int to = i + by;

	get_chosen(kind, &chosen);
	if (to < 0 || to >= chosen.n)
		return i;
	put_at(&chosen, chosen.order[i], to);
	use_chosen(kind, &chosen);
	return to;
}
