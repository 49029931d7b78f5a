// SPDX-License-Identifier: GPL-2.0-only
/* Names that strangers choose: what of them is shown, and that the answer is
 * always one that a terminal shows as it is meant. */
#include "lib/sanitize.h"
#include "lib/str.h"
#include "lib/unitext.h"
#include "unit/unit.h"
#include "view/value.h"

#include <arpa/inet.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* With its length, since a NUL may be part of it. */
#define S(text) text, sizeof(text) - 1

struct text_case {
	const char *in;
	size_t length;
	const char *out;
	bool is_changed;
};

// clang-format off
static const struct text_case texts[] = {
	{ S(""), "", false },
	{ S("systemd-resolve"), "systemd-resolve", false },
	{ S(" ~!@#$%^&*()_+|\\\"'<>?"), " ~!@#$%^&*()_+|\\\"'<>?", false },
	{ S("%n%s"), "%n%s", false },
	{ S("=cmd()"), "=cmd()", false },

	/* words of a command line; the end of an array */
	{ S("ls\0-l\0/tmp\0"), "ls -l /tmp", false },
	{ S("a\0\0b\0\0\0"), "a  b", false },
	{ S("\0\0"), "", false },
	{ S("\0x"), " x", false },
	{ S("a\nb\tc"), "a b c", true },

	/* escape sequences: CSI, OSC, DCS, SS3, and single controls */
	{ S("\033[2J\033[H"), "?[2J?[H", true },
	{ S("\033]0;title\a"), "?]0;title?", true },
	{ S("\033]52;c;aGk=\033\\"), "?]52;c;aGk=?\\", true },
	{ S("\033P$q\"p\033\\"), "?P$q\"p?\\", true },
	{ S("\033OP"), "?OP", true },
	{ S("\033c"), "?c", true },
	{ S("good\b\b\b\bevil"), "good????evil", true },
	{ S("good\revil"), "good?evil", true },
	{ S("\016\017\v\f\177"), "?????", true },

	/* the same of eight bits, as UTF-8 and raw */
	{ S("\xc2\x9b" "2J"), "?2J", true },
	{ S("\xc2\x9d" "0;t\xc2\x9c"), "?0;t?", true },
	{ S("\xc2\x90" "x\xc2\x85"), "?x?", true },
	{ S("\x9b" "2J\x9d\x90\x85"), "?2J???", true },

	/* direction */
	{ S("a\xe2\x80\xae" "b"), "a?b", true },     /* U+202E */
	{ S("\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xac\xe2\x80\xad"), "????", true },
	{ S("\xe2\x81\xa6\xe2\x81\xa7\xe2\x81\xa8\xe2\x81\xa9"), "????", true },
	{ S("\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c"), "???", true },
	{ S("\xd7\x90 80 443"), "? 80 443", true },  /* alef */
	{ S("\xd8\xa7\xd9\xa1"), "??", true },       /* Arabic */

	/* nothing to be seen */
	{ S("a\xe2\x80\x8b\xe2\x80\x8c\xe2\x80\x8d" "b"), "a???b", true },
	{ S("\xe2\x81\xa0\xef\xbb\xbf\xc2\xad"), "???", true },
	{ S("\xf3\xa0\x81\x81\xf3\xa0\x81\xbf"), "??", true },   /* tags */
	{ S("a\xef\xb8\x8f" "b\xf3\xa0\x84\x80"), "a?b?", true }, /* VS */
	{ S("\xcd\x8f\xe1\xa0\x8e\xe3\x85\xa4"), "???", true },
	{ S("\xc2\xa0\xe2\x80\x83\xe3\x80\x80"), "???", true },  /* spaces */
	{ S("a\xe2\x80\xa8" "b\xe2\x80\xa9"), "a?b?", true },    /* Zl, Zp */

	/* no characters */
	{ S("\xee\x80\x80\xf4\x8f\xbf\xbd"), "??", true }, /* private */
	{ S("\xef\xb7\x90\xef\xbf\xbe\xf4\x8f\xbf\xbf"), "???", true },
	{ S("\xcd\xb8"), "?", true },                      /* unassigned */
	{ S("\xef\xbf\xbd"), "?", true },
	{ S("\xed\xa0\x80"), "???", true },                /* surrogate */
	{ S("\xc0\x80\xc0\xaf\xe0\x80\x9b"), "???????", true }, /* overlong */
	{ S("\xf0\x80\x80\x9b"), "????", true },
	{ S("\xf5\x80\xfe\xff"), "????", true },
	{ S("\xe2\x80"), "?", true },                      /* cut off */
	{ S("\xf0\x9f\x98"), "?", true },
	{ S("a\xc3" "b\xe2\x80" "c"), "a?b?c", true },

	/* width */
	{ S("M\xc3\xbcnchen"), "M\xc3\xbcnchen", false },
	{ S("\xd0\x9c\xd0\xbe\xd1\x81\xd0\xba\xd0\xb2\xd0\xb0"),
	  "\xd0\x9c\xd0\xbe\xd1\x81\xd0\xba\xd0\xb2\xd0\xb0", false },
	{ S("p\xd0\xb0ypal"), "p\xd0\xb0ypal", false }, /* looks alike */
	{ S("\xf0\x9d\x94\x84"), "\xf0\x9d\x94\x84", false },
	{ S("\xe6\x9d\xb1\xe4\xba\xac"), "??", true },
	{ S("\xf0\x9f\x98\x80!"), "?!", true },
	{ S("\xef\xbc\xa1"), "?", true }, /* a full-width A */
	{ S("\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa"), "??", true }, /* a flag */

	/* marks */
	{ S("e\xcc\x81t\xcc\x82"), "e\xcc\x81t\xcc\x82", false },
	{ S("e\xcc\x81\xcc\x82\xcc\x83x"), "e\xcc\x81x", true },
	{ S("\xcc\x81\xcc\x82x"), "?x", true },
	{ S("\033\xcc\x81x"), "?x", true },
	{ S("?\xcc\x81"), "?\xcc\x81", false },
	{ S("\n\xcc\x81"), " \xcc\x81", true },
	{ S("a\xe2\x83\x9d"), "a?", true }, /* a circle around it */
};
// clang-format on

