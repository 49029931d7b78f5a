// SPDX-License-Identifier: GPL-2.0-only
/* What the screen is made of, without a terminal: keys, lines, words, and that
 * no text can act on the terminal or leave its line. */
#include "lib/clock.h"
#include "net/proto.h"
#include "ui/actions.h"
#include "ui/draw.h"
#include "ui/keys.h"
#include "ui/messages.h"
#include "ui/panels.h"
#include "ui/state.h"
#include "ui/status.h"
#include "ui/terse.h"
#include "ui/ui.h"
#include "unit/unit.h"
#include "view/groupcols.h"
#include "view/groups.h"
#include "view/view.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curses.h>

#include "health.h"

/* ---------------------------------------------------------------- keys */

static void test_keys_are_unique(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_bindings; i++) {
		bool is_found = bindings[i].list == LIST_FOUND;
		const int *key = bindings[i].key;

		assert_true(key[0] != 0);
		for (int n = 0; n < BINDING_KEYS && key[n]; n++)
			assert_int_equal(is_found ? key_action_found(key[n])
						  : key_action(key[n]),
					 bindings[i].action);
	}
}

static void test_keys_have_words(void **state)
{
	bool has[ACTIONS] = { [ACTION_NONE] = true };

	(void)state;
	for (size_t i = 0; i < n_bindings; i++) {
		assert_false(has[bindings[i].action]);
		has[bindings[i].action] = true;
		assert_true(bindings[i].names[0]);
		assert_true(bindings[i].help[0]);
	}
	for (int i = 0; i < ACTIONS; i++)
		assert_true(has[i]);
}

static void test_protocol_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_proto_groups; i++)
		if (proto_groups[i].letter)
			assert_int_equal(key_action(proto_groups[i].letter),
					 ACTION_PROTOCOL);
}

static void test_key_labels(void **state)
{
	static const struct {
		int key;
		const char *label;
	} cases[] = {
		{ 'x', "x" },
		{ 0x18, "^X" },
		{ 27, "Esc" },
		{ '\r', "Enter" },
		{ ' ', "Space" },
		{ 0x7f, "Backspace" },
		{ KEY_ALT | 'x', "Alt-x" },
		{ KEY_ALT | ' ', "Alt-Space" },
		{ KEY_SPECIAL | KEY_F(5), "F5" },
		{ KEY_SPECIAL | KEY_LEFT, "Left" },
		{ KEY_SPECIAL | KEY_SLEFT, "Shift-Left" },
		{ KEY_UNKNOWN, "" },
		{ KEY_SPECIAL | KEY_B2, "" },
		{ 0x9b, "" },   /* CSI of eight bits */
		{ 0x202e, "" }, /* turns the direction of writing */
	};
	char label[KEY_LABEL_SIZE];

	(void)state;
	for (size_t i = 0; i < N_ELEMS(cases); i++) {
		key_label(cases[i].key, label);
		assert_string_equal(label, cases[i].label);
	}
}

/* ---------------------------------------------------------------- lines */

static void take(bool *used, int rows, int y, int n)
{
	for (; y >= 0 && n > 0; y++, n--) {
		assert_true(y < rows);
		assert_false(used[y]);
		used[y] = true;
	}
}

static void test_parts(void **state)
{
	(void)state;
	for (int rows = 0; rows < 100; rows++) {
		bool used[100] = { false };
		struct parts p;

		parts_fit(&p, rows, 80, PANE_CLOSED);
		take(used, rows, p.summary, 1);
		take(used, rows, p.title, 1);
		take(used, rows, p.status, 1);
		take(used, rows, p.tabs, 1);
		take(used, rows, p.header, 1);
		take(used, rows, p.peek, 1);
		take(used, rows, p.keys, 1);
		take(used, rows, p.table, p.n_table);
		assert_true(p.summary < 0 || p.title < 0);
		for (int y = 0; rows > 2 && y < rows; y++)
			assert_true(used[y]);
		parts_fit(&p, rows, 9, PANE_CLOSED);
		assert_int_equal(p.n_table, 0);
		assert_int_equal(p.summary, -1);
	}
}

/* Below the list, beside it, or instead: every line belongs to somebody. */
static void test_parts_pane(void **state)
{
	static const int widths[] = { 20, 80, 120, 159, 160, 200, 400 };

	(void)state;
	for (size_t i = 0; i < N_ELEMS(widths); i++) {
		for (int rows = 3; rows < 100; rows++) {
			bool used[100] = { false };
			int cells = widths[i];
			struct parts p, closed;

			parts_fit(&closed, rows, cells, PANE_CLOSED);
			parts_fit(&p, rows, cells, PANE_OPEN);
			assert_int_equal(p.is_covered, rows < 14);
			if (p.is_covered) {
				assert_int_equal(p.n_table, closed.n_table);
				assert_true(p.n_pane >= 1);
				continue;
			}
			assert_int_equal(p.peek, -1);
			assert_true(p.n_table >= 3);
			take(used, rows, p.title, 1);
			take(used, rows, p.summary, 1);
			take(used, rows, p.status, 1);
			take(used, rows, p.tabs, 1);
			take(used, rows, p.header, 1);
			take(used, rows, p.keys, 1);
			take(used, rows, p.table, p.n_table);
			assert_true(p.n_pane >= 6);
			if (cells >= 160) {
				assert_int_equal(p.list_cells, p.pane_x);
				assert_int_equal(p.pane_x + p.pane_cells,
						 cells);
				assert_int_equal(p.pane, p.header);
				assert_true(p.pane_x >= 88);
			} else {
				assert_int_equal(p.pane_x, 0);
				take(used, rows, p.pane, p.n_pane);
			}
			for (int y = 0; y < rows; y++)
				assert_true(used[y]);
		}
	}
}

