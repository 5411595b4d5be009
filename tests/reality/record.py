"""Measures real servers on this machine and writes down what they did.

A server is started on loopback, bound to one processor; the clients and what it
asks have another one. See README.md.
"""
import argparse
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time

import load

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = os.path.join(os.path.dirname(HERE), "cases", "reality")
PYTHON = "/usr/bin/python3"  # Debian's, which has the packages
GUNICORN = [PYTHON, "-m", "gunicorn", "--log-level", "error", "--backlog", "1024",
            "--keep-alive", "60", "-b", "127.0.0.1:{port}"]
WAITS_MS = [0, 100]
CLIENTS = [1, 4, 16, 64]
SERVERS = {
    "gunicorn-sync-4": {
        "about": "Gunicorn sync, 4 processes, Flask and http.client",
        "command": GUNICORN + ["-k", "sync", "-w", "4", "wsgi:app"]},
    "gunicorn-gthread-12": {
        "about": "Gunicorn gthread, 12 threads, Flask and http.client",
        "command": GUNICORN + ["-k", "gthread", "--threads", "12", "wsgi:app"]},
    "gunicorn-gthread-2x4": {
        "about": "Gunicorn gthread, 2 processes of 4 threads, Flask and "
                 "http.client",
        "command": GUNICORN + ["-k", "gthread", "-w", "2", "--threads", "4",
                               "wsgi:app"]},
    "uvicorn": {
        "about": "uvicorn, asyncio, its streams to upstream",
        "command": [PYTHON, "-m", "uvicorn", "--port", "{port}", "--loop",
                    "asyncio", "--http", "h11", "--log-level", "error",
                    "--timeout-keep-alive", "60", "asgi:app"]},
    "twisted": {
        "about": "Twisted, epoll, its Agent to upstream, CPython",
        "command": [PYTHON, "twisted_app.py", "{port}"]},
    "twisted-pypy": {
        "about": "Twisted, epoll, its Agent to upstream, PyPy",
        "command": ["pypy3", "twisted_app.py", "{port}"],
        "warm": 20},  # its compiler takes that long
    "http-server": {
        "about": "http.server of the standard library, a thread a connection, "
                 "http.client",
        "command": [PYTHON, "threads.py", "{port}"]},
    "sqlite-8": {
        "about": "Gunicorn gthread, 8 threads that share one SQLite connection, "
                 "a row committed a request",
        "command": GUNICORN + ["-k", "gthread", "--threads", "8", "rows:app"],
        "waits_ms": [0],
        "clients": [1, 2, 3, 4, 6, 8, 16, 64]},
    "upstream": {
        "about": "what the others ask, on the clients' processor, alone",
        "command": [PYTHON, os.path.join(HERE, "upstream.py"), "{port}"],
        "beside": True,
        "clients": [1]},
}


# --- the machine -----------------------------------------------------------------


def machine():
    """What it is, without a date."""
    model = "unknown"
    with open("/proc/cpuinfo") as lines:
        for line in lines:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return {"processor": model, "processors": os.cpu_count(),
            "kernel": platform.release(),
            "python": platform.python_version()}


def processor_time(cpu):
    """Seconds since boot of one processor: all, idle, stolen."""
    with open("/proc/stat") as lines:
        for line in lines:
            if line.startswith("cpu%d " % cpu):
                ticks = [int(x) for x in line.split()[1:]]
                break
    hertz = os.sysconf("SC_CLK_TCK")
    return (sum(ticks[:8]) / hertz, (ticks[3] + ticks[4]) / hertz,
            ticks[7] / hertz)


