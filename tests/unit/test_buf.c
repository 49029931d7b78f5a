// SPDX-License-Identifier: GPL-2.0-only
/* The growing buffer and what is formatted into it. */
#include "lib/buf.h"
#include "lib/thread.h"
#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void expect(struct buf *buf, const char *text, size_t n)
{
	if (buf->size != n || memcmp(buf->data, text, n))
		fail_msg("\"%.*s\" instead of \"%s\"", (int)buf->size,
			 buf->data, text);
	buf_reset(buf);
}

static void expect_str(struct buf *buf, const char *text)
{
	expect(buf, text, strlen(text));
}

static void test_growth(void **state)
{
	struct buf buf = { 0 };

	(void)state;
	for (unsigned int i = 0; i < 100000; i++)
		buf_char(&buf, (char)(i % 251));
	assert_int_equal(buf.size, 100000);
	for (unsigned int i = 0; i < 100000; i++)
		assert_int_equal((uint8_t)buf.data[i], i % 251);
	assert_true(buf.room >= buf.size && buf.room < 3 * buf.size);
	buf_reset(&buf);
	assert_int_equal(buf.size, 0);
	buf_free(&buf);
	assert_null(buf.data);
	buf_free(&buf);
}

/* Every length around the first allocation, with every kind of addition. */
static void test_boundaries(void **state)
{
	(void)state;
	for (size_t fill = 250; fill < 260; fill++) {
		struct buf buf;

		buf_init(&buf);
		for (size_t i = 0; i < fill; i++)
			buf_char(&buf, 'x');
		buf_printf(&buf, "%s", "0123456789");
		buf_str(&buf, "abc");
		buf_u64(&buf, 42);
		assert_int_equal(buf.size, fill + 15);
		assert_memory_equal(buf.data + fill, "0123456789abc42", 15);
		buf_free(&buf);
	}
}

static void test_nothing(void **state)
{
	struct buf buf = { 0 };

	(void)state;
	buf_bytes(&buf, NULL, 0);
	buf_str(&buf, "");
	buf_csv(&buf, "", 0);
	assert_int_equal(buf.size, 0);
	assert_int_equal(buf_write(&buf, -1), 0);
	assert_non_null(buf_reserve(&buf, 0));
	buf_free(&buf);
}

static void test_printf(void **state)
{
	struct buf buf = { 0 };
	char text[1001];

	(void)state;
	buf_printf(&buf, "%d-%s", -5, "x");
	expect_str(&buf, "-5-x");
	for (size_t n = 0; n <= 1000; n++) {
		memset(text, 'a', n);
		text[n] = '\0';
		buf_printf(&buf, "%s", text);
		expect_str(&buf, text);
	}
	buf_free(&buf);
}

static void test_reserve(void **state)
{
	struct buf buf = { 0 };

	(void)state;
	memcpy(buf_reserve(&buf, 5), "hello", 5);
	buf_grow(&buf, 5);
	memcpy(buf_reserve(&buf, 5000), "!", 1);
	buf_grow(&buf, 1);
	expect_str(&buf, "hello!");
	buf_free(&buf);
}

static void test_u64(void **state)
{
	struct buf buf = { 0 };
	char text[32];

	(void)state;
	buf_u64(&buf, 0);
	expect_str(&buf, "0");
	buf_u64(&buf, UINT64_MAX);
	expect_str(&buf, "18446744073709551615");
	for (uint64_t power = 10; power < UINT64_MAX / 10; power *= 10) {
		for (uint64_t v = power - 1; v <= power + 1; v++) {
			snprintf(text, sizeof(text), "%" PRIu64, v);
			buf_u64(&buf, v);
			expect_str(&buf, text);
		}
	}
	buf_free(&buf);
}

#define FFFD "\xef\xbf\xbd"

