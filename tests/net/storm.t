#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# More events than anybody can read, and then quiet: one interval later
# flowtop's flows are the kernel's again. With a receive buffer that must
# overflow it also says what it lost.
#
# STORM_ROUNDS=20 for more certainty.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
rounds=${STORM_ROUNDS:-1}
seconds=${STORM_SECONDS:-3}
make_ns storm
in_ns "$storm" "$TOOLS/ctfill" -n 500 --quiet

# Sum of the Drops of all netlink sockets of process PID, as the kernel says.
drops_of() {
	local inodes

	inodes=$(find "/proc/$1/fd" -lname 'socket:*' -printf '%l\n' |
		tr -dc '0-9\n')
	in_ns "$storm" awk -v want="$inodes" '
		BEGIN { split(want, w, "\n"); for (i in w) mine[w[i]] = 1 }
		NR > 1 && $10 in mine { n += $9 }
		END { print n + 0 }' /proc/net/netlink
}

# one_storm FILE SEED - flowtop is $bg_pid; $time is the end of the storm.
one_storm() {
	refreshing "$1" 1
	in_ns "$storm" "$TOOLS/ctstorm" -s "$seconds" --keep 300 --seed "$2" \
		>"$work/storm" || return 1
	time=$(now)
	diag "$(cat "$work/storm")"
}

# Is the first refresh that is one interval later than the storm the truth?
true_again() {
	local file=$1 after

	after=$(awk -v t="$time" 'BEGIN { printf "%.6f", t + 1 }')
	wait_for 20 has_after "$file" "$after" 1 || {
		diag "no refresh after the storm: $(tail -3 "$file.err")"
		return 1
	}
	ct_set "$storm" >"$work/want"
	flowtop_set "$file" --after "$after" 1 >"$work/got" || return 1
	[ -s "$work/want" ] && same_sets "$work/want" "$work/got"
}

said_lost() {
	grep -qi 'lost' "$1.err" || grep -q '"event":"lost"' "$1"
}

round=0
while [ $round -lt "$rounds" ]; do
	round=$((round + 1))
	for buffer in "" 32768; do
		out=$work/out
		ft_background "$storm" "$out" -46 -j -t 1 -c 60 --hide none \
			${buffer:+--rcvbuf $buffer}
		text="round $round${buffer:+ with a buffer of $buffer}"
		tap_ok "$text: storm" one_storm "$out" $round
		tap_ok "$text: flows are the kernel's" true_again "$out"
		drops=$(drops_of "$bg_pid")
		diag "$drops events dropped by the kernel"
		if [ -n "$buffer" ]; then
			tap_ok "$text: events were lost" [ "$drops" -gt 0 ]
			tap_ok "$text: it says so" said_lost "$out"
		elif [ "$drops" -gt 0 ]; then
			tap_ok "$text: it says what it lost" said_lost "$out"
		fi
		stop "$bg_pid"
		in_ns "$storm" conntrack -F 2>/dev/null
		in_ns "$storm" "$TOOLS/ctfill" -n 500 --quiet
	done
done

# ---------------------------------------------------------------- --events

# start_log FILE ARGUMENTS... - the log of what comes and goes, $log_pid
start_log() {
	local file=$1

	shift
	ft_background "$storm" "$file" --events -46 -j --hide none "$@"
	log_pid=$bg_pid
	# It says nothing before something happens.
	sleep 1
}
n_of() {
	grep -c "\"event\":\"$2\"" "$1"
}
storm_said() {
	jq ".$1" "$work/storm"
}
# The number in a line counts from the start.
last_lost() {
	local line

	line=$(grep '"event":"lost"' "$1" | tail -n 1)
	jq '.lost // 0' <<<"${line:-{\}}"
}

# As fast as anybody can read: each flow is announced, and each end.
start_log "$work/log"
in_ns "$storm" "$TOOLS/ctstorm" -s 2 --rate 20000 --keep 300 --seed 98 \
	>"$work/storm"
sleep 1
stop $log_pid
tap_ok "paced: nothing is lost" is lost "$(last_lost "$work/log")" 0
tap_ok "paced: a line for each new flow" \
	is new "$(n_of "$work/log" new)" "$(storm_said created)"
tap_ok "paced: a line for each end" \
	is end "$(n_of "$work/log" end)" "$(storm_said deleted)"

# Flat out: lines may be missing, but never without a word.
start_log "$work/log"
in_ns "$storm" "$TOOLS/ctstorm" -s 1 --keep 300 --seed 97 >"$work/storm"
sleep 5
drops=$(drops_of $log_pid)
stop $log_pid
missing=$(($(storm_said created) + $(storm_said deleted) -
	$(n_of "$work/log" new) - $(n_of "$work/log" end)))
diag "flat out: $missing lines fewer than events, $drops dropped by the" \
	"kernel, log: $(last_lost "$work/log") lost"
tap_ok "flat out: no line is missing, or the log says it" \
	[ "$missing" -le "$(last_lost "$work/log")" ]

# Lines of a log must add up: what it lost and what the kernel dropped. The
# end of a flow that vanished unseen is said after three seconds of waiting
# for its last event.
in_ns "$storm" conntrack -F 2>/dev/null
in_ns "$storm" "$TOOLS/ctfill" -n 500 --quiet
start_log "$work/log" --rcvbuf 32768
in_ns "$storm" "$TOOLS/ctstorm" -s 1 --keep 300 --seed 99 >/dev/null
sleep 5
drops=$(drops_of $log_pid)
stop $log_pid
lost=$(last_lost "$work/log")
diag "small buffer: $drops dropped by the kernel, log: $lost lost"
tap_ok "a log with a small buffer loses events" [ "$drops" -gt 0 ]
tap_ok "it counts them exactly" [ "$lost" = "$drops" ]
# After the last loss the table was read again: what is alive was announced.
alive() {
	jq -r -n 'reduce inputs as $o ({};
		if $o.event == "new" then .[$o.id | tostring] = 1
		elif $o.event == "end" then del(.[$o.id | tostring])
		else . end) | keys[]' "$work/log" | sort >"$work/got"
	ct_set "$storm" | sed 's/.* //' | sort >"$work/kernel"
	comm -23 "$work/got" "$work/kernel" >"$work/ghosts"
	# The first 500 were there before the log began; these were not.
	ct_set "$storm" | grep -E ' (10\.(128|129)\.|2001:db8:0:0:3|2001:db8::3:)' |
		sed 's/.* //' | sort >"$work/kept"
	comm -13 "$work/got" "$work/kept" >"$work/unseen"
	diag "$(wc -l <"$work/ghosts") announced and gone without a word," \
		"$(wc -l <"$work/unseen") of $(wc -l <"$work/kept")" \
		"alive never announced"
	[ -s "$work/kept" ] && ! [ -s "$work/ghosts" ] &&
		! [ -s "$work/unseen" ]
}
tap_ok "new and end lines leave exactly the living flows" alive

tap_done
