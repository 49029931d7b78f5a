// SPDX-License-Identifier: GPL-2.0-only
/* Text for the clipboard. */
#include "ui/copy.h"

#include "lib/sanitize.h"
#include "lib/str.h"
#include "ui/commands.h"
#include "ui/flows.h"
#include "ui/pane.h"
#include "ui/state.h"
#include "ui/term.h"
#include "view/groupcols.h"

#include <stdint.h>
#include <string.h>

_Static_assert(COMMAND_TEXT <= COPY_TEXT, "a command is copied whole");

#define SAY_NS (4 * NS_PER_S)

static size_t put_base64(const char *text, char *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t left = strlen(text), n = 0;

	for (; left; text += 3) {
		size_t taken = left < 3 ? left : 3;
		uint32_t bits = 0;

		for (size_t i = 0; i < 3; i++)
			bits = bits << 8 | (i < taken ? (uint8_t)text[i] : 0U);
		for (size_t i = 0; i < 4; i++)
			out[n++] = i <= taken
					   ? digits[bits >> (18 - 6 * i) & 63]
					   : '=';
		left -= taken;
	}
	return n;
}

size_t copy_sequence(const char *text, char sequence[COPY_SEQUENCE])
{
	static const char head[] = "\033]52;c;";
	char clean[COPY_TEXT];
	size_t n = sizeof(head) - 1;

	sanitize_text(clean, sizeof(clean), text, strlen(text), NULL);
	memcpy(sequence, head, n);
	n += put_base64(clean, sequence + n);
	sequence[n++] = '\a';
	return n;
}

/* ---------------------------------------------------------------- what */

/* Return: whether there is another one. "" when there is none at all. */
static bool take_command(struct ui *ui, const struct row *row, char *text)
{
	struct pane *pane = &ui->pane;
	struct flow_ref ref = row_ref(row);
	char other[COMMAND_TEXT];
	bool has_delete = command_delete(row, text);
	bool has_kill = command_kill(row, other);
	bool is_again = flow_ref_matches(&pane->copied, &ref.key, ref.id) &&
			!pane->has_copied_other;

	pane->copied = ref;
	pane->has_copied_other = has_kill && (is_again || !has_delete);
	if (pane->has_copied_other)
		str_copy(text, COPY_TEXT, other);
	return has_delete && has_kill;
}

static void take_name(const struct item *item, char *text)
{
	const struct group_ref *ref;

	if (item->row) {
		addr_format(&item->row->far_addr, item->row->info.key.family,
			    text);
		return;
	}
	ref = &item->group->ref;
	if (ref->kind == GROUP_HOST || ref->kind == GROUP_INSIDE)
		addr_format(&ref->addr, ref->family, text);
	else
		group_name(item->group, text);
}

void copy_act(struct ui *ui)
{
	char text[COPY_TEXT] = "", sequence[COPY_SEQUENCE];
	const char *more = "";
	struct item item;

	/* Keys may come faster than pictures, and frames. */
	ui_catch_up(ui);
	ui_place_drawn(ui);
	if (!pane_item(ui, ui->drawn.cursor, &item)) {
		ui_say(ui, UI_MESSAGE_NS, "nothing is selected to copy");
		return;
	}
	if (!ui->pane.size || !item.row)
		take_name(&item, text);
	else if (take_command(ui, item.row, text))
		more = ", y again the other one";
	if (!text[0])
		ui_say(ui, UI_MESSAGE_NS,
		       item.row->is_closed
			       ? "no command: this flow has ended"
			       : "no command that means this flow alone");
	else if (!term_takes_more())
		ui_say(ui, SAY_NS,
		       "this kind of terminal has no clipboard to copy to");
	else if (!term_send(sequence, copy_sequence(text, sequence)))
		ui_say(ui, UI_MESSAGE_NS, "not copied: the terminal is behind");
	else
		ui_say(ui, SAY_NS, "copied%s: %s", more, text);
}
