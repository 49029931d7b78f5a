#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Each header compiles alone: it includes what it uses. A list.h is a list of
# macro calls, and means nothing alone.

TOP=${TOP:-$(cd "$(dirname "$0")/../.." && pwd)}
BUILD=${BUILD:-$TOP/build}
cd "$TOP" || exit 1

config() {
	sed -n "s/^$1 = //p" "$BUILD/config.mk"
}

if [ ! -r "$BUILD/config.mk" ]; then
	echo '1..0 # SKIP not configured'
	exit 0
fi
CC=$(config CC)
FLAGS="$(config STD_CFLAGS) $(config CPPFLAGS) $(config LIB_CFLAGS) $(config WARN_CFLAGS) -Werror"

headers=$(find include -name '*.h' ! -name list.h | sort)
if [ -z "$headers" ]; then
	echo '1..0 # SKIP no headers'
	exit 0
fi
echo "1..$(echo "$headers" | wc -l)"
n=0
for header in $headers; do
	n=$((n + 1))
	# shellcheck disable=SC2086 # lists of words
	if said=$(echo "#include \"${header#include/}\"" |
		$CC $FLAGS -Iinclude -I"$BUILD" -fsyntax-only -x c - 2>&1); then
		echo "ok $n - $header"
	else
		echo "not ok $n - $header"
		echo "$said" | sed 's/^/# /'
	fi
done
