#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# flowtop against what the kernel alone costs (floor.c), in one run, because
# only then the machine and its load are the same:
#
#	a complete table	goal: 1.5 x the kernel's listing + 20 ms
#	an event in a storm	microseconds of CPU, and what is lost
#	memory			bytes for a flow
#	births			what BPF costs those who make sockets
#
# BENCH_SIZES="1000 10000 100000", BENCH_RUNS=9, BENCH_RATE=100000 (events/s),
# BENCH_SECONDS=4. BENCH_CHECK=1 makes a missed goal a failure.
#
#	run.sh screen			the screen instead: wire.py and keys.py
#
# SCREEN_SECONDS=60 for a case on the wire, SCREEN_SAMPLES=300 keys of a group.

if [ "${1:-}" = screen ]; then
	cd "$(dirname "$0")" || exit 1
	check=${BENCH_CHECK:+--check}
	python3 wire.py --seconds "${SCREEN_SECONDS:-60}" $check
	wire=$?
	echo
	python3 keys.py --samples "${SCREEN_SAMPLES:-300}" $check && [ $wire -eq 0 ]
	exit
fi

# shellcheck source=../net/lib.sh
. "$(dirname "$0")/../net/lib.sh"
require_root
FLOOR=$BUILD/tests/bench/floor
MEASURE="python3 $(cd "$(dirname "$0")" && pwd)/measure.py"
[ -x "$FLOOR" ] || { echo "no $FLOOR" >&2; exit 1; }

sizes=${BENCH_SIZES:-1000 10000 100000}
runs=${BENCH_RUNS:-9}
rate=${BENCH_RATE:-100000}
seconds=${BENCH_SECONDS:-4}
missed=0

# value FILE KEY - of the last JSON line
value() {
	tail -n 1 "$1" | jq -r ".$2"
}
calc() {
	awk "BEGIN { printf \"%.${2:-1}f\", ($1) }"
}

make_ns bench
in_ns "$bench" "$FLOOR" calib >"$work/calib" || exit 1
echo "machine: $(uname -r), $(nproc) processors;" \
	"calibration: $(value "$work/calib" ns_per_struct) ns for 256 bytes"

# ---------------------------------------------------------------- table

echo
echo "A complete table: wall-clock ms, median of $runs runs"
echo '"table" prints nothing (no flow is DCCP), "json" all of it.'
printf '%8s %8s %8s %8s %8s %8s %8s %8s %s\n' flows kernel goal table json \
	ratio "CPU ms" "B/entry" ""
for n in $sizes; do
	in_ns "$bench" conntrack -F 2>/dev/null
	in_ns "$bench" "$TOOLS/ctfill" -n "$n" --quiet || exit 1
	in_ns "$bench" "$FLOOR" dump -n "$runs" >"$work/dump" || exit 1
	read -r table _ < <(in_ns "$bench" $MEASURE runs "$runs" \
		"$FLOWTOP" -D -j -1 -t 0)
	read -r wall cpu < <(in_ns "$bench" $MEASURE runs "$runs" \
		"$FLOWTOP" -46 -j -1 -t 0 --hide none)
	floor=$(value "$work/dump" wall_ms)
	goal=$(calc "1.5 * $floor + 20")
	verdict=ok
	if [ "$(calc "$wall > $goal" 0)" = 1 ]; then
		verdict=MISSED
		missed=$((missed + 1))
	fi
	printf '%8d %8.1f %8.1f %8.1f %8.1f %8.2f %8.1f %8.0f %s\n' "$n" \
		"$floor" "$goal" "$table" "$wall" \
		"$(calc "$wall / $floor" 2)" "$cpu" \
		"$(value "$work/dump" bytes_per_entry)" $verdict
done

# ---------------------------------------------------------------- events

# storm_cost PID FILE - CPU ms of PID during a storm, and 0.5 s more of it
storm_cost() {
	local before after

	before=$($MEASURE cpu "$1")
	in_ns "$bench" "$TOOLS/ctstorm" -s "$seconds" --rate "$rate" >"$2" ||
		return 1
	sleep 0.5
	after=$($MEASURE cpu "$1")
	calc "$after - $before" 3
}

