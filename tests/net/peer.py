#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Both ends of real connections, held open for as long as a test wants them.

    peer.py serve tcp|udp ADDRESS PORT...     echo what comes, until killed
    peer.py hold tcp|udp SECONDS COUNT ADDRESS PORT [SOURCE]
                                              COUNT connections, one exchange
                                              on each, then silence
    peer.py ping SOURCE DESTINATION           one echo request and its answer
    peer.py raw PROTOCOL SOURCE DESTINATION   one packet of a bare IP protocol

Each prints "ready" when it is.
"""
import os
import selectors
import socket
import struct
import sys
import time


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def kind(proto):
    return socket.SOCK_STREAM if proto == "tcp" else socket.SOCK_DGRAM


def serve(proto, address, ports):
    sel = selectors.DefaultSelector()
    for port in ports:
        s = socket.socket(family(address), kind(proto))
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family(address) == socket.AF_INET6:
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        s.bind((address, port))
        if proto == "tcp":
            s.listen(1024)
        sel.register(s, selectors.EVENT_READ, proto == "tcp")
    print("ready", flush=True)
    while True:
        for key, _ in sel.select():
            s = key.fileobj
            if key.data:
                conn, _ = s.accept()
                sel.register(conn, selectors.EVENT_READ, None)
            elif proto == "tcp":
                try:
                    data = s.recv(4096)
                except ConnectionError:
                    data = b""
                if data:
                    s.sendall(data)
                else:
                    sel.unregister(s)
                    s.close()
            else:
                data, peer = s.recvfrom(4096)
                s.sendto(data, peer)


def hold(proto, seconds, count, address, port, source):
    held = []
    for _ in range(count):
        s = socket.socket(family(address), kind(proto))
        s.settimeout(5)
        if source:
            s.bind((source, 0))
        s.connect((address, port))
        s.send(b"hello")
        s.recv(64)
        held.append(s)
    print("ready", flush=True)
    time.sleep(seconds)


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total >> 16) + (total & 0xffff)
    total += total >> 16
    return ~total & 0xffff


def ping(source, destination):
    v6 = family(destination) == socket.AF_INET6
    ident = os.getpid() & 0xffff
    s = socket.socket(family(destination), socket.SOCK_RAW,
                      socket.IPPROTO_ICMPV6 if v6 else socket.IPPROTO_ICMP)
    s.settimeout(1)
    s.bind((source, 0))
    head = struct.pack("!BBHHH", 128 if v6 else 8, 0, 0, ident, 1)
    data = bytes(range(32))
    if not v6:  # for ICMPv6 the kernel computes it
        head = struct.pack("!BBHHH", 8, 0, checksum(head + data), ident, 1)
    s.sendto(head + data, (destination, 0))
    while True:
        answer = s.recv(2048)[0 if v6 else 20:]
        if answer[0] == (129 if v6 else 0) and answer[4:6] == head[4:6]:
            break
    print("ready", flush=True)


def raw(protocol, source, destination):
    s = socket.socket(family(destination), socket.SOCK_RAW, protocol)
    s.bind((source, 0))
    # Four zero bytes are also a valid GRE header of version 0.
    s.sendto(bytes(28), (destination, 0))
    print("ready", flush=True)


def main(argv):
    if argv[1:2] == ["serve"]:
        serve(argv[2], argv[3], [int(p) for p in argv[4:]])
    elif argv[1:2] == ["hold"]:
        hold(argv[2], float(argv[3]), int(argv[4]), argv[5], int(argv[6]),
             argv[7] if len(argv) > 7 else None)
    elif argv[1:2] == ["ping"]:
        ping(argv[2], argv[3])
    elif argv[1:2] == ["raw"]:
        raw(int(argv[2]), argv[3], argv[4])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv)
    except KeyboardInterrupt:
        pass