/* As designed. */
static void test_pane_sizes(void **state)
{
	struct parts p;

	(void)state;
	parts_fit(&p, 24, 80, PANE_OPEN);
	assert_int_equal(p.n_pane, 11);
	assert_int_equal(p.n_table, 8);
	parts_fit(&p, 40, 120, PANE_OPEN);
	assert_int_equal(p.n_pane, 14);
	parts_fit(&p, 50, 200, PANE_OPEN);
	assert_int_equal(p.pane_x, 127);
	parts_fit(&p, 24, 80, PANE_WHOLE);
	assert_true(p.is_covered);
	assert_int_equal(p.n_pane, 22);
}

static bool has_hint(char (*hints)[KEYMAP_TEXT], size_t n, const char *hint)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(hints[i], hint))
			return true;
	return false;
}

static void test_key_hints(void **state)
{
	char hints[KEY_HINTS][KEYMAP_TEXT];
	size_t n;

	(void)state;
	n = key_hints(false, false, false, hints);
	assert_true(has_hint(hints, n, "EnterDetails"));
	assert_string_equal(hints[n - 1], "qQuit");
	n = key_hints(true, false, false, hints);
	assert_true(has_hint(hints, n, "EnterFlows"));
	assert_false(has_hint(hints, n, "sSource"));
	n = key_hints(false, true, false, hints);
	assert_true(has_hint(hints, n, "yCopy command"));
	assert_false(has_hint(hints, n, "qQuit"));
	assert_string_equal(hints[n - 1], "EscClose");
	n = key_hints(true, true, false, hints);
	assert_true(has_hint(hints, n, "EnterFlows"));
	assert_string_equal(hints[n - 1], "EscClose");
}

/* ---------------------------------------------------------------- status */

static struct view_sums sums;

static void status_after(struct status *status, struct health *health)
{
	status_read(status, health, &sums, 100 * NS_PER_S, NS_PER_S);
}

/* Names and databases come last, and only where there is room for all. */
static void test_status_names(void **state)
{
	struct filter_config filter = { .families = SHOW_BOTH };
	struct view_frame frame = { .n_flows = 1 };
	struct health health;
	struct status status;
	char text[256];

	(void)state;
	health_init(&health);
	counter_set(&health.acct, 1);
	status_after(&status, &health);
	status_line(&status, &frame, &filter, 200, true, text, sizeof(text));
	assert_null(strstr(text, "names"));
	assert_null(strstr(text, "geo"));
	status.has_names = true;
	status.names_percent = 96;
	strcpy(status.geo, "City+ASN 2026-08");
	status_line(&status, &frame, &filter, 200, true, text, sizeof(text));
	assert_non_null(
		strstr(text, "lost 0  names 96%  geo City+ASN 2026-08"));
	status_line(&status, &frame, &filter, 200, false, text, sizeof(text));
	assert_null(strstr(text, "names"));
	assert_int_equal(status_line(&status, &frame, &filter, 40, true, text,
				     sizeof(text)),
			 STATUS_ALL);
	assert_null(strstr(text, "geo"));
}

static void test_status_good(void **state)
{
	struct filter_config filter = { .families = SHOW_BOTH,
					.groups = GROUP_TCP | GROUP_UDP };
	struct view_frame frame = { .n_flows = 248 };
	struct health health;
	struct status status;
	char text[128];

	(void)state;
	health_init(&health);
	counter_set(&health.n_kernel, 1312);
	counter_set(&health.max_kernel, 65536);
	counter_set(&health.acct, 1);
	status_after(&status, &health);
	assert_int_equal(status.n_warnings, 0);
	frame.totals.shown.n = 248;
	frame.totals.group_hidden[3] = 37;
	assert_int_equal(status_line(&status, &frame, &filter, 60, false, text,
				     sizeof(text)),
			 STATUS_ALL);
	assert_string_equal(text, " 248 of 248 flows  +37 ICMP hidden: I  "
				  "table 2%  lost 0");
	assert_int_equal(status_line(&status, &frame, &filter, 51, false, text,
				     sizeof(text)),
			 STATUS_ALL);
	assert_string_equal(text, " 248 of 248 flows  +37 ICMP hidden: I  "
				  "table 2%");
	assert_int_equal(status_line(&status, &frame, &filter, 46, false, text,
				     sizeof(text)),
			 STATUS_ALL);
	assert_string_equal(text, " 248 of 248 flows  +37 ICMP hidden  "
				  "table 2%");
	/* Not "lost 0" alone. */
	assert_int_equal(status_line(&status, &frame, &filter, 43, false, text,
				     sizeof(text)),
			 STATUS_NUMBERS);
	assert_string_equal(text, " 248 of 248 flows  +37 ICMP hidden");
	frame.totals.group_hidden[3] = 0;
	frame.totals.n_idle = 19;
	frame.totals.n_family = 5;
	status_line(&status, &frame, &filter, 80, false, text, sizeof(text));
	assert_string_equal(text, " 248 of 248 flows  +5 IPv6 hidden: i  "
				  "+19 idle hidden: a  table 2%  lost 0");
	assert_false(status_protocols_short(&filter, text, sizeof(text)));
	status_protocols(&filter, text, sizeof(text));
	assert_string_equal(text, "IPv4,IPv6,TCP,UDP");
}

