// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is said when tracking cannot be started.
 *
 * What live.c asks the broker is defined here, so the linker does not take the
 * real functions from the library.
 */
#include "broker/request.h"
#include "broker/track.h"
#include "source/conntrack.h"
#include "unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "health.h"
#include "live.h"
#include "options.h"

static int track_result;

struct broker *broker_start(const struct broker_config *config,
			    const char **why)
{
	(void)config;
	(void)why;
	return NULL;
}

int broker_state_error(const struct broker *broker)
{
	(void)broker;
	return 0;
}

int request_sysctl_on(struct broker *broker, unsigned int wanted)
{
	(void)broker;
	(void)wanted;
	return 0;
}

int request_track(struct broker *broker)
{
	(void)broker;
	return track_result;
}

int conntrack_open(struct source **source,
		   const struct conntrack_config *config)
{
	(void)source;
	(void)config;
	return -ENOSYS;
}

void conntrack_sockets(const struct source *source, int fds[CT_SOCKETS])
{
	(void)source;
	(void)fds;
}

static char said[256];

static void note(void *ctx, const char *text)
{
	(void)ctx;
	snprintf(said, sizeof(said), "%s", text);
}

#define FULL                                                                   \
	"cannot start tracking: the table of connections is more than half "   \
	"full"

static void test_track_full(void **state)
{
	struct config config = { .track = true };
	struct health health;
	char text[256];

	(void)state;
	health_init(&health);
	track_result = TRACK_FULL;
	assert_int_equal(live_switch_on(&config, NULL, &health, note, NULL), 0);
	assert_string_equal(said, FULL);
	live_track(NULL, &health, text, sizeof(text));
	assert_string_equal(text, FULL);
	assert_int_not_equal(counter_get(&health.tracking), 1);
}

static void test_track_on(void **state)
{
	struct config config = { .track = true };
	struct health health;

	(void)state;
	health_init(&health);
	said[0] = '\0';
	track_result = TRACK_ON;
	assert_int_equal(live_switch_on(&config, NULL, &health, note, NULL), 0);
	assert_string_equal(said, "");
	assert_int_equal(counter_get(&health.tracking), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_track_full),
		cmocka_unit_test(test_track_on),
	};

	return cmocka_run_group_tests_name("live", tests, NULL, NULL);
}
