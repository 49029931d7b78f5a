#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The screen while a name server is quick, late, wrong, hostile, dead, or dies:
# keys are answered, the end does not wait, and nobody is asked for what is not
# looked at.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
require_screen
need ip nft conntrack python3 nsenter unshare
export PYTHONDONTWRITEBYTECODE=1

make_ns client server
link "$client" eth0 "$server" eth0
addr "$client" eth0 192.0.2.1/24
addr "$server" eth0 192.0.2.53/24
tracking_on "$client"
long_timeouts "$client"
for i in {1..250}; do
	echo "-I -s 192.0.2.1 -d 198.18.0.$i -p tcp --sport $((1000 + i))" \
		"--dport 443 --state ESTABLISHED -t 600"
done >"$work/flows"
in_ns "$client" conntrack -R "$work/flows" >/dev/null 2>&1

# The machine's own files are covered in a mount namespace of each run. No
# question is given up while the test runs.
printf 'nameserver 192.0.2.53\noptions timeout:30\n' >"$work/resolv.conf"
printf 'hosts: files dns\n' >"$work/nsswitch.conf"
printf '127.0.0.1 localhost\n' >"$work/hosts"
cat >"$work/box" <<'END'
for f in resolv.conf nsswitch.conf hosts; do
	mount --bind "$1/$f" "/etc/$f" || exit 1
done
shift
exec "$@"
END
python3 "$(dirname "$0")/asking.py" "$FLOWTOP" "$work" "$client" "$server"
