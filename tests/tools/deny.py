#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# deny.py SYSCALL ERRNO [ARG=VALUE ...] : COMMAND...
#
# Runs the command where that system call fails so (with these arguments, if
# there are any): a kernel that lacks or refuses something. Exit status 77: it
# cannot be done on this machine.

import ctypes
import errno
import os
import platform
import struct
import sys

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
NUMBERS = {
    "x86_64": {"bpf": 321, "socket": 41, "unshare": 272, "setresuid": 117,
               "landlock_create_ruleset": 444, "pipe2": 293},
    "aarch64": {"bpf": 280, "socket": 198, "unshare": 97, "setresuid": 147,
                "landlock_create_ruleset": 444, "pipe2": 59},
}
LD, JEQ, RET = 0x20, 0x15, 0x06
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2


def program(arch, number, err, args):
    """Each test jumps to the last instruction, which allows, if it fails."""
    tests = [(4, AUDIT_ARCH[arch]), (0, number)]
    tests += [(16 + 8 * arg, value) for arg, value in args]
    last = 2 * len(tests) + 1
    code = []
    for offset, value in tests:
        code.append((LD, 0, 0, offset))
        code.append((JEQ, 0, last - len(code) - 1, value))
    code.append((RET, 0, 0, ERRNO | err))
    code.append((RET, 0, 0, ALLOW))
    return code


def install(code):
    data = b"".join(struct.pack("HBBI", *line) for line in code)
    buffer = ctypes.create_string_buffer(data, len(data))
    head = struct.pack("HxxxxxxP", len(code), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER,
                      ctypes.c_char_p(head), 0, 0)


def main():
    split = sys.argv.index(":")
    name, err, *conditions = sys.argv[1:split]
    arch = platform.machine()
    if name not in NUMBERS.get(arch, {}):
        return 77
    args = [tuple(int(n) for n in c.split("=")) for c in conditions]
    code = program(arch, NUMBERS[arch][name], getattr(errno, err), args)
    if install(code):
        return 77
    os.execvp(sys.argv[split + 1], sys.argv[split + 1:])


sys.exit(main())
