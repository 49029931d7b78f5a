#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The filter prompt: what is typed, what is said of it, what the list becomes.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_screen
require_demo

# The recording stands still at its end.
start() {
	screen_start "$1" "$2" "$FLOWTOP" -46UTI --speed 0 -r "$DEMO" &&
		wait_for "$PATIENCE" has_flows
}
has_flows() {
	has '[1-9][0-9]* of [1-9][0-9]* flows' || has '^>'
}

# type TEXT - as it is, in one piece
type() {
	keys -l "$1"
}

# Ports of all flows that are shown, in one line.
ports() {
	screen | awk 'NR == 4 { at = index($0, "PORT") }
		NR > 4 && NR < 23 && $0 != "" { print substr($0, at, 7) }' |
		sed 's/ *$//' | sort -u | tr '\n' ' '
}
ports_are() {
	wait_for "$PATIENCE" ports_are_now "$1" || {
		diag "ports: $(ports), not $1"
		diag "$(screen)"
		return 1
	}
}
ports_are_now() {
	[ "$(ports)" = "$1" ]
}
all_again() {
	shows_in 1 ' 37 of 37 flows'
}

start 80 24

# ---------------------------------------------------------------- live

live() {
	keys /
	shows_in -2 '^filter>' || return 1
	type 'port 443'
	ports_are 'https ' && shows_in -2 '^filter> port 443$' &&
		shows_in 1 ' 8 of 37 flows' &&
		shows_in -1 '^         8 of 37 flows  *Enter keep  Esc undo$' &&
		shows_in 2 ' /port 443 '
}
tap_ok 'the list is of what is typed, before Enter' live
kept() {
	keys Enter
	shows_in -1 'qQuit' && shows_in 2 ' /port 443 ' && ports_are 'https '
}
tap_ok 'Enter keeps it' kept
cleared() {
	keys Escape
	hides '/port 443' && all_again
}
tap_ok 'Esc without a prompt shows everything again' cleared

# ---------------------------------------------------------------- errors

wrong() {
	keys /
	shows_in -2 '^filter>'
	type 'port 443 and contry DE'
	shows_in -1 '^                     ^ unknown field "contry"; did you mean "country"?$' &&
		ports_are 'https ' && shows_in 2 ' /port 443 '
}
tap_ok 'an error: under its column, the list stays' wrong
dim_first() {
	keys BSpace
	shows_in -1 ' ^ ' || return 1
	tm capture-pane -pe | tail -n 1 | grep -q "$(printf '\033')\[.*2m" ||
		return 1
	wait_for "$PATIENCE" is_plain
}
is_plain() {
	! tm capture-pane -pe | tail -n 1 | grep -q "$(printf '\033')\[2m"
}
tap_ok 'an error is dim while somebody types' dim_first
stays_open() {
	keys Enter
	shows_in -2 '^filter> port 443 and contry D$' && shows_in -1 '\^ unknown field'
}
tap_ok 'Enter on an error: the prompt stays' stays_open
undone() {
	keys Escape
	shows_in -1 'qQuit' && all_again
}
tap_ok 'Esc: as before' undone
before() {
	keys f
	shows_in -2 '^filter>'
	type udp
	keys Enter
	shows_in 2 ' /udp ' && keys F4
	shows_in -2 '^filter> udp' || return 1
	type ' and contry DE'
	shows_in -1 '\^ unknown field' && shows_in 2 ' /udp ' || return 1
	keys C-u
	type 'port 443 and nat'
	shows_in 2 ' /port 443 and nat ' && keys C-g
	shows_in 2 ' /udp '
}
tap_ok 'Esc and ^G bring back the filter that was before' before
empty() {
	keys "\\"
	shows_in -2 '^filter> udp'
	keys C-u
	shows_in -1 'Enter show all  Esc undo' && keys Enter
	shows_in -1 qQuit && all_again && lacks '/udp'
}
tap_ok 'an empty line shows everything' empty
unfinished() {
	keys /
	shows_in -2 '^filter>'
	type 'port 443 and'
	shows_in -1 '^        \.\.\. expected a condition after "and"  *(not an error)$' &&
		ports_are 'https ' && keys Enter
	shows_in -1 '^ *^ expected a condition after "and"' && keys C-u
}
tap_ok 'unfinished is no error, until Enter' unfinished
mixed() {
	type 'host 10.0.0.1 or host 10.0.0.2 and port 22'
	shows_in -1 '^        read as: host 10.0.0.1 or (host 10.0.0.2 and port 22)  *0 of 37 flows$' &&
		keys C-u
}
tap_ok 'read as: where and, or are mixed' mixed
near() {
	type contry
	shows_in -1 '^         0 of 37; did you mean country?' && keys C-u
	type estab
	shows_in -1 '^         0 of 37; did you mean state?' && keys C-u
}
tap_ok 'nothing matches, and a word is near' near