def family(root):
    """The process and its descendants."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name) as file:
                    parent = int(file.read().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def switches_of(pids):
    """Voluntary changes of thread."""
    count = 0
    for pid in pids:
        for task in os.listdir("/proc/%d/task" % pid):
            with open("/proc/%d/task/%s/status" % (pid, task)) as lines:
                count += sum(int(line.split()[1]) for line in lines
                             if line.startswith("voluntary"))
    return count


class Spent:
    """What processes and their processor spent between two times."""

    def __init__(self, pids, cpu):
        self.pids = pids
        self.cpu = cpu

    def now(self):
        took = sum(time.clock_gettime((~pid << 3) | 2)  # the process's clock
                   for pid in self.pids)
        return (took, switches_of(self.pids)) + processor_time(self.cpu)

    def begin(self):
        self.before = self.now()

    def end(self):
        self.took, self.switches, everything, idle, stolen = (
            after - before for before, after in zip(self.before, self.now()))
        others = max(0, everything - idle - stolen - self.took)
        self.busy, self.stolen, self.others = (
            round(part / everything, 4) for part in (self.took, stolen, others))


# --- a server ----------------------------------------------------------------------


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_port(port, process, log, patience=20):
    until = time.time() + patience
    while time.time() < until:
        if process.poll() is not None:
            with open(log) as file:
                sys.exit("it ended before it listened: %s\n%s" %
                         (" ".join(process.args), file.read()))
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit("nobody listens: %s" % process.args)


def start(command, cpu, log, environment=None):
    """Runs it on one processor, in a group of its own; what it says goes to a
    file."""
    with open(log, "w") as file:
        return subprocess.Popen(
            command, cwd=os.path.join(HERE, "servers"), stderr=file,
            env=dict(os.environ, **(environment or {})), start_new_session=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {cpu}))


def stop(process):
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def percentile(ordered, part):
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def row(server, wait, clients, latencies, took, spent, apart):
    ordered = sorted(latencies)
    count = len(ordered)
    milliseconds = {"p%d_ms" % p: round(1e3 * percentile(ordered, p / 100), 3)
                    for p in (50, 90, 95, 99)}
    return {"server": server, "wait_ms": wait, "clients": clients,
            "requests": count, "rate": round(count / took, 2), **milliseconds,
            "cpu_ms": round(1e3 * spent.took / count, 4),
            "switches": round(spent.switches / count, 2),
            "busy": spent.busy, "stolen": spent.stolen, "others": spent.others,
            "clients_busy": apart.busy, "clients_stolen": apart.stolen,
            "clients_others": apart.others}


def measure(name, options, upstream, theirs, folder):
    """All rows of a server, of one start; `theirs`: the clients' processes."""
    server = SERVERS[name]
    port, log = free_port(), os.path.join(folder, "log")
    cpu = options.clients if server.get("beside") else options.server
    process = start([part.format(port=port) for part in server["command"]], cpu,
                    log,
                    {"REALITY_UPSTREAM": str(upstream),
                     "REALITY_BASE": os.path.join(folder, "rows.db")})
    try:
        await_port(port, process, log)
        time.sleep(0.5)  # it may make its processes afterwards
        load.play(port, "/0", 4, server.get("warm", 0.5), 0.2, [])
        for wait in server.get("waits_ms", WAITS_MS):
            for clients in server.get("clients", CLIENTS):
                spent = Spent(family(process.pid), cpu)
                apart = Spent(theirs, options.clients)
                warmup = 0.5 + 5e-3 * wait + 0.01 * clients
                latencies, took = load.play(port, "/%d" % wait, clients, warmup,
                                            options.seconds, [spent, apart])
                yield row(name, wait, clients, latencies, took, spent, apart)
    finally:
        stop(process)


# --- the command ---------------------------------------------------------------------


def read_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("servers", nargs="*", metavar="SERVER",
                        help="which (all): %s" % ", ".join(SERVERS))
    parser.add_argument("-o", "--output", metavar="FILE",
                        default=os.path.join(CASES, "measured.json"),
                        help="rows of these are put in place of those in it")
    parser.add_argument("--seconds", type=float, default=2,
                        help="a row, without its warm-up (2)")
    parser.add_argument("--starts", type=int, nargs="+", metavar="N",
                        default=[1, 2, 3],
                        help="which starts of each server (1 2 3): rows of "
                             "others are kept")
    parser.add_argument("--server", type=int, metavar="CPU", default=0,
                        help="the server's processor (0)")
    parser.add_argument("--clients", type=int, metavar="CPU", default=1,
                        help="that of the clients and of upstream (1)")
    options = parser.parse_args()
    for name in options.servers:
        if name not in SERVERS:
            parser.error("no server is called %s" % name)
    options.servers = options.servers or list(SERVERS)
    return options


def write(options, rows):
    """In place of rows of the same starts; one a line, so that a difference can
    be read."""
    about = {"machine": machine(), "seconds": options.seconds}
    fresh = {(r["server"], r["start"]) for r in rows}
    if os.path.exists(options.output):
        with open(options.output) as file:
            rows = rows + [r for r in json.load(file)["rows"]
                           if (r["server"], r["start"]) not in fresh]
    order = list(SERVERS)
    rows = sorted(rows, key=lambda r: (order.index(r["server"]), r["wait_ms"],
                                       r["clients"], r["start"]))
    with open(options.output, "w") as file:
        file.write("{\n%s,\n \"rows\": [\n" % json.dumps(about, indent=1)[2:-2])
        file.write(",\n".join("  " + json.dumps(r) for r in rows))
        file.write("\n ]\n}\n")


def record(options, upstream, theirs, folder):
    for turn in options.starts:
        for name in options.servers:
            rows = []
            for r in measure(name, options, upstream, theirs, folder):
                r["start"] = turn
                rows.append(r)
                print(json.dumps(r), flush=True)
            write(options, rows)


def main():
    options = read_options()
    os.sched_setaffinity(0, {options.clients})
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "upstream.log")
        upstream = start([PYTHON, os.path.join(HERE, "upstream.py"), str(port)],
                         options.clients, log)
        try:
            await_port(port, upstream, log)
            record(options, port, [os.getpid(), upstream.pid], folder)
        finally:
            stop(upstream)


if __name__ == "__main__":
    main()
