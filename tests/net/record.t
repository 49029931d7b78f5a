#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A recording of a storm: what is played is what was there, the same each time,
# and others can read the file.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
make_ns tape
in_ns "$tape" "$TOOLS/ctfill" -n 1000 --quiet
file=$work/tape.pcap

ft_background "$tape" "$work/out" -46 -j -t 1 -c 60 --hide none -w "$file"
rec_pid=$bg_pid
refreshing "$work/out" 1
in_ns "$tape" "$TOOLS/ctstorm" -s 2 --rate 50000 --keep 300 >"$work/storm"
diag "$(cat "$work/storm")"
# Deleted ones that were listed before, and ones that stay
in_ns "$tape" conntrack -D -p sctp >/dev/null 2>&1
in_ns "$tape" "$TOOLS/ctfill" -n 50 --seed 4 --quiet
time=$(now)
wait_for 10 has_after "$work/out" "$time" 3
ct_set "$tape" >"$work/want"
stop $rec_pid
rec_status=$?
tap_ok "recording ends with 0, 130 or 143" \
	test $rec_status -eq 0 -o $rec_status -eq 130 -o $rec_status -eq 143
tap_ok "there is a recording" test -s "$file"
diag "$(stat -c %s "$file") bytes"
tap_ok "nobody else can read it" is mode "$(stat -c %a "$file")" 600

# ---------------------------------------------------------------- replay

replay() {
	timeout 60 "$FLOWTOP" -r "$file" --speed 0 -46 -j --hide none "$@"
}
tap_ok "it plays" into "$work/one" replay -1 2>"$work/err"
[ -s "$work/err" ] && diag "it said: $(head -3 "$work/err")"
tap_ok "again" into "$work/two" replay -1
flowtop_set "$work/one" >"$work/got"
filled() {
	[ -s "$work/want" ] && same_sets "$work/want" "$work/got"
}
tap_ok "at its end are the flows that the kernel had" filled
tap_ok "the second time every byte is the same" \
	cmp "$work/one" "$work/two"
cp "$file" "$work/copy.pcap"
chmod 644 "$work/copy.pcap"
chmod 755 "$work"
mkdir -m 755 "$work/bin"
cp "$FLOWTOP" "$work/bin/flowtop"
anybody() {
	timeout 60 setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$work/bin/flowtop" -r "$work/copy.pcap" --speed 0 -46 -j -1 \
		--hide none >"$work/three" && cmp "$work/one" "$work/three"
}
tap_ok "anybody can play it" anybody
from_pipe() {
	replay_cat=$(timeout 60 "$FLOWTOP" -r - --speed 0 -46 -j -1 \
		--hide none <"$file" | cmp - "$work/one" 2>&1) ||
		{ diag "$replay_cat"; return 1; }
}
tap_ok "from standard input too" from_pipe
tap_ok "its events are played" into "$work/events" replay --events
events() {
	jq -r -n 'reduce inputs as $o ({};
		if $o.event == "new" then .[$o.id | tostring] = 1
		elif $o.event == "end" then del(.[$o.id | tostring])
		else . end) | keys[]' "$work/events" | sort >"$work/left"
	sed 's/.* //' "$work/want" | sort >"$work/ids"
	diag "$(grep -c '"new"' "$work/events") new," \
		"$(grep -c '"end"' "$work/events") end"
	[ "$(grep -c '"event":"new"' "$work/events")" -gt 10000 ] &&
		! comm -23 "$work/left" "$work/ids" | grep -q .
}
tap_ok "what they leave is alive" events

# ---------------------------------------------------------------- others

# Netfilter messages in the file, by hand: pcap record, 16 bytes of SLL-like
# header with the netlink family at 14, netlink messages.
cat >"$work/count.py" <<'END'
import struct
import sys

data = open(sys.argv[1], "rb").read()
magic, = struct.unpack_from("<I", data)
order = "<" if magic in (0xa1b2c3d4, 0xa1b23c4d) else ">"
linktype, = struct.unpack_from(order + "I", data, 20)
assert linktype == 253, linktype
at, n = 24, 0
families = {}
while at < len(data):
    _, _, caplen, _ = struct.unpack_from(order + "4I", data, at)
    at += 16
    end = at + caplen
    assert end <= len(data), "cut record"
    arphrd, = struct.unpack_from("!H", data, at + 2)
    assert arphrd == 824, arphrd
    family, = struct.unpack_from("!H", data, at + 14)
    m = at + 16
    while m + 16 <= end:
        length, kind = struct.unpack_from(order + "IH", data, m)
        assert 16 <= length <= end - m, (length, end - m)
        families[family] = families.get(family, 0) + 1
        if family == 12 and kind >> 8 == 1:
            n += 1
        m += (length + 3) & ~3
    at = end
