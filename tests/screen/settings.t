#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Saved settings: what files say, what key W writes, whose files these are; and
# keys that mean something else.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_screen
require_demo

conf=$work/dir/config
mkdir -m 700 "$work/dir"

# start [OPTION...] - with the file $conf
start() {
	screen_start "${cells:-100}" 24 "$FLOWTOP" -nGP --config "$conf" -r "$DEMO" "$@"
	cursor_on 4
}

# batch [OPTION...] - output in $work/out, errors in $work/err
batch() {
	timeout 20 "$FLOWTOP" -nGP -r "$DEMO" --speed 0 -1 "$@" >"$work/out" \
		2>"$work/err" </dev/null
	status=$?
}

# contents - those of $conf are these lines
contents() {
	[ "$(cat "$conf")" = "$(printf '%s\n' "$@")" ] || {
		diag "$(cat "$conf")"
		return 1
	}
}

# saved - key W, and it says so
saved() {
	keys W
	shows_in -1 'settings written to '
}

# ---------------------------------------------------------------- reading

printf '%s\n' 'bits = yes # as the line' 'protocols = all' >"$conf"
start
tap_ok 'a file switches on: bits' shows_in 3 ' RXb/s TXb/s'
tap_ok 'a file has the default of protocols' \
	shows_in 1 'TCP,UDP,DCCP,ICMP,SCTP,OTHER'
start -U
tap_ok 'letters of the command line replace those of the file' \
	shows_in 1 'IPv4,IPv6,UDP$'

cat >"$conf" <<'END'
show-src = no
show-src = yes
show-src = no
interval = 0
intervall = 3
json = yes
track = yes
sort.flows = nonsense
END
printf 'a\001b = c\n' >>"$conf"
cells=200 start
told() {
	keys '!'
	shows "config:5: unknown key \"intervall\"; did you mean \"interval\"?" &&
		shows 'config:4: bad value "0" for interval: it takes seconds' &&
		shows 'config:6: "json" is for the command line only' &&
		shows 'config:7: "track" is for the command line and' &&
		shows 'config:8: sort.flows: unknown column "nonsense"' &&
		shows 'config:9: there is a control character'
}
tap_ok 'the first thing that is wrong is told in the last row' \
	shows_in -1 'config:4: bad value'
tap_ok 'all of them are messages' told
batch --config "$conf"
tap_ok 'without a screen on stderr, and flows are shown' \
	test "$status:$(wc -l <"$work/err"):$(grep -c tcp "$work/out" | sed 's/[1-9].*/some/')" = 0:6:some

printf 'linger = 60\ngroup-by = hosts\nprotocols = tcp\n' >"$conf"
batch --no-config -j
cp "$work/out" "$work/plain"
batch --config "$conf" -j
tap_ok 'what JSON has does not hang on linger and group-by' \
	cmp "$work/out" "$work/plain"

for bad in "$work/none" "$work/fifo" "$work"; do
	[ "$bad" != "$work/fifo" ] || mkfifo "$bad"
	batch --config "$bad"
	tap_ok "--config $(basename "$bad"): an error, and no waiting" \
		test "$status:$(wc -l <"$work/err")" = 2:1
done
head -c 70000 /dev/zero | tr '\0' '#' >"$work/large"
batch --config "$work/large"
tap_ok 'nothing larger than 64 KiB is read' test "$status" = 2
head -c 60000 /dev/urandom >"$work/noise"
batch --config "$work/noise"
tap_ok 'any bytes: told about, no more than 21 lines' \
	test "$status" = 0 -a "$(wc -l <"$work/err")" -le 21

# ---------------------------------------------------------------- W

printf '# mine\nbits=yes # why\n\nnonsense\ntcp = yes\nhide = none' >"$conf"
chmod 640 "$conf"
start --slow
keys b s U 3
shows '\[3 Hosts\]'
saved
tap_ok 'W changes its lines, and no others' contents '# mine' '' nonsense \
	'hide = none' 'protocols = tcp,udp' 'show-src = yes' 'no-dns = yes' \
	'numeric-ports = yes' 'location = none' 'group-by = hosts' 'slow = yes'
