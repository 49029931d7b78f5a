# SPDX-License-Identifier: GPL-2.0-only
"""A terminal for a program under test: a pty of a given size that answers what
terminals are asked, counts what arrives and can tell what is on the screen.

The emulator knows what curses sends for xterm and its like; a sequence it does
not know is kept in Screen.unknown, so that a bench can refuse to guess.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

TERM = 'xterm-256color'


def set_size(fd, cells, rows):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, cells, 0, 0))


class Screen:
    """Text only: colours cost bytes and say nothing that is not there in
    another way."""

    TOKEN = re.compile(
        rb'\x1b\[([<=>?]?)([0-9;:]*)([ !"$]?)([@-~])'  # CSI
        rb'|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)'         # OSC
        rb'|\x1b([()*+])(.)|\x1b([^\[\]()*+])'         # the others
        rb'|([\x00-\x1a\x1c-\x1f\x7f])|([^\x00-\x1f\x7f]+)', re.S)

    def __init__(self, cells, rows):
        self.unknown = set()
        self.modes = set()
        self.left = b''
        self.last = ' '
        self.resize(cells, rows)

    def resize(self, cells, rows):
        self.cells, self.rows = cells, rows
        self.top, self.bottom = 0, rows - 1
        self.clear()

    def clear(self):
        self.grid = [[' '] * self.cells for _ in range(self.rows)]
        self.y = self.x = 0

    def line(self, y):
        return ''.join(self.grid[y])

    def feed(self, data):
        data = self.left + data
        at = 0
        while at < len(data):
            found = self.TOKEN.match(data, at)
            if not found:
                break
            text = found[9]
            # The rest of a character may still be under way.
            if text and found.end() == len(data) and text[-1] & 0x80:
                try:
                    text.decode()
                except UnicodeDecodeError as e:
                    if len(data) - found.start(9) - e.start < 4:
                        self.text(text[:e.start].decode())
                        at = found.start(9) + e.start
                        break
            at = found.end()
            if text:
                self.text(text.decode(errors='replace'))
            elif found[8]:
                self.control(found[8])
            elif found[4]:
                self.csi(found[1] + found[3], found[2], found[4])
            elif found[7]:
                self.escape(found[7])
        self.left = data[at:]

    def text(self, text):
        for c in text:
            if self.x >= self.cells:
                self.x = 0
                self.newline()
            self.grid[self.y][self.x] = self.last = c
            self.x += 1

    def newline(self):
        if self.y == self.bottom:
            self.scroll(self.top, 1)
        elif self.y < self.rows - 1:
            self.y += 1

    def scroll(self, top, n):
        """n > 0: up. Between top and the bottom of the region."""
        size = self.bottom - top + 1
        if size <= 0:
            return
        n = max(-size, min(n, size))
        blank = [[' '] * self.cells for _ in range(abs(n))]
        part = self.grid[top:self.bottom + 1]
        part = part[n:] + blank if n > 0 else blank + part[:size + n]
        self.grid[top:self.bottom + 1] = part

    def control(self, c):
        if c == b'\r':
            self.x = 0
        elif c in b'\n\v\f':
            self.newline()
        elif c == b'\b':
            self.x = max(0, min(self.x, self.cells) - 1)
        elif c == b'\t':
            self.x = min(self.cells - 1, (self.x // 8 + 1) * 8)

    def escape(self, c):
        if c == b'M':
            if self.y == self.top:
                self.scroll(self.top, -1)
            else:
                self.y = max(0, self.y - 1)
        elif c == b'7':
            self.saved = (self.y, self.x)
        elif c == b'8':
            self.y, self.x = getattr(self, 'saved', (0, 0))
        elif c not in b'=>\\':
            self.unknown.add(b'ESC ' + c)

    def csi(self, mark, args, final):
        if mark:
            if mark == b'?' and final in b'hl':
                for mode in args.split(b';'):
                    self.mode(mode, final == b'h')
            return
        numbers = [int(n) if n.isdigit() else 0 for n in args.split(b';')]
        n = max(1, numbers[0])
        row = self.grid[self.y]
        self.x = min(self.x, self.cells)
        if final in b'Hf':
            self.y = min(n, self.rows) - 1
            self.x = (min(max(1, numbers[1]), self.cells) - 1
                      if len(numbers) > 1 else 0)
        elif final == b'A':
            self.y = max(0, self.y - n)
        elif final == b'B':
            self.y = min(self.rows - 1, self.y + n)
        elif final == b'C':
            self.x = min(self.cells - 1, self.x + n)
        elif final == b'D':
            self.x = max(0, self.x - n)
        elif final in b'G`':
            self.x = min(n, self.cells) - 1
        elif final == b'd':
            self.y = min(n, self.rows) - 1
        elif final == b'K':
            first = self.x if numbers[0] == 0 else 0
            end = self.x + 1 if numbers[0] == 1 else self.cells
            row[first:end] = [' '] * len(row[first:end])
        elif final == b'J':
            self.erase(numbers[0])
        elif final == b'X':
            end = min(self.cells, self.x + n)
            row[self.x:end] = [' '] * (end - self.x)
        elif final == b'@':
            row[self.x:] = ([' '] * n + row[self.x:])[:self.cells - self.x]
        elif final == b'P':
            row[self.x:] = (row[self.x + n:] +
                            [' '] * n)[:self.cells - self.x]
        elif final == b'L':
            self.scroll(self.y, -n)
        elif final == b'M':
            self.scroll(self.y, n)
        elif final == b'S':
            self.scroll(self.top, n)
        elif final == b'T':
            self.scroll(self.top, -n)
        elif final == b'b':
            self.text(self.last * n)
        elif final == b'r':
            self.top = n - 1
            self.bottom = (numbers[1] if len(numbers) > 1 and numbers[1]
                           else self.rows) - 1
            self.y = self.x = 0
        elif final not in b'mntc' and not (final in b'hl' and args == b'4'):
            self.unknown.add(b'CSI ' + args + final)

    def mode(self, mode, on):
        (self.modes.add if on else self.modes.discard)(mode)
        if mode == b'1049':
            self.clear()

    def erase(self, what):
        y, x = self.y, self.x
        if what == 2:
            self.grid = [[' '] * self.cells for _ in range(self.rows)]
            return
        lines = range(y + 1, self.rows) if what == 0 else range(y)
        for i in lines:
            self.grid[i] = [' '] * self.cells
        row = self.grid[y]
        first, end = (x, self.cells) if what == 0 else (0, x + 1)
        row[first:end] = [' '] * len(row[first:end])


class Terminal:
    """A program on a pty. What arrives is in .frames, a list of (time, bytes)
    of every read; .on_data is called with each."""

    def __init__(self, command, cells=80, rows=24, env=None, cwd=None,
                 stderr=None, answer=True, screen=False):
        self.cells, self.rows = cells, rows
        self.answer = answer
        self.frames = []
        self.total = 0
        self.on_data = None
        self.tail = b''
        self.status = None
        self.screen = Screen(cells, rows) if screen else None
        self.environment = dict(os.environ, TERM=TERM)
        for name in ('LINES', 'COLUMNS', 'NO_COLOR', 'COLORTERM'):
            self.environment.pop(name, None)
        self.environment.update(env or {})
        self.started = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            self.child(command, cwd, stderr)
        set_size(self.fd, cells, rows)
        os.set_blocking(self.fd, False)

    def child(self, command, cwd, stderr):
        try:
            # Not before the size is right: the parent sets it as well, too
            # late for a quick program.
            set_size(0, self.cells, self.rows)
            if cwd:
                os.chdir(cwd)
            if stderr is not None:
                fd = os.open(stderr, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
                os.dup2(fd, 2)
            os.execvpe(command[0], command, self.environment)
        except OSError as e:
            os.write(2, str(e).encode())
        finally:
            os._exit(127)

    def send(self, data):
        os.write(self.fd, data)

    def query(self, data):
        """Questions may be cut in two by read()."""
        data = self.tail + data
        asked = 0
        for found in re.finditer(rb'\x1b\[(?:([56])n|(>?)0?c)', data):
            asked = found.end()
            if found[1] == b'5':
                self.send(b'\x1b[0n')
            elif found[1] == b'6':
                at = (self.screen.y + 1, self.screen.x + 1) if self.screen \
                    else (1, 1)
                self.send(b'\x1b[%d;%dR' % at)
            elif not found[2]:
                self.send(b'\x1b[?1;2c')
        self.tail = data[max(asked, len(data) - 3):]

    def read(self, seconds):
        """One read, waiting at most so long. None: nothing; b'': it ended."""
        ready, _, _ = select.select([self.fd], [], [], max(0, seconds))
        if not ready:
            return None
        try:
            data = os.read(self.fd, 65536)
        except BlockingIOError:
            return None
        except OSError: # EIO: nobody has the other end
            return b''
        now = time.monotonic()
        self.total += len(data)
        self.frames.append((now, len(data)))
        if self.screen:
            self.screen.feed(data)
        if self.answer:
            self.query(data)
        if self.on_data:
            self.on_data(now, data)
        return data

    def run(self, seconds, until=None):
        """Read for so long. Return: True when until() held, False when it did
        not or when the program has ended."""
        end = time.monotonic() + seconds
        while True:
            if until and until():
                return True
            left = end - time.monotonic()
            if left <= 0 or self.read(left) == b'':
                return False

    def quiet(self, seconds, limit):
        """Read until nothing comes for so long. Return: the bytes."""
        before = self.total
        end = time.monotonic() + limit
        while time.monotonic() < end and self.read(seconds):
            pass
        return self.total - before

    def close(self, key=b'Q', patience=5):
        """End it. Return: its status, as os.waitpid() has it."""
        try:
            self.send(key)
        except OSError:
            pass
        end = time.monotonic() + patience
        while self.status is None:
            alive = self.read(0.02) != b''
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = status
            elif time.monotonic() > end:
                os.kill(self.pid, signal.SIGKILL)
            elif not alive:
                time.sleep(0.01)
        os.close(self.fd)
        return self.status


def percentile(values, percent):
    """The smallest value that so many percent do not exceed."""
    ordered = sorted(values)
    if not ordered:
        return float('nan')
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
