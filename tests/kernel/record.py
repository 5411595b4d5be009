"""Records what real kernels do with workloads: record.py --help, and README.md.

A workload is a recording without what was recorded: every file in
tests/cases/kernel is its own, so that all of them can be made again.
"""
import argparse
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = os.path.join(os.path.dirname(HERE), "cases", "kernel")
PACKAGES = {"6.1": r"linux-image-6\.1\.\d+-\d+-cloud-amd64-unsigned",
            "6.12": r"linux-image-6\.12\.\d+\+deb12-cloud-amd64-unsigned"}
POLICIES = {"other": 0, "fifo": 1, "rr": 2, "batch": 3, "idle": 5, "deadline": 6}
TICK_US = 4000
PHASE_US = 100  # the controller begins so long after a tick, and in other boots ...
OTHER_PHASES_US = [103, 117, 131]
SHORT_US = 12  # a look for a lock in vain takes less: test_kernel_recordings.c
ENDING_US = 100  # the controller needs so long to end it


# --- kernels -----------------------------------------------------------------


def newest(kernel):
    """The package of that kernel which apt knows and has the highest number."""
    names = subprocess.run(["apt-cache", "pkgnames", "linux-image-" + kernel],
                           capture_output=True, text=True, check=True).stdout
    found = [n for n in names.split() if re.fullmatch(PACKAGES[kernel], n)]
    if not found:
        sys.exit("no package of kernel %s is known to apt: apt-get update, or "
                 "--image %s=FILE" % (kernel, kernel))
    return max(found, key=lambda n: [int(x) for x in re.findall(r"\d+", n)])


def image(kernel, cache):
    """A kernel to boot, fetched unless it was before."""
    package = newest(kernel)
    where = os.path.join(cache, package)
    boot = os.path.join(where, "boot")
    if not os.path.isdir(boot):
        os.makedirs(where, exist_ok=True)
        subprocess.run(["apt-get", "download", package], cwd=where, check=True)
        archive, = [f for f in os.listdir(where) if f.endswith(".deb")]
        subprocess.run(["dpkg", "-x", archive, "."], cwd=where, check=True)
    name, = [f for f in os.listdir(boot) if f.startswith("vmlinuz-")]
    return os.path.join(boot, name)


# --- plans: what guest.c reads -------------------------------------------------


def steps(program, clock):
    """A line an operation; `clock`: work is measured by the clock."""
    for operation in program:
        what = operation[0]
        if what == "loop":
            yield "begin %d" % operation[1]
            yield from steps(operation[2], clock)
            yield "end"
        elif what in ("run", "sleep", "timer"):
            yield "%s %d" % ("clock" if clock and what == "run" else what,
                             operation[1] * 1000)
        else:
            yield " ".join(str(part) for part in operation)


def mask(cpus, processors):
    return sum(1 << cpu for cpu in cpus or range(processors))


def plan(workload, phase):
    processors = workload["processors"]
    yield "length %d" % (workload["length_us"] * 1000)
    yield "phase %d" % (phase * 1000)
    for g in workload.get("groups", []):
        yield "group %s %s %d %d %d %d" % (
            g["name"], g.get("parent", "-"), g.get("weight", 100),
            g.get("idle", False), g.get("quota", 0) * 1000,
            g.get("period", 100000) * 1000)
    for t in sorted(workload["threads"], key=lambda t: t.get("start", 0)):
        times = [t.get(k, 0) * 1000 for k in ("runtime", "deadline", "period")]
        yield "thread %s %d %d %d %d %x %d %d %d" % (
            t["name"], t.get("start", 0) * 1000,
            POLICIES[t.get("policy", "other")], t.get("nice", 0),
            t.get("prio", 0), mask(t.get("cpus"), processors), *times)
        yield from steps(t["program"], processors > 1)
    for t in workload["threads"]:
        if "group" in t:
            yield "member %s %s" % (t["name"], t["group"])
    for at, name, cpus in workload.get("sets", []):
        yield "allow %d %s %x" % (at * 1000, name, mask(cpus, processors))


# --- the machine ----------------------------------------------------------------


def archive(where, guest, workloads, phase):
    """What the kernel boots into: the guest and its plans."""
    root = os.path.join(where, "root")
    plans = os.path.join(root, "plans")
    os.makedirs(plans)
    os.makedirs(os.path.join(root, "dev"))
    shutil.copy(guest, os.path.join(root, "init"))
    for w in workloads:
        with open(os.path.join(plans, w["name"]), "w") as file:
            file.write("\n".join(plan(w, phase)) + "\n")
    path = os.path.join(where, "archive")
    names = subprocess.run(["find", "."], cwd=root, capture_output=True,
                           check=True).stdout
    with open(path, "wb") as file:
        subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], input=names,
                       cwd=root, stdout=file, check=True)
    return path


