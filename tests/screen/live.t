#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The screen on a real kernel: flows appear and disappear, and what is wrong is
# said.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" = 0 ] || skip_all 'needs root'
need ip nft conntrack python3 nsenter
require_screen

make_ns near far
link "$near" eth0 "$far" eth0
addr "$near" eth0 192.0.2.1/24
addr "$far" eth0 192.0.2.2/24
start_peer "$far" "$work/server" serve tcp 192.0.2.2 5001
flow='^.[^:]* tcp .* 192\.0\.2\.2  *5001 '

# ---------------------------------------------------------------- no tracking

screen_start 80 24 "$FLOWTOP" -nGP -N "$near" -46UT
tap_ok 'without tracking it says so' shows 'tracks no connections'
tap_ok 'with the facts' \
	shows '^  |   entries in the table     0, for the last [0-9]* s '
tap_ok 'and what to do' shows 'nft add table inet flowtop'
resize 40 12
tap_ok 'and does so on a small screen' shows_in -1 'qQuit'
tap_ok 'in whole words' shows 'tracks no connections\.'
resize 80 24

# ---------------------------------------------------------------- flows

tracking_on "$near"
start_peer "$near" "$work/client" hold tcp 100 1 192.0.2.2 5001
tap_ok 'a new flow is shown within 2 s' within "$(slowly 2000)" has "$flow"
tap_ok 'as established' shows '^.[^:]* tcp  ESTAB '
tap_ok 'with its direction' shows ' > 192\.0\.2\.2 '
keys s
tap_ok 's: the source line' shows '=> 192\.0\.2\.1 '
tap_ok 's: the destination line' shows '<= 192\.0\.2\.2  *5001'
keys s
tap_ok 's: back' hides '=>'
keys T
tap_ok 'T: hidden' hides "$flow"
tap_ok 'T: and counted' shows_in 1 '+1 TCP hidden'
keys T
tap_ok 'T: shown' shows "$flow"

in_ns "$near" conntrack -F 2>/dev/null
closed='^[>-][^:]* tcp .* 192\.0\.2\.2  *5001 '
tap_ok 'a flow that ended is marked' shows "$closed"
keys T
keys T
tap_ok 'and leaves' hides "$flow"

screen_start 80 24 "$FLOWTOP" -nGP -N "$near" -46UT --linger 0
start_peer "$near" "$work/client" hold tcp 100 3 192.0.2.2 5001
tap_ok 'three more' shows_in 1 ' 3 of 3 flows'
in_ns "$near" conntrack -F 2>/dev/null
tap_ok 'without lingering they leave within 2 s' \
	within "$(slowly 2000)" lacks "$flow"

# ---------------------------------------------------------------- trouble

sysctl_set "$near" acct 0
screen_start 80 24 "$FLOWTOP" -nGP -N "$near" -46UT --no-sysctl
start_peer "$near" "$work/client" hold tcp 100 1 192.0.2.2 5001
tap_ok 'counters that are off are a warning' \
	shows_in 1 '^ ! .*counters are off'
tap_ok 'and the order is by age' shows_in 2 ' sort TIME ^$'
tap_ok 'and unknown' shows "$flow.*? .*?"
tap_ok 'in the totals as well' shows_in 0 'RX ?B/s  TX ?B/s'
keys q
tap_ok 'q: leaves' shows '^ended 0$'
tap_ok 'the terminal is as it was' same_terminal
tap_done