/* Nothing is added behind what did not fit. */
static void test_status_weight(void **state)
{
	struct filter_config filter = { .families = SHOW_BOTH,
					.groups = GROUP_TCP };
	struct view_frame frame = { .n_flows = 100000 };
	struct health health;
	struct status status;
	char text[128];

	(void)state;
	health_init(&health);
	counter_set(&health.n_kernel, 95);
	counter_set(&health.max_kernel, 100);
	status_after(&status, &health);
	frame.totals.shown.n = 100000;
	assert_int_equal(status_line(&status, &frame, &filter, 60, false, text,
				     sizeof(text)),
			 STATUS_FLOWS);
	assert_string_equal(text, " ! 1/1 conntrack table 95% full (95/100)");
	/* "lost 0" would fit, but not what comes before it. */
	counter_set(&health.max_kernel, 1000000);
	status_after(&status, &health);
	status_line(&status, &frame, &filter, 40, true, text, sizeof(text));
	assert_string_equal(text, " 100000 of 100000 flows");
}

/* A loss is said once. */
static void test_status_lost_once(void **state)
{
	struct filter_config filter = { .families = SHOW_BOTH,
					.groups = GROUP_ALL };
	struct view_frame frame = { .n_flows = 35 };
	struct health health;
	struct status status;
	char text[160];

	(void)state;
	health_init(&health);
	counter_set(&health.n_kernel, 5);
	counter_set(&health.max_kernel, 100);
	counter_set(&health.lost, 1204);
	counter_set(&health.lost_ns, 97 * NS_PER_S);
	counter_set(&health.reread_ns, 98 * NS_PER_S);
	status_after(&status, &health);
	frame.totals.shown.n = 35;
	status_line(&status, &frame, &filter, 120, false, text, sizeof(text));
	assert_string_equal(text, " ! 1/1 1204 events lost 3s ago, table "
				  "re-read: counts are right  "
				  "35 of 35 flows  table 5%");
	/* The warning that is shown is another one. */
	counter_set(&health.n_kernel, 90);
	status_after(&status, &health);
	status_line(&status, &frame, &filter, 120, false, text, sizeof(text));
	assert_string_equal(text, " ! 1/2 conntrack table 90% full (90/100): "
				  "new flows will drop      ! shows all 2  "
				  "35 of 35 flows  lost 1204");
}

static void status_later(struct status_memory *memory, struct status *status,
			 struct health *health, uint64_t s);

/* When it has been read, a warning leaves room for the rest. */
static void test_status_known(void **state)
{
	struct filter_config filter = { .families = SHOW_BOTH,
					.groups = GROUP_ALL };
	struct view_frame frame = { .n_flows = 100000 };
	struct status_memory memory = { 0 };
	struct health health;
	struct status status;
	char text[160];

	(void)state;
	health_init(&health);
	counter_set(&health.n_kernel, 10);
	counter_set(&health.max_kernel, 100);
	counter_set(&health.acct, 1);
	counter_set(&health.complete_ns, 1);
	sums = (struct view_sums){ .n = 100037, .n_uncounted = 100000 };
	frame.totals.shown.n = 100000;
	frame.totals.group_hidden[3] = 37;
	status_later(&memory, &status, &health, 1);
	assert_false(status.is_known);
	assert_int_equal(status_line(&status, &frame, &filter, 79, false, text,
				     sizeof(text)),
			 STATUS_FLOWS);
	assert_string_equal(text,
			    " ! 1/1 100000 flows older than flowtop have no "
			    "counters  100000 of 100000 flows");
	status_later(&memory, &status, &health, 6);
	assert_true(status.is_known);
	assert_int_equal(status_line(&status, &frame, &filter, 79, false, text,
				     sizeof(text)),
			 STATUS_ALL);
	assert_string_equal(text,
			    " ! 100000 uncounted  100000 of 100000 flows  "
			    "+37 ICMP hidden: I  table 10%");
	/* Where there is room for all of it there is all of it. */
	status_line(&status, &frame, &filter, 140, false, text, sizeof(text));
	assert_string_equal(text,
			    " ! 1/1 100000 flows older than flowtop have no "
			    "counters  100000 of 100000 flows  "
			    "+37 ICMP hidden: I  table 10%  lost 0");
	/* Another one is news, and the first again. */
	counter_set(&health.n_kernel, 90);
	status_later(&memory, &status, &health, 7);
	assert_false(status.is_known);
	status_later(&memory, &status, &health, 12);
	assert_true(status.is_known);
	status_brief(&status, text, sizeof(text));
	assert_string_equal(text, " ! 1/2 conntrack table 90% full");
	counter_set(&health.n_kernel, 10);
	status_later(&memory, &status, &health, 18);
	assert_false(status.is_known);
	sums = (struct view_sums){ 0 };
}

/* The half of a table has another number. */
static void test_status_half_read(void **state)
{
	struct status_memory memory = { 0 };
	struct health health;
	struct status status;

	(void)state;
	health_init(&health);
	counter_set(&health.acct, 1);
	sums = (struct view_sums){ .n = 15175, .n_uncounted = 15175 };
	status_later(&memory, &status, &health, 1);
	assert_int_equal(status.n_warnings, 0);
	/* It was complete only after the picture was made. */
	counter_set(&health.complete_ns, 101 * NS_PER_S);
	status_later(&memory, &status, &health, 2);
	assert_int_equal(status.n_warnings, 0);
	assert_false(status.is_complete);
	counter_set(&health.complete_ns, 99 * NS_PER_S);
	status_later(&memory, &status, &health, 3);
	assert_int_equal(status.n_warnings, 1);
	sums = (struct view_sums){ 0 };
}

