// SPDX-License-Identifier: GPL-2.0-only
/* Pictures that take a while: what is drawn before, and what waits for what.
 * The terminal is played: the test says when there is something to read. */
#include "ui/actions.h"
#include "ui/draw.h"
#include "ui/escape.h"
#include "ui/keys.h"
#include "ui/state.h"
#include "ui/term.h"
#include "ui/ui.h"
#include "ui/views.h"
#include "unit/flows.h"
#include "view/groups.h"

#include <stdlib.h>

#include <curses.h>

#include "health.h"

#define SLOW (50 * NS_PER_MS)
#define START (100 * NS_PER_S)

static bool has_input;
static SCREEN *screen;
static FILE *null_in, *null_out;
static struct table *table;
static struct health health;
static struct ui_env env;
static struct ui_config config;
static struct ui *ui;

bool term_has_input(void)
{
	return has_input;
}

void term_repaint(void)
{
}

bool term_takes_more(void)
{
	return true;
}

bool term_send(const char *bytes, size_t size)
{
	(void)bytes;
	return size > 0;
}

void term_suspend(void)
{
}

const struct mouse_event *term_mouse(void)
{
	static struct mouse_event none;

	return &none;
}

static uint64_t now_of_test(void *ctx)
{
	(void)ctx;
	return NOW_S * NS_PER_S;
}

static uint64_t wall_of_test(void *ctx)
{
	(void)ctx;
	return WALL_S * NS_PER_S;
}

/* The smaller its number, the more bytes it has moved, and the slower it is. */
static void add(uint16_t sport)
{
	struct flow_info info = full_flow();

	info.key.tuple.sport = sport;
	info.id = sport;
	info.bytes[DIR_ORIG] = 1000000 - sport;
	info.bytes[DIR_REPLY] = 0;
	info.has &= ~(uint32_t)HAS_RATE;
	set_smooth(table_add(table, &info, info.sampled_ns), sport, 0);
}

static int setup(void **state)
{
	(void)state;
	has_input = false;
	table = make_table();
	for (uint16_t i = 1; i <= 3000; i++)
		add(i);
	health = (struct health){ 0 };
	counter_set(&health.complete_ns, 1);
	counter_set(&health.acct, 1);
	counter_set(&health.kernel_events, 1);
	env = (struct ui_env){ .table = table,
			       .procs = table_procs(table),
			       .health = &health,
			       .now_ns = now_of_test,
			       .wall_ns = wall_of_test,
			       .version = "" };
	config = (struct ui_config){ 0 };
	ui = calloc(1, sizeof(*ui));
	if (!ui)
		return -1;
	ui->config = &config;
	ui->env = &env;
	ui->query.filter = (struct filter_config){ .families = SHOW_BOTH,
						   .groups = GROUP_ALL,
						   .ghosts = true };
	ui->interval_ns = NS_PER_S;
	ui->message_ns = ui->resize_ns = UI_NEVER;
	ui->now_ns = START;
	view_frame_init(&ui->frame);
	ui->is_stale = true;
	ui_settle(ui);
	ui_draw(ui);
	ui->took_ns = SLOW;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	view_frame_fini(&ui->frame);
	steady_fini(&ui->steady);
	pane_fini(&ui->pane);
	free(ui);
	table_free(table);
	return 0;
}

static int group_setup(void **state)
{
	(void)state;
	reader_register();
	setenv("LINES", "24", 1);
	setenv("COLUMNS", "100", 1);
	null_in = fopen("/dev/null", "r");
	null_out = fopen("/dev/null", "w");
	screen = newterm("vt100", null_out, null_in);
	if (!screen)
		return -1;
	set_term(screen);
	draw_open(COLOR_NEVER, NULL);
	return 0;
}

static int group_teardown(void **state)
{
	(void)state;
	endwin();
	delscreen(screen);
	fclose(null_in);
	fclose(null_out);
	reader_unregister();
	return 0;
}

static void press(int key)
{
	ui_act(ui, key);
	ui_clamp(ui);
}

static void assert_drawn(int y, const char *text)
{
	char line[101];

	ui_draw(ui);
	mvinnstr(y, 0, line, sizeof(line) - 1);
	if (!strstr(line, text))
		fail_msg("line %d lacks \"%s\": \"%s\"", y, text, line);
}

static uint32_t first_row(void)
{
	assert_null(ui->frame.grouping);
	return ui->frame.rows[0].info.id;
}

static uint32_t row_at(size_t rank)
{
	assert_true(rank >= ui->frame.first &&
		    rank < ui->frame.first + ui->frame.n_rows);
	return ui->frame.rows[rank - ui->frame.first].info.id;
}

/* The order is said before there are rows in it. */
static void test_order_first(void **state)
{
	uint64_t n = ui->n_pictures;

	(void)state;
	assert_drawn(2, "sort rate v");
	press('B');
	ui_settle(ui);
	assert_int_equal(ui->n_pictures, n);
	assert_drawn(2, "sort bytes v");
	assert_int_equal(first_row(), 3000);
	ui_refresh(ui);
	assert_int_equal(ui->n_pictures, n + 1);
	assert_int_equal(first_row(), 1);
	assert_false(ui->is_due);
	assert_drawn(2, "sort bytes v");
}

/* Where the picture comes soon there is one frame. */
static void test_fast(void **state)
{
	(void)state;
	ui->took_ns = 0;
	press('B');
	ui_settle(ui);
	assert_int_equal(first_row(), 1);
	assert_false(ui->is_due);
}

