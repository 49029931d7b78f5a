#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Small recordings, each with one thing that is easily done wrong, and what has
# to come out. They are played in several ways; all must give the same bytes.

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
export FLOWTOP="${FLOWTOP:-$top/build/flowtop}"
export PYTHONDONTWRITEBYTECODE=1
export TZ=UTC

# shellcheck source=tests/replay/play.sh
. "$here/play.sh"

cd "$here" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

n=0
report() { # STATUS TEXT
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
	fi
}

# same GOLDEN TEXT: what is in $tmp/out against a golden file
same() {
	diff -u "$1" "$tmp/out" >"$tmp/diff"
	report $? "$2"
	sed 's/^/# /' "$tmp/diff" | cut -c 1-300
}

for name in $TABLES; do
	play "$name.pcap" >"$tmp/out" 2>"$tmp/err"
	same "$name.json" "$name"
done

for name in $EVENTS; do
	play_events "$name.pcap" >"$tmp/out" 2>"$tmp/err"
	same "$name.events.json" "$name, events"
done

play nat-be.pcap >"$tmp/out" 2>"$tmp/err"
same nat.json 'from a host of the other byte order'
play nat-us.pcap >"$tmp/out" 2>"$tmp/err"
same nat.json 'with time stamps in microseconds'

for name in $TABLES; do
	play - <"$name.pcap" >"$tmp/out" 2>"$tmp/err"
	same "$name.json" "$name, from standard input"
done

# Byte by byte would take long; 7 at a time cuts every header somewhere.
dd if=foreign.pcap bs=7 2>/dev/null | play - >"$tmp/out" 2>"$tmp/err"
same foreign.json 'from a pipe in small pieces'

# A recording of a replay has the same table in the end. A timeout that is only
# a second or two later than expected is not worth recording.
without_timeout() {
	sed -E 's/"timeout":[^,]*,//' "$1"
}
for name in $TABLES; do
	rm -f "$tmp/copy.pcap"
	play "$name.pcap" -w "$tmp/copy.pcap" >"$tmp/out" 2>"$tmp/err"
	play "$tmp/copy.pcap" 2>"$tmp/err" >"$tmp/again"
	without_timeout "$tmp/again" >"$tmp/out"
	without_timeout "$name.json" >"$tmp/wanted"
	same "$tmp/wanted" "$name, recorded again"
done

play cut.pcap >"$tmp/out" 2>"$tmp/err"
grep -q '^flowtop: recording is cut off in the record at byte ' "$tmp/err"
report $? 'a recording that was cut off says so'
play foreign.pcap >"$tmp/out" 2>"$tmp/err"
grep -q '^flowtop: not played: 5 other messages, 0 damaged ones' "$tmp/err"
report $? 'what is skipped is counted'

if command -v python3 >/dev/null; then
	mkdir "$tmp/made"
	python3 "$top/tests/tools/mkpcap.py" "$tmp/made" &&
		python3 "$top/tests/tools/mkdemo.py" "$tmp/made"
	differ=
	for file in *.pcap; do
		cmp -s "$file" "$tmp/made/$file" || differ="$differ $file"
	done
	test -z "$differ"
	report $? "the recordings are what their generator makes${differ}"
else
	report 0 'the recordings are what their generator makes # SKIP no python3'
fi

if command -v tshark >/dev/null; then
	bad=
	for file in *.pcap "$tmp/copy.pcap"; do
		if tshark -n -r "$file" -V 2>/dev/null |
			grep -Eq 'Malformed|Dissector bug'; then
			bad="$bad $file"
		fi
	done
	test -z "$bad"
	report $? "tshark dissects all of them${bad}"
	found=$(tshark -n -r nat.pcap -Y 'netlink-netfilter.nfct_tuple' \
		2>/dev/null | wc -l)
	test "$found" -eq 4
	report $? "tshark lists the ctnetlink messages ($found of 4)"
else
	report 0 'tshark dissects all of them # SKIP no tshark'
	report 0 'tshark lists the ctnetlink messages # SKIP no tshark'
fi

echo "1..$n"
