#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# --check: each fact in both states where this machine can have both, commands
# that do what they promise, the exit status, and that looking changes nothing.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
need jq setpriv unshare mount
make_ns box
ns=$box
DENY="python3 $NET_DIR/../tools/deny.py"
NAMES="conntrack tracking acct timestamp events rcvbuf capability sandbox
	tables owners cgroup-bpf geoip resolver terminal state settings kernel"
NETLINK="0=16 2=12" # socket(AF_NETLINK, .., NETLINK_NETFILTER)

# Somewhere everybody can execute it.
chmod 755 "$work"
mkdir -m 755 "$work/bin"
cp "$FLOWTOP" "$work/bin/flowtop"
program=$work/bin/flowtop
nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"

# ---------------------------------------------------------------- helpers

# snapshot - all that a look at the system might change
snapshot() {
	in_ns "$ns" nft -s list ruleset
	in_ns "$ns" sh -c 'cd /proc/sys/net/netfilter &&
		grep -H . nf_conntrack_acct nf_conntrack_timestamp \
			nf_conntrack_events nf_conntrack_max'
	in_ns "$ns" ip -o link
	cat /proc/sys/net/core/rmem_max
	# Other tests make namespaces.
	grep -v -e ' /run/netns' -e ' /run/docker/netns' /proc/self/mounts
	ls -l "$program"
}

# checked COMMAND... - run it in the namespace, and see that nothing changed;
# standard output in $work/out, status in $status.
n_changed=0
checked() {
	snapshot >"$work/was"
	timeout -k 5 30 nsenter --net=/run/netns/"$ns" -- "$@" \
		>"$work/out" 2>"$work/err" </dev/null
	status=$?
	snapshot >"$work/is"
	cmp -s "$work/was" "$work/is" && return
	n_changed=$((n_changed + 1))
	diag "$* changed:"
	diff "$work/was" "$work/is" | sed 's/^/# /'
}

# check [PREFIX... --] [OPTIONS...] - JSON of flowtop --check
check() {
	local prefix=()

	if [[ " $* " = *" -- "* ]]; then
		while [ "$1" != -- ]; do
			prefix+=("$1")
			shift
		done
		shift
	fi
	checked "${prefix[@]}" "$program" --check -j "$@"
}

# mounted SCRIPT [OPTIONS...] - JSON of flowtop --check in a mount namespace
# that a script has changed; "look" in it does so too, to see before and after.
mounted() {
	local script=$1

	shift
	checked unshare -m sh -c "look() { $program --check -j; }
		$script
		exec $program --check -j $*"
}

# fact NAME KEY - of the last check
fact() {
	jq -r --arg name "$1" "select(.check == \$name) | .$2" "$work/out"
}

# fact_is NAME STATE [FIX] - a pattern, with * allowed
fact_is() {
	local state fix
	state=$(fact "$1" state) fix=$(fact "$1" fix)
	# shellcheck disable=SC2053 # a pattern
	if [ "$state" != "$2" ] || [[ $fix != ${3:-*} ]]; then
		diag "$1 is \"$state\", not \"$2\": $(fact "$1" text)"
		diag "fix: \"$fix\" instead of \"${3:-*}\""
		diag "$(head -2 "$work/err")"
		return 1
	fi
}

says() {
	# shellcheck disable=SC2053 # a pattern
	[[ $(fact "$1" text) = $2 ]] && return
	diag "$1 says: $(fact "$1" text)"
	return 1
}

exit_is() {
	is "exit status" "$status" "$1"
}

# do_fix NAME - what a user does who reads it
do_fix() {
	local command

	command=$(fact "$1" fix)
	in_ns "$ns" sh -c "${command#sudo }" >/dev/null ||
		diag "\"$command\" failed"
}

# denied TEXT SYSCALL ERRNO [ARG=VALUE...] : -- [OPTIONS...] - skips what cannot be
# simulated here
denied() {
	local text=$1

	shift
	check $DENY "$@"
	[ "$status" != 77 ] && return
	tap_skip "$text" "this machine cannot deny system calls"
	return 1
}

