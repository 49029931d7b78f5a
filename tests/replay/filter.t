#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Filters against the demonstration: what they show has to be what jq picks by
# itself from everything there is; and what is wrong with others is said.

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
FLOWTOP="${FLOWTOP:-$top/build/flowtop}"
export TZ=UTC LC_ALL=C.UTF-8

command -v jq >/dev/null || {
	echo '1..0 # SKIP no jq'
	exit 0
}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
demo=$here/demo.pcap

n=0
report() { # STATUS TEXT
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		sed 's/^/# /' "$tmp/diff" | cut -c 1-300 | head -n 20
	fi
}

# play ARGUMENTS...
play() {
	"$FLOWTOP" -46 --hide none --linger 100 -r "$demo" --speed 0 "$@" \
		</dev/null
}

# What several fields are made of.
cat >"$tmp/own.jq" <<'EOF2'
def ends: [.src, .dst, .reply_src, .reply_dst] | map(select(. != null));
def ports: if (.proto | IN("tcp", "udp", "udplite", "sctp", "dccp"))
	then [.sport, .dport, .reply_sport, .reply_dport] else [] end;
def known(f): f != null and f;
def has_text($t): [.process, .command, .user, .unit, .service, .src_name,
	.dst_name, .src_city, .dst_city, .src_org, .dst_org, ends[]] |
	map(select(. != null) | ascii_downcase) | any(contains($t));
def is_named($d): [.src_name, .dst_name] | map(select(. != null)) |
	any(. == $d or endswith("." + $d));
EOF2

# same WAY FILTER SELECTION: in the same order, every field. WAY: an option
# that says what is printed.
n_none=0
n_all=0
same() {
	local total picked

	play "$1" --json >"$tmp/all" 2>"$tmp/err"
	jq -c -L "$tmp" "include \"own\"; select($3)" "$tmp/all" >"$tmp/wanted"
	play "$1" --json "$2" 2>"$tmp/err" | jq -c . >"$tmp/out"
	total=$(wc -l <"$tmp/all")
	picked=$(wc -l <"$tmp/wanted")
	n_none=$((n_none + (picked == 0)))
	n_all=$((n_all + (picked == total)))
	{
		[ ! -s "$tmp/err" ] && diff "$tmp/wanted" "$tmp/out"
	} >"$tmp/diff"
	report $? "$1 $2: $picked of $total"
}

while IFS=$'\t' read -r filter selection; do
	[ -n "$filter" ] || continue
	same --once "$filter" "$selection"
done <<'EOF2'
tcp	.proto == "tcp"
tcp port 443	.proto == "tcp" and (ports | any(. == 443))
udp and not port 53	.proto == "udp" and (ports | any(. == 53) | not)
port https	ports | any(. == 443)
dst port 1-1023	(ports != []) and .dport >= 1 and .dport <= 1023
src net 192.168.1.0/24	.src | startswith("192.168.1.")
net 192.168.1.0/24	ends | any(startswith("192.168.1."))
nat and through	known(.nat) and .dir == "through"
snat or dnat	known(.nat)
unreplied	known(.status) and (.status | any(. == "seen-reply") | not)
assured and in	known(.status) and (.status | any(. == "assured")) and .dir == "in"
process firefox or pid 1	.process == "firefox" or .pid == 1
not process firefox	.process != "firefox"
user alice and country GB,US	.user == "alice" and ([.src_country, .dst_country] | any(IN("GB", "US")))
not country DE	[.src_country, .dst_country] | any(. == "DE") | not
asn 64500 or as example-web	[.src_asn, .dst_asn] == [null, 64500] or .src_asn == 64500 or ([.src_org, .dst_org] | any(. != null and (ascii_downcase | contains("example-web"))))
host example.net	is_named("example.net")
name ~ "^(api|img)\."	[.src_name, .dst_name] | any(. != null and test("^(api|img)\\."))
state established,time-wait	.state | IN("ESTABLISHED", "TIME-WAIT")
bytes > 1M	known(.orig_bytes) and .orig_bytes + .reply_bytes > 1000000
packets <= 100	known(.orig_packets) and .orig_packets + .reply_packets <= 100
age > 1m	known(.age) and .age > 60
age < 1m	known(.age) and .age < 60
not age < 1m	(known(.age) and .age < 60) | not
timeout < 2m	known(.timeout) and .timeout < 120
closed	.closed
mark 0	known(.mark) and .mark == 0
zone 0	.zone == 0
iface wlan0	.iface == "wlan0"
unit app*	known(.unit) and (.unit | startswith("app"))
cmd contains lib	known(.command) and (.command | contains("lib"))
text example	has_text("example")
firefox	has_text("firefox")
ip6	.family == "ipv6"
private and not through	.dir != "through" and (if .dir == "in" then .src else .dst end | test("^(10|192\\.168|172\\.(1[6-9]|2[0-9]|3[01])|169\\.254|f[cd]..:|fe80)"))
(tcp or udp) and not (port 443 or port 53)	(.proto | IN("tcp", "udp")) and (ports | any(IN(443, 53)) | not)
EOF2

