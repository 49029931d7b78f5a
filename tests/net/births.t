#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Births of sockets by BPF: real processes, most of them gone before anybody
# asks.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
make_ns box other
# births.py starts it as nobody, too, who may not look into every directory.
cp "$TOOLS/birth" "$work/birth"
chmod 755 "$work" "$work/birth"

in_ns "$box" python3 "$NET_DIR/births.py" "$work/birth" "$other" \
	${SANITIZE:+--sanitize}
