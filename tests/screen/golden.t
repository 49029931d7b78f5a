#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Whole screens, character by character: the demo recording at its end. What
# they should be is in golden/; GOLDEN_UPDATE=1 writes what they are, to be read
# before it is committed. That columns stand where they should is the business
# of ladder.t, which knows the rules.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_screen
require_demo
[ "$(id -u)" = 0 ] ||
	skip_all 'root gives them names of ports that are the same everywhere'

GOLDEN=$(cd "$(dirname "$0")" && pwd)/golden
chmod 755 "$work"
mkdir "$work/none" "$work/config"

# What this machine calls its ports, where its databases are and what somebody
# has configured does not count.
cat >"$work/services" <<'END'
ssh 22/tcp
domain 53/udp
http 80/tcp
ntp 123/udp
imaps 993/tcp
https 443/tcp
https 443/udp
ipp 631/tcp
mdns 5353/udp
postgresql 5432/tcp
END
cat >"$work/start" <<END
mount --bind '$work/services' /etc/services
for dir in /etc/flowtop /etc/netsniff-ng; do
	[ ! -d \$dir ] || mount --bind '$work/config' \$dir
done
exec '$FLOWTOP' --geoip-dir '$work/none' -r '$DEMO' --speed 0 --linger 0 "\$@"
END

# The version is another one each time, and so is the first picture of a file
# that is read as fast as possible.
picture() {
	screen | sed -E '1s/flowtop [^ ]+( *)/flowtop VERSION /
		s/totals since [0-9:]*/totals since TIME/; s/ *$//'
}
is_golden() {
	picture >"$shown"
	cmp -s "$shown" "$file"
}
# is_calm - the same for six seconds: what was written late has been written
is_calm() {
	picture >"$shown"
	sleep 6
	picture | cmp -s "$shown" -
}

# All of them at once: they sleep most of the time.
names=()
play() {
	local cells=$2 rows=$3 options=() key file=$GOLDEN/$1.txt
	local shown=$work/shown-$1

	shift 3
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	[ $# -eq 0 ] || shift
	tm new -d -x "$cells" -y "$rows" env LC_ALL=C \
		unshare -m sh "$work/start" "${options[@]}" </dev/null
	wait_for 30 ready
	# Calm orders depend on what was before: make it anew.
	keys B
	keys R
	for key; do
		keys "$key"
		sleep 0.1
	done
	if [ -n "${GOLDEN_UPDATE:-}" ]; then
		wait_for 60 is_calm
		picture >"$file"
	fi
	wait_for 30 is_golden || diff "$file" "$shown" >"$work/bad-$name"
	tm kill-server
}
# golden NAME CELLS ROWS [OPTION...] [-- KEY...]
golden() {
	local name=$1-$2x$3

	names+=("$name")
	( trap - EXIT
	SOCKET=$work/tmux-$name
	shift
	play "$name" "$@" ) &
}
verdict() {
	! [ -e "$work/bad-$1" ] || { diag "$(<"$work/bad-$1")"; false; }
}
ready() {
	screen | grep -qE '^[ >+-][^ ].* (tcp|udp|[0-9.]+[KMG]?) |^[ >+-].*[0-9] +[0-9.]+[KM] '
}

sizes='80:24 120:40 200:50'
for size in $sizes; do
	w=${size%:*} h=${size#*:}
	golden flows "$w" "$h" -46UT
	golden pairs "$w" "$h" -46UTs
	golden procs "$w" "$h" -46UT -g procs
	golden hosts "$w" "$h" -46UT -g hosts
	golden countries "$w" "$h" -46UT -g countries
	golden networks "$w" "$h" -46UT -g networks
	golden ports "$w" "$h" -46UT -g ports
	golden help "$w" "$h" -46UT -- '?'
done
golden flows 40 10 -46UT
golden flows 20 5 -46UT
golden flows 160 30 -46
wait
for name in "${names[@]}"; do
	tap_ok "$name" verdict "$name"
done
tap_done
