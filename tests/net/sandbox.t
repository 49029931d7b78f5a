#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What main, the broker and the finder can do once they gave up privileges and
# entered the sandbox: all they have to, nothing else. tests/tools/jail tries it,
# with the library that flowtop uses. As a user only what needs no root is tested.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
[ -z "${SANITIZE:-}" ] || skip_all "no sandbox under a sanitizer"
[ -x "$TOOLS/jail" ] || skip_all "needs $TOOLS/jail"
need python3
work=$(mktemp -d "${TMPDIR:-/tmp}/flowtop-jail.XXXXXX") || exit 1
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
# Somewhere everybody can execute it, and not in the build tree.
chmod 755 "$work"
cp "$TOOLS/jail" "$work/jail"
jail=$work/jail
is_root=$([ "$(id -u)" = 0 ] && echo yes)
unset SUDO_UID SUDO_GID DOAS_USER PKEXEC_UID
USER_ID=65533

"$jail" -m auto status >"$work/out"
# Only where it cannot be had: a sandbox that fails is not skipped.
lacking=$(sed -n '/^sandbox: /{
	/built without libseccomp/p
	/no Landlock: not in this kernel/p
	/no Landlock: switched off in this kernel/p
}' "$work/out")
[ -z "$lacking" ] || skip_all "$lacking"
abi=$(sed -n 's/^sandbox: .*Landlock //p' "$work/out")
abi=${abi:-1}

# ---------------------------------------------------------------- operations

# Operation, what main gets, what the broker gets; "-" depends on the C library.
ops() {
	cat <<-END
	thread ok ENOSYS
	rcu ok -
	memory ok ENOSYS
	waiting ok ENOSYS
	broker-waiting ok ok
	open-file ok ok
	lock ok ok
	read-etc ok ok
	read-proc ok ok
	terminfo ok -
	terminal ok ok
	iconv ok -
	zone ok -
	user ok -
	localhost ok -
	interfaces ok ENOSYS
	connect ok ENOSYS
	stop stopped ENOSYS
	abort signal_6 signal_6
	raise signal_15 signal_15
	map-code ok ENOSYS
	socket-unix ok ok
	socket-inet ok ENOSYS
	socket-inet6 ok ENOSYS
	socket-netlink ok ok
	read-file EACCES ok
	read-dir ok ok
	read-home EACCES ok
	write-file EACCES ok
	create EACCES ok
	unlink EACCES ENOSYS
	bind-tcp EACCES:4 ENOSYS
	connect-abstract EPERM:6 ENOSYS
	execve killed killed
	execveat killed killed
	ptrace killed killed
	process_vm_readv killed killed
	process_vm_writev killed killed
	bpf killed killed
	perf_event_open killed killed
	init_module killed killed
	finit_module killed killed
	delete_module killed killed
	kexec_load killed killed
	mount killed killed
	umount2 killed killed
	pivot_root killed killed
	chroot killed killed
	setns killed killed
	keyctl killed killed
	add_key killed killed
	request_key killed killed
	open_by_handle_at killed killed
	userfaultfd killed killed
	open_tree killed killed
	move_mount killed killed
	fsopen killed killed
	fsmount killed killed
	fork ENOSYS ENOSYS
	clone ENOSYS ENOSYS
	clone3 ENOSYS ENOSYS
	unshare EPERM ENOSYS
	io_uring_setup ENOSYS ENOSYS
	pidfd_send_signal ENOSYS ENOSYS
	pidfd_open ENOSYS ENOSYS
	setuid ENOSYS ENOSYS
	setgroups ENOSYS ENOSYS
	capset ENOSYS ENOSYS
	listen ENOSYS ENOSYS
	mkdirat ENOSYS ENOSYS
	symlinkat ENOSYS ENOSYS
	fchmodat ENOSYS ENOSYS
	personality ENOSYS ENOSYS
	rt_sigqueueinfo ENOSYS ENOSYS
	landlock ENOSYS ENOSYS
	PR_SET_DUMPABLE ENOSYS ENOSYS
	PR_SET_PTRACER ENOSYS ENOSYS
	kill ENOSYS ENOSYS
	tgkill ENOSYS ENOSYS
	setown ENOSYS ENOSYS
	limits ENOSYS ENOSYS
	TIOCSTI EPERM ENOSYS
	TIOCSTI-64 EPERM ENOSYS
	TIOCLINUX EPERM ENOSYS
	TIOCSETD EPERM ENOSYS
	TIOCCONS ENOSYS ENOSYS
	socket-packet EAFNOSUPPORT ENOSYS
	socket-alg EAFNOSUPPORT ENOSYS
	socket-vsock EAFNOSUPPORT ENOSYS
	socket-bluetooth EAFNOSUPPORT ENOSYS
	no-enobufs ok ENOSYS
	broadcast-error ENOSYS ENOSYS
	socket-genetlink EPROTONOSUPPORT ENOSYS
	END
	if [ "$(uname -m)" = x86_64 ]; then
		echo 32-bit killed killed
		echo x32 killed killed
	fi
}

