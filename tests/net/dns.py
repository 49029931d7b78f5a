#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A name server for one test: dns.py ADDRESS NAME=ADDRESS...

Answers A, AAAA and PTR of what it was told, everything else does not exist.
Prints "ready" when it listens.
"""
import ipaddress
import socket
import struct
import sys

A, PTR, AAAA = 1, 12, 28


def labels(name):
    return b"".join(bytes([len(x)]) + x.encode() for x in name.split(".")) + b"\0"


def records(words):
    found = {}
    for word in words:
        name, text = word.split("=")
        address = ipaddress.ip_address(text)
        kind = A if address.version == 4 else AAAA
        found.setdefault((name, kind), []).append(address.packed)
        found[(address.reverse_pointer, PTR)] = [labels(name)]
    return found


def answer(query, known):
    at, name = 12, []
    while query[at]:
        name.append(query[at + 1:at + 1 + query[at]].decode().lower())
        at += 1 + query[at]
    kind = struct.unpack("!H", query[at + 1:at + 3])[0]
    question = query[12:at + 5]
    name = ".".join(name)
    data = known.get((name, kind), [])
    exists = any(name == key[0] for key in known)
    head = query[:2] + struct.pack("!HHHHH", 0x8580 | (0 if exists else 3),
                                   1, len(data), 0, 0)
    return head + question + b"".join(
        struct.pack("!HHHIH", 0xc00c, kind, 1, 60, len(x)) + x for x in data)


def main():
    known = records(sys.argv[2:])
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((sys.argv[1], 53))
    print("ready", flush=True)
    while True:
        query, client = server.recvfrom(1500)
        server.sendto(answer(query, known), client)


main()
