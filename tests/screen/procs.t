#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The view of processes: tabs, the way into a process and back, what it has
# moved when it is gone, and any size.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_screen
require_demo

# ---------------------------------------------------------------- tabs, sizes

screen_start 80 24 "$FLOWTOP" -46UTI -r "$DEMO"
shows_in 2 '^\[1 Flows\] 2 Procs  '
shows_in 4 '^>'
keys 2 Enter
tap_ok 'keys that come at once: into the first process' \
	shows_in 2 '^\[1 Flows\] .*/p[ir]'
keys 1
shows_in 2 '^\[1 Flows\] 2 Procs  3 Hosts .*6 Ports  *sort '
keys Tab
tap_ok 'Tab: the brackets move' shows_in 2 '^ 1 Flows \[2 Procs\] '
tap_ok 'with columns of its own' \
	shows_in 3 '^ PROCESS .* FLOWS HOSTS  RX/s  TX/s    RX    TX BUSIEST PEER$'
tap_ok 'a row for each process' shows_in 4 '^>firefox  *2874 alice '
tap_ok 'one for the kernel' shows '^ \[kernel\]  *- '
tap_ok 'one for each inner host of forwarded flows' shows '^ @web1  *- -  '
tap_ok 'one for flows of nobody' shows '^ ?  *? ?  '
tap_ok 'the selected one in full' \
	shows_in -2 '^ firefox\[2874\] alice  [0-9]* flows to [0-9]* hosts  /usr/lib/firefox/firefox'
tap_ok 'the status counts flows' shows_in 1 ' [1-9][0-9]* of [0-9]* flows'
tap_ok 'keys of this view' shows_in -1 ' EnterFlows '
keys Tab
tap_ok 'Tab: the next one' shows_in 2 '\[3 Hosts\]'
keys BTab BTab
tap_ok 'Shift-Tab: and back' shows_in 2 '^\[1 Flows\] 2 Procs  '
tap_ok 'keys of that view' shows_in -1 ' sSource '
keys BTab
tap_ok 'Shift-Tab: round' shows_in 2 '\[6 Ports\]'
keys 1
tap_ok '1: flows' shows_in 2 '^\[1 Flows\]'
keys 2
tap_ok '2: processes' shows_in 2 '\[2 Procs\]'
keys s
tap_ok 's: nothing here, and it says so' shows_in -1 'no action on "s"'
keys P
tap_ok 'P: no such order' shows_in -1 'processes have no order by packets'
keys B
tap_ok 'B: by bytes' shows_in 2 ' sort bytes v$'
keys '>'
keys '>'
tap_ok '>: column by column' shows_in 2 ' sort PID ^$'
keys R r
tap_ok 'R r: by rate, reversed' shows_in 2 ' sort rate ^$'
keys r t
tap_ok 't: totals first' \
	shows_in 3 ' FLOWS HOSTS    RX    TX  RX/s  TX/s BUSIEST'
keys t
tap_ok 't: and back, there are no packets' \
	shows_in 3 ' FLOWS HOSTS  RX/s  TX/s    RX    TX BUSIEST'
keys g j
cursor_on 5
name=$(line 5 | sed 's/^>\([^ ]*\)  *\([0-9]*\) .*/\2/')
keys Enter
tap_ok 'Enter: its flows' \
	shows_in 2 "^\\[1 Flows\\] .*/pid $name  sort rate v\$"
keys x Escape
tap_ok 'Esc: back' shows_in 2 '\[2 Procs\]'
tap_ok 'on the same process' shows "^>[^ ]*  *$name "
keys g
shows_in 4 '^>'
keys Enter
keys Enter Tab Enter Tab Enter
tap_ok 'in and out at once' shows_in 2 '^\[1 Flows\] .*/p[ir]'
keys Escape
tap_ok 'Esc: first the details close' shows_in -1 'EnterDetails'
keys Escape
shows_in 2 '\[2 Procs\]'
keys Escape
tap_ok 'Esc: no further' shows_in -1 'no action on "Esc"'
keys '?'
shows_in 0 Help
keys Tab
tap_ok 'help stays' shows_in -1 'no action on "Tab"'
keys Escape

