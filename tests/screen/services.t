#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Names of ports: which file counts, how they are shown, what is said about
# wrong lines, and that none of 10,000 hostile ones acts on the terminal. The
# files are seen by the program alone, in a mount namespace of its own.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
require_screen
require_demo
need unshare python3
confdir=$(sed -n 's/^sysconfdir = //p' "$BUILD/config.mk")

# files - run a command with $work/{services,tcp.conf,udp.conf}
cat >"$work/files" <<END
#!/bin/sh
mount -t tmpfs none '$confdir' && mkdir '$confdir/flowtop' || exit 1
cp '$work/tcp.conf' '$work/udp.conf' '$confdir/flowtop/' || exit 1
mount --bind '$work/services' /etc/services && exec "\$@"
END
with_files=(unshare --mount --propagation private sh "$work/files")

# ---------------------------------------------------------------- names

cat >"$work/services" <<'END'
ssh 22/tcp # the first one counts
remote 22/tcp
https 443/tcp
https 443/udp
domain 53/udp
END
cat >"$work/tcp.conf" <<'END'
# ours
443, web-tls
8080 , long-name-of-a-proxy # shortened
END
cat >"$work/udp.conf" <<'END'
53, ask-a-name
3478, 3478
51820, wg
END
screen_start 80 24 "${with_files[@]}" "$FLOWTOP" -46UTInG -r "$DEMO"
tap_ok 'a wrong line is told, with file and line' \
	shows "^ $confdir/flowtop/udp.conf:2: no name of a service"
tap_ok 'tcp.conf comes before /etc/services' \
	shows 'tcp  ESTAB .* 203\.0\.113\.80  *web-tls '
tap_ok 'which has the rest' shows 'tcp  ESTAB .* 192\.0\.2\.17  *ssh  '
tap_ok 'each protocol has its own' \
	shows 'udp  .* 198\.51\.100\.142  *https  '
tap_ok 'a name that is too long keeps its beginning' \
	shows 'tcp  ESTAB .* 198\.51\.100\.23  *long-n~ '
tap_ok 'a line that is wrong has no name' \
	shows 'udp  .* 198\.51\.100\.9  *3478  '
tap_ok 'a port without a name is a number' \
	shows 'tcp  ESTAB .* 192\.168\.1\.10  *22000  '
tap_ok 'the row below the list has the number' \
	shows_in 22 '203\.0\.113\.80:443 '
keys N
tap_ok 'N: numbers' shows 'tcp  ESTAB .* 203\.0\.113\.80  *443  '
tap_ok 'N: everywhere' hides 'web-tls\| https \| wg '
keys N
tap_ok 'N: names again' shows 'tcp  ESTAB .* 203\.0\.113\.80  *web-tls '
keys s
tap_ok 's: the port that was asked for has the name, the other one has none' \
	shows '=> 192\.168\.1\.20  *43114 '
tap_ok 's: in the line of the destination' \
	shows '<= 203\.0\.113\.80  *web-tls '
screen_start 80 24 "${with_files[@]}" "$FLOWTOP" -46UTInGP -r "$DEMO"
tap_ok '-P: numbers' shows 'tcp  ESTAB .* 203\.0\.113\.80  *443  '
keys N
tap_ok '-P: N shows names' shows 'tcp  ESTAB .* 203\.0\.113\.80  *web-tls '
json() {
	"${with_files[@]}" "$FLOWTOP" -46UTInG -r "$DEMO" --speed 0 -1 -j "$@" \
		2>"$work/json.err" | grep '"dst":"203.0.113.80"' | head -n 1
}
json >"$work/json"
tap_ok 'JSON: service' grep -q '"service":"web-tls"' "$work/json"
tap_ok 'JSON: ports are numbers' grep -q '"dport":443,' "$work/json"
tap_ok 'the wrong line is told there, too' \
	grep -q '^flowtop: .*udp.conf:2: no name of a service' "$work/json.err"
json -P >"$work/json"
tap_ok 'JSON: -P, null' grep -q '"service":null' "$work/json"

# ---------------------------------------------------------------- hostile

cat >"$work/hostile.py" <<'END'
import random
import sys

random.seed(7)
PORTS = [443, 22, 53, 3478, 8080, 5432, 51820, 22000]
PIECES = [b"\x1b[2J", b"\x1b]0;owned\x07", b"\x1bP1$r\x1b\\", b"\xc2\x9b2J",
          b"\xc2\x9d0;owned\x07", b"\x00", b"\x7f", b"\r", b"\x0e", b"\x08" * 9,
          "\u202e".encode(), "\u2066".encode(), "\u200b".encode(),
          "\U000e0041".encode(), "\u4e2d".encode(), "e\u0301\u0302".encode(),
          "\u05d0".encode(), "\uff21".encode(), b"\xff", b"\xed\xa0\x80",
          b"10.0.0.1", b"::1", b"'", b'"', b"$(id)", b"%n", b"a" * 300,
          b"b" * 5000]


def name():
    # A plain beginning must not save what follows.
    return (random.choice([b"", b"owned", b"owned-"]) +
            b"".join(random.choices(PIECES, k=random.randint(1, 6))))


def main():
    tcp, udp, services = (open(sys.argv[1] + "/" + f, "wb")
                          for f in ("tcp.conf", "udp.conf", "services"))
    for i in range(10000):
        port = b"%d" % (PORTS[i % 8] if i % 3 else random.randint(1, 65535))
        text = name()[:60 if i % 50 else 5000]
        # So that they are wrong for what they are, not for being cut.
        text += random.choice([b"\x1b", "\u202e".encode(), b"'", b"\xff"])
        if i % 4 == 3:
            services.write(text + b" " + port + b"/tcp\n")
        else:
            (tcp, udp)[i % 2].write(port + b", " + text + b"\n")


main()
END
python3 "$work/hostile.py" "$work"

# Only what is printed, and what our own signs are.
only_plain() {
	screen >"$work/shown"
	! LC_ALL=C.UTF-8 grep -n "$1" "$work/shown" && ! grep -n owned "$work/shown"
}
for SCREEN_LOCALE in C C.UTF-8; do
	plain='[^ -~]'
	[ $SCREEN_LOCALE = C ] || plain='[^ -~→←⇄·⇒⇐…▼▲▌−]'
	screen_start 80 24 "${with_files[@]}" "$FLOWTOP" -46UTInG -r "$DEMO"
	tm set -g allow-rename on
	tap_ok "$SCREEN_LOCALE: 10,000 hostile lines: told in one line" \
		shows 'tcp.conf:1: no '
	tap_ok "$SCREEN_LOCALE: no port has a name of them" \
		shows 'tcp  ESTAB .* 203\.0\.113\.80  *443  '
	tap_ok "$SCREEN_LOCALE: nothing of them is on the screen" \
		only_plain "$plain"
	keys s
	tap_ok "$SCREEN_LOCALE: nor with sources" \
		shows '192\.168\.1\.20  *43114 '
	tap_ok "$SCREEN_LOCALE: nothing of them there" only_plain "$plain"
	keys '!'
	tap_ok "$SCREEN_LOCALE: nor in the messages" shows 'tcp.conf:1: no '
	tap_ok "$SCREEN_LOCALE: nothing of them in these" only_plain "$plain"
	tap_ok "$SCREEN_LOCALE: the title of the terminal is its own" \
		test "$(tm display-message -p '#{pane_title}' | grep -c owned)" = 0
done
tap_done
