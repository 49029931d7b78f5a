#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Random keys, sizes and signals while flows come and go; whatever they were,
# the program ends with status 0 and gives the terminal back.
#
# MONKEY_KEYS=500 inputs, a third for each of three ends; 15000 for a release.
# MONKEY_SEED repeats a run; the timing of a machine cannot be repeated.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" = 0 ] || skip_all 'needs root'
need ip nft conntrack python3 nsenter
require_screen

total=${MONKEY_KEYS:-500}
n=$((total / 3))
first_seed=${MONKEY_SEED:-$(($(date +%s) % 100000))}
seed=$first_seed
monkey=$(dirname "$0")/monkey.py
export TERM=xterm-256color HOME=$work XDG_CONFIG_HOME=$work

make_ns near
tracking_on "$near"
addr "$near" lo 192.0.2.1/24 192.0.2.2/24
start_peer "$near" "$work/server" serve tcp 192.0.2.2 5001
start_peer "$near" "$work/udp" serve udp 192.0.2.2 5002
in_ns "$near" "$TOOLS/ctfill" -n 300 --quiet

# Counters that change, and flows that are born and die. Ends by itself.
changes() {
	local end=$((SECONDS + 60 + n / 4))

	while [ "$SECONDS" -lt "$end" ]; do
		$PEER hold tcp 1 5 192.0.2.2 5001
		$PEER hold udp 1 5 192.0.2.2 5002
	done
}
export -f changes
export PEER n
background nsenter --net=/run/netns/"$near" bash -c changes \
	>/dev/null 2>&1
background nsenter --net=/run/netns/"$near" "$TOOLS/ctstorm" \
	-s $((60 + n / 4)) --rate 500 --window 200 >/dev/null

# wild END SEED
wild() {
	: >"$work/stderr"
	python3 "$monkey" --keys "$n" --seed "$2" --end "$1" \
		--stderr "$work/stderr" -- \
		nsenter --net=/run/netns/"$near" -- "$FLOWTOP" -46UTI -t 0.25 \
		>"$work/said" 2>&1 && {
		diag "$1: $(cat "$work/said")"
		return 0
	}
	diag "MONKEY_KEYS=$total MONKEY_SEED=$first_seed ($1)"
	diag "$(cat "$work/said")"
	return 1
}
for end in q ^C TERM; do
	tap_ok "$n random inputs, then $end" wild $end "$seed"
	seed=$((seed + 1))
done
tap_done
