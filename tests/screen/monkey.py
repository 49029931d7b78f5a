#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Random keys, sizes and signals for a program on a terminal, then its end.

    monkey.py --keys N --seed S --end q|^C|TERM --stderr FILE COMMAND...

    this program                    pty
         |  keys, sizes              |
         +---------------------------+-- "shell": session, job control
                                         |
                                         +-- the program: foreground group

The shell sees it stop, looks whether the terminal is what a shell wants, and
lets it go on. Prints what was wrong, and exits 1 if there was anything.
"""
import argparse
import fcntl
import os
import random
import re
import select
import signal
import sys
import termios
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'tools'))
from ptybox import set_size # noqa: E402

# Neither q Q F10 ^C ^\\ (the end comes later) nor W (writes settings).
KEYS = (
    b'j k d u h l j k j k g G s a b t T U D I S i < > r R B P A p Z + - F ! ? '
    b'1 2 3 4 5 6 C C N L / n o c x X y e f m v w z 0 9 % _ " \' ; , .'.split() +
    [b' ', b'\t', b'\r', b'\x7f', b'\x0c', b'\x02', b'\x06', b'\x15', b'\x04',
     b'\x07', b'\x13', b'\x11', b'\x00'] +
    [b'\x1b'] * 6 + # out of help and prompts
    [b'\x1b[A', b'\x1b[B', b'\x1b[C', b'\x1b[D', b'\x1bOA', b'\x1bOB',
     b'\x1bOC', b'\x1bOD', b'\x1b[5~', b'\x1b[6~', b'\x1b[H', b'\x1b[F',
     b'\x1bOH', b'\x1bOF', b'\x1b[3~', b'\x1b[Z', b'\x1bOP', b'\x1bOR',
     b'\x1bOS', b'\x1b[1;2R', b'f', b'\\', b'/', b'/'] +
    # In prompts.
    [b'port 443', b' and ', b' or ', b'not ', b'process ', b'country ', b'udp',
     b'(', b'"', b'~', b'!', b'rate > 1k', b'net 198.19.0.0/16', b'\xc3\xbc',
     b'\x01', b'\x05', b'\x0b', b'\x17', b'\x10', b'\x0e'])
# What nobody has on a keyboard: mouse reports, answers nobody asked for,
# pieces of sequences and of characters.
NOISE = [b'\x1b', b'\x1b[', b'\x1bO', b'\x1b[1;5', b'\x1b[0n', b'\x1b[12;40R',
         b'\x1b[M !!', b'\x1b[<0;12;9M', b'\x1b[?62;c', b'\x1b[200~x\x1b[201~',
         b'\x1ba', b'\x1b\x1b', b'\xc3\xa4', b'\xe2\x82', b'\xff\xfe',
         b'\xf0\x9f\x98\x80', b'\x80' * 7, b'j' * 300, b'zzzzzz/port 443\r']
CTRL_Z = b'\x1a'
PATIENCE = 20 # seconds; sanitizers and a loaded machine take their time


class Monkey:
    def __init__(self, args):
        self.args = args
        self.rng = random.Random(args.seed)
        self.wrong = []
        self.output = b''
        self.modes = {}
        self.drawn = self.stops = self.resizes = 0
        self.master, slave = os.openpty()
        set_size(self.master, 80, 24)
        self.slave = slave
        self.before = termios.tcgetattr(slave)
        self.told, report = os.pipe()
        self.shell = os.fork()
        if self.shell == 0:
            os.close(self.master)
            os.close(self.told)
            try:
                shell(slave, report, args)
            finally:
                os._exit(120)
        os.close(report)
        os.set_blocking(self.master, False)
        self.program = int(self.report() or 0)
        self.status = None

    def report(self):
        """The next line of the shell."""
        line = b''
        while not line.endswith(b'\n'):
            c = os.read(self.told, 1)
            if not c:
                return None
            line += c
        return line.decode().strip()

    def listen(self, seconds):
        """Drain the terminal, and hear what the shell says."""
        end = time.monotonic() + seconds
        while True:
            left = max(0, end - time.monotonic())
            fds = [self.master] + [self.told] * (self.status is None)
            ready, _, _ = select.select(fds, [], [], left)
            if self.master in ready:
                try:
                    data = os.read(self.master, 65536)
                except OSError:
                    data = b''
                self.drawn += len(data)
                self.output = (self.output + data)[-4096:]
                self.watch(data)
            if self.told in ready:
                self.heard(self.report())
            if not ready and not left:
                return

    def watch(self, data):
        """Modes; one that is cut in two by read() is caught by the next
        switch, and at the end by what the terminal was left with."""
        for found in re.finditer(rb'\x1b\[\?([\d;]+)([hl])', data):
            for mode in found[1].split(b';'):
                self.modes[mode] = found[2] == b'h'
        for _ in range(data.count(b'\x1b[5n')):
            self.type(b'\x1b[0n')

    def heard(self, line):
        word, _, rest = (line or 'ended unknown').partition(' ')
        if word == 'stopped':
            self.stops += 1
            if rest:
                self.wrong.append('stopped: ' + rest)
        elif word == 'ended':
            self.status = rest

    def type(self, data):
        try:
            os.write(self.master, data)
        except BlockingIOError:
            pass # it is stopped, or busy: lost, as on a line without control
        except OSError as e:
            if self.status is None:
                self.wrong.append('the terminal is gone: %s' % e)

    def signal(self, *signals):
        for sig in signals:
            try:
                os.kill(self.program, sig)
            except ProcessLookupError:
                pass

    def resize(self):
        rng = self.rng
        for _ in range(rng.choice((1, 1, 1, 5, 30))):
            cells, rows = rng.choice((
                (rng.randrange(1, 260), rng.randrange(1, 80)),
                (rng.randrange(1, 40), rng.randrange(1, 12)),
                (80, 24), (80, 24), (120, 40), (1, 1),
                (0, 0)))
            set_size(self.master, cells, rows)
            self.signal(signal.SIGWINCH)
            self.resizes += 1

    def act(self):
        rng = self.rng
        what = rng.random()
        if what < 0.80:
            self.type(rng.choice(KEYS))
        elif what < 0.88:
            self.type(rng.choice(NOISE))
        elif what < 0.96:
            self.resize()
        elif what < 0.975:
            self.signal(signal.SIGWINCH)
        elif what < 0.985:
            self.type(CTRL_Z)
        elif what < 0.993:
            self.signal(signal.SIGTSTP)
        else:
            self.signal(signal.SIGCONT)

    def ended(self, seconds):
        end = time.monotonic() + seconds
        while self.status is None and time.monotonic() < end:
            self.listen(0.02)
        return self.status is not None

    def end(self):
        """q closes what is open before it leaves."""
        set_size(self.master, 80, 24)
        self.listen(0.5)
        if self.status is not None:
            return
        if self.args.end == 'TERM':
            self.signal(signal.SIGTERM)
        elif self.args.end == '^C':
            self.type(b'\x03')
        else:
            for _ in range(5):
                self.type(b'\x1b')
                self.listen(0.3)
                self.type(b'q')
                if self.ended(PATIENCE / 5):
                    return
        if not self.ended(PATIENCE):
            self.wrong.append('it does not end on ' + self.args.end)
            self.signal(signal.SIGABRT, signal.SIGCONT)
            self.ended(2)
            self.signal(signal.SIGKILL)
            self.ended(2)

    def run(self):
        end = time.monotonic() + PATIENCE
        while not self.drawn and time.monotonic() < end:
            self.listen(0.02)
        if not self.drawn:
            self.wrong.append('it draws nothing')
        limit = time.monotonic() + 60 + self.args.keys * 0.1
        n = 0
        while n < self.args.keys and self.status is None and \
                time.monotonic() < limit:
            self.act()
            n += 1
            self.listen(self.rng.choice((0, 0, 0.005, 0.01, 0.05)))
        if self.status is not None:
            self.wrong.append('it ended by itself at input %d' % n)
        elif n < self.args.keys:
            self.wrong.append('too slow: only %d inputs' % n)
        self.end()
        self.listen(0.2)
        self.judge()
        print('%d inputs, %d sizes, %d stops, %d bytes drawn' %
              (n, self.resizes, self.stops, self.drawn))

    def judge(self):
        if self.status != '0':
            self.wrong.append('status ' + str(self.status))
        after = termios.tcgetattr(self.slave)
        if after != self.before:
            self.wrong.append('terminal modes differ:\n%s\n%s' %
                              (self.before, after))
        if self.modes.get(b'1049', True):
            self.wrong.append('still on the alternate screen')
        if not self.modes.get(b'25', True):
            self.wrong.append('the cursor is hidden')
        for mode in b'1', b'1000', b'1002', b'1006', b'2004', b'2026':
            if self.modes.get(mode):
                self.wrong.append('mode %s is left on' % mode.decode())
        self.read_stderr()

    def read_stderr(self):
        with open(self.args.stderr, errors='replace') as f:
            said = f.read()
        if re.search(r'Sanitizer|runtime error|WARNING:|[Aa]ssert', said):
            self.wrong.append('stderr:\n' + said[:6000])
        elif said.strip():
            print('stderr: ' + said[:500])


def shell(slave, report, args):
    """Start the program as a shell with job control does, and look after
    it."""
    def say(text):
        os.write(report, text.encode() + b'\n')

    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    before = termios.tcgetattr(slave)
    ready, go = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(go)
        os.setpgid(0, 0)
        os.read(ready, 1) # until it is in the foreground
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        errors = os.open(args.stderr, os.O_WRONLY | os.O_CREAT | os.O_APPEND,
                         0o600)
        for fd, to in (slave, 0), (slave, 1), (errors, 2):
            os.dup2(fd, to)
        os.execvp(args.command[0], args.command)
    os.close(ready)
    try:
        os.setpgid(pid, pid)
    except OSError:
        pass
    say(str(pid))
    os.tcsetpgrp(slave, pid)
    os.write(go, b'x')
    while True:
        _, status = os.waitpid(pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            break
        os.tcsetpgrp(slave, os.getpgrp())
        say('stopped ' + ('' if termios.tcgetattr(slave) == before
                          else 'terminal modes differ'))
        time.sleep(0.05)
        os.tcsetpgrp(slave, pid)
        os.killpg(pid, signal.SIGCONT)
    os.tcsetpgrp(slave, os.getpgrp())
    say('ended %s' % (os.WEXITSTATUS(status) if os.WIFEXITED(status)
                      else 'signal %d' % os.WTERMSIG(status)))
    time.sleep(1) # the modes are looked at before the session ends
    os._exit(0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--keys', type=int, default=500)
    parser.add_argument('--seed', type=int, required=True)
    parser.add_argument('--end', choices=('q', '^C', 'TERM'), default='q')
    parser.add_argument('--stderr', required=True)
    parser.add_argument('command', nargs='+')
    args = parser.parse_args()
    monkey = Monkey(args)
    monkey.run()
    os.kill(monkey.shell, signal.SIGKILL)
    os.waitpid(monkey.shell, 0)
    for text in monkey.wrong:
        print('wrong: ' + text)
    if monkey.wrong:
        print('last output: %r' % monkey.output[-400:])
        sys.exit(1)


if __name__ == '__main__':
    main()
