#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What flowtop says when it may not, when it is asked for nonsense, and when
# nobody is there to read: one line, the right exit status, nothing else.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
need setpriv
make_ns box
in_ns "$box" "$TOOLS/ctfill" -n 5000 --quiet
all="-46 -j -1 -t 0 --hide none"

# run COMMAND... - in the namespace; output in $work/out and $work/err, status
# in $status.
run() {
	timeout -k 5 20 nsenter --net=/run/netns/"$box" -- "$@" \
		>"$work/out" 2>"$work/err" </dev/null
	status=$?
}
said() {
	diag "status $status, it said: $(head -5 "$work/err")"
}
# lines FILE N - exactly so many
lines() {
	[ "$(wc -l <"$work/$1")" -eq "$2" ] || { said; return 1; }
}
exit_is() {
	[ "$status" -eq "$1" ] || { said; return 1; }
}
# One message, which may have a line for what to do about it.
one_message() {
	if [ "$(grep -c CAP_NET_ADMIN "$work/err")" -ne 1 ] ||
	   [ "$(wc -l <"$work/err")" -gt 15 ]; then
		said
		return 1
	fi
}

# ---------------------------------------------------------------- capability

run setpriv --bounding-set=-net_admin "$FLOWTOP" $all
tap_ok "root without CAP_NET_ADMIN: exit 1" exit_is 1
tap_ok "one message that names the capability" one_message
tap_ok "nothing on standard output" lines out 0

# Somewhere everybody can execute it.
mkdir -m 755 "$work/bin"
chmod 755 "$work"
cp "$FLOWTOP" "$work/bin/flowtop"
run setpriv --reuid=65534 --regid=65534 --clear-groups \
	"$work/bin/flowtop" $all
tap_ok "somebody without privilege: exit 1" exit_is 1
tap_ok "one message that names the capability" one_message
run setpriv --reuid=65534 --regid=65534 --clear-groups \
	--inh-caps=+net_admin --ambient-caps=+net_admin \
	"$work/bin/flowtop" $all
tap_ok "somebody with CAP_NET_ADMIN only: exit 0" exit_is 0
tap_ok "all flows" lines out 5000
run setpriv --reuid=65534 --regid=65534 --clear-groups \
	"$work/bin/flowtop" --help
tap_ok "--help needs nothing" exit_is 0

# ---------------------------------------------------------------- usage

wrong() {
	local text="$*"

	run "$FLOWTOP" "$@"
	tap_ok "$text: exit 2" exit_is 2
	tap_ok "$text: one line" lines err 1
	tap_ok "$text: nothing on standard output" lines out 0
}
wrong --no-such-option
wrong -Z
wrong -j -t nonsense
wrong -j -t -1
wrong -j -c 0x
wrong -j --hide everything
wrong -j --rcvbuf
run "$FLOWTOP" -j -1 -t 0 -N "no such namespace"
tap_ok "-N of nothing: exit 1" exit_is 1
tap_ok "-N of nothing: one line" lines err 1
run "$FLOWTOP" -j -1 -r "$work/no-such-file"
tap_ok "-r of nothing: exit 1" exit_is 1
tap_ok "-r of nothing: one line" lines err 1

# -N does what starting it there does.
timeout 20 "$FLOWTOP" -N "$box" $all >"$work/out" 2>"$work/err"
status=$?
tap_ok "-N NAME: exit 0" exit_is 0
tap_ok "-N NAME: the flows of that namespace" lines out 5000

# ---------------------------------------------------------------- readers

in_ns "$box" bash -c "'$FLOWTOP' $all 2>'$work/err' | head -1 >'$work/out'
	exit \${PIPESTATUS[0]}"
status=$?
tap_ok "the reader leaves early: silent" lines err 0
tap_ok "the reader leaves early: exit 0 or 141" \
	test $status -eq 0 -o $status -eq 141
tap_ok "the reader got his line" lines out 1
timeout 20 nsenter --net=/run/netns/"$box" -- bash -c \
	"'$FLOWTOP' -46 -j -t 0.25 -c 1000 2>'$work/err' |
	head -5001 >'$work/out'; exit \${PIPESTATUS[0]}"
status=$?
tap_ok "the reader leaves a running one: silent" lines err 0
tap_ok "the reader leaves a running one: exit 0 or 141" \
	test $status -eq 0 -o $status -eq 141

for kind in -j --csv --batch; do
	timeout 20 nsenter --net=/run/netns/"$box" -- "$FLOWTOP" -46 $kind \
		-1 -t 0 >/dev/full 2>"$work/err"
	status=$?
	tap_ok "$kind to a full disk: exit 1" exit_is 1
	tap_ok "$kind to a full disk: one line" lines err 1
done
timeout 20 nsenter --net=/run/netns/"$box" -- "$FLOWTOP" -46 -j -t 1 -c 100 \
	>/dev/full 2>"$work/err"
status=$?
tap_ok "a running one with a full disk: exit 1" exit_is 1
"$FLOWTOP" --help >/dev/full 2>"$work/err"
status=$?
tap_ok "--help to a full disk: exit 1" exit_is 1

# ---------------------------------------------------------------- descriptors

in_ns "$box" timeout 20 "$FLOWTOP" $all <&- >"$work/out" 2>"$work/err"
status=$?
tap_ok "standard input closed: exit 0" exit_is 0
tap_ok "standard input closed: all flows" lines out 5000
in_ns "$box" timeout 20 "$FLOWTOP" $all 2>&- >"$work/out"
status=$?
: >"$work/err"
tap_ok "standard error closed: exit 0" exit_is 0
tap_ok "standard error closed: all flows" lines out 5000
in_ns "$box" timeout 20 "$FLOWTOP" $all >&- 2>"$work/err"
status=$?
tap_ok "standard output closed: an error" test $status -eq 1 -o $status -eq 2
tap_ok "standard output closed: one line" lines err 1
in_ns "$box" timeout 20 "$FLOWTOP" $all <&- >&- 2>&-
status=$?
tap_ok "all closed: an error" test $status -eq 1 -o $status -eq 2
# A message must never end up in a socket or a file that happens to be 1 or 2.
in_ns "$box" timeout 20 "$FLOWTOP" -46 -j -t 0.25 -c 2 -w "$work/rec" \
	<&- >&- 2>&-
tap_ok "all closed: no row in the recording" \
	test -z "$(strings "$work/rec" 2>/dev/null | grep '"src"')"

tap_done
