#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What each process of flowtop may still do: as /proc says, and as the real
# process finds out when it is made to try.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
need pgrep conntrack
unset SUDO_UID SUDO_GID SUDO_USER DOAS_USER PKEXEC_UID
ulimit -c 0

# Somebody with an account, if there is anybody.
caller=$(getent passwd |
	awk -F: '$3 >= 1000 && $3 < 60000 && $4 >= 1000 { print $3, $4; exit }')
read -r uid gid <<<"${caller:-12345 12345}"
diag "the caller is $uid:$gid"

program=$(readlink -f "$FLOWTOP")
make_ns box
in_ns "$box" "$TOOLS/ctfill" -n 5 --quiet

# What the caller could read and write, were it not for the sandbox.
chmod 755 "$work"
mkdir -p "$work/home/.ssh"
echo secret >"$work/home/.ssh/id"
chown -R "$uid:$gid" "$work/home"
cp "$NET_DIR/../replay/demo.pcap" "$work/demo.pcap"
chmod 644 "$work/demo.pcap"

# ---------------------------------------------------------------- starting

# start ARGUMENTS... - in $main and, if it has any, $broker, $keeper, $finder
start() {
	: >"$work/out"
	ft_background "$box" "$work/out" "$@"
	main=$bg_pid
	wait_for 10 test -s "$work/out" || {
		diag "it said: $(head -3 "$work/out.err")"
		return 1
	}
	find_children
}
threads() {
	find "/proc/$1/task" -mindepth 1 -maxdepth 1 -printf '%f\n' 2>/dev/null
}
find_children() {
	broker=$(pgrep -P "$main" -x flowtop-broker)
	keeper=${broker:+$(pgrep -P "$broker")}
	finder=$(pgrep -P "$main" -x flowtop-finder || :)
}

# on_terminal ARGUMENTS... - the same with the screen
on_terminal() {
	background python3 "$NET_DIR/../tools/onpty.py" \
		nsenter --net=/run/netns/"$box" -- "$FLOWTOP" -n "$@" \
		</dev/null >/dev/null 2>&1
	holder=$bg_pid
	wait_for 10 drawing || return 1
	find_children
}
# It sleeps and has threads: it is past all that happens once.
drawing() {
	main=$(pgrep -P "$holder") &&
		[ "$(readlink "/proc/$main/exe")" = "$program" ] &&
		[ "$(threads "$main" | wc -l)" -gt 1 ]
}
# The lists of the old iptables are root's: who cannot read them leaves acct on.
has_lists=$([ ! -e /proc/net/ip_tables_names ] || echo yes)
switches() {
	echo "$(sysctl_get "$box" acct) $(sysctl_get "$box" timestamp)"
}
switches_are() {
	is "acct and timestamp" "$(switches)" "$1"
}
# afterwards TEXT - the end of one who is not root, which nothing has ended
afterwards() {
	local left='0 0'

	[ -z "$has_lists" ] || left='1 0'
	tap_ok "$1: both switches were on" switches_are '1 1'
	finish
	tap_ok "$1: its processes are gone" \
		wait_for 3 test ! -e "/proc/$broker/exe" -a \
		! -e "/proc/$keeper/exe" -a ! -e "/proc/$finder/exe"
	tap_ok "$1: no process was ended by a signal" \
		eval '! grep -q "by signal" "$work/out.err"'
	tap_ok "$1: what can be put back is" switches_are "$left"
	[ -z "$has_lists" ] || tap_ok "$1: it says what is left, and why" \
		grep -q 'only root can see whether iptables needs it' \
		"$work/out.err"
	sysctl_set "$box" acct 0
}
finish() {
	kill -TERM "$main" 2>/dev/null
	wait_for 5 test ! -e "/proc/$main/exe" || kill -KILL "$main"
	wait "$bg_pid" 2>/dev/null
}

live=(-46 -j -t 0.25 -c 200 --hide none)

# ---------------------------------------------------------------- /proc