def boot(kernel, guest, workloads, phase, patience):
    """What the guest says. The instruction clock (-icount) takes a nanosecond an
    instruction and idle time at once: nothing of this machine gets in."""
    processors = workloads[0]["processors"]
    with tempfile.TemporaryDirectory() as where:
        said = os.path.join(where, "said")
        words = ["console=ttyS0", "loglevel=4", "panic=-1", "nokaslr",
                 "mitigations=off", "tsc=reliable", "noautogroup",
                 "nowatchdog", "plans=" + ",".join(w["name"] for w in workloads)]
        if processors == 2:
            words += ["maxcpus=1", "pair=1"]
        subprocess.run(
            ["qemu-system-x86_64", "-accel", "tcg",
             "-icount", "shift=0,sleep=off", "-cpu", "Nehalem", "-m", "256",
             "-smp", "%d,sockets=1,cores=%d,threads=1" % (processors, processors),
             "-rtc", "clock=vm,base=2026-01-01", "-display", "none",
             "-nodefaults", "-no-reboot",
             "-serial", "file:" + os.path.join(where, "console"),
             "-debugcon", "file:" + said, "-global", "isa-debugcon.iobase=0xe9",
             "-kernel", kernel,
             "-initrd", archive(where, guest, workloads, phase),
             "-append", " ".join(words)], check=True, timeout=patience)
        with open(said, errors="replace") as file:
            text = file.read()
    for line in re.findall(r"^! .*$", text, re.M):
        sys.exit("the guest says: " + line[2:])
    if "@ end" not in text:
        sys.exit("the guest did not come to its end")
    return text


# --- what was seen ---------------------------------------------------------------


Event = collections.namedtuple("Event", "at cpu what fields")
LINE = re.compile(r"^\s*.{16,}?-\d+\s+\[(\d+)\]\s+\S+\s+(\d+)\.(\d{6}): "
                  r"(\w+): (.*)$", re.M)


def events(trace, zero):
    for cpu, s, us, what, rest in LINE.findall(trace):
        yield Event(int(s) * 1000000 + int(us) - zero, int(cpu), what,
                    dict(re.findall(r"(\w+)=(\S+)", rest)))


def sections(text):
    """The files that the guest showed, by name, and the traces of its plans."""
    parameters, traces = {}, {}
    origin = None
    for part in re.split(r"^@ ", text, flags=re.M):
        found = re.search(r"^# origin (\d+)", part, re.M)
        name, _, rest = part.partition("\n")
        if name.startswith("plan "):
            playing, began = name[5:].strip(), origin
        elif name == "/trace/trace":
            traces[playing] = (began, rest)
        elif name.startswith("/"):
            short = re.sub(r"^/sys/kernel/debug/sched/|^/proc/(sys/kernel/)?", "",
                           name)
            parameters[short] = rest.split("# origin")[0].strip()
        origin = int(found.group(1)) // 1000 if found else origin
    return parameters, traces


class Seen:
    """A trace, read once: who had a processor, who woke, came and went."""

    def __init__(self, workload, trace, zero):
        self.names = {t["name"] for t in workload["threads"]}
        self.end = workload["length_us"] + ENDING_US
        self.runs, self.others, self.wakeups = [], [], []
        self.made, self.ended, self.migrations, self.boosts = [], [], [], []
        self.on = {}  # by processor: since when, who
        self.switched = []
        for e in events(trace, zero):
            self.take(e)
        for cpu, (since, who) in self.on.items():
            if who in self.names and since < self.end:
                self.runs.append([since, self.end, cpu, who])
        self.runs = sorted([a, min(b, self.end), c, n]
                           for a, b, c, n in self.runs if a < self.end)

    def take(self, e):
        who = e.fields.get("comm")
        if e.what == "sched_switch":
            self.switch(e)
        elif who not in self.names or e.at >= self.end:
            return
        elif e.what == "sched_wakeup":
            self.wakeups.append([e.at, who, int(e.fields["target_cpu"])])
        elif e.what == "sched_wakeup_new":
            self.made.append([e.at, who, int(e.fields["target_cpu"])])
        elif e.what == "sched_process_exit":
            self.ended.append([e.at, who])
        elif e.what == "sched_migrate_task":
            self.migrations.append([e.at, who, int(e.fields["orig_cpu"]),
                                    int(e.fields["dest_cpu"])])
        elif e.what == "sched_pi_setprio":
            self.boosts.append([e.at, who, int(e.fields["oldprio"]),
                                int(e.fields["newprio"])])

    def switch(self, e):
        since, who = self.on.get(e.cpu, (e.at, None))
        if who == e.fields["prev_comm"]:
            if who in self.names and e.at > since:
                self.runs.append([since, e.at, e.cpu, who])
            elif who not in self.names and not who.startswith("swapper") \
                    and 0 <= e.at < self.end:
                self.others.append([since, e.at, e.cpu, who])
        self.on[e.cpu] = (e.at, e.fields["next_comm"])
        if 0 <= e.at <= self.end:
            self.switched.append(e.at)


