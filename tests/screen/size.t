#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Every size of the screen works, also while it changes all the time.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_screen
require_demo

screen_start 80 24 "$FLOWTOP" -nGP -46UT -r "$DEMO"
shows_in -1 qQuit
pid=$(program_pid)

# No word about it: a small screen shows less, not a complaint.
fits() {
	[ "$(screen | awk '{ if (length > n) n = length } END { print n + 0 }')" -le "$1" ] &&
		! has small
}

check() {
	local cells=$1 rows=$2

	shift 2
	resize "$cells" "$rows"
	while [ $# -gt 0 ]; do
		tap_ok "${cells}x$rows: row $1 has $2" shows_in "$1" "$2"
		shift 2
	done
	tap_ok "${cells}x$rows: fits" fits "$cells"
	tap_ok "${cells}x$rows: runs" kill -0 "$pid"
}

# sizes HEADER FLOW - what they look like on a small screen
sizes() {
	check 200 50 0 '^ flowtop .*RX' 1 ' of ' 2 '^\[1 Flows' 3 PROT -1 qQuit
	check 120 40 0 '^ flowtop .*RX' 2 '^\[1 Flows' 3 PROT -1 qQuit
	check 80 24 0 '^ flowtop .*RX' 2 '^\[1 Flows' 3 PROT -1 qQuit
	check 80 13 0 '^ flowtop' 1 ' of ' 2 PROT -1 qQuit
	check 80 9 0 '^ flowtop' 1 PROT -1 qQuit
	check 40 10 0 '^ .*RX .*TX' 2 "$1" -1 qQuit
	check 20 5 0 RX 1 "$2"
	check 10 2 0 '[0-9]'
	check 1 1
	check 12 3 1 '[0-9a-f.:]\{4\}'
	check 9 40
	check 300 3 0 RX 1 "$2"
	check 2 60
	check 80 24 0 '^ flowtop .*RX' 2 '^\[1 Flows' 3 PROT -1 qQuit
}
sizes 'ADDRESS  *PORT  *RX/s  *TX/s' '^>'
keys s G
sizes 'SOURCE.*PORT  *BYTES  *RATE' '[0-9a-f]'
keys '?'
for size in '80 24' '40 10' '20 5' '10 2' '1 1' '160 10'; do
	# shellcheck disable=SC2086 # two numbers
	set -- $size
	resize "$1" "$2"
	keys Down PPage NPage Home End
	tap_ok "help at $1x$2: runs" kill -0 "$pid"
done
tap_ok 'help is still there' shows_in 0 Help
resize 40 10
tap_ok 'its title is whole on a small screen' \
	shows_in 0 '^ Help  Esc, ? or q closes$'
keys '!'
tap_ok 'so is that of messages' shows_in 0 '^ Messages  Esc, ! or q closes$'
keys '!' '?'
keys q g s

# ---------------------------------------------------------------- words

# What has no room ends with a mark.
resize 12 24
tap_ok '12x24: the status is cut with a mark' \
	shows_in 1 '^ [0-9]* of [0-9 of]*[flows]*~$'
resize 20 8
keys x
tap_ok '20x8: a message, too' shows_in -1 '^ no action on "x"; ~$'
resize 30 5
keys X
tap_ok '30x5: any message' shows_in -1 '^ a recording is shown: nothin~$'

# ---------------------------------------------------------------- leftovers

# A whole new drawing of a paused picture shows whether something of another
# size is left. Row 0 has a clock.
no_leftover() {
	local before after

	before=$(screen | tail -n +2)
	keys C-l
	sleep 0.2
	after=$(screen | tail -n +2)
	[ "$before" = "$after" ] && [ "$(grep -c qQuit <<<"$after")" -le 1 ] &&
		[ "$(grep -c RX/s <<<"$after")" -le 1 ] && return 0
	diag "$(diff <(echo "$before") <(echo "$after"))"
	return 1
}
# The frame of this size is there.
is_steady() {
	local before

	before=$(screen)
	sleep 0.3
	[ "$(tail -n +2 <<<"$before")" = "$(screen | tail -n +2)" ]
}
small_rows() {
	screen | sed -n '4,9p' | grep -c \
		'^[ >+-][0-9a-f.:~]* *[0-9]* *[0-9.]*[KM-]\? *[0-9.]*[KM-]\?$'
}
has_small_rows() {
	[ "$(small_rows)" = 6 ] || {
		diag "$(screen)"
		return 1
	}
}
resize 80 24
shows_in 4 '^>.*[KM]$'
keys Space
shows_in 0 PAUSED
for size in '200 50' '80 24' '40 10' '20 5' '10 2' '1 1' '10 2' '20 5' '40 10' \
	    '80 24' '200 50'; do
	# shellcheck disable=SC2086 # two numbers
	resize $size
	size=${size/ /x}
	wait_for "$PATIENCE" is_steady
	tap_ok "$size: nothing of another size" no_leftover
	tap_ok "$size: fits" fits "${size%x*}"
	tap_ok "$size: runs" kill -0 "$pid"
	[ "$size" != 40x10 ] ||
		tap_ok "$size: rows have ADDRESS, PORT, RX/s, TX/s" has_small_rows
done
keys Space
resize 80 24
shows_in 0 ' every '

# ---------------------------------------------------------------- storm

for n in $(seq 1 100); do
	resize $((1 + n * 37 % 150)) $((1 + n * 17 % 60))
	keys j
done
resize 80 24
tap_ok 'after a storm of sizes it runs' kill -0 "$pid"
tap_ok 'and is whole' shows_in -1 '?Help .*qQuit'
tap_ok 'with its header' shows_in 3 PROT
keys q
tap_ok 'and ends' shows '^ended 0$'
tap_ok 'the terminal is as it was' same_terminal
tap_ok 'nothing on stderr' test ! -s "$work/stderr"
tap_done
