/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the screen shows just now. Shared by the loop, the actions of keys and
 * nobody else.
 *
 * A picture (struct view_frame) is what the table was at one moment. It holds
 * more flows than fit, so that moving inside of it needs no new one. While the
 * screen is paused, new ones are made of a still, which has every flow; a table
 * that is too large for one leaves the picture that there was.
 *
 * Of a large table a picture takes a while. When a key has chosen another list
 * or order, what is known of that is drawn at once, around the rows that there
 * are; the picture comes next, and other keys of this kind before it.
 */
#ifndef FLOWTOP_UI_STATE_H
#define FLOWTOP_UI_STATE_H

#include "lib/clock.h"
#include "ui/messages.h"
#include "ui/pace.h"
#include "ui/status.h"
#include "ui/steady.h"
#include "view/layout.h"
#include "view/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct overlay;
struct still;
struct ui_config;
struct ui_env;

#define UI_NEVER UINT64_MAX
#define UI_MESSAGE_SIZE 160
#define UI_MESSAGE_NS (2 * NS_PER_S)
#define UI_PAUSE_NS (5 * NS_PER_S) /* the title counts a pause by these */

/* What covers the screen. */
enum ui_page { PAGE_FLOWS, PAGE_HELP, PAGE_MESSAGES };

/*
 * Where one is in a list, and how it is ordered.
 *
 * The window and the cursor are ranks. A floating cursor stays where it is
 * while the list changes under it. An anchored one belongs to a flow or a
 * group, and the list moves so that this stays in its line.
 */
struct ui_place {
	/* What the user chose; NULL: the usual order. */
	const struct column *sort;
	bool is_reverse; /* of the column's usual direction */
	int shift; /* columns to the left that make room for hidden ones */
	size_t top, cursor;
	bool is_anchored;
	bool has_anchor; /* it is known whose it is: */
	struct flow_ref anchor;
	struct group_ref group_anchor;
	size_t line; /* of the cursor, from the top */
};

#define UI_VIEWS 8 /* at most */

/* What was drawn of a picture. */
struct ui_drawn {
	struct layout layout;
	size_t top, cursor;
	/* Shown in full: the selected row; on a slow line that of the moment
	 * of the picture, so that a key that moves costs next to nothing. */
	size_t peek;
	uint64_t peek_picture;
};

struct ui {
	const struct ui_config *config;
	const struct ui_env *env;
	struct view_query query;
	struct view_frame frame;
	struct still *still; /* NULL: not paused, or too many flows */
	struct status status;
	struct status_memory memory;
	struct steady steady;
	struct messages messages;
	bool show_src;
	enum layout_traffic traffic;
	unsigned int cell_flags;
	bool no_names, no_services;
	enum layout_places location;
	uint64_t interval_ns; /* as the user wants it: ui_pace_ns() */
	struct pace pace;

	int view; /* row of view_kinds */
	struct ui_place place;
	struct ui_place places[UI_VIEWS]; /* of the other views */

	/* With query.has_only: the flows of a group of view @back. */
	int back;
	char only[CELL_TEXT_SIZE];   /* in words */
	struct ui_place flows_place; /* in the list of all flows */

	/* CLOCK_MONOTONIC, whatever the clock of the source is. */
	uint64_t now_ns;
	uint64_t start_ns;
	uint64_t since_ns;   /* wall clock of the first picture; 0: none yet */
	uint64_t end_ns;     /* when the recording was over; 0: not yet */
	uint64_t tick_ns;    /* when the next tick is due */
	uint64_t hold_ns;    /* until then the order stands still */
	uint64_t settle_ns;  /* until then small differences do not count */
	uint64_t paused_ns;  /* since when; with is_paused */
	uint64_t message_ns; /* until when; UI_NEVER: no message */
	uint64_t take_ns;    /* until then nothing is taken of what was found */
	uint64_t sync_ns; /* until then it may say that it takes whole frames */
	uint64_t light_ns;   /* until then the terminal may say that it is */
	uint64_t clicked_ns; /* when the mouse chose a row; 0: not lately */
	int clicked_line;    /* of the list */
	uint64_t resize_ns;  /* when to believe a new size; UI_NEVER: none */
	char message[UI_MESSAGE_SIZE];

