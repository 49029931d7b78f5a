#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A process that does with sockets what it is told, and tells who it is.

    actor.py COMM       reads "x STATEMENTS" and "e EXPRESSION" as JSON strings

After each line it answers with JSON: the value, or {"error": ...}. The names
below, and what was assigned before, are known to it.
"""
import ctypes
import ctypes.util
import json
import os
import signal
import socket
import struct
import sys
import time
from socket import (AF_INET, AF_INET6, SO_LINGER, SO_REUSEADDR, SO_REUSEPORT,
                    SOCK_DGRAM, SOCK_RAW, SOCK_STREAM, SOL_SOCKET)

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15
LIBC = ctypes.CDLL(None, use_errno=True)


def rename(comm):
    LIBC.prctl(PR_SET_NAME, ctypes.create_string_buffer(comm), 0, 0, 0)


def family(address):
    return AF_INET6 if ':' in address else AF_INET


def tcp(to, port, bind=None, source=0, inherit=False):
    """An outgoing connection."""
    s = socket.socket(family(to), SOCK_STREAM)
    s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    s.set_inheritable(inherit)
    s.settimeout(5)
    if bind or source:
        s.bind((bind or ('::' if ':' in to else ''), source))
    s.connect((to, port))
    return s


def udp(at=None, port=0, to=None, reuseport=False):
    s = socket.socket(family(at or (to and to[0]) or ''), SOCK_DGRAM)
    s.settimeout(5)
    if reuseport:
        s.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1)
    if at or port:
        s.bind((at or '', port))
    if to:
        s.connect(to)
    return s


def listen(at, port, dual=False, reuseport=False):
    s = socket.socket(family(at), SOCK_STREAM)
    s.settimeout(5)
    s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    if reuseport:
        s.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1)
    if s.family == AF_INET6:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if dual else 1)
    s.bind((at, port))
    s.listen(64)
    return s


def reset(s):
    s.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack('ii', 1, 0))
    s.close()


def fork(work):
    """A child that does @work(), says "done" and stays. Return: its pid."""
    inner, outer = os.pipe()
    pid = os.fork()
    if not pid:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        kept = work()
        os.write(outer, b'd')
        while kept or not kept:
            time.sleep(60)
    os.close(outer)
    os.read(inner, 1)
    os.close(inner)
    return pid


def worker(listener):
    """A child that accepts one connection when told to. Return: how to."""
    inner, outer = os.pipe()
    pid = os.fork()
    if not pid:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        os.read(inner, 1)
        kept = listener.accept()[0]
        kept.recv(64)
        kept.send(b'yes')
        while True:
            time.sleep(60)
    os.close(inner)
    return pid, outer


def echo(s):
    """One datagram, and its answer. Return: from whom it was."""
    data, peer = s.recvfrom(64)
    s.sendto(data, peer)
    return peer[:2]


def checksum(data):
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    total = (total >> 16) + (total & 0xffff)
    return ~(total + (total >> 16)) & 0xffff


def ping(to, kind, ident):
    """One echo request; the socket stays. Return: it and its number."""
    s = socket.socket(AF_INET, kind, socket.IPPROTO_ICMP)
    s.settimeout(5)
    if kind == SOCK_DGRAM:
        s.bind(('', ident))
    head = struct.pack('!BBHHH', 8, 0, 0, ident, 1) + bytes(32)
    s.sendto(head[:2] + struct.pack('!H', checksum(head)) + head[4:], (to, 0))
    s.recv(256)
    return s, ident


def without_socket(source, sport, to, dport):
    """A datagram as from a machine far away: nobody here has its socket."""
    s = socket.socket(AF_INET, SOCK_RAW, socket.IPPROTO_RAW)
    data = struct.pack('!HHHH', sport, dport, 12, 0) + b'from'
    head = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(data), 1, 0, 64, 17,
                       0, socket.inet_aton(source), socket.inet_aton(to))
    s.sendto(head + data, (to, 0))
    s.close()


def become(program, *sockets):
    """Another program in this process, with the sockets."""
    for s in sockets:
        s.set_inheritable(True)
    sys.stdout.flush()
    os.execv(program, [program] + sys.argv[:1] +
             ['after'] + [str(s.fileno()) for s in sockets])


def main():
    rename(os.fsencode(sys.argv[1]))
    world = dict(globals())
    world['inherited'] = [socket.socket(fileno=int(fd))
                          for fd in sys.argv[2:]]
    print('"ready"', flush=True)
    for line in sys.stdin:
        verb, _, code = line.partition(' ')
        code = json.loads(code)
        try:
            answer = eval(code, world) if verb == 'e' else exec(code, world)
        except Exception as e:  # whatever it is, whoever asked is to know
            answer = {'error': '%s: %r' % (code, e)}
        print(json.dumps(answer), flush=True)


if __name__ == '__main__':
    main()
