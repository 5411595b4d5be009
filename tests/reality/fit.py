"""Fits the scenarios in tests/cases/reality to half of the measured rows.

    fit.py TIMESLICE [SERVER...]

For each scenario the rows of its server become a table (SERVER.csv): of the
starts that nobody disturbed the median, of every number by itself. Half of the
processor time a request of 16 clients, next door, is put where the scenario's
"comment" says, and is the most that a spread may be. Every other row, from the
first on, is fitted to by `timeslice calibrate`, with the parameters that the
"comment" names; what it finds is put into the scenario, and the other rows
judge it (table.sh).
"""
import json
import os
import re
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = os.path.join(os.path.dirname(HERE), "cases", "reality")
DISTURBED = 0.05  # of one of both processors, by others or the hypervisor
NUMBERS = ("rate", "p50_ms", "p90_ms", "p95_ms", "p99_ms", "cpu_ms")
PERCENTILES = NUMBERS[1:5]
UPSTREAM_MS = {0: 0.02, 100: 100.4}  # its time, as a server sees it
LENGTHS = {0: ("0.5s", "2s"), 100: ("2s", "5s")}  # warm-up and end of a run


def disturbed(row):
    """By somebody else, as far as it was looked at: null is not."""
    return any((row[who + "stolen"] or 0) + (row[who + "others"] or 0) > DISTURBED
               for who in ("", "clients_"))


def rows_of(measured, server):
    """Of each setting the medians, and whether every start was disturbed."""
    settings = {}
    for row in measured["rows"]:
        if row["server"] == server:
            settings.setdefault((row["wait_ms"], row["clients"]), []).append(row)
    for (wait, clients), rows in sorted(settings.items()):
        quiet = [r for r in rows if not disturbed(r)]
        yield wait, clients, not quiet, {
            name: statistics.median(r[name] for r in quiet or rows)
            for name in NUMBERS}


def write_table(measured, server, remote):
    lines = ["/clients/0/users%s,/clients/0/warmup,/stop,clients.load.throughput"
             "%s" % (",/servers/1/time" if remote else "",
        "".join(",clients.load.latency.p%d" % p for p in (50, 90, 95, 99)))]
    for wait, clients, noisy, row in rows_of(measured, server):
        if noisy:
            lines.append("# disturbed in every start: the next row")
        lines.append("%d%s,%s,%s,%.6g/s,%s" % (
            clients, ",%gms" % UPSTREAM_MS[wait] if remote else "",
            *LENGTHS[wait], row["rate"],
            ",".join("%.6gms" % row[name] for name in PERCENTILES)))
    path = os.path.join(CASES, server + ".csv")
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")
    return path


def write(path, scenario):
    with open(path, "w") as file:
        json.dump(scenario, file, indent=1)
        file.write("\n")


def put(scenario, pointer, value):
    at = scenario
    *way, last = pointer.split("/")[1:]
    for token in way:
        at = at[int(token)] if isinstance(at, list) else at[token]
    at[int(last) if isinstance(at, list) else last] = value


def half_of_work(measured, server):
    """Of a request of 16 clients, next door, in ms: one of the rows fitted to."""
    return next(row["cpu_ms"] / 2 for wait, clients, _, row
                in rows_of(measured, server) if (wait, clients) == (0, 16))


def fit(program, server, measured):
    path = os.path.join(CASES, server + ".json")
    with open(path) as file:
        scenario = json.load(file)
    table = write_table(measured, server, len(scenario["servers"]) > 1)
    half = half_of_work(measured, server)
    if "half of the work" in scenario["comment"]:
        put(scenario, scenario["comment"]["half of the work"], "%.3gms" % half)
    write(path, scenario)
    command = [program, "calibrate", path, table]
    for parameter in scenario["comment"]["fit"]:
        command += ["--fit", parameter.replace("HALF", "%.3gms" % half)]
    said = subprocess.run(command, check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    found = re.findall(r"^  (/\S+)  (\S+)  \((.*) do nearly as well\)(?:\n {4}(\S.*))?",
                       said, re.M)
    for pointer, value, span, doubt in found:
        print("%-22s %-42s %-9s (%s) %s" % (server, pointer, value, span, doubt))
        put(scenario, pointer, value)
    write(path, scenario)


def main():
    with open(os.path.join(CASES, "measured.json")) as file:
        measured = json.load(file)
    every = sorted(name[:-5] for name in os.listdir(CASES)
                   if name.endswith(".json") and name != "measured.json")
    for server in sys.argv[2:] or every:
        fit(os.path.abspath(sys.argv[1]), server, measured)


if __name__ == "__main__":
    main()