/* What is lost has a place wherever the count has one. */
static void test_status_lost(void **state)
{
	struct filter_config filter = { .families = SHOW_BOTH,
					.groups = GROUP_ALL };
	struct view_frame frame = { .n_flows = 35 };
	struct health health;
	struct status status;
	char text[128];

	(void)state;
	health_init(&health);
	counter_set(&health.n_kernel, 90);
	counter_set(&health.max_kernel, 100);
	counter_set(&health.acct, 1);
	counter_set(&health.lost, 1204);
	status_after(&status, &health);
	status.warning[WARNING_TABLE][0] = '\0';
	status.n_warnings = 0;
	frame.totals.shown.n = 35;
	frame.totals.group_hidden[3] = 37;
	status_line(&status, &frame, &filter, 100, true, text, sizeof(text));
	assert_string_equal(text, " 35 of 35 flows  lost 1204  "
				  "+37 ICMP hidden: I  table 90/100 90%");
	status_line(&status, &frame, &filter, 27, false, text, sizeof(text));
	assert_string_equal(text, " 35 of 35 flows  lost 1204");
	assert_true(status_protocols_short(&filter, text, sizeof(text)));
	assert_string_equal(text, "all");
	filter.families = SHOW_IPV6;
	assert_true(status_protocols_short(&filter, text, sizeof(text)));
	assert_string_equal(text, "IPv6,all");
}

/* Flows without counters, by whose fault they have none. */
static void test_status_counters(void **state)
{
	static const struct {
		uint64_t acct, n, uncounted, awaited, shown;
		const char *text;
	} cases[] = {
		{ 0, 0, 0, 0, 0,
		  "byte counters are off (nf_conntrack_acct=0): "
		  "RX TX show ?" },
		{ 0, 5, 5, 2, 5,
		  "byte counters are off (nf_conntrack_acct=0): "
		  "RX TX show ?" },
		{ 0, 5, 3, 3, 3,
		  "new flows are not counted (nf_conntrack_acct=0): "
		  "3 of 5 show ?" },
		{ 0, 5, 0, 0, 0,
		  "new flows are not counted (nf_conntrack_acct=0): "
		  "0 of 5 show ?" },
		{ 1, 5, 5, 0, 5,
		  "5 flows older than flowtop have no counters: RX TX show ?" },
		{ 1, 1, 1, 0, 1,
		  "1 flow older than flowtop has no counters: RX TX show ?" },
		{ 1, 9, 6, 1, 5,
		  "5 flows older than flowtop have no counters" },
		{ 1, 5, 5, 5, 0, "" }, /* they have only just begun */
		{ 1, 9, 4, 0, 4, "" },
		{ 1, 9, 0, 0, 0, "" },
		{ HEALTH_UNKNOWN, 0, 0, 0, 0, "" },
	};
	struct filter_config filter = { .families = SHOW_BOTH };
	struct view_frame frame = { .n_flows = 9 };
	struct health health;
	struct status status;
	char text[128];

	(void)state;
	for (size_t i = 0; i < N_ELEMS(cases); i++) {
		health_init(&health);
		counter_set(&health.acct, cases[i].acct);
		counter_set(&health.complete_ns, 100 * NS_PER_S);
		sums = (struct view_sums){ .n = cases[i].n,
					   .n_uncounted = cases[i].uncounted,
					   .n_awaited = cases[i].awaited };
		status_after(&status, &health);
		assert_string_equal(status.warning[WARNING_COUNTERS],
				    cases[i].text);
		assert_int_equal(status.n_uncounted, cases[i].shown);
	}
	status.n_uncounted = 3;
	status_line(&status, &frame, &filter, 100, true, text, sizeof(text));
	assert_string_equal(text, " 0 of 9 flows  table ?  lost 0  "
				  "uncounted 3");
	status_line(&status, &frame, &filter, 38, false, text, sizeof(text));
	assert_string_equal(text, " 0 of 9 flows  uncounted 3  table ?");
	sums = (struct view_sums){ 0 };
}

static void test_status_unknown(void **state)
{
	struct filter_config filter = { .families = SHOW_IPV4 };
	struct view_frame frame = { .n_flows = 0 };
	struct health health;
	struct status status;
	char text[128];

	(void)state;
	health_init(&health);
	status_after(&status, &health);
	assert_int_equal(status.n_warnings, 0);
	assert_false(status.is_empty);
	assert_false(status.is_complete);
	status_line(&status, &frame, &filter, 80, false, text, sizeof(text));
	assert_string_equal(text, " 0 of 0 flows  table ?  lost 0");
}

