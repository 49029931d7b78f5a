// SPDX-License-Identifier: GPL-2.0-only
/* The key table. */
#include "lib/str.h"
#include "lib/unitext.h"
#include "ui/keymap.h"

#include <string.h>
#include <strings.h>
#include <wchar.h>

#include <curses.h>

#define CTRL(c) ((c)&0x1f)
#define K(code) (KEY_SPECIAL | (code))
#define ESC 27

/* In the order of help and of the key row. */
// clang-format off
const struct binding bindings[] = {
	{ ACTION_HELP, TOPIC_OTHER, { '?', K(KEY_F(1)) },
	  "? F1", "this help", "?Help", LIST_ANY, "help" },
	{ ACTION_FILTER, TOPIC_SORT, { '/', '\\', K(KEY_F(4)), 'f' },
	  "/ \\ F4 f", "filter", "/Filter", LIST_ANY, "filter" },
	{ ACTION_FIND, TOPIC_SORT, { K(KEY_F(3)) },
	  "F3", "find; next, previous", NULL, LIST_ANY, "find" },
	{ ACTION_FIND_NEXT, TOPIC_SORT, { 'n' },
	  "n", "find; next, previous", "nNext", LIST_FOUND, NULL },
	{ ACTION_FIND_LAST, TOPIC_SORT, { 'N', K(KEY_F(15)) },
	  "N", "find; next, previous", "NPrevious", LIST_FOUND, NULL },

	{ ACTION_UP, TOPIC_MOVE, { K(KEY_UP), 'k', 'u', CTRL('P') },
	  "Up k u ^P", "one flow up", NULL, LIST_ANY, "up" },
	{ ACTION_DOWN, TOPIC_MOVE, { K(KEY_DOWN), 'j', 'd', CTRL('N') },
	  "Down j d ^N", "one flow down", NULL, LIST_ANY, "down" },
	{ ACTION_PAGE_UP, TOPIC_MOVE, { K(KEY_PPAGE), CTRL('B') },
	  "PgUp ^B", "one page up", NULL, LIST_ANY, "page-up" },
	{ ACTION_PAGE_DOWN, TOPIC_MOVE, { K(KEY_NPAGE), CTRL('F') },
	  "PgDn ^F", "one page down", NULL, LIST_ANY, "page-down" },
	{ ACTION_HALF_UP, TOPIC_MOVE, { CTRL('U') },
	  "^U", "half a page up, down", NULL, LIST_ANY, "half-up" },
	{ ACTION_HALF_DOWN, TOPIC_MOVE, { CTRL('D') },
	  "^D", "half a page up, down", NULL, LIST_ANY, "half-down" },
	{ ACTION_FIRST, TOPIC_MOVE, { K(KEY_HOME), 'g' },
	  "Home g", "first row, last one", NULL, LIST_ANY, "first" },
	{ ACTION_LAST, TOPIC_MOVE, { K(KEY_END), 'G' },
	  "End G", "first row, last one", NULL, LIST_ANY, "last" },
	{ ACTION_FOLLOW, TOPIC_MOVE, { 'F' },
	  "F", "follow it, or float", NULL, LIST_ANY, "follow" },
	{ ACTION_LEFT, TOPIC_MOVE, { K(KEY_LEFT), 'h' },
	  "Left h", "hidden columns", NULL, LIST_ANY, "left" },
	{ ACTION_RIGHT, TOPIC_MOVE, { K(KEY_RIGHT), 'l' },
	  "Right l", "hidden columns", NULL, LIST_ANY, "right" },

	{ ACTION_VIEW, TOPIC_MOVE, { '1', '2', '3', '4', '5', '6' },
	  "1-6", "views: flows to ports", NULL, LIST_ANY, "flows procs hosts countries networks ports" },
	{ ACTION_NEXT_VIEW, TOPIC_MOVE, { '\t' },
	  "Tab", "views: flows to ports", NULL, LIST_ANY, "next-view" },
	{ ACTION_LAST_VIEW, TOPIC_MOVE, { K(KEY_BTAB) },
	  "S-Tab", "views: flows to ports", NULL, LIST_ANY, "last-view" },

	{ ACTION_CHOOSE_SORT, TOPIC_SORT, { 'o', K(KEY_F(6)) },
	  "o F6", "choose a column", "oSort", LIST_ANY, "choose-sort" },
	{ ACTION_SORT, TOPIC_SORT, { 'R', 'B', 'P', 'A' },
	  "R B P A", "rate bytes packets age", NULL, LIST_ANY, "sort-rate sort-bytes sort-packets sort-age" },
	{ ACTION_SORT_LEFT, TOPIC_SORT, { '<' },
	  "<", "before, next, reverse", NULL, LIST_ANY, "sort-left" },
	{ ACTION_SORT_RIGHT, TOPIC_SORT, { '>' },
	  ">", "before, next, reverse", NULL, LIST_ANY, "sort-right" },
	{ ACTION_REVERSE, TOPIC_SORT, { 'r' },
	  "r", "before, next, reverse", NULL, LIST_ANY, "reverse" },

	{ ACTION_COLUMNS, TOPIC_SHOW, { 'C', K(KEY_F(2)) },
	  "C F2", "columns, units", "CColumns", LIST_ANY, "columns" },
	{ ACTION_SOURCE, TOPIC_SHOW, { 's' },
	  "s", "source as well", "sSource", LIST_FLOWS, "source" },
	{ ACTION_ENTER, TOPIC_MOVE, { '\r', '\n', K(KEY_ENTER) },
	  "Enter", "details, or its flows", "EnterDetails", LIST_ANY, "enter" },
	{ ACTION_DETAILS, TOPIC_MOVE, { '=' },
	  "=", "details, or its flows", NULL, LIST_ANY, "details" },
	{ ACTION_KEPT, TOPIC_SHOW, { 'c' },
	  "c", "closed, active only", NULL, LIST_ANY, "kept" },
	{ ACTION_PAUSE, TOPIC_OTHER, { ' ', 'p', 'Z' },
	  "Space p Z", "pause", "SpacePause", LIST_ANY, "pause" },
	{ ACTION_ACTIVE, TOPIC_SHOW, { 'a' },
	  "a", "closed, active only", "aActive", LIST_ANY, "active" },
	{ ACTION_BITS, TOPIC_SHOW, { 'b' },
	  "b", "bits; rates, totals", "bBits", LIST_ANY, "bits" },
	{ ACTION_TRAFFIC, TOPIC_SHOW, { 't' },
	  "t", "bits; rates, totals", "tTotals", LIST_ANY, "totals" },
	{ ACTION_PROTOCOL, TOPIC_SHOW, { 'T', 'U', 'D', 'I', 'S' },
	  "T U D I S", "TCP UDP DCCP ICMP SCTP", "TUDISProto", LIST_ANY, "tcp udp dccp icmp sctp" },
	{ ACTION_NAMES, TOPIC_SHOW, { 'n' },
	  "n", "hosts, ports, location", "nNames", LIST_ANY, "names" },
	{ ACTION_SERVICES, TOPIC_SHOW, { 'N' },
	  "N", "hosts, ports, location", NULL, LIST_ANY, "services" },
	{ ACTION_PLACES, TOPIC_SHOW, { 'L' },
	  "L", "hosts, ports, location", NULL, LIST_ANY, "location" },
	{ ACTION_FAMILY, TOPIC_SHOW, { 'i' },
	  "i", "IPv4+6, IPv4, IPv6", "iIPv4/6", LIST_ANY, "family" },

	{ ACTION_SLOWER, TOPIC_OTHER, { '+' },
	  "+", "slower, faster", NULL, LIST_ANY, "slower" },
	{ ACTION_FASTER, TOPIC_OTHER, { '-' },
	  "-", "slower, faster", NULL, LIST_ANY, "faster" },
	{ ACTION_COPY, TOPIC_OTHER, { 'y' },
	  "y", "copy; messages; save", NULL, LIST_ANY, "copy" },
	{ ACTION_MESSAGES, TOPIC_OTHER, { '!' },
	  "!", "copy; messages; save", NULL, LIST_ANY, "messages" },
	{ ACTION_SAVE, TOPIC_OTHER, { 'W' },
	  "W", "copy; messages; save", NULL, LIST_ANY, "save" },
	{ ACTION_TRACK, TOPIC_OTHER, { 'X' },
	  "X", "track, if nothing does", NULL, LIST_ANY, "track" },
	{ ACTION_REDRAW, TOPIC_OTHER, { CTRL('L') },
	  "^L", "redraw, suspend", NULL, LIST_ANY, "redraw" },
	{ ACTION_SUSPEND, TOPIC_OTHER, { CTRL('Z') },
	  "^Z", "redraw, suspend", NULL, LIST_ANY, "suspend" },
	{ ACTION_BACK, TOPIC_OTHER, { ESC },
	  "Esc", "close this, or go back", NULL, LIST_ANY, "back" },
	{ ACTION_CLOSE, TOPIC_OTHER, { 'q' },
	  "q", "close this, or quit", "qQuit", LIST_ANY, "close" },
	{ ACTION_QUIT, TOPIC_OTHER, { 'Q', K(KEY_F(10)), CTRL('C'),
	  CTRL('\\') }, "Q F10 ^C ^\\", "quit", NULL, LIST_ANY, "quit" },
};
// clang-format on