tap_ok 'the file keeps its mode' test "$(stat -c %a "$conf")" = 640
tap_ok 'nothing else is left' test "$(ls -A "$work/dir")" = config
screen_start 100 24 "$FLOWTOP" --config "$conf" -r "$DEMO"
tap_ok 'it starts as it was' shows '\[3 Hosts\]'
keys 1
tap_ok '... with what was written' shows_in 1 'IPv4,IPv6,TCP,UDP$'
keys s U n N L L L 3
shows '\[3 Hosts\]'
saved
tap_ok 'what is as it is built in leaves the file' contents '# mine' '' \
	nonsense 'hide = none' 'group-by = hosts' 'slow = yes'

rm "$conf"
printf 'bits = yes\n' >"$work/dir/real"
ln -s real "$conf"
start
keys s
saved
tap_ok 'a link stays one, and what it leads to is written' \
	test "$(readlink "$conf"):$(grep -c 'show-src = yes' "$work/dir/real")" = \
	real:1
rm "$conf"

printf 'filter.web = port 80,443\nfilter.bad = port htps\n' >"$conf"
start -46UT
keys / @web Enter
tap_ok 'a filter by its name' shows_in 2 '/@web'
only_web() {
	screen | sed -n '5,20p' | grep -q ' 443 ' &&
		! screen | sed -n '5,20p' | grep -q ' 22 '
}
tap_ok '... shows what it stands for' wait_for 5 only_web
saved
tap_ok 'what was typed is saved' grep -qx 'history = @web' "$conf"
start -46UT
keys / Up Enter
tap_ok '... and is there the next time' shows_in 2 '/@web'
batch --config "$conf" @web
tap_ok 'a name on the command line' test "$status" = 0
printf 'filter = port htps\nfilter = tcp\n' >"$conf"
batch --config "$conf"
tap_ok 'a filter of a file that cannot be read is left out' \
	grep -q 'unknown service "htps"' "$work/err"
tap_ok '... and keeps nobody from starting' test "$status" = 0

rm "$conf"
touch "$conf"
start
chmod 500 "$work/dir"
keys b W
tap_ok 'a directory that cannot be written' \
	shows_in -1 'settings not written: config: Permission denied'
chmod 777 "$work/dir"
keys W
tap_ok 'a directory that others can write' \
	shows_in -1 'settings not written: .*others can change it'
chmod 700 "$work/dir"
screen_start 100 24 "$FLOWTOP" -nGP --no-config -r "$DEMO"
cursor_on 4
keys W
tap_ok '--no-config: nothing is written' shows_in -1 'not written: .*--no-config'

# Two at once, again and again: each writes a whole file.
start
first=$SOCKET
SOCKET=
start
for _ in 1 2 3 4 5; do
	keys s W
	tmux -S "$first" send-keys b W
done
saved
first_saved() {
	tmux -S "$first" capture-pane -p | grep -q 'settings written to '
}
wait_for "$PATIENCE" first_saved
tmux -S "$first" kill-server
whole() {
	[ "$(find "$work/dir" -type f | wc -l)" = 2 ] &&
		! grep -vE '^(show-src|bits|no-dns|numeric-ports|location) = ' \
			"$conf"
}
tap_ok 'two at once: the file is whole' whole

# ---------------------------------------------------------------- keys

printf '%s\n' 'key.x = pause' 'key.F5 = help' 'key.s = none' \
	'key.^C = none' 'key.Q = none' 'key.F10 = none' 'key.^\ = none' >"$conf"
start
keys x
tap_ok 'key.x = pause' shows_in 0 PAUSED
keys x s
tap_ok 'key.s = none' shows_in -1 'no action on "s"; ? lists keys'
keys F5
tap_ok 'help names the keys that are' shows 'Space p Z x *pause'
keys F5 '!'
tap_ok 'one key always leaves' shows 'no key was left that quits: ^C does'
keys C-c
tap_ok '... ^C' shows '^ended 0'

