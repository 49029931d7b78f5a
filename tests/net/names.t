#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Names of hosts, from a real name server that answers as tests/tools/dnsd.py is
# told: at once, late, wrongly, never. What is printed, who was asked for, how
# long tables wait, and that the end never does.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
need jq unshare
DNSD="python3 $NET_DIR/../tools/dnsd.py"
make_ns client server
link "$client" eth0 "$server" eth0
addr "$client" eth0 192.0.2.1/24
addr "$server" eth0 192.0.2.53/24
tracking_on "$client"
long_timeouts "$client"
for i in {1..30}; do
	echo "-I -s 192.0.2.1 -d 198.51.100.$i -p tcp --sport $((1000 + i))" \
		"--dport 443 --state ESTABLISHED -t 600"
done >"$work/flows"
echo "-I -s 192.0.2.1 -d 203.0.113.1 -p udp --sport 999 --dport 9 -t 600" \
	>>"$work/flows"
# insert FILE - a line of conntrack(8) each
insert() {
	in_ns "$client" conntrack -R "$1" >/dev/null 2>&1
}
insert "$work/flows"

# ---------------------------------------------------------------- the machine

# The machine's own files are covered in a mount namespace of each run; its
# cgroups are not, as "ip netns exec" would do.
printf 'nameserver 192.0.2.53\noptions timeout:1 attempts:1\n' \
	>"$work/resolv.conf"
printf 'hosts: files dns\n' >"$work/nsswitch.conf"
printf '127.0.0.1 localhost\n' >"$work/hosts"
cat >"$work/box" <<'END'
for f in resolv.conf nsswitch.conf hosts; do
	mount --bind "$1/$f" "/etc/$f" || exit 1
done
shift
exec "$@"
END
# named ARGUMENTS... - flowtop with those files
named() {
	timeout -k 5 60 nsenter --net=/run/netns/"$client" -- unshare -m \
		sh "$work/box" "$work" "$FLOWTOP" "$@"
}
named_background() {
	local file=$1

	shift
	nsenter --net=/run/netns/"$client" -- unshare -m \
		sh "$work/box" "$work" "$FLOWTOP" "$@" \
		>"$file" 2>"$file.err" </dev/null &
	bg_pid=$!
	jobs_started+=("$bg_pid")
}

# server_is MODE - instead of the one before; what it was asked is forgotten.
dnsd_pid=
server_is() {
	[ -z "$dnsd_pid" ] || stop "$dnsd_pid" KILL
	: >"$work/asked"
	: >"$work/ready"
	background nsenter --net=/run/netns/"$server" -- $DNSD 192.0.2.53 \
		"$1" "$work/asked" >"$work/ready" 2>&1
	dnsd_pid=$bg_pid
	wait_for 10 file_has "$work/ready" ready ||
		diag "dnsd: $(cat "$work/ready")"
	in_ns "$client" conntrack -D -p udp --dport 53 >/dev/null 2>&1
}
asked() {
	wc -l <"$work/asked"
}
# names FILE - "ADDRESS NAME" of what was printed
names() {
	jq -r '"\(.dst) \(.dst_name)"' "$1" | sort -u
}
n_named() {
	jq -r 'select(.dst_name) | .dst' "$1" | sort -u | wc -l
}
# wanted - the names of the flows of TCP
wanted() {
	local i

	for i in {1..30}; do
		echo "198.51.100.$i h-198-51-100-$i.example.test"
	done | sort
}

# ---------------------------------------------------------------- who is asked

server_is fast
into "$work/rows" named -4 -T -j -1 -t 0 --wait 30
tap_ok "the names of all that is printed" diff <(wanted) <(names "$work/rows")
tap_ok "also of the source" is names \
	"$(jq -r .src_name "$work/rows" | sort -u)" h-192-0-2-1.example.test
tap_ok "each was asked for once, and nothing that is not printed" \
	diff <(cut -d' ' -f2 "$work/asked" | sort) \
	<({ wanted | cut -d' ' -f1; echo 192.0.2.1; } | sort)

server_is fast
into "$work/rows" named -4 -T -n -j -1 -t 0 --wait 30
tap_ok "-n asks nobody" is questions "$(asked)" 0
tap_ok "and knows no names" is names "$(n_named "$work/rows")" 0
into "$work/rows" named -4 -T -j -1 -t 0 --wait 0
tap_ok "--wait 0 once asks nobody" is questions "$(asked)" 0
into "$work/rows" named -4 -T --batch -1 -t 0 --wait 30
tap_ok "text asks for the far ends" is questions \
	"$(cut -d' ' -f2 "$work/asked" | grep -c '^198\.51\.100\.')/$(asked)" 30/30

named -r "$NET_DIR/../replay/nat.pcap" -j -1 >"$work/rows" 2>&1
tap_ok "a replay asks nobody" is questions "$(asked)" 30

