#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The mouse: as terminals tell what it does.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_screen
require_demo

# press BUTTON LINE CELL - from 0; and release it
press() {
	tm send-keys -l $'\e['"<$1;$(($3 + 1));$(($2 + 1))M"
	[ "$1" -ge 64 ] || tm send-keys -l $'\e['"<$1;$(($3 + 1));$(($2 + 1))m"
}
address_of() {
	line "$1" | cut -c30-55
}

screen_start 80 24 "$FLOWTOP" -46UT --mouse -r "$DEMO"
cursor_on 4
tap_ok 'the terminal was told' wait_for "$PATIENCE" \
	test "$(tm display-message -p '#{mouse_button_flag}#{mouse_sgr_flag}')" != 00
keys ' '
tap_ok 'paused' shows_in 0 PAUSED

press 0 8 20
tap_ok 'a click chooses a row' cursor_on 8
tap_ok 'and follows it' shows_in 2 ' follow '
press 65 8 20
tap_ok 'the wheel: three rows down' cursor_on 11
press 64 8 20
press 64 8 20
tap_ok 'and up' cursor_on 5
press 0 2 14
tap_ok 'a tab: its view' shows_in 2 '\[2 Procs\]'
press 0 5 20
tap_ok 'a row of a group' cursor_on 5
press 0 5 20
press 0 5 20
tap_ok 'a double click enters it' shows_in 2 '^\[1 Flows\].* /'
keys Escape
tap_ok 'Esc: back' shows_in 2 '\[2 Procs\]'
keys 1
tap_ok 'the flows' shows_in 2 '^\[1 Flows\]'
press 0 3 31
tap_ok 'a header: sorted by it' shows_in 2 ' sort ADDRESS \^$'
press 0 3 31
tap_ok 'once more: the other way round' shows_in 2 ' sort ADDRESS v$'
press 0 0 5
press 0 23 5
press 0 22 5
press 3 8 5
press 0 100 300
tap_ok 'other places: nothing' shows_in 2 ' sort ADDRESS v$'
keys '?'
tap_ok 'help' shows_in 0 '^ Help'
press 0 8 20
tap_ok 'a click on it: nothing' shows_in 0 '^ Help'
keys q
keys q
tap_ok 'the end' shows '^ended 0'
tap_ok 'the mouse is free again' \
	test "$(tm display-message -p '#{mouse_any_flag}')" = 0

# Not asked for: nothing is taken over, and nothing is obeyed.
screen_start 80 24 "$FLOWTOP" -46UT -r "$DEMO"
cursor_on 4
tap_ok 'without --mouse it is free' \
	test "$(tm display-message -p '#{mouse_any_flag}')" = 0
press 0 8 20
keys j
tap_ok 'and not obeyed' cursor_on 5
keys q

# Killed by a fault it is free as well.
screen_start 80 24 "$FLOWTOP" -46UT --mouse -r "$DEMO"
cursor_on 4
kill -SEGV "$(program_pid)"
tap_ok 'after a fault it is free' wait_for "$PATIENCE" eval \
	"[ \"\$(tm display-message -p '#{mouse_any_flag}')\" = 0 ]"
tap_done