# try FILE ARGUMENTS... - every operation as an ordinary user.
try() {
	local file=$1 dir=$work/dir

	shift
	rm -rf "$dir"
	mkdir -p "$dir/more" "$dir/home/.ssh"
	echo text | tee "$dir/more/file" "$dir/home/file" >"$dir/new"
	chmod -R a+rwX "$dir"
	set -- "$jail" -d "$dir/more" -d "$dir/home" -d /no/such/dir "$@" ops
	[ -z "$is_root" ] ||
		set -- env SUDO_UID=$USER_ID SUDO_GID=$USER_ID "$@"
	JAIL_DIR=$dir timeout -k 5 60 "$@" 2>&1 </dev/null |
		sed 's/ /_/2g' >"$file"
}

got() {
	sed -n "s/^$1 //p" "$2"
}

try "$work/off" -m off
try "$work/main"
try "$work/broker" -r broker
try "$work/finder" -r finder
tap_ok "nothing else is tried than what is expected here" \
	diff <(ops | cut -d' ' -f1 | sort) \
	<(grep -vE '^(write-proc|seccomp) ' "$work/main" | cut -d' ' -f1 | sort)

# Without the sandbox the same has to come out otherwise, or the test would
# not see that the sandbox is missing. These the kernel here refuses anyway.
is_refused_anyway() {
	case $1=$(got "$1" "$work/off") in
	socket-*=EAFNOSUPPORT | unshare=EPERM) return 0 ;;
	esac
	return 1
}
makes_a_difference() {
	local without

	without=$(got "$1" "$work/off")
	[ "$without" != "$2" ] || is_refused_anyway "$1" || {
		diag "without a sandbox it is $without as well"
		return 1
	}
}

while read -r op main broker; do
	case $main in
	*:*)
		if [ "$abi" -lt "${main#*:}" ]; then
			tap_skip "main: $op" "needs Landlock ${main#*:}"
			continue
		fi
		main=${main%:*}
		;;
	esac
	tap_ok "main: $op: $main" is "$op" "$(got "$op" "$work/main")" "$main"
	case $main in
	ok | stopped | signal_*)
		tap_ok "no sandbox: $op works" \
			is "$op" "$(got "$op" "$work/off")" "$main"
		;;
	*)
		tap_ok "no sandbox: $op is something else" \
			makes_a_difference "$op" "$main"
		;;
	esac
	[ "$broker" = - ] || tap_ok "broker: $op: $broker" \
		is "$op" "$(got "$op" "$work/broker")" "$broker"
done < <(ops)

# What the finder gets is what the broker gets, but for these.
others() {
	cat <<-END
	broker-waiting ENOSYS
	open-file ENOSYS
	terminal ENOSYS
	socket-unix ENOSYS
	write-file ENOSYS
	create ENOSYS
	END
}
while read -r op _ broker; do
	finder=$(others | sed -n "s/^$op //p")
	finder=${finder:-$broker}
	[ "$finder" = - ] || tap_ok "finder: $op: $finder" \
		is "$op" "$(got "$op" "$work/finder")" "$finder"