printf 'keys = htop\n' >"$conf"
start
keys h
tap_ok 'keys = htop: h is help' shows '^ Help - flowtop'
keys h k
tap_ok '... k does nothing' shows_in -1 'no action on "k"'
keys S
tap_ok '... S opens the columns' shows 'Esc done'
keys Escape
hides 'Esc done'
keys T
tap_ok '... T sorts by time' shows_in 2 'sort .*age\|sort .*TIME'

# ---------------------------------------------------------------- whose files

if [ "$(id -u)" != 0 ] || ! unshare -m true 2>/dev/null; then
	tap_skip 'files of others, of sudo and of the system' 'needs root'
	tap_done
fi

# A user with a home, and a file of the system, in a mount namespace: nothing of
# this machine is touched.
pub=$(mktemp -d "${TMPDIR:-/tmp}/flowtop-user.XXXXXX")
chmod 755 "$pub"
trap 'screen_end; rm -rf "$pub"; cleanup' EXIT
cp "$DEMO" "$pub/demo.pcap"
cp "$FLOWTOP" "$pub/flowtop"
chmod 755 "$pub/flowtop" "$pub/demo.pcap"
install -d -o 4242 -g 4242 -m 700 "$pub/home"
install -d -m 700 "$pub/root"
etc=$(strings "$FLOWTOP" | grep -m 1 '^/.*/flowtop/flowtop\.conf$')
etc=${etc%/flowtop/flowtop.conf}
if ! [ -d "$etc" ] || [ "$etc" = /etc ] && ! [ -d /etc/flowtop ]; then
	tap_skip 'files of others, of sudo and of the system' "no $etc/flowtop"
	tap_done
fi
{
	sed '/^root:/d' /etc/passwd
	echo "root:x:0:0:root:$pub/root:/bin/sh"
	echo "tester:x:4242:4242:tester:$pub/home:/bin/sh"
} >"$work/passwd"
cat >"$work/inside" <<END
mount --bind '$work/passwd' /etc/passwd || exit 99
etc='$etc'
[ -d "\$etc/flowtop" ] && etc=\$etc/flowtop
mount -t tmpfs -o size=64k,mode=755 none "\$etc" &&
	mkdir -p '$etc/flowtop' || exit 99
[ ! -e '$work/etc' ] || cp -p '$work/etc' '$etc/flowtop/flowtop.conf'
exec "\$@"
END
inside=(unshare -m bash "$work/inside")
as_sudo=("${inside[@]}" env SUDO_UID=4242 SUDO_GID=4242)
as_user=("${inside[@]}" setpriv --reuid 4242 --regid 4242 --clear-groups
	env -u XDG_CONFIG_HOME HOME="$pub/home")
theirs=$pub/home/.config/flowtop/config

# run_as - with $as in front
run_as() {
	screen_start 100 24 "${as[@]}" "$pub/flowtop" -nGP -r "$pub/demo.pcap"
	cursor_on 4
}

is_theirs() {
	[ "$(stat -c %u:%g:%a "$1")" = "4242:4242:$2" ] || {
		diag "$(stat -c '%n %u:%g:%a' "$1")"
		return 1
	}
}
no_roots() {
	[ -z "$(find "$pub/home" -user root)" ]
}

as=("${as_sudo[@]}")
run_as
keys b W
tap_ok 'sudo: W names the file of the user' \
	shows_in -1 'settings written to ~/.config/flowtop/config'
tap_ok '... makes it as his' is_theirs "$theirs" 600
tap_ok '... and its directory' is_theirs "$(dirname "$theirs")" 700
tap_ok '... nothing there is of root' no_roots

# The process that writes it.
scribe=$(pgrep -P "$(program_pid)" -x flowtop-scribe)
its() {
	awk -v key="$1:" '$1 == key { print $2 }' "/proc/$scribe/status"
}
tap_ok 'it is the user, without any capability' \
	test "$(its Uid):$(its CapEff):$(its CapPrm)" = \
	4242:0000000000000000:0000000000000000
echo secret >"$pub/home/secret"
chown 4242:4242 "$pub/home/secret"
injected() {
	[ "$("$BUILD/tests/tools/inject" "$scribe" "$1" 2>&1)" = "${1%%=*} $2" ] || {
		diag "$("$BUILD/tests/tools/inject" "$scribe" "$1" 2>&1)"
		return 1
	}
}
if [ -n "${SANITIZE:-}" ] || [ "$(its Seccomp)" != 2 ] ||
	! [ -x "${BUILD:-}/tests/tools/inject" ]; then
	tap_skip 'what it may still do' 'no sandbox, or no tool'
