# SPDX-License-Identifier: GPL-2.0-only
"""10,000 hostile names of hosts and 40,000 hostile texts about their places, on
a terminal: part of strangers.t.

    strangers.py FLOWTOP DIRECTORY

Each host has one flow, whose port says which it is, so that it is known what
has been on the screen.
"""
import os
import random
import re
import sys
import time
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
for folder in '../tools', '../net':
    sys.path.insert(0, os.path.join(HERE, folder))
import mmdb # noqa: E402
import tap # noqa: E402
from ctpcap import * # noqa: E402,F403
from ptybox import Screen, Terminal # noqa: E402

T0 = 1_767_607_200 * S # noqa: F405
HOSTS = 10000
CELLS, ROWS = 200, 120
PAGE_DOWN = b'\x1b[6~'
PATIENCE = 60
FIRST_PORT = 20000
FIRST_ROW = 4
# Sequences that the program has no use for, so that each of them is somebody
# else's.
PIECES = [b'\x1b[77;77H', b'\x1b[2J', b'\x1b[5m', b'\x1b]0;owned\x07',
          b'\x1b]52;c;b3duZWQ=\x07', b'\x1bP1$r\x1b\\', b'\x1bc', b'\xc2\x9b5m',
          b'\xc2\x9d0;owned\x07', b'\x9b5m', b'\x07', b'\x7f', b'\r', b'\n',
          b'\t', b'\x0e', b'\b' * 9, '\u202e'.encode(), '\u2066'.encode(),
          '\u200f'.encode(), '\u200b'.encode(), '\u200d'.encode(),
          '\ufeff'.encode(), '\u2028'.encode(), '\U000e0041'.encode(),
          '\u4e2d'.encode(), 'e\u0301\u0302'.encode(), '\u05d0'.encode(),
          '\u0430'.encode(), '\uff21'.encode(), b'\xff', b'\xed\xa0\x80', b'%n',
          b'$(id)', b"'", b'"', b' ', b'/', b':', b'a' * 60, b'10.0.0.1']
LABELS = [b'a', b'xn--bcher-kva', b'b' * 63, b'under_score', b'0x7f', b'127',
          b'-x', b'c-' * 9 + b'd']
# Signs of the program's own.
OWN = set('→←⇄·⇒⇐…▼▲▌−█')
# No flow has a rate here.
REST = re.compile(r' +\? +\? +\? +\? +[-\d][\d.]*[KM]? +[-\d][\d.]*[KM]? *$')
HOST = re.compile(r'[~…]?[A-Za-z0-9._-]+$')


def host_name(rng):
    """Most are wrong somewhere, and some nowhere."""
    labels = [rng.choice(LABELS) for _ in range(rng.randint(1, 5))]
    if rng.random() < 0.8:
        i = rng.randrange(len(labels))
        labels[i] = rng.choice([b'', labels[i]]) + rng.choice(PIECES) + \
            rng.choice([b'', b'x'])
    return b'.'.join(labels)


def text(rng):
    return rng.choice([b'', b'Ab', 'Zürich'.encode(), '東京'.encode()]) + \
        b''.join(rng.choices(PIECES, k=rng.randint(1, 3)))


def make_places(path):
    rng = random.Random(5)
    mmdb.write(path, mmdb.database('GeoIP2-Enterprise', {
        '%s/32' % address(n): {
            'city': {'names': {'en': text(rng)}},
            'country': {'iso_code': text(rng)[:2], 'names': {'en': text(rng)}},
            'traits': {'autonomous_system_number': n + 1,
                       'autonomous_system_organization': text(rng)}}
        for n in range(HOSTS)}))


def address(n):
    return '9.%d.%d.9' % (n >> 8, n & 255)


