#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The finder, asked by tools/find: who holds sockets, which network namespaces
# there are and what is in them, whether anybody else is in ours; and how it
# ends.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
need setpriv unshare
[ -x "$TOOLS/find" ] || skip_all "needs $TOOLS/find"
# What is beyond a namespace of processes could not be seen.
[ "$(readlink /proc/self/ns/pid)" = 'pid:[4026531836]' ] ||
	skip_all "needs the initial namespace of processes"
make_ns here there other
inode_of() {
	stat -L -c %i "/run/netns/$1"
}
here_inode=$(inode_of "$here")
there_inode=$(inode_of "$there")
other_inode=$(inode_of "$other")

# Somewhere everybody can execute it.
chmod 755 "$work"
cp "$TOOLS/find" "$work/find"

# ---------------------------------------------------------------- asking

# open_finder COMMAND... - tools/find in the background, in a namespace; its
# process is $tool, that of the finder $finder.
open_finder() {
	coproc talk { exec "$@" 2>&1; }
	tool=$talk_PID
	jobs_started+=("$tool")
	read -r -t 10 _ finder <&"${talk[0]}" && [ -n "$finder" ]
}
find_in() {
	local ns=$1

	shift
	open_finder nsenter --net=/run/netns/"$ns" -- "$@"
}
# ask QUESTION LAST - the answer, up to the line that begins with LAST, is in
# $answer.
ask() {
	local line

	echo "$1" >&"${talk[1]}"
	answer=
	while read -r -t 30 line <&"${talk[0]}"; do
		answer+=$line$'\n'
		[[ $line != "$2"* ]] || return 0
	done
	diag "$1: $answer"
	return 1
}
# answers QUESTION LAST PATTERN - some line is like that
answers() {
	ask "$1" "$2" && grep -q -x -e "$3" <<<"$answer" && return
	diag "$1: $answer"
	return 1
}
answers_not() {
	ask "$1" "$2" && ! grep -q -x -e "$3" <<<"$answer" && return
	diag "$1: $answer"
	return 1
}
close_finder() {
	stop "$tool"
}
gone() {
	[ ! -e "/proc/$1/exe" ]
}
starttime() {
	sed 's/.*) //' "/proc/$1/stat" | cut -d' ' -f20
}

# hold NS - somebody with a socket there: $bg_pid, $inode
hold() {
	: >"$work/held"
	background nsenter --net=/run/netns/"$1" python3 -c '
import os, signal, socket
s = socket.create_server(("127.0.0.1", 0))
print(os.fstat(s.fileno()).st_ino, flush=True)
signal.pause()' >"$work/held"
	wait_for 10 test -s "$work/held" && inode=$(cat "$work/held")
}

# ---------------------------------------------------------------- the walk

hold "$here"
holder=$bg_pid held=$inode
tap_ok "started" find_in "$here" "$TOOLS/find"
by="FOUND $held $holder $(starttime "$holder") 1"
tap_ok "all rights" answers rights RIGHTS 'RIGHTS 15'
tap_ok "who holds a socket" answers "walk $held 1" DONE "$by"
tap_ok "and who none" answers "walk 1 $held" DONE 'FOUND 1 0 0 0.*'
tap_ok "a whole pass" answers "walk $held" DONE 'DONE full [0-9]*'
tap_ok "in a hurry" answers "hasty $held" DONE "$by.*"
tap_ok "a part of a pass" answers "hasty $held" DONE 'DONE partial [0-9]*'
tap_ok "it says what it costs" answers "walk $held" DONE 'DONE full [1-9].*'

# costs QUESTION - microseconds of the cheapest of five: $cost
costs() {
	local all=

	for _ in 1 2 3 4 5; do
		ask "$1" DONE || return
		all+=$(sed -n 's/^DONE [a-z]* //p' <<<"$answer")$'\n'
	done
	cost=$(sort -n <<<"$all" | grep -m 1 .)
}
# Younger processes, which would be looked into before it.
for _ in {1..300}; do
	background sleep 300
