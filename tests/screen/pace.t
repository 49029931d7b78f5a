#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Keys change how often the table is read: counters follow the new pace.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" = 0 ] || skip_all 'needs root'
need ip nft conntrack python3 nsenter
require_screen

make_ns near far
link "$near" eth0 "$far" eth0
addr "$near" eth0 192.0.2.1/24
addr "$far" eth0 192.0.2.2/24
tracking_on "$near"
start_peer "$far" "$work/server" serve udp 192.0.2.2 5002
# Forty packets a second.
background nsenter --net=/run/netns/"$near" python3 -c '
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(("192.0.2.2", 5002))
while True:
    s.send(b"tick")
    time.sleep(0.025)
'

screen_start 80 24 "$FLOWTOP" -N "$near" -46UT
shows '^[ >+][^:]* udp .* 192\.0\.2\.2  *5002 '
keys t t t
shows_in 3 ' RXpkt TXpkt$'

# different SECONDS - how many counts were to be seen in that time.
different() {
	local end=$(($(date +%s%3N) + $1 * 1000))

	while [ "$(date +%s%3N)" -lt "$end" ]; do
		screen | awk '/^.[^:]* udp / { print $NF }'
		sleep 0.03
	done | sort -u | wc -l
}

n=$(different 4)
tap_ok "once a second: $n of 4 in 4 s" test "$n" -le 6
keys - -
tap_ok 'faster' shows_in 0 ' every 0.25s '
n=$(different 4)
tap_ok "four times a second: $n of 16 in 4 s" test "$n" -ge 10
keys + + + + +
tap_ok 'slower' shows_in 0 ' every 10s '
n=$(different 4)
tap_ok "every ten seconds: $n of 1 in 4 s" test "$n" -le 2
keys - - - - -
tap_ok 'faster again' shows_in 0 ' every 0.25s '
n=$(different 4)
tap_ok "without having to wait: $n of 16 in 4 s" \
	test "$n" -ge 9
tap_done
