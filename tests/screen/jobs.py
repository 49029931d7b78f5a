#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A shell with job control, on a terminal that answers late: run a program,
stop it with ^Z, let it go on, end it with q, and tell what it has left in the
input for the shell.

    jobs.py SECONDS TERM PROGRAM ARG...
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
import tty


def left(seconds):
    """What the shell would read meanwhile."""
    before = termios.tcgetattr(0)
    tty.setraw(0, termios.TCSANOW)
    text = b''
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if select.select([0], [], [], 0.05)[0]:
            text += os.read(0, 4096)
    termios.tcsetattr(0, termios.TCSANOW, before)
    return text


def shell(command, delay, tell, wait):
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    ready, go = os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.setpgid(0, 0)
        os.read(ready, 1)
        os.execvp(command[0], command)
    os.setpgid(pid, pid)
    os.tcsetpgrp(0, pid)
    os.write(go, b'.')
    while True:
        status = os.waitpid(pid, os.WUNTRACED)[1]
        os.tcsetpgrp(0, os.getpgrp())
        stopped = os.WIFSTOPPED(status)
        tell('stopped' if stopped else
             f'ended {os.waitstatus_to_exitcode(status)}')
        tell(f'left {left(delay + 0.5).hex() or "nothing"}')
        if not stopped:
            return
        wait()
        os.tcsetpgrp(0, pid)
        os.killpg(pid, signal.SIGCONT)


class Terminal:
    def __init__(self, delay, name, command):
        self.delay, self.owed = delay, []
        self.asked = self.clears = self.bytes = 0
        self.heard, told = os.pipe()
        may_go, self.go = os.pipe()
        self.lines, self.rest, self.piece = [], b'', b''
        pid, self.fd = pty.fork()
        if pid == 0:
            os.environ.update(TERM=name, LC_ALL='C')
            time.sleep(0.2) # until the size is right
            try:
                shell(command, delay,
                      lambda line: os.write(told, f'{line}\n'.encode()),
                      lambda: os.read(may_go, 1))
            finally:
                os._exit(0)
        os.close(told)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ,
                    struct.pack('HHHH', 24, 80, 0, 0))

    def step(self):
        now = time.monotonic()
        while self.owed and self.owed[0] <= now:
            self.owed.pop(0)
            os.write(self.fd, b'\033[0n')
        ready = select.select([self.fd, self.heard], [], [], 0.01)[0]
        if self.fd in ready:
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                data = b''
            now = time.monotonic()
            data = self.piece + data
            # What is asked for may come in two pieces.
            self.piece = re.search(rb'(\033(\[[25]?)?)?$', data).group()
            data = data[:len(data) - len(self.piece)]
            n = data.count(b'\033[5n')
            self.asked += n
            self.owed += [now + self.delay] * n
            self.clears += len(re.findall(rb'\033\[2?J', data))
            self.bytes += len(data)
        if self.heard in ready:
            self.rest += os.read(self.heard, 4096)
            *lines, self.rest = self.rest.split(b'\n')
            self.lines += [line.decode() for line in lines]

    def run(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.step()

    def send(self, key):
        """Behind a question, if there are any."""
        asked, end = self.asked, time.monotonic() + 1
        while self.asked == asked and time.monotonic() < end:
            self.step()
        os.write(self.fd, key)

    def wait(self, word):
        """Return: the next line with this word, and the milliseconds until
        it came."""
        start = time.monotonic()
        while time.monotonic() < start + 10:
            for line in self.lines:
                if line.startswith(word):
                    self.lines.remove(line)
                    return line, int((time.monotonic() - start) * 1000)
            self.step()
        return f'{word}: never', 10000


def main():
    t = Terminal(float(sys.argv[1]), sys.argv[2], sys.argv[3:])
    t.run(2.5)
    t.send(b'\x1a')
    print('stopped_ms', t.wait('stopped')[1])
    print('stopped', t.wait('left')[0])
    t.run(0.1)
    before = t.clears
    os.write(t.go, b'.')
    t.run(1.5)
    print('clears', t.clears - before)
    t.send(b'q')
    line, ms = t.wait('ended')
    print('ended_ms', ms)
    print(line)
    print('ended', t.wait('left')[0])
    print('asked', t.asked)


main()
