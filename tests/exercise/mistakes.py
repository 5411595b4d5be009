"""Typical mistakes, made by a script, and whether `timeslice answer` names them.

    mistakes.py PROGRAM SEEDS

For each mistake and each seed the exercise is solved with the mistake in it. A
seed where the mistake makes no difference does not count. Of those that do, 95
of 100 must be told the mistake; and what is told must not hold the right chart.
"""
import json
import re
import subprocess
import sys
from fractions import Fraction

import schedules as s

program, seeds = sys.argv[1], int(sys.argv[2])


def run(*words, text=None):
    done = subprocess.run([program, *words], input=text, text=True,
                          capture_output=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(words)}: {done.stderr}{text or ''}")
    return done.stdout


drawn = {}


def draw(kind, seed):
    if (kind, seed) not in drawn:
        words = ("exercise", kind, "--seed", str(seed), "--level", "normal")
        scenario = json.loads(run(*words, "--format", "scenario"))
        key = run(*words, "--format", "key")
        drawn[kind, seed] = scenario, key
    return drawn[kind, seed]


def value(key, name):
    return next(line.split(": ", 1)[1] for line in key.splitlines()
                if line.startswith(name + ": "))


def charts_of(key):
    return [line.split(": ", 1)[1] for line in key.splitlines()
            if line.startswith("chart")]


def with_charts(key, charts):
    """A sheet with these charts, and nothing else on it."""
    lines, left = [], list(charts)
    for line in key.splitlines():
        name = line.split(":")[0]
        if name.startswith("chart"):
            lines.append(f"{name}: {left.pop(0)}")
        elif name in ("exercise", "seed", "level", "check"):
            lines.append(line)
    return "\n".join(lines) + "\n"


def with_table(key, scenario, change):
    """The right chart with a table in which `change` was made."""
    jobs = s.jobs_of(scenario)
    figures = s.table(value(key, "chart"), jobs)
    lines = [line for line in key.splitlines() if line[:1] not in "|#"
             and not line.startswith("average")]
    for name, row in figures.items():
        job = next(j for j in jobs if j.name == name)
        for column, wrong in change(row, job).items():
            lines.append(f"{column} {name}: {wrong}")
    return "\n".join(lines) + "\n"


def rr_length(scenario):
    return scenario["system"]["slice"]


def after(scenario):
    order = scenario.get("conventions", {}).get("order", [])
    return "slice" in order and order.index("slice") < order.index("arrival")


def rr(sc, **how):
    length = how.pop("length", None) or rr_length(sc)
    return s.turns(s.jobs_of(sc), length, **how)


def larger(sc):
    return sc["conventions"]["priority"] == "larger-is-higher"


def by_priority(sc, preempt, turned=False):
    sign = -1 if larger(sc) != turned else 1
    return s.ranked(s.jobs_of(sc), lambda j: sign * j.priority, preempt)


def switch_cost(sc):
    return int(sc["system"]["switch"]["cost"].rstrip("ms"))


def mlfq(sc, slices=None, boost=True):
    return s.feedback(s.jobs_of(sc), slices or sc["system"]["slice"],
                      sc["system"].get("boost", 0) if boost else 0)


def tickets(sc):
    return [t["tickets"] for t in sc["threads"]]


def shortest(sc, preempt, **how):
    jobs = s.jobs_of(sc, **how)
    return s.ranked(jobs, lambda j: j.left, preempt)


def fcfs(sc, **how):
    return s.ranked(s.jobs_of(sc, **how), lambda j: 0, False)


def by_task(sc, key):
    """Periodic tasks, up to where the chart is asked for."""
    return s.periodic(sc["threads"], sc["ask"]["until"], key)


def rate(sc):
    return by_task(sc, lambda thread, due, laxity: thread["arrive"]["every"])


def deadline(sc):
    return by_task(sc, lambda thread, due, laxity: thread["deadline"])


def earliest(sc):
    return by_task(sc, lambda thread, due, laxity: due)


def least_laxity(sc):
    return by_task(sc, lambda thread, due, laxity: laxity)


def numbers(sc):
    """All numbers of the question's text."""
    return [float(n) for n in re.findall(r"[0-9]+(?:\.[0-9]+)?",
                                         sc["ask"]["text"])]


def last(sc):
    return sc["threads"][-1]


def costs(sc):
    return [t["program"][0]["run"] for t in sc["threads"]]


def load(sc):
    return sum(t["program"][0]["run"] / t["arrive"]["every"]
               for t in sc["threads"])


def latency(sc):
    return float(sc["analyze"][0]["cfs"]["latency"].rstrip("ms"))


def in_order(sc):
    """The requests as they came."""
    came = re.search(r"they came: ([0-9, ]+)", sc["ask"]["text"]).group(1)
    return came.replace(",", "")