# What was found out is in a recording, and needs no name server then.
server_is fast
into "$work/rows" named -4 -T -j -1 -t 0 --wait 30 -w "$work/names.pcap"
server_is dead
into "$work/again" named -4 -T -j -1 --speed 0 -r "$work/names.pcap"
tap_ok "recorded while shown: all have their names" \
	diff <(wanted) <(names "$work/rows")
tap_ok "replayed, they have the same" diff <(wanted) <(names "$work/again")
tap_ok "and nobody is asked" is questions "$(asked)" 0

# A filter compares with names that are known, and asks for none.
server_is fast
into "$work/rows" named -4 -T -j -t 0.5 -c 4 --wait 1 \
	-f 'host example.test or name ~ "^h-198" or example.test'
tap_ok "a filter by name finds nothing while none is known" \
	is lines "$(wc -l <"$work/rows")" 0
tap_ok "a filter by name asks nobody" is questions "$(asked)" 0
into "$work/rows" named -4 -T -j -1 -t 0 --wait 30 \
	-f 'dst port 443 and src port 1007 or host example.test'
tap_ok "what a filter shows is asked for, and nothing else" \
	diff <(cut -d' ' -f2 "$work/asked" | sort) \
	<(printf '%s\n' 192.0.2.1 198.51.100.7)
server_is dead
into "$work/again" named -4 -T -j -1 --speed 0 -r "$work/names.pcap" \
	host example.test and not name 'h-198-51-100-7*'
tap_ok "names of a recording are known" is lines "$(wc -l <"$work/again")" 29
tap_ok "and nobody is asked" is questions "$(asked)" 0

# Two hundred more: no more than 50 in a second, and the first 50 at once. What
# was late may arrive with what comes after it.
for i in {1..200}; do
	echo "-I -s 192.0.2.1 -d 198.18.0.$i -p tcp --sport $i --dport 9" \
		"--state ESTABLISHED -t 600"
done >"$work/more"
insert "$work/more"
server_is fast
into "$work/rows" named -4 -T -j -1 -t 0 --wait 1.5
tap_ok "many: some have names" test "$(n_named "$work/rows")" -gt 20
most_in_a_second() {
	awk '{ t[NR] = $3 }
	END {
		for (i = j = 1; i <= NR; i++) {
			while (t[i] - t[j] >= 1)
				j++
			if (i - j + 1 > most)
				most = i - j + 1
		}
		print most + 0
	}' "$work/asked"
}
diag "most questions in a second: $(most_in_a_second)"
tap_ok "many: not too many at a time" test "$(most_in_a_second)" -le 75
in_ns "$client" conntrack -D -p tcp --dport 9 >/dev/null 2>&1

# ---------------------------------------------------------------- bad servers

server_is slow
into "$work/rows" named -4 -T -j -1 -t 0 --wait 0.2
tap_ok "slow: a table does not wait longer than --wait" \
	is names "$(n_named "$work/rows")/$(wc -l <"$work/rows")" 0/30
server_is slow=0.5
printf 'nameserver 192.0.2.53\noptions timeout:30\n' >"$work/resolv.conf"
into "$work/rows" named -4 -T -j -1 -t 0 --wait 50 ||
	diag "exit status $?"
tap_ok "slow: a table that may waits for all" \
	diff <(wanted) <(names "$work/rows")
printf 'nameserver 192.0.2.53\noptions timeout:1 attempts:1\n' \
	>"$work/resolv.conf"
for mode in servfail nxdomain; do
	server_is $mode
	into "$work/rows" named -4 -T -j -1 -t 0 --wait 3600
	tap_ok "$mode: it waits for no more than that" is rows \
		"$? $(n_named "$work/rows")/$(wc -l <"$work/rows")" "0 0/30"
done
server_is dead
into "$work/rows" named -4 -T -j -1 -t 0 --wait 0.3
tap_ok "dead: the table is there" is rows \
	"$? $(n_named "$work/rows")/$(wc -l <"$work/rows")" "0 0/30"
server_is gone
into "$work/rows" named -4 -T -j -1 -t 0 --wait 2
tap_ok "gone: three had an answer" is names "$(jq -r '.src_name, .dst_name
	| select(.)' "$work/rows" | sort -u | wc -l)" 3

for i in {31..60}; do
	echo "-I -s 192.0.2.1 -d 198.51.100.$i -p tcp --sport $((1000 + i))" \
		"--dport 443 --state ESTABLISHED -t 600"
done >"$work/more"
insert "$work/more"
server_is hostile
into "$work/rows" named -4 -T -j -1 -t 0 --wait 30
names "$work/rows" >"$work/names"
diag "$(grep -v ' h-\| null$' "$work/names")"
tap_ok "hostile: what is printed is plain" \
	test -z "$(cut -d' ' -f2 "$work/names" | grep '[^A-Za-z0-9._-]')"
tap_ok "hostile: good names are there" is names "$(grep -c \
	-e ' h-198-51-100-50.example.test$' -e ' xn--bcher-kva.test$' \
	-e ' under_score.test$' -e ' h-198-51-100-30.example.test' \
	"$work/names")" 4
