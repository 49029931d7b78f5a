#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Processes and their sockets, and who tools/holders says holds them.

Usage: procs.py CASE HOLDERS, in a new pid namespace with its own /proc. There
nobody else runs, and process ids can be chosen. Exit status 0: as it should be.
"""
import gc
import os
import signal
import socket
import stat
import subprocess
import sys
import time

HOLDERS = None
children = []


def diag(*what):
    print('#', *what, flush=True)


def inode(sock):
    return os.fstat(sock.fileno()).st_ino


def starttime(pid):
    with open(f'/proc/{pid}/stat', 'rb') as file:
        return int(file.read().rpartition(b')')[2].split()[19])


def udp():
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def child(work=None, *args):
    """A child that does the work, says so, and then waits to be killed."""
    read, write = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(read)
        said = work(*args) if work else None
        os.write(write, repr(said).encode() + b'\n')
        os.close(write)
        while True:
            signal.pause()
    os.close(write)
    children.append(pid)
    said = b''
    # Its own children hold the pipe as well: no end of file will come.
    while not said.endswith(b'\n'):
        part = os.read(read, 65536)
        if not part:
            raise RuntimeError('a child has died')
        said += part
    os.close(read)
    return pid, eval(said)


def end(pid):
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    children.remove(pid)


def parse(text):
    found = {}
    for line in text.splitlines():
        first, *rest = line.split()
        if first != 'waiting':
            found[int(first)] = tuple(int(x) if x.isdigit() else x
                                      for x in rest)
    return found


def holders(inodes, *options, via=()):
    run = subprocess.run([*via, HOLDERS, *options, *map(str, inodes)],
                         capture_output=True, text=True, check=False)
    errors = run.stderr if '-c' not in options else ''
    if run.returncode or errors:
        diag('holders:', run.returncode, run.stderr)
        return {}
    if '-c' in options:
        diag(run.stderr.strip())
    return parse(run.stdout)


def meanwhile(pid, inodes, change):
    """The same, with a change in the middle of the walk."""
    with subprocess.Popen([HOLDERS, '-s', '0', '-w', str(pid),
                           *map(str, inodes)], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as run:
        if run.stdout.readline() != 'waiting\n':
            diag('it did not come to', pid)
            return {}
        change()
        return parse(run.communicate('\n')[0])


def same(got, wanted):
    for key in wanted:
        if got.get(key) != wanted[key]:
            diag(f'{key}: {got.get(key)} instead of {wanted[key]}')
    return got == wanted


def by(pid, n=1):
    return (pid, starttime(pid), n)


def info(pid, start):
    run = subprocess.run([HOLDERS, '-i', str(pid), str(start)],
                         capture_output=True, text=True, check=False)
    return run.stdout.rstrip('\n')


def next_pid(pid):
    with open('/proc/sys/kernel/ns_last_pid', 'w') as file:
        file.write(str(pid - 1))


# ------------------------------------------------------------------ cases

def case_single():
    def work():
        a, b, c = socket.socket(), udp(), socket.socket(socket.AF_INET6)
        os.dup(a.fileno())
        kept.extend([a, b, c])
        return [inode(a), inode(b), inode(c)]
    kept = []
    pid, found = child(work)
    other = udp()
    free = inode(other)
    other.close()
    return same(holders(found + [free]),
                {**{i: by(pid) for i in found}, free: ('none',)})


def case_prefork():
    """A server, its workers and what one of them has accepted."""
    def work():
        listener = socket.create_server(('127.0.0.1', 0))
        time.sleep(0.05)  # workers begin in a later tick
        workers = [child()[0] for _ in range(2)]
        client = socket.create_connection(listener.getsockname())

        def accept():
            mine = listener.accept()[0]
            kept.append(mine)
            return inode(mine)
        kept.extend([listener, client])
        # It inherits the client's end as well.
        pid, accepted = child(accept)
        return (inode(listener), inode(client), accepted, workers + [pid])
    kept = []
    server, (listener, client, accepted, workers) = child(work)
    ok = same(holders([listener, client, accepted]),
              {listener: by(server, 4), client: by(server, 2),
               accepted: by(workers[2])})
    # The server goes: its oldest worker has it now.
    end(server)
    return same(holders([listener]), {listener: by(workers[0], 3)}) and ok


def case_first():
    """Process 1 keeps sockets for services, as systemd does."""
    # It made this one before it started us.
    kept = first_socket
    alone = first_only
    return same(holders([inode(kept), alone]),
                {inode(kept): by(os.getpid(), 2), alone: by(1)})


def case_passed():
    left, right = socket.socketpair()

    def sender():
        mine = udp()
        socket.send_fds(left, [b'x'], [mine.fileno()])
        number = inode(mine)
        signal.signal(signal.SIGUSR1, lambda *_: mine.close())
        return number

    def receiver():
        fds = socket.recv_fds(right, 1, 1)[1]
        kept.extend(fds)
        return fds
    kept = []
    pid, number = child(sender)
    time.sleep(0.05)
    taker, _ = child(receiver)
    ok = same(holders([number]), {number: by(pid, 2)})
    os.kill(pid, signal.SIGUSR1)
    time.sleep(0.2)
    return same(holders([number]), {number: by(taker)}) and ok


def many(n):
    socks = [udp() for _ in range(n)]
    keep.extend(socks)
    return [inode(s) for s in socks]


keep = []


def case_dying():
    """Ended after the list was made; and while its descriptors are read."""
    pid, found = child(many, 3)
    ok = same(meanwhile(0, found, lambda: end(pid)),
              {i: ('none',) for i in found})
    pid, found = child(many, 400)
    owner = by(pid)
    got = meanwhile(pid, found, lambda: end(pid))
    seen = [i for i in found if got.get(i) == owner]
    lost = [i for i in found if got.get(i) == ('none',)]
    diag(f'{len(seen)} of 400 seen before it ended')
    return ok and len(got) == 400 == len(seen) + len(lost) and \
        0 < len(seen) < 400


def case_closed():
    def work():
        socks = [udp() for _ in range(2)]
        keep.extend(socks)
        signal.signal(signal.SIGUSR1, lambda *_: socks[0].close())
        return [inode(s) for s in socks]
    pid, (first, second) = child(work)

    def close():
        os.kill(pid, signal.SIGUSR1)
        time.sleep(0.2)
    return same(meanwhile(0, [first, second], close),
                {first: ('none',), second: by(pid)})


def case_reuse():
    """The next process of the same number has its own name and sockets."""
    pid, found = child(many, 3)
    old = by(pid)
    reused = []
    time.sleep(0.1)

    def replace():
        end(pid)
        next_pid(pid)
        reused.extend(child(many, 3))
    got = meanwhile(0, found, replace)
    if not reused or reused[0] != pid:
        diag('process ids cannot be chosen')
        return False
    ok = same(got, {i: ('none',) for i in found})
    ok = same(holders(found + reused[1]),
              {**{i: ('none',) for i in found},
               **{i: by(pid) for i in reused[1]}}) and ok
    if by(pid) == old or info(pid, old[1]) != 'No such process':
        diag('taken for the old one:', info(pid, old[1]))
        ok = False
    end(pid)
    reused.clear()

    # The same in the midst of its descriptors.
    pid, found = child(many, 400)
    old = by(pid)
    time.sleep(0.1)
    mine = udp()
    got = meanwhile(pid, found + [inode(mine)], replace)
    wrong = [g for g in got.values() if g[0] == pid and g[1] != old[1]]
    return ok and not wrong and len(got) == 401


def case_denied():
    """Without capabilities one's own only; with two of them all."""
    def own():
        os.setresgid(65534, 65534, 65534)
        os.setresuid(65534, 65534, 65534)
        # Until then its files are those of root.
        os.execvp('sleep', ['sleep', '60'])
    theirs, (number,) = child(many, 1)
    mine = udp()
    mine.set_inheritable(True)
    pid = os.fork()
    if not pid:
        own()
    children.append(pid)
    own_inode = inode(mine)
    mine.close()
    time.sleep(0.3)
    nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
    caps = '+sys_ptrace,+dac_read_search'
    able = nobody + [f'--inh-caps=-all,{caps}', f'--ambient-caps=-all,{caps}']
    unable = nobody + ['--inh-caps=-all', '--bounding-set=-all']
    both = [number, own_inode]
    ok = True
    for what, via, wanted in (
            ('two capabilities', able,
             {number: by(theirs), own_inode: by(pid)}),
            ('none', unable,
             {number: ('denied',), own_inode: by(pid)})):
        if not same(holders(both, via=via), wanted):
            diag('with', what)
            ok = False
    return ok


