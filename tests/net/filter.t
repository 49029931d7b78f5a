#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Filters about what only a real kernel has: translation, zones, marks, states,
# interfaces, processes; as a table and as events. What has to be shown is told
# by the ports of the flows.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
need jq conntrack
make_ns near far
link "$near" eth0 "$far" eth0
addr "$near" eth0 192.0.2.1/24 2001:db8::1/64
addr "$far" eth0 192.0.2.2/24 2001:db8::2/64
tracking_on "$near"
long_timeouts "$near"

# flow PORT ARGUMENTS... - one entry, from that port
flow() {
	local port=$1

	shift
	in_ns "$near" conntrack -I "$@" --sport "$port" -t 600 \
		>"$work/said" 2>&1 || diag "conntrack: $(cat "$work/said")"
}
tcp=(-p tcp --state ESTABLISHED)
flow 1001 -s 192.0.2.1 -d 192.0.2.2 "${tcp[@]}" --dport 443
flow 1002 -s 192.0.2.1 -d 192.0.2.2 "${tcp[@]}" --dport 443 \
	-u SEEN_REPLY,ASSURED -m 0x13
flow 1003 -s 192.0.2.1 -d 192.0.2.2 -p udp --dport 53 -m 0x20
flow 1004 -s 192.0.2.1 -d 192.0.2.2 -p udp --dport 53 -w 7
flow 1005 -s 192.0.2.1 -d 192.0.2.2 -p udp --dport 53 --orig-zone 8
flow 1006 -s 192.0.2.1 -d 192.0.2.2 -p udp --dport 53 --reply-zone 9
flow 1007 -s 10.1.0.5 -d 198.51.100.9 "${tcp[@]}" --dport 80 -n 203.0.113.9
flow 1008 -s 198.51.100.9 -d 203.0.113.9 "${tcp[@]}" --dport 80 \
	-g 10.1.0.6:8080
flow 1009 -s 2001:db8::1 -d 2001:db8::2 "${tcp[@]}" --dport 443
flow 1010 -s 192.0.2.2 -d 192.0.2.1 -p tcp --state SYN_SENT --dport 22

# shown FILTER... - ports of what is shown, "1001 1002"
shown() {
	ft_all "$near" "$@" 2>"$work/err" | jq -r .sport | sort -n |
		tr '\n' ' ' | sed 's/ $//'
}
while IFS='|' read -r filter wanted; do
	[ -n "$filter" ] || continue
	tap_ok "$filter" is ports "$(shown "$filter")" "$wanted"
done <<'END'
tcp and dst port 443|1001 1002 1009
ip6|1009
net 2001:db8::/32 and not udp|1009
nat|1007 1008
snat|1007
dnat|1008
host 203.0.113.9|1007 1008
net 10.1.0.0/16|1007 1008
src net 10.1.0.0/16|1007
dst net 10.1.0.0/16|
reply src host 10.1.0.6|1008
reply dst 203.0.113.9|1007
nat and reply dst 203.0.113.9|1007
port 8080|1008
dst port 8080|
src or dst port 8080|1008
mark 0x13|1002
mark 0x10/0xf0|1002
mark 0x13,0x20|1002 1003
mark 0x20/0xff|1003
zone 7|1004
zone 8|1005
zone 9|1006
zone 7-9|1004 1005 1006
assured|1002
unreplied and tcp and port 443|1001 1009
state syn-sent|1010
state established and port 80|1007 1008
in|1010
out and tcp|1001 1002 1009
through|1007 1008
iface eth0 and port 443|1001 1002 1009
iface lo|
timeout < 10m and timeout > 1m and port 22|1010
private|
public and port 80|1007 1008
remote port 22|
local port 22|1010
END

# A flow without a mark: the kernel may leave out 0, which is unknown then.
tap_ok 'not mark 0x13: also where none is known' is ports \
	"$(shown not mark 0x13 and port 443)" '1001 1009'

# Of groups and of text the same flows count.
counted() {
	ft "$near" -46 --batch -1 -t 0 --hide none -f 'tcp and dst port 443' |
		head -n 1
}
tap_ok 'text: 3 of all 10' into "$work/text" counted
tap_ok 'text: how many' grep -q '^[0-9:]*  3 of 10 flows' "$work/text"

# The owner of a real connection.
in_ns "$far" python3 -c '
import socket
s = socket.create_server(("192.0.2.2", 7777))
kept = []
while True:
    kept.append(s.accept())' &
jobs_started+=($!)
listening() {
	in_ns "$far" ss -Hltn sport = :7777 | grep -q .
}
wait_for 10 listening
nsenter --net=/run/netns/"$near" -- python3 -c '
import socket, time
s = socket.create_connection(("192.0.2.2", 7777))
s.send(b"x" * 1000)
time.sleep(100)' &
client=$!
jobs_started+=("$client")
connected() {
	in_ns "$near" ss -Htn dport = :7777 | grep -q ESTAB
}
wait_for 10 connected
owned() {
	ft_all "$near" "$@" | jq -r '"\(.dport) \(.process)"' | sort -u
}
tap_ok 'process' is flows "$(owned process 'python*')" '7777 python3'
tap_ok 'pid' is flows "$(owned pid "$client")" \
	'7777 python3'
tap_ok 'pid as a number alone' is flows "$(owned "$client")" '7777 python3'
tap_ok 'somebody else' is flows "$(owned pid 1)" ''
tap_ok 'user' is flows "$(owned user root and dst port 7777)" '7777 python3'

# Events: what begins and ends, by what was known then.
ft_background "$near" "$work/events" -46 -j --events --hide none \
	udp and dst port 99
# From then on nothing is missed.
is_heard() {
	in_ns "$near" awk -v pid="$bg_pid" '$2 == 12 && $4 != "00000000" { n++ }
		END { exit !n }' /proc/net/netlink
}
wait_for 10 is_heard
sleep 1
flow 2001 -s 192.0.2.1 -d 192.0.2.2 -p udp --dport 98
flow 2002 -s 192.0.2.1 -d 192.0.2.2 -p udp --dport 99
in_ns "$near" conntrack -D -p udp >/dev/null 2>&1
wait_for 10 file_has "$work/events" '"event":"end"'
events() {
	jq -r '"\(.event) \(.sport)"' "$work/events" | tr '\n' ' '
}
tap_ok 'events: of that one' is events "$(events)" 'new 2002 end 2002 '
stop "$bg_pid"
tap_done