# What each kind comes to: an independent solution of it.
RIGHT = {
    "fcfs": fcfs,
    "sjf": lambda sc: shortest(sc, False),
    "srtf": lambda sc: shortest(sc, True),
    "rr": rr,
    "io": rr,
    "switch": lambda sc: rr(sc, cost=switch_cost(sc)),
    "priority": lambda sc: by_priority(sc, True),
    "priority-np": lambda sc: by_priority(sc, False),
    "mlfq": mlfq,
    "stride": lambda sc: s.stride(s.jobs_of(sc), tickets(sc), rr_length(sc)),
    "rm": rate,
    "dm": deadline,
    "edf": earliest,
    "llf": least_laxity,
}

# kind, what is done, what must be said of it
CHARTS = [
    ("rr", "newcomers after the pre-empted",
     lambda sc: rr(sc, newcomers_first=False), "with newcomers after"),
    ("rr", "slice too long", lambda sc: rr(sc, length=rr_length(sc) + 1),
     "the slice is one too long"),
    ("rr", "first come, first served", fcfs, "first come, first served"),
    ("rr", "all there at 0",
     lambda sc: s.turns(s.jobs_of(sc, zero=True), rr_length(sc)),
     "from the beginning"),
    ("mlfq", "no boost", lambda sc: mlfq(sc, boost=False), "no boost"),
    ("mlfq", "equal slices",
     lambda sc: mlfq(sc, slices=[sc["system"]["slice"][0]] * 3),
     "all levels have the same slice"),
    ("io", "quantum not renewed", lambda sc: rr(sc, keep=True),
     "what was left of its slice"),
    ("io", "I/O on the processor",
     lambda sc: s.turns(s.jobs_of(sc, busy=True), rr_length(sc)),
     "I/O is done on the processor"),
    ("io", "no I/O",
     lambda sc: s.turns(s.jobs_of(sc, io=False), rr_length(sc)),
     "there is no I/O"),
    ("switch", "switch cost forgotten", rr, "the switches cost nothing"),
    ("srtf", "SJF in place of SRTF", lambda sc: shortest(sc, False),
     "shortest job first, without pre-emption"),
    ("srtf", "all there at 0", lambda sc: shortest(sc, True, zero=True),
     "from the beginning"),
    ("sjf", "SRTF in place of SJF", lambda sc: shortest(sc, True),
     "shortest remaining time first"),
    ("sjf", "FCFS in place of SJF", fcfs, "first come, first served"),
    ("fcfs", "idle filled", lambda sc: fcfs(sc).replace(".", ""),
     "are left out of the chart"),
    ("fcfs", "SJF in place of FCFS", lambda sc: shortest(sc, False),
     "shortest job first, without pre-emption"),
    ("priority", "wrong way round", lambda sc: by_priority(sc, True, True),
     "the wrong way round"),
    ("priority", "no pre-emption", lambda sc: by_priority(sc, False),
     "nobody is pre-empted"),
    ("priority-np", "pre-emption", lambda sc: by_priority(sc, True),
     "nobody is pre-empted|with pre-emption|takes it from nobody"),
    ("stride", "equal tickets",
     lambda sc: s.stride(s.jobs_of(sc), [1] * 9, rr_length(sc)),
     "same tickets"),
    ("hrrn", "FCFS in place of HRRN", fcfs, "first come, first served"),
    ("hrrn", "SJF in place of HRRN", lambda sc: shortest(sc, False),
     "shortest job first, without pre-emption"),
    ("multilevel", "one queue for all",
     lambda sc: rr(sc, length=sc["system"]["ranks"][0]["slice"]),
     "this is round robin"),
    ("rm", "EDF in place of RM", earliest, "earliest deadline first"),
    ("dm", "periods for deadlines", rate, "rate monotonic"),
    ("edf", "RM in place of EDF", rate, "rate monotonic"),
    ("edf", "DM in place of EDF", deadline, "deadline monotonic"),
    ("llf", "RM in place of LLF", rate, "rate monotonic"),
    ("llf", "EDF in place of LLF", earliest, "earliest deadline first"),
    ("affinity", "processors forgotten",
     lambda sc: s.processors(s.jobs_of(sc), 2), "are forgotten here"),
    ("locks", "lock ignored",
     lambda sc: s.ranked(s.jobs_of(sc), lambda j: j.priority, True),
     "the locks are ignored"),
    ("ceiling", "locks ignored",
     lambda sc: s.ranked(s.jobs_of(sc), lambda j: j.priority, True),
     "the locks are ignored"),
    ("deadlock", "locks ignored", rr, "the locks are ignored"),
    ("srtf", "too much time", lambda sc: shortest(sc, True) + "A", "too much"),
    ("rr", "too little time", lambda sc: rr(sc)[:-1], "too little"),
    ("fcfs", "a slot too early", lambda sc: late_first(sc),
     "before its arrival"),
    ("rr", "idle beside somebody ready", lambda sc: "." + rr(sc),
     "although somebody is ready"),
]

