#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Real sockets of every kind, and the socket that is found for their flows.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
make_ns box other
link "$box" wire "$other" far
addr "$box" wire 192.0.2.1/24 fe80::1/64
# sockdiag.py asks as nobody, too, who may not look into every directory.
cp "$TOOLS/whose" "$work/whose"
chmod 755 "$work" "$work/whose"

in_ns "$box" python3 "$NET_DIR/sockdiag.py" "$work/whose"
