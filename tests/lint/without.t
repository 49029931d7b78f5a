#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# flowtop builds without each optional library, runs, and says what is missing.
#
# Functions are given to ok() by name (2317).
# shellcheck disable=SC2317

TOP=${TOP:-$(cd "$(dirname "$0")/../.." && pwd)}
BUILD=${BUILD:-$TOP/build}
cd "$TOP" || exit 1

# The rows of configure's table whose column "need" says optional.
libraries=$(sed -n '/^LIBRARIES=/,/^'"'"'$/{
/| optional *|/s/ *|.*//p
}' configure)
if [ -z "$libraries" ]; then
	echo '1..0 # SKIP no optional library'
	exit 0
fi

if ! tmp=$(mktemp -d "${TMPDIR:-/tmp}/flowtop-without.XXXXXX"); then
	exit 1
fi
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
cp -R configure Makefile VERSION src include "$tmp"
mkdir "$tmp/tests"
cp -R tests/tools "$tmp/tests"
CC=$(sed -n 's/^CC = //p' "$BUILD/config.mk" 2>/dev/null)

n=0
failed=0
# ok TEXT COMMAND...
ok() {
	text=$1
	shift
	n=$((n + 1))
	if "$@" >"$tmp/out" 2>&1; then
		echo "ok $n - $text"
	else
		echo "not ok $n - $text"
		tail -n 20 "$tmp/out" | sed 's/^/# /'
		failed=1
	fi
}
build() {
	cd "$tmp" || exit 1
	./configure --build-dir="build-$1" "--without-$1" --with-werror \
		--without-hardening CC="${CC:-cc}" CFLAGS=-O1 >"$tmp/log" &&
		make -j4 BUILD="build-$1" "build-$1/flowtop" \
			"build-$1/tests/tools/jail" >>"$tmp/log"
}
is_not_linked() {
	for file in "$1/flowtop" "$1/tests/tools/jail"; do
		ldd "$file" >"$tmp/ldd" || return 1
		if grep "$2" "$tmp/ldd"; then
			return 1
		fi
	done
}
# says TEXT COMMAND...
says() {
	wanted=$1
	shift
	"$@" >"$tmp/said" 2>&1
	cat "$tmp/said"
	grep -q "$wanted" "$tmp/said"
}
refuses() {
	! "$@"
}

for name in $libraries; do
	dir=$tmp/build-$name
	ok "--without-$name builds" build "$name"
	ok "$name is not linked" is_not_linked "$dir" "$name"
	ok "flowtop without $name runs" "$dir/flowtop" --version
	case $name in
	libseccomp)
		jail=$dir/tests/tools/jail
		ok 'the sandbox says what is missing' \
			says 'no seccomp: built without libseccomp' \
			"$jail" -m auto status
		ok 'and goes on without' "$jail" -m auto status
		ok 'but not if it has to be strict' \
			refuses "$jail" -m strict status
		demo=$TOP/tests/replay/demo.pcap
		ok 'so does flowtop' \
			says 'flowtop: not all of the sandbox is there: no seccomp' \
			"$dir/flowtop" -1 -46 -r "$demo"
		ok 'and goes on' says 'of 37 flows' "$dir/flowtop" -1 -46 -r "$demo"
		ok 'but not with --sandbox=strict' \
			refuses "$dir/flowtop" --sandbox=strict -1 -46 -r "$demo"
		;;
	esac
done
echo "1..$n"
exit $failed