static void assert_result(const char *in, size_t length, const char *out,
			  const char *wanted)
{
	if (!strcmp(out, wanted))
		return;
	for (size_t i = 0; i < length; i++)
		print_error("%02x ", (unsigned char)in[i]);
	fail_msg("\"%s\" instead of \"%s\"", out, wanted);
}

static void test_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ELEMS(texts); i++) {
		const struct text_case *t = &texts[i];
		char out[100];
		bool is_changed = !t->is_changed;
		size_t n = sanitize_text(out, sizeof(out), t->in, t->length,
					 &is_changed);

		assert_result(t->in, t->length, out, t->out);
		assert_int_equal(n, strlen(out));
		assert_int_equal(is_changed, t->is_changed);
		assert_true(n <= t->length);
		/* Once more, and where it stands: the same. */
		n = sanitize_text(out, sizeof(out), out, n, &is_changed);
		assert_result(t->in, t->length, out, t->out);
		assert_false(is_changed);
		memcpy(out, t->in, t->length);
		sanitize_text(out, t->length + 1, out, t->length, NULL);
		assert_result(t->in, t->length, out, t->out);
	}
}

/* Every size: never beyond it, never inside of a character, and a head of
 * the whole. */
static void test_text_sizes(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ELEMS(texts); i++) {
		const struct text_case *t = &texts[i];
		size_t whole = strlen(t->out);

		for (size_t size = 1; size <= whole + 2; size++) {
			char *out = malloc(size), again[100];
			bool is_changed;
			size_t n = sanitize_text(out, size, t->in, t->length,
						 &is_changed);

			assert_true(n < size && out[n] == '\0');
			assert_memory_equal(out, t->out, n);
			assert_true(n == whole || whole - n < 4 ||
				    n + 4 >= size);
			assert_int_equal(is_changed,
					 t->is_changed || n < whole);
			sanitize_text(again, sizeof(again), out, n,
				      &is_changed);
			assert_string_equal(again, out);
			assert_false(is_changed);
			free(out);
		}
	}
}