# ---------------------------------------------------------------- the line

edited() {
	type 'port 80'
	keys Left Left BSpace BSpace
	type 'x '
	keys End BSpace Home DC
	shows_in -2 '^filter> orx 8$' && keys Right C-k
	shows_in -2 '^filter> o$' || return 1
	type 'ne two three'
	keys C-w C-a
	type '"'
	shows_in -2 '^filter> "one two$' && keys C-e C-u
	shows_in -2 '^filter>$'
}
tap_ok 'the line is edited' edited
history() {
	type 'udp port 53'
	keys Enter
	shows_in -1 qQuit && keys /
	shows_in -2 '^filter> udp port 53' && keys C-u
	type 'half'
	keys Up
	shows_in -2 '^filter> udp port 53$' && keys Up
	shows_in -2 '^filter> udp$' && keys Down Down
	shows_in -2 '^filter> half$' && keys C-u
}
tap_ok 'history, and what was being typed' history
completed() {
	type 'proce'
	keys Tab
	shows_in -2 '^filter> process' || return 1
	type 'fire'
	keys Tab
	shows_in -2 '^filter> process firefox' &&
		shows_in -1 ' 10 of 37 flows' &&
		shows_in 2 ' /process firefox  sort' && keys C-u
}
tap_ok 'Tab: words, then values' completed
several() {
	type 'country '
	keys Tab
	shows_in -1 '^ BR  CH  DE  FR  GB ' && keys Tab
	shows_in -2 '^filter> country BR$' && shows_in -1 '^\[BR\] CH ' || return 1
	keys Tab
	shows_in -2 '^filter> country CH$' && keys BTab BTab
	shows_in -2 '^filter> country US$' && keys C-u
}
tap_ok 'Tab again: one after the other' several
letters() {
	type 'q?F1jkTU '
	shows_in -2 '^filter> q?F1jkTU$' && keys C-u
}
tap_ok 'keys of the list are letters' letters
keys Escape
shows_in -1 qQuit
keys Escape
all_again

# ---------------------------------------------------------------- lists

