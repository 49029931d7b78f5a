# SPDX-License-Identifier: GPL-2.0-only
"""Results of a test script in Python, in the test anything protocol."""

count = failed = 0


def ok(good, text, *said):
    """A test; what is @said explains why it failed."""
    global count, failed
    count += 1
    print("%sok %d - %s" % ("" if good else "not ", count, text), flush=True)
    if not good:
        failed += 1
        for line in said:
            print("#", line, flush=True)


def skip(text, why):
    global count
    count += 1
    print("ok %d - %s # SKIP %s" % (count, text, why), flush=True)


def done():
    """Return: the exit status."""
    print("1..%d" % count)
    return 1 if failed else 0