static void test_status_wrong(void **state)
{
	struct health health;
	struct status status;
	char text[512];

	(void)state;
	health_init(&health);
	counter_set(&health.n_kernel, 61605);
	counter_set(&health.max_kernel, 65536);
	counter_set(&health.acct, 0);
	counter_set(&health.complete_ns, 1);
	counter_set(&health.lost, 1204);
	counter_set(&health.lost_ns, 97 * NS_PER_S);
	counter_set(&health.poll_mode, 1);
	counter_set(&health.n_rejected, 5);
	counter_set(&health.sweep_ns, 1300 * NS_PER_MS);
	counter_set(&health.at_end, 1);
	status_after(&status, &health);
	assert_int_equal(status.n_warnings, 6);
	status_warning(&status, 80, text, sizeof(text));
	assert_string_equal(text, " ! 1/6 conntrack table 94% full "
				  "(61605/65536)      ! shows all 6");
	status_warning(&status, 500, text, sizeof(text));
	assert_string_equal(text, " ! 1/6 conntrack table 94% full "
				  "(61605/65536): new flows will drop"
				  "      ! shows all 6");
	/* Why events are lost again and again, before how many were. */
	counter_set(&health.max_kernel, 1000000);
	status_after(&status, &health);
	status_warning(&status, 80, text, sizeof(text));
	assert_string_equal(text, " ! 1/5 too many events: listings only"
				  "      ! shows all 5");
	counter_set(&health.max_kernel, 65536);
	status_after(&status, &health);
	/* Explanations go, then it is cut with a mark. */
	status_warning(&status, 40, text, sizeof(text));
	assert_string_equal(text, " ! 1/6 conntrack table 94% full");
	status_warning(&status, 20, text, sizeof(text));
	assert_string_equal(text, " ! 1/6 conntrack ta~");
	assert_string_equal(status.warning[WARNING_LOST],
			    "1204 events lost 3s ago, reading the table again");
	counter_set(&health.reread_ns, 98 * NS_PER_S);
	status_after(&status, &health);
	assert_string_equal(
		status.warning[WARNING_LOST],
		"1204 events lost 3s ago, table re-read: counts are right");
	assert_int_equal(status.sweep_ns, 1300 * NS_PER_MS);
	/* Long ago is no longer news. */
	counter_set(&health.lost_ns, 80 * NS_PER_S);
	status_after(&status, &health);
	assert_int_equal(status.n_warnings, 5);
	assert_int_equal(status.lost, 1204);
}

static void test_status_single(void **state)
{
	struct filter_config filter = { .families = SHOW_BOTH };
	struct view_frame frame = { .n_flows = 35 };
	struct health health;
	struct status status;
	char text[128];

	(void)state;
	health_init(&health);
	counter_set(&health.n_kernel, 61605);
	counter_set(&health.max_kernel, 65536);
	status_after(&status, &health);
	status_warning(&status, 33, text, sizeof(text));
	assert_string_equal(text, " ! 1/1 conntrack table 94% full");
	status_warning(&status, 50, text, sizeof(text));
	assert_string_equal(text, " ! 1/1 conntrack table 94% full "
				  "(61605/65536)");
	/* What the warning says is not said twice. */
	status_line(&status, &frame, &filter, 120, false, text, sizeof(text));
	assert_string_equal(text, " ! 1/1 conntrack table 94% full "
				  "(61605/65536): new flows will drop  "
				  "0 of 35 flows  lost 0");
}

static void keep_text(void *ctx, const char *text, bool is_over)
{
	snprintf(ctx, STATUS_TEXT, "%s%s", text, is_over ? " over" : "");
}

static void test_status_ago(void **state)
{
	struct status_memory memory = { 0 };
	char said[STATUS_TEXT] = "";
	struct health health;
	struct status status;

	(void)state;
	health_init(&health);
	counter_set(&health.lost, 1204);
	counter_set(&health.lost_ns, 97 * NS_PER_S);
	status_after(&status, &health);
	status_remember(&memory, &status, &health, 100 * NS_PER_S, keep_text,
			said);
	assert_string_equal(said, "1204 events lost, reading the table again");
}

static void status_later(struct status_memory *memory, struct status *status,
			 struct health *health, uint64_t s)
{
	char said[STATUS_TEXT + 8];

	status_after(status, health);
	status_remember(memory, status, health, s * NS_PER_S, keep_text, said);
}

static void note_change(void *ctx, const char *text, bool is_over)
{
	int *n = ctx;

	assert_true(text[0]);
	n[is_over]++;
}

static void test_status_stays(void **state)
{
	struct status_memory memory = { 0 };
	struct health health;
	struct status status;
	int n[2] = { 0, 0 };

	(void)state;
	health_init(&health);
	counter_set(&health.n_kernel, 90);
	counter_set(&health.max_kernel, 100);
	status_after(&status, &health);
	status_remember(&memory, &status, &health, NS_PER_S, note_change, n);
	assert_int_equal(status.n_warnings, 1);
	counter_set(&health.n_kernel, 10);
	for (unsigned int s = 2; s < 9; s++) {
		status_after(&status, &health);
		status_remember(&memory, &status, &health, s * NS_PER_S,
				note_change, n);
		assert_int_equal(status.n_warnings, s < 6);
	}
	assert_int_equal(n[0], 1);
	assert_int_equal(n[1], 1);
}

/* ---------------------------------------------------------------- drawing */

static SCREEN *screen;
static FILE *null_in, *null_out;

static int drawing_setup(void **state)
{
	(void)state;
	setenv("LINES", "5", 1);
	setenv("COLUMNS", "20", 1);
	null_in = fopen("/dev/null", "r");
	null_out = fopen("/dev/null", "w");
	screen = newterm("vt100", null_out, null_in);
	if (!screen)
		return -1;
	set_term(screen);
	draw_open(COLOR_AUTO, NULL);
	return 0;
}

