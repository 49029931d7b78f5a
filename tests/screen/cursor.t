#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The cursor floats on the first row until it is moved; then it belongs to a
# flow, and the list moves under it.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_screen
require_demo

# The flow under the cursor: protocol, address and port are what stays, behind
# its process.
selected() {
	screen | grep '^>' | cut -c 13- | awk '{ print $1, $5, $6 }'
}

row() {
	screen | grep -n '^>' | cut -d: -f1
}

# ---------------------------------------------------------------- floating

screen_start 80 24 "$FLOWTOP" -46UTn -r "$DEMO" -t 0.25
cursor_on 4
stays_on_top() {
	for _ in $(seq 40); do
		[ "$(row)" = 5 ] || return 1
		sleep 0.1
	done
}
tap_ok 'floating: always on the first row' stays_on_top
tap_ok 'floating: nothing is followed' lacks ' follow  sort'

# ---------------------------------------------------------------- anchored

keys j j j
tap_ok 'a moved cursor follows' shows_in 2 ' follow  sort rate v$'
cursor_on 7
flow=$(selected)
keeps_flow() {
	local now line

	for _ in $(seq 60); do
		now=$(screen)
		[ "$(grep '^>' <<<"$now" | cut -c 13- |
			awk '{ print $1, $5, $6 }')" = "$flow" ] ||
			return 1
		line=$(grep -n '^>' <<<"$now" | cut -d: -f1)
		# Further up only if the list cannot be scrolled.
		[ "$line" -le 8 ] || return 1
		sleep 0.1
	done
}
tap_ok 'it stays on its flow and in its line' keeps_flow
keys A
tap_ok 'another order' shows_in 2 ' follow  sort TIME v$'
tap_ok 'the same flow' test "$(selected)" = "$flow"
keys r
tap_ok 'reversed' shows_in 2 ' follow  sort TIME ^$'
tap_ok 'still the same flow' test "$(selected)" = "$flow"
keys R
tap_ok 'by rate' shows_in 2 ' follow  sort rate v$'
keys F
tap_ok 'F: floats' shows_in 2 '[^w]  *sort rate v$'
tap_ok 'F: on the first row' cursor_on 4
keys F
tap_ok 'F again: follows' shows_in 2 ' follow  sort'
keys g
tap_ok 'g: floats' hides ' follow  sort'

# ---------------------------------------------------------------- the peek row

tap_ok 'the last but one row has the flow in full' \
	shows_in -2 '^ 2874 alice  [0-9a-f.:]*:443  from [0-9.]*:[0-9]*  timeout 5d00h'
keys j
peek_agrees() {
	local address

	address=$(selected | cut -d' ' -f2)
	[ -n "$address" ] && line -2 | grep -qF "$address"
}
tap_ok 'it is the selected one' wait_for "$PATIENCE" peek_agrees

# ---------------------------------------------------------------- closed flows

[ "$(id -u)" = 0 ] || { tap_done; exit; }
need ip nft conntrack python3 nsenter
make_ns near far
link "$near" eth0 "$far" eth0
addr "$near" eth0 192.0.2.1/24
addr "$far" eth0 192.0.2.2/24
tracking_on "$near"
start_peer "$far" "$work/server" serve tcp 192.0.2.2 5001
screen_start 80 24 "$FLOWTOP" -N "$near" -46UT --linger 4
start_peer "$near" "$work/client" hold tcp 100 8 192.0.2.2 5001
tap_ok 'eight flows' shows_in 1 ' 8 of 8 flows'
# An order in which nothing moves by itself.
keys '>' '>' '>' '>'
shows_in 2 ' sort PROT '
keys j j j
cursor_on 7
shows_in -2 '^[+ ].*192\.0\.2\.2:5001  from 192\.0\.2\.1:[0-9]'
port=$(line -2 | sed 's/.*from 192.0.2.1:\([0-9]*\).*/\1/')
in_ns "$near" conntrack -D -p tcp --orig-port-src "$port" >/dev/null 2>&1
tap_ok 'a closed flow keeps the cursor' shows_in -2 "^-.*:$port .* closed"
tap_ok 'in its line' cursor_on 7
gone() {
	line -2 | grep -q 'from 192' && ! line -2 | grep -q ":$port "
}
tap_ok 'then it leaves' wait_for "$PATIENCE" gone
tap_ok 'and the cursor stays in its line' cursor_on 7
tap_done
