#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What it costs to know whose flows they are: 2,000 processes with 10 sockets
# each, 10,000 flows, the screen at 1 Hz. See owners.py for what is measured.
#
# OWNERS_PROCESSES=2000, OWNERS_SOCKETS=10 of each, OWNERS_FLOWS=10000,
# OWNERS_SECONDS=20, OWNERS_CHURN=50 processes with a connection each, every
# second of a second measurement; 0: without. BENCH_CHECK=1 makes a missed goal
# a failure.

# shellcheck source=../net/lib.sh
. "$(dirname "$0")/../net/lib.sh"
require_root
need setpriv
BENCH_DIR=$(cd "$(dirname "$0")" && pwd)
[ -x "$TOOLS/crowd" ] || { echo "no $TOOLS/crowd" >&2; exit 1; }

processes=${OWNERS_PROCESSES:-2000}
sockets=${OWNERS_SOCKETS:-10}
flows=${OWNERS_FLOWS:-10000}
seconds=${OWNERS_SECONDS:-20}
churn=${OWNERS_CHURN:-50}
missed=0

make_ns bench far
link "$bench" eth0 "$far" eth0
addr "$bench" eth0 198.18.0.1/24
addr "$far" eth0 198.18.0.2/24
tracking_on "$bench"
long_timeouts "$bench"
background nsenter --net=/run/netns/"$far" python3 \
	"$NET_DIR/shortlived.py" serve 198.18.0.2 443 >"$work/serve"
wait_for 10 file_has "$work/serve" ready
background nsenter --net=/run/netns/"$bench" "$TOOLS/crowd" "$processes" \
	"$sockets" "$flows" 198.18.0.2 4500 >"$work/crowd"
wait_for 60 file_has "$work/crowd" ready ||
	{ echo "no crowd: $(cat "$work/crowd")" >&2; exit 1; }
# For who may read nothing but the table
chmod 755 "$work"
cp "$FLOWTOP" "$work/flowtop"
chmod 755 "$work/flowtop"

# measured TEXT
measured() {
	echo
	echo "$1"
	FLOWTOP=$work/flowtop BUILD=$BUILD PYTHONDONTWRITEBYTECODE=1 \
		python3 "$BENCH_DIR/owners.py" "$bench" --seconds "$seconds" \
		${BENCH_CHECK:+--check} || missed=$((missed + 1))
}

echo "machine: $(uname -r), $(nproc) processors," \
	"$(find /proc -maxdepth 1 -name '[0-9]*' 2>/dev/null | wc -l)" processes
measured "Owners: $processes processes with $sockets sockets each,\
 $(sysctl_get "$bench" count) flows"
if [ "$churn" -gt 0 ]; then
	# It sleeps 10 ms between two of them.
	(while in_ns "$bench" python3 "$NET_DIR/shortlived.py" \
		run "$churn" 100 198.18.0.2 443 >"$work/churn"; do
		sleep 0.4
	done) &
	jobs_started+=($!)
	measured "The same, and $churn processes a second that live 0.1 s"
fi
[ "$missed" -eq 0 ]