def order(runs, cpu, least=0):
    """Who had the processor, one after the other; nobody twice in a row."""
    who = []
    for a, b, c, n in runs:
        if c == cpu and b - a >= least and (not who or who[-1] != n):
            who.append(n)
    return who


def figures(seen, name, length):
    mine = [r for r in seen.runs if r[3] == name]
    ran = sum(b - a for a, b, _, _ in mine)
    waits = []
    for at, who, _ in seen.wakeups:
        begun = [r[0] for r in mine if who == name and r[0] >= at]
        waits += [begun[0] - at] if begun else []
    return {"ran_us": ran, "share": round(ran / length, 5), "runs": len(mine),
            "wakeups": len(waits),
            "latency_mean_us": round(sum(waits) / len(waits), 1) if waits else None,
            "latency_max_us": max(waits, default=None)}


def summary(workload, seen):
    begin = min((r[0] for r in seen.runs), default=0)
    length = max(1, seen.end - begin)
    return {"threads": {t["name"]: figures(seen, t["name"], length)
                        for t in workload["threads"]},
            "from_us": begin, "to_us": seen.end,
            "changes": sum(len(order(seen.runs, cpu))
                           for cpu in range(workload["processors"])),
            "switches": sum(begin <= at < seen.end for at in seen.switched),
            "others_us": sum(b - a for a, b, _, _ in seen.others if a >= begin)}


