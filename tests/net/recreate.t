#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The same tuple again and again, each time a new flow: there is never more
# than one row of it, and it is the living one. The late end of a flow does
# not take its successor away. Flushes while everything is displayed.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
make_ns again
in_ns "$again" "$TOOLS/ctfill" -n 20 --seed 9 --quiet

is_truth_after() {
	local file=$1 time=$2 k=$3

	wait_for 20 has_after "$file" "$time" "$k" || {
		diag "no refresh: $(tail -3 "$file.err")"
		return 1
	}
	ct_set "$again" >"$work/want"
	flowtop_set "$file" --after "$time" "$k" >"$work/got" || return 1
	[ -s "$work/want" ] && same_sets "$work/want" "$work/got"
}

# Without a pause, 50 flows at once
ft_background "$again" "$work/out" -46 -j -t 0.25 -c 4000 --hide none
ft_pid=$bg_pid
ft_background "$again" "$work/log" -46 -j --events --hide none
log_pid=$bg_pid
refreshing "$work/out" 2
sleep 0.5
end=$((SECONDS + 4))
rounds=0
while [ $SECONDS -lt $end ]; do
	in_ns "$again" sh -c "for _ in 1 2 3 4 5 6 7 8; do
		$TOOLS/ctfill -n 50 --quiet
		$TOOLS/ctfill -n 50 --delete --quiet
	done"
	rounds=$((rounds + 8))
done
in_ns "$again" "$TOOLS/ctfill" -n 50 --quiet
time=$(now)
diag "$rounds times 50 flows made and deleted again"
tap_ok "at the end the living flows are shown, with their ids" \
	is_truth_after "$work/out" "$time" 2
stop $ft_pid
once() {
	$CANON twice <"$work/out" >"$work/twice" && [ -s "$work/out" ] &&
		return 0
	diag "$(wc -l <"$work/twice") rows too many: $(head -3 "$work/twice")"
	return 1
}
tap_ok "never two rows of one tuple" once
n_rows() {
	diag "$($CANON refreshes <"$work/out" | awk '{ print $2 }' |
		sort -n | uniq -c | sort -rn | head -3 | tr '\n' ';')"
	$CANON refreshes <"$work/out" | awk '$2 > 70 { bad = 1 }
		END { exit bad }'
}
tap_ok "never more rows than flows" n_rows
sleep 0.5
stop $log_pid
diag "log: $(grep '"event":"lost"' "$work/log" | tail -1)" \
	"$(head -3 "$work/log.err")"
lines() {
	grep -c "\"event\":\"$1\"" "$work/log"
}
tap_ok "a line for each of the new flows" \
	is new "$(lines new)" $(((rounds + 1) * 50))
tap_ok "a line for each end" is end "$(lines end)" $((rounds * 50))

# The last event of the old flow, long after it was replaced: a dump that was
# requested in between must not be undone by it. conntrack(8) one by one.
ft_background "$again" "$work/out" -46 -j -t 0.25 -c 4000 --hide none
refreshing "$work/out" 1
in_ns "$again" sh -c '
	tuple="-p udp -s 192.0.2.1 -d 192.0.2.2 --sport 1 --dport 2"
	for _ in $(seq 300); do
		conntrack -D $tuple
		conntrack -I $tuple -t 600
	done' >/dev/null 2>&1
time=$(now)
tap_ok "replaced 300 times: the last one is there" \
	is_truth_after "$work/out" "$time" 2
one_row() {
	is rows "$(grep -c '"src":"192.0.2.1","sport":1,' <(
		tail -n 71 "$work/out"))" 1
}
tap_ok "in one row" one_row
tap_ok "never twice" once
stop "$bg_pid"

# ---------------------------------------------------------------- flush

in_ns "$again" "$TOOLS/ctfill" -n 3000 --seed 3 --quiet
ft_background "$again" "$work/out" -46 -j -t 0.25 -c 4000 --hide none
refreshing "$work/out" 1
for round in 1 2 3 4 5 6; do
	in_ns "$again" conntrack -F 2>/dev/null
	# Half of them come back at once, one is left in any case.
	in_ns "$again" "$TOOLS/ctfill" -n $((round % 2 ? 1 : 3000)) \
		--seed 3 --quiet
	time=$(now)
	tap_ok "flush $round: only what is alive is shown" \
		is_truth_after "$work/out" "$time" 2
done
tap_ok "never twice" once
stop "$bg_pid"

tap_done
