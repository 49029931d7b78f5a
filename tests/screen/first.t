#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The first screen, on a recording, and what its keys do.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_screen
require_demo

# ---------------------------------------------------------------- frame

screen_start 80 24 "$FLOWTOP" -nGP -46UT -r "$DEMO"
whole() {
	[ "$(screen | sed -n '5,22p' | grep -c '[0-9]$\|[-?KM]$')" = 18 ] &&
		line_has -1 qQuit
}
tap_ok 'within a second all of it is there: 18 rows of flows' \
	within "$(slowly 1000)" whole
tap_ok 'row 0 names the program and the pace' \
	shows_in 0 '^ flowtop .*every 1s .*RX .*B/s  TX .*B/s'
tap_ok 'row 1 names the protocols' shows_in 1 ' IPv4,IPv6,TCP,UDP$'
tap_ok 'row 1 counts the flows' shows_in 1 '[0-9][0-9]* of [0-9][0-9]* flows'
tap_ok 'row 2 has the view and the order' \
	shows_in 2 '^\[1 Flows\] .*sort rate v$'
tap_ok 'row 3 has the columns' \
	shows_in 3 'PROT  *STATE .*TIME .*ADDRESS .*PORT .*RX/s  *TX/s'
tap_ok 'the cursor is on the first flow' cursor_on 4
tap_ok 'the last row has keys' shows_in -1 '?Help .*qQuit'

no_long_line() {
	[ "$(screen | awk '{ if (length > n) n = length } END { print n }')" -le "$1" ]
}
tap_ok 'no line is too long' no_long_line 80

# ---------------------------------------------------------------- moving

keys j
tap_ok 'j: down' cursor_on 5
keys Down
tap_ok 'Down: down' cursor_on 6
keys d
tap_ok 'd: down' cursor_on 7
keys k
tap_ok 'k: up' cursor_on 6
keys Up
tap_ok 'Up: up' cursor_on 5
keys u
tap_ok 'u: up' cursor_on 4
keys u u u
tap_ok 'not above the first' cursor_on 4
keys G
last_flow() {
	local n

	n=$(screen | grep -n '^>' | cut -d: -f1)
	[ -n "$n" ] && [ "$n" -gt 5 ] &&
		{ [ "$n" = 22 ] || [ -z "$(line "$n")" ]; }
}
tap_ok 'G: the last flow' wait_for "$PATIENCE" last_flow
keys j PPage NPage C-b C-f End
tap_ok 'pages, and not below the last' wait_for "$PATIENCE" last_flow
keys g
tap_ok 'g: the first flow' cursor_on 4

# ---------------------------------------------------------------- choosing

keys T
tap_ok 'T: TCP leaves row 1' shows_in 1 ' IPv4,IPv6,UDP$'
tap_ok 'T: and its flows leave' hides '^[ >+-][^:]* tcp '
tap_ok 'T: and are counted as hidden' shows_in 1 ' +[0-9]* TCP hidden: T '
keys U
tap_ok 'U: nothing is left, and it says why' \
	shows 'No flow matches: IPv4,IPv6'
keys T U
tap_ok 'T again: TCP is back' shows_in 1 ' IPv4,IPv6,TCP,UDP$'
tap_ok 'T again: with its flows' shows '^[ >+-][^:]* tcp '
keys i
tap_ok 'i: IPv4 alone' shows_in 1 ' IPv4,TCP,UDP$'
keys i
tap_ok 'i: IPv6 alone' shows_in 1 ' IPv6,TCP,UDP$'
keys i
tap_ok 'i: both' shows_in 1 ' IPv4,IPv6,TCP,UDP$'
keys I
tap_ok 'I: ICMP as well' shows_in 1 'TCP,UDP,ICMP$'
keys I
keys b
tap_ok 'b: bits' shows_in 3 'RXb/s  *TXb/s'
keys b
tap_ok 'b: bytes' shows_in 3 'RX/s  *TX/s'
keys a
tap_ok 'a: active flows only' shows_in -1 'active flows only'
tap_ok 'a: idle ones are counted' shows_in 1 ' +[0-9]* idle hidden'
keys a
tap_ok 'a: all' shows_in -1 'idle flows as well'

keys s
tap_ok 's: two lines, the source first' shows_in 4 ' => '
tap_ok 's: then the destination' shows_in 5 ' <= '
keys j
tap_ok 's: the cursor takes both' cursor_on 6
not_split() {
	screen | sed -n "5,22p" | grep -e " => " -e ' <= ' |
		awk '/ => / { if (open) exit 1; open = 1 }
			/ <= / { if (!open) exit 1; open = 0 }
			END { exit open }'
}
tap_ok 's: no pair is split' not_split
keys s
tap_ok 's: one line' hides ' => '
keys g

# ---------------------------------------------------------------- the rest

keys x
tap_ok 'an unknown key says so' \
	shows_in -1 'no action on "x"; ? lists keys'
tap_ok 'for a while' shows_in -1 'qQuit'
keys '?'
tap_ok '?: help' shows_in 0 'Help'
all_keys() {
	local word

	for word in Up Down PgUp PgDn Home End 'T U D I S' Space '^L' '^Z' F10; do
		has "$(printf '%s' "$word" | sed 's/[\^]/\\&/g')" || {
			diag "help lacks $word"
			return 1
		}
	done
}
tap_ok '?: names the keys' all_keys
tap_ok '?: has it all on one page' eval 'shows_in 1 "^ MOVE" &&
	shows " out, in, through, local"'
