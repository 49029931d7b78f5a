/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pane of details: what is known of the selected flow, or group, beside or
 * below the list, which goes on; where there is no room for both, instead of
 * it.
 */
#ifndef FLOWTOP_UI_PANE_H
#define FLOWTOP_UI_PANE_H

#include "fact/tcp.h"
#include "ui/trace.h"
#include "view/row.h"

#include <stdbool.h>
#include <stdint.h>

struct item;
struct parts;
struct scene;
struct ui;

enum pane_size {
	PANE_CLOSED,
	PANE_OPEN,
	PANE_WHOLE, /* it covers the list */
};

/* How TCP fares on the connection that was asked for last. */
struct pane_tcp {
	bool can_ask; /* somebody knows */
	bool is_asked, has_answer;
	uint64_t picture; /* with which it was asked */
	struct tcp_ask ask;
	struct tcp_answer answer;
};

/* Zeroed is closed. */
struct pane {
	enum pane_size size;
	struct trace trace;
	struct pane_tcp tcp;
	struct flow_ref copied; /* whose command was copied last */
	bool has_copied_other;  /* the second one */
	/* When the names of its ends were answered. */
	bool has_name_age[ENDS];
	uint64_t name_age_ns[ENDS];
};

/** pane_enter - open it for what is selected, or make it larger, or as large as
 * it was. The cursor stays on the flow. */
void pane_enter(struct ui *ui);

/** pane_toggle - open or close it. */
void pane_toggle(struct ui *ui);

/** pane_close - Return: false: it was not open. */
bool pane_close(struct ui *ui);

/** pane_fd - polls readable when pane_take() has something; -1: never. */
int pane_fd(const struct ui *ui);

/** pane_take - take answers. The first one of a connection is shown at once,
 * others with the next frame. */
void pane_take(struct ui *ui);

/** pane_prepare - what a frame with it needs; before each frame. */
void pane_prepare(struct ui *ui);

/** pane_item - what of the picture has this rank. Return: false: nothing. */
bool pane_item(const struct ui *ui, size_t rank, struct item *item);

/** pane_draw - over the part of the screen that @parts gives it. */
void pane_draw(const struct scene *scene, const struct parts *parts);

/** pane_fini - free what it holds. */
void pane_fini(struct pane *pane);

#endif
