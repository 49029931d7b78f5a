#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Processes that live 5, 50 and 500 ms, with one connection each: told by BPF
# nearly every owner is right; without it, it is a matter of luck, but none is
# ever wrong.
#
# SHORT_N=500 processes of each; by default 100.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
SHORT="python3 $NET_DIR/shortlived.py"
n=${SHORT_N:-100}
make_ns client server
link "$client" eth0 "$server" eth0
addr "$client" eth0 192.0.2.1/24
addr "$server" eth0 192.0.2.2/24
tracking_on "$client"
sysctl_set "$client" tcp_timeout_time_wait 600
background nsenter --net=/run/netns/"$server" $SHORT serve 192.0.2.2 \
	7005 7050 7500 8005 8050 8500 >"$work/serve"
wait_for 10 file_has "$work/serve" ready

# has_births - does flowtop say that BPF tells it?
has_births() {
	ft "$client" --check 2>/dev/null | grep -q '^cgroup-bpf *ok'
}

# told PORT MILLISECONDS OPTION... - "N RIGHT WRONG UNKNOWN"
told() {
	local port=$1 ms=$2

	shift 2
	in_ns "$client" conntrack -F 2>/dev/null
	ft_background "$client" "$work/events" -4T --events -j --hide none "$@"
	wait_for 10 listens
	sleep 1
	in_ns "$client" $SHORT run "$n" "$ms" 192.0.2.2 "$port" \
		>"$work/clients"
	sleep 1.5
	in_ns "$client" conntrack -F 2>/dev/null
	wait_for 10 into /dev/null has_ended "$port" ||
		diag "not all ended: $(tail -n 1 "$work/events.err")" \
			"$(wc -l <"$work/events") lines" >&2
	kill -0 "$bg_pid" 2>/dev/null || diag "flowtop is gone" >&2
	stop "$bg_pid"
	$SHORT judge "$work/clients" "$port" <"$work/events"
}
has_ended() {
	$SHORT ended "$n" "$1" <"$work/events"
}
# Its sockets are there; the first listing is soon.
listens() {
	[ -n "$(find "/proc/$bg_pid/fd" -lname 'socket:*' 2>/dev/null)" ]
}

printf '# %-28s %6s %6s %6s %8s\n' "processes live" number right wrong unknown
# row TEXT PORT MILLISECONDS OPTION...
row() {
	local text=$1

	shift
	told "$@" >"$work/verdict"
	read -r number right wrong unknown <"$work/verdict"
	printf '# %-28s %6d %6d %6d %8d\n' "$text" "$number" "$right" "$wrong" \
		"$unknown"
}
most() {
	[ "$number" -eq "$n" ] && [ $((right * 100)) -ge $((number * 99)) ]
}

for ms in 5 50 500; do
	row "$ms ms, with BPF" $((7000 + ms)) "$ms"
	if has_births; then
		tap_ok "$ms ms: at least 99 % are right" most
	else
		tap_skip "$ms ms: at least 99 % are right" "no BPF here"
	fi
	tap_ok "$ms ms: none is wrong" is wrong "$wrong" 0
done
for ms in 5 50 500; do
	row "$ms ms, --no-bpf" $((8000 + ms)) "$ms" --no-bpf
	tap_ok "$ms ms, --no-bpf: none is wrong" is wrong "$wrong" 0
	tap_ok "$ms ms, --no-bpf: all were seen" is seen "$number" "$n"
done

tap_done
