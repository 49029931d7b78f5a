#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Processes that live for a moment, and one connection of each.

    shortlived.py serve ADDRESS PORT...
    shortlived.py run N MILLISECONDS ADDRESS PORT
                        N processes, one after the other; "PID SPORT" of each
    shortlived.py judge CLIENTS PORT <EVENTS
                        what flowtop --events -j made of them: how many owners
                        are right, wrong and unknown
    shortlived.py ended N PORT <EVENTS
                        exit 0 when so many flows have ended
"""
import json
import os
import selectors
import socket
import sys
import time

PAUSE = 0.01  # between two processes


def serve(address, ports):
    sel = selectors.DefaultSelector()
    for port in ports:
        s = socket.create_server((address, port), backlog=1024)
        sel.register(s, selectors.EVENT_READ, True)
    print('ready', flush=True)
    while True:
        for key, _ in sel.select():
            if key.data:
                sel.register(key.fileobj.accept()[0], selectors.EVENT_READ)
            elif not key.fileobj.recv(64):
                sel.unregister(key.fileobj)
                key.fileobj.close()


def live(milliseconds, address, port, out):
    end = time.monotonic() + milliseconds / 1000
    s = socket.create_connection((address, port), 5)
    os.write(out, b'%d %d\n' % (os.getpid(), s.getsockname()[1]))
    s.send(b'x')
    time.sleep(max(0, end - time.monotonic()))


def run(n, milliseconds, address, port):
    for _ in range(n):
        if not os.fork():
            try:
                live(milliseconds, address, port, 1)
            finally:
                os._exit(0)
        time.sleep(PAUSE)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        pass


def lines(port):
    for line in sys.stdin:
        try:
            row = json.loads(line)
        except ValueError:
            continue  # it is being written
        if row.get('dport') == port:
            yield row


def ended(n, port):
    return len({r['sport'] for r in lines(port) if r['event'] == 'end'}) < n


def judge(clients, port):
    with open(clients) as f:
        owner = {int(sport): int(pid) for pid, sport in map(str.split, f)}
    wrong, last = set(), {}
    for row in lines(port):
        if row['sport'] not in owner:
            continue
        if row['event'] == 'end':
            last[row['sport']] = row['pid']
        if row['pid'] not in (None, owner[row['sport']]):
            wrong.add(row['sport'])
    right = sum(last.get(sport) == pid and sport not in wrong
                for sport, pid in owner.items())
    print(len(owner), right, len(wrong), len(owner) - right - len(wrong))


def main(argv):
    if argv[1:2] == ['serve']:
        serve(argv[2], [int(p) for p in argv[3:]])
    elif argv[1:2] == ['run']:
        run(int(argv[2]), float(argv[3]), argv[4], int(argv[5]))
    elif argv[1:2] == ['judge']:
        judge(argv[2], int(argv[3]))
    elif argv[1:2] == ['ended']:
        sys.exit(ended(int(argv[2]), int(argv[3])))
    else:
        sys.exit(__doc__)


if __name__ == '__main__':
    try:
        main(sys.argv)
    except KeyboardInterrupt:
        pass