def make_recording(path):
    rng = random.Random(7)
    rec = Recording(T0) # noqa: F405
    rec.own()
    rec.listing(0, [
        ((Tuple('192.168.1.20', address(n), FIRST_PORT + n, # noqa: F405
                FIRST_PORT + n), ),
         dict(ct_id=n + 1, state=EST, status=ESTABLISHED_STATUS, # noqa: F405
              timeout=9000, counters=((n, n * 100), (n, n * 100))))
        for n in range(HOSTS)])
    for n in range(HOSTS):
        rec.name(0, address(n), host_name(rng))
    for t in range(1, 4):
        rec.health(t * S, HOSTS) # noqa: F405
    rec.close(path)


def width(c):
    if unicodedata.category(c) in ('Mn', 'Me', 'Cf', 'Cc'):
        return 0
    return 2 if unicodedata.east_asian_width(c) in 'WF' else 1


def cells(line):
    """What is in each cell; the second one of a wide character is ''."""
    found = []
    for c in line:
        found += ([c] + [''] * (width(c) - 1)) if width(c) else []
    return found


class WideScreen(Screen):
    def text(self, text): # noqa: F811
        for c in text:
            if not width(c):
                self.grid[self.y][self.x - 1] += c
                continue
            super().text(c)
            if width(c) == 2 and self.x < self.cells:
                self.grid[self.y][self.x] = ''
                self.x += 1


class Raw:
    """Everything that came, and what of it no program of ours would send."""

    SEQUENCE = re.compile(r'\x1b\[[?>]?[\d;]*[@-~]|\x1b[()][0B]|\x1b[=>78M]')
    # But for what is sent when it begins and ends.
    FOREIGN = re.compile(r'\x1b\[77;77H|\x1b\[5m')

    def __init__(self, terminal):
        self.data = bytearray()
        terminal.on_data = lambda _, data: self.data.extend(data)

    def bad(self, is_utf8):
        try:
            said = self.data.decode('utf-8' if is_utf8 else 'ascii')
        except UnicodeDecodeError as e:
            return [repr(self.data[e.start - 20:e.end + 20])]
        bad = self.FOREIGN.findall(said)
        said = said.replace('\x1b[H\x1b[2J', '', 1)
        # What it asks the terminal, once each.
        for question in '\x1b[?2026$p', '\x1b]11;?\x1b\\':
            said = said.replace(question, '', 1)
        bad += ['cleared'] * ('\x1b[2J' in said)
        bad += re.findall(r'\x1b\][^\x07\x1b]*owned', said)
        # Its own title
        said = re.sub(r'\x1b\]0;[ -~]*\x07|\x1b\]0;[ -~]*\x1b\\', '', said)
        said = self.SEQUENCE.sub('', said)
        # A letter may have a mark, no other one and no sign.
        said = re.sub('([A-Za-z])\u0301(?!\u0302)', r'\1', said)
        allowed = set('\r\n\b\x0f')
        for c in sorted(set(said) - allowed):
            # Letters may be part of a city's name, but for those that turn
            # round what stands beside them.
            is_plain = ' ' <= c <= '~' or is_utf8 and (
                c in OWN or unicodedata.category(c)[0] == 'L' and
                unicodedata.bidirectional(c) == 'L')
            if not is_plain:
                bad.append('U+%04X' % ord(c))
        return bad


class Lines:
    """Lines of flows: the columns behind what strangers chose stay in place."""

    def __init__(self, is_text=False):
        self.is_text = is_text # which does not cut what is too long
        self.ports, self.wrong, self.hosts = set(), [], set()
        self.head = None

    def see_head(self, line):
        if 'ADDRESS' in line and ' TX' in line:
            self.head = line
            self.address = line.index('ADDRESS')
            self.port = line.index('PORT')
            self.cc = line.index('CC ')
            self.rates = line.index('RX/s') - 1
        return self.head

    def port_of(self, row):
        port = ''.join(row[self.port:self.cc]).strip()
        return int(port) if port.isdigit() else None

    def see(self, row):
        """row: a list of cells"""
        port = self.port_of(row)
        host = ''.join(row[self.address:self.port]).strip()
        if port is None:
            return
        self.ports.add(port)
        self.hosts.add(host)
        rest = ''.join(row if self.is_text else row[self.rates:])
        if not HOST.match(host) or not (
                REST.search(rest) if self.is_text else REST.match(rest)):
            self.wrong.append(''.join(row))