keys G x
tap_ok '?: so there is nothing to scroll' eval 'shows_in -1 "no action" &&
	line_has 1 "^ MOVE"'
keys q
tap_ok 'q: closes help' shows_in 0 '^ flowtop'
keys F1
tap_ok 'F1: help' shows_in 0 'Help'
keys Escape
tap_ok 'Esc: closes help' shows_in 0 '^ flowtop'

keys +
tap_ok '+: slower' shows_in 0 ' every 2s '
keys -
tap_ok '-: faster' shows_in 0 ' every 1s '

keys Space
tap_ok 'Space: pause' shows_in 0 ' PAUSED [0-9]*s '
frozen=$(screen | sed -n '2,23p')
tap_ok 'paused: the time is counted' shows_in 0 ' PAUSED [2-9]s '
still() {
	[ "$(screen | sed -n '2,23p')" = "$frozen" ]
}
tap_ok 'paused: nothing else moves' still
keys j
tap_ok 'paused: but the cursor does' cursor_on 5
keys p
tap_ok 'p: goes on' shows_in 0 ' every 1s '

keys C-l
tap_ok '^L: draws it all' shows_in 0 '^ flowtop'

# ---------------------------------------------------------------- options

screen_start 80 24 "$FLOWTOP" -nGP -46UTsb -r "$DEMO"
tap_ok '-s: two lines from the start' shows_in 4 ' => '
screen_start 160 24 "$FLOWTOP" -nGP -46UTs -r "$DEMO"
tap_ok '-s on a wide screen: one line' \
	shows_in 3 'SOURCE .*DESTINATION'
screen_start 80 24 "$FLOWTOP" -nGP -46UTI -r "$DEMO" --speed 0
tap_ok 'the end of a recording is announced' \
	shows_in 1 '^ ! 1/1 end of recording'
screen_start 80 24 "$FLOWTOP" -nGP -46 -r "$DEMO"
tap_ok 'all protocols, where there is room for them' \
	shows_in 1 ' lost 0 .* IPv4,IPv6,TCP,UDP,DCCP,ICMP,SCTP,OTHER$'
resize 64 24
tap_ok 'all protocols, where there is not' shows_in 1 ' lost 0 .* all$'
resize 80 24
keys a
tap_ok 'idle flows are counted, with their key' shows_in 1 ' +[0-9]* idle hidden: a '
screen_start 80 24 "$FLOWTOP" -nGP -46UT -r "$TOP/tests/replay/full.pcap"
tap_ok 'a table that is nearly full is a warning' shows_in 1 \
	'^ ! 1/1 conntrack table 94% full (61605/65536): new flows will drop'
keys '!'
tap_ok 'and a message with its time' \
	shows_in 1 '^ [0-9:]* ! conntrack table 94% full'
keys '!'
resize 40 8
tap_ok 'a long warning is shortened, not cut' \
	shows_in -1 '^ ! 1/1 conntrack table 94% full  *qQuit$'
resize 80 24
tap_ok 'row 0 names the recording' shows_in 0 '^ flowtop .*  full.pcap  '
cp "$TOP/tests/replay/full.pcap" "$work/"$'a\eb \xc3\xa4 of a long name.pcap'
screen_start 80 24 "$FLOWTOP" -nGP -46UT -r "$work/"$'a\eb \xc3\xa4 of a long name.pcap'
tap_ok 'without what could act on the terminal' \
	shows_in 0 '^ flowtop .*  a?b ?.* of a long n.*~ '
screen_start 120 40 "$FLOWTOP" -nGP -46UT -r "$DEMO"
tap_ok 'more numbers on a wide screen' \
	shows_in 1 ' new [0-9]*/s  end [0-9]*/s  table [0-9]*/[0-9]* [0-9]*%  lost 0'
screen_start 80 24 "$FLOWTOP" -nGP -46UT -r "$DEMO" -t 0.25 -c 2
tap_ok 'ends by itself after its last refresh' shows '^ended 0$'

# ---------------------------------------------------------------- slow to read

# The first listing begins three seconds after the first record.
PYTHONPATH=$TOP/tests/tools PYTHONDONTWRITEBYTECODE=1 \
	python3 - "$work/slow.pcap" <<-'END'
	import sys
	from ctpcap import *
	rec = Recording(1_750_000_000 * S)
	rec.own()
	rec.listing(3 * S, [((Tuple('192.168.1.20', '192.0.2.10', 40000, 443),),
		dict(ct_id=1, state=EST, status=ESTABLISHED_STATUS,
		     timeout=432000, counters=((1, 100), (1, 100))))])
	rec.close(sys.argv[1])
	END
screen_start 80 24 "$FLOWTOP" -46UT -r "$work/slow.pcap" -t 20
tap_ok 'a table that takes long: it is being read' \
	shows 'Reading the connection tracking table'
tap_ok 'it is shown when it is complete, not at the next tick' \
	within "$(slowly 6000)" has '^[ >+-][^:]* tcp '
tap_done