def case_hidepid():
    subprocess.run(['mount', '-o', 'remount,hidepid=2', '/proc'], check=True)
    return case_denied()


def case_storm():
    """Four processes make others that live as short as can be."""
    def storm():
        while True:
            pid = os.fork()
            if not pid:
                keep.append(udp())
                os._exit(0)
            os.waitpid(pid, 0)
    pid, found = child(many, 5)
    for _ in range(4):
        other = os.fork()
        if not other:
            storm()
        children.append(other)
    ok = True
    end_at = time.monotonic() + 4
    walks = 0
    while time.monotonic() < end_at and ok:
        ok = same(holders(found, '-n', '20', '-s', '100'),
                  {i: by(pid) for i in found})
        walks += 20
    with open('/proc/sys/kernel/ns_last_pid') as file:
        diag(walks, 'walks beside', file.read().strip(), 'processes')
    return ok


def case_large():
    """2,000 processes with 10 sockets each."""
    def work():
        first_socket.close()
        for fd in [int(x) for x in os.listdir('/proc/self/fd')]:
            try:
                if fd > 2 and not stat.S_ISFIFO(os.fstat(fd).st_mode):
                    os.close(fd)
            except OSError:
                pass
        return many(10)
    gc.freeze()
    owner = {}
    for _ in range(2000):
        pid, found = child(work)
        owner.update({i: by(pid) for i in found})
    every = list(owner)
    some = every[5::5][:4000]
    ok = same(holders(some), {i: owner[i] for i in some})
    diag(sum(len(os.listdir(f'/proc/{p}/fd')) for p in children),
         'descriptors')
    diag('in a hurry, 10 of the newest:')
    ok = same(holders(every[-10:], '-q', '-c', '-n', '5'),
              {i: owner[i] for i in every[-10:]}) and ok
    for n in (1, 10, 4000):
        diag(f'{n} wanted:')
        ok = same(holders(every[-n:], '-c', '-n', '5'),
                  {i: owner[i] for i in every[-n:]}) and ok
    return ok


def run(name):
    try:
        return 0 if globals()['case_' + name]() else 1
    finally:
        for pid in children:
            os.kill(pid, signal.SIGKILL)


first_socket = udp()
first_socket.set_inheritable(True)
first_only = None


def main():
    global HOLDERS, first_only
    name, HOLDERS = sys.argv[1:]
    if os.getpid() != 1:
        return run(name)
    # Process 1 is special; the case is a child of it.
    alone = udp()
    first_only = inode(alone)
    pid = os.fork()
    if not pid:
        alone.close()
        os._exit(run(name))
    while True:
        got, status = os.waitpid(-1, 0)
        if got == pid:
            return os.waitstatus_to_exitcode(status)


if __name__ == '__main__':
    sys.exit(main())
