#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What is printed waits a moment for the owners of flows, in order, and -p and
# --user select by them.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
need ip nft python3 nsenter

make_ns near
tracking_on "$near"
FLOWS=200
start_peer "$near" "$work/server" serve tcp 127.0.0.1 5001 5002
start_peer "$near" "$work/client" hold tcp 200 $FLOWS 127.0.0.1 5001
client=$bg_pid

# owners FILE - how many lines have the client as their owner
owners() {
	grep -c "\"pid\":$client,\"uid\":0,.*\"owner\":\"local\"" "$1"
}
all_owned() {
	local n

	n=$(owners "$1")
	[ "$n" = "$FLOWS" ] || diag "$n of $FLOWS: $(head -1 "$1")"
	[ "$n" = "$FLOWS" ]
}

# ---------------------------------------------------------------- tables

ft_all "$near" >"$work/table"
tap_ok '-1 -t 0: the first table has all owners' all_owned "$work/table"
ft "$near" -46 -j -c 1 --hide none >"$work/table"
tap_ok '-c 1: as has that of a live run' all_owned "$work/table"
ft_all "$near" -p "$client" >"$work/table"
tap_ok '-p: flows of that process' all_owned "$work/table"
ft_all "$near" -p 1 >"$work/table"
tap_ok '-p: of no other' test "$(wc -l <"$work/table")" = 0
ft_all "$near" --user root >"$work/table"
tap_ok '--user: by name' all_owned "$work/table"
ft_all "$near" --user 0,12345 >"$work/table"
tap_ok '--user: by number' all_owned "$work/table"
ft_all "$near" --user 12345 >"$work/table"
tap_ok '--user: of nobody else' test "$(wc -l <"$work/table")" = 0

# ---------------------------------------------------------------- events

cat >"$work/burst.py" <<'END_OF_PYTHON'
import socket
import time

kept = []
for n in range(50):
    s = socket.socket()
    s.bind(('127.0.0.1', 20000 + n))
    s.connect(('127.0.0.1', 5002))
    kept.append(s)
time.sleep(0.5)
END_OF_PYTHON
ft_background "$near" "$work/events" -46 --events -j --hide none
flowtop=$bg_pid
# Until it listens, nothing is new.
listens() {
	in_ns "$near" python3 -c 'import socket
socket.create_connection(("127.0.0.1", 5002))'
	sleep 0.2
	file_has "$work/events" '"event":"new"'
}
wait_for 10 listens
background nsenter --net=/run/netns/"$near" python3 "$work/burst.py"
burst=$bg_pid
wait "$burst"
sleep 0.5
stop "$flowtop"
grep '"sport":200[0-4][0-9],.*"dport":5002' "$work/events" |
	grep '"event":"new"' >"$work/new"
with_owner() {
	[ "$(grep -c "\"pid\":$burst,.*\"owner\":\"local\"" "$work/new")" = 50 ]
}
tap_ok '--events: 50 lines' test "$(wc -l <"$work/new")" = 50
tap_ok 'each has its owner' with_owner
in_order() {
	sed 's/.*"sport":\([0-9]*\).*/\1/' "$work/new" | sort -nc
}
tap_ok 'in the order of the events' in_order
times() {
	sed 's/{"ts":\([0-9.]*\),.*/\1/' "$work/events" | sort -nc
}
tap_ok 'of all' times
tap_done
