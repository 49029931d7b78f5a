#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Keys of order, columns and pages.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_screen
require_demo

screen_start 80 24 "$FLOWTOP" -46UT -r "$DEMO"
cursor_on 4

# ---------------------------------------------------------------- moving

keys C-n
tap_ok '^N: down' cursor_on 5
keys C-p
tap_ok '^P: up' cursor_on 4
keys C-d
tap_ok '^D: half a page down' shows_in 2 ' follow '
keys C-u
tap_ok '^U: half a page up' cursor_on 4
keys Tab
tap_ok 'Tab: another view' shows_in 2 '^ 1 Flows \[2 Procs\]'
keys BTab 1
tap_ok 'Shift-Tab: back' shows_in 2 '^\[1 Flows\] 2 Procs '

# ---------------------------------------------------------------- order

keys B
tap_ok 'B: by bytes' shows_in 2 ' sort bytes v$'
keys B
tap_ok 'B again: reversed' shows_in 2 ' sort bytes ^$'
keys P
tap_ok 'P: by packets' shows_in 2 ' sort packets v$'
keys A
tap_ok 'A: by age' shows_in 2 ' sort TIME v$'
keys '>'
tap_ok '>: the next column' shows_in 2 ' sort D ^$'
keys '<'
tap_ok '<: the one before' shows_in 2 ' sort TIME v$'
keys R
tap_ok 'R: by rate' shows_in 2 ' sort rate v$'
keys r
tap_ok 'r: reversed' shows_in 2 ' sort rate ^$'
keys r

# ---------------------------------------------------------------- columns

keys t
tap_ok 't: bytes' shows_in 3 ' RX    TX$'
keys t
tap_ok 't: packets per second' shows_in 3 ' RXp/s TXp/s$'
keys t
tap_ok 't: packets' shows_in 3 ' RXpkt TXpkt$'
keys t
tap_ok 't: rates' shows_in 3 ' RX/s  TX/s$'
keys l
tap_ok 'l: hidden columns' shows_in 3 '^  *PID PROT .* ADDRESS .* RX    TX$'
keys Right Right Right Right
tap_ok 'Right: the address stays' shows_in 3 ' ADDRESS '
keys h h h h h
tap_ok 'h: back' shows_in 3 '^ PROCESS .* RX/s  TX/s$'

# ---------------------------------------------------------------- pages

keys '!'
tap_ok '!: messages' shows_in 0 '^ Messages'
keys x
tap_ok '!: other keys say so' shows_in -1 'no action on "x"; Esc closes this'
keys '!'
tap_ok '!: closes them' shows_in 0 '^ flowtop'
keys '!' q
tap_ok 'q: closes them' shows_in 0 '^ flowtop'

# ---------------------------------------------------------------- paused

keys Space
shows_in 0 PAUSED
keys A
tap_ok 'paused: the order can be changed' shows_in 2 ' sort TIME v$'
tap_ok 'paused: and it stays paused' shows_in 0 PAUSED
keys Space

# ---------------------------------------------------------------- every width

titles() {
	screen | sed -n 4p
}

# What is a column at some width is one at every larger width.
grows() {
	local width last='' word

	for width in $(seq 20 20 100) $(seq 101 3 130) $(seq 140 20 220); do
		resize "$width" 24
		within 3000 fits_now "$width" || {
			diag "a line is longer than $width"
			return 1
		}
		for word in $last; do
			titles | grep -qw -- "$word" || {
				diag "width $width lost $word"
				return 1
			}
		done
		last=$(titles)
	done
}
fits_now() {
	[ "$(tm display-message -p '#{pane_width}')" = "$1" ] &&
		titles | grep -q ADDRESS &&
		{ [ "$1" -lt 64 ] || [ "$(line 0 | awk '{ print length }')" = $(($1 - 1)) ]; } &&
		[ "$(screen | awk '{ if (length > n) n = length } END { print n + 0 }')" -le "$1" ]
}
tap_ok 'columns only come with the width' grows
# ---------------------------------------------------------------- names, noise

# send TEXT - as it is, in one piece
send() {
	# shellcheck disable=SC2046 # a word for each byte
	keys -H $(printf '%s' "$1" | od -An -v -tx1)
}
screen_start 80 24 env TERM=xterm-256color "$FLOWTOP" -46UT -r "$DEMO"
cursor_on 4
keys C-Up
tap_ok 'an arrow with Ctrl has a name' shows_in -1 'no action on "Ctrl-Up"; '
send $'\e[1;9Z'
tap_ok 'what has none is an unknown key' shows_in -1 '^ unknown key; ? lists'
keys '!' Space
tap_ok 'Space has one' shows_in -1 'no action on "Space"; '
keys '!' Tab
shows_in -1 '?Help .*qQuit'
send $'\e]11;rgb:qqqq/QQQQ\e\\'
send $'\eP1$rQ\e\\'
send $'\e_QQ\a'
send $'\e[M QQ'
send $'\e[<0;10;10M'
keys i
tap_ok 'sequences of the terminal are no keys' shows_in 1 ' IPv4,TCP,UDP$'
tap_ok 'and nothing is said about them' line_has -1 '?Help .*qQuit'
tap_done
