#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The numbers are right: rates against what iperf3 measured, final counters
# against what the kernel said last about the same flow.
#
# Connection tracking counts whole IP packets and iperf3 their payload; how
# much more that is depends on the offloads of the day. A counter in the
# router's ruleset sees the same packets and tells.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
need iperf3 jq
topology
tracking_on "$router"
in_ns "$router" nft -f - <<-END
table inet count {
	chain forward {
		type filter hook forward priority 10
		ip saddr $C4 tcp dport 5201 counter
	}
}
END
in_ns "$router" conntrack -F 2>/dev/null

ft_background "$router" "$work/log" -4T --events -j --hide none
log_pid=$bg_pid
ft_background "$router" "$work/rates" -4T -j -t 1 -c 60 --hide none
rates_pid=$bg_pid
wait_for 10 grep -qx 1 <(sleep 1; sysctl_get "$router" acct)
tap_ok "counting is on" is acct "$(sysctl_get "$router" acct)" 1
background nsenter --net=/run/netns/"$router" -- \
	stdbuf -oL conntrack -E -e DESTROY -p tcp -o id >"$work/destroy" 2>&1
destroy_pid=$bg_pid
background nsenter --net=/run/netns/"$server" -- \
	iperf3 -s -1 >"$work/server" 2>&1
server_pid=$bg_pid
wait_for 10 in_ns "$server" sh -c 'ss -Hltn "sport = 5201" | grep -q .'

tap_ok "iperf3 sends 200 Mbit/s for ${NUMBERS_SECONDS:=10} s" \
	in_ns "$client" timeout 40 iperf3 -c $S4 -b 200M \
	-t "$NUMBERS_SECONDS" -J --logfile "$work/iperf"
sleep 1.5
stop $rates_pid
wait "$server_pid" 2>/dev/null

# ---------------------------------------------------------------- rates

python3 - "$work" <<'END' >"$work/verdict" 2>&1
import json, statistics, subprocess, sys
work = sys.argv[1]
report = json.load(open(work + "/iperf"))
payload = report["end"]["sum_sent"]["bytes"]
sent = statistics.median(i["sum"]["bits_per_second"] / 8
                         for i in report["intervals"])
port = report["start"]["connected"][0]["local_port"]
rows = [json.loads(t) for t in open(work + "/rates")]
flow = [o for o in rows if o["sport"] == port and o["dport"] == 5201]
last = flow[-1]["orig_bytes"]
overhead = last / payload
rates = [o["orig_rate"] for o in flow]
# The first and the last seconds are not whole ones.
middle = [r for r in rates[2:-2] if r]
got = statistics.median(middle[:6])
print("overhead %.4f" % overhead)
print("median %.4f" % (got / (sent * overhead)))
print("worst %.4f" % max(abs(r / (sent * overhead) - 1) for r in middle[:6]))
print("bytes %d" % last)
print("refreshes %d" % len(middle))
END
diag "$(cat "$work/verdict")"
verdict() {
	awk -v k="$1" '$1 == k { print $2 }' "$work/verdict"
}
between() {
	awk -v v="$1" -v a="$2" -v b="$3" 'BEGIN { exit !(v >= a && v <= b) }'
}
tap_ok "at least four whole seconds were seen" \
	between "$(verdict refreshes)" 4 1000
tap_ok "the median rate is iperf3's within 5 %" \
	between "$(verdict median)" 0.95 1.05
# What flowtop counted against the ruleset: all connections to the port.
counted=$(in_ns "$router" nft -j list chain inet count forward |
	jq '[.. | .counter? // empty | .bytes] | add')
sum=$(jq -s --arg c $C4 'map(select(.dport == 5201 and .src == $c)) |
	group_by(.id) | map(last.orig_bytes) | add' "$work/rates")
diag "ruleset: $counted bytes, flowtop: $sum"
tap_ok "the bytes are those of the ruleset's counter" \
	is bytes "$sum" "$counted"
tap_ok "and the overhead of headers is plausible" \
	between "$(verdict overhead)" 1.0 1.045

# ---------------------------------------------------------------- the end

in_ns "$router" conntrack -D -p tcp --orig-port-dst 5201 >/dev/null 2>&1
ended() {
	[ "$(grep -c '"event":"end"' "$work/log")" -ge 2 ]
}
tap_ok "both connections end in the log" wait_for 10 ended
wait_for 5 test "$(grep -c DESTROY "$work/destroy")" -ge 2
stop $destroy_pid
stop $log_pid
sed -n 's/.*packets=\([0-9]*\) bytes=\([0-9]*\).*packets=\([0-9]*\) bytes=\([0-9]*\).* id=\([0-9]*\).*/\5 \1 \2 \3 \4/p' \
	"$work/destroy" | sort >"$work/want"
jq -r 'select(.event == "end") | [.id, .orig_packets, .orig_bytes,
	.reply_packets, .reply_bytes] | map(tostring) | join(" ")' \
	"$work/log" | sort >"$work/got"
tap_ok "the kernel said the last of two flows" \
	is "DESTROY events" "$(wc -l <"$work/want")" 2
tap_ok "final packets and bytes are the kernel's" \
	same_sets "$work/want" "$work/got"
diag "$(cat "$work/got")"

tap_done
