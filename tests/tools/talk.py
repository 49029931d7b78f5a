#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Real flows with steady traffic, for a "peer.py serve" of both protocols.

    talk.py SECONDS COUNT TCP-PORT UDP-PORT ADDRESS...

To each address COUNT flows of TCP and of UDP. Each sends 1.6 times as much as
the one before, from 500 bytes/s on, in ten steps a second, and gets it back.
Prints "ready" when all are open.
"""
import socket
import sys
import time

STEP = 0.1
MOST = 1000 # bytes of a datagram


def opened(kind, address, port):
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    s = socket.socket(family, kind)
    s.connect((address, port))
    s.setblocking(False)
    return s


def drain(s):
    try:
        while s.recv(65536):
            pass
    except OSError:
        pass


def main(seconds, count, tcp_port, udp_port, *addresses):
    flows = []
    for address in addresses:
        for _ in range(int(count)):
            flows.append(opened(socket.SOCK_STREAM, address, int(tcp_port)))
            flows.append(opened(socket.SOCK_DGRAM, address, int(udp_port)))
    print('ready', flush=True)
    end = time.monotonic() + float(seconds)
    due = [0.0] * len(flows)
    while time.monotonic() < end:
        for n, s in enumerate(flows):
            due[n] += 500 * 1.6 ** (n % 16) * STEP
            while due[n] >= 1:
                size = min(int(due[n]), MOST)
                try:
                    s.send(bytes(size))
                except OSError:
                    break # full, or nobody there: later
                due[n] -= size
            drain(s)
        time.sleep(STEP)


if __name__ == '__main__':
    if len(sys.argv) < 6:
        sys.exit(__doc__)
    main(*sys.argv[1:])