in_ns "$bench" conntrack -F 2>/dev/null
in_ns "$bench" "$FLOOR" events -s $((seconds + 1)) >"$work/events" \
	2>"$work/ready" &
floor_pid=$!
jobs_started+=("$floor_pid")
wait_for 5 file_has "$work/ready" listening
in_ns "$bench" "$TOOLS/ctstorm" -s "$seconds" --rate "$rate" >"$work/storm" ||
	exit 1
wait "$floor_pid"
floor=$(value "$work/events" us_per_event)

echo
echo "Events: $seconds s of storm at $rate events/s"
printf '%-34s %12s %8s %10s\n' "" "us/event" ratio lost
printf '%-34s %12.2f %8.2f %10d\n' "the kernel's part (floor)" "$floor" 1 \
	"$(value "$work/events" drops)"

# event_row TEXT ARGUMENTS...
event_row() {
	local text=$1 cost n us lost

	shift
	in_ns "$bench" conntrack -F 2>/dev/null
	ft_background "$bench" /dev/null "$@" 2>/dev/null
	sleep 1
	cost=$(storm_cost "$bg_pid" "$work/storm")
	n=$(jq '.created + .deleted' "$work/storm")
	us=$(calc "$cost * 1000 / $n" 3)
	lost=$(netlink_drops "$bg_pid")
	stop "$bg_pid"
	printf '%-34s %12.2f %8.2f %10d\n' "$text" "$us" \
		"$(calc "$us / $floor" 2)" "$lost"
}
netlink_drops() {
	find "/proc/$1/fd" -lname 'socket:*' -printf '%l\n' | tr -dc '0-9\n' \
		>"$work/inodes"
	in_ns "$bench" awk 'NR == FNR { mine[$1] = 1; next }
		$10 in mine { n += $9 } END { print n + 0 }' "$work/inodes" \
		/proc/net/netlink
}
event_row "flowtop -j -t 1" -46 -j -t 1 -c 600
# No flow is DCCP: all is collected, nothing printed.
event_row "flowtop --events -j -D" -D --events -j
event_row "flowtop --events -j" -46 --events -j --hide none

# ---------------------------------------------------------------- memory

echo
echo "Memory: resident anonymous KiB of a running flowtop --events -j"
printf '%10s %12s %14s\n' flows KiB "bytes/flow"
in_ns "$bench" conntrack -F 2>/dev/null
ft_background "$bench" /dev/null -46 --events -j --hide none
sleep 1.5
empty=$($MEASURE rss "$bg_pid")
stop "$bg_pid"
printf '%10d %12d\n' 0 "$empty"
for n in $sizes; do
	in_ns "$bench" conntrack -F 2>/dev/null
	in_ns "$bench" "$TOOLS/ctfill" -n "$n" --quiet
	ft_background "$bench" /dev/null -46 --events -j --hide none
	sleep 2
	kib=$($MEASURE rss "$bg_pid")
	stop "$bg_pid"
	printf '%10d %12d %14.0f\n' "$n" "$kib" \
		"$(calc "($kib - $empty) * 1024 / $n")"
done

# ---------------------------------------------------------------- births

echo
echo "Births of sockets by BPF: ns of those who make them, medians"
if in_ns "$bench" "$BUILD/tests/bench/births" >"$work/births"; then
	printf '%-34s %8s %8s %8s\n' "" without more ratio
	for what in socket connect; do
		was=$(value "$work/births" ${what}_ns)
		more=$(value "$work/births" ${what}_more_ns)
		printf '%-34s %8.0f %8.0f %8.2f\n' "$what() and close()" "$was" \
			"$more" "$(calc "($was + $more) / $was" 2)"
	done
	printf '%-34s %8s %8.0f\n' "reading one, of flowtop" "" \
		"$(value "$work/births" read_ns)"
fi

[ -z "${BENCH_CHECK:-}" ] || [ "$missed" -eq 0 ]