static int drawing_teardown(void **state)
{
	(void)state;
	endwin();
	delscreen(screen);
	fclose(null_in);
	fclose(null_out);
	return 0;
}

static void assert_line(int y, const char *wanted)
{
	wchar_t wide[64];
	char text[256];

	assert_true(mvinnwstr(y, 0, wide, 63) != ERR);
	assert_true(wcstombs(text, wide, sizeof(text)) != (size_t)-1);
	for (size_t n = strlen(text); n && text[n - 1] == ' '; n--)
		text[n - 1] = '\0';
	assert_string_equal(text, wanted);
}

static void test_draw_hostile(void **state)
{
	static const struct {
		const char *text, *shown;
	} cases[] = {
		{ "plain", "plain" },
		{ "a\033[2Jb\nc\td\r\b\177", "a?[2Jb?c?d???" },
		{ "\xc2\x9b"
		  "31m",
		  "?31m" },                  /* CSI of eight bits */
		{ "a\xe2\x80\xaez", "a?z" }, /* right to left */
		{ "\xff\xfe\xc3", "???" },   /* no UTF-8 */
		{ "\xe4\xb8\xad!", "?!" },   /* two cells wide */
		{ "e\xcc\x81\xcc\x82!",
		  "e\xcc\x81!" },          /* one mark for a character */
		{ "\xcc\x81!", "!" },      /* no mark for nothing, */
		{ "\033\xcc\x81!", "?!" }, /* nor for what is not shown */
		{ "\xee\x80\x80", "?" },   /* private use */
		{ "M\xc3\xbcnchen", "M\xc3\xbcnchen" },
		{ "0123456789012345678901234", "01234567890123456789" },
		{ "012345678901234567890e\xcc\x81", "01234567890123456789" },
		{ "0123456789012345678e\xcc\x81x",
		  "0123456789012345678e\xcc\x81" },
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMS(cases); i++) {
		draw_begin();
		draw_text(2, 0, 100, cases[i].text, ROLE_PLAIN, 0);
		assert_line(1, "");
		assert_line(2, cases[i].shown);
		assert_line(3, "");
	}
}

static void test_draw_edges(void **state)
{
	(void)state;
	draw_begin();
	assert_int_equal(draw_text(-1, 0, 9, "x", ROLE_PLAIN, 0), 0);
	assert_int_equal(draw_text(5, 0, 9, "x", ROLE_PLAIN, 0), 0);
	assert_int_equal(draw_text(0, -1, 9, "x", ROLE_PLAIN, 0), 0);
	assert_int_equal(draw_text(0, 20, 9, "x", ROLE_PLAIN, 0), 0);
	assert_int_equal(draw_text(0, 0, -1, "x", ROLE_PLAIN, 0), 0);
	assert_int_equal(draw_text(0, 0, 0, "x", ROLE_PLAIN, 0), 0);
	assert_int_equal(draw_text(0, 18, 9, "xyz", ROLE_PLAIN, 0), 2);
	assert_int_equal(draw_text(4, 18, 9, "xyz", ROLE_PLAIN, 0), 2);
	draw_bar(-1, ROLE_BAR, 0);
	draw_bar(5, ROLE_BAR, 0);
	assert_line(0, "                  xy");
	assert_line(1, "");
	assert_line(4, "                  xy");
}

static void test_draw_paragraph(void **state)
{
	(void)state;
	draw_begin();
	assert_int_equal(draw_paragraph(0, 5, 2, "one two three four five"), 2);
	assert_line(0, "  one two three");
	assert_line(1, "  four five");
	assert_int_equal(draw_paragraph(2, 4, 0,
					"averyverylongwordthatdoes"
					"notfit and more"),
			 4);
	assert_line(2, "averyverylongwordth");
	assert_line(4, "");
}

static void test_draw_words(void **state)
{
	(void)state;
	draw_begin();
	assert_int_equal(draw_words(0, 1, 20, "tracked already", ROLE_PLAIN),
			 15);
	assert_int_equal(
		draw_words(1, 1, 20, "connections are tracked", ROLE_PLAIN),
		19);
	assert_int_equal(draw_words(2, 0, 5, "12345", ROLE_PLAIN), 5);
	assert_int_equal(draw_words(3, 0, 5, "123456", ROLE_PLAIN), 5);
	assert_int_equal(draw_words(4, 0, 0, "123456", ROLE_PLAIN), 0);
	assert_int_equal(draw_words(4, 20, 5, "123456", ROLE_PLAIN), 0);
	assert_line(0, " tracked already");
	assert_line(1, " connections are tr~");
	assert_line(2, "12345");
	assert_line(3, "1234~");
	assert_line(4, "");
}

/* Only another frame has anything to send. */
static void test_draw_written(void **state)
{
	(void)state;
	for (int i = 0; i < 12; i++) {
		draw_begin();
		draw_text(1, 1, 9, i < 4 ? "one" : "two", ROLE_PLAIN, 0);
		draw_bar(3, i < 6 ? ROLE_BAR : ROLE_PLAIN, 0);
		if (i == 10)
			clearok(curscr, TRUE);
		draw_end(1, i < 8, false);
		assert_int_equal(draw_has_written(), i == 0 || i == 4 ||
							     i == 6 || i == 8 ||
							     i == 10);
	}
}