const size_t n_bindings = sizeof(bindings) / sizeof(bindings[0]);

const char *const topic_names[TOPICS] = { "MOVE", "FIND, SORT", "SHOW",
					  "OTHER" };

static const struct binding *binding_of(int key, bool is_found)
{
	for (size_t i = 0; i < n_bindings; i++) {
		const int *k = bindings[i].key;

		if ((bindings[i].list == LIST_FOUND) != is_found)
			continue;
		for (size_t n = 0; n < BINDING_KEYS && k[n]; n++)
			if (k[n] == key)
				return &bindings[i];
	}
	return NULL;
}

bool key_is_for(int key, bool is_groups)
{
	const struct binding *binding = binding_of(key, false);

	return !binding || binding->list == LIST_ANY || !is_groups;
}

/* In the key row while the pane is open; NULL: as without it; "": none. */
static const struct {
	enum action action;
	const char *of_flows, *of_groups;
} pane_hints[] = {
	{ ACTION_HELP, NULL, NULL },
	{ ACTION_DOWN, "Up/DownFlow", "Up/DownLine" },
	{ ACTION_ENTER, "", "EnterFlows" },
	{ ACTION_COPY, "yCopy command", "yCopy" },
	{ ACTION_FILTER, NULL, NULL },
	{ ACTION_PAUSE, NULL, NULL },
	{ ACTION_BACK, "EscClose", "EscClose" },
};