paused() {
	keys Space
	shows_in 0 PAUSED && keys /
	shows_in -2 '^filter>'
	type 'tcp port 22'
	ports_are 'ssh ' && shows_in 0 PAUSED && keys Enter Escape
	all_again && shows_in 0 PAUSED || return 1
	keys Space
	hides PAUSED
}
tap_ok 'while paused' paused
in_groups() {
	keys 4
	shows_in 3 ' CC COUNTRY ' && keys /
	shows_in -2 '^filter>'
	type 'country US'
	wait_for "$PATIENCE" one_group US && keys Escape
	shows_in 5 ' [0-9]'
}
one_group() {
	[ "$(screen | sed -n '5,22p' | sed '/^ *$/d' | cut -c 2-3)" = "$1" ]
}
tap_ok 'in a view of groups' in_groups
countries_are() {
	[ "$(screen | awk 'NR == 4 { at = index($0, " CC ") + 1 }
		NR > 4 && NR < 23 && $0 != "" { print substr($0, at, 2) }' |
		sort -u)" = "$1" ]
}
drill() {
	local n=0

	keys g
	until has '^>US '; do
		keys j
		sleep 0.1
		n=$((n + 1))
		[ "$n" -lt 12 ] || return 1
	done
	keys Enter
	shows_in 2 '^\[1 Flows\].* /country US ' || return 1
	wait_for "$PATIENCE" countries_are US || return 1
	keys /
	shows_in -2 '^filter>$'
	type 'port 443 or port 80'
	shows_in -1 ' [1-9] of 37 flows' && keys Enter
	shows_in 2 ' /country US and (port 443 or port 80) ' || return 1
	keys Escape
	shows_in 2 '\[4 Geo\].* /port 443 or port 80 ' &&
		wait_for "$PATIENCE" has '^>US ' && keys Escape
	hides '/port 443' && has '^>US ' && keys 1
	shows_in 3 ' PROCESS '
}
tap_ok 'with the flows of a group: both hold; Esc by Esc back' drill

# ---------------------------------------------------------------- anything

noise() {
	keys /
	shows_in -2 '^filter>'
	head -c 3000 /dev/urandom | tr -d '\000\003\004\007\012\015\032\033\034' |
		tm load-buffer - && tm paste-buffer
	wait_for "$PATIENCE" quiet_now && keys C-u
	shows_in -2 '^filter>$' && keys Escape
	shows_in -1 qQuit && all_again
}
quiet_now() {
	local before

	before=$(screen)
	sleep 0.3
	[ "$(screen)" = "$before" ]
}
tap_ok 'a paste of any bytes' noise
long() {
	keys /
	shows_in -2 '^filter>'
	for _ in $(seq 60); do
		type 'host 192.0.2.1 or '
	done
	type END
	shows_in -2 '^filter> .*or host 192.0.2.1 or host' || return 1
	keys Home
	shows_in -2 '^filter> host 192.0.2.1 or host 192.0.2.1' && keys Escape
}
tap_ok 'a line without end is scrolled, and has one' long

sizes() {
	local size rows cells at

	for size in 40x10 30x6 20x5 20x4 20x3 12x2 10x1 200x50 80x24; do
		cells=${size%x*} rows=${size#*x}
		resize "$cells" "$rows"
		at=-2
		[ "$rows" -ge 4 ] || at=-1
		keys /
		[ "$cells" -ge 30 ] && label='filter> ' || label='/'
		shows_in "$at" "^${label% }" || return 1
		keys C-u
		type 'port 443'
		shows_in "$at" "^${label}port 443$" || return 1
		[ "$rows" -lt 4 ] || shows_in -1 '8 of 37' || return 1
		type ' and contry DE'
		if [ "$rows" -lt 4 ]; then
			shows_in -1 '!$' || return 1
		else
			shows_in -1 '^ *^ unknown' || return 1
		fi
		[ "$(screen | awk '{ if (length > n) n = length } END { print n + 0 }')" \
			-le "$cells" ] || return 1
		keys Escape
		hides 'contry' || return 1
	done
	shows_in -1 qQuit
}
tap_ok 'at every size' sizes

# ---------------------------------------------------------------- UTF-8

SCREEN_LOCALE=C.UTF-8 start 80 24
keys /
shows_in -2 '^filter>'
utf8() {
	type 'city Zürich'
	shows_in -2 '^filter> city Zürich$' && keys Left Left Left Left Left BSpace
	shows_in -2 '^filter> city ürich$' && keys End
	type ' and contry X'
	shows_in -1 '^                       ^ unknown field "contry"'
}
tap_ok 'UTF-8: characters, not bytes' utf8
keys C-c
tap_ok '^C leaves from a prompt as well' shows '^ended 0'
tap_ok 'the terminal is as it was' same_terminal
tap_done
