// SPDX-License-Identifier: GPL-2.0-only
/* Rates that do not tremble: how far and how long the screen may be off. */
#include "ui/steady.h"
#include "unit/flows.h"
#include "view/groups.h"

static struct steady steady;
static uint64_t picture;

static int setup(void **state)
{
	(void)state;
	picture = 0;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	steady_fini(&steady);
	return 0;
}

static struct row row_of(uint16_t sport, float rate)
{
	struct flow_info info = full_flow();
	struct row row;

	info.key.tuple.sport = sport;
	info.smooth[DIR_ORIG] = rate;
	row = make_row(&info);
	return row;
}

/* What a frame of one row shows. */
static float shown(uint16_t sport, float rate, bool is_exact)
{
	struct row row = row_of(sport, rate);

	steady_begin(&steady, picture, is_exact);
	steady_hold(&steady, &row);
	steady_end(&steady);
	return row.info.smooth[DIR_ORIG];
}

static void assert_shown(float rate, float wanted)
{
	float got;

	picture++;
	got = shown(1, rate, false);
	if (got < wanted || got > wanted)
		fail_msg("%g is shown as %g, not %g", (double)rate, (double)got,
			 (double)wanted);
	assert_int_equal(steady.is_pending, got < rate || got > rate);
}

static void test_change(void **state)
{
	(void)state;
	assert_shown(1000, 1000);
	assert_shown(1019, 1000);
	assert_shown(981, 1000);
	assert_shown(1020, 1020); /* 2 % */
	assert_shown(1001, 1020);
	assert_shown(999, 999);
	assert_shown(999, 999);
}

static void test_zero(void **state)
{
	(void)state;
	assert_shown(0, 0);
	assert_shown(0.5F, 0.5F);
	assert_shown(0, 0);
	assert_shown(1e9F, 1e9F);
	assert_shown(0, 0);
}

/* Never off for more than five pictures. */
static void test_time(void **state)
{
	(void)state;
	assert_shown(1000, 1000);
	for (int i = 0; i < STEADY_PICTURES; i++)
		assert_shown(1001 + (float)i, 1000);
	assert_shown(1010, 1010);
	/* One that was right meanwhile begins anew. */
	for (int i = 0; i < STEADY_PICTURES; i++)
		assert_shown(1001, 1010);
	assert_shown(1001, 1001);
	assert_shown(1002, 1001);
	assert_shown(1001, 1001);
	for (int i = 0; i < STEADY_PICTURES; i++)
		assert_shown(1003, 1001);
	assert_shown(1003, 1003);
}

static void test_any(void **state)
{
	float rate = 1e6F;
	int n_off = 0, n_held = 0;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		float got;

		rate *= 0.99F + (float)(next_random() % 2001) / 1e5F;
		picture++;
		got = shown(1, rate, false);
		assert_true(got > rate * 0.979F && got < rate * 1.0205F);
		n_off = got < rate || got > rate ? n_off + 1 : 0;
		n_held += n_off > 0;
		assert_true(n_off <= STEADY_PICTURES);
	}
	assert_true(n_held > 5000);
}

/* Frames of the same picture, as keys make them, are no time. */
static void test_same_picture(void **state)
{
	(void)state;
	assert_shown(1000, 1000);
	assert_shown(1001, 1000);
	for (int i = 0; i < 20; i++)
		assert_true(shown(1, 1001, false) < 1000.5F);
	for (int i = 1; i < STEADY_PICTURES; i++)
		assert_shown(1001, 1000);
	assert_shown(1001, 1001);
}

static void test_exact(void **state)
{
	(void)state;
	assert_shown(1000, 1000);
	assert_shown(1001, 1000);
	assert_true(shown(1, 1001, true) > 1000.5F);
	assert_false(steady.is_pending);
	assert_shown(1002, 1001);
}

static float rate_of(struct row *rows, uint16_t sport)
{
	for (int i = 0; i < 3; i++)
		if (rows[i].info.key.tuple.sport == sport)
			return rows[i].info.smooth[DIR_ORIG];
	fail();
	return 0;
}

