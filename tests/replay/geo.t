#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Places in what is printed, from files that a script writes: of several
# vendors, broken, and replaced while they are used; and from a recording, which
# knows names as well.

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
flowtop=${FLOWTOP:-$top/build/flowtop}
export PYTHONDONTWRITEBYTECODE=1

if ! command -v python3 >/dev/null || ! command -v jq >/dev/null; then
	echo '1..0 # SKIP python3 or jq is missing'
	exit 0
fi
tmp=$(mktemp -d) || exit 1
pid=
cleanup() {
	[ -z "$pid" ] || kill "$pid" 2>/dev/null
	rm -rf "$tmp"
}
trap cleanup EXIT
cd "$tmp" || exit 1
# Started by root, flowtop reads files as nobody.
chmod 755 .
mkdir good broken none plain used
mmdb=$top/tests/tools/mmdb.py
demo=plain/demo.pcap # without places of its own
"$top/tests/tools/mkdemo.py" plain --plain &&
	"$mmdb" good good && "$mmdb" broken broken || exit 1
# What is not new cannot be half written.
touch -d @1700000000 broken/*

n=0
report() { # STATUS TEXT
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		cut -c 1-200 err | sed 's/^/# /' | head -n 5
	fi
}

# table OPTION... - the last table of the recording, a line for each flow
table() {
	"$flowtop" --speed 0 -1 -j -46 --hide none "$@" 2>err
}
places() {
	jq -c '[.src_country, .dst, .dst_country, .dst_city, .dst_asn, .dst_org]'
}
has() { # LINE FILE
	grep -qF -e "$1" "$2"
}

table -r "$demo" --geoip-dir good >json
places <json >out
has '[null,"203.0.113.80","DE","Frankfurt",64496,"EXAMPLE-CLOUD"]' out
report $? 'IPv4: city and network'
has '[null,"2001:db8:cafe::7","DE","Berlin",64497,"EXAMPLE-SIX"]' out
report $? 'IPv6, too'
has '[null,"198.51.100.254",null,null,65551,"Example Networks"]' out
report $? 'a network without a city'
has '[null,"192.168.1.1",null,null,null,null]' out
report $? 'private addresses are nowhere'
jq -c '[.src, .src_city]' json >out
has '["198.51.100.77","Paris"]' out
report $? 'the source has a place, too'
[ ! -s err ]
report $? 'nothing to say about good files'

"$flowtop" --speed 0 -1 --csv -46 -r "$demo" --geoip-dir good 2>err >csv
has ',DE,Frankfurt,64496,EXAMPLE-CLOUD,' csv
report $? 'CSV has them'
table -r "$demo" --geoip-dir good --sandbox=strict | cmp -s - json
strict=${PIPESTATUS[1]}
if grep -q 'cannot enter the sandbox' err; then
	n=$((n + 1))
	echo "ok $n - the sandbox # SKIP not all of it is there"
else
	report "$strict" 'the sandbox lets them be read'
fi
table -r "$demo" -G --geoip-dir good | places >out
[ "$(wc -l <out)" -gt 30 ] && ! grep -q '[A-Z]' out
report $? '-G: no places'
table -r "$demo" --geoip-dir none | places >out
[ "$(wc -l <out)" -gt 30 ] && ! grep -q '[A-Z]' out && [ ! -s err ]
report $? 'no files: no places, and nothing to say'

table -r "$demo" --geoip-dir nowhere >out
grep -q '^flowtop: nowhere: No such file' err
report $? 'a directory that is not there is told'

# The first of each kind that is good enough to be used is one of the odd ones.
table -r "$demo" --geoip-dir broken >out
report $? 'a directory of broken files does no harm'
[ "$(wc -l <out)" -gt 30 ] && ! LC_ALL=C grep -q '[^ -~]' out
report $? 'and every flow is there, in clean text'
[ "$(grep -c 'refused\..*: ' err)" -gt 5 ] &&
	[ "$(sort err | uniq -d | wc -l)" = 0 ]
report $? 'what is broken is said once for each file'

# ------------------------------------------------------------- recordings

table -r "$demo" --geoip-dir good -w places.pcap >first
table -r places.pcap --geoip-dir none >again
without_timeout() {
	jq -c 'del(.timeout)' "$1"
}
without_timeout first >wanted
without_timeout again | diff wanted - >err
report $? 'a recording knows the places without files'
table -r places.pcap --geoip-dir broken | places >out
has '"203.0.113.80","DE","Frankfurt"' out
report $? 'and is believed, whatever the files say'
table -r places.pcap --geoip-dir none -w again.pcap >first
table -r again.pcap --geoip-dir none | jq -c 'del(.timeout)' |
	diff wanted - >err
report $? 'recorded again, it still does'
table -r places.pcap -G | places >out
! grep -q '[A-Z]' out
report $? '-G: none of them is shown'

PYTHONPATH=$top/tests/tools python3 - <<'END' || exit 1
from ctpcap import *
rec = Recording(1_767_607_200 * S)
rec.own()
rec.listing(0, [((Tuple('192.168.1.20', dst, 40000 + n, 443), ),
                 dict(ct_id=n + 1, state=EST, status=ESTABLISHED_STATUS))
                for n, dst in enumerate(('203.0.113.80', '203.0.113.81',
                                         '203.0.113.82'))])
rec.name(0, '203.0.113.80', 'edge-1.example.test')
rec.name(0, '203.0.113.81', b'bad\x1b[2J.example.test')
rec.health(S, 3)
rec.close('named.pcap')
END
names() {
	jq -c '[.dst, .dst_name, .dst_city]' "$1" | sort
}
table -r named.pcap --geoip-dir good -w named-places.pcap >first
table -r named-places.pcap --geoip-dir none >again
cat >wanted <<'END'
["203.0.113.80","edge-1.example.test","Frankfurt"]
["203.0.113.81",null,"Frankfurt"]
["203.0.113.82",null,"Frankfurt"]
END
names first | diff wanted - >err
report $? 'a recording knows names, too, but for bad ones'
names again | diff wanted - >err
report $? 'recorded again with the places, it knows both'
table -r named-places.pcap -n --geoip-dir none >again
names again | diff <(sed 's/"edge[^"]*"/null/' wanted) - >err
report $? '-n: no name is shown'

# --------------------------------------------------------------- replaced

one() { # FILE COUNTRY
	"$mmdb" one "$1" GeoLite2-City 1700000000 \
		"203.0.113.0/24={\"country\":{\"iso_code\":\"$2\"}}"
}
# until TEXT - wait until it is printed; a loaded machine may take its time
until_printed() {
	for _ in $(seq 600); do
		grep -qF "\"dst_country\":\"$1\"" live && return 0
		kill -0 "$pid" 2>/dev/null || return 1
		sleep 0.1
	done
	return 1
}
for country in AA BB ZZ; do
	one "$country" "$country"
done
cp AA used/x.mmdb
"$flowtop" --speed 0.2 -t 0.25 -j -46 -r "$demo" --geoip-dir used >live 2>err &
pid=$!
until_printed AA
report $? 'a file is used'
for i in $(seq 25); do
	cp AA used/new
	mv used/new used/x.mmdb
	cat BB >used/x.mmdb
	head -c $((i * 20)) AA >used/x.mmdb
	ln -sf /etc/shadow used/new
	mv used/new used/x.mmdb
	rm used/x.mmdb
	[ "$i" != 12 ] || sleep 3
done
cp ZZ used/x.mmdb
until_printed ZZ
report $? 'replaced 100 times, by others, in place, by half of one and by links: the last is used'
kill -0 "$pid"
report $? 'and flowtop still runs'
kill "$pid"
wait "$pid"
status=$?
pid=
[ "$status" = 0 ]
report $? 'until it is ended'
echo "1..$n"
