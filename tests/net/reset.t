#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Counters that go back to zero are no negative or absurd rate, and flows that
# are not counted have unknown counters, not zeros.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
topology
tracking_on "$router"
long_timeouts "$router"

# ---------------------------------------------------------------- no counters

# Flows from before counting was switched on, and some of after.
make_ns mixed
in_ns "$mixed" "$TOOLS/ctfill" -n 50 --quiet
ft_background "$mixed" "$work/out" -46 -j -t 1 -c 60 --hide none
refreshing "$work/out" 1
in_ns "$mixed" "$TOOLS/ctfill" -n 30 --seed 5 --quiet
time=$(now)
wait_for 10 has_after "$work/out" "$time" 2
stop "$bg_pid"
jq -s 'map(.ts) | max as $t | $t' "$work/out" >/dev/null
# A later row of the same flow is the newer one.
known() {
	jq -s "group_by(.id) | map(last | select(.$1 != null)) | length" \
		"$work/out"
}
zeros() {
	jq -s "group_by(.id) | map(last | select(.$1 == 0)) | length" \
		"$work/out"
}
for key in orig_bytes orig_packets reply_bytes reply_packets; do
	tap_ok "$key of the 50 flows before is null" is "known" \
		"$(known $key)" 30
	tap_ok "$key of the 30 flows after is 0" is "zeros" "$(zeros $key)" 30
done
tap_ok "start of the 30 flows after is known" is "known" "$(known start)" 30
negative_ages() {
	jq -s 'map(select(.age != null and .age < 0)) | length' "$work/out"
}
tap_ok "no age is negative" is ages "$(negative_ages)" 0

# ---------------------------------------------------------------- reset

sysctl_set "$router" acct 1
in_ns "$router" conntrack -F 2>/dev/null
start_peer "$server" "$work/server" serve udp $S4 $PORT_PLAIN
cat >"$work/send.py" <<END
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
end = time.time() + 9
while time.time() < end:
    for _ in range(10):
        s.sendto(bytes(1000), ("$S4", $PORT_PLAIN))
    time.sleep(0.01)
END
background nsenter --net=/run/netns/"$client" -- python3 "$work/send.py"
send_pid=$bg_pid
ft_background "$router" "$work/out" -46 -j -t 1 -c 60 --hide none
refreshing "$work/out" 1
for _ in 1 2 3 4 5 6; do
	in_ns "$router" conntrack -L -z >"$work/zeroed" 2>&1
	sleep 1
done
tap_ok "counters were reset" grep -q 'bytes=' "$work/zeroed"
stop "$bg_pid"
stop $send_pid
# 1 MB/s is sent; 2^32 or 2^64 bytes less than before would be far more.
sane() {
	$CANON rates 5000000 <"$work/out" >"$work/insane" && return 0
	diag "$(head -5 "$work/insane")"
	return 1
}
tap_ok "no rate and no counter is absurd" sane
rates() {
	jq -r "select(.dport == $PORT_PLAIN and .proto == \"udp\") |
		.orig_rate" "$work/out"
}
diag "rates: $(rates | tr '\n' ' ')"
went() {
	[ "$(rates | awk '$1 > 100000' | wc -l)" -ge 4 ]
}
tap_ok "the flow has a rate all the time" went
decreased() {
	jq -r "select(.dport == $PORT_PLAIN and .proto == \"udp\") |
		.orig_bytes" "$work/out" |
		awk 'NR > 1 && $1 < last { n++ } { last = $1 } END { exit !n }'
}
tap_ok "the counters shown are the kernel's, after the reset too" decreased

tap_done
