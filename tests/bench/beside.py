#!/usr/bin/env python3
"""Plays the same work by timeslice and by other simulators, where they are.

    beside.py PROGRAM [ROUNDS]     PROGRAM: a `timeslice`; 5 rounds

    M/M/1    arrivals 0.9, service 1: SimPy (2.3 as in Debian's python3-simpy, or
             3 and later), and Cimba's own benchmark of its process view, whose
             program MM1_single is named by the variable CIMBA_MM1; it plays a
             million customers
    EDF      60 periodic tasks on 8 processors for a second: SimSo

Whole processes in turn; processor time of each, the median of the rounds, for
one customer or one job of the work. What cannot be imported by the Python that
runs this, or is not named, is left out with a line that says so.
"""
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile

CUSTOMERS, FEW = 1000000, 20000  # FEW: of simulators that take so long
MILLION = 1000000

# --- the others' models, each in a process of its own ---


def simpy_mm1(count):
    """With the API of version 2."""
    from SimPy.Simulation import (Process, Resource, activate, hold, initialize,
                                  now, release, request, simulate)

    stays = []

    class Customer(Process):
        def visit(self, server):
            came = now()
            yield request, self, server
            yield hold, self, random.expovariate(1.0)
            yield release, self, server
            stays.append(now() - came)

    class Source(Process):
        def generate(self, server):
            for _ in range(count):
                yield hold, self, random.expovariate(0.9)
                customer = Customer()
                activate(customer, customer.visit(server))

    initialize()
    source = Source()
    activate(source, source.generate(Resource(capacity=1)))
    simulate(until=1e12)
    assert len(stays) == count


def simpy3_mm1(count):
    """With the API of version 3 and later."""
    import simpy

    stays = []

    def visit(env, server):
        came = env.now
        with server.request() as turn:
            yield turn
            yield env.timeout(random.expovariate(1.0))
        stays.append(env.now - came)

    def generate(env, server):
        for _ in range(count):
            yield env.timeout(random.expovariate(0.9))
            env.process(visit(env, server))

    env = simpy.Environment()
    env.process(generate(env, simpy.Resource(env, capacity=1)))
    env.run()
    assert len(stays) == count


# (period, budget) in ms: they ask for 5.6 of the 8 processors.
TASKS = [(10 + 5 * (i % 8), 1 + i % 3) for i in range(60)]


def simso_edf(_):
    from simso.configuration import Configuration
    from simso.core import Model

    configuration = Configuration()
    configuration.duration = 1000 * configuration.cycles_per_ms
    for i, (period, budget) in enumerate(TASKS):
        configuration.add_task(name=f"t{i}", identifier=i + 1, period=period,
                               activation_date=0, wcet=budget, deadline=period)
    for i in range(8):
        configuration.add_processor(name=f"p{i}", identifier=i + 1)
    configuration.scheduler_info.clas = "simso.schedulers.EDF"
    configuration.check_all()
    Model(configuration).run_model()


# --- ours ---

MM1 = {"title": "M/M/1", "system": {"policy": "fifo"}, "threads": [
    {"name": "customer", "arrive": {"rate": "900000/s", "limit": CUSTOMERS},
     "program": [{"run": {"exponential": "1us"}}]}]}

EDF = {"title": "EDF", "stop": "1s", "computer": {"processors": 8},
       "system": {"policy": "edf"}, "threads": [
           {"name": f"t{i}", "background": True, "deadline": f"{period}ms",
            "arrive": {"every": f"{period}ms"},
            "program": [{"run": f"{budget}ms"}]}
           for i, (period, budget) in enumerate(TASKS)]}

# --- timing ---


def seconds(words):
    """Processor time of a process, from its start to its end."""
    child = subprocess.Popen(words, stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"beside.py: {' '.join(words)} ended with {child.returncode}")
    return usage.ru_utime + usage.ru_stime


def compare(work, unit, ours, other, version, theirs, rounds):
    """`ours` and `theirs`: words, and how many of the unit they play."""
    a, b, ratios = [], [], []
    for _ in range(rounds):
        a.append(seconds(ours[0]) / ours[1])
        b.append(seconds(theirs[0]) / theirs[1])
        ratios.append(b[-1] / a[-1])
    print(f"{work:6} {other} {version}: {statistics.median(b) * 1e9:.0f} ns a "
          f"{unit}, timeslice {statistics.median(a) * 1e9:.0f}: "
          f"{statistics.median(ratios):.1f} times as long "
          f"({min(ratios):.1f} to {max(ratios):.1f})")


def version_of(module):
    """None where it is not installed."""
    try:
        return getattr(__import__(module), "__version__", "of unknown version")
    except ImportError:
        return None


def itself(model, count):
    return [sys.executable, os.path.abspath(__file__), "--model", model,
            str(count)]


def main(program, rounds):
    with tempfile.TemporaryDirectory() as folder:
        def ours(scenario):
            path = os.path.join(folder, scenario["title"].replace("/", "") + ".json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(scenario, file)
            return [program, "run", "--quiet", "--no-db", path]

        print(subprocess.run([program, "--version"], check=True, text=True,
                             stdout=subprocess.PIPE).stdout.splitlines()[0])
        mm1 = (ours(MM1), CUSTOMERS)
        old, new = version_of("SimPy"), version_of("simpy")
        if old is not None or new is not None:
            model = "simpy3_mm1" if new is not None else "simpy_mm1"
            compare("M/M/1", "customer", mm1, "SimPy", new or old,
                    (itself(model, FEW), FEW), rounds)
        else:
            print(f"M/M/1  left out: {sys.executable} has no SimPy (Debian: "
                  "python3-simpy)")
        cimba = os.environ.get("CIMBA_MM1")
        if cimba:
            compare("M/M/1", "customer", mm1, "Cimba", cimba,
                    ([cimba], MILLION), rounds)
        else:
            print("M/M/1  left out: CIMBA_MM1 names no program of Cimba's")
        jobs = sum(-(-1000 // period) for period, _ in TASKS)
        simso = version_of("simso")
        if simso is not None:
            compare("EDF", "job", (ours(EDF), jobs), "SimSo", simso,
                    (itself("simso_edf", 0), jobs), rounds)
        else:
            print(f"EDF    left out: {sys.executable} has no SimSo")


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "--model":
        globals()[sys.argv[2]](int(sys.argv[3]))
    elif len(sys.argv) in (2, 3):
        main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) == 3 else 5)
    else:
        sys.exit(__doc__)
