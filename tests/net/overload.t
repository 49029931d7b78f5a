#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# More events than can be taken, and more flows than are to be stored: it is
# said on the screen, keys are answered, memory stays bounded, and afterwards
# the flows are the kernel's again.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
make_ns full
in_ns "$full" python3 "$NET_DIR/overload.py"