# all_say PID KEY VALUE - in every thread
all_say() {
	local got

	got=$(sed -n "s/^$2:[ \t]*//p" "/proc/$1"/task/*/status | sort -u |
		tr -s '\t' ' ')
	is "$2" "${got%% }" "$3"
}
# The bounding set can only be cleared by who has CAP_SETPCAP: not with setcap,
# where no_new_privs has to do.
all_caps() {
	local set

	for set in CapInh CapPrm CapEff CapAmb $bounding; do
		all_say "$1" $set 0000000000000000 || return
	done
}
bounding=CapBnd
# Seccomp: 2 is a filter. Sanitizers cannot work with one.
filtered() {
	if [ -z "${SANITIZE:-}" ]; then
		tap_ok "$1: a filter of system calls" all_say "$2" Seccomp 2
	fi
}
unprivileged() {
	tap_ok "$1: no capability in any set" all_caps "$2"
	tap_ok "$1: none to be had any more" all_say "$2" NoNewPrivs 1
	filtered "$1" "$2"
}
the_caller() {
	tap_ok "$1: the user who started it" all_say "$2" \
		Uid "$uid $uid $uid $uid"
	tap_ok "$1: his group" all_say "$2" Gid "$gid $gid $gid $gid"
	tap_ok "$1: no other groups" all_say "$2" Groups ""
}
# exactly PID CAPABILITIES - permitted and effective, none in the other sets
exactly() {
	local set

	for set in CapPrm CapEff; do
		all_say "$1" $set "$2" || return
	done
	for set in CapInh CapAmb $bounding; do
		all_say "$1" $set 0000000000000000 || return
	done
}
net_admin=0000000000001000
# ptrace, reading and searching, sys_admin
look=0000000000280004
finder_caps=$look
not_root() {
	local got

	got=$(sed -n 's/^Uid:[ \t]*//p' "/proc/$1/status")
	[[ -n $got && " ${got//$'\t'/ } " != *' 0 '* ]] ||
		is Uid "$got" "no 0"
}
# has WHO PID - without it all that follows would say nothing
has() {
	[ -n "$2" ] && [ -e "/proc/$2/exe" ]
}
brokers() {
	tap_ok "$1: there is a broker" has broker "$broker"
	has broker "$broker" || return
	tap_ok "$1: broker: exactly CAP_NET_ADMIN" \
		exactly "$broker" $net_admin
	tap_ok "$1: broker: none to be had any more" \
		all_say "$broker" NoNewPrivs 1
	tap_ok "$1: broker: not root" not_root "$broker"
	tap_ok "$1: broker: no other groups" all_say "$broker" Groups ""
	tap_ok "$1: broker: one thread" \
		is threads "$(threads "$broker" | wc -l)" 1
	filtered "$1: broker" "$broker"
	has keeper "$keeper" || return
	tap_ok "$1: keeper: no more than the broker" \
		exactly "$keeper" $net_admin
	tap_ok "$1: keeper: not root" not_root "$keeper"
	filtered "$1: keeper" "$keeper"
	tap_ok "$1: there is a finder" has finder "$finder"
	has finder "$finder" || return
	tap_ok "$1: finder: exactly what looking needs" \
		exactly "$finder" $finder_caps
	tap_ok "$1: finder: none to be had any more" \
		all_say "$finder" NoNewPrivs 1
	tap_ok "$1: finder: the user of main" is Uid \
		"$(grep ^Uid: "/proc/$finder/status")" \
		"$(grep ^Uid: "/proc/$main/status")"
	tap_ok "$1: finder: not root" not_root "$finder"
	tap_ok "$1: finder: no other groups" all_say "$finder" Groups ""
	tap_ok "$1: finder: one thread" \
		is threads "$(threads "$finder" | wc -l)" 1
	tap_ok "$1: finder: nobody looks into it" \
		is owner "$(stat -c %u "/proc/$finder/environ")" 0
	filtered "$1: finder" "$finder"
}

export SUDO_UID=$uid SUDO_GID=$gid
tap_ok "sudo: started" start "${live[@]}"
the_caller sudo "$main"
unprivileged sudo "$main"
brokers sudo
finish

tap_ok "screen: started" on_terminal
the_caller screen "$main"
unprivileged screen "$main"
brokers screen
finish

for SUDO_UID in 0 -1 nonsense 4294967296; do
	tap_ok "SUDO_UID=$SUDO_UID: started" start "${live[@]}"
	tap_ok "SUDO_UID=$SUDO_UID: not root" not_root "$main"
	tap_ok "SUDO_UID=$SUDO_UID: no capability" all_caps "$main"
	finish
done
unset SUDO_UID SUDO_GID

tap_ok "root: started" start "${live[@]}"
unprivileged root "$main"
tap_ok "root: no other groups" all_say "$main" Groups ""
tap_ok "root: not root any more" not_root "$main"
brokers root
finish

# Where the user cannot be changed: root stays root, without capabilities, and
# for somebody else nothing is done.
deny=(python3 "$NET_DIR/../tools/deny.py" setresuid EPERM :)
"${deny[@]}" true
if [ $? = 77 ]; then
	tap_skip "user cannot be changed" "this machine cannot deny that"
else
	saved=$FLOWTOP
	FLOWTOP=${deny[0]} FT_OPTIONS='' tap_ok "root, no change of user: started" \
		start "${deny[@]:1}" "$saved" "${live[@]}"
	unprivileged "root, no change of user" "$main"
	finish
	SUDO_UID=$uid SUDO_GID=$gid tap_ok "sudo, no change of user: fails" \
		eval '! in_ns "$box" "${deny[@]}" "$saved" -1 2>"$work/err"'
	tap_ok "and says what failed" grep -qx \
		'flowtop: cannot give up privileges: Operation not permitted' \
		"$work/err"
	FLOWTOP=$saved
fi

# With a capability of the file instead of root.
mkdir -m 755 "$work/bin"
cp "$FLOWTOP" "$work/bin/flowtop"
if setcap cap_net_admin+ep "$work/bin/flowtop" 2>/dev/null; then
	saved=$FLOWTOP
	FLOWTOP=setpriv FT_OPTIONS='' tap_ok "setcap: started" start --reuid="$uid" \
		--regid="$gid" --clear-groups "$work/bin/flowtop" "${live[@]}"
	bounding=
	finder_caps=0000000000000000
	the_caller setcap "$main"
	unprivileged setcap "$main"
	brokers setcap
	afterwards setcap
	four=cap_net_admin,cap_sys_ptrace,cap_dac_read_search,cap_sys_admin+ep
	setcap $four "$work/bin/flowtop"
	FLOWTOP=setpriv FT_OPTIONS='' tap_ok "setcap of four: started" start \
		--reuid="$uid" --regid="$gid" --clear-groups \
		"$work/bin/flowtop" "${live[@]}"
	finder_caps=$look
	the_caller "setcap of four" "$main"
	unprivileged "setcap of four" "$main"
	brokers "setcap of four"
	bounding=CapBnd
	finish
	FLOWTOP=$saved
	setcap -r "$work/bin/flowtop"
else
	tap_skip "setcap" "no capabilities of files here"
fi
# The same with a capability of the process: this works on every file system.
saved=$FLOWTOP
FLOWTOP=setpriv FT_OPTIONS='' tap_ok "ambient: started" start --reuid="$uid" \
	--regid="$gid" --clear-groups --inh-caps=+net_admin \
	--ambient-caps=+net_admin "$work/bin/flowtop" "${live[@]}"
FLOWTOP=$saved
afterwards ambient

# A kernel that has no lists: /proc without these files, everything else is
# as it was.
cat >"$work/unlisted" <<'END'
#!/bin/sh -e
old=$1
shift
mkdir -p "$old"
mount --rbind /proc "$old"
mount -t tmpfs none /proc
mkdir /proc/.old /proc/sys /proc/net
mount --rbind "$old" /proc/.old
mount --bind /proc/.old/sys /proc/sys
ln -s .old/self /proc/self
ln -s ../.old/self/net/unix /proc/net/unix
exec "$@"
END
saved=$FLOWTOP
FLOWTOP=unshare FT_OPTIONS='' tap_ok "no lists: started" start -m sh "$work/unlisted" \
	"$work/proc" "$work/bin/flowtop" "${live[@]}"
FLOWTOP=$saved
has_lists='' afterwards "no lists"

# ---------------------------------------------------------------- replay

export SUDO_UID=$uid SUDO_GID=$gid
tap_ok "replay: started" start -46 -j -t 0.25 -c 200 --speed 0.1 \
	--hide none -r "$work/demo.pcap"
tap_ok "replay: no broker" is children "$broker" ""
tap_ok "replay: no finder" is children "$finder" ""
the_caller replay "$main"
unprivileged replay "$main"
finish

# ---------------------------------------------------------------- by force

if [ -n "${SANITIZE:-}" ]; then
	tap_skip "forbidden calls" "sanitizers need some of them"
	tap_done
fi

# landlock - does this kernel have it?
landlock() {
	python3 - <<-'END'
	import ctypes, sys
	libc = ctypes.CDLL(None)
	sys.exit(libc.syscall(444, None, 0, 1) < 1)
	END
}

calls="execve execveat ptrace process_vm_readv process_vm_writev bpf setns
	mount keyctl init_module open-shadow open-ssh socket-packet socket-vsock
	setuid0 unshare-user clone-user io_uring kill-init"
# Files that are the caller's: only Landlock keeps them.
files="open-read=$work/home/.ssh open-read=$work/home/.ssh/id
	open-read=$work/demo.pcap open-write=$work/home/new
	open-write=$work/home/.ssh/id"
echo secret >"$work/roots"
chmod 600 "$work/roots"
root_files="open-read=$work/roots open-write=/etc/flowtop-test-$$
	open-write=/run/flowtop-test-$$
	open-write=/proc/sys/net/netfilter/nf_conntrack_acct"
if ! landlock; then
	tap_skip "files" "no Landlock in this kernel"
	files='' root_files=''
fi

# try CALL - in the thread of main that is the $nth; the answer is in $got
try() {
	local tid

	tid=$(threads "$main" | sort -n | sed -n "$nth")
	got=$("$TOOLS/inject" "${tid:-$main}" "$1" 2>&1)
	got=${got#* }
}
denied() {
	try "$1"
	case $got in
	'= EPERM' | '= EACCES' | '= ENOSYS') return 0 ;;
	'killed SIGSYS')
		# Its other threads end a moment later.
		wait_for 2 test ! -e "/proc/$main/exe"
		return 0
		;;
	'= EAFNOSUPPORT') [[ $1 == socket-* ]] && return 0 ;;
	esac
	is "$1" "$got" "no success"
}
succeeds() {
	try "$1"
	[[ $got == '= '[0-9]* ]] || is "$1" "$got" "a success"
}

