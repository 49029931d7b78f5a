#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Details of real flows: what TCP says of them beside ss, and commands that do
# what they are there for, and nothing else.

# shellcheck source=../screen/lib.sh
. "$(dirname "$0")/../screen/lib.sh"
require_root
need ss
require_screen

make_ns near far
link "$near" eth0 "$far" eth0
addr "$near" eth0 192.0.2.1/24 2001:db8::1/64
addr "$far" eth0 192.0.2.2/24 2001:db8::2/64
tracking_on "$near"
long_timeouts "$near"
start_peer "$far" "$work/server4" serve tcp 192.0.2.2 5001 5002
start_peer "$far" "$work/server6" serve tcp 2001:db8::2 5001
start_peer "$far" "$work/serveru" serve udp 192.0.2.2 5003

# A client whose IPv6 socket speaks IPv4 prints its port.
mapped_client() {
	cat >"$work/mapped.py" <<-'END'
	import socket, time
	s = socket.socket(socket.AF_INET6)
	s.connect(("::ffff:192.0.2.2", 5002))
	s.send(b"hello")
	s.recv(64)
	print("ready", flush=True)
	time.sleep(1000)
	END
	background in_ns "$near" python3 "$work/mapped.py" >"$work/mapped"
	wait_for 10 file_has "$work/mapped" ready
}

start_peer "$near" "$work/client4" hold tcp 1000 1 192.0.2.2 5001
start_peer "$near" "$work/client6" hold tcp 1000 1 2001:db8::2 5001
mapped_client

# ---------------------------------------------------------------- TCP

# What stands behind a label of the pane.
label() {
	screen | sed -n "s/^ $1  *//p" | head -n 1 | sed 's/ *$//'
}

# of_ss DESTINATION PORT - the line of figures of that socket
of_ss() {
	in_ns "$near" ss -tinH dst "$1" dport = ":$2" | tail -n 1
}

# same_tcp DESTINATION PORT - congestion control and segment size as ss has them
same_tcp() {
	local ss_line pane mss cc

	ss_line=$(of_ss "$1" "$2")
	cc=$(awk '{ print $1 }' <<<"$ss_line")
	mss=$(grep -o ' mss:[0-9]*' <<<"$ss_line" | cut -d: -f2)
	pane=$(label tcp)
	if [ -z "$mss" ] || [[ $pane != *"  $cc  mss $mss "* ]]; then
		diag "ss: $ss_line"
		diag "pane: $pane"
		return 1
	fi
}

# select ADDRESS PORT - move the cursor there; the flows are few.
select_flow() {
	local n

	for n in 1 2 3 4 5 6 7 8; do
		screen | grep -q "^ source .*dest  *$1:$2" && return 0
		keys Down
		sleep 0.2
	done
	diag "$(screen)"
	return 1
}

screen_start 140 40 "$FLOWTOP" -nGP -N "$near" -46UT
shows_in 1 ' 3 of 3 flows'
keys g
keys Enter
shows '^ Details '

for case in '192.0.2.2 5001' '\[2001:db8::2\] 5001' '192.0.2.2 5002'; do
	read -r address port <<<"$case"
	keys g
	tap_ok "$address $port: selected" wait_for 20 select_flow "$address" "$port"
	tap_ok "$address $port: TCP says something" \
		shows '^ tcp  *rtt [0-9.]*[mu]s .*(local socket)'
	tap_ok "$address $port: the same as ss" \
		wait_for 5 same_tcp "${address//\\/}" "$port"
done

# Its process is named, and who has started it.
tap_ok 'the parent of the process' \
	shows "^ process  *python3\\[[0-9]*\\].* parent [a-z.]*\\[[0-9]*\\]"

# ---------------------------------------------------------------- kill

kill_mapped() {
	local command

	command=$(label kill)
	diag "$command"
	[[ $command == "ip netns exec $near ss -K -t "* ]] || return 1
	bash -c "$command" >/dev/null
	[ -z "$(in_ns "$near" ss -tnH state established dport = :5002)" ] &&
		[ -n "$(in_ns "$near" ss -tnH state established dport = :5001)" ]
}
tap_ok 'the line "kill" closes its socket and no other' kill_mapped
keys g
tap_ok 'IPv6: selected' wait_for 20 select_flow '\[2001:db8::2\]' 5001
kill_ipv6() {
	local command

	command=$(label kill)
	diag "$command"
	bash -c "$command" >/dev/null
	[ -z "$(in_ns "$near" ss -6tnH state established)" ] &&
		[ -n "$(in_ns "$near" ss -4tnH state established)" ]
}
tap_ok 'IPv6: the line "kill" closes its socket and no other' kill_ipv6
screen_end

# ---------------------------------------------------------------- delete

