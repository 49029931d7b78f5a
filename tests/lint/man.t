#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# mandoc has no warning about any manual page.

TOP=${TOP:-$(cd "$(dirname "$0")/../.." && pwd)}
cd "$TOP" || exit 1

if ! command -v mandoc >/dev/null; then
	echo '1..0 # SKIP mandoc is missing'
	exit 0
fi
pages=$(find man -name '*.[1-9]' 2>/dev/null | sort)
if [ -z "$pages" ]; then
	echo '1..0 # SKIP no manual pages'
	exit 0
fi
echo "1..$(echo "$pages" | wc -l)"
n=0
for page in $pages; do
	n=$((n + 1))
	if said=$(mandoc -Tlint -Wwarning "$page" 2>&1); then
		echo "ok $n - $page"
	else
		echo "not ok $n - $page"
		echo "$said" | sed 's/^/# /'
	fi
done
