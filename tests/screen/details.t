#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Details of flows and groups: what they say, where they stand, and that the
# list goes on beside them.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_screen
require_demo

# A line of the pane: label LABEL - what stands behind it.
label() {
	screen | sed -n "s/^ $1  *//p" | head -n 1 | sed 's/ *$//'
}

says() {
	label "$1" | grep -q -e "$2"
}

# tells TEXT LABEL PATTERN
tells() {
	tap_ok "$1" wait_for "$PATIENCE" says "$2" "$3"
}

# The order is that of rates as soon as there are some.
busiest_first() {
	shows_in 4 '^>firefox .* ~-edge-c61\.lhr\.example\.net '
}

no_long_line() {
	[ "$(screen | wc -L)" -le "$1" ]
}

# ---------------------------------------------------------------- 80x24

screen_start 80 24 "$FLOWTOP" -46UTIDS --hide none -r "$DEMO"
busiest_first
tap_ok 'the key row names Enter' shows_in -1 '  EnterDetails  '
keys Enter
tap_ok 'Enter: details below eight flows' shows_in 12 \
	'^ Details 1 of [0-9]*: firefox\[2874\] tcp ESTABLISHED  *y Copy  Esc Close'
tap_ok 'the list is above' cursor_on 4
tap_ok 'the keys are those of the pane' shows_in -1 \
	'^ ?Help  Up/DownFlow  yCopy command .*SpacePause  EscClose'
tells 'process and user' process '^firefox\[2874\]  alice'
tap_ok 'command' shows_in 14 '^          /usr/lib/firefox/firefox'
tells 'unit and namespace' unit '^app-firefox\.scope  netns host$'
tells 'source' source '^192\.168\.1\.20:43114  this host, wlan0$'
tells 'destination' dest '^203\.0\.113\.80:443  https$'
tap_ok 'its name and place' shows_in 18 \
	'^          video-edge-c61\.lhr\.example\.net  GB London AS64500 EXAMPLE-CDN$'
tells 'state' track '^ESTABLISHED assured  open [0-9a-z]*  timeout [0-9a-z]*  nat none  zone 0$'
tells 'received' rx '^[0-9.]*[MG]  *[0-9.]*K pkts  *[0-9.]*MB/s  peak [0-9. ]*M  |.*[#*].*|$'
tells 'sent' tx '^[0-9.]*M  *[0-9.]*K pkts  *[0-9.]*KB/s  peak [0-9. ]*K  |'
tap_ok 'no figures of TCP in a recording' lacks '^ tcp '
tap_ok 'no peek row' eval '! line_has -2 "^ 2874 alice"'
tap_ok 'no line is too long' no_long_line 80

keys j
tap_ok 'Down: the next flow' shows_in 12 '^ Details 2 of '
tap_ok 'the cursor too' cursor_on 5
keys k
shows_in 12 '^ Details 1 of '

# The bars grow by the second, and go on.
filled() {
	[ "$(label rx | sed 's/.*|\(.*\)|$/\1/' | tr -d ' ' | wc -c)" -ge "$1" ]
}
tap_ok 'the bar grows' wait_for 20 filled 4

keys Escape
tap_ok 'Esc: closed' hides '^ Details '
tap_ok 'the peek row is there' shows_in -2 '^ 2874 alice  '
keys '='
tap_ok '=: open' shows_in 12 '^ Details '
keys '='
tap_ok '=: closed' hides '^ Details '
keys Enter
shows '^ Details '
keys q
tap_ok 'q: closes it, and does not leave' shows_in -2 '^ 2874 alice  '

# ---------------------------------------------------------------- whole

keys Enter
shows_in 12 '^ Details '
keys Enter
tap_ok 'Enter twice: all of the screen' shows_in 1 '^ Details '
tells 'the entry can be deleted' delete '^conntrack -D -f ipv4 -p tcp -s 192\.168\.1\.20 '
tells 'its socket closed' kill '^ss -K -t src 192\.168\.1\.20:43114 dst 203\.0\.113\.80:443$'
tells 'marks' marks '^mark 0x0  id [0-9]*  labels -  helper -  offload no$'
keys Enter
tap_ok 'Enter: as before' shows_in 12 '^ Details '