class Page:
    """What is on the screen, once all of it is."""

    def __init__(self, screen, lines):
        self.screen, self.lines = screen, lines

    def is_new(self):
        """The last line is, and the one below the list, which is drawn after
        it, is about the flow that is selected."""
        lines, grid = self.lines, self.screen.grid
        found = [lines.port_of(row) for row in grid[FIRST_ROW:ROWS - 2]]
        marked = [lines.port_of(row) for row in grid[FIRST_ROW:ROWS - 2]
                  if row[0] in '>▌']
        return (None not in found and len(set(found)) == len(found) and
                found[-1] not in lines.ports and len(marked) == 1 and
                ':%s  from ' % marked[0] in self.screen.line(ROWS - 2))

    def see(self):
        for y in range(FIRST_ROW, ROWS - 2):
            self.lines.see(self.screen.grid[y])


def on_screen(command, locale):
    t = Terminal(command, CELLS, ROWS, env={'LC_ALL': locale}, stderr=os.devnull)
    t.screen = WideScreen(CELLS, ROWS)
    raw, lines = Raw(t), Lines()
    page = Page(t.screen, lines)
    # By then the names are known that belong to these flows.
    t.run(PATIENCE, lambda: '10000 of 10000 flows' in t.screen.line(1) and
          'xn--' in t.screen.line(12) and
          lines.see_head(t.screen.line(FIRST_ROW - 1)))
    end = time.monotonic() + PATIENCE
    while len(lines.ports) < HOSTS and time.monotonic() < end:
        if t.run(PATIENCE, page.is_new):
            page.see()
        t.send(PAGE_DOWN)
    return raw, lines, t.close()


def as_text(command, locale):
    t = Terminal(command, CELLS, ROWS, env={'LC_ALL': locale}, stderr=os.devnull)
    raw, lines = Raw(t), Lines(is_text=True)
    t.run(PATIENCE)
    status = os.waitpid(t.pid, 0)[1]
    for line in raw.data.decode(errors='replace').split('\r\n'):
        if not lines.head:
            lines.see_head(line)
        else:
            lines.see(cells(line))
    return raw, lines, status


def main():
    program, directory = sys.argv[1:]
    capture = os.path.join(directory, 'names.pcap')
    make_recording(capture)
    places = os.path.join(directory, 'places')
    os.mkdir(places)
    make_places(os.path.join(places, 'enterprise.mmdb'))
    command = [program, '-4TPC', '-r', capture, '--geoip-dir', places]
    for locale in 'C', 'C.UTF-8':
        for what, show, more in (('screen', on_screen, ()),
                                 ('text', as_text, ('--batch', '-1',
                                                    '--speed', '0'))):
            raw, lines, status = show([*command, *more], locale)
            name = '%s, %s: ' % (what, locale)
            tap.ok(status == 0, name + 'ended well', 'status %#x' % status)
            tap.ok(len(lines.ports) == HOSTS, name + '10,000 hosts were shown',
                   '%d' % len(lines.ports))
            bad = raw.bad(locale != 'C')
            tap.ok(not bad, name + 'nothing that acts, hides or turns round',
                   ' '.join(bad)[:200])
            tap.ok(not lines.wrong, name + 'names are names, and what is '
                   'behind them stays in place', *lines.wrong[:3])
            named = sum(not host.startswith('9.') for host in lines.hosts)
            tap.ok(named > 50, name + 'good names are among them', '%d' % named)
    return tap.done()


if __name__ == '__main__':
    sys.exit(main())
