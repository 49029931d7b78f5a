// SPDX-License-Identifier: GPL-2.0-only
/* Numbers as the screen shows them. */
#include "lib/fmt.h"

#include "lib/clock.h"
#include "lib/str.h"

#include <inttypes.h>
#include <string.h>

#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define YEAR (365 * DAY)
#define MAX_DAYS 1000 /* from here on years, or the text gets too long */

static size_t put(char *text, size_t size, const char *digits, size_t n)
{
	size_t room = size - 1;

	if (n > room)
		n = room;
	for (size_t i = 0; i < n; i++)
		text[i] = digits[i];
	text[n] = '\0';
	return n;
}

/* Round half up without overflow. */
static uint64_t divide(uint64_t value, uint64_t by)
{
	uint64_t rest = value % by;

	return value / by + (rest >= by - rest);
}

/* @value < 1000 tenths or hundredths, by @decimals, and a suffix. */
static size_t put_scaled(char *text, size_t size, unsigned int value,
			 int decimals, char suffix)
{
	char s[6];
	size_t n = 0;

	for (unsigned int unit = 100; unit; unit /= 10) {
		/* The dot stands before the first decimal. */
		if ((decimals == 2 && unit == 10) ||
		    (decimals == 1 && unit == 1))
			s[n++] = '.';
		if (n || value >= unit || unit == 1)
			s[n++] = (char)('0' + value / unit % 10);
	}
	if (suffix)
		s[n++] = suffix;
	return put(text, size, s, n);
}

size_t fmt_count(char *text, size_t size, uint64_t value)
{
	static const char suffixes[] = "KMGTPE";
	uint64_t unit = 1;

	if (!value)
		return put(text, size, "-", 1);
	if (value < 1000)
		return put_scaled(text, size, (unsigned int)value, 0, 0);
	for (const char *suffix = suffixes; *suffix; suffix++) {
		unit *= 1000;
		/* The first form in which the rounded value fits. */
		for (int decimals = 2; decimals >= 0; decimals--) {
			uint64_t step = unit;
			uint64_t scaled;

			for (int i = 0; i < decimals; i++)
				step /= 10;
			scaled = divide(value, step);
			if (scaled < 1000)
				return put_scaled(text, size,
						  (unsigned int)scaled,
						  decimals, *suffix);
		}
	}
	return put(text, size, "?", 1); /* not reached: 2^64 is 18.4E */
}

size_t fmt_rate(char *text, size_t size, double bytes_per_s, bool bits)
{
	double value = bits ? bytes_per_s * 8 : bytes_per_s;

	if (!(value > 0)) /* also NaN */
		value = 0;
	if (value >= 18e18)
		value = 18e18; /* what a uint64_t holds */
	/* From 1000 on fmt_count() rounds; doing it here, too, would round
	 * 1004.6 up twice. */
	return fmt_count(text, size,
			 (uint64_t)(value < 1000 ? value + 0.5 : value));
}

/* The second number has a fixed width, so that a running age does not move. */
static size_t put_pair(char *text, size_t size, uint64_t a, char unit_a,
		       uint64_t b, char unit_b)
{
	str_printf(text, size, "%" PRIu64 "%c%0*" PRIu64 "%c", a, unit_a,
		   unit_b == 'd' ? 3 : 2, b, unit_b);
	return strlen(text);
}

size_t fmt_age(char *text, size_t size, uint64_t age_ns)
{
	uint64_t s = age_ns / NS_PER_S;
	char unit;

	if (s < MINUTE) {
		unit = 's';
	} else if (s < HOUR) {
		s /= MINUTE;
		unit = 'm';
	} else if (s < DAY) {
		s /= HOUR;
		unit = 'h';
	} else if (s < (uint64_t)MAX_DAYS * DAY) {
		s /= DAY;
		unit = 'd';
	} else {
		s /= YEAR;
		unit = 'y';
	}
	return put_scaled(text, size, (unsigned int)s, 0, unit);
}

size_t fmt_age_long(char *text, size_t size, uint64_t age_ns)
{
	uint64_t s = age_ns / NS_PER_S;

	if (s < MINUTE || s >= 100ULL * YEAR)
		return fmt_age(text, size, age_ns);
	if (s < HOUR)
		return put_pair(text, size, s / MINUTE, 'm', s % MINUTE, 's');
	if (s < DAY)
		return put_pair(text, size, s / HOUR, 'h', s % HOUR / MINUTE,
				'm');
	if (s < (uint64_t)MAX_DAYS * DAY)
		return put_pair(text, size, s / DAY, 'd', s % DAY / HOUR, 'h');
	return put_pair(text, size, s / YEAR, 'y', s % YEAR / DAY, 'd');
}