# ---------------------------------------------------------------- the form

check
diag "root in a new namespace: $(jq -r '"\(.check)=\(.state)"' "$work/out" |
	tr '\n' ' ')"
shape() {
	jq -e -s --arg names "$NAMES" '
		($names | [splits("[ \n\t]+")] - ["terminal"]) == map(.check)
		and all(.[]; keys == (["check", "fix", "needed", "ok", "state",
			"text", "value"] | sort)
		and (.ok == {"ok": true, "missing": false, "off": false,
			"unknown": null}[.state])
		and (.needed | type) == "boolean"
		and (.value | type | IN("number", "null"))
		and (.text | type) == "string" and .text != ""
		and (.fix == null or (.fix | type) == "string")
		and (.state != "ok" or .fix == null))' "$work/out" >/dev/null
}
tap_ok "JSON: every fact in its order, every key" shape
is_needed() {
	is needed "$(jq -r 'select(.needed) | .check' "$work/out" |
		tr '\n' ' ')" "conntrack tracking capability "
}
tap_ok "what is needed to show flows" is_needed
jq -r '.check + " " + .state' "$work/out" >"$work/json"
jq -r 'select(.fix) | .fix' "$work/out" >"$work/json.fixes"
checked "$program" --check
awk 'NF == 0 { exit } $1 != "fix:" { print $1, $2 }' "$work/out" >"$work/text"
sed -n 's/^ *fix:  *//p' "$work/out" >"$work/text.fixes"
tap_ok "text: the same facts" cmp "$work/json" "$work/text"
tap_ok "text: the same fixes" cmp "$work/json.fixes" "$work/text.fixes"
in_text() {
	grep -q "^Needed to show flows: $1\$" "$work/out"
}
tap_ok "text: what flows need" in_text tracking
checked "$program" -46UTs --check -C
tap_ok "options for what is shown do not matter" in_text tracking

for wrong in --csv "-w $work/rec" "-r $work/rec" --track --restore --events \
	     -1 "-c 2"; do
	checked "$program" --check $wrong
	tap_ok "--check $wrong: exit 2" exit_is 2
done
tap_ok "and no recording" test ! -e "$work/rec"
checked sh -c "exec $program --check >/dev/full"
tap_ok "to a full disk: exit 1" exit_is 1
tap_ok "and one line" test "$(wc -l <"$work/err")" -eq 1

# ---------------------------------------------------------------- tracking

check
tap_ok "nothing tracked, nothing connected: unknown" fact_is tracking unknown \
	"nft *"
tap_ok "that is not enough: exit 1" exit_is 1

# A connected socket that goes on talking.
background nsenter --net=/run/netns/"$ns" python3 -c '
import socket, time
there = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
there.bind(("127.0.0.1", 0))
here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
here.connect(there.getsockname())
while True:
    here.send(b"x")
    there.recv(1)
    time.sleep(0.1)
'
talks() {
	in_ns "$ns" grep -q ' 01 ' /proc/net/udp
}
wait_for 5 talks
check
tap_ok "connected, not tracked: missing" fact_is tracking missing "nft *"
tap_ok "it says so" says tracking "the kernel tracks no connections:*1 connect*"
tap_ok "exit 1" exit_is 1
tap_ok "ctnetlink answers" fact_is conntrack ok null
entries() {
	[ "$(sysctl_get "$ns" count)" -gt 0 ]
}
do_fix tracking
tap_ok "the fix makes the kernel track" wait_for 5 entries
check
tap_ok "then it is ok" fact_is tracking ok null
tap_ok "its value is the number of entries" test "$(fact tracking value)" -gt 0
tap_ok "exit 0" exit_is 0
checked "$program" --check
tap_ok "text says so" grep -q '^Flows can be shown' "$work/out"
in_ns "$ns" nft delete table inet flowtop
in_ns "$ns" conntrack -F 2>/dev/null
timeout 30 "$program" --check -j -N "$ns" >"$work/out"
tap_ok "-N: the fix enters the namespace" fact_is tracking missing \
	"nsenter --net=/run/netns/$ns nft *"
