#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Flows without counters: what the status row says of them, and the order, agree
# with the "?" in their rows.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" = 0 ] || skip_all 'needs root'
need ip nft conntrack python3 nsenter
require_screen

make_ns near far
link "$near" eth0 "$far" eth0
addr "$near" eth0 192.0.2.1/24
addr "$far" eth0 192.0.2.2/24
start_peer "$far" "$work/server" serve tcp 192.0.2.2 5001 5002
uncounted='^.[^:]* tcp .* 192\.0\.2\.2  *5001  *?  *?$'
counted='^.[^:]* tcp .* 192\.0\.2\.2  *5002  *[0-9-][^ ]*  *[0-9-][^ ]*$'

# ---------------------------------------------------------------- old flows

# The usual first run: nobody has counted, flowtop switches it on.
sysctl_set "$near" acct 0
tracking_on "$near"
start_peer "$near" "$work/old" hold tcp 200 3 192.0.2.2 5001
screen_start 80 24 "$FLOWTOP" -nGP -N "$near" -46UT
tap_ok 'flows that nobody counted show ?' shows "$uncounted"
tap_ok 'row 1 says why' shows_in 1 \
	'^ ! 1/1 3 flows older than flowtop have no counters: RX TX show ?'
tap_ok 'the order is one that they have' shows_in 2 ' sort TIME ^$'
tap_ok 'counting is on' test "$(sysctl_get "$near" acct)" = 1

start_peer "$near" "$work/new" hold tcp 200 2 192.0.2.2 5002
tap_ok 'new flows are counted' shows "$counted"
tap_ok 'which ones are not is still said' shows_in 1 \
	'^ ! \(1/1 3 flows older than flowtop have no counters\|3 uncounted\)  '
tap_ok 'after a while in few words' shows_in 1 '^ ! 3 uncounted  5 of 5 flows'
tap_ok 'the order is by rate' shows_in 2 ' sort rate v$'
start_peer "$near" "$work/newer" hold tcp 200 2 192.0.2.2 5002
tap_ok 'a few among many are a number' shows_in 1 \
	'^ 7 of 7 flows  uncounted 3  table [0-9]*%  lost 0 '
resize 120 24
tap_ok 'on a wide screen as well' shows_in 1 ' lost 0  uncounted 3 '
resize 80 24

# ---------------------------------------------------------------- counting ends

keys q
shows '^ended 0$'
sysctl_set "$near" acct 0
screen_start 80 24 "$FLOWTOP" -nGP -N "$near" -46UT --no-sysctl
tap_ok 'row 1 says that new flows are not counted' shows_in 1 \
	'^ ! 1/1 new flows are not counted (nf_conntrack_acct=0): 3 of 7 show ?'
tap_ok 'flows that were counted go on to be' shows "$counted"
tap_ok 'the order is by rate as well' shows_in 2 ' sort rate v$'
tap_ok 'and nothing says that all are off' lacks 'counters are off'

# ---------------------------------------------------------------- none at all

in_ns "$near" conntrack -D -p tcp --orig-port-dst 5002 >/dev/null 2>&1
tap_ok 'without any counted flow counters are off' shows_in 1 \
	'^ ! 1/1 byte counters are off (nf_conntrack_acct=0): RX TX show ?'
tap_ok 'and the order is by age' shows_in 2 ' sort TIME ^$'
tap_done