print(n)
print("messages by netlink family:", families, file=sys.stderr)
END
tap_ok "the file is a pcap of netlink, link type 253" \
	into "$work/n" python3 "$work/count.py" "$file" 2>"$work/err"
diag "$(tail -1 "$work/err")"
tap_ok "with more messages than the storm made flows" \
	test "$(cat "$work/n")" -gt 10000
if command -v tshark >/dev/null; then
	# One frame may hold many messages: each has its own header type.
	by_tshark() {
		tshark -r "$file" -Y 'netlink.family == 12' -T fields \
			-e netlink-netfilter.family 2>"$work/err" |
			tr ',' '\n' | grep -c .
	}
	n=$(by_tshark)
	tap_ok "tshark lists as many messages" \
		is messages "$n" "$(cat "$work/n")"
	malformed() {
		! tshark -r "$file" -Y '_ws.malformed' 2>/dev/null | grep -q .
	}
	tap_ok "and finds none malformed" malformed
else
	tap_skip "tshark lists as many messages" "no tshark"
	tap_skip "and finds none malformed" "no tshark"
fi

# ---------------------------------------------------------------- owners

# What was found out about processes then is what is played, on any machine.
make_ns desk
tracking_on "$desk"
start_peer "$desk" "$work/p1" serve tcp 127.0.0.1 $PORT_PLAIN
start_peer "$desk" "$work/p2" hold tcp 100 3 127.0.0.1 $PORT_PLAIN
start_peer "$desk" "$work/p3" hold tcp 100 2 127.0.0.1 $PORT_PLAIN
owned() {
	jq -c -s '(map(.ts) | max) as $last | map(select(.ts == $last) |
		[.src, .sport, .dst, .dport, .process, .pid, .holders, .user,
		.uid, .command, .unit, .container, .netns, .owner]) | sort[]' \
		"$1"
}
ft "$desk" -46 -j -t 1 -c 5 --hide none -w "$work/desk.pcap" >"$work/desk"
timeout 60 "$FLOWTOP" -r "$work/desk.pcap" --speed 0 -46 -j -1 --hide none \
	>"$work/played"
owned "$work/desk" >"$work/want"
owned "$work/played" >"$work/got"
diag "$(head -n 1 "$work/got")"
tap_ok "owners are played as they were" filled
tap_ok "5 flows of 2 processes" is processes \
	"$(jq -r '.[5]' "$work/got" | sort -n | uniq -c | awk '{ print $1 }' |
		sort -n | paste -s -d' ')" "2 3"

# ---------------------------------------------------------------- cut

# Whatever is left of a file after a crash plays as far as it is whole.
cut_at() {
	head -c "$1" "$file" >"$work/cut.pcap"
	timeout 20 "$FLOWTOP" -r "$work/cut.pcap" --speed 0 -46 -j -1 \
		--hide none >"$work/cut" 2>"$work/err"
	local status=$?

	[ $status -le 1 ] && [ "$(wc -l <"$work/err")" -le 2 ] && return 0
	diag "cut at $1: status $status, $(head -3 "$work/err")"
	return 1
}
size=$(stat -c %s "$file")
for at in 0 1 23 24 25 39 40 41 55 56 57 100 $((size / 2)) $((size - 1)); do
	tap_ok "a file cut at $at bytes does no harm" cut_at $at
done
half_has_flows() {
	cut_at $((size - 1)) && [ "$(wc -l <"$work/cut")" -gt 1000 ]
}
tap_ok "without its last byte it still has its flows" half_has_flows

# ---------------------------------------------------------------- refused

in_ns "$tape" "$FLOWTOP" -46 -j -1 -t 0 -w "$file" >/dev/null 2>"$work/err"
tap_ok "a file that exists is not written over" [ $? -eq 1 ]
ln -s "$work/target" "$work/link"
in_ns "$tape" "$FLOWTOP" -46 -j -1 -t 0 -w "$work/link" >/dev/null 2>&1
tap_ok "nor is a link followed" [ ! -e "$work/target" ]

tap_done