static const struct binding *binding_for(enum action action)
{
	for (size_t i = 0; i < n_bindings; i++)
		if (bindings[i].action == action)
			return &bindings[i];
	return NULL;
}

/* What is looked for gives keys another meaning. */
static const char *hint_of(const struct binding *b, bool is_groups,
			   bool is_found)
{
	if (b->list == LIST_FOUND)
		return is_found ? b->hint : NULL;
	if (b->list == LIST_FLOWS && is_groups)
		return NULL;
	if (is_found && key_action_found(b->key[0]))
		return NULL;
	return b->action == ACTION_ENTER && is_groups ? "EnterFlows" : b->hint;
}

size_t key_hints(bool is_groups, bool has_pane, bool is_found,
		 char hints[KEY_HINTS][KEYMAP_TEXT])
{
	const size_t n_pane = sizeof(pane_hints) / sizeof(pane_hints[0]);
	size_t n = 0;

	for (size_t i = 0; i < (has_pane ? n_pane : n_bindings); i++) {
		const struct binding *b =
			has_pane ? binding_for(pane_hints[i].action)
				 : &bindings[i];
		const char *hint = NULL;

		if (has_pane)
			hint = is_groups ? pane_hints[i].of_groups
					 : pane_hints[i].of_flows;
		if (!hint)
			hint = hint_of(b, is_groups, is_found);
		if (!hint || !*hint || n == KEY_HINTS)
			continue;
		keymap_hint(b, hint, hints[n]);
		n += hints[n][0] != '\0';
	}
	return n;
}

