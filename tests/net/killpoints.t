#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# flowtop is killed at its system calls, from the start to the end, and its
# broker at any time: within a second the switches are as before, no table is
# there and no process. KILL_ALL=1 (make torture) tries every single one, else
# a sample, denser where the switches change.

# shellcheck source=kill.sh
. "$(dirname "$0")/kill.sh"

# points MODE
points() {
	if [ -n "${KILL_ALL:-}" ]; then
		all_points
	elif [ "$1" = screen ]; then
		sample_points 12
	else
		sample_points 40
	fi
}

for mode in "${modes[@]}"; do
	survey "$mode"
	points "$mode" >"$work/points"
	kill_points "$mode" <"$work/points"
done
for who in broker both all; do
	deaths $who "${KILL_ALL:+1}20"
done
tap_ok "nothing runs any more" nothing_runs

tap_done