nft list ruleset >"$work/rules"
command=$(fact tracking fix)
# Never in the namespace of this machine.
[[ $command = "nsenter --net=/run/netns/$ns "* ]] && sh -c "$command"
tap_ok "-N: it works from outside" wait_for 5 entries
tap_ok "-N: and there only" cmp "$work/rules" <(nft list ruleset)
timeout 30 "$program" --check -j -N "$ns" >"$work/out"
status=$?
tap_ok "-N: ok, exit 0" exit_is 0
timeout 30 "$program" --check -N no-such-namespace >"$work/out" 2>"$work/err"
status=$?
tap_ok "-N of nothing: exit 1" exit_is 1

if denied "no nfnetlink" socket EPROTONOSUPPORT $NETLINK : --; then
	tap_ok "no nfnetlink: conntrack is missing" fact_is conntrack missing \
		"modprobe nf_conntrack_netlink"
	tap_ok "no nfnetlink: no tables" fact_is tables missing "modprobe *nft*"
	tap_ok "no nfnetlink: exit 1" exit_is 1
	checked $DENY socket EPROTONOSUPPORT $NETLINK : "$program" -1 -t 0
	tap_ok "a start there names --check" \
		grep -q 'flowtop --check' "$work/err"
fi

# ---------------------------------------------------------------- switches

for name in acct timestamp; do
	check
	tap_ok "$name: off" fact_is $name off \
		"sysctl -w net.netfilter.nf_conntrack_$name=1"
	tap_ok "$name: its value" is value "$(fact $name value)" 0
	tap_ok "$name off is no reason to fail" exit_is 0
	check --no-sysctl
	tap_ok "$name with --no-sysctl: missing" fact_is $name missing
	mounted 'mount --bind /proc/sys /proc/sys
		mount -o remount,bind,ro /proc/sys'
	tap_ok "$name where /proc/sys is read-only: missing" \
		fact_is $name missing "outside of *"
	check
	do_fix $name
	check
	tap_ok "$name: the fix makes it ok" fact_is $name ok null
	tap_ok "$name: its value now" is value "$(fact $name value)" 1
	sysctl_set "$ns" $name 0
done
tap_ok "events: ok" fact_is events ok null
sysctl_set "$ns" events 0
check
tap_ok "events=0: missing" fact_is events missing \
	"sysctl -w net.netfilter.nf_conntrack_events=1"
tap_ok "events are no reason to fail" exit_is 0
do_fix events
check
tap_ok "the fix makes it ok" fact_is events ok null
tap_ok "rcvbuf as root: ok" fact_is rcvbuf ok null
check --rcvbuf 1Mi
tap_ok "rcvbuf: as much as was asked for" is value "$(fact rcvbuf value)" \
	1048576

# ---------------------------------------------------------------- rights

tap_ok "root: has the capability" fact_is capability ok null
tap_ok "root: owners are ok" fact_is owners ok null
check setpriv --bounding-set=-net_admin --
tap_ok "root without it: missing" fact_is capability missing \
	"*CAP_NET_ADMIN*"
tap_ok "then ctnetlink is unknown" fact_is conntrack unknown null
tap_ok "exit 1" exit_is 1

check setpriv --bounding-set=-sys_admin --
tap_ok "no CAP_SYS_ADMIN: owners are missing" fact_is owners missing \
	"*--cap-add SYS_ADMIN"
tap_ok "of other namespaces" says owners "*in other network namespaces*"
check unshare -pf --
tap_ok "a pid namespace: owners are missing" fact_is owners missing \
	"*--pid host"

check $nobody --
tap_ok "nobody: capability missing" fact_is capability missing \
	"sudo setcap cap_net_admin+ep $program"
for name in conntrack tables cgroup-bpf; do
	tap_ok "nobody: $name is unknown" fact_is $name unknown \
		"sudo flowtop --check"