# ---------------------------------------------------------------- sizes

resize 120 40
tap_ok '120x40: below 21 flows, 14 lines' shows_in 25 \
	'^ Details 1 of .*: firefox\[2874\] > video-edge-c61\.lhr\.example\.net:https  tcp ESTABLISHED .*y Copy command  Esc Close'
tap_ok 'both ends side by side' shows_in 26 \
	'^ source   192\.168\.1\.20:43114  *dest     203\.0\.113\.80:443  https$'
tap_ok 'what each has sent' shows_in 29 \
	'^ sent     .*K pkts .*B/s .* sent     .*K pkts  *[0-9.]*MB/s  peak'
tap_ok 'both bars' shows_in 30 '^          |.*|  60 s  *|.*|  60 s$'
tap_ok 'no line is too long' no_long_line 120

resize 200 50
tap_ok '200x50: beside the list' shows_in 3 \
	'^ PROCESS .* TX| Details 1 of [0-9]*: firefox.* y Copy  Esc Close'
has_border() {
	[ "$(screen | sed -n 4,49p | cut -c 128 | sort -u)" = '|' ]
}
tap_ok 'from column 127 on' wait_for "$PATIENCE" has_border
has_flows() {
	[ "$(screen | sed -n 5,49p | cut -c 1-127 | grep -c '[0-9A-Za-z]')" -ge 30 ]
}
tap_ok 'the list goes on below' wait_for "$PATIENCE" has_flows
tap_ok 'with its lines' shows_in 8 '| source   192\.168\.1\.20:43114$'
tap_ok 'no line is too long' no_long_line 200
resize 160 24
tap_ok '160x24: beside, too' shows_in 3 '| Details 1 of '
resize 159 24
tap_ok '159x24: below' shows_in 12 '^ Details 1 of '
resize 80 14
tap_ok '80x14: three flows and five lines' shows_in 7 '^ Details '
tap_ok 'the cursor is seen' cursor_on 4
resize 80 13
tap_ok '80x13: instead of the list' shows_in 1 '^ Details '
tap_ok 'what matters most' wait_for "$PATIENCE" says source '^192'
resize 40 10
tap_ok '40x10' shows_in 1 '^ Details 1 of '
tap_ok 'and how to leave' shows_in -1 'EscClose'
resize 20 5
tap_ok '20x5' shows_in 1 '^ Details 1 of'
resize 10 2
resize 1 1
resize 80 24
tap_ok 'and back' shows_in 12 '^ Details 1 of .* tcp ESTABLISHED '
tap_ok 'no line is too long' no_long_line 80

# ---------------------------------------------------------------- two lines

keys s
tap_ok 's: pairs of lines above it' shows '<= '
keys G
tap_ok 'the last one' shows_in 12 '^ Details \([0-9]*\) of \1:'
keys s g

# ---------------------------------------------------------------- groups

keys 2
tap_ok 'another view: of its line' shows_in 12 '^ Details 1 of [0-9]*: firefox\[2874\]  *y'
tells 'name' name '^firefox\[2874\]  alice'
tells 'flows' flows '^[0-9]* flows to [0-9]* hosts'
tells 'received' rx '^[0-9.]*G  *[0-9.]*MB/s  peak'
tells 'the busiest' busiest '^to '
tap_ok 'its keys' shows_in -1 'Up/DownLine  EnterFlows  yCopy  '
keys 3
tells 'hosts: the address' address '^203\.0\.113\.80$'
tells 'hosts: where' where '^GB  London  AS64500 EXAMPLE-CDN$'
keys 4
tells 'countries' name '^United Kingdom'
keys 5
tells 'networks' name '^AS64500'
keys 6
tells 'ports' name '^https tcp/443$'
tap_ok 'how many are established' shows \
	'^          [0-9]* of [0-9]* established  .*[0-9]* out'