TABLES = [
    ("rr", "arrival not subtracted",
     lambda row, job: {"turnaround": row["finish"]},
     'column "turnaround" is something else: the arrival is not'),
    ("rr", "ready time for arrival",
     lambda row, job: {"turnaround": row["finish"] - row["first"]},
     "counted from the first instant"),
    ("rr", "waiting up to the first run",
     lambda row, job: {"waiting": row["response"]},
     "what comes after a pre-emption is missing"),
    ("rr", "processor time not subtracted",
     lambda row, job: {"waiting": row["turnaround"]},
     "the time on the processor is not subtracted"),
    ("io", "I/O counted as waiting",
     lambda row, job: {"waiting": row["turnaround"] - job.work()},
     "the time in I/O is counted"),
    ("rr", "response to the end",
     lambda row, job: {"response": row["turnaround"]},
     "counted to its end"),
]


# kind, what is done, which value it is, what comes out, what must be said
VALUES = [
    ("rta", "own cost", lambda sc: f"response {last(sc)['name']}",
     lambda sc: costs(sc)[-1], "its own cost"),
    ("rta", "not repeated", lambda sc: f"response {last(sc)['name']}",
     lambda sc: sum(costs(sc)), "go on until nothing changes"),
    ("bounds", "sum for product", lambda sc: "product", lambda sc: 1 + load(sc),
     "not the product"),
    ("cfs", "equal slices", lambda sc: "slice A",
     lambda sc: latency(sc) / len(sc["analyze"][0]["cfs"]["nice"]),
     "the weights are forgotten"),
    ("disk", "as they came", lambda sc: "order", in_order, "this is FCFS"),
    ("overload", "wanted for got", lambda sc: "left for display",
     lambda sc: numbers(sc)[3] / 100, "not what it gets"),
    ("core-sets", "all sets are free", lambda sc: "started",
     lambda sc: int(numbers(sc)[0]), "in use before 0"),
    ("slowdown", "added", lambda sc: "run time",
     lambda sc: numbers(sc)[0] * (1 + numbers(sc)[1] * numbers(sc)[3]
                                  / numbers(sc)[2]),
     "divide by what is left"),
    ("memory", "rate of L2 for all", lambda sc: "L2 loads",
     lambda sc: numbers(sc)[5] / 100, "not of all"),
    ("queueing", "service for stay", lambda sc: "stay",
     lambda sc: 1000 / numbers(sc)[1], "the service alone"),
]


def late_first(sc):
    """Whoever comes last is drawn first."""
    jobs = sorted(s.jobs_of(sc), key=lambda j: (-j.arrival, j.index))
    return "".join(j.name * j.work() for j in jobs)


def same_number(a, b):
    try:
        return abs(Fraction(a) - Fraction(b)) < Fraction(1, 1000)
    except ValueError:
        return False


def says(sheet, right):
    told = run("answer", "-", text=sheet)
    if len(right) > 4 and right in told:
        sys.exit(f"the chart was given away:\n{told}")
    return told


failures = 0


def judge(kind, name, counted, named, example):
    global failures
    good = counted > 0 and named >= 0.95 * counted
    failures += not good
    print(f"{'ok  ' if good else 'FAIL'} {kind:12} {name:32} "
          f"{named:4} of {counted}")
    if not good:
        print(example)


for kind, solve in RIGHT.items():
    for seed in range(seeds):
        scenario, key = draw(kind, seed)
        if solve(scenario).rstrip(".") != value(key, "chart"):
            failures += 1
            print(f"FAIL {kind} {seed}: solved by hand it is "
                  f"{solve(scenario)}, not {value(key, 'chart')}")

for kind, name, make, phrases in CHARTS:
    counted = named = 0
    example = ""
    for seed in range(seeds):
        scenario, key = draw(kind, seed)
        right, wrong = charts_of(key), make(scenario)
        wrong = [wrong] if isinstance(wrong, str) else wrong
        if [c.rstrip(".") for c in wrong] == [c.rstrip(".") for c in right]:
            continue
        told = says(with_charts(key, wrong), right[0])
        counted += 1
        if any(phrase in told for phrase in phrases.split("|")):
            named += 1
        else:
            example = f"seed {seed}, right {right}, drawn {wrong}\n{told}"
    judge(kind, name, counted, named, example)

for kind, name, part, make, phrase in VALUES:
    counted = named = 0
    example = ""
    for seed in range(seeds):
        scenario, key = draw(kind, seed)
        asked, wrong = part(scenario), make(scenario)
        wrong = wrong if isinstance(wrong, str) else f"{wrong:.6g}"
        right = value(key, asked)
        if right == wrong or same_number(right, wrong):
            continue
        told = says(with_charts(key, []) + f"{asked}: {wrong}\n", right)
        counted += 1
        if phrase in told:
            named += 1
        else:
            example = f"seed {seed}, {asked}: right {right}, {wrong}\n{told}"
    judge(kind, name, counted, named, example)

for kind, name, change, phrase in TABLES:
    counted = named = 0
    example = ""
    for seed in range(seeds):
        scenario, key = draw(kind, seed)
        sheet = with_table(key, scenario, change)
        right = with_table(key, scenario, lambda row, job: {
            column: row[column] for column in change(row, job)})
        if sheet == right:
            continue
        told = says(sheet, value(key, "chart") + "!")
        counted += 1
        if phrase in told:
            named += 1
        else:
            example = f"seed {seed}\n{sheet}\n{told}"
    judge(kind, name, counted, named, example)

sys.exit(failures > 0)