static void test_text_long(void **state)
{
	static char in[1 << 20], out[sizeof(in) + 1];
	bool is_changed;

	(void)state;
	memset(in, 'x', sizeof(in));
	assert_int_equal(sanitize_text(out, 256, in, 255, &is_changed), 255);
	assert_false(is_changed);
	assert_int_equal(sanitize_text(out, 256, in, 256, &is_changed), 255);
	assert_true(is_changed);
	assert_int_equal(sanitize_text(out, 4096, in, sizeof(in), NULL), 4095);
	memset(in, '\033', sizeof(in));
	assert_int_equal(sanitize_text(out, sizeof(out), in, sizeof(in), NULL),
			 sizeof(in));
	assert_int_equal(strspn(out, "?"), sizeof(in));
	memset(in, '\0', sizeof(in));
	assert_int_equal(
		sanitize_text(out, sizeof(out), in, sizeof(in), &is_changed),
		0);
	assert_false(is_changed);
}

/* ---------------------------------------------------------------- width */

static size_t encode(uint32_t c, char *s)
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	s[0] = (char)(n == 1 ? c : 0xf00 >> n | c >> (6 * (n - 1)));
	for (size_t i = 1; i < n; i++)
		s[i] = (char)(0x80 | (c >> (6 * (n - 1 - i)) & 0x3f));
	return n;
}

static bool is_between(uint32_t c, uint32_t first, uint32_t last)
{
	return c >= first && c <= last;
}

/* What must never pass, told without the tables. */
static bool is_harmful(uint32_t c)
{
	return is_between(c, 0, 0x1f) || is_between(c, 0x7f, 0x9f) ||
	       c == 0xad || c == 0x34f || is_between(c, 0x590, 0x590) ||
	       is_between(c, 0x5be, 0x5be) || is_between(c, 0x5d0, 0x5f4) ||
	       is_between(c, 0x600, 0x605) || c == 0x61c ||
	       is_between(c, 0x620, 0x64a) || is_between(c, 0x115f, 0x11ff) ||
	       is_between(c, 0x180b, 0x180f) || is_between(c, 0x2000, 0x200f) ||
	       is_between(c, 0x2028, 0x202f) || is_between(c, 0x205f, 0x206f) ||
	       is_between(c, 0x3000, 0x3029) || is_between(c, 0x3040, 0x33ff) ||
	       is_between(c, 0x4e00, 0x9fff) || is_between(c, 0xac00, 0xd7ff) ||
	       is_between(c, 0xd800, 0xf8ff) || is_between(c, 0xfdd0, 0xfdef) ||
	       is_between(c, 0xfe00, 0xfe0f) || is_between(c, 0xfeff, 0xff60) ||
	       is_between(c, 0xfff0, 0xfffb) ||
	       is_between(c, 0x1f1e6, 0x1f1ff) ||
	       is_between(c, 0x20000, 0x3ffff) || c >= 0xe0000 ||
	       (c & 0xfffe) == 0xfffe;
}

/*
 * Where the library's wcwidth() knows a character that passes, it says the
 * same. The tables were made for glibc; other libraries have other ideas about
 * a few characters, and draw_text() shows "?" there.
 */