def recording(workload, kernel, parameters, origin, trace):
    seen = Seen(workload, trace, origin // TICK_US * TICK_US)
    kept = {k: workload[k] for k in ("name", "about")}
    return {**kept, "kernel": kernel, "processors": workload["processors"],
            "length_us": workload["length_us"], "hz": 1000000 // TICK_US,
            **{k: workload[k] for k in ["groups"] if k in workload},
            "threads": workload["threads"], "sets": workload.get("sets", []),
            "summary": summary(workload, seen),
            "parameters": {k: v for k, v in parameters.items() if k != "version"},
            "version": parameters["version"], "made": seen.made,
            "runs": seen.runs, "wakeups": seen.wakeups,
            "migrations": seen.migrations, "ended": seen.ended,
            "boosts": seen.boosts, "others": seen.others}


# --- files -----------------------------------------------------------------------


def row(value):
    return json.dumps(value)


def dump(r):
    """JSON that can be read and compared: five rows of a list a line."""
    parts = []
    for key, value in r.items():
        if key in ("made", "runs", "wakeups", "migrations", "ended", "boosts",
                   "others"):
            if not value and key != "runs":
                continue
            rows = [json.dumps(v, separators=(",", ":")) for v in value]
            lines = [",".join(rows[i:i + 5]) for i in range(0, len(rows), 5)]
            parts.append('"%s": [\n  %s\n ]' % (key, ",\n  ".join(lines)))
        elif key == "threads":
            parts.append('"threads": [\n  %s\n ]' % ",\n  ".join(map(row, value)))
        elif key == "summary":
            inner = ['   %s: %s' % (row(k), row(v))
                     for k, v in value["threads"].items()]
            rest = ['  %s: %s' % (row(k), row(v))
                    for k, v in value.items() if k != "threads"]
            parts.append('"summary": {\n  "threads": {\n%s\n  },\n%s\n }'
                         % (",\n".join(inner), ",\n".join(rest)))
        elif key == "parameters":
            inner = ['  %s: %s' % (row(k), row(v)) for k, v in value.items()]
            parts.append('"parameters": {\n%s\n }' % ",\n".join(inner))
        else:
            parts.append("%s: %s" % (row(key), row(value)))
    return "{\n " + ",\n ".join(parts) + "\n}\n"


def distance(a, b):
    """Edit distance."""
    before = list(range(len(b) + 1))
    for i, x in enumerate(a):
        line = [i + 1]
        for j, y in enumerate(b):
            line.append(min(line[j] + 1, before[j + 1] + 1, before[j] + (x != y)))
        before = line
    return before[-1]


def other_boot(r, o):
    """What another boot differs in: a row of spread.json."""
    edit = sum(distance(order(r["runs"], cpu, SHORT_US),
                        order(o["runs"], cpu, SHORT_US))
               for cpu in range(r["processors"]))
    s = o["summary"]
    return {"from_us": s["from_us"], "changes": s["changes"], "edit": edit,
            "migrations": sum(at >= s["from_us"]
                              for at, *_ in o["migrations"]),
            "shares": {n: t["share"] for n, t in s["threads"].items()},
            "latencies": {n: [t["latency_mean_us"], t["latency_max_us"]]
                          for n, t in s["threads"].items() if t["wakeups"]}}


def read(path):
    with open(path) as file:
        return json.load(file)


def write_spread(path, spread):
    lines = ['%s: [\n  %s\n ]' % (row(k), ",\n  ".join(map(row, v)))
             for k, v in sorted(spread.items())]
    with open(path, "w") as file:
        file.write("{\n " + ",\n ".join(lines) + "\n}\n")


# --- the command ------------------------------------------------------------------


def workloads_of(kernel, options):
    """Those named, or all that there are recordings of; and new ones."""
    found = []
    for path in options.add:
        added = read(path)
        found += added if isinstance(added, list) else [added]
    for name in sorted(os.listdir(CASES)):
        if name.startswith(kernel + "-") and name.endswith(".json"):
            w = read(os.path.join(CASES, name))
            if (not options.names and not options.add) or \
                    w["name"] in options.names:
                found.append(w)
    return found


def keep(folder, kernel, phase, traces):
    """The traces of a boot, as the kernel wrote them."""
    os.makedirs(folder, exist_ok=True)
    for name, (_, text) in traces.items():
        with open(os.path.join(folder, "linux-%s-%s.%d.ftrace" %
                               (kernel, name, phase)), "w") as file:
            file.write(text)


def record(kernel, vmlinuz, guest, group, options):
    boots = []
    for phase in [PHASE_US] + OTHER_PHASES_US[:options.boots]:
        print("kernel %s, %d workloads on %d, begun %d us after a tick" %
              (kernel, len(group), group[0]["processors"], phase), flush=True)
        parameters, traces = sections(
            boot(vmlinuz, guest, group, phase, options.patience))
        boots.append({w["name"]: recording(w, kernel, parameters,
                                           *traces[w["name"]]) for w in group})
        if options.traces:
            keep(options.traces, kernel, phase, traces)
    return boots


def arguments():
    p = argparse.ArgumentParser(
        description="Records what real kernels do with workloads, in QEMU.",
        epilog="Without names everything that was recorded is recorded again.")
    p.add_argument("names", nargs="*", metavar="NAME", help="workloads, as in "
                   "tests/cases/kernel/6.1-NAME.json")
    p.add_argument("--add", action="append", default=[], metavar="FILE",
                   help="a workload that has no recording yet, or a list of them")
    p.add_argument("--kernels", default="6.1,6.12", metavar="LIST")
    p.add_argument("--image", action="append", default=[], metavar="KERNEL=FILE",
                   help="a vmlinuz, instead of Debian's newest package")
    p.add_argument("--boots", type=int, default=2, metavar="N",
                   help="other boots, for how far the kernel is from itself (2)")
    p.add_argument("--traces", metavar="DIR",
                   help="the kernels' own texts, too, one a workload and boot")
    p.add_argument("--out", default=CASES, metavar="DIR")
    p.add_argument("--patience", type=int, default=1800, metavar="S",
                   help="seconds that a boot may take (1800)")
    p.add_argument("--cache", metavar="DIR", default=os.path.join(
        os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")),
        "timeslice-kernels"), help="where kernels are kept (%(default)s)")
    return p.parse_args()


def main():
    options = arguments()
    given = dict(text.split("=", 1) for text in options.image)
    os.makedirs(options.out, exist_ok=True)
    spread_path = os.path.join(options.out, "spread.json")
    spread = read(spread_path) if os.path.exists(spread_path) else {}
    with tempfile.TemporaryDirectory() as where:
        guest = os.path.join(where, "guest")
        subprocess.run(["cc", "-O2", "-static", "-o", guest,
                        os.path.join(HERE, "guest.c")], check=True)
        for kernel in options.kernels.split(","):
            every = workloads_of(kernel, options)
            for processors in (1, 2):
                group = [w for w in every if w["processors"] == processors]
                if not group:
                    continue
                vmlinuz = given.get(kernel) or image(kernel, options.cache)
                first, *others = record(kernel, vmlinuz, guest, group, options)
                for name, r in first.items():
                    label = "%s-%s" % (kernel, name)
                    path = os.path.join(options.out, label + ".json")
                    with open(path, "w") as file:
                        file.write(dump(r))
                    if others:
                        spread[label] = [other_boot(r, o[name]) for o in others]
                write_spread(spread_path, spread)


if __name__ == "__main__":
    main()
