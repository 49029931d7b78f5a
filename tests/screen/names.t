#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Names of hosts in rows, as this machine knows them: from a file of hosts that
# the program alone sees, in a mount namespace of its own. No name server is
# asked.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" = 0 ] || skip_all 'needs root'
need ip nft conntrack python3 nsenter unshare
require_screen

make_ns near far
link "$near" eth0 "$far" eth0
addr "$near" eth0 192.0.2.1/24
addr "$far" eth0 192.0.2.2/24
cat >"$work/hosts" <<'END'
192.0.2.1 own.home.example
192.0.2.2 edge-c61.lhr.example.net
END
echo 'hosts: files' >"$work/nsswitch"
cat >"$work/files" <<END
#!/bin/sh
mount --bind '$work/hosts' /etc/hosts && \
	mount --bind '$work/nsswitch' /etc/nsswitch.conf && exec "\$@"
END
with_files=(unshare --mount --propagation private sh "$work/files")
start_peer "$far" "$work/server" serve tcp 192.0.2.2 5001
tracking_on "$near"
start_peer "$near" "$work/client" hold tcp 100 1 192.0.2.2 5001

screen_start 80 24 "${with_files[@]}" "$FLOWTOP" -GP -N "$near" -46UT
tap_ok 'the far end has its name' \
	shows 'tcp  ESTAB .* > edge-c61\.lhr\.example\.net  *5001 '
tap_ok 'the row below the list has name and address' \
	shows_in 22 'edge-c61\.lhr\.example\.net  192\.0\.2\.2:5001  from 192\.0\.2\.1:'
resize 70 24
tap_ok 'a name that is too long keeps its end' \
	shows 'tcp  ESTAB .* > ~[-a-z0-9.]*lhr\.example\.net  *5001 '
resize 80 24
keys s
tap_ok 's: the own address is a number' shows '=> 192\.0\.2\.1 '
tap_ok 's: the peer has its name' shows '<= [~a-z].*\.example\.net  *5001 '
keys s
keys n
tap_ok 'n: addresses' shows 'tcp  ESTAB .* > 192\.0\.2\.2  *5001 '
tap_ok 'n: nowhere a name' hides 'example\.net'
keys n
tap_ok 'n: names again' shows ' > edge-c61\.lhr\.example\.net  *5001 '
resize 120 24
tap_ok 'a wide screen says how much is known' shows_in 1 ' names 100%'
screen_start 80 24 "${with_files[@]}" "$FLOWTOP" -nGP -N "$near" -46UT
tap_ok '-n: addresses' shows 'tcp  ESTAB .* > 192\.0\.2\.2  *5001 '
keys n
tap_ok '-n: n shows names' shows ' > edge-c61\.lhr\.example\.net  *5001 '
tap_done
