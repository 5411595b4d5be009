"""unseen.py TIMESLICE - workloads that real kernels played, imported from their
traces, played under the same kernel's policy, and held against the traces: a row
each, and how many are near. Near are shares within a point and switches within
5 %, or one; or within what other boots of the kernel itself are from the trace.
Fails where one is not that has no reason in unseen.json.

unseen.json has the workloads as tests/kernel/record.py takes them (--add), with
`first`: whether the importer was mended with it, or recorded when that was done;
the misses; and `boots`, how far two other boots are: points, per cent.
unseen.tar.xz has the traces that record.py --traces keeps. What a trace does not
tell is said as a user would, with --set: the classes batch and idle, and the
processors that a thread may have.

    unseen.py TIMESLICE --boots DIR   writes both anew from such traces"""
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile

from compare import compare, far

HERE = os.path.dirname(os.path.abspath(__file__))
WORKLOADS = os.path.join(HERE, "unseen.json")
TRACES = os.path.join(HERE, "unseen.tar.xz")
KERNELS = ["6.1", "6.12"]
PHASES = [100, 103, 117]  # of record.py: the boot that is kept, and the others
# As Debian has it: 0.7 ms instead of 0.75.
SLICE = ["--set", '/system/fair={"eevdf": {"version": "6.12", "base_slice": "0.7ms"}}']


def known(workload, scenario):
    """What a user knows of it besides the trace."""
    index = {t["name"]: i for i, t in enumerate(scenario["threads"])}
    begin = int(re.match(r"\d+",
                         scenario["threads"][index["ctl"]]["arrive"]["at"])[0])
    for t in workload["threads"]:
        at = "/threads/%d/" % index[t["name"]]
        if t.get("policy") in ("batch", "idle"):
            yield at + "class=" + t["policy"]
        if "cpus" in t:
            yield at + "affinity=" + json.dumps(t["cpus"])
        changes = [{"at": "%dus" % (begin + when), "affinity": cpus}
                   for when, name, cpus in workload.get("sets", [])
                   if name == t["name"]]
        if changes:
            yield at + "changes=" + json.dumps(changes)


def play(timeslice, workload, kernel, trace, where):
    path, replay = (os.path.join(where, n) for n in ("it.json", "it.ftrace"))
    subprocess.run([timeslice, "import", "-q", trace, "--release", kernel, "-o",
                    path], check=True)
    with open(path) as file:
        sets = [x for s in known(workload, json.load(file)) for x in ("--set", s)]
    subprocess.run([timeslice, "run", path, "--quiet", "--no-db", *sets,
                    *(SLICE if kernel == "6.12" else []), "--export", replay],
                   check=True, stderr=subprocess.DEVNULL, timeout=60)
    return replay


def judge(timeslice, about, where):
    """A row a workload and kernel; whether each miss has its reason."""
    counts, good = {}, True
    for w in about["workloads"]:
        for kernel in KERNELS:
            label = "%s-%s" % (kernel, w["name"])
            trace = os.path.join(where, label + ".ftrace")
            share, there, here = compare(
                trace, play(timeslice, w, kernel, trace, where), False)
            boots = about["boots"][label]
            near = share <= 1 and abs(far(there, here)) <= 5
            like = share <= max([1] + [b[0] for b in boots]) and \
                abs(far(there, here)) <= max([5] + [abs(b[1]) for b in boots])
            reason = about["misses"].get(label)
            good &= like or reason is not None
            count = counts.setdefault((w["first"], kernel), [0, 0, 0])
            for i, one in enumerate((1, near, like)):
                count[i] += one
            print("%-26s %7.3f points %+6.1f %% (%d and %d); boots %s%s" %
                  (label, share, (here - there) / there * 100, there, here,
                   ", ".join("%.2f %+.1f %%" % tuple(b) for b in boots),
                   "" if near else "; as the kernel's boots" if like else
                   "; MISSES: %s" % (reason or "no reason given")), flush=True)
    for (first, kernel), (played, near, like) in sorted(counts.items()):
        print("%s, %s: of %d, %d near and %d as near as boots of the kernel" %
              (kernel, "mended with" if first else "recorded afterwards",
               played, near, like))
    return good


def keep(about, folder):
    """The first boot's traces, and how far the others are."""
    with tarfile.open(TRACES, "w:xz") as archive:
        for w in about["workloads"]:
            for kernel in KERNELS:
                label = "%s-%s" % (kernel, w["name"])
                kept, *others = (os.path.join(folder, "linux-%s.%d.ftrace" %
                                              (label, p)) for p in PHASES)
                about["boots"][label] = [
                    [round(s, 2), round((here - there) / there * 100, 1)]
                    for s, there, here in (compare(kept, o, True)
                                           for o in others)]
                with open(kept, "rb") as file:
                    text = file.read()
                info = tarfile.TarInfo(label + ".ftrace")
                info.size = len(text)
                archive.addfile(info, io.BytesIO(text))
    lines = ['"workloads": [\n  %s\n ]' %
             ",\n  ".join(map(json.dumps, about["workloads"]))]
    lines += ['"%s": {\n  %s\n }' %
              (part, ",\n  ".join("%s: %s" % (json.dumps(k), json.dumps(v))
                                 for k, v in about[part].items()))
              for part in ("misses", "boots")]
    with open(WORKLOADS, "w") as file:
        file.write("{\n " + ",\n ".join(lines) + "\n}\n")


def main():
    with open(WORKLOADS) as file:
        about = json.load(file)
    if "--boots" in sys.argv:
        keep(about, sys.argv[-1])
        return
    with tempfile.TemporaryDirectory() as where:
        with tarfile.open(TRACES) as archive:
            archive.extractall(where)
        sys.exit(not judge(sys.argv[1], about, where))


if __name__ == "__main__":
    main()