else
	tap_ok 'it cannot read what else he has' \
		injected "open-read=$pub/home/secret" '= EACCES'
	tap_ok 'it cannot write it' \
		injected "open-write=$pub/home/secret" '= EACCES'
	tap_ok 'it can write its own file' test \
		"$("$BUILD/tests/tools/inject" "$scribe" "open-write=$theirs" | grep -c '= E')" = 0
	tap_ok 'it runs nothing' injected execve 'killed SIGSYS'
fi
as=("${as_user[@]}")
run_as
tap_ok 'the user himself has the same settings' shows_in 3 ' RXb/s TXb/s'
keys s W
tap_ok '... and writes the same file' shows_in -1 'written to ~/.config/flowtop/c'
tap_ok '... which stays his' is_theirs "$theirs" 600

chown root "$theirs"
chmod 644 "$theirs"
as=("${as_sudo[@]}")
run_as
tap_ok "sudo: a file in his home that is not his is not read" \
	shows_in -1 "config: ignored: it is another user's"
keys W
tap_ok '... and not written' shows_in -1 'settings not written: config: it is an'
tap_ok '... at all' test "$(stat -c %u "$theirs")" = 0
rm -r "$pub/home/.config"
install -d -m 755 "$pub/foreign"
install -d -o 4242 -g 4242 -m 700 "$pub/home/.config"
ln -s "$pub/foreign" "$pub/home/.config/flowtop"
run_as
keys b W
tap_ok "sudo: a link into another's directory is not followed" \
	shows_in -1 'settings not written: .*foreign: it is another'
tap_ok '... nothing was written there' test -z "$(ls -A "$pub/foreign")"
rm "$pub/home/.config/flowtop"

as=("${inside[@]}")
run_as
keys b W
tap_ok 'root has a file of his own' test \
	"$(shows_in -1 'written to ~/.config' && stat -c %u:%a "$pub/root/.config/flowtop/config")" = 0:600
rm -r "$pub/root/.config"

# The file of the system.
printf 'bits = yes\nshow-src = yes\nno-sysctl = yes\n' >"$work/etc"
chmod 644 "$work/etc"
install -d -o 4242 -g 4242 "$(dirname "$theirs")"
printf 'show-src = no\n' >"$theirs"
chown 4242:4242 "$theirs"
as=("${as_user[@]}")
run_as
tap_ok 'the file of the system is read' shows_in 3 ' RXb/s TXb/s'
tap_ok "... the user's file comes first" shows_in 3 PROCESS
keys b W
tap_ok 'W overrules the file of the system' \
	test "$(shows_in -1 written && grep -c '^bits = no' "$theirs")" = 1
chmod 666 "$work/etc"
rm "$theirs"
run_as
tap_ok 'one that others can write is ignored' \
	shows_in -1 'flowtop.conf: ignored: .*others can change it'
tap_ok '... all of it' shows_in 3 ' RX/s  TX/s'
rm "$work/etc"

# A disk that is full.
cat >"$work/full" <<END
mount -t tmpfs -o size=16k,uid=4242,gid=4242,mode=700 none '$pub/home' &&
	mkdir -p '$pub/home/.config/flowtop' &&
	printf 'bits = yes\n' >'$theirs' &&
	chown -R 4242:4242 '$pub/home/.config'
dd if=/dev/zero of='$pub/home/fill' bs=4k 2>/dev/null
"\$@"
cat '$theirs' >'$work/after'
ls -A '$pub/home/.config/flowtop' >>'$work/after'
END
as=("${inside[@]}" bash "$work/full" env SUDO_UID=4242 SUDO_GID=4242)
run_as
keys s W
tap_ok 'a full disk is told about' \
	shows_in -1 'settings not written: config: No space left'
keys q
shows '^ended 0'
tap_ok '... and the old file is there' \
	test "$(cat "$work/after")" = $'bits = yes\nconfig'
tap_done