keys Enter
tap_ok 'Enter: its flows, with details' shows_in 12 '^ Details [0-9]* of [0-9]*: [^ ]*\[[0-9]*\] tcp '
keys Escape
tap_ok 'Esc: first the details close' hides '^ Details '
tap_ok 'then the list is left' eval 'keys Escape; shows_in 2 "\[6 Ports\]"'
keys 1

# ---------------------------------------------------------------- closed, NAT

screen_start 120 40 "$FLOWTOP" -n -46 --hide none --linger 600 -r "$DEMO"
cursor_on 4
keys Enter
shows '^ Details '

# find PATTERN - move down until the pane has it
find_in_pane() {
	local n

	keys g
	for ((n = 0; n < 80; n++)); do
		screen | sed -n '26,$p' | grep -q -e "$1" && return 0
		keys Down
		sleep 0.05
	done
	return 1
}
tap_ok 'forwarded: why there is no process' find_in_pane \
	'^ process  @.* passes through: no process here has either end'
tap_ok 'NAT: what the answers have' find_in_pane \
	'^ reply    .* to .*  (translated)$'
tap_ok 'the kernel: its own socket' find_in_pane \
	'^ process  \[kernel\] .*a socket of the kernel itself'
tap_ok 'ICMP: type, code and id' find_in_pane \
	'^ track    icmp  type 8 code 0 id [0-9]*'
tap_ok 'ICMPv6' find_in_pane '^ delete   conntrack -D -f ipv6 -p icmpv6 '
tap_ok 'nobody: why' find_in_pane '^ process  ?  .*[a-z]'
tap_ok 'UDP: without a state' find_in_pane '^ track    udp  .*  open '
tap_ok 'shared sockets' find_in_pane '[0-9] processes have the socket'
tap_ok 'a closed flow' find_in_pane '^ track    .*closed after [0-9]'
tap_ok 'has nothing to delete' lacks '^ delete '
keys y
tap_ok 'and y says so' shows_in -1 'no command: this flow has ended'

# ---------------------------------------------------------------- copying

screen_start 80 24 "$FLOWTOP" -46UT --hide none -r "$DEMO"
tm set -g set-clipboard on
busiest_first
keys y
tap_ok 'y: copies the address' shows_in -1 '^ copied: 203\.0\.113\.80'
copied() {
	[ "$(tm show-buffer)" = "$1" ]
}
tap_ok 'it is there' wait_for "$PATIENCE" copied 203.0.113.80
keys Enter
shows '^ Details '
keys y
tap_ok 'y: copies the command' shows_in -1 '^ copied, y again the other one: conntrack -D'
tap_ok 'all of it' wait_for "$PATIENCE" copied \
	'conntrack -D -f ipv4 -p tcp -s 192.168.1.20 -d 203.0.113.80 --sport 43114 --dport 443 -w 0 --orig-zone 0'
keys y
tap_ok 'y again: the other one' shows_in -1 ': ss -K -t src 192\.168\.1\.20:43114'
tap_ok 'it is there' wait_for "$PATIENCE" copied \
	'ss -K -t src 192.168.1.20:43114 dst 203.0.113.80:443'
keys 3 y
tap_ok 'y: the address of a host' wait_for "$PATIENCE" copied 203.0.113.80

for term in linux vt100; do
	screen_start 80 24 env TERM=$term "$FLOWTOP" -46UT -r "$DEMO"
	cursor_on 4
	keys y
	tap_ok "$term: y says why not" shows_in -1 'no clipboard to copy to'
done

# ---------------------------------------------------------------- pause

screen_start 80 24 "$FLOWTOP" -46UT -r "$DEMO"
busiest_first
keys Enter Space
shows_in 0 PAUSED
shows '^ Details '
screen | sed 1d >"$work/one"
sleep 2
screen | sed 1d >"$work/two"
tap_ok 'paused: nothing moves' same_sets "$work/one" "$work/two"
keys j
tap_ok 'but the cursor' shows_in 12 '^ Details 2 of '

tap_done