fits() {
	[ "$(tm display-message -p '#{pane_width} #{pane_height}')" = "$1 $2" ] &&
		[ "$(screen | awk '{ if (length > n) n = length } END { print n + 0 }')" -le "$1" ] &&
		screen | grep -q .
}
any_size() {
	local size

	for size in 200x50 40x10 20x5 10x2 1x1 20x5 120x40 80x24; do
		resize "${size%x*}" "${size#*x}"
		[ "$size" = 1x1 ] || within "$(slowly 3000)" fits "${size%x*}" "${size#*x}" || {
			diag "$size"
			diag "$(screen)"
			return 1
		}
		[ -n "$(program_pid)" ] || return 1
	done
}
tap_ok 'any size' any_size
resize 40 10
tap_ok '40x10: the columns that fit' \
	shows_in 2 '^ PROCESS .* PID FLOWS  RX/s  TX/s'

screen_start 80 24 "$FLOWTOP" -46UT -r "$DEMO" -g procs
tap_ok '-g procs: starts there' shows_in 2 '^ 1 Flows \[2 Procs\] '
keys q
tap_ok 'q: leaves' shows 'ended 0'
wrong() {
	"$FLOWTOP" -r "$DEMO" "$@" >/dev/null 2>"$work/said"
	[ $? = 2 ] && [ "$(wc -l <"$work/said")" = 1 ]
}
tap_ok '-g with a wrong word' wrong -g nonsense
tap_ok '-g without a screen' wrong -g procs --json

# ---------------------------------------------------------------- processes

[ "$(id -u)" = 0 ] || { tap_done; exit; }
need ip nft conntrack python3 nsenter
make_ns near far
link "$near" eth0 "$far" eth0
addr "$near" eth0 192.0.2.1/24
addr "$far" eth0 192.0.2.2/24 192.0.2.3/24
tracking_on "$near"
start_peer "$far" "$work/server" serve tcp 192.0.2.2 5001 5002 5003
start_peer "$far" "$work/server3" serve tcp 192.0.2.3 5001

# Itself, and not a script that looks for it.
PYTHON=$(python3 -c "import os, sys; print(os.path.realpath(sys.executable))")

# starts NAME COUNT ADDRESS PORT - a process with that name; its id in $NAME
starts() {
	local name=$1

	ln -sf "$PYTHON" "$work/$name"
	: >"$work/$name.out"
	background nsenter --net=/run/netns/"$near" "$work/$name" \
		"$NET_DIR/peer.py" hold tcp 100 "$2" "$3" "$4" \
		>>"$work/$name.out" 2>&1
	printf -v "$name" %s $!
	wait_for 10 file_has "$work/$name.out" ready || {
		diag "$name did not start: $(cat "$work/$name.out")"
		return 1
	}
}
# ended NAME PORT - it ends, and so do its flows
ended() {
	stop "${!1}"
	in_ns "$near" conntrack -D -p tcp --dport "$2" >/dev/null 2>&1
}

# row NAME FLOWS HOSTS REST
row() {
	has "^[ >]$1  *${!1} [^ ]*  *$2  *$3  *$4"
}

# First the program: then the kernel counts what they do.
screen_start 80 24 "$FLOWTOP" -N "$near" -46UTI -g procs -t 0.25
shows_in 2 '\[2 Procs\]'
starts alpha 5 192.0.2.2 5001
starts beta 3 192.0.2.2 5002
starts gamma 1 192.0.2.2 5003
# What passes through, between hosts that nobody here knows.
in_ns "$near" conntrack -I -p tcp -s 203.0.113.7 -d 198.51.100.9 --sport 1000 \
	--dport 80 --state ESTABLISHED -t 600 >/dev/null 2>&1
keys B
tap_ok 'a row for each process, with what it has' \
	wait_for "$PATIENCE" row alpha 5 1 '.* 192.0.2.2$'
