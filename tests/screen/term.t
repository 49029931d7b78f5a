#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Terminals that are unknown, without colour, or none at all.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_screen
require_demo

run_with() {
	screen_start 80 24 env "$@" "$FLOWTOP" -46UTI -r "$DEMO"
}

attributes() {
	tm capture-pane -pe
}

# What tmux prints for a colour; 39 and 49 are "none".
has_colour() {
	attributes | grep -q $'\e\\[\\([0-9;]*;\\)\\?\\(3[0-8]\\|4[0-8]\\|9[0-7]\\|10[0-7]\\)[;m]'
}

no_colour() {
	! has_colour
}

has_reverse() {
	attributes | grep -q $'\e\\[\\([0-9;]*;\\)\\?7[;m]'
}

# The line of the cursor from its first to its last cell. What tmux prints
# before it decides, also at the end of the line above.
selected_reverse() {
	local above line last

	above=$(attributes | head -n 4)
	line=$(attributes | sed -n 5p)
	[[ "$line" =~ ^(($'\e['[0-9\;]*m)*)('>'[^$'\e']*)$ ]] || {
		diag "$(cat -v <<<"$line")"
		return 1
	}
	last=$above${BASH_REMATCH[1]}
	last=${last##*$'\e['}
	[[ ";${last%%m*};" == *';7;'* ]] && [ ${#BASH_REMATCH[3]} = 80 ]
}

plain_ascii() {
	! screen | LC_ALL=C grep -q '[^ -~]'
}

run_with TERM=never-heard-of
tap_ok 'unknown TERM: a screen' shows_in 3 ADDRESS
tap_ok 'unknown TERM: says so' \
	shows_in -1 'unknown terminal "never-heard-of": drawing for xterm-256color'
tap_ok 'unknown TERM: once' shows_in -1 qQuit
keys q
tap_ok 'unknown TERM: ends' shows '^ended 0$'
tap_ok 'unknown TERM: the terminal is as it was' same_terminal

run_with -u TERM
tap_ok 'no TERM: a screen' shows_in 3 ADDRESS
tap_ok 'no TERM: says so' shows_in -1 'TERM is not set'

run_with TERM=screen-256color
shows_in 3 ADDRESS
tap_ok 'colours' wait_for "$PATIENCE" has_colour
run_with TERM=screen-256color NO_COLOR=
shows_in 3 ADDRESS
tap_ok 'empty NO_COLOR: colours' wait_for "$PATIENCE" has_colour
run_with TERM=screen-256color NO_COLOR=1
cursor_on 4
tap_ok 'NO_COLOR: none' no_colour
tap_ok 'NO_COLOR: but reverse' has_reverse
tap_ok 'NO_COLOR: on the whole selected row' selected_reverse
run_with TERM=vt100
cursor_on 4
tap_ok 'vt100: a screen' shows_in -1 qQuit
tap_ok 'vt100: no colours' no_colour
tap_ok 'vt100: but reverse' has_reverse
tap_ok 'vt100: on the whole selected row' selected_reverse
keys s
shows_in 4 ' => '
tap_ok 'vt100: no colours with sources' no_colour
# Neither has another screen to go back to: the shell goes on in the last row.
for name in vt100 linux; do
	run_with TERM=$name
	cursor_on 4
	keys q
	tap_ok "$name: nothing is left in the row of the shell" \
		shows '^ended 0$'
done
run_with LC_ALL=C
cursor_on 4
tap_ok 'C locale: a screen' shows_in -1 qQuit
tap_ok 'C locale: ASCII' plain_ascii
keys '?'
shows_in 0 Help
tap_ok 'C locale: help in ASCII' plain_ascii
keys q s
shows_in 4 ' => '
tap_ok 'C locale: sources in ASCII' plain_ascii

# ---------------------------------------------------------------- signs

run_with LC_ALL=C.UTF-8
tap_ok 'UTF-8: the cursor' shows_in 4 '^▌'
tap_ok 'UTF-8: directions' shows ' → '
tap_ok 'UTF-8: the order' shows_in 2 ' sort rate ▼$'
keys s
tap_ok 'UTF-8: source and destination' shows ' ⇐ '
keys s Enter
resize 120 40
tap_ok 'UTF-8: the title of details' shows '^ Details .*\] → '
run_with LC_ALL=C.UTF-8 TERM=linux
cursor_on 4
tap_ok 'linux console: ASCII' plain_ascii
screen_start 80 24 env LC_ALL=C.UTF-8 "$FLOWTOP" --ascii -46UTI -r "$DEMO"
cursor_on 4
tap_ok '--ascii: ASCII' plain_ascii

# ---------------------------------------------------------------- colours

colour_with() {
	screen_start 80 24 env "$1" "$FLOWTOP" "$2" -46UTI -r "$DEMO"
	cursor_on 4
}
colour_with TERM=screen-256color --no-color
tap_ok '--no-color: none' no_colour
colour_with TERM=screen-256color -C
tap_ok '-C: none' no_colour
colour_with TERM=screen-256color --color=never
tap_ok '--color=never: none' no_colour
colour_with NO_COLOR=1 --color=always
tap_ok '--color=always: wins over NO_COLOR' wait_for "$PATIENCE" has_colour
colour_with NO_COLOR=1 --color=auto
tap_ok '--color=auto: NO_COLOR decides' no_colour

# A terminal that cannot move its cursor gets text.
screen_start 80 24 env TERM=dumb "$FLOWTOP" -46UTI -r "$DEMO" -c 1
tap_ok 'dumb: text' shows '^ended 0$'
tap_ok 'dumb: with the flows' has '^[^:]* tcp '
tap_ok 'dumb: the terminal is as it was' same_terminal

# Keys come from the terminal even when stdin is something else.
# shellcheck disable=SC2016 # for the shell in the terminal
screen_start 80 24 sh -c '"$0" -46UT -r - <"$1"' "$FLOWTOP" "$DEMO"
tap_ok 'recording on stdin: a screen' shows_in 3 ADDRESS
cursor_on 4
keys j
tap_ok 'recording on stdin: keys' cursor_on 5
keys q
tap_ok 'recording on stdin: ends' shows '^ended 0$'
tap_ok 'recording on stdin: the terminal is as it was' same_terminal
tap_done