static const struct {
	const char *in, *out;
} json[] = {
	{ "", "\"\"" },
	{ "plain", "\"plain\"" },
	{ "a\"b\\c/d", "\"a\\\"b\\\\c/d\"" },
	{ "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"" },
	{ "\x01\x1f\x1b[0m\x7f", "\"\\u0001\\u001f\\u001b[0m\\u007f\"" },
	/* C1 controls, and the first character behind them */
	{ "\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0",
	  "\"\\u0080\\u009b\\u009f\xc2\xa0\"" },
	{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
	  "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"" },
	{ FFFD, "\"" FFFD "\"" },
	{ "\x80", "\"" FFFD "\"" },
	{ "a\x80z", "\"a" FFFD "z\"" },
	{ "\xff\xfe", "\"" FFFD FFFD "\"" },
	/* overlong */
	{ "\xc0\x80", "\"" FFFD FFFD "\"" },
	{ "\xc1\xbf", "\"" FFFD FFFD "\"" },
	{ "\xe0\x80\x80", "\"" FFFD FFFD FFFD "\"" },
	{ "\xf0\x80\x80\x80", "\"" FFFD FFFD FFFD FFFD "\"" },
	/* surrogate, and the last before */
	{ "\xed\xa0\x80", "\"" FFFD FFFD FFFD "\"" },
	{ "\xed\x9f\xbf", "\"\xed\x9f\xbf\"" },
	/* above U+10FFFF, and the last below */
	{ "\xf4\x90\x80\x80", "\"" FFFD FFFD FFFD FFFD "\"" },
	{ "\xf4\x8f\xbf\xbf", "\"\xf4\x8f\xbf\xbf\"" },
	{ "\xf5", "\"" FFFD "\"" },
	/* cut short: one mark, and nothing after it is swallowed */
	{ "\xe2\x82", "\"" FFFD "\"" },
	{ "\xe2\x82\"", "\"" FFFD "\\\"\"" },
	{ "\xf0\x9f\x98"
	  "A",
	  "\"" FFFD "A\"" },
	{ "\xc3\xc3\xa4", "\"" FFFD "\xc3\xa4\"" },
};

static void test_json(void **state)
{
	struct buf buf = { 0 };

	(void)state;
	for (size_t i = 0; i < N_ELEMS(json); i++) {
		buf_json(&buf, json[i].in, strlen(json[i].in));
		expect_str(&buf, json[i].out);
	}
	buf_json(&buf, "a\0b", 3);
	expect_str(&buf, "\"a\\u0000b\"");
	/* The length counts, not what lies behind. */
	buf_json(&buf, "\xe2\x82\xac", 2);
	expect_str(&buf, "\"" FFFD "\"");
	buf_free(&buf);
}

static void test_csv(void **state)
{
	static const struct {
		const char *in, *out;
	} fields[] = {
		{ "plain", "plain" },
		{ " spaces stay ", " spaces stay " },
		{ "a,b", "\"a,b\"" },
		{ "say \"hi\"", "\"say \"\"hi\"\"\"" },
		{ "\"", "\"\"\"\"" },
		{ "two\nlines", "\"two\nlines\"" },
		{ "cr\r", "\"cr\r\"" },
		{ "semi;colon\ttab", "semi;colon\ttab" },
	};
	struct buf buf = { 0 };

	(void)state;
	for (size_t i = 0; i < N_ELEMS(fields); i++) {
		buf_csv(&buf, fields[i].in, strlen(fields[i].in));
		expect_str(&buf, fields[i].out);
	}
	buf_free(&buf);
}

enum { PIPE_BYTES = 300000 };

struct drain {
	struct thread thread;
	int fd;
	size_t n;
	bool is_wrong;
};

static void drain_run(void *arg)
{
	struct drain *d = arg;
	uint8_t data[4096];
	ssize_t n;

	while ((n = read(d->fd, data, sizeof(data))) > 0)
		for (ssize_t i = 0; i < n; i++)
			d->is_wrong |= data[i] != d->n++ % 251;
}

/* More than a pipe takes at once, blocking and not. */
static void test_write(void **state)
{
	(void)state;
	for (int flags = 0; flags <= O_NONBLOCK; flags += O_NONBLOCK) {
		struct drain drain = { 0 };
		struct buf buf = { 0 };
		int fd[2];

		assert_int_equal(pipe(fd), 0);
		assert_int_equal(fcntl(fd[1], F_SETFL, flags), 0);
		drain.fd = fd[0];
		thread_start(&drain.thread, "drain", drain_run, &drain);
		for (unsigned int i = 0; i < PIPE_BYTES; i++)
			buf_char(&buf, (char)(i % 251));
		assert_int_equal(buf_write(&buf, fd[1]), 0);
		assert_int_equal(buf.size, 0);
		close(fd[1]);
		thread_join(&drain.thread);
		assert_int_equal(drain.n, PIPE_BYTES);
		assert_false(drain.is_wrong);
		close(fd[0]);
		buf_free(&buf);
	}
}

static void test_write_fails(void **state)
{
	struct buf buf = { 0 };
	int fd[2];

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(fd), 0);
	close(fd[0]);
	buf_str(&buf, "nobody reads this");
	assert_int_equal(buf_write(&buf, fd[1]), -EPIPE);
	assert_int_equal(buf.size, 0);
	close(fd[1]);
	buf_str(&buf, "x");
	assert_int_equal(buf_write(&buf, -1), -EBADF);
	buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_growth),
		cmocka_unit_test(test_boundaries),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_printf),
		cmocka_unit_test(test_reserve),
		cmocka_unit_test(test_u64),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_write_fails),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
