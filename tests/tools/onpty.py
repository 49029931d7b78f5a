#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""onpty.py COMMAND... - run it on a terminal of 80x24 and throw away what it
shows. The exit status is the command's; 124 when it took more than a minute."""
import os
import signal
import sys
import time

from ptybox import Terminal


def main():
    terminal = Terminal(sys.argv[1:])
    end = time.monotonic() + 60
    while True:
        alive = terminal.read(0.05) != b''
        pid, status = os.waitpid(terminal.pid, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status) & 0xff
        if time.monotonic() > end:
            os.kill(terminal.pid, signal.SIGKILL)
            return 124
        if not alive:
            time.sleep(0.01)


if __name__ == '__main__':
    sys.exit(main())