static void test_terse(void **state)
{
	static const struct {
		const char *text, *part, *instead, *wanted;
	} cases[] = {
		{ "\033(B\033[m", "\033(B", "", "\033[m" },
		{ "a12b12", "12", "", "ab" },
		{ "a12b12", "12", "1", "a1b1" },
		{ "aaa", "aa", "a", "aa" },
		{ "nothing", "x", "", "nothing" },
		{ "", "x", "", "" },
		{ "x", "x", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMS(cases); i++) {
		char text[32];

		snprintf(text, sizeof(text), "%s", cases[i].text);
		terse_cut(text, cases[i].part, cases[i].instead);
		assert_string_equal(text, cases[i].wanted);
	}
}

/* ---------------------------------------------------------------- messages */

static uint64_t wall_of_test(void *ctx)
{
	(void)ctx;
	return 0;
}

static void test_complain(void **state)
{
	struct ui_env env = { .wall_ns = wall_of_test };
	struct ui *ui = calloc(1, sizeof(*ui));

	(void)state;
	assert_non_null(ui);
	ui->env = &env;
	for (int i = 0; i < 3; i++)
		ui_complain(ui, "not enough memory");
	assert_string_equal(ui->message, "not enough memory");
	assert_int_equal(ui->messages.n, 1);
	assert_string_equal(ui->messages.message[0].text, "not enough memory");
	free(ui);
}

static void track_of_test(void *ctx, char *text, size_t size)
{
	(void)ctx;
	snprintf(text, size, "asked");
}

/* X says only what is known. */
static void test_track_key(void **state)
{
	struct ui_env env = { .wall_ns = wall_of_test };
	struct ui *ui = calloc(1, sizeof(*ui));

	(void)state;
	assert_non_null(ui);
	ui->env = &env;
	ui_act(ui, 'X');
	assert_string_equal(ui->message,
			    "a recording is shown: nothing to track");
	env.track = track_of_test;
	ui_act(ui, 'X');
	assert_string_equal(
		ui->message,
		"the table is not empty: connections are tracked, or were");
	ui->status.is_empty = true;
	ui_act(ui, 'X');
	assert_string_equal(ui->message, "asked");
	ui->status.is_tracking = true;
	ui_act(ui, 'X');
	assert_string_equal(ui->message, "connections are tracked already");
	free(ui);
}

#define ENDS_HERE "the picture ends here: it has 1018 of 203671 flows"

/* A picture that stands still and has only the flows around the cursor. */
static void test_part(void **state)
{
	struct ui *ui = calloc(1, sizeof(*ui));

	(void)state;
	assert_non_null(ui);
	ui->is_paused = true;
	ui->frame.first = 1000;
	ui->frame.n_rows = 1018;
	ui->frame.n_match = 203671;
	ui->place.cursor = ui->place.top = 1500;
	ui_act(ui, 'j');
	assert_string_equal(ui->message, "");
	ui_act(ui, 'g');
	assert_string_equal(ui->message, ENDS_HERE);
	ui_clamp(ui);
	assert_int_equal(ui->place.cursor, 1000);
	ui->message[0] = '\0';
	ui_act(ui, 'G');
	assert_string_equal(ui->message, ENDS_HERE);
	ui_clamp(ui);
	assert_int_equal(ui->place.cursor, 2017);
	ui_say_part(ui, -EFBIG);
	assert_string_equal(ui->message,
			    "paused: this picture has 1018 of 203671 flows");
	ui_say_part(ui, -ENOMEM);
	assert_string_equal(ui->message,
			    "paused: this picture has 1018 of 203671 flows, "
			    "no memory for more");
	/* Its first flow is the first of all. */
	ui->frame.first = 0;
	ui->message[0] = '\0';
	ui_act(ui, 'g');
	assert_string_equal(ui->message, "");
	free(ui);
}

/* Each view keeps its place and its order. */
static void test_views(void **state)
{
	static struct health health;
	struct ui_env env = { .health = &health };
	struct ui *ui = calloc(1, sizeof(*ui));

	(void)state;
	assert_non_null(ui);
	ui->env = &env;
	ui->place.cursor = 5;
	ui_act(ui, '2');
	assert_int_equal(ui->view, 1);
	assert_ptr_equal(ui->query.grouping, GROUPING_PROCESSES);
	assert_int_equal(ui->place.cursor, 0);
	assert_true(ui->is_stale);
	ui_act(ui, 'B');
	assert_ptr_equal(ui->place.sort, group_column_find("bytes"));
	ui_act(ui, 's');
	assert_false(ui->show_src);
	assert_string_equal(ui->message, "no action on \"s\"; ? lists keys");
	ui_act(ui, '\t');
	assert_int_equal(ui->view, 2);
	assert_ptr_equal(ui->query.grouping, GROUPING_HOSTS);
	assert_null(ui->place.sort);
	ui->query.filter.ghosts = true;
	ui_act(ui, 'c');
	assert_string_equal(ui->message, "nothing that is closed");
	assert_false(ui->query.filter.ghosts);
	ui_act(ui, 'c');
	assert_string_equal(ui->message, "closed ones while they linger");
	assert_true(ui->query.filter.ghosts);
	assert_false(ui->query.with_past);
	/* Of processes more is kept than lingers. */
	ui_act(ui, '2');
	ui_act(ui, 'c');
	assert_string_equal(ui->message, "also those without flows");
	assert_true(ui->query.filter.ghosts && ui->query.with_past);
	ui_act(ui, 'c');
	assert_string_equal(ui->message, "nothing that is closed");
	assert_false(ui->query.filter.ghosts || ui->query.with_past);
	ui_act(ui, 'c');
	assert_true(ui->query.filter.ghosts);
	ui_act(ui, '6');
	assert_ptr_equal(ui->query.grouping, GROUPING_PORTS);
	ui_act(ui, '\t');
	assert_int_equal(ui->view, 0);
	assert_null(ui->query.grouping);
	assert_null(ui->place.sort);
	assert_int_equal(ui->place.cursor, 5);
	ui->message[0] = '\0';
	ui_act(ui, '\r');
	assert_string_equal(ui->message, "");
	assert_int_equal(ui->pane.size, PANE_OPEN);
	assert_true(ui->place.is_anchored);
	ui_act(ui, '\r');
	assert_int_equal(ui->pane.size, PANE_WHOLE);
	ui_act(ui, '\r');
	assert_int_equal(ui->pane.size, PANE_OPEN);
	ui_act(ui, 27);
	assert_int_equal(ui->pane.size, PANE_CLOSED);
	ui_act(ui, '=');
	assert_int_equal(ui->pane.size, PANE_OPEN);
	ui_act(ui, 'q');
	assert_int_equal(ui->pane.size, PANE_CLOSED);
	assert_false(ui->is_over);
	ui_act(ui, '\t');
	assert_ptr_equal(ui->place.sort, group_column_find("bytes"));
	ui_act(ui, '2');
	assert_int_equal(ui->view, 1);
	free(ui);
}

/* Into a group, and back to it. */
static void test_enter(void **state)
{
	struct group group = { .ref = { .kind = GROUP_PROCESS, .pid = 42 } };
	struct ui *ui = calloc(1, sizeof(*ui));

	(void)state;
	assert_non_null(ui);
	ui->place.cursor = 5;
	ui_act(ui, '2');
	/* There is none yet. */
	ui->frame.grouping = GROUPING_PROCESSES;
	ui_act(ui, '\r');
	assert_int_equal(ui->view, 1);
	ui->frame.groups = &group;
	ui->frame.n_rows = 1;
	ui->frame.first = ui->place.cursor = 7;
	ui->place.top = 4;
	ui_act(ui, '\r');
	assert_int_equal(ui->view, 0);
	assert_true(ui->query.has_only);
	assert_int_equal(ui->query.only.pid, 42);
	assert_string_equal(ui->only, "pid 42");
	assert_int_equal(ui->place.cursor, 0);
	ui->place.cursor = 2;
	ui_act(ui, 27);
	assert_int_equal(ui->view, 1);
	assert_false(ui->query.has_only);
	assert_true(ui->place.has_anchor);
	assert_int_equal(ui->place.group_anchor.pid, 42);
	assert_int_equal(ui->place.cursor, 7);
	assert_int_equal(ui->place.line, 3);
	/* The list of all flows is where it was. */
	ui_act(ui, '\r');
	ui_act(ui, '1');
	assert_int_equal(ui->view, 0);
	assert_false(ui->query.has_only);
	assert_int_equal(ui->place.cursor, 5);
	ui->frame.groups = NULL;
	free(ui);
}

/* The screen of this test has 20 cells: three lines of messages. */
static void test_messages_wrap(void **state)
{
	struct messages messages = { 0 };
	int top = 0;

	(void)state;
	messages_add(&messages, MESSAGE_NOTE, 0, "first");
	messages_add(&messages, MESSAGE_NOTE, 0,
		     "no room for the rest of a long text");
	messages_draw(&messages, &top, NULL);
	assert_line(0, " Messages");
	assert_line(1, " --:--:--");
	assert_line(2, " no room for the");
	assert_line(3, " rest of a long");
	assert_line(4, " Esc Close");
	top = 100;
	messages_draw(&messages, &top, NULL);
	assert_int_equal(top, 3);
	assert_line(0, " Messages");
	assert_line(1, " text");
	assert_line(2, " --:--:--");
	assert_line(3, " first");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_are_unique),
		cmocka_unit_test(test_keys_have_words),
		cmocka_unit_test(test_protocol_keys),
		cmocka_unit_test(test_key_labels),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_parts_pane),
		cmocka_unit_test(test_pane_sizes),
		cmocka_unit_test(test_key_hints),
		cmocka_unit_test(test_status_names),
		cmocka_unit_test(test_status_good),
		cmocka_unit_test(test_status_weight),
		cmocka_unit_test(test_status_lost),
		cmocka_unit_test(test_status_lost_once),
		cmocka_unit_test(test_status_known),
		cmocka_unit_test(test_status_half_read),
		cmocka_unit_test(test_status_counters),
		cmocka_unit_test(test_status_unknown),
		cmocka_unit_test(test_status_wrong),
		cmocka_unit_test(test_status_single),
		cmocka_unit_test(test_status_ago),
		cmocka_unit_test(test_status_stays),
		cmocka_unit_test(test_complain),
		cmocka_unit_test(test_track_key),
		cmocka_unit_test(test_part),
		cmocka_unit_test(test_views),
		cmocka_unit_test(test_enter),
		cmocka_unit_test(test_messages_wrap),
		cmocka_unit_test(test_draw_hostile),
		cmocka_unit_test(test_draw_edges),
		cmocka_unit_test(test_draw_paragraph),
		cmocka_unit_test(test_draw_words),
		cmocka_unit_test(test_draw_written),
		cmocka_unit_test(test_terse),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests_name("ui", tests, drawing_setup,
					   drawing_teardown);
}
