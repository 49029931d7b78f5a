#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Make demo.pcap, half a minute of a busy workstation, and full.pcap, the same
machine with a connection table that is nearly full.

    mkdemo.py DIRECTORY [--plain]

--plain leaves out what addresses are called and where they are. Every run makes
the same bytes. Addresses, names and autonomous systems are those for
documentation, and private ones.
"""

import math
import os
import random
import sys

from ctpcap import *

T0 = 1_767_607_200 * S  # 2026-01-05 10:00 UTC
LENGTH = 28             # seconds
HOUR, MINUTE = 3600, 60

ME, ME6 = '192.168.1.20', '2001:db8:1:20::c0de'
ROUTER, ROUTER6 = '192.168.1.1', '2001:db8:1:20::1'
BRIDGE = '172.17.0.1'


TIMEOUTS = {SYN_SENT: 120, SYN_RECV: 60, EST: 432000, FIN_WAIT: 120,
            CLOSE_WAIT: 60, LAST_ACK: 30, TIME_WAIT: 120, CLOSE: 10}


class Process:
    """Number in the file, and the rest of what is recorded of a process."""

    def __init__(self, pid, comm, command, user=('alice', 1000), **more):
        Process.last = self.number = getattr(Process, 'last', 0) + 1
        self.is_written = False
        self.fact = dict(pid=pid, starttime=pid * 211, comm=comm,
                         command=command, user=user[0], uid=user[1], **more)


ROOT = ('root', 0)
FIREFOX = Process(2874, 'firefox', '/usr/lib/firefox/firefox',
                  unit='app-firefox.scope')
THUNDERBIRD = Process(2911, 'thunderbird', '/usr/lib/thunderbird/thunderbird',
                      unit='app-thunderbird.scope')
SSH = Process(30544, 'ssh', 'ssh -p 22 build.example')
SSHD = Process(41907, 'sshd', 'sshd: alice [priv]', ROOT, unit='ssh.service')
RESOLVED = Process(688, 'systemd-resolved', '/lib/systemd/systemd-resolved',
                   ('systemd-resolve', 991), unit='systemd-resolved.service')
PYTHON = Process(3120, 'python3', 'python3 -m home --port 8000',
                 unit='home.service')
PING = Process(41200, 'ping', 'ping 192.0.2.1')
NGINX = Process(5310, 'nginx', 'nginx: master process nginx -g daemon off;',
                ROOT, container='docker:6f1c9d20ab34',
                unit='docker-6f1c9d20ab34.scope', netns='net:[4026532733]')
KERNEL = Process(0, '[kernel]', '', ('', None), kernel=True)

# asn: organisation
NETWORKS = {
    64496: 'HOME-EX', 64500: 'EXAMPLE-CDN', 64501: 'REGISTRY-EX',
    64502: 'EXAMPLE-CLOUD', 64503: 'EXAMPLE-WEB', 64504: 'ISP-EX-AB',
    64505: 'MAIL-EX', 64508: 'PAY-EX', 65536: 'TIME-EX', 65540: 'EDU-EX',
    65551: 'VPN-EX',
}
COUNTRIES = {
    'BR': 'Brazil', 'CH': 'Switzerland', 'DE': 'Germany', 'FR': 'France',
    'GB': 'United Kingdom', 'IE': 'Ireland', 'NL': 'Netherlands',
    'SE': 'Sweden', 'US': 'United States',
}
# address: name, country, city, autonomous system. Of 192.0.2.1 nothing is
# known, of ourselves and 198.51.100.254 no name.
HOSTS = {
    '192.168.1.1': ('gw.lan',),
    '192.168.1.10': ('nas.lan',),
    '192.168.1.30': ('printer.lan',),
    '192.168.1.44': ('laptop.lan',),
    '172.17.0.2': ('web1.docker',),
    '172.17.0.3': ('worker.docker',),
    '172.17.0.4': ('cron.docker',),
    '2001:db8:1:20::c0de': ('', 'DE', 'Hamburg', 64496),
    '2001:db8:1:20::1': ('gw.lan', 'DE', 'Hamburg', 64496),
    '2001:db8:77::15': ('docs.office.example.com', 'IE', 'Dublin', 64502),
    '2001:db8:beef::1': ('core1.ams.example.net', 'NL', 'Amsterdam', 65536),
    '2001:db8:cafe::53': ('mirror.linux.example.edu', 'US', 'Cambridge',
                          65540),
    '2001:db8:cafe::7': ('img.news.example.com', 'US', '', 64503),
    '2001:db8:cafe::99': ('lhr25s34-in-x0e.web.example.com', 'US', '', 64503),
    '192.0.2.17': ('build7.example.com', 'DE', 'Frankfurt', 64502),
    '192.0.2.66': ('db1.eu-west.example.com', 'IE', 'Dublin', 64502),
    '192.0.2.123': ('ntp2.time.example.net', 'NL', 'Amsterdam', 65536),
    '192.0.2.200': ('vpn.example.com', 'CH', 'Zurich', 65551),
    '198.51.100.9': ('turn3.fra.meet.example.com', 'DE', 'Frankfurt', 64502),
    '198.51.100.23': ('crawl-23.search.example.com', 'US', 'San Jose', 64503),
    '198.51.100.50': ('mqtt.home.example.org', 'DE', 'Berlin', 64502),
    '198.51.100.61': ('chat.example.org', 'CH', 'Geneva', 65551),
    '198.51.100.77': ('cpe-198-51-100-77.dsl.isp.example', 'SE', 'Uppsala',
                      64504),
    '198.51.100.142': ('video-edge-c12.ams.example.net', 'NL', 'Amsterdam',
                       64500),
    '198.51.100.200': ('maps.example.com', 'US', '', 64503),
    '198.51.100.254': ('', 'BR', 'Recife', 64504),
    '203.0.113.7': ('ntp1.time.example.net', 'NL', 'Amsterdam', 65536),
    '203.0.113.10': ('static.news.example.com', 'US', 'San Jose', 64500),
    '203.0.113.45': ('imap1.mail.example.org', 'FR', 'Paris', 64505),
    '203.0.113.46': ('imap2.mail.example.org', 'FR', 'Paris', 64505),
    '203.0.113.60': ('ocsp.pki.example.net', 'US', 'Ashburn', 64501),
    '203.0.113.61': ('fonts.web.example.com', 'US', '', 64503),
    '203.0.113.62': ('api.weather.example.org', 'FR', 'Lyon', 64505),
    '203.0.113.63': ('cdn.apps.example.net', 'GB', 'London', 64500),
    '203.0.113.80': ('video-edge-c61.lhr.example.net', 'GB', 'London', 64500),
    '203.0.113.99': ('updates.example.org', 'GB', 'Manchester', 64500),
    '203.0.113.200': ('api.payments.example.com', 'US', 'San Jose', 64508),
}


class Flow:
    """rate: (bytes per second out, in) as a function of the seconds since the
    beginning; None is a flow that rests. size: of a packet, each way. sends:
    [(time, bytes out, bytes in)], whole packets. quiet: seconds since the last
    packet. closes: when, and with a reset or not. owner: a Process, or why
    there is none; holders: of its socket."""

    def __init__(self, orig, age=0, reply=None, rate=None, total=(0, 0),
                 state=None, born=None, ends=None, bits=0, size=(80, 1300),
                 seen=True, mark=0, sends=(), quiet=0, closes=None,
                 reset=False, owner=O_UNKNOWN, holders=1):
        self.orig, self.reply = orig, reply
        self.born, self.ends = born, ends
        self.rate, self.size, self.sends = rate, size, list(sends)
        self.bytes = [float(total[0]), float(total[1])]
        self.start = T0 + int((born if born is not None else -age) * S)
        self.active = -quiet if born is None else born
        self.closes, self.reset = closes, reset
        self.owner, self.holders = owner, holders
        self.state = state
        if state is None and orig.proto == TCP:
            self.state = EST if born is None else SYN_SENT
        self.status = CONFIRMED | bits
        if seen:
            self.status |= SEEN_REPLY | NAT_DONE
            if (orig.proto == TCP and born is None or
                    orig.proto == UDP and rate):
                self.status |= ASSURED
        self.mark = mark
        self.id = 0

    def is_live(self, t):
        return ((self.born is None or self.born <= t) and
                (self.ends is None or t < self.ends))

    def advance(self, t, dt):
        while self.sends and self.sends[0][0] <= t + dt:
            at, *sizes = self.sends.pop(0)
            self.bytes = [a + b for a, b in zip(self.bytes, sizes)]
            self.active = at
        # Rounded, so that every C library's sine gives the same bytes.
        ways = [round(bps) for bps in self.rate(t)] if self.rate else (0, 0)
        if any(bps > 0 for bps in ways):
            self.bytes = [n + max(0.0, bps) * dt
                          for n, bps in zip(self.bytes, ways)]
            self.active = t + dt

    def counters(self):
        counts = []
        for n, size in zip(self.bytes, self.size):
            packets = max(round(n / size), 1 if n else 0)
            if self.orig.proto in (ICMP, ICMPV6):
                n = packets * size
            counts.append((packets, int(n)))
        return tuple(counts)

    def seconds_left(self, t):
        if self.orig.proto == TCP:
            whole = TIMEOUTS[self.state]
        elif self.orig.proto == UDP and self.status & ASSURED:
            whole = 120
        else:
            whole = 30
        return max(0, int(whole - (t - self.active)))

    def message(self, t, **more):
        more.setdefault('counters', self.counters())
        more.setdefault('start', self.start)
        more.setdefault('timeout', self.seconds_left(t))
        return ((self.orig, self.reply),
                dict(ct_id=self.id, state=self.state, status=self.status,
                     mark=self.mark, **more))


def wave(low, high, period, phase=0.0):
    """Between low and high, as a download over a shared line is."""
    def at(t):
        x = math.sin(2 * math.pi * (t / period + phase))
        y = math.sin(2 * math.pi * (t / (period * 0.37) + phase * 2))
        return low + (high - low) * (0.5 + 0.35 * x + 0.15 * y)
    return at


def download(rate):
    return lambda t: (rate(t) / 42, rate(t))


def upload(rate):
    return lambda t: (rate(t), rate(t) / 38)


def bursts(every, length, rate, phase=0.0):
    def at(t):
        return rate if (t + phase) % every < length else (0, 0)
    return at


def out(dst, dport, sport, proto=TCP, src=None):
    src = src or (ME6 if ':' in dst else ME)
    return Tuple(src, dst, sport, dport, proto)


def masqueraded(n, dst, dport, proto=TCP):
    """From container number @n, with our address."""
    inside = Tuple('172.17.0.%d' % n, dst, 38000 + n, dport, proto)
    return inside, Tuple(dst, ME, dport, 38000 + n, proto)


def resting():
    """Long connections on which nothing happens just now."""
    return [
        Flow(out('203.0.113.45', 993, 51220), 6 * HOUR, total=(91e3, 2.1e6),
             quiet=140, owner=THUNDERBIRD),
        Flow(out('203.0.113.46', 993, 51222), 6 * HOUR, total=(44e3, 310e3),
             size=(90, 400), quiet=95, owner=THUNDERBIRD),
        Flow(out('198.51.100.61', 5222, 50874), 9 * HOUR, total=(61e3, 88e3),
             size=(120, 150), quiet=52, owner=THUNDERBIRD),
        Flow(out('192.168.1.10', 445, 49810), 26 * HOUR,
             total=(4.1e6, 91e6), quiet=31, owner=KERNEL),
        Flow(out('192.168.1.30', 631, 52410), 3 * MINUTE, total=(4e3, 2e3),
             size=(80, 200), state=CLOSE_WAIT, quiet=9, owner=FIREFOX),
        Flow(out('2001:db8:77::15', 443, 40660), 41 * MINUTE,
             total=(120e3, 1.4e6), quiet=12, owner=FIREFOX),
        Flow(Tuple('127.0.0.1', '127.0.0.1', 41514, 5432), 26 * HOUR,
             total=(3.3e6, 9.9e6), size=(210, 640), quiet=300,
             owner=PYTHON),
    ]


def fading():
    """What is left of a moment ago, and goes as its time is up."""
    flows = []
    for n, left in enumerate((4, 9, 16, 23)):
        flows.append(Flow(out('203.0.113.%d' % (60 + n), 443, 42000 + 91 * n),
                          150 - left, total=(3e3 + 811 * n, 41e3 + 9e3 * n),
                          state=TIME_WAIT, quiet=120 - left, ends=left + 0.3,
                          owner=O_CLOSED))
    for n, left in enumerate((3, 6, 7, 12)):
        flows.append(Flow(out(ROUTER, 53, 41000 + 1357 * n, UDP), 30 - left,
                          total=(70 + n, 120 + 16 * n), size=(74, 190),
                          quiet=30 - left, ends=left + 0.6, owner=RESOLVED))
    return flows


def busy():
    rng = random.Random(1)
    big = wave(2.2e6, 7.5e6, 17)
    return [
        # Two downloads share the line; one is done before the end.
        Flow(out('203.0.113.80', 443, 43114), 4 * MINUTE,
             rate=download(big), total=(21e6, 880e6), owner=FIREFOX),
        Flow(out('2001:db8:cafe::53', 443, 58212), 50,
             rate=download(wave(3e5, 2.4e6, 9, 0.3)), total=(2e6, 81e6),
             closes=13.6, reset=True, owner=FIREFOX),
        # Video: a burst every four seconds.
        Flow(out('198.51.100.142', 443, 36470, UDP), 12 * MINUTE,
             rate=bursts(4, 1.3, (41e3, 1.9e6)), total=(4.4e6, 311e6),
             size=(75, 1280), owner=FIREFOX),
        Flow(out('2001:db8:cafe::99', 443, 44618, UDP), 3 * MINUTE,
             rate=bursts(7, 2, (18e3, 410e3), 3), total=(412e3, 9.1e6),
             size=(90, 1250), owner=FIREFOX),
        # A call, the same both ways.
        Flow(out('198.51.100.9', 3478, 49003, UDP), 22 * MINUTE,
             rate=lambda t: (148e3 + 22e3 * math.sin(t),
                             171e3 + 31e3 * math.sin(t * 1.3)),
             total=(190e6, 214e6), size=(910, 930), owner=FIREFOX),
        # A backup to the file server, growing.
        Flow(out('192.168.1.10', 22000, 47002), 70,
             rate=upload(lambda t: 6e5 + 9e4 * t), total=(44e6, 1.1e6),
             size=(1400, 66), owner=PYTHON),
        # ssh: typing here, and somebody typing to us.
        Flow(out('192.0.2.17', 22, 40112), 3 * HOUR,
             rate=lambda t: (rng.choice((0, 68, 136, 410)),
                             rng.choice((0, 180, 900, 2600))),
             total=(310e3, 1.9e6), size=(68, 210), mark=0x10, owner=SSH),
        Flow(Tuple('198.51.100.77', ME, 50522, 22), 18 * MINUTE,
             rate=lambda t: (rng.choice((0, 68, 102)),
                             rng.choice((0, 150, 4100))),
             total=(61e3, 703e3), size=(68, 320), owner=SSHD, holders=2),
        # A tunnel and what keeps it up.
        Flow(out('192.0.2.200', 51820, 51820, UDP), 31 * HOUR,
             rate=lambda t: (9e3 + 8e3 * math.sin(t / 2),
                             15e3 + 13e3 * math.cos(t / 3)),
             total=(1.3e9, 2.2e9), size=(310, 420), owner=KERNEL),
        Flow(out('198.51.100.50', 8883, 44990), 26 * HOUR,
             rate=bursts(5, 0.5, (410, 160), 1), total=(8.8e6, 3.1e6),
             size=(120, 70), owner=PYTHON),
        # Pings.
        Flow(Tuple(ME, '192.0.2.1', 4411, (8, 0), ICMP), 33,
             rate=lambda t: (84, 84), total=(2772, 2772), size=(84, 84),
             owner=PING),
        Flow(Tuple(ME6, '2001:db8:beef::1', 7702, (128, 0), ICMPV6), 20,
             rate=lambda t: (104, 104), total=(2080, 2080),
             size=(104, 104), owner=PING),
        # What the desktop announces to everybody.
        Flow(out('224.0.0.251', 5353, 5353, UDP), 9 * HOUR,
             rate=bursts(9, 0.4, (480, 0), 2), total=(310e3, 0),
             size=(160, 1), seen=False, owner=RESOLVED),
        Flow(out(ROUTER, 67, 68, UDP), 2, total=(328, 328), size=(328, 328),
             quiet=2, ends=27.9),
    ]


def forwarded():
    """Containers: three go out with our address, one is reached from
    outside."""
    flows = []
    for n, dst, dport, proto, rate in (
            (2, '203.0.113.200', 443, TCP, download(wave(1e5, 9e5, 11, 0.6))),
            (3, '192.0.2.66', 5432, TCP,
             lambda t: (2100 + 900 * math.sin(t), 5200 + 3100 * math.sin(t))),
            (4, '203.0.113.7', 123, UDP, None)):
        orig, reply = masqueraded(n, dst, dport, proto)
        flows.append(Flow(orig, 40 * MINUTE if rate else 5, reply, rate,
                          (9e5, 4e7) if rate else (76, 76), bits=SRC_NAT,
                          size=(90, 1100) if rate else (76, 76),
                          owner=O_FORWARDED))
    flows.append(Flow(Tuple('198.51.100.23', ME, 61200, 8080), 2 * MINUTE,
                      Tuple('172.17.0.5', '198.51.100.23', 80, 61200),
                      upload_from_server(), (21e3, 3.3e6), bits=DST_NAT,
                      size=(120, 1200), owner=NGINX, holders=4))
    return flows


def upload_from_server():
    rate = wave(2e4, 3.4e5, 6, 0.1)
    return lambda t: (rate(t) / 30, rate(t))


def short_ones():
    """Flows that open and close while we look."""
    flows = []
    lookups = ((1.2, 0), (4.6, 1), (7.1, 0), (9.9, 1), (13.3, 0), (18.4, 1),
               (22.7, 0), (25.2, 0))
    for n, (t, is6) in enumerate(lookups):
        flows.append(Flow(out(ROUTER6 if is6 else ROUTER, 53, 33000 + 711 * n,
                              UDP),
                          sends=[(t, 68 + 3 * n, 132 + 22 * n)], born=t,
                          owner=RESOLVED))
    flows.append(Flow(out('192.0.2.123', 123, 123, UDP), born=6.0,
                      sends=[(6.0, 76, 76)], owner=O_CLOSED))
    for n, (t, dst, length, bps) in enumerate((
            (1.3, '203.0.113.10', 6.0, 2.1e5),
            (4.7, '2001:db8:cafe::7', 3.2, 9e4),
            (10.0, '203.0.113.99', 5.5, 6.4e5),
            (13.4, '198.51.100.200', 9.0, 5e4),
            (18.5, '2001:db8:cafe::7', 4.0, 3.1e5))):
        flows.append(Flow(out(dst, 443, 45100 + 37 * n),
                          rate=lambda at, t=t, length=length, bps=bps:
                          (bps / 30, bps) if t < at < t + length else (0, 0),
                          sends=[(t, 180, 60)], born=t, seen=False,
                          closes=t + length, reset=n % 2 == 0,
                          owner=FIREFOX))
    # Nobody answers, so it is sent again and again.
    flows.append(Flow(out('198.51.100.254', 8443, 45510), born=15.2,
                      seen=False, size=(60, 60), owner=FIREFOX,
                      sends=[(15.2 + after, 60, 0) for after in (0, 1, 3, 7)]))
    # A web client from the local network, to a server of ours.
    flows.append(Flow(Tuple('192.168.1.44', ME, 52991, 8000),
                      rate=lambda at: (900, 7e4) if 11 < at < 15 else (0, 0),
                      sends=[(11.0, 180, 60)], born=11.0, seen=False,
                      closes=15.0, owner=PYTHON))
    return flows


def milestones(flow):
    """(time, state, status) of a TCP flow that opens and closes."""
    seen = CONFIRMED | SEEN_REPLY | NAT_DONE
    found = []
    if flow.closes is None:
        return found
    if flow.born is not None:
        found += [(flow.born + 0.021, SYN_RECV, seen),
                  (flow.born + 0.022, EST, seen | ASSURED)]
    end = flow.closes
    if flow.reset:
        found += [(end, CLOSE, seen | ASSURED)]
        flow.ends = end + TIMEOUTS[CLOSE] + 0.4
    else:
        found += [(end, FIN_WAIT, seen | ASSURED),
                  (end + 0.018, LAST_ACK, seen | ASSURED),
                  (end + 0.019, TIME_WAIT, seen | ASSURED)]
    return found


def events(flows):
    """[(time, function)] of all that happens between listings."""
    found = []
    for flow in flows:
        if flow.born is not None:
            found.append((flow.born, 'new', flow, None))
            found.append((flow.born + 0.004, 'owner', flow, None))
        for t, state, status in milestones(flow):
            found.append((t, 'update', flow, (state, status)))
        if flow.ends is not None:
            found.append((flow.ends, 'destroy', flow, None))
    return sorted(((t, n, what, flow, value) for n, (t, what, flow, value)
                   in enumerate(found)), key=lambda e: e[:2])


def put_owner(rec, at, flow):
    owner = flow.owner
    if owner == O_UNKNOWN:
        return
    if not isinstance(owner, Process):
        rec.owner(at, flow.orig, flow.id, owner, holders=0)
        return
    if not owner.is_written:
        rec.proc(at, owner.number, **owner.fact)
        owner.is_written = True
    rec.owner(at, flow.orig, flow.id,
              O_KERNEL if owner is KERNEL else
              O_OTHER_NETNS if owner.fact.get('netns') else O_LOCAL,
              owner.number, 0 if owner is KERNEL else flow.holders)


def play_event(rec, t, what, flow, value):
    at = int(t * S)
    if what == 'new':
        args, more = flow.message(t, counters=None, start=None)
        rec.new(at, *args, **more)
    elif what == 'update':
        flow.state, flow.status = value
        flow.active = t
        args, more = flow.message(t, counters=None, start=None)
        rec.update(at, *args, **more)
    elif what == 'owner':
        put_owner(rec, at, flow)
    else:
        args, more = flow.message(t, stop=T0 + at, timeout=None)
        rec.destroy(at, *args, **more)


def record(rec, flows, still, n_kernel, max_kernel):
    """A listing each second, as flowtop makes them; first a whole one."""
    pending = [e for e in events(flows) if e[0] < LENGTH]
    before = 0.0
    for second in range(LENGTH):
        t = second + 0.05
        while pending and pending[0][0] < t:
            when, _, what, flow, value = pending.pop(0)
            play_event(rec, when, what, flow, value)
        listed = [flow for flow in flows if flow.is_live(t)]
        for flow in listed:
            since = before if flow.born is None else max(before, flow.born)
            steps = 10
            for i in range(steps):
                dt = (t - since) / steps
                flow.advance(since + i * dt, dt)
        before = t
        rec.health(int(t * S), n_kernel(second), max_kernel)
        # What rests is listed twice: then its rate is known to be 0.
        chosen = listed if second < 2 else [flow for flow in listed
                                            if flow not in still]
        rec.listing(int(t * S), [flow.message(t) for flow in chosen],
                    full=second == 0)
        if second == 0:
            for flow in listed:
                put_owner(rec, int(t * S), flow)


def recording():
    rec = Recording(T0)
    for process in (FIREFOX, THUNDERBIRD, SSH, SSHD, RESOLVED, PYTHON, PING,
                    NGINX, KERNEL):
        process.is_written = False
    rec.own()
    rec.address(0, BRIDGE, 16, 5, 'docker0')
    rec.address(0, 'fe80::42:c0ff:fea8:114', 64, 2, 'wlan0')
    return rec


def put_hosts(rec):
    for address, (name, *place) in HOSTS.items():
        if name:
            rec.name(0, address, name)
        if place:
            cc, city, asn = place
            rec.place(0, address, cc, COUNTRIES[cc], city, asn, NETWORKS[asn])


def demo(path, is_plain):
    rec = recording()
    if not is_plain:
        put_hosts(rec)
    still = resting()
    flows = still + busy() + forwarded() + fading() + short_ones()
    ids = random.Random(7)
    for flow in flows:
        flow.id = ids.randrange(1, 2**32)
    record(rec, flows, still, lambda s: 1312 + 7 * (s % 5) - 3 * (s % 7),
           65536)
    rec.close(path, LENGTH * S)


def full(path):
    """94 % of the table is in use; we see a part of it."""
    rec = recording()
    still = resting()
    flows = still + busy()[:8]
    for n, flow in enumerate(flows):
        flow.id = 1000 + n
    record(rec, flows, still, lambda s: 61605, 65536)
    rec.close(path, LENGTH * S)


def main():
    os.chdir(sys.argv[1])
    demo('demo.pcap', '--plain' in sys.argv[2:])
    full('full.pcap')


if __name__ == '__main__':
    main()
