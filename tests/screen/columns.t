#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The box of columns, order and units: what it looks like, each of its keys, what
# they do to the list behind it, any size. --columns and -o on the screen.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_screen
require_demo

# start CELLS ROWS OPTION... - in numbers: names and places do not count
start() {
	local cells=$1 rows=$2

	shift 2
	screen_start "$cells" "$rows" "$FLOWTOP" -46UTIn --speed 0 -r "$DEMO" "$@"
}

# box - what is inside of it, without the marks of the list beside it
box() {
	screen | sed -n '5,21p' | cut -c 2-63
}

box_is() {
	[ "$(box)" = "$(cat "$work/box")" ]
}

# looks - the box is as on standard input
looks() {
	cat >"$work/box"
	wait_for "$PATIENCE" box_is || {
		diag "$(box | diff "$work/box" -)"
		return 1
	}
}

# head PATTERN - the header has exactly these columns
head_is() {
	shows_in 3 "^  *${1// /  *}\$"
}

# ------------------------------------------------------------------- the box

start 80 24
shows ' sort rate v$' && shows_in -1 ' qQuit$'
tap_ok 'the key row names both keys' shows_in -1 ' oSort  CColumns  sSource '
keys C
tap_ok 'C: a box as it is described' looks <<'END'
+- Columns and sort (18 of 44) ------------------------------+
|     show column   meaning                     order        |
| >   [x]  PROCESS  program, @host if forwarded              |
|     [x]  PID      process id (88 columns)                  |
|     [x]  USER     user of the process (152 columns)        |
|     [x]  PROT     protocol                                 |
|     [x]  STATE    TCP/SCTP state                           |
|     [x]  TIME     open since                               |
|     [x]  D        direction                                |
|     [x]  ADDRESS  far end: name or address                 |
|     [x]  PORT     service or port number                   |
|     [x]  CC       country                                  |
|     [x]  CITY     city (125 columns)                       |
|     [x]  NETWORK  autonomous system (143 columns)          |
|     [x]  RX/s     received per second                      |
|     [x]  TX/s     sent per second                          |
+- Space show  Enter sort  r reverse  +/- move  Esc done ----+
END
tap_ok 'the list goes on beside it' shows '^>+- .*-+ ..*$'
tap_ok 'and has its other rows' shows_in -1 ' CColumns '
keys Space
tap_ok 'Space hides a column: room for another one' \
	head_is 'PID PROT STATE TIME D ADDRESS PORT CC RX/s TX/s'
tap_ok 'the box says so' shows '^.| >   \[ \]  PROCESS  program, @host'
tap_ok 'and counts' shows '^.+- Columns and sort (17 of 44) -'
keys Space
tap_ok 'Space again shows it' \
	head_is 'PROCESS PROT STATE TIME D ADDRESS PORT CC RX/s TX/s'
keys + +
tap_ok '+ moves it to the right, past what has no room' \
	shows '^.| >   \[x\]  PROCESS .*'
keys +
tap_ok 'in the list, too' head_is 'PROT PROCESS STATE TIME D ADDRESS PORT CC RX/s TX/s'
keys - - -
tap_ok '- moves it back' \
	head_is 'PROCESS PROT STATE TIME D ADDRESS PORT CC RX/s TX/s'
keys -
tap_ok 'not beyond the first place' shows_in 6 '^.| >   \[x\]  PROCESS '
keys Down Enter
tap_ok 'Down, Enter: sorts by that, and stays' shows_in 2 ' sort PID ^$'
tap_ok 'the box has it' shows '^.| >   \[x\]  PID      process id (88 columns)     sort ^       |'
keys r
tap_ok 'r: and the other way round' shows_in 2 ' sort PID v$'
tap_ok 'the box as well' shows ' process id (88 columns)     sort v       |'
keys j j u k
tap_ok 'letters move as in the list' shows '^.| >   \[x\]  PID '
keys End
tap_ok 'End: units' shows '^.| >   \[ \]  totals   RX and TX: bytes per second '
keys Space
tap_ok 'Space: totals instead of rates' head_is 'PROCESS PROT STATE TIME D ADDRESS PORT CC RX TX'
tap_ok 'said in the box' shows '^.| >   \[x\]  totals   RX and TX: bytes so far '
keys Up Enter
tap_ok 'bits' shows '^.| >   \[x\]  bits     rates in bits per second '
keys Space End Space Space Space
tap_ok 'and back' head_is 'PROCESS PROT STATE TIME D ADDRESS PORT CC RX/s TX/s'
keys Home
tap_ok 'Home: the first one' shows_in 6 '^.| >   \[x\]  PROCESS '
keys NPage
tap_ok 'PgDn: a page' shows '^.| >   \[x\]  TX/s '
keys PPage
tap_ok 'PgUp: back' shows '^.| >   \[x\]  PROCESS '
keys R
tap_ok 'a key that it has no use for is for the list' shows_in 2 ' sort rate v$'
keys z
tap_ok 'an unknown one is said to be' shows_in -1 'no action on "z"'
keys 2
tap_ok 'another view: its columns' shows '^.+- Columns and sort (13 of 15) -'
tap_ok 'and what they mean' shows '^.|     \[x\]  BUSIEST PEER   far end with the highest rate '
keys 1
shows '(18 of 44)'
keys Escape
tap_ok 'Esc closes it' hides 'Columns and sort'
keys F2
shows 'Columns and sort'
keys q
tap_ok 'F2 opens it, q closes only it' hides 'Columns and sort'
tap_ok 'and the program goes on' shows_in 2 '^\[1 Flows\]'

# --------------------------------------------------------------------- order