enum action key_action(int key)
{
	const struct binding *binding = binding_of(key, false);

	return binding ? binding->action : ACTION_NONE;
}

enum action key_action_found(int key)
{
	const struct binding *binding = binding_of(key, true);

	return binding ? binding->action : ACTION_NONE;
}

int key_of(enum action action)
{
	for (size_t i = 0; i < n_bindings; i++) {
		if (bindings[i].action == action)
			return bindings[i].key[0];
	}
	return KEY_NOTHING;
}

static const struct {
	int code;
	const char *name;
} specials[] = {
	{ KEY_UP, "Up" },
	{ KEY_DOWN, "Down" },
	{ KEY_LEFT, "Left" },
	{ KEY_RIGHT, "Right" },
	{ KEY_HOME, "Home" },
	{ KEY_END, "End" },
	{ KEY_PPAGE, "PgUp" },
	{ KEY_NPAGE, "PgDn" },
	{ KEY_IC, "Ins" },
	{ KEY_DC, "Del" },
	{ KEY_BACKSPACE, "Backspace" },
	{ KEY_ENTER, "Enter" },
	{ KEY_BTAB, "Shift-Tab" },
	{ KEY_SR, "Shift-Up" },
	{ KEY_SF, "Shift-Down" },
	{ KEY_SLEFT, "Shift-Left" },
	{ KEY_SRIGHT, "Shift-Right" },
	{ KEY_SHOME, "Shift-Home" },
	{ KEY_SEND, "Shift-End" },
	{ KEY_SPREVIOUS, "Shift-PgUp" },
	{ KEY_SNEXT, "Shift-PgDn" },
	{ KEY_SIC, "Shift-Ins" },
	{ KEY_SDC, "Shift-Del" },
};

/* What terminfo calls keys with a modifier: "kUP5" is Ctrl-Up. */
static const struct {
	const char *prefix, *name;
} modified[] = {
	{ "kUP", "Up" },     { "kDN", "Down" },  { "kLFT", "Left" },
	{ "kRIT", "Right" }, { "kHOM", "Home" }, { "kEND", "End" },
	{ "kPRV", "PgUp" },  { "kNXT", "PgDn" }, { "kIC", "Ins" },
	{ "kDC", "Del" },
};

/* By the digit, from 2 on; without one it is Shift. */
static const char *const modifiers[] = { "Shift-",         "Alt-",
					 "Alt-Shift-",     "Ctrl-",
					 "Ctrl-Shift-",    "Ctrl-Alt-",
					 "Ctrl-Alt-Shift-" };

static void modified_name(const char *text, char name[KEY_LABEL_SIZE])
{
	for (size_t i = 0; i < sizeof(modified) / sizeof(modified[0]); i++) {
		size_t n = strlen(modified[i].prefix);
		int digit;

		if (strncmp(text, modified[i].prefix, n))
			continue;
		digit = text[n] ? text[n] : '2';
		if (digit >= '2' && digit <= '8' && (!text[n] || !text[n + 1]))
			str_printf(name, KEY_LABEL_SIZE, "%s%s",
				   modifiers[digit - '2'], modified[i].name);
	}
}