# Lines of events obey it, too, each with what it had then.
for filter in 'tcp port 443' 'udp'; do
	case $filter in
	udp) selection='.proto == "udp"' ;;
	*) selection='.proto == "tcp" and (ports | any(. == 443))' ;;
	esac
	same --events "$filter" "$selection"
done
same --events 'not process firefox' '.process != "firefox"'

: >"$tmp/diff"
[ "$n_none" -le 5 ] && [ "$n_all" -le 5 ]
report $? "most filters tell flows apart: $n_none pick none, $n_all all"

# However it is given.
play --once --json tcp port 443 >"$tmp/words"
for way in '-f|tcp port 443' '--filter=tcp|-f|port 443' '-f|tcp|port 443' \
	   '-f| |tcp|port 443'; do
	IFS='|' read -ra words <<<"$way"
	play --once --json "${words[@]}" >"$tmp/out" 2>"$tmp/err"
	diff "$tmp/words" "$tmp/out" >"$tmp/diff"
	report $? "as words, as ${words[*]}"
done
play --once --json iface wlan0 >"$tmp/words"
play --once --json -i out -i host >"$tmp/diff" 2>&1
[ ! -s "$tmp/diff" ]
report $? 'an interface may be called as a word of the language'
play --once --json -i wlan0,wlan0 >"$tmp/out"
diff "$tmp/words" "$tmp/out" >"$tmp/diff" && [ -s "$tmp/out" ]
report $? '-i is iface'
for format in csv batch; do
	lines=$(play --once "--$format" tcp port 443 | grep -c .)
	all=$(play --once "--$format" | grep -c .)
	[ "$lines" -gt 2 ] && [ "$lines" -lt "$all" ]
	report $? "--$format: $lines of $all lines"
done
play --once --batch tcp port 443 | head -n 1 >"$tmp/diff"
grep -Eq ' [0-9]+ of 38 flows ' "$tmp/diff"
report $? 'text: of all flows'

# refuses STATUS LINE1 LINE2 ARGUMENTS...
refuses() {
	local status

	printf '%s\n' "flowtop: $2" "flowtop: $3" >"$tmp/wanted"
	"$FLOWTOP" -r "$demo" --speed 0 -1 "${@:4}" >"$tmp/out" 2>"$tmp/err" \
		</dev/null
	status=$?
	{
		[ "$status" = "$1" ] || echo "status $status"
		diff "$tmp/wanted" "$tmp/err" && [ ! -s "$tmp/out" ]
	} >"$tmp/diff" || status=
	[ ! -s "$tmp/diff" ]
	report $? "refused: ${*:4}"
}
refuses 2 'port 99999' '     ^ port 99999 is out of range (0-65535)' \
	port 99999
refuses 2 'port htps' '     ^ unknown service "htps"; did you mean "https"?' \
	-f 'port htps'
refuses 2 'tcp and or udp' \
	'        ^ expected a condition after "and", found "or"' \
	-f 'udp' -f 'tcp and or udp'
refuses 2 'process zürich and port 99999' \
	'                        ^ port 99999 is out of range (0-65535)' \
	'process zürich and port 99999'

# refuses_long LINE ARGUMENTS...
refuses_long() {
	"$FLOWTOP" -r "$demo" --speed 0 -1 "${@:2}" >"$tmp/out" 2>"$tmp/err" \
		</dev/null
	[ $? = 2 ] && [ ! -s "$tmp/out" ] && [ "$(cat "$tmp/err")" = "$1" ]
	report $? "refused: $1"
}
long=$(printf 'port %d or ' {1..100})tcp
many=()
for i in {1..17}; do
	many+=(-f "port $i")
done
: >"$tmp/diff"
refuses_long 'flowtop: bad filter expression: it takes no more than 1023 bytes' \
	"$long"
refuses_long 'flowtop: all filter expressions together are too long: no more than 1023 bytes' \
	-f "${long:0:500}99" -f "${long:0:500}99" -f "${long:0:500}99"
refuses_long 'flowtop: bad value "port 17" for --filter: it takes no more than 16 expressions' \
	"${many[@]}"
refuses_long 'flowtop: bad value "eth0;ls" for --iface: it takes names of interfaces, such as eth0,wg0' \
	-i 'eth0;ls'

echo "1..$n"