done < <(ops)

# ---------------------------------------------------------------- ^Z

# Also what is at the other end of a pipe has to stop, or the shell waits.
is_stopped() {
	[ "$(awk '/^State/ { print $2 }' "/proc/$1/status")" = T ]
}
set -m
sleep 30 | { echo "$BASHPID" >"$work/pid"; exec "$jail" stop; } \
	>"$work/out" 2>&1 &
set +m
sleeper=$(jobs -p %%)
jobs_started+=("$sleeper")
wait_for 5 test -s "$work/pid"
tap_ok "^Z stops main" wait_for 5 is_stopped "$(cat "$work/pid")"
tap_ok "^Z stops the other end of its pipe" wait_for 5 is_stopped "$sleeper"
kill -CONT -- "-$sleeper"
tap_ok "and main goes on" wait_for 5 file_has "$work/out" 'going on'
kill -KILL -- "-$sleeper" 2>/dev/null

# ---------------------------------------------------------------- identities

# line NAME - of /proc/self/status, blanks made equal
line() {
	sed -n "s/^$1:[[:space:]]*//p" "$work/out" | tr '\t' ' ' |
		sed 's/ *$//'
}
zero=0000000000000000
# Bit 12 is CAP_NET_ADMIN.
admin=0000000000001000

run() {
	"$@" >"$work/out" 2>&1
	status=$?
}
# dropped TEXT UID GID CAPS - everything that has to hold in each case
dropped() {
	tap_ok "$1: exit 0" test "$status" -eq 0
	tap_ok "$1: user" is Uid "$(line Uid)" "$2 $2 $2 $2"
	tap_ok "$1: group" is Gid "$(line Gid)" "$3 $3 $3 $3"
	tap_ok "$1: permitted" is CapPrm "$(line CapPrm)" "$4"
	tap_ok "$1: effective" is CapEff "$(line CapEff)" "$4"
	tap_ok "$1: inheritable" is CapInh "$(line CapInh)" $zero
	tap_ok "$1: ambient" is CapAmb "$(line CapAmb)" $zero
	tap_ok "$1: not dumpable" is dumpable "$(line dumpable)" 0
	tap_ok "$1: no new privileges" is NoNewPrivs "$(line NoNewPrivs)" 1
	tap_ok "$1: system calls are filtered" is Seccomp "$(line Seccomp)" 2
}
bounded() {
	tap_ok "$1: groups" is Groups "$(line Groups)" ""
	tap_ok "$1: bounding set" is CapBnd "$(line CapBnd)" $zero
}

as_user=
if [ -n "$is_root" ]; then
	need setpriv
	as_user="setpriv --reuid=$USER_ID --regid=$USER_ID --groups=7,8"
fi
me=$($as_user id -u) my_group=$($as_user id -g)
run $as_user "$jail" status
dropped "ordinary user" "$me" "$my_group" $zero
tap_ok "ordinary user: not privileged" is privileged "$(line privileged)" 0
tap_ok "ordinary user: keeps his groups" is Groups "$(line Groups)" \
	"$($as_user "$jail" -m off status | sed -n 's/^Groups:[[:space:]]*//p' |
		sed 's/ *$//')"
run env SUDO_UID=1 SUDO_GID=1 $as_user "$jail" status
tap_ok "ordinary user: SUDO_UID means nothing" \
	is Uid "$(line Uid)" "$me $me $me $me"
if unshare -U true 2>/dev/null; then
	run $as_user unshare -U "$jail" status
	tap_ok "user namespace without a mapping: exit 0" test "$status" -eq 0
	run $as_user unshare -U -r "$jail" status
	dropped "root of a user namespace" 0 0 $zero
	run $as_user unshare -U -r env SUDO_UID=5 SUDO_GID=5 "$jail" status
	tap_ok "user namespace without that user: fails" test "$status" -eq 1
