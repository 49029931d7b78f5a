#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A pause holds the whole picture, not only most of it, and keys still act.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_screen
require_demo

# One flow more or less, a rate, a percentage: nothing may differ below row 0,
# in any of the captures of so many seconds.
holds_still() {
	local end=$((SECONDS + $1)) first rest now

	first=$(screen)
	rest=${first#*$'\n'}
	while [ "$SECONDS" -lt "$end" ]; do
		sleep 0.2
		now=$(screen)
		[ "${now#*$'\n'}" = "$rest" ] || {
			diag "$(diff <(echo "$rest") <(echo "${now#*$'\n'}"))"
			return 1
		}
		[[ "${now%%$'\n'*}" == *PAUSED* ]] || return 1
	done
	# The title counts.
	[ "${now%%$'\n'*}" != "${first%%$'\n'*}" ]
}
goes_on() {
	local before

	before=$(screen | tail -n +2)
	shows_in 0 ' every ' && wait_for "$PATIENCE" moved "$before"
}
moved() {
	[ "$(screen | tail -n +2)" != "$1" ]
}

screen_start 80 24 "$FLOWTOP" -46UTn -r "$DEMO" -t 0.25
shows_in 4 '^>.*[KM]$'
keys Space
tap_ok 'Space: paused' shows_in 0 ' PAUSED '
tap_ok 'ten seconds: nothing but row 0 changes' holds_still 10
keys j j
tap_ok 'j moves the cursor' cursor_on 6
peeks() {
	local address

	address=$(screen | sed -n 's/^>.*[=<>] \([0-9a-f.:]*\) .*/\1/p')
	[ -n "$address" ] && line -2 | grep -qF "$address"
}
tap_ok 'and the peek row goes with it' wait_for "$PATIENCE" peeks
tap_ok 'still paused: nothing else changes' holds_still 6
keys B
tap_ok 'another order' shows_in 2 ' sort bytes v$'
tap_ok 'of the same picture' shows_in 0 ' PAUSED '
keys s
tap_ok 'another form of it' shows_in 4 ' => '
keys s '?'
tap_ok 'help' shows_in 0 Help
keys q
tap_ok 'and back' shows_in 0 ' PAUSED '
keys Space
tap_ok 'Space: it goes on' goes_on

# ---------------------------------------------------------------- live

[ "$(id -u)" = 0 ] || { tap_done; exit; }
need ip nft conntrack python3 nsenter
make_ns near
tracking_on "$near"
addr "$near" lo 192.0.2.1/24 192.0.2.2/24
start_peer "$near" "$work/server" serve tcp 192.0.2.2 5001
background nsenter --net=/run/netns/"$near" \
	"$TOOLS/ctstorm" -s 60 --rate 200 --window 100 >/dev/null
screen_start 80 24 "$FLOWTOP" -N "$near" -46UTI --hide none -t 0.25
shows_in 1 ' [1-9][0-9]* of '
keys Space
tap_ok 'flows come and go: paused' shows_in 0 ' PAUSED '
tap_ok 'nothing but row 0 changes' holds_still 6
keys Space
tap_ok 'Space: they come and go' goes_on
tap_done
