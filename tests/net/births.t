#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Births of sockets by BPF: real processes, most of them gone before anybody
# asks.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
make_ns box other

in_ns "$box" python3 "$NET_DIR/births.py" "$TOOLS/birth" "$other"
