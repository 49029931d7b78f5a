# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests share that kill flowtop where it hurts: after lib.sh and
# require_root. Each kill is in a fresh network namespace, several at once;
# they only wait most of the time.
#
# A mode is how flowtop runs: plain, track (--track), screen (on a terminal).
# KILL_WORKERS=16 at once, KILL_SEED for the same random numbers again,
# KILL_MS=1000 for everything to be as before.

# Each worker has random numbers of its own.
# shellcheck disable=SC2030,SC2031

# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
require_root
need pgrep shuf stty

ONPTY="python3 $NET_DIR/../tools/onpty.py"
kill_workers=${KILL_WORKERS:-16}
kill_ms=${KILL_MS:-1000}
seed=${KILL_SEED:-$(($(date +%s%N) / 1000 % 32768))}
RANDOM=$seed
diag "KILL_SEED=$seed"

# A copy of the program is only ours: nobody builds it anew meanwhile, and its
# processes are known by it.
mkdir "$work/bin"
cp "$FLOWTOP" "$work/bin/flowtop"
FLOWTOP=$work/bin/flowtop

# Who is traced cannot look for leaks.
[ -z "${SANITIZE:-}" ] || export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"

modes=(plain)
if "$FLOWTOP" --help | grep -q -e '--track'; then
	modes+=(track)
fi
modes+=(screen)

# ---------------------------------------------------------------- namespaces

# Every worker has one name; cleanup knows them all.
for ((i = 0; i < kill_workers; i++)); do
	ns_made+=("$NS_PREFIX$i")
done

