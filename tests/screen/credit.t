#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Frames wait for the terminal: one that answers gets the next frame after the
# answer, one that does not is asked once, and no answer ever acts as a key or
# is left for the shell.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need python3
require_screen
require_demo

cat >"$work/credit.py" <<'END'
import os, pty, select, struct, sys, termios, fcntl, time

program, demo, answers, name, split = sys.argv[1:6]
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(TERM=name, LC_ALL="C")
    os.execv(program, [program, "-46UT", "-r", demo, "-t", "0.25"])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
asked = answered = bytes_waiting = keys = 0
end = time.time() + 4
owed = None
while time.time() < end:
    ready, _, _ = select.select([fd], [], [], 0.05)
    if owed and time.time() >= owed:
        if split == "split":
            for c in b"\033[0n":
                os.write(fd, bytes([c]))
                time.sleep(0.03)
        else:
            os.write(fd, b"\033[0n")
        answered += 1
        owed = None
        continue
    if not ready:
        continue
    data = os.read(fd, 65536)
    if owed and answered:
        bytes_waiting += len(data)
    keys += data.count(b"no action")
    n = data.count(b"\033[5n")
    asked += n
    if n and answers == "yes":
        owed = time.time() + (0.5 if answered else 0.05)
os.write(fd, b"q")
status = None
end = time.time() + 2
while status is None and time.time() < end:
    if select.select([fd], [], [], 0.05)[0]:
        try:
            data = os.read(fd, 65536)
            if b"\033[5n" in data and answers == "yes":
                os.write(fd, b"\033[0n")
        except OSError:
            pass
    done, code = os.waitpid(pid, os.WNOHANG)
    if done:
        status = os.waitstatus_to_exitcode(code)
print(f"asked={asked} waiting={bytes_waiting} keys={keys} status={status}")
END

# Nearly all of the time is waiting, so all of them wait at once.
for kind in 'yes xterm whole' 'yes xterm split' 'no xterm whole' \
	'no vt100 whole' 'no linux whole'; do
	# shellcheck disable=SC2086
	python3 "$work/credit.py" "$FLOWTOP" "$DEMO" $kind \
		>"$work/credit.${kind// /.}" &
done
# An answer that is late by so many seconds is not for the shell.
for delay in 0.01 0.5 1.2; do
	python3 "$(dirname "$0")/jobs.py" $delay xterm "$FLOWTOP" \
		-46UT -r "$DEMO" -t 0.25 >"$work/jobs.$delay" 2>&1 &
done
wait

# credit_of KIND...
credit_of() {
	local IFS=.

	result=$(<"$work/credit.$*")
	diag "$*: $result"
}

says() {
	grep -q "\b$1\b" <<<"$result"
}

credit_of yes xterm whole
tap_ok 'a terminal that answers is asked again' says 'asked=\([4-9]\|1[0-9]\)'
tap_ok 'and gets nothing before its answer' says 'waiting=0'
tap_ok 'answers are no keys' says 'keys=0'
tap_ok 'and it ends' says 'status=0'
credit_of yes xterm split
tap_ok 'an answer in pieces is no key' says 'keys=0'
tap_ok 'in pieces: it ends' says 'status=0'
credit_of no xterm whole
tap_ok 'one that does not answer is asked once' says 'asked=1'
tap_ok 'no answer: it ends' says 'status=0'
credit_of no vt100 whole
tap_ok 'vt100 is never asked' says 'asked=0'
credit_of no linux whole
tap_ok 'linux is never asked' says 'asked=0'

# ---------------------------------------------------------------- leaving

# below NAME LIMIT
below() {
	local n

	n=$(sed -n "s/^$1 //p" <<<"$result")
	[ -n "$n" ] && [ "$n" -lt "$2" ]
}

for delay in 0.01 0.5 1.2; do
	result=$(<"$work/jobs.$delay")
	diag "$delay: $(tr '\n' ' ' <<<"$result")"
	tap_ok "$delay s late: ^Z leaves nothing for the shell" \
		says 'stopped left nothing'
	tap_ok "$delay s late: nor does q" says 'ended left nothing'
	tap_ok "$delay s late: it stops within a second" \
		below stopped_ms "$(slowly 1000)"
	tap_ok "$delay s late: it ends within a second" \
		below ended_ms "$(slowly 1000)"
	tap_ok "$delay s late: fg draws one whole frame" says 'clears 1'
	tap_ok "$delay s late: it ends well" says 'ended 0'
done
tap_ok 'one that is too late is not asked again' says 'asked 1'
tap_done
