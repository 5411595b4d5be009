"""compare.py TRACE REPLAY SHARE SWITCHES - holds a trace of a kernel against the
trace of its scenario: in hundredths of its length, which share of the time each
thread has had until then, in points, and how many switches there were, in per
cent. Fails where the mean error of the shares or that of the switches is above
what is given; prints a line for a table. A recording begins where the thread
that makes its workload, `ctl`, is done: before that hardly anything runs, and a
share of that time is none of the workload."""
import re
import sys
from collections import defaultdict

LINE = re.compile(r"^ *(.{1,16}?)-(\d+) +\[(\d{3})\] (\S{5}) +(\d+)\.(\d+): (\w+): "
                  r"(?:prev_comm=(.*) prev_pid=(\d+) .* ==> "
                  r"next_comm=(.*) next_pid=(\d+) )?")
GRID = 20 * 10**6  # of the importer
ENDING = 50 * 10**6  # the maker comes once more, at the end


def read(path):
    """The switches, and the time of the first event."""
    switches, first = [], None
    for line in open(path, errors="replace"):
        m = LINE.match(line)
        if not m:
            continue
        at = int(m[5]) * 10**9 + int(m[6].ljust(9, "0"))
        first = at if first is None else first
        if m[11]:
            switches.append((at, int(m[3]), int(m[11]), m[10]))
    return switches, first


def runs(switches, zero):
    """(from, to, name) of each stretch; what is not over ends with the trace."""
    on, list_ = {}, []
    for at, cpu, pid, name in switches:
        if cpu in on and on[cpu][1]:
            list_.append((on[cpu][0] - zero, at - zero, on[cpu][2]))
        # A thread that arrives is job 0 of its task here.
        on[cpu] = (at, pid, re.sub(r"(-\d+)?(\.0)?$", "", name))
    end = switches[-1][0]
    return list_ + [(at - zero, end - zero, name)
                    for at, pid, name in on.values() if pid and at < end]


def had(list_, start, end):
    time = defaultdict(int)
    for a, b, name in list_:
        if a < end and b > start:
            time[name] += min(b, end) - max(a, start)
    return time


def window(list_):
    end = max(b for _, b, _ in list_)
    made = [b for _, b, name in list_ if name == "ctl" and b < end - ENDING]
    return max(made, default=list_[0][0]), end


def compare(trace, replay, repeats):
    """The error of the shares, points, and how many switches there and here; a
    replay begins where the importer begins, another boot of the kernel,
    `repeats`, where its own workload does."""
    (events, first), (others, _) = read(trace), read(replay)
    zero = first // GRID * GRID
    a, b = runs(events, zero), runs(others, 0)
    start, end = window(a)
    begin, over = window(b) if repeats else (start, end)
    errors = []
    for i in range(1, 101):
        past = (end - start) * i // 100
        x = had(a, start, start + past)
        y = had(b, begin, begin + past)
        errors.append(max(abs(x[n] - y[n]) for n in set(x) | set(y)) /
                      past * 100)
    return (sum(errors) / len(errors),
            len([s for s in events if start <= s[0] - zero <= end]),
            len([s for s in others if begin <= s[0] <= over]))


def far(there, here):
    """How far the switches are off, per cent; one is no error."""
    return 0 if abs(here - there) <= 1 else (here - there) / there * 100


def main():
    share, there, here = compare(sys.argv[1], sys.argv[2], False)
    print("%-32s shares %6.3f points, switches %+6.1f %% (%d and %d)" %
          (sys.argv[1].split("/")[-1], share, (here - there) / there * 100,
           there, here))
    sys.exit(share > float(sys.argv[3]) or
             abs(far(there, here)) > float(sys.argv[4]))


if __name__ == "__main__":
    main()