	uint64_t n_refreshes;
	uint64_t n_pictures;
	uint64_t version; /* of the table, when the picture was made */
	uint64_t took_ns; /* to make the picture */
	struct ui_drawn drawn;
	const struct overlay *overlay; /* NULL: none */
	struct {
		int cursor, top; /* lines of the list in it */
		bool is_sort;    /* choosing an order closes it */
	} columnbox;
	enum ui_page page;
	int page_top; /* first line shown of a page of text */
	bool is_paused;
	bool is_stale;   /* a new picture is wanted */
	bool is_due;     /* one that can wait: keys go first, for an interval */
	bool is_other;   /* it is of another list or order, which a key chose */
	uint64_t due_ns; /* since then */
	bool is_dirty;   /* a new frame is wanted */
	bool is_over;
	int error;
};

/** ui_say - show a text in the last row for a while. */
void ui_say(struct ui *ui, uint64_t ns, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * ui_pause - stop the picture, with all flows if they are not too many
 *
 * Return: 0; negative errno when only what was shown stands still.
 */
int ui_pause(struct ui *ui);

/** ui_resume - go on. */
void ui_resume(struct ui *ui);

/** ui_has_part - the picture stands still and is not of all flows. */
bool ui_has_part(const struct ui *ui);

/** ui_complain - say @text, and keep it on the page of messages. */
void ui_complain(struct ui *ui, const char *text);

/** ui_pace_ns - time between frames, which a slow terminal gets less often. */
static inline uint64_t ui_pace_ns(const struct ui *ui)
{
	return pace_interval(&ui->pace, ui->interval_ns);
}

/** ui_page_lines - lines of a page of text that fit. */
int ui_page_lines(void);

/** ui_sort - the column in use; @is_descending: and its direction. */
const struct column *ui_sort(const struct ui *ui, bool *is_descending);

/** ui_layout - the columns in use. */
void ui_layout(const struct ui *ui, struct layout *layout);

/** ui_clamp - put the cursor on a flow of the list, and the window around the
 * cursor. */
void ui_clamp(struct ui *ui);

/** ui_list_changed - another list or order: a part of a picture cannot show it.
 */
void ui_list_changed(struct ui *ui);

/** ui_column - by id, of the present view. Return: NULL when it has none. */
const struct column *ui_column(const struct ui *ui, const char *id);

/** ui_lines - flows, or groups, that fit on the screen. */
size_t ui_lines(const struct ui *ui);

/** ui_reorder - the order need not hold any longer. */
void ui_reorder(struct ui *ui);

/**
 * ui_has_news - whether a new picture may differ from the one that is there
 *
 * The table has changed, or its flows are a second older; or something is shown
 * that does not last.
 */
bool ui_has_news(const struct ui *ui);

/** ui_is_overdue - keys have been first for an interval. */
bool ui_is_overdue(const struct ui *ui);

/** ui_refresh - the picture of a tick; keys that come meanwhile are not kept
 * waiting for it. */
void ui_refresh(struct ui *ui);
/** ui_relabel - names and places may differ: show them, in the rows that there
 * are, where they are. */
void ui_relabel(struct ui *ui);

/** ui_settle - ui_clamp(), and a new picture if one is wanted or needed; later,
 * where something can be drawn before. */
void ui_settle(struct ui *ui);

/** ui_catch_up - the picture is of the list and order that were chosen. */
void ui_catch_up(struct ui *ui);

/** ui_place_drawn - what of the picture is to be drawn. */
void ui_place_drawn(struct ui *ui);

/** ui_draw - draw and show it. */
void ui_draw(struct ui *ui);

#endif
