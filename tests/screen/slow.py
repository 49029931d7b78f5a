# SPDX-License-Identifier: GPL-2.0-only
"""A terminal that is slow, or takes whole frames, or says what it got.

    slow.py KIND TERM PROGRAM ARGUMENT...

KIND: "fast" answers at once; "late" after 0.6 s, from the second second on;
"sync" is fast and says that it takes whole frames; "sync-late" says so after
half a second. Prints facts, one in a line.
"""
import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time

STATUS, SYNC, BACKGROUND = b'\033[5n', b'\033[?2026$p', b'\033]11;?'
BEGIN, END = b'\033[?2026h', b'\033[?2026l'
SECONDS = 6

kind, name, *command = sys.argv[1:]
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(TERM=name, LC_ALL='C')
    os.execv(command[0], command)
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
started = time.time()
answers = []   # (when, what)
data = b''
after = {}     # key: bytes that came within 0.5 s of it
pressed = []
keys = [(3.0, b'j'), (3.6, b'j'), (4.2, b'k')]


def read(seconds):
    global data
    if not select.select([fd], [], [], seconds)[0]:
        return b''
    try:
        got = os.read(fd, 65536)
    except OSError:
        return None
    data += got
    return got


while time.time() < started + SECONDS:
    now = time.time()
    for due in [a for a in answers if a[0] <= now]:
        answers.remove(due)
        os.write(fd, due[1])
    if keys and now >= started + keys[0][0]:
        os.write(fd, keys.pop(0)[1])
        pressed.append((now, len(data)))
    got = read(0.02)
    if got is None:
        break
    if not got:
        continue
    late = kind == 'late' and now > started + 1
    for _ in range(got.count(STATUS)):
        answers.append((now + (0.6 if late else 0), b'\033[0n'))
    if SYNC in got and kind.startswith('sync'):
        answers.append((now + (0.5 if kind == 'sync-late' else 0),
                        b'\033[?2026;2$y'))
os.write(fd, b'q')
end = time.time() + 3
status = None
while status is None and time.time() < end:
    if STATUS in (read(0.05) or b''):
        os.write(fd, b'\033[0n')
    done, code = os.waitpid(pid, os.WNOHANG)
    if done:
        status = os.waitstatus_to_exitcode(code)

inside = re.findall(re.escape(BEGIN) + b'(.*?)' + re.escape(END), data, re.S)
print('status', status)
print('asked sync', data.count(SYNC))
print('asked background', data.count(BACKGROUND))
print('begins', data.count(BEGIN), 'ends', data.count(END))
print('nested', sum(BEGIN in part for part in inside))
print('small', sum(len(part) < 600 for part in inside))
print('large', sum(len(part) >= 600 for part in inside))
print('title', 'slow link' if b'slow link' in data else 'usual')
for at, before in pressed:
    print('pressed at', round(at - started, 1), 'of', before)