done
tap_ok "nobody: rcvbuf is missing" fact_is rcvbuf missing \
	"sudo flowtop --check"
tap_ok "nobody: state is missing" fact_is state missing "start flowtop by sudo"
tap_ok "nobody: sees that it is tracked" fact_is tracking ok null
tap_ok "nobody: sees acct" fact_is acct off "sudo sysctl -w *acct=1"
tap_ok "nobody: exit 1" exit_is 1
check $nobody -- --rcvbuf 8Ki
tap_ok "nobody: a small buffer is ok" fact_is rcvbuf ok null
tap_ok "nobody: owners are missing" fact_is owners missing \
	"sudo setcap cap_net_admin,cap_sys_ptrace,cap_dac_read_search,cap_sys_admin+ep $program"
checked $nobody "$program" -1 -t 0
tap_ok "a start without permission names --check" \
	grep -q 'flowtop --check' "$work/err"
if command -v setcap >/dev/null; then
	check $nobody --
	program_was=$program
	do_fix capability
	check $nobody --
	tap_ok "the fix makes it ok" fact_is capability ok null
	tap_ok "then nobody sees flows: exit 0" exit_is 0
	tap_ok "and gets the buffer" fact_is rcvbuf ok null
	tap_ok "no owners yet" says owners "only processes of the same user*"
	do_fix owners
	check $nobody --
	tap_ok "the fix makes them ok" fact_is owners ok null
	tap_ok "and the first stays" fact_is capability ok null
	setcap -r "$program_was"
else
	tap_skip "the fix makes it ok" "needs setcap"
fi

if unshare -U true 2>/dev/null; then
	check $nobody unshare -Ur --
	tap_ok "user namespace, net of another: capability missing" \
		fact_is capability missing "*outside*"
	tap_ok "its switches cannot be written" fact_is acct missing \
		"outside of *"
	tap_ok "exit 1" exit_is 1
	check unshare -Urn --
	tap_ok "user namespace with its own net: capability ok" \
		fact_is capability ok null
	tap_ok "ctnetlink answers there" fact_is conntrack ok null
	tap_ok "acct can be switched on there" fact_is acct off
	check unshare -Urn -- --rcvbuf 64Mi
	tap_ok "no large buffer there" fact_is rcvbuf missing \
		"sysctl -w net.core.rmem_max=33554432"
	tap_ok "no BPF there" fact_is cgroup-bpf missing
else
	tap_skip "user namespaces" "there are none"
fi

# As where nf_conntrack is not loaded.
unloaded='mount -t tmpfs none /proc/sys/net/netfilter'
mounted "$unloaded"
tap_ok "no settings: tracking is unknown" fact_is tracking unknown "modprobe *"
for name in acct timestamp events; do
	tap_ok "no settings: $name is missing" fact_is $name missing "modprobe *"
done
tap_ok "ctnetlink answers all the same" says conntrack "*there is no /proc*"
mounted "$unloaded; exec $nobody $program --check -j"
tap_ok "nobody: it is not loaded" fact_is conntrack missing "sudo modprobe *"

# ---------------------------------------------------------------- sandbox

# Asked without flowtop: what it does not see must not be skipped.
has_landlock() {
	python3 -c '
import ctypes, sys
sys.exit(ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1) < 1)'
}
if [ -n "${SANITIZE:-}" ]; then
	tap_skip "the sandbox" "sanitizers run without"
elif ! grep -q 'HAVE_LIBSECCOMP 1' "$BUILD/config.h" || ! has_landlock; then
	tap_skip "the sandbox" "no libseccomp, or no Landlock in this kernel"
