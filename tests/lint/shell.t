#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# No shell script of ours gives shellcheck anything to say.

TOP=${TOP:-$(cd "$(dirname "$0")/../.." && pwd)}
cd "$TOP" || exit 1

if ! command -v shellcheck >/dev/null; then
	echo '1..0 # SKIP shellcheck is missing'
	exit 0
fi

is_shell() {
	case $(head -n 1 "$1") in
	'#!'*/sh | '#!'*/bash | '#!'*env\ bash | '#!'*env\ sh) return 0 ;;
	esac
	case $1 in
	*.sh) return 0 ;;
	esac
	return 1
}

scripts=
for file in configure .ci/run $(find tests -name '*.sh' -o -name '*.t' | sort); do
	if [ -f "$file" ] && is_shell "$file"; then
		scripts="$scripts $file"
	fi
done

# shellcheck disable=SC2086 # a list of words
set -- $scripts
echo "1..$#"
n=0
for file; do
	n=$((n + 1))
	if said=$(shellcheck -x -P SCRIPTDIR "$file"); then
		echo "ok $n - $file"
	else
		echo "not ok $n - $file"
		echo "$said" | sed 's/^/# /'
	fi
done