# all_denied TEXT CALL... - with main as it is, and anew when one has ended it
all_denied() {
	local text=$1 call

	shift
	for call; do
		if ! [ -e "/proc/$main/exe" ]; then
			wait "$bg_pid" 2>/dev/null
			"${again[@]}" || break
		fi
		tap_ok "$text: no ${call/"$work"/...}" denied "$call"
	done
}

# A call that does not go through the filter of its own thread would be found
# only there: the first thread and the last one.
again=(start "${live[@]}")
nth=1p
tap_ok "first thread: started" "${again[@]}"
# shellcheck disable=SC2086
all_denied "first thread" $calls $files
finish
nth='$p'
again=(on_terminal)
tap_ok "last thread: started" "${again[@]}"
# shellcheck disable=SC2086
all_denied "last thread" $calls $files ioctl-tiocsti
finish

# Root himself: he may read what only he owns, and no capability is needed.
unset SUDO_UID SUDO_GID
again=(start "${live[@]}")
nth=1p
tap_ok "root: started" "${again[@]}"
# shellcheck disable=SC2086
all_denied root ${calls/open-ssh/} $root_files
finish
export SUDO_UID=$uid SUDO_GID=$gid

# What main asks the kernel is asked in its own name: it may not delete.
again=(start "${live[@]}")
tap_ok "flows: started" "${again[@]}"
try ct-flush
diag "ct-flush $got"
sleep 0.1
tap_ok "it cannot delete flows" \
	is flows "$(in_ns "$box" conntrack -C)" 5