static void special_name(int code, char name[KEY_LABEL_SIZE])
{
	const char *text;

	name[0] = '\0';
	if (code > KEY_F0 && code <= KEY_F(63)) {
		str_printf(name, KEY_LABEL_SIZE, "F%d", code - KEY_F0);
		return;
	}
	for (size_t i = 0; i < sizeof(specials) / sizeof(specials[0]); i++)
		if (specials[i].code == code)
			str_copy(name, KEY_LABEL_SIZE, specials[i].name);
	text = keyname(code);
	if (!name[0] && text)
		modified_name(text, name);
}

/* Characters that would not be seen, or not be understood. */
static const char *control_name(int c)
{
	switch (c) {
	case ESC:
		return "Esc";
	case '\r':
		return "Enter";
	case '\t':
		return "Tab";
	case ' ':
		return "Space";
	case 0x7f:
		return "Backspace";
	default:
		return NULL;
	}
}

void key_label(int key, char name[KEY_LABEL_SIZE])
{
	const char *prefix = key & KEY_ALT ? "Alt-" : "";
	int c = key & ~KEY_ALT;

	name[0] = '\0';
	if (c & KEY_UNKNOWN)
		return;
	if (c & KEY_SPECIAL)
		special_name(c & ~KEY_SPECIAL, name);
	else if (control_name(c))
		str_printf(name, KEY_LABEL_SIZE, "%s%s", prefix,
			   control_name(c));
	else if (c >= 0 && c < ' ')
		str_printf(name, KEY_LABEL_SIZE, "%s^%c", prefix, c + '@');
	else if (unitext_width((uint32_t)c) == 1 && wcwidth((wchar_t)c) == 1)
		str_printf(name, KEY_LABEL_SIZE, "%s%lc", prefix, (wint_t)c);
}

/* Names of keys with several codes, or other names. */
static const struct {
	const char *name;
	int codes[KEY_CODES];
} named[] = {
	{ "Enter", { '\r', '\n', K(KEY_ENTER) } },
	{ "Backspace", { 0x7f, K(KEY_BACKSPACE) } },
	{ "Tab", { '\t' } },
	{ "S-Tab", { K(KEY_BTAB) } },
	{ "Space", { ' ' } },
	{ "Esc", { ESC } },
};

static int key_named(const char *name, int codes[KEY_CODES])
{
	uint64_t number;
	int n = 0;

	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		if (strcasecmp(named[i].name, name) != 0)
			continue;
		while (n < KEY_CODES && named[i].codes[n]) {
			codes[n] = named[i].codes[n];
			n++;
		}
		return n;
	}
	for (size_t i = 0; i < sizeof(specials) / sizeof(specials[0]); i++) {
		if (strcasecmp(specials[i].name, name) != 0)
			continue;
		codes[0] = K(specials[i].code);
		return 1;
	}
	if ((name[0] != 'F' && name[0] != 'f') ||
	    parse_u64(name + 1, 1, 63, &number))
		return 0;
	codes[0] = K(KEY_F(number));
	return 1;
}

int key_by_label(const char *name, int codes[KEY_CODES])
{
	size_t size = strlen(name);
	uint32_t code = 0;
	int n;

	if (!size)
		return 0;
	if (size == 2 && name[0] == '^' && name[1] >= '?' && name[1] < 0x7f) {
		codes[0] = name[1] == '?' ? 0x7f : CTRL(name[1]);
		return codes[0] ? 1 : 0;
	}
	if (utf8_decode(name, size, &code) == size && code > ' ' &&
	    code != 0xfffd && unitext_width(code) == 1) {
		codes[0] = (int)code;
		return 1;
	}
	if (strncasecmp(name, "Alt-", 4) || !name[4])
		return key_named(name, codes);
	n = key_by_label(name + 4, codes);
	if (n != 1 || codes[0] & (KEY_SPECIAL | KEY_ALT))
		return 0;
	codes[0] |= KEY_ALT;
	return 1;
}
