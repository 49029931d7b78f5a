# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Read by golden.t and update.sh: what is played, and how.

# The recordings of which the whole table is printed; NAME.json is the result.
# tests/tools/mkpcap.py says of each what it has to be.
export TABLES='doubles gaps gaps_complete ids zones unknown family icmp states
	protocols extras offload nat revive counters rates gone lost life
	foreign cut owners'

# The same for the lines of --events; NAME.events.json.
export EVENTS='life revive ids'

# play FILE [OPTION...] - print the table at the end of a recording
play() {
	local file=$1

	shift
	"$FLOWTOP" -r "$file" --speed 0 -j -1 -46GP --hide none "$@"
}

# play_events FILE - print what happened in a recording
play_events() {
	"$FLOWTOP" -r "$1" --speed 0 -j --events -46GP --hide none
}