else
	tap_skip "user namespaces" "unshare -U does not work"
fi

[ -n "$is_root" ] || {
	tap_skip "root, file capabilities, names" "needs root"
	tap_done
}

run setpriv --groups=7,8 "$jail" status
dropped "root" 0 0 $zero
bounded "root"
tap_ok "root: was privileged" is privileged "$(line privileged)" 1
run setpriv --groups=7,8 env SUDO_UID=$USER_ID SUDO_GID=$USER_ID \
	"$jail" status
dropped "sudo" $USER_ID $USER_ID $zero
bounded "sudo"
# The sandbox would set it as well.
run env SUDO_UID=$USER_ID SUDO_GID=$USER_ID "$jail" -m off status
tap_ok "sudo, no sandbox: no new privileges" \
	is NoNewPrivs "$(line NoNewPrivs)" 1
run setpriv --groups=7,8 env SUDO_UID=$USER_ID SUDO_GID=$USER_ID \
	"$jail" -k -r broker status
dropped "broker by sudo" $USER_ID $USER_ID $admin
bounded "broker by sudo"
run env SUDO_UID=$USER_ID SUDO_GID=$USER_ID \
	setpriv --inh-caps=+net_admin,+net_raw \
	--ambient-caps=+net_admin,+net_raw "$jail" status
dropped "sudo with ambient capabilities" $USER_ID $USER_ID $zero
run env DOAS_USER=daemon "$jail" status
dropped "doas" "$(id -u daemon)" "$(id -g daemon)" $zero
run env PKEXEC_UID="$(id -u daemon)" "$jail" status
dropped "pkexec" "$(id -u daemon)" "$(id -g daemon)" $zero
for wrong in SUDO_UID=1 'SUDO_UID=0 SUDO_GID=5' 'SUDO_UID=5 SUDO_GID=0' \
	     'SUDO_UID=-1 SUDO_GID=-1' 'SUDO_UID=4294967295 SUDO_GID=5' \
	     'SUDO_UID=5x SUDO_GID=5' 'DOAS_USER=no-such-user' \
	     PKEXEC_UID=4000000001; do
	run env $wrong "$jail" status
	tap_ok "$wrong: nobody" is Uid "$(line Uid)" "65534 65534 65534 65534"
done

for root in 'SUDO_UID=0 SUDO_GID=0' DOAS_USER=root PKEXEC_UID=0; do
	run env $root "$jail" status
	tap_ok "$root: root himself" is Uid "$(line Uid)" "0 0 0 0"
done

# Groups that cannot be cleared are somebody else's after a change of user.
run setpriv --regid=$USER_ID --groups=7,8 --bounding-set=-setgid \
	env SUDO_UID=$USER_ID SUDO_GID=$USER_ID "$jail" status
tap_ok "no CAP_SETGID, other groups: fails" test "$status" -eq 1
run setpriv --groups=7,8 --bounding-set=-setgid,-setpcap "$jail" status
dropped "root without CAP_SETGID and CAP_SETPCAP" 0 0 $zero

# A program with capabilities in its file, as a package would install it.
cp "$work/jail" "$work/capable"
if command -v setcap >/dev/null && setcap cap_net_admin,cap_net_raw+ep \
	"$work/capable" 2>/dev/null; then
	run $as_user "$work/capable" status
	dropped "file capabilities, main" $USER_ID $USER_ID $zero
	tap_ok "file capabilities: were privileged" \
		is privileged "$(line privileged)" 1
	run $as_user "$work/capable" -k -r broker status
	dropped "file capabilities, broker" $USER_ID $USER_ID $admin
	run env SUDO_UID=1 SUDO_GID=1 $as_user "$work/capable" status
	tap_ok "file capabilities: SUDO_UID means nothing" \
		is Uid "$(line Uid)" "$USER_ID $USER_ID $USER_ID $USER_ID"