finish

# What main has no reason to ask ends the broker, which says so.
asked() {
	try "$1"
	case $got in
	'= '[0-9]*) ;;
	*) is "$1" "$got" "a success" || return ;;
	esac
	wait_for 3 test ! -e "/proc/$broker/exe" &&
		grep -q 'a bad request ended the privileged process' \
			"$work/out.err"
}
for call in bad-size bad-list bad-track; do
	tap_ok "$call: started" "${again[@]}"
	tap_ok "$call: it ends the broker, which says why" asked $call
	tap_ok "$call: main ends" wait_for 3 test ! -e "/proc/$main/exe"
	finish
	tap_ok "$call: both switches are off" switches_are '0 0'
done

# The same for the finder, which does without it; main goes on.
finder_ends() {
	try "$1"
	wait_for 3 test ! -e "/proc/$finder/exe" &&
		wait_for 3 grep -q \
			'a bad request ended the process that finds owners' \
			"$work/out.err" && [ -e "/proc/$main/exe" ]
}
for call in finder-size finder-walk finder-kind; do
	tap_ok "$call: started" "${again[@]}"
	tap_ok "$call: it ends the finder alone, which says why" \
		finder_ends $call
	finish
done

# What the finder itself can be made to do.
finder_try() {
	got=$("$TOOLS/inject" "$finder" "$1" 2>&1)
	got=${got#* }
}
finder_gets() {
	finder_try "$1"
	# shellcheck disable=SC2053 # a pattern
	[[ $got == $2 ]] || is "$1" "$got" "$2"
}
killing="execve execveat ptrace process_vm_readv process_vm_writev bpf
	mount keyctl init_module setns setns-mnt setns-user setns-pid"
failing="open-write=$work/home/new open-write=/etc/flowtop-test-$$
	open-write=/proc/sys/net/netfilter/nf_conntrack_acct socket-unix
	socket-inet socket-packet socket-vsock socket-netfilter setuid0
	unshare-user clone-user io_uring kill-init ioctl-tiocsti"
tap_ok "finder: started" "${again[@]}"
for call in $failing; do
	tap_ok "finder: no ${call/"$work"/...}" finder_gets "$call" '= E*'
done
for call in socket-route setns-net open-read=/etc/shadow; do
	tap_ok "finder: $call" finder_gets $call '= [0-9]*'
done
for call in $killing; do
	tap_ok "finder: $call ends it" finder_gets $call 'killed SIGSYS'
	tap_ok "finder: $call: main goes on" test -e "/proc/$main/exe"
	finish
	"${again[@]}"
done
finish
tap_ok "finder, --sandbox=off: started" start "${live[@]}" --sandbox=off
for call in ptrace socket-unix open-read=/etc/shadow; do
	tap_ok "finder, --sandbox=off: $call" finder_gets $call '= [0-9]*'
done
finish

# Without the sandbox the same calls succeed: it is what denies them.
tap_ok "--sandbox=off: started" start "${live[@]}" --sandbox=off
tap_ok "--sandbox=off: no filter" all_say "$main" Seccomp 0
for call in ptrace socket-vsock $files execve; do
	tap_ok "--sandbox=off: ${call/"$work"/...}" succeeds "$call"
done
finish
rm -f "/etc/flowtop-test-$$" "/run/flowtop-test-$$"

tap_done