# Entries that differ in one thing each. The pane shows them in some order; each
# command has to take one away, that which is shown.
in_ns "$near" conntrack -F 2>/dev/null
entry() {
	in_ns "$near" conntrack -I -t 600 "$@" >/dev/null 2>&1 ||
		diag "no entry: $*"
}
tuple=(-s 203.0.113.1 -d 203.0.113.2)
ports=(--sport 1000 --dport 80)
entry -p tcp "${tuple[@]}" "${ports[@]}" --state ESTABLISHED
entry -p tcp "${tuple[@]}" "${ports[@]}" --state ESTABLISHED -w 7
entry -p tcp "${tuple[@]}" "${ports[@]}" --state ESTABLISHED --orig-zone 9 \
	-r 203.0.113.2 -q 203.0.113.9 --reply-port-src 80 --reply-port-dst 1000
entry -p tcp "${tuple[@]}" --sport 1001 --dport 80 --state ESTABLISHED
entry -p udp "${tuple[@]}" "${ports[@]}"
entry -p udplite "${tuple[@]}" "${ports[@]}"
entry -p sctp "${tuple[@]}" "${ports[@]}" --state ESTABLISHED \
	--orig-vtag 1 --reply-vtag 2
entry -p icmp "${tuple[@]}" --icmp-type 8 --icmp-code 0 --icmp-id 77
entry -p icmp "${tuple[@]}" --icmp-type 8 --icmp-code 0 --icmp-id 78
entry -p icmpv6 -s 2001:db8:1::1 -d 2001:db8:1::2 --icmpv6-type 128 \
	--icmpv6-code 0 --icmpv6-id 77
entry -p tcp -s 2001:db8:1::1 -d 2001:db8:1::2 "${ports[@]}" --state ESTABLISHED
entry -p 50 "${tuple[@]}"
entry -p 253 "${tuple[@]}"
entry -p gre "${tuple[@]}" --srckey 1 --dstkey 2
n_entries=$(in_ns "$near" conntrack -C)
tap_ok 'there are entries of every kind' [ "$n_entries" -ge 14 ]

# With all protocols: no letter stands for the others.
screen_start 200 50 "$FLOWTOP" -nGP -N "$near" -46 --hide none
tap_ok 'they are shown' shows_in 1 " [0-9]* of [0-9]* flows"
keys g
keys Enter
shows 'Details 1 of '

# The last number of a line: ICMP has another "id=".
ids() {
	{
		in_ns "$near" conntrack -L -o id -f ipv4
		in_ns "$near" conntrack -L -o id -f ipv6
	} 2>/dev/null | sed 's/.* id=//' | sort -u
}

delete_shown() {
	local id command before after

	id=$(screen | grep -o ' id [0-9]*  labels' | awk '{ print $2 }')
	command=$(label delete)
	ids >"$work/before"
	[ -n "$id" ] && [ -n "$command" ] || return 1
	bash -c "$command" >/dev/null 2>&1
	ids >"$work/after"
	before=$(comm -23 "$work/before" "$work/after")
	after=$(comm -13 "$work/before" "$work/after")
	if [ "$before" != "$id" ] || [ -n "$after" ]; then
		diag "$command"
		diag "id $id; went: $before; came: $after"
		return 1
	fi
}
keys Enter # the whole screen: nothing is cut
n_deleted=0
n_without=0
walk() {
	local n

	for ((n = 0; n < n_entries; n++)); do
		shows " Details $((n + 1)) of " || return 1
		if [ -n "$(label delete)" ]; then
			delete_shown || return 1
			n_deleted=$((n_deleted + 1))
		else
			diag "no command: $(screen | head -n 2 | tail -n 1)"
			n_without=$((n_without + 1))
		fi
		keys Down
	done
}
tap_ok 'each command deletes its entry alone' walk
tap_ok 'only GRE has none' [ "$n_without" = 1 ]
tap_ok 'the others are gone' [ "$n_deleted" = $((n_entries - 1)) ]

# ---------------------------------------------------------------- elsewhere

# Flows that pass through have no such line.
topology
tracking_on "$router"
start_peer "$server" "$work/through" serve tcp $S4 5001
start_peer "$client" "$work/throughc" hold tcp 1000 1 $S4 5001
screen_start 140 40 "$FLOWTOP" -nGP -N "$router" -46UT
shows "$S4"
keys Enter
tap_ok 'a flow that passes through' shows '^ source .*dest'
tap_ok 'its reason' shows '^ process .*\(passes through\|in another network namespace\)'
tap_ok 'has no figures of TCP' lacks '^ tcp  *rtt'
tap_ok 'and no socket to close' lacks '^ kill '
tap_ok 'but an entry to delete' shows '^ delete  *ip netns exec .* conntrack -D '

tap_done
