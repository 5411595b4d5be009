#!/usr/bin/env python3
"""Plays two builds in turn and says what moved by more than noise.

    builds.py BEFORE AFTER [PAIRS]     each a program `timeslice`; 12 pairs

Every pair is one `timeslice bench --quick --rounds 1 --json` of each, the two
in turn, so that what the machine does meanwhile meets both. For each work it
prints the median of the ratios after/before, and the interval between two of
the ordered ratios that holds the true median with at least 99 %, which assumes
nothing of how the noise is distributed. "moved": the interval leaves 1 out.

This is no test: it ends with 0 whatever moved.
"""
import json
import math
import statistics
import subprocess
import sys


def play(program):
    """{work: ns each} of one round."""
    told = subprocess.run(
        [program, "bench", "--quick", "--rounds", "1", "--json"],
        check=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    return {work["name"]: work["ns"] for work in json.loads(told.stdout)["works"]}


def interval(ratios, coverage=0.99):
    """From the k-th least to the k-th greatest, k as large as may be."""
    ordered, n = sorted(ratios), len(ratios)
    outside, k = 0.0, 0
    while k < n // 2:
        outside += 2 * math.comb(n, k) / 2**n
        if outside > 1 - coverage:
            break
        k += 1
    if k == 0:
        sys.exit("builds.py: eight pairs at least, or nothing can be said")
    return ordered[k - 1], ordered[n - k]


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    before, after = sys.argv[1:3]
    pairs = int(sys.argv[3]) if len(sys.argv) == 4 else 12
    ratios = {}
    for i in range(pairs):
        # Who goes first changes, for what one leaves behind in the caches.
        if i % 2 == 0:
            old, new = play(before), play(after)
        else:
            new, old = play(after), play(before)
        for work in new.keys() & old.keys():
            ratios.setdefault(work, []).append(new[work] / old[work])
    print(f"{'after/before':28} {'median':>8}   99 % interval")
    for work, values in sorted(ratios.items()):
        low, high = interval(values)
        moved = "" if low <= 1 <= high else "   moved"
        print(f"{work:28} {statistics.median(values):8.3f}   "
              f"{low:.3f} .. {high:.3f}{moved}")


if __name__ == "__main__":
    main()
