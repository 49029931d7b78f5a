#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A broker that waits in the kernel is waited for: while somebody deletes a
# large table, in any network namespace, no request is answered. It is played
# by freezing it, which is not stopping it; see screen/leave.t for that.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
need findmnt
cgroups=$(findmnt -n -t cgroup2 -o TARGET | head -n 1)
[ -n "$cgroups" ] || skip_all 'needs cgroup2'
frozen=$cgroups/$NS_PREFIX
mkdir "$frozen" 2>/dev/null || skip_all 'needs a cgroup'
[ -e "$frozen/cgroup.freeze" ] || {
	rmdir "$frozen"
	skip_all 'needs a cgroup that can be frozen'
}
make_ns host

thaw() {
	echo 0 >"$frozen/cgroup.freeze"
}
leave() {
	thaw
	cleanup
	rmdir "$frozen"
}
trap leave EXIT

# refreshes - how often the table was shown
refreshes() {
	$CANON refreshes <"$work/out" | wc -l
}
has_more() {
	[ "$(refreshes)" -gt "$1" ]
}

in_ns "$host" "$TOOLS/ctfill" -n 200 --quiet
ft_background "$host" "$work/out" -46 -j -t 1 -c 90 --hide none
pid=$bg_pid
tap_ok 'it runs' wait_for 10 has_more 1
broker=$(pgrep -P "$pid" -x flowtop-broker)
tap_ok 'the broker is found' test -n "$broker"
echo "$broker" >"$frozen/cgroup.procs"
echo 1 >"$frozen/cgroup.freeze"
sleep 3
tap_ok 'main waits for it' is_child "$pid"
before=$(refreshes)
thaw
tap_ok 'and goes on' wait_for 10 has_more $((before + 1))
tap_ok 'nothing is said' test ! -s "$work/out.err"

echo 1 >"$frozen/cgroup.freeze"
sleep 1.2
kill "$pid"
gone() {
	! is_child "$pid"
}
tap_ok 'nobody who leaves waits' wait_for 2 gone
thaw

ft_background "$host" "$work/out" -46 -j -t 0.25 -c 400 --hide none
pid=$bg_pid
tap_ok 'it runs again' wait_for 10 has_more 1
kill -KILL "$(pgrep -P "$pid" -x flowtop-broker)"
wait "$pid"
status=$?
tap_ok 'without a broker it ends in failure' test "$status" = 1
tap_ok 'and says so' grep -q 'privileged process of flowtop is gone' \
	"$work/out.err"
tap_done
