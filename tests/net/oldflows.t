#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Flows that were there before the first listener never send an event, not
# even when they end; nor does anything when nf_conntrack_events is 0. They
# have to leave the output all the same: within an interval, a listing and
# 100 ms.
#
# Four namespaces at once, because most of the time is waiting: few and many
# flows (both are watched in different ways), events on and off afterwards.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root

cases=(few many quiet_few quiet_many)
declare -A count=([few]=200 [many]=5000 [quiet_few]=200 [quiet_many]=5000)
declare -A events=([few]=2 [many]=2 [quiet_few]=0 [quiet_many]=0)
# How long a listing may take, in seconds: generous for a shared machine.
declare -A sweep=([few]=0.1 [many]=0.4 [quiet_few]=0.1 [quiet_many]=0.4)
# The sanitizers take about three times as long.
[ -z "${SANITIZE:-}" ] || sweep=([few]=0.3 [many]=1.2 [quiet_few]=0.3 [quiet_many]=1.2)
declare -A time pid
make_ns "${cases[@]}"

# A refresh without rows leaves no trace in the output: one flow always stays.
sentinel() {
	in_ns "$1" conntrack -I -p tcp -s 192.0.2.9 -d 192.0.2.10 --sport 9 \
		--dport 9 --state ESTABLISHED -t 3000 >/dev/null 2>&1
}

# deadline CASE - when the output has to be right after the last change
deadline() {
	awk -v t="${time[$1]}" -v s="${sweep[$1]}" \
		'BEGIN { printf "%.6f", t + 1.1 + s }'
}

# Is the first refresh after the deadline what the kernel has now?
is_true_again() {
	local c=$1 out=$work/$1 deadline

	deadline=$(deadline "$c")
	wait_for 20 has_after "$out" "$deadline" 1 || {
		diag "no refresh in time: $(tail -3 "$out.err")"
		return 1
	}
	ct_set "${!c}" >"$work/want"
	flowtop_set "$out" --after "$deadline" 1 >"$work/got" || return 1
	[ -s "$work/want" ] && same_sets "$work/want" "$work/got"
}

# No refresh after the deadline has another number of flows than what is left.
stays_true() {
	local c=$1 want

	want=$(ct_set "${!c}" | wc -l)
	$CANON refreshes <"$work/$c" >"$work/refreshes"
	awk -v d="$(deadline "$c")" -v w="$want" '
		$1 > d { late++; if ($2 != w) wrong++ }
		END { exit !late || wrong }' "$work/refreshes" && return 0
	diag "changed at ${time[$c]}, $want flows left; refreshes:" \
		"$(awk -v t="${time[$c]}" '$1 > t - 2' "$work/refreshes" |
		tr '\n' ';')"
	return 1
}

# phase TEXT COMMAND... - do something to each, then look at each.
phase() {
	local text=$1 c

	shift
	for c in "${cases[@]}"; do
		"$@" "${!c}"
		time[$c]=$(now)
	done
	for c in "${cases[@]}"; do
		tap_ok "$c: $text" is_true_again "$c"
		tap_ok "$c: and it stays so" stays_true "$c"
	done
}

for c in "${cases[@]}"; do
	sysctl_set "${!c}" events 0
	in_ns "${!c}" "$TOOLS/ctfill" -n "${count[$c]}" --quiet
	sentinel "${!c}"
done
# Only now, and only from here on, a flow can have events at all.
for c in "${cases[@]}"; do
	sysctl_set "${!c}" events "${events[$c]}"
	ft_background "${!c}" "$work/$c" -46 -j -t 1 -c 90 --hide none
	pid[$c]=$bg_pid
done
for c in "${cases[@]}"; do
	refreshing "$work/$c" 2
	ct_set "${!c}" >"$work/want"
	flowtop_set "$work/$c" --refresh 1 >"$work/got"
	tap_ok "$c: all flows are there" same_sets "$work/want" "$work/got"
done

delete_proto() {
	in_ns "$2" conntrack -D -p "$1" >/dev/null 2>&1
}
phase "a third of the flows is deleted" delete_proto udp
phase "a few flows are deleted" delete_proto sctp
come() {
	in_ns "$1" "$TOOLS/ctfill" -n 100 --seed 77 --quiet
}
phase "new flows come" come
flush() {
	in_ns "$1" conntrack -F 2>/dev/null
	sentinel "$1"
}
phase "the table is flushed" flush

for c in "${cases[@]}"; do
	stop "${pid[$c]}"
	[ -s "$work/$c.err" ] && diag "$c said: $(head -3 "$work/$c.err")"
done

tap_done
