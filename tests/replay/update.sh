#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Make the recordings and the golden files anew. Read the difference before
# it is kept: it has to follow from what mkpcap.py says.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
export FLOWTOP="${FLOWTOP:-$top/build/flowtop}"
export PYTHONDONTWRITEBYTECODE=1

# shellcheck source=tests/replay/play.sh
. "$here/play.sh"

cd "$here"
python3 "$top/tests/tools/mkpcap.py" .
python3 "$top/tests/tools/mkdemo.py" .
for name in $TABLES; do
	play "$name.pcap" >"$name.json" 2>/dev/null
done
for name in $EVENTS; do
	play_events "$name.pcap" >"$name.events.json" 2>/dev/null
done