# fresh_ns NAME [ACCT TIMESTAMP] - what had that name before is gone
fresh_ns() {
	ip netns del "$1" 2>/dev/null
	ip netns add "$1" || return
	if [ $# -eq 3 ]; then
		sysctl_set "$1" acct "$2"
		sysctl_set "$1" timestamp "$3"
	fi
}

# both NS - "0 0"
both() {
	in_ns "$1" sh -c 'cd /proc/sys/net/netfilter &&
		echo $(cat nf_conntrack_acct nf_conntrack_timestamp)'
}

# leftovers NS BOTH - one line: what is not as it was; nothing when all is
leftovers() {
	local now what='' pids

	now=$(in_ns "$1" sh -c 'cd /proc/sys/net/netfilter &&
		echo $(cat nf_conntrack_acct nf_conntrack_timestamp)
		nft list tables 2>&1')
	[ "${now%%$'\n'*}" = "$2" ] || what+=" sysctls:${now%%$'\n'*}"
	[ "$now" = "${now%%$'\n'*}" ] || what+=" tables:${now#*$'\n'}"
	pids=$(ip netns pids "$1")
	[ -z "$pids" ] || what+=" processes:$(echo "$pids" | wc -l)"
	[ -z "$what" ] || echo "${what//$'\n'/,}"
}

now_ms() {
	local now=$EPOCHREALTIME

	echo $((${now%[.,]*} * 1000 + 10#${now#*[.,]} / 1000))
}

# clean_within NS BOTH [MS] - sets took; what: still not as before
clean_within() {
	local begin

	begin=$(now_ms)
	while what=$(leftovers "$1" "$2"); [ -n "$what" ]; do
		# The last look is one that began when it was too late.
		[ "${took:=0}" -gt "${3:-$kill_ms}" ] && return 1
		sleep 0.04
		took=$(($(now_ms) - begin))
	done
	took=$(($(now_ms) - begin))
}

# nothing_runs - no process of our copy is left anywhere
nothing_runs() {
	local exe left=''

	for exe in /proc/[0-9]*/exe; do
		case $(readlink "$exe" 2>/dev/null) in
		"$work"/bin/*) left+=" ${exe//[^0-9]/}" ;;
		esac
	done
	is "processes left" "$left" ""
}

# ---------------------------------------------------------------- to run

# The shell of the terminal outlives flowtop, as a shell does, and sees whether
# it is as before: status 98 when it is not.
on_screen='before=$(stty -g)
"$@"
status=$?
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	[ "$(stty -g)" = "$before" ] && exit $status
	sleep 0.05
done
exit 98'

# in_mode MODE NS WRAPPER... - three ticks of flowtop below the wrapper
in_mode() {
	local mode=$1 ns=$2

	shift 2
	set -- nsenter --net=/run/netns/"$ns" -- "$@" "$FLOWTOP" -n -c 3 -t 0.25
	case $mode in
	plain) timeout -k 1 30 "$@" -j ;;
	track) timeout -k 1 30 "$@" -j --track ;;
	screen) $ONPTY sh -c "$on_screen" sh "$@" ;;
	esac </dev/null >/dev/null 2>"$work/err.$ns"
}

# workers COMMAND... - run it with SLOT, then the lines of standard input that
# are its share, at once; each prints lines.
workers() {
	local slot lines=()
	local pids=()

	mapfile -t lines
	[ ${#lines[@]} -gt 0 ] || return 1
	for ((slot = 0; slot < kill_workers; slot++)); do
		(
			trap - EXIT INT TERM HUP
			RANDOM=$((seed + slot))
			for ((i = slot; i < ${#lines[@]}; i += kill_workers)); do
				# shellcheck disable=SC2086 # words of a line
				"$@" "$NS_PREFIX$slot" ${lines[i]}
			done
			ip netns del "$NS_PREFIX$slot" 2>/dev/null
		) >"$work/slot.$slot" </dev/null &
		pids+=($!)
		jobs_started+=($!)
	done
	wait "${pids[@]}"
	cat "$work"/slot.*
	rm -f "$work"/slot.*
}

# ---------------------------------------------------------------- kill points

acct=/proc/sys/net/netfilter/nf_conntrack_acct
timestamp=/proc/sys/net/netfilter/nf_conntrack_timestamp

# survey MODE - $total: system calls of an undisturbed run, $changes: where
# the switches are seen to change
survey() {
	local ns=${NS_PREFIX}0 status

	total=0 changes=''
	for _ in 1 2; do
		fresh_ns "$ns"
		in_mode "$1" "$ns" "$TOOLS/killat" -c -w "$acct" \
			-w "$timestamp" -o "$work/survey"
		status=$?
		[ $status -eq 0 ] || diag "$1: undisturbed, status $status:" \
			"$(head -3 "$work/err.$ns")"
		set -- "$1" "$(sed -n 's/^total //p' "$work/survey")"
		[ "${2:-0}" -gt "$total" ] && total=$2
		changes+=" $(sed -n 's/^changed \([0-9]*\) .*/\1/p' \
			"$work/survey" | tr '\n' ' ')"
	done
	ip netns del "$ns"
	diag "$1: $total system calls, switches change at$changes"
}

# sample_points N - spread evenly over all, and those around the changes
sample_points() {
	local i at

	for ((i = 0; i < $1; i++)); do
		echo $((1 + (i * total + RANDOM % total) / $1))
	done
	for at in $changes; do
		for ((i = at - 5; i <= at + 4; i++)); do
			[ $i -gt 0 ] && echo $i
		done
	done
}
all_points() {
	# Threads make the number vary from run to run.
	seq 1 $((total + 20))
}

# one_point NS MODE N - kill main at its system call N; prints a line
one_point() {
	local ns=$1 mode=$2 n=$3 status took=0 what=''

	fresh_ns "$ns"
	in_mode "$mode" "$ns" "$TOOLS/killat" -n "$n"
	status=$?
	clean_within "$ns" "0 0"
	echo "$mode $n $status $took $what"
}

# kill_points MODE - at those of standard input, no pipe; two or three tests
kill_points() {
	local mode=$1

	sort -nu | shuf --random-source=<(yes "$seed") | sed "s/^/$mode /" |
		workers one_point >"$work/kills"
	awk '{ n++; killed += $3 == 137 || $3 == 98
		if ($4 > slowest) slowest = $4
	} END {
		printf "# %d points, %d killed, slowest %d ms\n", n, killed,
			slowest
	}' "$work/kills"
	tap_ok "$mode: it is killed there, or has ended well" \
		none_of "$work/kills" '$3 != 137 && $3 != 98 && $3 != 0'
	tap_ok "$mode: all as before, nobody left" \
		none_of "$work/kills" 'NF > 4'
	[ "$mode" != screen ] || tap_ok "$mode: so is the terminal" \
		none_of "$work/kills" '$3 == 98'
}

# none_of FILE CONDITION - of awk; shows those for which it holds
none_of() {
	awk "$2 { print }" "$1" | sort -k2n >"$work/bad"
	[ -s "$1" ] && [ ! -s "$work/bad" ] && return 0
	diag "$(wc -l <"$work/bad") of $(wc -l <"$1") are not:"
	sed -n '1,8s/^/#   /p' "$work/bad"
	return 1
}

# ---------------------------------------------------------------- the broker

# kill_ours PID... - those that are our copy of the program, at once
kill_ours() {
	local pid ours=()

	for pid; do
		case $(readlink "/proc/$pid/exe") in
		"$work"/bin/*) ours+=("$pid") ;;
		esac
	done
	[ ${#ours[@]} -eq 0 ] || kill -KILL "${ours[@]}" 2>/dev/null
}

# one_death NS WHO MODE - kill broker, both (main too) or all (whatever flowtop
# has started) at a random moment; prints a line
one_death() {
	local ns=$1 who=$2 mode=$3 main broker status=0 took=0 what='' first
	local arguments=(-n -j -t 0.25 -c 5)

	[ "$mode" != track ] || arguments+=(--track)
	fresh_ns "$ns"
	nsenter --net=/run/netns/"$ns" -- "$FLOWTOP" "${arguments[@]}" \
		>/dev/null 2>"$work/err.$ns" </dev/null &
	main=$!
	broker=
	while [ -z "$broker" ] && [ -e /proc/$main/exe ]; do
		sleep 0.005
		broker=$(pgrep -P $main -x flowtop-broker)
	done
	sleep 0.$((RANDOM % 9))$((RANDOM % 10))
	if [ -z "$broker" ]; then
		wait $main
		echo "$who $mode 0 0 there was no broker"
		return
	fi
	# shellcheck disable=SC2046,SC2086 # lists of words
	case $who in
	broker) kill_ours $broker ;;
	both) kill_ours $main $broker ;;
	all) kill_ours $(ip netns pids "$ns") ;;
	esac
	wait $main 2>/dev/null
	status=$?
	# Tables vanish and processes end by themselves.
	clean_within "$ns" "0 0"
	first=$what
	if [[ $what == ' sysctls:'* && $what != *tables* &&
	      $what != *processes* ]]; then
		ft "$ns" -j -t 0.25 -c 1 >/dev/null 2>&1
		took=0
		clean_within "$ns" "0 0"
	fi
	[ "$who" = broker ] && [ $status -gt 1 ] && what+=" status:$status"
	echo "$who $mode ${first:+1}${first:-0} $took $what" |
		sed 's/ 1 sysctls:[01] [01]/ 1/'
}

# deaths WHO N - so many; one test
deaths() {
	local i

	for ((i = 0; i < $2; i++)); do
		if [ ${#modes[@]} -gt 2 ] && ((i % 2)); then
			echo "$1 track"
		else
			echo "$1 plain"
		fi
	done | workers one_death >"$work/deaths"
	awk '{ n++; next_one += $3 == 1; if ($4 > slowest) slowest = $4 } END {
		printf "# %d deaths, %d repaired by the next one, ", n, next_one
		printf "slowest %d ms\n", slowest
	}' "$work/deaths"
	tap_ok "SIGKILL of $1: all as before, at the latest after the next one" \
		none_of "$work/deaths" 'NF > 4'
}
