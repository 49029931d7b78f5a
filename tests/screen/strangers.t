#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What strangers call themselves: 10,000 names of hosts, which a recording knows,
# and 40,000 texts of a GeoIP file go to a terminal, on the screen and in lines
# of text. Every byte is looked at that arrives there. Names of services are in
# services.t.

here=$(cd "$(dirname "$0")" && pwd)
flowtop=${FLOWTOP:-$here/../../build/flowtop}
export PYTHONDONTWRITEBYTECODE=1
if ! command -v python3 >/dev/null; then
	echo '1..0 # SKIP python3 is missing'
	exit 0
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/flowtop-screen.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
# Started by root, flowtop reads files as nobody.
chmod 755 "$work"
python3 "$here/strangers.py" "$flowtop" "$work"