done
remembered() {
	local one all

	costs "walk $held" || return
	all=$cost
	costs "hasty $held" || return
	one=$cost
	diag "a whole pass $all us, in a hurry $one us"
	[ "$one" -lt $((all / 4)) ]
}
tap_ok "in a hurry it begins with those that were found" remembered

inodes=$(seq 1000000001 1000000256 | tr '\n' ' ')
tap_ok "many at once" answers "walk $inodes" DONE 'FOUND 1000000256 0 .*'
tap_ok "who does not read gets all of them later" \
	answers 'flood 3000' FLOOD 'FLOOD refused answered'

# Four processes make others that live as short as can be.
makers=()
for _ in 1 2 3 4; do
	background python3 -c '
import os, signal, socket
signal.alarm(60)
while True:
    if not os.fork():
        socket.socket()
        os._exit(0)
    os.wait()'
	makers+=("$bg_pid")
done
storm() {
	for _ in {1..25}; do
		answers "walk $held" DONE "$by" &&
			answers "hasty $held" DONE "$by.*" &&
			ask list LAST || return
	done
}
tap_ok "processes come and go" storm
for pid in "${makers[@]}"; do
	stop "$pid" KILL
done

# ---------------------------------------------------------------- spaces

hold "$there"
first=$bg_pid
hold "$there"
tap_ok "a namespace with processes and a name" \
	answers list LAST "SPACE $there_inode $first 2 $there"
tap_ok "one with a name only" \
	answers list LAST "SPACE $other_inode 0 0 $other"
background unshare -n sleep 300
unnamed=$bg_pid
wait_for 5 eval '[ "$(readlink /proc/$unnamed/ns/net)" != \
	"$(readlink /proc/self/ns/net)" ]'
unnamed_inode=$(stat -L -c %i "/proc/$unnamed/ns/net")
tap_ok "one without a name" \
	answers list LAST "SPACE $unnamed_inode $unnamed 1 -"
tap_ok "the initial one" answers list LAST "SPACE $(stat -L -c %i \
	/proc/self/ns/net) [0-9]* [0-9]* -"
tap_ok "not our own" answers_not list LAST "SPACE $here_inode .*"
docker=$([ -e /run/docker ] || echo none)
if [ -n "$docker" ]; then
	mkdir -p /run/docker/netns
	touch "/run/docker/netns/$NS_PREFIX"
	mount --bind "/proc/$unnamed/ns/net" "/run/docker/netns/$NS_PREFIX"
	tap_ok "a name that Docker gave" \
		answers list LAST "SPACE $unnamed_inode $unnamed 1 $NS_PREFIX"
	umount "/run/docker/netns/$NS_PREFIX"
	rm -rf /run/docker
else
	tap_skip "a name that Docker gave" "there is a real one"
fi

tap_ok "sockets of that namespace" \
	answers "open $there_inode" OPENED 'OPENED ok 2'
tap_ok "of one with a name only" \
	answers "open $other_inode" OPENED 'OPENED ok 0'
tap_ok "of one without a name" \
	answers "open $unnamed_inode" OPENED 'OPENED ok 0'
tap_ok "not of one that was not listed" \
	answers "open $here_inode" OPENED 'OPENED No such file.*'
tap_ok "it is in its own namespace again" \
	is namespace "$(readlink "/proc/$finder/ns/net")" "net:[$here_inode]"
count_open() {
	find "/proc/$finder/fd" -type l | wc -l
}
before=$(count_open)
ask "open $there_inode" OPENED
tap_ok "it keeps nothing open" is descriptors "$(count_open)" "$before"

# By its name, when the process that was seen there is gone.
stop "$first" KILL
tap_ok "the process is gone: by name" \
	answers "open $there_inode" OPENED 'OPENED ok 1'
stop "$unnamed" KILL
tap_ok "the namespace is gone" \
	answers "open $unnamed_inode" OPENED 'OPENED No such file.*'
tap_ok "it is not listed any more" \
	answers_not list LAST "SPACE $unnamed_inode .*"
ip netns del "$other"
ip netns add "$other"
replaced() {
	local now

	now=$(inode_of "$other")
	[ "$now" != "$other_inode" ] || return 0
	answers "open $other_inode" OPENED 'OPENED Stale file handle -1'
}
tap_ok "another namespace of the same name" replaced

