// SPDX-License-Identifier: GPL-2.0-only
/* Ladders of columns that a user has chosen. */
#include "view/chosen.h"

#include "view/columns.h"

const char *chosen_id(enum layout_kind kind, int number)
{
	const struct ladder *usual = ladders[kind];

	return number < usual->n_slots ? usual->slots[number].top
				       : usual->extras[number - usual->n_slots];
}

static const struct column *column_of(enum layout_kind kind, int number)
{
	return layout_column(kind, chosen_id(kind, number));
}

/* The slot of each number; -1: not shown. */
static void make_slots(enum layout_kind kind, struct chosen *chosen,
		       int slot_of[LADDER_SLOTS])
{
	const struct ladder *usual = ladders[kind];
	int n = 0;

	for (int i = 0; i < chosen->n; i++) {
		int number = chosen->order[i];

		slot_of[number] = -1;
		if (!chosen->is_shown[number])
			continue;
		slot_of[number] = n;
		if (number < usual->n_slots)
			chosen->slots[n] = usual->slots[number];
		else
			chosen->slots[n] = (struct ladder_slot){
				.top = chosen_id(kind, number),
			};
		n++;
	}
	chosen->ladder.slots = chosen->slots;
	chosen->ladder.n_slots = n;
	/* What reaches below others must not meet what is there now. */
	for (int i = 0; i < n; i++) {
		int span = 1;

		while (span < chosen->slots[i].bottom_span && i + span < n &&
		       !chosen->slots[i + span].bottom)
			span++;
		chosen->slots[i].bottom_span = span;
	}
}

static void add_step(struct chosen *chosen, int slot, int cells, bool is_joined)
{
	chosen->steps[chosen->ladder.n_steps++] = (struct ladder_step){
		.slot = (int8_t)slot,
		.cells = (uint8_t)cells,
		.is_joined = is_joined,
	};
}

/* Whether step @i brings its column. */
static bool is_first_step(const struct ladder *ladder, int i)
{
	for (int j = 0; j < i; j++)
		if (ladder->steps[j].slot == ladder->steps[i].slot)
			return false;
	return true;
}

static int min_cells(enum layout_kind kind, int number)
{
	const struct ladder *usual = ladders[kind];

	for (int i = 0; i < usual->n_steps; i++)
		if (usual->steps[i].slot == number)
			return usual->steps[i].cells;
	return column_of(kind, number)->min_cells;
}

static void add_extras(enum layout_kind kind, struct chosen *chosen,
		       const int slot_of[LADDER_SLOTS], bool is_wide)
{
	for (int i = ladders[kind]->n_slots; i < chosen->n; i++) {
		const struct column *column = column_of(kind, i);
		bool is_wider = column->ideal_cells > column->min_cells;

		if (slot_of[i] < 0 || (is_wide && !is_wider))
			continue;
		add_step(chosen, slot_of[i],
			 is_wide ? column->ideal_cells : column->min_cells,
			 false);
	}
}

/* In the order of the list, then as they are usually widened. */
static void make_own_steps(enum layout_kind kind, struct chosen *chosen,
			   const int slot_of[LADDER_SLOTS])
{
	const struct ladder *usual = ladders[kind];

	for (int i = 0; i < chosen->n; i++) {
		int number = chosen->order[i];

		if (slot_of[number] >= 0)
			add_step(chosen, slot_of[number],
				 min_cells(kind, number), false);
	}
	for (int i = 0; i < usual->n_steps; i++) {
		const struct ladder_step *step = &usual->steps[i];

		if (slot_of[step->slot] >= 0 && !is_first_step(usual, i))
			add_step(chosen, slot_of[step->slot], step->cells,
				 false);
	}
}

/* The usual ones, without those of columns that are not there. */
static void make_usual_steps(enum layout_kind kind, struct chosen *chosen,
			     const int slot_of[LADDER_SLOTS])
{
	const struct ladder *usual = ladders[kind];
	bool has_extras = false;

	for (int i = 0; i < usual->n_steps; i++) {
		const struct ladder_step *step = &usual->steps[i];
		int n = chosen->ladder.n_steps;

		if (!has_extras && !is_first_step(usual, i)) {
			add_extras(kind, chosen, slot_of, false);
			has_extras = true;
		}
		if (slot_of[step->slot] >= 0)
			add_step(chosen, slot_of[step->slot], step->cells,
				 step->is_joined);
		else if (i && usual->steps[i - 1].is_joined && n)
			chosen->steps[n - 1].is_joined = step->is_joined;
	}
}

void chosen_make(enum layout_kind kind, struct chosen *chosen)
{
	int slot_of[LADDER_SLOTS];

	chosen->ladder = *ladders[kind];
	chosen->ladder.steps = chosen->steps;
	chosen->ladder.n_steps = 0;
	make_slots(kind, chosen, slot_of);
	if (chosen->is_own)
		make_own_steps(kind, chosen, slot_of);
	else
		make_usual_steps(kind, chosen, slot_of);
	add_extras(kind, chosen, slot_of, true);
}