/* It goes with the flow, not with the line. */
static void test_identity(void **state)
{
	struct row first[] = { row_of(1, 1000), row_of(2, 2000),
			       row_of(3, 3000) };
	struct row second[] = { row_of(3, 3001), row_of(1, 1001),
				row_of(4, 1001) };
	struct row other = row_of(1, 1001);

	(void)state;
	steady_begin(&steady, 1, false);
	for (int i = 0; i < 3; i++)
		steady_hold(&steady, &first[i]);
	steady_end(&steady);
	steady_begin(&steady, 2, false);
	for (int i = 0; i < 3; i++)
		steady_hold(&steady, &second[i]);
	steady_end(&steady);
	assert_true(rate_of(second, 3) < 3000.5F);
	assert_true(rate_of(second, 1) < 1000.5F);
	assert_true(rate_of(second, 4) > 1000.5F);
	/* The next flow with the same tuple is another one. */
	other.info.id++;
	steady_begin(&steady, 3, false);
	steady_hold(&steady, &other);
	steady_end(&steady);
	assert_true(other.info.smooth[DIR_ORIG] > 1000.5F);
	/* One that was out of sight is shown as it is. */
	other = row_of(2, 2001);
	steady_begin(&steady, 4, false);
	steady_hold(&steady, &other);
	steady_end(&steady);
	assert_true(other.info.smooth[DIR_ORIG] > 2000.5F);
}

static void test_each_rate(void **state)
{
	struct row row = row_of(1, 1000);

	(void)state;
	steady_begin(&steady, 1, false);
	steady_hold(&steady, &row);
	steady_end(&steady);
	row.info.smooth[DIR_ORIG] = 1001;
	row.info.smooth[DIR_REPLY] *= 2;
	row.info.packet_rate[DIR_ORIG] *= 1.01F;
	row.info.packet_rate[DIR_REPLY] = 0;
	steady_begin(&steady, 2, false);
	steady_hold(&steady, &row);
	steady_end(&steady);
	assert_true(row.info.smooth[DIR_ORIG] < 1000.5F);
	assert_true(row.info.smooth[DIR_REPLY] > 12000);
	assert_true(row.info.packet_rate[DIR_ORIG] < 7.001F);
	assert_true(row.info.packet_rate[DIR_REPLY] < 0.1F);
}

static void test_many(void **state)
{
	(void)state;
	for (picture = 1; picture < 3; picture++) {
		steady_begin(&steady, picture, false);
		for (uint16_t i = 0; i < 500; i++) {
			struct row row =
				row_of(i, 1000.0F + (float)i + (float)picture);

			steady_hold(&steady, &row);
			assert_true(row.info.smooth[DIR_ORIG] <
				    1001.5F + (float)i);
		}
		steady_end(&steady);
	}
}

/* Groups as flows, and never one for the other. */
static void test_groups(void **state)
{
	struct group group = { .ref = { .kind = GROUP_PROCESS, .pid = 1 } };
	double rates[][2] = { { 1000, 1000 }, { 1010, 1000 }, { 1100, 1100 } };

	(void)state;
	for (size_t i = 0; i < N_ELEMS(rates); i++) {
		picture++;
		group.rx_rate = rates[i][0];
		group.tx_rate = 3;
		steady_begin(&steady, picture, false);
		steady_hold_group(&steady, &group);
		steady_end(&steady);
		assert_true(group.rx_rate > rates[i][1] - 0.5 &&
			    group.rx_rate < rates[i][1] + 0.5);
		assert_true(group.tx_rate > 2.9 && group.tx_rate < 3.1);
	}
	/* Another process; and no process. */
	group.ref.pid = 2;
	group.rx_rate = 1101;
	steady_begin(&steady, ++picture, false);
	steady_hold_group(&steady, &group);
	steady_end(&steady);
	assert_true(group.rx_rate > 1100.5);
	assert_true(shown(1, 1102, false) > 1101.5F);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_change),   TEST(test_zero),         TEST(test_time),
		TEST(test_any),      TEST(test_same_picture), TEST(test_exact),
		TEST(test_identity), TEST(test_each_rate),    TEST(test_many),
		TEST(test_groups),
	};

	return cmocka_run_group_tests_name("steady", tests, NULL, NULL);
}
