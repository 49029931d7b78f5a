#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A name server that answers as it is told, for tests of host names.

    dnsd.py ADDRESS MODE LOG

It listens at port 53 of ADDRESS, UDP and TCP, and writes a line into LOG for
each question: "udp" or "tcp", the address that was asked about, and the time in
seconds. It has PTR records; the name of 192.0.2.7 is h-192-0-2-7.example.test.
Prints "ready".

    fast        at once
    slow        after two seconds; slow=SEC: after so many
    servfail, nxdomain
    dead        never
    gone        three answers, then there is no server any more
    hostile     the last byte of the address says what comes, see HOSTILE
"""
import ipaddress
import os
import selectors
import socket
import struct
import sys
import time

PTR, CNAME = 12, 5


def labels(*parts):
    return b"".join(bytes([len(p)]) + p for p in parts) + b"\0"


def name(text):
    return labels(*[p.encode() for p in text.split(".")])


def nice(address):
    text = str(address).replace(".", "-").replace(":", "-")
    return name("h-%s.example.test" % text)


# What a name is made of; a name server can put any byte into a label.
HOSTILE = {
    1: labels(b"\x1b[2J\x1b[31mred", b"test"),
    2: labels(b"\x1b]0;title\x07", b"test"),
    3: labels("\u202egnp.exe".encode(), b"test"),
    4: labels("a\u200bb".encode(), b"test"),
    5: labels("\U000e0041tag".encode(), b"test"),
    6: labels(b"10", b"0", b"0", b"1"),
    7: labels(b"10.0.0.1"),
    8: labels(b"0x7f", b"1"),
    9: labels(b"-rf", b"test"),
    10: labels(b"%n%n%s", b"test"),
    11: labels(b"=cmd()", b"test"),
    12: labels(b"a\nb", b"test"),
    13: labels(b"a\x08\x08\rb", b"test"),
    14: labels(b"a b", b"test"),
    15: labels(b"\xff\xfe\x9b31m", b"test"),
    16: labels(b"nul\0nul", b"test"),
    17: labels("b\u00fccher".encode(), b"test"),
    18: labels(b"2001:db8::1"),
    19: b"\0",
    20: labels(*[b"a"] * 126),
    21: labels(*[b"a"] * 255),
    22: labels(b"x" * 63, b"y" * 63, b"z" * 63, b"t" * 61),
    23: labels(b"<script>alert(1)</script>", b"test"),
    24: labels(b"a\x85\xc2\x9b", b"test"),
    25: labels(b"$(reboot)`id`", b"test"),
    # Below they are no names, but answers.
    30: "truncated",
    31: "wrong-id",
    32: "wrong-source",
    33: "compression",
    34: "cname",
    35: "thousand",
    36: "empty",
    37: "garbage",
    38: "short",
    39: "other-name",
    # These are good ones, between all that.
    50: None,
    51: labels(b"xn--bcher-kva", b"test"),
    52: labels(b"under_score", b"test"),
}


def record(data, owner=b"\xc0\x0c", kind=PTR):
    return owner + struct.pack("!HHIH", kind, 1, 60, len(data)) + data


def message(query, question, answers, flags=0x8180):
    head = query[:2] + struct.pack("!HHHHH", flags, 1, len(answers), 0, 0)
    return head + question + b"".join(answers)


def asked(query):
    """The question section, and the address that is asked about."""
    at, parts = 12, []
    while query[at]:
        parts.append(query[at + 1:at + 1 + query[at]].decode().lower())
        at += 1 + query[at]
    if parts[-2:] == ["in-addr", "arpa"]:
        address = ipaddress.ip_address(".".join(reversed(parts[:-2])))
    elif parts[-2:] == ["ip6", "arpa"]:
        address = ipaddress.ip_address(int("".join(reversed(parts[:-2])), 16))
    else:
        address = ".".join(parts)
    return query[12:at + 5], address


class Server:
    def __init__(self, address, mode, log):
        self.address, self.mode, self.log = address, mode, log
        self.sel = selectors.DefaultSelector()
        self.later = []
        self.delay = float((mode + "=2").split("=")[1])
        self.n_answers = 0
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.udp = socket.socket(family, socket.SOCK_DGRAM)
        self.udp.bind((address, 53))
        self.other = socket.socket(family, socket.SOCK_DGRAM)
        self.other.bind((address, 5353))
        self.tcp = socket.create_server((address, 53), family=family)
        self.sel.register(self.udp, selectors.EVENT_READ, self.from_udp)
        self.sel.register(self.tcp, selectors.EVENT_READ, self.accept)

    def hostile(self, query, question, address, is_tcp):
        what = HOSTILE.get(address.packed[-1])
        good = record(nice(address))
        if isinstance(what, bytes):
            return message(query, question, [record(what)])
        if what == "truncated" and not is_tcp:
            return message(query, question, [], 0x8380)
        if what == "wrong-id":
            other = bytes([query[0] ^ 0x55]) + query[1:]
            return message(other, question, [good])
        if what == "compression":
            at = 12 + len(question) + 12
            loop = b"\xc0" + bytes([at])
            return message(query, question, [record(loop)])
        if what == "cname":
            return message(query, question, [
                record(name("a.test"), kind=CNAME),
                record(name("b.test"), name("a.test"), CNAME),
                record(name("a.test"), name("b.test"), CNAME)])
        if what == "thousand":
            if not is_tcp:
                return message(query, question, [], 0x8380)
            return message(query, question, [
                record(name("n%d.example.test" % i)) for i in range(1000)])
        if what == "empty":
            return message(query, question, [])
        if what == "garbage":
            return query[:2] + os.urandom(200)
        if what == "short":
            return message(query, question, [good])[:-5]
        if what == "other-name":
            return message(query, question, [
                record(name("evil.test"), name("other.test"))])
        return message(query, question, [good])

    def reply(self, query, is_tcp):
        question, address = asked(query)
        print("%s %s %.3f" % ("tcp" if is_tcp else "udp", address,
                              time.monotonic()), file=self.log, flush=True)
        if self.mode == "dead":
            return None
        if self.mode == "servfail":
            return message(query, question, [], 0x8182)
        if self.mode == "nxdomain" or isinstance(address, str):
            return message(query, question, [], 0x8183)
        if self.mode == "hostile":
            return self.hostile(query, question, address, is_tcp)
        return message(query, question, [record(nice(address))])

    def from_udp(self, _):
        query, client = self.udp.recvfrom(4096)
        answer = self.reply(query, False)
        if not answer:
            return
        sock = self.udp
        address = asked(query)[1]
        if self.mode == "hostile" and \
                HOSTILE.get(address.packed[-1]) == "wrong-source":
            sock = self.other
        if self.mode.startswith("slow"):
            self.later.append((time.monotonic() + self.delay, answer, client))
            return
        sock.sendto(answer, client)
        self.n_answers += 1
        if self.mode == "gone" and self.n_answers == 3:
            sys.exit(0)

    def accept(self, _):
        sock = self.tcp.accept()[0]
        self.sel.register(sock, selectors.EVENT_READ, self.from_tcp)

    def from_tcp(self, sock):
        data = sock.recv(4096)
        if len(data) > 2:
            answer = self.reply(data[2:], True)
            if answer:
                sock.sendall(struct.pack("!H", len(answer)) + answer)
                return
        self.sel.unregister(sock)
        sock.close()

    def run(self):
        while True:
            wait = None
            if self.later:
                wait = max(0, self.later[0][0] - time.monotonic())
            for key, _ in self.sel.select(wait):
                key.data(key.fileobj)
            while self.later and self.later[0][0] <= time.monotonic():
                _, answer, client = self.later.pop(0)
                self.udp.sendto(answer, client)


def main(argv):
    if len(argv) != 4:
        sys.exit(__doc__)
    with open(argv[3], "a") as log:
        server = Server(argv[1], argv[2], log)
        print("ready", flush=True)
        server.run()


if __name__ == "__main__":
    try:
        main(sys.argv)
    except KeyboardInterrupt:
        pass