tap_ok 'and for the next' wait_for "$PATIENCE" row beta 3 1 ''
tap_ok 'and for the last' wait_for "$PATIENCE" row gamma 1 1 ''
tap_ok 'a forwarded flow belongs to the inner end' \
	shows '^ @~\.0\.113\.7 '
keys j
tap_ok 'the cursor is on the second' cursor_on 5
tap_ok 'the peek row has it in words' \
	shows_in -2 "^ beta\\[$beta\\] root  3 flows to 1 host "
keys Enter
tap_ok 'Enter: view 1' shows_in 2 "^\\[1 Flows\\] .*/pid $beta  sort "
only() {
	[ "$(screen | sed -n '5,22p' | grep -c .)" = "$2" ] &&
		[ "$(screen | sed -n '5,22p' | grep -c "^[ >+]$1 ")" = "$2" ]
}
tap_ok 'with its flows and no others' wait_for "$PATIENCE" only beta 3
tap_ok 'of how many' shows_in 1 ' 3 of [0-9]* flows'
keys j
tap_ok 'the cursor moves in them' cursor_on 5
keys j
keys Escape
tap_ok 'Esc: view 2' shows_in 2 '\[2 Procs\]'
on_beta() {
	has "^>beta  *$beta " && cursor_is_on 5
}
tap_ok 'on the same process' wait_for "$PATIENCE" on_beta
starts delta 9 192.0.2.2 5002
tap_ok 'one more, with more than all others' shows '^ delta '
tap_ok 'the cursor keeps its process' shows "^>beta  *$beta "
keys g
tap_ok 'g: whoever comes first' shows_in 4 '^>delta '
keys 1
tap_ok '1: all flows' shows_in 1 ' 19 of 19 flows'
tap_ok 'not only those of a process' shows_in 2 '^\[1 Flows\] 2 Procs  3 Hosts .*6 Ports  *sort '
keys 2

# ---------------------------------------------------------------- pause

keys Space
shows_in 0 PAUSED
starts epsilon 2 192.0.2.3 5001
ended gamma 5003
still_there() {
	local end=$((SECONDS + 3))

	while [ "$SECONDS" -lt "$end" ]; do
		row gamma 1 1 '' && lacks epsilon || return 1
		sleep 0.2
	done
}
tap_ok 'paused: nothing comes, nothing goes' still_there
keys Enter
tap_ok 'paused: into a process' shows_in 2 '/pid '
keys Escape
tap_ok 'paused: and back' shows_in 2 '\[2 Procs\]'
keys Space
tap_ok 'on: what came' shows '^[ >]epsilon '
tap_ok 'on: what went' hides '[ >]gamma '

# ---------------------------------------------------------------- the past

# RX and TX of NAME, which has no flows
moved() {
	screen | sed -n "s/^[->]$1 .* 0  *[01]  *-  *-  *\([0-9.K]*\)  *\([0-9.K]*\) .*/\1 \2/p"
}
has_moved() {
	[ -n "$(moved "$1")" ]
}
same_moved() {
	[ "$(moved "$1")" = "$before" ]
}
ended alpha 5001
tap_ok 'its last flow has ended: it is marked, without flows' \
	shows "^-alpha  *$alpha [^ ]*  *0  *1  *-  *- .* 192\.0\.2\.2$"
tap_ok 'with what it has moved' wait_for "$PATIENCE" has_moved alpha
before=$(moved alpha)
tap_ok 'then it goes' hides alpha
keys c
tap_ok 'c: it is kept' shows "^-alpha  *$alpha "
tap_ok 'with what it had moved' wait_for "$PATIENCE" same_moved alpha
keys c
tap_ok 'c: away again' hides alpha
tap_ok 'c: and says what for' shows_in -1 'nothing that is closed'
keys c
starts alpha 1 192.0.2.2 5001
tap_ok 'another one with its name has nothing of it' \
	wait_for "$PATIENCE" row alpha 1 1 ''
keys q
tap_ok 'q: leaves' shows 'ended 0'
tap_done
