#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# netsniff-ng's flowtop and this one, at 80x24 on the same namespace with real
# flows, at the same time. Prints what both show; nothing is judged.
#
#	compare.sh [ARGUMENTS...]	those of both programs; -46UTs
#
# COMPARE_OTHER=/usr/sbin/flowtop, COMPARE_SIZE="80 24", COMPARE_SECONDS=6 until
# the captures, COMPARE_SGR=1: with attributes, COMPARE_KEYS="j j": sent to both
# first.

# shellcheck source=../screen/lib.sh
. "$(dirname "$0")/../screen/lib.sh"
[ "$(id -u)" = 0 ] || skip_all 'needs root'
need ip nft conntrack python3 nsenter
require_screen

other=${COMPARE_OTHER:-/usr/sbin/flowtop}
read -r cells rows <<<"${COMPARE_SIZE:-80 24}"
seconds=${COMPARE_SECONDS:-6}
TALK="python3 $TOP/tests/tools/talk.py"
[ $# -gt 0 ] || set -- -46UTs

make_ns near far
link "$near" eth0 "$far" eth0
addr "$near" eth0 192.0.2.1/24 2001:db8::1/64
addr "$far" eth0 192.0.2.2/24 192.0.2.3/24 2001:db8::2/64
tracking_on "$near"
for a in 192.0.2.2 192.0.2.3 2001:db8::2; do
	start_peer "$far" "$work/tcp.$a" serve tcp "$a" 443 || exit 1
	start_peer "$far" "$work/udp.$a" serve udp "$a" 4500 || exit 1
done
# From outside as well.
start_peer "$near" "$work/tcp.in" serve tcp 192.0.2.1 22 || exit 1
start_peer "$near" "$work/udp.in" serve udp 192.0.2.1 53 || exit 1

# talk NS ARGUMENTS... - ends by itself
talk() {
	background nsenter --net=/run/netns/"$1" $TALK $((seconds + 30)) \
		"${@:2}" >"$work/talk.$1" 2>&1
	wait_for 10 file_has "$work/talk.$1" ready ||
		{ echo "no traffic: $(cat "$work/talk.$1")" >&2; exit 1; }
}

# run NAME PROGRAM ARGUMENTS... - a terminal of its own
run() {
	local name=$1

	shift
	tmux -S "$work/$name" -f "$work/tmux.conf" new -d -x "$cells" \
		-y "$rows" nsenter --net=/run/netns/"$near" -- "$@" </dev/null
}
typed() {
	# shellcheck disable=SC2086
	[ -z "${COMPARE_KEYS:-}" ] ||
		tmux -S "$work/$1" send-keys ${COMPARE_KEYS}
}
captured() {
	tmux -S "$work/$1" capture-pane -p${COMPARE_SGR:+e}
	tmux -S "$work/$1" kill-server
}

names=(flowtop)
# The other one does not look at flows that were there before it.
if [ -x "$other" ]; then
	names=(other flowtop)
	run other "$other" -nG "$@"
	sleep 1
fi
run flowtop "$FLOWTOP" -nG "$@"
sleep 0.5
talk "$near" 4 443 4500 192.0.2.2 192.0.2.3 2001:db8::2
talk "$far" 4 22 53 192.0.2.1
sleep "$seconds"
for name in "${names[@]}"; do
	typed "$name"
done
sleep 1
[ -x "$other" ] || echo "no $other here: apt install netsniff-ng"
for name in "${names[@]}"; do
	if [ $name = other ]; then
		echo "==== $("$other" -v | head -n 1)"
	else
		echo "==== $("$FLOWTOP" --version | head -n 1)"
	fi
	captured "$name"
done
