// SPDX-License-Identifier: GPL-2.0-only
/* The key table. */
#include "ui/keys.h"

#include "lib/str.h"
#include "lib/unitext.h"

#include <string.h>
#include <wchar.h>

#include <curses.h>

#define CTRL(c) ((c)&0x1f)
#define K(code) (KEY_SPECIAL | (code))
#define ESC 27

/* In the order of help and of the key row. */
// clang-format off
const struct binding bindings[] = {
	{ ACTION_HELP, TOPIC_OTHER, { '?', K(KEY_F(1)) },
	  "? F1", "this help", "?Help" },

	{ ACTION_UP, TOPIC_MOVE, { K(KEY_UP), 'k', 'u', CTRL('P') },
	  "Up k u ^P", "one flow up", NULL },
	{ ACTION_DOWN, TOPIC_MOVE, { K(KEY_DOWN), 'j', 'd', CTRL('N') },
	  "Down j d ^N", "one flow down", NULL },
	{ ACTION_PAGE_UP, TOPIC_MOVE, { K(KEY_PPAGE), CTRL('B') },
	  "PgUp ^B", "one page up", NULL },
	{ ACTION_PAGE_DOWN, TOPIC_MOVE, { K(KEY_NPAGE), CTRL('F') },
	  "PgDn ^F", "one page down", NULL },
	{ ACTION_HALF_UP, TOPIC_MOVE, { CTRL('U') },
	  "^U", "half a page up", NULL },
	{ ACTION_HALF_DOWN, TOPIC_MOVE, { CTRL('D') },
	  "^D", "half a page down", NULL },
	{ ACTION_FIRST, TOPIC_MOVE, { K(KEY_HOME), 'g' },
	  "Home g", "first row, whatever it is", NULL },
	{ ACTION_LAST, TOPIC_MOVE, { K(KEY_END), 'G' },
	  "End G", "last flow", NULL },
	{ ACTION_FOLLOW, TOPIC_MOVE, { 'F' },
	  "F", "follow the flow, or float", NULL },
	{ ACTION_LEFT, TOPIC_MOVE, { K(KEY_LEFT), 'h' },
	  "Left h", "columns back", NULL },
	{ ACTION_RIGHT, TOPIC_MOVE, { K(KEY_RIGHT), 'l' },
	  "Right l", "to hidden columns", NULL },

	{ ACTION_SORT, TOPIC_SORT, { 'R', 'B', 'P', 'A' },
	  "R B P A", "rate bytes packets age", NULL },
	{ ACTION_SORT_LEFT, TOPIC_SORT, { '<' },
	  "<", "by the column before", NULL },
	{ ACTION_SORT_RIGHT, TOPIC_SORT, { '>' },
	  ">", "by the next column", "<>Sort" },
	{ ACTION_REVERSE, TOPIC_SORT, { 'r' },
	  "r", "reverse", NULL },

	{ ACTION_SOURCE, TOPIC_SHOW, { 's' },
	  "s", "source as well", "sSource" },
	{ ACTION_PAUSE, TOPIC_OTHER, { ' ', 'p', 'Z' },
	  "Space p Z", "pause", "SpacePause" },
	{ ACTION_ACTIVE, TOPIC_SHOW, { 'a' },
	  "a", "active flows only", "aActive" },
	{ ACTION_BITS, TOPIC_SHOW, { 'b' },
	  "b", "bits or bytes", "bBits" },
	{ ACTION_TRAFFIC, TOPIC_SHOW, { 't' },
	  "t", "rates, bytes, packets", "tTotals" },
	{ ACTION_PROTOCOL, TOPIC_SHOW, { 'T', 'U', 'D', 'I', 'S' },
	  "T U D I S", "TCP UDP DCCP ICMP SCTP", "TUDISProto" },
	{ ACTION_FAMILY, TOPIC_SHOW, { 'i' },
	  "i", "IPv4+6, IPv4, IPv6", "iIPv4/6" },

	{ ACTION_SLOWER, TOPIC_OTHER, { '+' },
	  "+", "slower", NULL },
	{ ACTION_FASTER, TOPIC_OTHER, { '-' },
	  "-", "faster", NULL },
	{ ACTION_MESSAGES, TOPIC_OTHER, { '!' },
	  "!", "messages", NULL },
	{ ACTION_TRACK, TOPIC_OTHER, { 'X' },
	  "X", "track, if nothing does", NULL },
	{ ACTION_REDRAW, TOPIC_OTHER, { CTRL('L') },
	  "^L", "redraw", NULL },
	{ ACTION_SUSPEND, TOPIC_OTHER, { CTRL('Z') },
	  "^Z", "suspend", NULL },
	{ ACTION_BACK, TOPIC_OTHER, { ESC },
	  "Esc", "close this", NULL },
	{ ACTION_CLOSE, TOPIC_OTHER, { 'q' },
	  "q", "close this, or quit", "qQuit" },
	{ ACTION_QUIT, TOPIC_OTHER, { 'Q', K(KEY_F(10)), CTRL('C'),
	  CTRL('\\') }, "Q F10 ^C ^\\", "quit", NULL },
};
// clang-format on

const size_t n_bindings = sizeof(bindings) / sizeof(bindings[0]);

const char *const topic_names[TOPICS] = { "MOVE", "SORT", "SHOW", "OTHER" };

bool key_is_view(int key)
{
	return key == '\t' || key == '1' || key == K(KEY_BTAB);
}

enum action key_action(int key)
{
	for (size_t i = 0; i < n_bindings; i++) {
		const int *k = bindings[i].key;

		for (size_t n = 0; n < BINDING_KEYS && k[n]; n++)
			if (k[n] == key)
				return bindings[i].action;
	}
	return ACTION_NONE;
}

static void special_name(int code, char name[KEY_LABEL_SIZE])
{
	const char *text;

	if (code > KEY_F0 && code <= KEY_F(63)) {
		str_printf(name, KEY_LABEL_SIZE, "F%d", code - KEY_F0);
		return;
	}
	text = keyname(code);
	if (text && !strncmp(text, "KEY_", 4))
		text += 4;
	str_copy(name, KEY_LABEL_SIZE, text ? text : "?");
}

void key_label(int key, char name[KEY_LABEL_SIZE])
{
	const char *prefix = key & KEY_ALT ? "Alt-" : "";
	int c = key & ~KEY_ALT;

	if (c & KEY_SPECIAL)
		special_name(c & ~KEY_SPECIAL, name);
	else if (c == ESC)
		str_printf(name, KEY_LABEL_SIZE, "%sEsc", prefix);
	else if (c == '\r')
		str_printf(name, KEY_LABEL_SIZE, "%sEnter", prefix);
	else if (c == '\t')
		str_printf(name, KEY_LABEL_SIZE, "%sTab", prefix);
	else if (c == 0x7f)
		str_printf(name, KEY_LABEL_SIZE, "%sDel", prefix);
	else if (c >= 0 && c < ' ')
		str_printf(name, KEY_LABEL_SIZE, "%s^%c", prefix, c + '@');
	else if (unitext_width((uint32_t)c) == 1 && wcwidth((wchar_t)c) == 1)
		str_printf(name, KEY_LABEL_SIZE, "%s%lc", prefix, (wint_t)c);
	else
		str_printf(name, KEY_LABEL_SIZE, "%s?", prefix);
}