static void test_width(void **state)
{
	unsigned int n_shown = 0, n_marks = 0, n_disputed = 0;

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		int width = unitext_width(c), other = wcwidth((wchar_t)c);
		char in[5] = "x", out[8];
		bool is_changed;
		size_t n = 1 + encode(c, in + 1);

		n = sanitize_text(out, sizeof(out), in, n, &is_changed);
		if (width < 0) {
			if (c != '\0' && c != '\t' && c != '\n' &&
			    !is_between(c, 0xd800, 0xdfff) && strcmp(out, "x?"))
				fail_msg("U+%04X is not shown as \"?\"", c);
			continue;
		}
		if (is_changed || memcmp(in, out, n) != 0)
			fail_msg("U+%04X does not stay", c);
		if (width > 1 || is_harmful(c))
			fail_msg("U+%04X must not pass", c);
		n_shown += width == 1;
		n_marks += width == 0;
		n_disputed += other >= 0 && other != width;
		if (other == 2)
			fail_msg("U+%04X has two cells", c);
	}
	print_message("# %u characters, %u marks, %u disputed\n", n_shown,
		      n_marks, n_disputed);
	assert_true(n_shown > 20000 && n_marks > 1500);
#ifdef __GLIBC__
	assert_int_equal(n_disputed, 0);
#else
	assert_true(n_disputed < 200);
#endif
	assert_int_equal(unitext_width(0x110000), -1);
	assert_int_equal(unitext_width(UINT32_MAX), -1);
}

/* Our own signs are subject to the same rule. */
static void test_glyphs(void **state)
{
	(void)state;
	for (int glyph = 0; glyph < GLYPHS; glyph++) {
		const char *text = glyph_text((enum glyph)glyph, CELL_UTF8);
		char out[16];
		bool is_changed;

		sanitize_text(out, sizeof(out), text, strlen(text),
			      &is_changed);
		assert_string_equal(out, text);
		assert_false(is_changed);
	}
}

/* ---------------------------------------------------------------- hosts */

#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN
#define NAME_249 "a" FIFTY FIFTY FIFTY FIFTY TEN TEN TEN TEN "12345678"

// clang-format off
static const struct {
	const char *in;
	size_t length;
	const char *out; /* "": rejected */
	bool is_changed;
} hosts[] = {
	{ S("www.example.com"), "www.example.com", false },
	{ S("www.example.com."), "www.example.com", false },
	{ S("WWW.Example.COM"), "WWW.Example.COM", false },
	{ S("_dmarc.a_b-c.example"), "_dmarc.a_b-c.example", false },
	{ S("xn--mnchen-3ya.de"), "xn--mnchen-3ya.de", false },
	{ S("localhost"), "localhost", false },
	{ S("1-2-3-4.dyn.example.net"), "1-2-3-4.dyn.example.net", false },
	{ S("10.0.0.1.example.net"), "10.0.0.1.example.net", false },
	{ S("1.0.0.10.in-addr.arpa"), "1.0.0.10.in-addr.arpa", false },
	{ S("3com"), "3com", false },
	{ S("cafe.babe"), "cafe.babe", false },
	{ S("0x7g.1"), "0x7g.1", false },
	{ S("0x7G.1"), "0x7G.1", false },
	{ S("x"), "x", false },
	{ S(NAME_249 ".abc"), NAME_249 ".abc", false },
	{ S(NAME_249 ".abc."), NAME_249 ".abc", false },

	{ S("a b\033[2J.example\r\n"), "a?b??2J.example??", true },
	{ S("evil\0.example"), "evil?.example", true },
	{ S("m\xc3\xbcnchen.de"), "m?nchen.de", true },
	{ S("a\xe2\x80\xae.com"), "a?.com", true },
	{ S("a\x9b\xff.com"), "a??.com", true },
	{ S("=cmd()"), "?cmd??", true },
	{ S("a{b|c}~"), "a?b?c??", true },
	{ S("%n"), "?n", true },
	{ S("host%eth0"), "host?eth0", true },
	{ S("a%b:1"), "a?b?1", true },
	{ S("time:10"), "time?10", true },
	{ S("\"><script>"), "???script?", true },

	{ S(""), "", false },
	{ S("."), "", false },
	{ S(".."), "", false },
	{ S(".com"), "", false },
	{ S("a..com"), "", false },
	{ S("a.."), "", false },
	{ S("-rf"), "", false },
	{ S("--help.example"), "", false },
	{ S(NAME_249 ".abcd"), "", false },
	{ S(NAME_249 ".abcdef"), "", false },
	{ S("10.0.0.1"), "", false },
	{ S("1.2.3.4."), "", false },
	{ S("1.2.3.4.."), "", false },
	{ S("010.1"), "", false },
	{ S("0x7f.1"), "", false },
	{ S("0X7F.0.0.0x1"), "", false },
	{ S("0x"), "", false },
	{ S("2130706433"), "", false },
	{ S("1.2.3.4.5.6"), "", false },
	{ S("10-0-0-1"), "", false },
	{ S("10_0_0_1"), "", false },
	{ S(" 10.0.0.1"), "", false },
	{ S("[10.0.0.1]"), "", false },
	{ S("10.0.0.1\n"), "", false },
	{ S("10\xe3\x80\x82" "0\xe3\x80\x82" "0"), "", false },
	{ S("\xe6\x9d\xb1"), "", false },
	{ S("::"), "", false },
	{ S("::1"), "", false },
	{ S("fe80::1%eth0"), "", false },
	{ S("[2001:DB8::1]:443"), "", false },
	{ S("::ffff:10.0.0.1"), "", false },
	{ S("dead:beef"), "", false },
};
// clang-format on