/* Neither while the table is read: there is nothing to see yet. */
static void test_start(void **state)
{
	(void)state;
	counter_set(&health.complete_ns, 0);
	ui->is_stale = true;
	ui->took_ns = 0;
	ui_settle(ui);
	ui->took_ns = SLOW;
	press('B');
	ui_settle(ui);
	assert_int_equal(first_row(), 1);
}

static void test_filter_first(void **state)
{
	(void)state;
	press('T');
	ui_settle(ui);
	assert_drawn(1, "IPv4,IPv6,UDP,");
	assert_int_equal(ui->frame.n_match, 3000);
	assert_int_equal(first_row(), 3000);
	ui_refresh(ui);
	assert_int_equal(ui->frame.n_match, 0);
	assert_drawn(1, "+3000 TCP hidden");
}

/* The rows that are there have the columns that they had. */
static void test_view_first(void **state)
{
	(void)state;
	press('2');
	ui_settle(ui);
	assert_drawn(2, " 1 Flows [2 Procs]");
	assert_drawn(3, " ADDRESS ");
	assert_drawn(4, "198.51.100.40");
	assert_int_equal(first_row(), 3000);
	ui_refresh(ui);
	assert_ptr_equal(ui->frame.grouping, GROUPING_PROCESSES);
	ui->took_ns = SLOW;
	press('1');
	ui_settle(ui);
	assert_drawn(2, "[1 Flows] 2 Procs ");
	assert_ptr_equal(ui->frame.grouping, GROUPING_PROCESSES);
	ui_refresh(ui);
	assert_int_equal(first_row(), 3000);
}

/* Keys that choose come before the picture, those about rows after it. */
static void test_keys_first(void **state)
{
	uint64_t n = ui->n_pictures;

	(void)state;
	press('P');
	ui_settle(ui);
	has_input = true;
	ui_refresh(ui);
	assert_int_equal(ui->n_pictures, n);
	assert_int_equal(first_row(), 3000);
	press('B');
	ui_settle(ui);
	ui_refresh(ui);
	assert_int_equal(ui->n_pictures, n);
	assert_drawn(2, "sort bytes v");
	press('j');
	assert_int_equal(ui->n_pictures, n + 1);
	ui_settle(ui);
	assert_int_equal(ui->place.cursor, 1);
	assert_int_equal(ui->place.anchor.id, 2);
}

/* What was interrupted is still a choice: not what was in order before. */
static void test_interrupted(void **state)
{
	(void)state;
	ui->settle_ns = 0;
	press('g');
	ui_settle(ui);
	assert_true(ui->is_due);
	has_input = true;
	ui_refresh(ui);
	assert_int_equal(ui->settle_ns, 0);
	has_input = false;
	ui_refresh(ui);
	assert_int_equal(ui->query.order, ORDER_CALM);
	assert_true(ui->settle_ns > START);
}

/* Keys that go on and on have the picture after a second at the latest, that
 * of a tick after an interval. */
static void test_overdue(void **state)
{
	uint64_t n = ui->n_pictures;

	(void)state;
	ui->interval_ns = 10 * NS_PER_S;
	has_input = true;
	press('B');
	ui_settle(ui);
	ui->now_ns = START + NS_PER_S - 1;
	assert_false(ui_is_overdue(ui));
	ui_refresh(ui);
	assert_int_equal(ui->n_pictures, n);
	press('P');
	ui_settle(ui);
	ui->now_ns = START + NS_PER_S;
	assert_true(ui_is_overdue(ui));
	ui_refresh(ui);
	assert_int_equal(ui->n_pictures, n + 1);
	ui->is_due = true;
	ui->due_ns = ui->now_ns;
	ui->now_ns += 10 * NS_PER_S - 1;
	assert_false(ui_is_overdue(ui));
	ui->now_ns++;
	assert_true(ui_is_overdue(ui));
}

/* Pages: the next part of a long list is fetched before it is needed. */
static void test_near_end(void **state)
{
	uint64_t n = ui->n_pictures;
	size_t lines = ui_lines(ui);

	(void)state;
	while (!ui->is_due) {
		press(KEY_SPECIAL | KEY_NPAGE);
		ui_settle(ui);
		assert_int_equal(ui->n_pictures, n);
		assert_int_equal(row_at(ui->place.cursor),
				 3000 - ui->place.cursor);
	}
	assert_true(ui->place.top + 2 * lines <
		    ui->frame.first + ui->frame.n_rows);
	assert_false(ui->is_other);
	ui_refresh(ui);
	assert_int_equal(ui->n_pictures, n + 1);
	assert_true(ui->frame.first > 0);
	ui->took_ns = SLOW;
	ui_settle(ui);
	assert_false(ui->is_due);
	assert_int_equal(row_at(ui->place.cursor), 3000 - ui->place.cursor);
	/* The end is not near anything. */
	press('G');
	ui_settle(ui);
	ui->took_ns = SLOW;
	ui_settle(ui);
	assert_int_equal(row_at(2999), 1);
	assert_false(ui->is_due);
}

/* A picture that stands still is of what was chosen. */
static void test_pause(void **state)
{
	(void)state;
	press('B');
	ui_settle(ui);
	press(' ');
	assert_true(ui->is_paused);
	assert_int_equal(first_row(), 1);
	press(' ');
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_order_first), TEST(test_fast),
		TEST(test_start),       TEST(test_filter_first),
		TEST(test_view_first),  TEST(test_keys_first),
		TEST(test_interrupted), TEST(test_overdue),
		TEST(test_near_end),    TEST(test_pause),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