else
	check
	tap_ok "sandbox: ok" fact_is sandbox ok null
	tap_ok "sandbox: of what" says sandbox "seccomp, Landlock *"
	check --sandbox=off
	tap_ok "--sandbox=off: missing" fact_is sandbox missing \
		"flowtop --sandbox=auto"
	tap_ok "not needed" exit_is 0
	if denied "no Landlock" landlock_create_ruleset ENOSYS : --; then
		tap_ok "no Landlock: missing" fact_is sandbox missing
		tap_ok "no Landlock: exit 0" exit_is 0
		check $DENY landlock_create_ruleset EOPNOTSUPP : -- \
			--sandbox=strict
		tap_ok "Landlock is off" fact_is sandbox missing "*lsm=*"
		tap_ok "strict needs it: exit 1" exit_is 1
		check env SUDO_UID=65534 SUDO_GID=65534 \
			$DENY setresuid EPERM : --
		tap_ok "privileges stay: missing" fact_is sandbox missing
		tap_ok "privileges stay: exit 1" exit_is 1
		tap_ok "privileges stay: needed" is needed \
			"$(fact sandbox needed)" true
		check $DENY pipe2 EMFILE : --
		tap_ok "nothing can be tried: unknown" fact_is sandbox unknown
	fi
fi

# ---------------------------------------------------------------- tables

check
tap_ok "tables: ok" fact_is tables ok null
if denied "no namespaces" unshare EPERM : --; then
	tap_ok "tables, nowhere to try it: unknown" fact_is tables unknown null
	tap_ok "tables are not needed" exit_is 0
fi

# ---------------------------------------------------------------- BPF

has_bpf() {
	[ -e /proc/sys/kernel/unprivileged_bpf_disabled ] &&
		grep -q ' cgroup2 ' /proc/self/mounts &&
		grep -q ' 0 *0 *4294967295' /proc/self/uid_map
}
check
if has_bpf; then
	tap_ok "cgroup BPF: ok" fact_is cgroup-bpf ok null
	if denied "no BPF" bpf EINVAL : --; then
		tap_ok "no cgroup BPF: missing" fact_is cgroup-bpf missing \
			"*CONFIG_CGROUP_BPF*"
		check $DENY bpf EPERM : --
		tap_ok "BPF denied: missing" fact_is cgroup-bpf missing
		tap_ok "not needed" exit_is 0
	fi
	check --no-bpf
	tap_ok "--no-bpf: missing" fact_is cgroup-bpf missing \
		"*without --no-bpf"
	check unshare -p --fork --mount-proc --
	tap_ok "another pid namespace: missing" fact_is cgroup-bpf missing \
		"*outside of the container*"
	tap_ok "which it says" says cgroup-bpf "*pid namespace*"
	no_cgroup2='mount -t tmpfs none /run
		for dir in $(awk "\$3 == \"cgroup2\" { print \$2 }" \
			/proc/self/mounts); do
			umount -l "$dir"
		done'
	mounted "$no_cgroup2"
	tap_ok "no cgroup2: missing" fact_is cgroup-bpf missing "mount -t *"
	mounted "$no_cgroup2; $(fact cgroup-bpf fix)"
	tap_ok "the fix makes it ok" fact_is cgroup-bpf ok null
else
	tap_skip "cgroup BPF" "no BPF, cgroup2 or first user namespace here"
fi

# ---------------------------------------------------------------- files

mmdb=$TOP/tests/tools/mmdb.py
no_geoip='for dir in /usr/share/GeoIP /var/lib; do
		[ ! -d $dir ] || mount -t tmpfs none $dir
	done; mkdir /var/lib/GeoIP'
mounted "$no_geoip"
tap_ok "GeoIP: missing" fact_is geoip missing "geoipupdate *"
for name in City ASN Country; do
	mounted "$no_geoip; $mmdb one /var/lib/GeoIP/x.mmdb GeoLite2-$name \
		1786000000 '9.9.9.0/24={}'"
	tap_ok "GeoIP: $name is ok" fact_is geoip ok null
	tap_ok "GeoIP: and named" says geoip \
		"/var/lib/GeoIP/x.mmdb (GeoLite2-$name 2026-08-06)"
done
mounted "$no_geoip; echo x >/var/lib/GeoIP/x.mmdb"
tap_ok "GeoIP: broken ones do not count" fact_is geoip missing
tap_ok "GeoIP: and why" says geoip "*/x.mmdb: it is no MaxMind database*"

