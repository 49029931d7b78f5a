#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The same truth with 10,000 and 100,000 flows.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
make_ns big
tap_ok "10,000 entries" in_ns "$big" "$TOOLS/ctfill" -n 10000 --quiet
tap_ok "flowtop's flows are the kernel's, 20 of 20 runs" bracketed 20 "$big"
BRACKET_FULL=--full
tap_ok "so are reply tuples, states, marks and status" bracketed 2 "$big"
BRACKET_FULL=
tap_ok "90,000 entries more" \
	in_ns "$big" "$TOOLS/ctfill" -n 90000 --seed 2 --quiet
# Listing it with conntrack takes longer than with flowtop: as many runs as
# there is time for. SCALE_SECONDS=90 is enough for all.
BRACKET_SECONDS=${SCALE_SECONDS:-10}
tap_ok "the same with 100,000" bracketed 20 "$big"

# A listing of one family only must still be all of it.
only() {
	ct_set "$big" | awk "$2" >"$work/want"
	ft "$big" -j -1 -t 0 --hide none "$1" >"$work/rows" &&
		flowtop_set "$work/rows" >"$work/got" &&
		[ -s "$work/want" ] && same_sets "$work/want" "$work/got"
}
tap_ok "IPv6 only" only -6 '$3 ~ /:/'
tap_ok "UDP only" only -U '$2 == 17 || $2 == 136'

# Room for fewer flows than there are: as many as fit, and it says so.
capped() {
	ft_all "$big" --max-flows 5000 >"$work/rows" 2>"$work/err" || return 1
	[ "$(wc -l <"$work/rows")" -le 5000 ] &&
		[ "$(wc -l <"$work/rows")" -ge 4000 ]
}
tap_ok "--max-flows 5000 shows 5,000" capped

tap_done