# 198.51.100.N: 1 to 19, 21, 23 to 25 are no names, 31 to 34 and 36 to 39 no
# answers. 20 and 22 are long, and 35 is many: whichever of them.
rejected() {
	local i

	for i in {1..19} 21 23 24 25 31 32 33 36 37 38 39; do
		echo "198.51.100.$i null"
	done
}
tap_ok "hostile: no name is better than such ones" \
	diff <(rejected | sort) \
	<(grep -xFf <(rejected) "$work/names" | sort)

# ---------------------------------------------------------------- the end

in_ns "$client" conntrack -D -p tcp >/dev/null 2>&1
insert "$work/flows"
printf 'nameserver 192.0.2.53\noptions timeout:30\n' >"$work/resolv.conf"
has_asked() {
	[ "$(asked)" -ge "$1" ]
}
# ends_in N ARGUMENTS... - milliseconds from SIGTERM to the end, when it has
# asked N questions; all its threads may be waiting for answers then
ends_in() {
	local n=$1 start

	shift
	named_background "$work/rows" -4 -T -j -t 0.25 "$@"
	wait_for 20 test -s "$work/rows"
	wait_for 20 has_asked "$n"
	start=$(date +%s%3N)
	stop "$bg_pid"
	took=$(($(date +%s%3N) - start))
}
server_is fast
ends_in 0 -n
without=$took
for mode in fast slow servfail dead gone; do
	server_is $mode
	n=16
	[ $mode = gone ] && n=3
	ends_in $n
	diag "$mode: ended after $took ms, $without ms with -n"
	tap_ok "$mode: the end does not wait" \
		test "$took" -lt $((without + 1000))
done

# ---------------------------------------------------------------- the sandbox

# Names that need no name server, or another way to one.
printf '127.0.0.1 localhost\n198.51.100.1 file.test\n' >"$work/hosts"
in_box() {
	into "$work/$1" named -4 -T -j -1 -t 0 --wait 30 --sandbox="$1"
	jq -r '"\(.src) \(.src_name)", "\(.dst) \(.dst_name)"' "$work/$1" |
		sort -u >"$work/$1.names"
}
in_both() {
	server_is fast
	in_box off
	in_box strict
	tap_ok "sandbox: the same names as without${1:+, by $1}" \
		diff "$work/off.names" "$work/strict.names"
}
if [ -n "${SANITIZE:-}" ]; then
	modules=
	tap_skip "sandbox" "not under a sanitizer"
else
	modules='myhostname mdns4_minimal resolve'
	in_both
	tap_ok "sandbox: a name of /etc/hosts" \
		grep -qxF '198.51.100.1 file.test' "$work/strict.names"
fi
for module in $modules; do
	if ! ls /lib/*/libnss_"$module".so.2 >/dev/null 2>&1; then
		tap_skip "sandbox: $module" "no libnss_$module"
		echo "SKIPPED: $0: no libnss_$module here" >&2
		continue
	fi
	printf 'hosts: files %s dns\n' "$module" >"$work/nsswitch.conf"
	in_both "$module"
done
printf 'hosts: files dns\n' >"$work/nsswitch.conf"

# ---------------------------------------------------------------- ourselves

# Somebody else asks the same server.
foreign() {
	in_ns "$client" python3 -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("192.0.2.1", 5999))
s.connect(("192.0.2.53", 53))
s.settimeout(1)
for i in range(10):
	s.send(bytes.fromhex("abcd01000001000000000000"
		"0131023531033130300331393807696e2d61646472046172706100000c0001"))
	try:
		s.recv(1500)
		break
	except OSError:
		pass'
}
# lookups OPTION... - ports of the flows to the name server that were printed
# into $work/shown, $seen in the kernel
lookups() {
	server_is fast
	foreign
	into "$work/rows" named -4 -T -U -j -c 6 -t 0.25 "$@"
	jq -r 'select(.dst == "192.0.2.53") | "\(.sport) \(.process)"' \
		"$work/rows" | sort -u >"$work/shown"
	seen=$(in_ns "$client" conntrack -L -p udp --dport 53 2>/dev/null |
		wc -l)
	shown=$(cut -d' ' -f1 "$work/shown" | sort -u | grep -cvx 5999)
	diag "${*:-as usual}: $shown of $((seen - 1)) are shown"
}
# A loaded machine may find some too late, but none is left out without a reason.
few() {
	[ "$seen" -gt 20 ] && [ $((shown * 3)) -le "$seen" ]
}
printf '127.0.0.1 localhost\n' >"$work/hosts"
for option in '' --no-bpf; do
	lookups $option
	tap_ok "our own questions are hidden${option:+, $option}" few
	tap_ok "those of others are not${option:+, $option}" \
		grep -q '^5999 ' "$work/shown"
done
lookups --hide none
tap_ok "with --hide none they are ours" \
	test "$(grep -c ' flowtop$' "$work/shown")" -gt 10
tap_done