# ---------------------------------------------------------------- alone

tap_ok "not alone: a name and a process" answers alone ALONE 'ALONE no'
close_finder
tap_ok "alone: started" find_in "$other" "$TOOLS/find"
tap_ok "not alone: a name" answers alone ALONE 'ALONE no'
umount "/run/netns/$other"
tap_ok "alone: the name is gone" answers alone ALONE 'ALONE yes'
background nsenter --net="/proc/$tool/ns/net" sleep 300
wait_for 5 eval '[ "$(readlink /proc/$bg_pid/ns/net)" = \
	"$(readlink /proc/$tool/ns/net)" ]'
tap_ok "not alone: a process" answers alone ALONE 'ALONE no'
stop "$bg_pid" KILL
tap_ok "alone: it has ended" answers alone ALONE 'ALONE yes'
# One more of the same program does not count, a copy of it does.
mkfifo "$work/fifo"
exec 9<>"$work/fifo"
# beside PROGRAM - it waits there for a question
beside() {
	background nsenter --net="/proc/$tool/ns/net" \
		sh -c 'exec "$0" <"$1" >"$2"' "$1" "$work/fifo" "$work/beside"
	wait_for 5 grep -q STARTED "$work/beside"
}
beside "$TOOLS/find"
tap_ok "alone: another flowtop" answers alone ALONE 'ALONE yes'
stop "$bg_pid" KILL
rm "$work/beside"
beside "$work/find"
tap_ok "not alone: another program" answers alone ALONE 'ALONE no'
stop "$bg_pid" KILL
# A zombie is nowhere.
rm "$work/beside"
background nsenter --net="/proc/$tool/ns/net" python3 -c '
import ctypes, os, sys, time
if not os.fork():
    os._exit(0)
ctypes.CDLL(None).setns(os.open(sys.argv[1], os.O_RDONLY), 0)
open(sys.argv[2], "w").write("STARTED")
time.sleep(300)' "/proc/$$/ns/net" "$work/beside"
wait_for 5 grep -q STARTED "$work/beside"
tap_ok "alone: a zombie" answers alone ALONE 'ALONE yes'
stop "$bg_pid" KILL
close_finder
open_finder "$TOOLS/find"
tap_ok "not alone: the initial namespace" answers alone ALONE 'ALONE no'
close_finder

# A stranger, who sees only what everybody sees.
tap_ok "no rights: started" find_in "$there" setpriv --reuid=65534 \
	--regid=65534 --clear-groups "$work/find"
tap_ok "no rights" answers rights RIGHTS 'RIGHTS 8'
tap_ok "no rights: denied" answers "walk $held" DONE \
	"FOUND $held 0 0 0 denied"
tap_ok "no rights: never alone" answers alone ALONE 'ALONE no'
close_finder

# Processes of others are hidden: nobody seen is not nobody there.
tap_ok "hidden processes: started" find_in "$there" unshare -m sh -c '
	mount -t proc -o hidepid=2 proc /proc || exit
	umount /run/netns/* 2>/dev/null
	exec setpriv --reuid=65534 --regid=65534 --clear-groups "$0"' \
	"$work/find"
tap_ok "hidden processes: never alone" answers alone ALONE 'ALONE no'
close_finder

# ---------------------------------------------------------------- the end

find_in "$here" "$TOOLS/find"
ended=$finder
disown "$tool"
kill -KILL "$tool"
tap_ok "main is killed: the finder goes" wait_for 1 gone "$ended"
find_in "$here" "$TOOLS/find"
echo 'flood 3000' >&"${talk[1]}"
sleep 0.3
disown "$tool"
kill -KILL "$tool"
tap_ok "main is killed while it works: the finder goes" \
	wait_for 1 gone "$finder"
find_in "$here" "$TOOLS/find"
for signal in TERM INT HUP TSTP USR1; do
	kill -$signal "$finder"
done
tap_ok "signals do not end it" answers "walk $held" DONE "$by"
tap_ok "the finder is killed" answers kill KILLED 'KILLED'
tap_ok "main is told" answers "walk $held" walk: 'walk: Broken pipe'

tap_done