resolver() {
	mounted "printf '$1' >$work/resolv; printf '$2' >$work/nsswitch
		mount --bind $work/resolv /etc/resolv.conf
		mount --bind $work/nsswitch /etc/nsswitch.conf"
}
if [ -e /etc/resolv.conf ] && [ -e /etc/nsswitch.conf ]; then
	resolver '# nameserver 192.0.2.1\n' 'hosts: files dns\n'
	tap_ok "resolver: missing" fact_is resolver missing
	resolver 'nameserver 192.0.2.1\nnameserver 192.0.2.2\n' ''
	tap_ok "resolver: two" fact_is resolver ok null
	tap_ok "resolver: their number" is value "$(fact resolver value)" 2
	resolver '' 'hosts: files resolve dns\n'
	tap_ok "resolver: by nsswitch" fact_is resolver ok null
else
	tap_skip "resolver" "no /etc/resolv.conf or nsswitch.conf"
fi

tty_check() {
	checked env "$1" python3 -c '
import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))
' "$program" --check -j
}
tty_check TERM=xterm
tap_ok "terminal: ok" fact_is terminal ok null
tap_ok "terminal: its name and colours" says terminal "TERM=xterm, *colours*"
tty_check TERM=no-such-terminal
tap_ok "terminal: unknown is missing" fact_is terminal missing "export TERM=*"
check
tap_ok "no terminal: no line" is lines "$(fact terminal state)" ""

# ---------------------------------------------------------------- state

# The real one may be in use.
run='mount -t tmpfs -o mode=755 none /run'
mounted "$run; look >/dev/null; [ -e /run/flowtop ] && : >/run/flowtop/made"
tap_ok "no /run/flowtop: it can be made" says state "*can be made"
tap_ok "ok" fact_is state ok null
mounted "$run; mkdir -m 700 /run/flowtop; : >/run/flowtop/x
	ls -lR --time-style=full-iso /run >$work/before; look >/dev/null
	ls -lR --time-style=full-iso /run >$work/after"
tap_ok "a good /run/flowtop: ok" fact_is state ok null
tap_ok "nothing in /run changed" cmp "$work/before" "$work/after"
mounted "$run; look >/dev/null; ls -A /run >$work/after"
tap_ok "nothing in /run was made" test ! -s "$work/after"
state_fixed() {
	local text=$1 spoil=$2 fix=$3

	mounted "$run; $spoil"
	tap_ok "$text: missing" fact_is state missing "$fix"
	tap_ok "$text: not needed" exit_is 0
	mounted "$run; $spoil; $(fact state fix)"
	tap_ok "$text: the fix makes it ok" fact_is state ok null
}
state_fixed "/run is read-only" "mount -o remount,ro /run" "mount *rw /run"
state_fixed "read-only with a directory in it" \
	"mkdir -m 700 /run/flowtop; mount -o remount,ro /run" "mount *rw /run"
state_fixed "others may write there" "mkdir -m 777 /run/flowtop; \
	chmod 777 /run/flowtop" "chmod 700 /run/flowtop"
state_fixed "it belongs to somebody" "mkdir -m 700 /run/flowtop; \
	chown 65534 /run/flowtop" "chown root: /run/flowtop"
state_fixed "it is a link" "mkdir -m 700 /run/x; ln -s x /run/flowtop" \
	"rm /run/flowtop"

# ---------------------------------------------------------------- kernel

check
tap_ok "kernel: ok" says kernel "Linux $(uname -r)*"
if setarch --uname-2.6 true 2>/dev/null; then
	check setarch --uname-2.6 --
	tap_ok "an old kernel: missing" fact_is kernel missing
	tap_ok "an old kernel: not needed" exit_is 0
else
	tap_skip "an old kernel" "setarch cannot pretend one"
fi

tap_ok "nothing of this changed anything" test $n_changed -eq 0
tap_done