else
	tap_skip "file capabilities" "no setcap, or not on this file system"
	echo "SKIPPED: $0: file capabilities" >&2
fi
# A program that is set-user-id root does not believe the environment.
cp "$work/jail" "$work/setuid"
chmod 4755 "$work/setuid"
run $as_user env SUDO_UID=1 SUDO_GID=1 "$work/setuid" status
dropped "set-user-id" $USER_ID $USER_ID $zero

# ---------------------------------------------------------------- the end

# What the broker puts back, with its filter: as root who can read the lists
# of the old iptables, and as somebody who cannot.
make_ns switches
in_ns "$switches" "$TOOLS/ctfill" -n 1 --quiet
switches_are() {
	is "acct and timestamp" "$(sysctl_get "$switches" acct) $(
		sysctl_get "$switches" timestamp)" "$1"
}
# restores TEXT WHAT-IS-LEFT SWITCHES COMMAND...
restores() {
	local text=$1 left=$2 values=$3

	shift 3
	run in_ns "$switches" "$@" -k -r broker restore
	tap_ok "$text: not ended by its filter" is status "$status" 0
	tap_ok "$text: what is left" is left "$(line left)" "$left"
	tap_ok "$text: both switches" switches_are "$values"
	sysctl_set "$switches" acct 0
}
root_only='nf_conntrack_acct stays on: only root can see whether iptables needs it'
values='1 0'
[ -e /proc/net/ip_tables_names ] || root_only=nothing values='0 0'
restores "restore by sudo" nothing '0 0' \
	env SUDO_UID=$USER_ID SUDO_GID=$USER_ID "$jail"
restores "restore by a user" "$root_only" "$values" \
	setpriv --reuid=$USER_ID --regid=$USER_ID --clear-groups \
	--inh-caps=+net_admin --ambient-caps=+net_admin "$jail"

# ---------------------------------------------------------------- names

# The machine's own files are covered in a mount namespace of the test.
make_ns box
printf 'nameserver 127.0.0.1\n' >"$work/resolv.conf"
printf 'hosts: files dns\n' >"$work/nsswitch.conf"
printf '127.0.0.1 localhost\n192.0.2.7 file.test\n' >"$work/hosts"
: >"$work/dns"
background nsenter --net=/run/netns/"$box" -- python3 "$NET_DIR/dns.py" \
	127.0.0.1 one.test=192.0.2.1 one.test=2001:db8::1 two.test=198.51.100.2 \
	>"$work/dns" 2>&1
wait_for 10 file_has "$work/dns" ready || diag "$(cat "$work/dns")"
# names ARGUMENTS... - what the resolver says in the namespace
names() {
	env SUDO_UID=$USER_ID SUDO_GID=$USER_ID nsenter \
		--net=/run/netns/"$box" -- unshare -m sh -c '
		for f in resolv.conf nsswitch.conf hosts; do
			mount --bind "$1/$f" "/etc/$f" || exit 1
		done
		jail=$2
		shift 2
		exec "$jail" "$@"' sh "$work" "$jail" "$@" names localhost \
		file.test one.test two.test none.test 192.0.2.1 2001:db8::1 \
		192.0.2.9
}
in_ns "$box" ip addr add 192.0.2.5/24 dev lo
in_ns "$box" ip addr add 2001:db8::5/64 dev lo nodad
in_ns "$box" ip route add default dev lo
names -m off >"$work/names.off" 2>&1
names >"$work/names.on" 2>&1
diag "$(cat "$work/names.off")"
tap_ok "the name server is asked without a sandbox" \
	grep -q '^one.test:.* 192.0.2.1=one.test' "$work/names.off"
tap_ok "and the file" grep -q '^file.test: 192.0.2.7=file.test' \
	"$work/names.off"
tap_ok "the same names in the sandbox" \
	diff "$work/names.off" "$work/names.on"
tap_done
