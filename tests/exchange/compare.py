"""compare.py TRACE REPLAY SHARE SWITCHES - holds a trace of a kernel against the
trace of its scenario: in hundredths of its length, which share of the time each
thread has had until then, in points, and how many switches there were, in per
cent. Fails where the mean error of the shares or that of the switches is above
what is given; prints a line for a table."""
import re
import sys
from collections import defaultdict

LINE = re.compile(r"^ *(.{1,16}?)-(\d+) +\[(\d{3})\] (\S{5}) +(\d+)\.(\d+): "
                  r"sched_switch: prev_comm=(.*) prev_pid=(\d+) .* ==> "
                  r"next_comm=(.*) next_pid=(\d+) ")
GRID = 20 * 10**6  # of the importer


def read(path):
    switches = []
    for line in open(path, errors="replace"):
        m = LINE.match(line)
        if m:
            at = int(m[5]) * 10**9 + int(m[6].ljust(9, "0"))
            switches.append((at, int(m[3]), int(m[10]), m[9]))
    return switches


def runs(switches, zero):
    """(from, to, name) of each stretch."""
    on, list_ = {}, []
    for at, cpu, pid, name in switches:
        if cpu in on and on[cpu][1]:
            list_.append((on[cpu][0] - zero, at - zero, on[cpu][2]))
        # A thread that arrives is job 0 of its task here.
        on[cpu] = (at, pid, re.sub(r"(-\d+)?(\.0)?$", "", name))
    return list_


def until(list_, at):
    had = defaultdict(int)
    for start, end, name in list_:
        if start < at:
            had[name] += min(end, at) - start
    return had


trace, replay = read(sys.argv[1]), read(sys.argv[2])
zero = trace[0][0] // GRID * GRID
a, b = runs(trace, zero), runs(replay, 0)
start, end = a[0][0], a[-1][1]
errors = []
for i in range(1, 101):
    at = start + (end - start) * i // 100
    x, y = until(a, at), until(b, at)
    errors.append(max(abs(x[n] - y[n]) for n in set(x) | set(y)) /
                  (at - start) * 100)
share = sum(errors) / len(errors)
replay = [s for s in replay if s[0] <= end]
switches = (len(replay) - len(trace)) / len(trace) * 100
print("%-32s shares %6.3f points, switches %+6.1f %% (%d and %d)" %
      (sys.argv[1].split("/")[-1], share, switches, len(trace), len(replay)))
sys.exit(share > float(sys.argv[3]) or abs(switches) > float(sys.argv[4]))
