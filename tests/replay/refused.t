#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What is no recording: exit status 1, one line that says why, nothing else.

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
export FLOWTOP="${FLOWTOP:-$top/build/flowtop}"

# shellcheck source=tests/replay/play.sh
. "$here/play.sh"

cd "$here" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

n=0

# refused FILE MESSAGE
refused() {
	local status lines

	play "$1" >"$tmp/out" 2>"$tmp/err" </dev/null
	status=$?
	lines=$(wc -l <"$tmp/err")
	n=$((n + 1))
	if [ $status -eq 1 ] && [ ! -s "$tmp/out" ] && [ "$lines" -eq 1 ] &&
		grep -qF "$2" "$tmp/err"; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		echo "# exit status $status, $lines lines on stderr:"
		sed 's/^/# /' "$tmp/err"
	fi
}

# patched NAME OFFSET BYTES: a copy of nat.pcap with other bytes
patched() {
	cp nat.pcap "$tmp/$1"
	printf '%b' "$3" |
		dd of="$tmp/$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

refused "$tmp/missing" 'No such file or directory'
refused "$tmp" 'Is a directory'
: >"$tmp/empty"
refused "$tmp/empty" 'not a pcap file: empty'
refused - 'not a pcap file: empty'
head -c 20 nat.pcap >"$tmp/short"
refused "$tmp/short" 'not a pcap file: too short'
echo 'this is a text file, and not a very long one' >"$tmp/text"
refused "$tmp/text" 'not a pcap file'
patched ng 0 '\x0a\x0d\x0d\x0a'
refused "$tmp/ng" 'pcapng'
patched ethernet 20 '\x01'
refused "$tmp/ethernet" 'link type is not 253'
patched snap 16 '\0\0\0\0'
refused "$tmp/snap" 'snapshot length 0'
# The first record: captured more than it was long, and more than 256 KiB.
patched longer 32 '\xff\xff\0\0'
refused "$tmp/longer" 'damaged at byte 24: a record is longer than its packet'
patched huge 32 '\x01\0\x04\0\x01\0\x04\0'
refused "$tmp/huge" 'damaged at byte 24: a record is larger than 256 KiB'

# Headers of one byte order around messages of the other.
if command -v python3 >/dev/null; then
	python3 - "$tmp/order" <<-'END'
		import struct, sys
		ours = open('foreign.pcap', 'rb').read()
		out = bytearray(struct.pack('>IHHiIII', 0xa1b23c4d, 2, 4, 0, 0,
		                            262144, 253))
		at = 24
		while at < len(ours):
		    head = struct.unpack_from('<IIII', ours, at)
		    out += struct.pack('>IIII', *head)
		    out += ours[at + 16:at + 16 + head[2]]
		    at += 16 + head[2]
		open(sys.argv[1], 'wb').write(out)
	END
	refused "$tmp/order" 'byte order'
else
	n=$((n + 1))
	echo "ok $n - byte order # SKIP no python3"
fi

echo "1..$n"