static void test_hosts(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ELEMS(hosts); i++) {
		char out[SANITIZE_HOST_SIZE], again[300];
		bool is_changed;
		size_t n = sanitize_host(out, sizeof(out), hosts[i].in,
					 hosts[i].length, &is_changed);

		assert_result(hosts[i].in, hosts[i].length, out, hosts[i].out);
		assert_int_equal(n, strlen(out));
		if (n)
			assert_int_equal(is_changed, hosts[i].is_changed);
		memcpy(again, hosts[i].in, hosts[i].length);
		sanitize_host(again, sizeof(again), again, hosts[i].length,
			      NULL);
		assert_string_equal(again, out);
		assert_int_equal(
			sanitize_host(again, sizeof(again), out, n, NULL), n);
		assert_string_equal(again, out);
	}
}

/* A part of a name is another name. */
static void test_host_sizes(void **state)
{
	static const char name[] = "www.example.com";

	(void)state;
	for (size_t size = 1; size < sizeof(name) + 2; size++) {
		char *out = malloc(size);
		bool fits = size >= sizeof(name);

		assert_int_equal(
			sanitize_host(out, size, name, sizeof(name) - 1, NULL),
			fits ? sizeof(name) - 1 : 0);
		assert_string_equal(out, fits ? name : "");
		free(out);
	}
}

/* Whatever the library takes for an address is none of our names. */
static void test_no_address(void **state)
{
	static const char from[] = "0179afxX.:-%?[]";
	uint32_t random = 1;

	(void)state;
	for (int i = 0; i < 300000; i++) {
		char name[12], out[SANITIZE_HOST_SIZE];
		size_t n = 1 + (random >> 8) % (sizeof(name) - 1);
		struct in6_addr in6;
		struct in_addr in4;

		for (size_t at = 0; at < n; at++) {
			random = random * 1103515245 + 12345;
			name[at] = from[(random >> 16) % (sizeof(from) - 1)];
		}
		name[n < sizeof(name) ? n : n - 1] = '\0';
		sanitize_host(out, sizeof(out), name, strlen(name), NULL);
		if (*out && (inet_aton(out, &in4) || inet_aton(name, &in4) ||
			     inet_pton(AF_INET6, out, &in6) == 1 ||
			     inet_pton(AF_INET6, name, &in6) == 1))
			fail_msg("\"%s\" gives \"%s\"", name, out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_text_sizes),
		cmocka_unit_test(test_text_long),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_glyphs),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_host_sizes),
		cmocka_unit_test(test_no_address),
	};

	return cmocka_run_group_tests_name("sanitize", tests, NULL, NULL);
}
