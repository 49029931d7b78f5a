#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The tools that show what a kill leaves and what a sandbox forbids, tried on
# programs of which the answer is known.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
need setpriv
killat=$TOOLS/killat
inject=$TOOLS/inject
exec </dev/null

# ---------------------------------------------------------------- killat

# exits STATUS COMMAND...
exits() {
	local want=$1

	shift
	"$@" 2>"$work/err"
	is "status of $*" $? "$want"
}
counted() {
	sed -n 's/^total //p' "$work/err"
}

tap_ok "-c: the program's status" exits 0 "$killat" -c true
total=$(counted)
diag "true: $total calls"
tap_ok "-c: more than ten calls of true" [ "${total:-0}" -gt 10 ]
tap_ok "-n 5 kills it" exits 137 "$killat" -n 5 true
tap_ok "-n at the last call kills it" exits 137 "$killat" -n "$total" true
tap_ok "-n behind the end does not" exits 0 "$killat" -n $((total + 1)) true
tap_ok "another status is passed on" exits 7 "$killat" -c sh -c 'exit 7'
tap_ok "a signal is passed on" exits 143 "$killat" sh -c 'kill $$'
tap_ok "no such program" exits 127 "$killat" "$work/none"

"$killat" -c -p -w "$work/file" -o "$work/log" \
	sh -c "echo text >'$work/file'"
at=$(sed -n "s,^changed \\([0-9]*\\) $work/file text\$,\\1,p" "$work/log")
total=$(sed -n 's/^total //p' "$work/log")
tap_ok "-w finds where a file changes" [ "${at:-0}" -gt 5 ]
tap_ok "-p has a line for each call" \
	[ "$(grep -c '^[0-9]' "$work/log")" -eq "$total" ]
# The call that is killed is not made.
made_at() {
	rmdir "$work/made" 2>/dev/null
	"$killat" -n "$1" mkdir "$work/made"
	test -d "$work/made"
}
"$killat" -p -o "$work/log" mkdir "$work/made"
# 83 and 258 (x86), 34 (arm): mkdir, mkdirat
at=$(awk '$3 == 83 || $3 == 258 || $3 == 34 { print $1; exit }' "$work/log")
tap_ok "killed at mkdir: no directory" eval '! made_at "$at"'
tap_ok "killed after it: a directory" made_at "$((at + 1))"

# What it forks is neither counted nor killed.
forks() {
	rm -f "$work/child"
	"$killat" -c -o "$work/log" "$@" sh -c \
		"(for i in 1 2 3 4; do sleep 0.05; :; done
		echo >'$work/child') & exec sleep 0.1"
}
forks
few=$(sed -n 's/^total //p' "$work/log")
diag "with a child: $few calls"
tap_ok "a child is not counted" [ "${few:-999}" -lt 400 ]
tap_ok "it lives on" wait_for 3 test -e "$work/child"
forks -n $((few - 3))
tap_ok "and survives the kill" wait_for 3 test -e "$work/child"
cat >"$work/threads.py" <<'END'
import threading, time
def run():
    for _ in range(200):
        time.sleep(0)
        open('/dev/null').close()
many = [threading.Thread(target=run) for _ in range(4)]
[t.start() for t in many]
[t.join() for t in many]
END
tap_ok "threads" exits 0 "$killat" -c python3 "$work/threads.py"
diag "4 threads: $(counted) calls"
tap_ok "are counted" [ "$(counted)" -gt 2000 ]
tap_ok "and killed" exits 137 "$killat" -n 2000 \
	python3 "$work/threads.py"

# ---------------------------------------------------------------- inject

# injected PID NAME... - into $work/got
injected() {
	TMPDIR=$work "$inject" "$@" >"$work/got" 2>&1 || {
		diag "inject: $(cat "$work/got")"
		return 1
	}
}
# got NAME RESULT - a pattern
got() {
	local result

	result=$(sed -n "s/^$1 //p" "$work/got")
	# shellcheck disable=SC2053 # it is a pattern
	[[ $result == $2 ]] || is "$1" "$result" "$2"
}

background sleep 60
sleeper=$bg_pid
wait_for 5 grep -q sleep "/proc/$sleeper/comm"
calls='open-shadow open-write socket-packet ptrace process_vm_readv setns
	mount kill-init setuid0'
# shellcheck disable=SC2086 # a list of words
tap_ok "a sleeping root" injected "$sleeper" $calls
for name in $calls; do
	tap_ok "root may: $name" got "$name" '= [0-9]*'
done
tap_ok "it sleeps on" [ "$(ps -o comm= -p "$sleeper")" = sleep ]
tap_ok "no file of it stays open" eval \
	'[ -z "$(readlink /proc/$sleeper/fd/* | grep -e shadow -e net:)" ]'
tap_ok "nothing stays behind" eval '! ls -d "$work"/inject.* 2>/dev/null'
tap_ok "execve" injected "$sleeper" execve kill-init
tap_ok "root may: execve" got execve '= 0'
wait "$sleeper"
tap_ok "it has become true" [ $? -eq 0 ]

background setpriv --reuid=65534 --regid=65534 --clear-groups sleep 60
sleeper=$bg_pid
wait_for 5 grep -q sleep "/proc/$sleeper/comm"
calls='open-shadow socket-packet setns mount kill-init setuid0'
# shellcheck disable=SC2086
tap_ok "a sleeping nobody" injected "$sleeper" $calls
for name in $calls; do
	tap_ok "nobody may not: $name" got "$name" '= E*'
done
# His own processes are his: without a sandbox this is no test of one.
tap_ok "another one of nobody" injected "$sleeper" ptrace process_vm_writev
tap_ok "nobody may: ptrace" got ptrace '= 0'
tap_ok "nobody may: process_vm_writev" got process_vm_writev '= 1'
stop "$sleeper"

# Not in a system call but anywhere, and again and again.
background bash -c 'n=0; while [ ! -e "$0" ]; do n=$((n + 1)); done; exit 9' \
	"$work/enough"
sleep 0.1
tap_ok "one that runs" eval 'for i in 1 2 3 4 5 6 7 8 9 10; do
		injected $bg_pid kill-init open-shadow || break
	done && got kill-init "= 0"'
: >"$work/enough"
wait "$bg_pid"
tap_ok "it has lost nothing" [ $? -eq 9 ]
tap_done
