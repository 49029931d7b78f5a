#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Finding a line without hiding others.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_screen
require_demo

# The recording stands still at its end.
screen_start 80 24 "$FLOWTOP" -46UTI --speed 0 -r "$DEMO"
shows ' 37 of 37 flows'

type() {
	keys -l "$1"
}

# The selected row is about PATTERN.
on() {
	shows "^>.*$1"
}

typed() {
	keys F3
	shows_in -2 '^find>$' && shows_in -1 'a text, or a filter'
	type imap
	on ' imap' && shows_in -1 '^       [0-9]* of 3[78] flows  *F3 next  Enter keep  Esc undo$' &&
		shows_in 1 ' 37 of 37 flows'
}
tap_ok 'to the first match, and nothing is hidden' typed
again() {
	local first

	first=$(screen | grep '^>')
	keys F3
	wait_for "$PATIENCE" moved_from "$first" && on ' imap'
}
moved_from() {
	screen | grep '^>' | grep -qvF -- "$1"
}
tap_ok 'F3 again: the next one' again
undone() {
	keys Escape
	shows_in -1 qQuit && cursor_on 4
}
tap_ok 'Esc: back to where it was' undone

kept() {
	keys F3
	type 'port 22'
	on ' ssh ' && keys Enter
	shows_in -1 '^ find port 22  .*nNext  NPrevious ' && on ' ssh '
}
tap_ok 'a filter as well; Enter keeps the place, the keys say so' kept
following() {
	local first

	first=$(screen | grep '^>')
	keys n
	wait_for "$PATIENCE" moved_from "$first" && on ' ssh ' || return 1
	keys N
	wait_for "$PATIENCE" has "^>${first:1:12}"
}
tap_ok 'n: the next one; N: the one before' following
wrapped() {
	keys n n
	shows_in -1 'port 22: on from the top' && on ' ssh ' || return 1
	keys N
	shows_in -1 'port 22: on from the end'
}
tap_ok 'on from the top, or from the end' wrapped
ended() {
	keys Escape
	shows_in -1 ' oSort ' || return 1
	keys n
	shows_in -1 'addresses, no host names' && keys n
}
tap_ok 'Esc ends it: n means names again' ended
nothing() {
	keys F3
	type 'no such thing'
	shows_in -1 '^       nothing has it' && keys C-u
	type 'nowhere.example'
	shows_in -1 '^       nothing has it' && keys Escape
	shows_in -1 qQuit
}
tap_ok 'nothing has it' nothing
# What is no filter, or not yet one, or a word of the language, is a text.
plain() {
	keys g F3
	type "$1"
	on "$2" && lacks '\.\.\. \|\^ ' && keys Escape
	shows_in -1 qQuit
}
tap_ok 'a word with a value missing is a text' plain net 'example\.net '
for text in port state 'rate >' '(ntp' 'nosuch:x' '"'; do
	quiet() {
		keys F3
		type "$text"
		shows_in -1 '^       \([0-9]* of\|nothing has it\)' &&
			keys Escape
		shows_in -1 qQuit
	}
	tap_ok "no complaint: $text" quiet
done
groups() {
	keys 3
	shows_in 3 ' HOST ' && keys F3
	type VPN
	on 'vpn' && keys Enter
	shows_in -1 '^ find VPN ' && keys Escape
	shows_in -1 '^ ?Help' && keys 1
	shows_in 3 ' PROCESS '
}
tap_ok 'in a view of groups: a text' groups
paused() {
	keys g Space
	shows_in 0 PAUSED && keys F3
	type domain
	on ' domain ' && shows_in 0 PAUSED || return 1
	keys Escape
	shows_in -1 qQuit && keys Space
	hides PAUSED
}
tap_ok 'while paused' paused
with_filter() {
	keys /
	type udp
	keys Enter
	shows_in 2 ' /udp ' && keys F3
	type 'ntp'
	on ' ntp ' && keys Enter Escape
	shows_in -1 ' oSort ' && shows_in 2 ' /udp ' || return 1
	keys Escape
	hides ' /udp '
}
tap_ok 'in a filtered list; Esc ends it before the filter' with_filter
burst() {
	keys g F3
	type 'imap'
	keys Enter n n n n n N N j k
	shows_in -1 'qQuit' && on ' imap'
}
tap_ok 'a burst of keys' burst
tap_done