keys o
tap_ok 'o: at the column that sorts, though it is not shown' \
	shows '^.| >   \[ \]  RATE     both directions per second  sort v       |'
keys Enter
tap_ok 'Enter keeps it, and closes' hides 'Columns and sort'
tap_ok 'in its direction' shows_in 2 ' sort rate v$'
keys F6
shows 'Columns and sort'
keys Up Enter
tap_ok 'F6, Enter: another one' shows_in 2 ' sort TX v$'
tap_ok 'without the box' lacks 'Columns and sort'
keys o
tap_ok 'o: now at that' shows '^.| >   \[x\]  TX       bytes sent (105 columns)    sort v '
keys C
tap_ok 'C: from one to the other' shows_in 6 '^.| >   \[x\]  PROCESS '
keys C
tap_ok 'C again closes it' hides 'Columns and sort'

# ------------------------------------------------------------------- 2 lines

keys s C
tap_ok 'sources: their columns' shows '^.| >   \[x\]  PROCESS/PID     program, '

# --------------------------------------------------------------------- sizes

# fits CELLS ROWS PATTERN - no line is longer, and there it is
fits() {
	resize "$1" "$2"
	shows "$3" || return 1
	[ "$(screen | awk -v n="$1" 'length > n' | wc -l)" = 0 ]
}
start 80 24
shows ' sort rate v$'
keys C
shows 'Columns and sort'
tap_ok '40x10: fewer rows, no titles' fits 40 10 '^.|>\[x\] PROCESS  program, @host if for~ |$'
tap_ok 'with how to leave' shows '^.+- Space show  Enter sort  Esc done --+$'
tap_ok '20x5: names' fits 20 5 '^|>\[x\] PROCESS      |$'
tap_ok 'and how to leave' shows '^+- Esc done -------+$'
keys Down
tap_ok 'keys work' shows '^|>\[x\] PID '
tap_ok '20x3: a list of names' fits 20 3 '^>\[x\] PID$'
tap_ok '10x2: nothing, and nothing is wrong' fits 10 2 '^!*37'
tap_ok '120x40: the same box in the same place' fits 120 40 '^.+- Space show  Enter sort  r reverse  +/- move  Esc done ----+'
tap_ok 'as high as before' shows_in 20 '^.+- Space show '
tap_ok 'with fewer widths to wait for' shows '|     \[x\]  CITY     city (125 columns) '
keys Escape
hides 'Columns and sort'
resize 12 2
shows '^!*37'
keys C
tap_ok 'is said' shows 'no room'
resize 80 24
shows ' sort rate v$'

# ----------------------------------------------------------------- UTF-8, L

SCREEN_LOCALE=C.UTF-8 start 80 24
shows ' sort rate '
keys o
tap_ok 'UTF-8: lines' shows '^.┌─ Columns and sort (18 of 44) ─*┐'
tap_ok 'and signs' shows '^.│ ▌   \[ \]  RATE     both directions per second  sort ▼       │'
tap_ok 'below, too' shows '^.└─ Space show  Enter sort  r reverse  +/- move  Esc done ─*┘'
SCREEN_LOCALE=C.UTF-8 start 80 24 --ascii
shows ' sort rate '
keys C
tap_ok '--ascii: signs that are everywhere' shows '^.+- Columns and sort (18 of 44) -*+'
keys Escape
hides 'Columns and sort'
keys L C
tap_ok 'a column that key L hides' shows ' \[x\]  CC       country (key L) '

# ------------------------------------------------------------------- options

start 80 24 --columns process,address,rx/s,packets -o -packets
tap_ok '--columns: in that order' head_is 'PROCESS ADDRESS RX/s PKTS'
tap_ok '-o: ascending' shows_in 2 ' sort packets ^$'
keys C
tap_ok 'the box begins with them' shows '^.+- Columns and sort (4 of 44) -'
keys Escape
hides 'Columns and sort'
resize 30 24
tap_ok 'dropped from the right' head_is 'PROCESS ADDRESS'
resize 31 24
tap_ok 'and back' head_is 'PROCESS ADDRESS RX/s'
keys t
tap_ok 't works on them' head_is 'PROCESS ADDRESS RX'
keys t t t Right
tap_ok 'Right: to hidden ones, the address stays' shows_in 3 '^ ADDRESS  *RX/s  PKTS$'
start 80 24 --columns process,address,pid
shows ' sort rate v$'
keys t
tap_ok 't without a column for it says so' \
	shows_in -1 'RX TX: bytes so far, of which no column is shown'
start 80 24 --columns +mark,-cc -o mark
tap_ok '+name, -name: changes' head_is 'PROCESS PROT STATE TIME D ADDRESS PORT RX/s TX/s MARK'
tap_ok 'sorted by it' shows_in 2 ' sort MARK ^$'
start 80 24 -g hosts --columns host,rate,flows -o flows
tap_ok '-g: for that view' head_is 'HOST RATE FLOWS'
tap_ok 'with its order' shows_in 2 ' sort FLOWS v$'
keys 1
tap_ok 'not for others' head_is 'PROCESS PROT STATE TIME D ADDRESS PORT CC RX/s TX/s'
tap_ok 'which have theirs' shows_in 2 ' sort rate v$'
start 80 24 -s --columns process,src_host,dst_host,rx_rate
tap_ok '-s: what this form has' head_is 'PROCESS/PID SOURCE / DESTINATION RX/s'
resize 160 24
tap_ok 'what the other one has' head_is 'PROCESS SOURCE DESTINATION RX/s'
start 80 24 -o none
tap_ok '-o none: the newest first' shows_in 2 ' sort TIME ^$'

tap_done
