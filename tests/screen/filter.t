#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A filter of the command line holds on the screen: in every view, in a paused
# picture, in the totals; and says why nothing is there.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_screen
require_demo

# start CELLS ROWS ARGUMENTS... - the end of the demonstration
start() {
	screen_start "$1" "$2" "$FLOWTOP" -46 --hide none -r "$DEMO" --speed 0 \
		--linger 100 "${@:3}"
}

# The second number is of all flows, the first and the rates of those shown.
start 120 40 tcp port 443
tap_ok 'number of flows and their rates' \
	shows_in 1 ' [0-9]* of 38 flows, RX [0-9.]*[KMG]*B/s  TX [0-9.]*[KMG]*B/s '
keys b
tap_ok 'rates in bits' shows_in 1 ' of 38 flows, RX [0-9.]*[KMG]*b/s  TX '
keys b
# lines PATTERN ROW - each line of the table has it
lines() {
	screen | tail -n +5 | head -n -2 | grep -v '^ *$' >"$work/lines"
	[ -s "$work/lines" ] && ! grep -Ev "$1" "$work/lines" >&2
}
tap_ok 'no other flow' lines ' tcp .* (https|443) '
shown=$(line 1 | sed 's/.* \([0-9]*\) of 38.*/\1/')
keys Space
tap_ok 'paused' shows_in 0 PAUSED
keys U
shows_in 1 'TCP,DCCP'
tap_ok 'paused, with another protocol: no other flow' \
	lines ' tcp .* (https|443) '
keys U
keys Space

keys 6
shows '^>[a-z].*tcp'
tap_ok 'ports: only that one' lines '^.(https|443) .*tcp'
keys 3
shows '\[3 Hosts\]'
tap_ok 'hosts: one of theirs' shows 'video-edge'
tap_ok 'hosts: none of others' lacks 'gw\.lan'
keys Enter
shows '/host'
tap_ok 'the flows of a host: those alone' lines ' tcp .* (https|443) '
tap_ok 'of one host, of all flows' shows_in 1 ' [1-9] of 38 flows'

# Less room: the rates go first.
start 80 24 tcp port 443
tap_ok 'narrow: no rates' shows_in 1 " $shown of 38 flows  "
resize 100 24
tap_ok 'from 100 columns: rates' shows_in 1 " $shown of 38 flows, RX "
resize 99 24
tap_ok 'below: none' shows_in 1 " $shown of 38 flows  "
start 120 24
tap_ok 'without a filter: no rates beside the number' \
	shows_in 1 ' 38 of 38 flows  '

# Nothing.
start 80 24 port 1
tap_ok 'nothing matches: none of all' shows_in 1 ' 0 of 38 flows'
tap_ok 'nothing matches: which filter' shows '^  No flow matches: port 1$'
tap_ok 'nothing matches: what helps' shows \
	'^  38 flows are hidden by this filter. Esc clears it, / edits it.$'
# The letter would bring none.
tap_ok 'nothing matches: no letter helps' lacks 'hidden:'
start 80 24 -T udp
tap_ok 'another protocol: which filter' shows '^  No flow matches: udp$'
tap_ok 'another protocol: the letter' shows 'flows are hidden. U shows [0-9]* UDP'

# A script may have several lines.
start 120 24 $'tcp and\n\tport 443'
tap_ok 'several lines are one' shows_in 2 ' /tcp and  port 443 '
keys /
tap_ok 'in the prompt, too' shows_in -2 '^filter> tcp and  port 443$'
keys Escape
# Cells are counted, not bytes, and in UTF-8 another sign stands for the rest.
SCREEN_LOCALE=C.UTF-8 start 40 16 'city "ÄÖÜÄÖÜÄÖÜ ÄÖÜÄÖÜÄÖÜ ÄÖÜÄÖÜÄÖÜ ÄÖÜÄÖÜÄÖÜ"'
tap_ok 'UTF-8: a long filter in whole words' \
	shows '^  No flow matches: city "ÄÖÜÄÖÜÄÖÜ$'
tap_ok 'UTF-8: and its rest' shows '^  ÄÖÜÄÖÜÄÖÜ ÄÖÜÄÖÜÄÖÜ ÄÖÜÄÖÜÄÖÜ"$'
tap_ok 'UTF-8: cut with the sign that help names' shows_in 2 ' /city "ÄÖÜ.*…$'

# What is wrong is said before anything is drawn.
screen_start 80 24 "$FLOWTOP" -r "$DEMO" port 99999
shows '^ended 2$'
untouched() {
	[ "$(screen | sed '/^$/d')" = $'before the program\nended 2' ] &&
		[ "$(wc -l <"$work/stderr")" = 2 ]
}
tap_ok 'a wrong one: nothing is drawn' untouched
tap_ok 'a wrong one: the terminal is as it was' same_terminal
tap_done
