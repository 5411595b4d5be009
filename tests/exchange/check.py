"""check.py DB RUN PERFETTO FTRACE - reads both files by themselves and holds
them against the database: structure, order, and times that add up.

The wire format is decoded here from its description alone (protobuf.dev,
"Encoding"); the numbers of the fields are those of Perfetto's protos."""
import json
import re
import sqlite3
import sys
import tarfile
from collections import defaultdict

failures = 0


def check(condition, text):
    global failures
    if not condition:
        print("FAIL:", text)
        failures += 1


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def fields(data):
    """(number, value): an int, or the bytes of what has a length."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        kind = tag & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 1:
            value, at = int.from_bytes(data[at:at + 8], "little"), at + 8
        elif kind == 2:
            length, at = varint(data, at)
            assert at + length <= len(data), "a message that is cut off"
            value, at = data[at:at + length], at + length
        else:
            raise ValueError("wire type %d" % kind)
        yield tag >> 3, value


def first(data):
    return {number: value for number, value in reversed(list(fields(data)))}


EVENTS = {4: "sched_switch", 17: "sched_wakeup", 20: "sched_waking",
          36: "irq_handler_entry", 37: "irq_handler_exit",
          114: "sched_wakeup_new", 238: "sched_process_exit",
          491: "sched_migrate_task"}
STATES = {0: "R", 1: "S", 2: "D", 16: "X", 256: "R+"}


def scheduler_event(cpu, data):
    event = first(data)
    name = next(EVENTS[n] for n in event if n in EVENTS)
    inside = first(next(v for n, v in event.items() if n in EVENTS))
    head = (event[1], cpu, name, event[2])
    if name == "sched_switch":
        return head + (inside[2], inside[3], STATES[inside[4]], inside[6],
                       inside[7])
    if name.startswith("irq"):
        return head + (inside[1],)
    if name == "sched_process_exit":
        return head + (inside[2], inside[4])
    if name == "sched_migrate_task":
        return head + (inside[2], inside[3], inside[4], inside[5])
    return head + (inside[2], inside[3], inside[5])


def members(path):
    """The traces of a file: a TAR has several, with a manifest that names them."""
    if not tarfile.is_tarfile(path):
        return [("", open(path, "rb").read())]
    with tarfile.open(path) as tar:
        files = {m.name: tar.extractfile(m).read() for m in tar.getmembers()}
        check(all(m.mtime == 0 and m.uid == 0 for m in tar.getmembers()),
              "a TAR that tells when or who")
    manifest = json.loads(files.pop("perfetto_manifest.json"))
    manifest = manifest["perfetto_manifest"]
    check(manifest["version"] == 1, "a manifest of another version")
    check([f["path"] for f in manifest["files"]] == list(files),
          "a manifest of other files")
    return [(f["machine"]["name"], files[f["path"]])
            for f in manifest["files"]]


class Perfetto:
    def __init__(self, data):
        self.scheduler, self.tracks, self.open = [], {}, defaultdict(list)
        self.slices, self.instants, self.flows = [], [], defaultdict(list)
        self.counters, self.threads = defaultdict(list), {}
        self.title, self.marks = None, []
        last = defaultdict(int)
        for number, packet in fields(data):
            check(number == 1, "something that is no packet")
            p = first(packet)
            check(p[10] == 1, "another sequence")
            if 45 in p:
                self.title = first(p[45])[17].decode()
            if 2 in p:
                for n, value in fields(p[2]):
                    if n == 2:
                        thread = first(value)
                        self.threads[thread[1]] = thread[2].decode()
            if 1 in p:
                bundle = list(fields(p[1]))
                cpu = dict(bundle)[1]
                for n, value in bundle:
                    if n == 2:
                        event = scheduler_event(cpu, value)
                        check(event[0] >= last[cpu], "events out of order")
                        last[cpu] = event[0]
                        self.scheduler.append(event)
            if 60 in p:
                track = first(p[60])
                check(track[1] not in self.tracks, "a track twice")
                self.tracks[track[1]] = track
            if 11 in p:
                self.event(p[8], p[11])
        check(not any(self.open.values()), "slices that never end")

    def event(self, at, data):
        e = first(data)
        track, kind = e[11], e[9]
        check(track in self.tracks, "an event on no track")
        if 47 in e:
            self.flows[e[47]].append((at, e[22].decode()))
        if kind == 1:
            self.open[track].append((at, e))
        elif kind == 2:
            check(self.open[track], "an end without a beginning")
            begun, b = self.open[track].pop()
            check(begun <= at, "a slice that ends before it begins")
            check(not self.open[track] or (b[22], b[23]) ==
                  (b"attempt", b"waits"), "slices in each other")
            self.slices.append((track, begun, at, b[22].decode(),
                                b[23].decode()))
        elif kind == 3:
            self.instants.append((at, e[22].decode(), e[23].decode()))
            if e[22] == b"compare":
                self.marks.append((at, {first(v)[10].decode():
                                        first(v)[6].decode()
                                        for n, v in fields(data) if n == 4}))
        elif kind == 4:
            self.counters[track].append((at, e[30]))


def read_ftrace(path):
    line_form = re.compile(
        r"^ *(.{1,16})-(\d+) +\[(\d{3})\] (\S{5}) +(\d+)\.(\d{9}): (\w+): (.*)$")
    events = []
    for line in open(path, encoding="utf-8"):
        if line.startswith("#"):
            continue
        m = line_form.match(line.rstrip("\n"))
        check(m is not None, "a line that is none: " + line)
        if m is None:
            continue
        at = int(m[5]) * 10**9 + int(m[6])
        if m[7].startswith("sys_"):
            continue  # a call of a thread's, and no event of the scheduler
        name, rest = m[7], m[8].replace("==> ", "")
        value = dict(word.split("=", 1) for word in rest.split())
        head = (at, int(m[3]), name, int(m[2]))
        if name == "sched_switch":
            tail = (int(value["prev_pid"]), int(value["prev_prio"]),
                    value["prev_state"], int(value["next_pid"]),
                    int(value["next_prio"]))
        elif name.startswith("irq"):
            tail = (int(value["irq"]),)
        elif name == "sched_process_exit":
            tail = (int(value["pid"]), int(value["prio"]))
        elif name == "sched_migrate_task":
            tail = tuple(int(value[k]) for k in
                         ("pid", "prio", "orig_cpu", "dest_cpu"))
        else:
            tail = (int(value["pid"]), int(value["prio"]),
                    int(value["target_cpu"]))
        events.append(head + tail)
    check(events == sorted(events, key=lambda e: e[0]), "ftrace out of order")
    return events


def check_switches(events, db, run):
    """Who is on a processor, by the switches alone, and for how long."""
    on, since, spent, where = {}, {}, defaultdict(int), {}
    for at, cpu, name, current, *rest in events:
        check(on.get(cpu, 0) == current or name == "sched_switch",
              "another thread than the switches say is current")
        if name != "sched_switch":
            continue
        prev, _, _, following, _ = rest
        check(on.get(cpu, 0) == prev, "a switch from one that was not there")
        check(following == 0 or following not in where,
              "a thread on two processors")
        if prev:
            spent[prev] += at - since[cpu]
            del where[prev]
        on[cpu], since[cpu] = following, at
        if following:
            where[following] = cpu
    end = db.execute("SELECT end_ps FROM runs WHERE id = ?",
                     (run,)).fetchone()[0]
    for cpu, thread in on.items():
        if thread:
            spent[thread] += end // 1000 - since[cpu]
    count = defaultdict(int)
    for event in events:
        count[event[2]] += 1
    interrupts = count["irq_handler_entry"]
    if interrupts:
        return
    shared = db.execute("SELECT count(*) FROM kinds WHERE run = ? AND "
                        "name = 'share'", (run,)).fetchone()[0]
    if shared:
        return
    # Each stretch is rounded at both ends.
    for who, name, ps, number in db.execute(
            "SELECT t.id, t.name, t.processor_ps + coalesce((SELECT "
            "sum(to_ps - from_ps) FROM gantt g WHERE g.run = t.run AND g.who ="
            " t.id AND kind = 'switch'), 0), t.dispatches FROM threads t WHERE "
            "run = ?", (run,)):
        check(abs(spent[who + 1] * 1000 - ps) <= 2000 * (number + 1),
              "%s has %d ns in the trace and %d ps in its account" %
              (name, spent[who + 1], ps))


def check_tracks(trace, db, run):
    ask = lambda sql: db.execute(sql, (run,)).fetchone()[0]
    check(len([i for i in trace.instants if i[1] == "why"]) ==
          ask("SELECT count(*) FROM notes WHERE run = ?"), "reasons are lost")
    ours = ("why", "hand-over", "attempt", "compare")
    check(len([i for i in trace.instants if i[1] not in ours]) ==
          ask("SELECT count(*) FROM instants WHERE run = ?"),
          "instants are lost")
    levels = ask("SELECT count(*) FROM samples WHERE run = ?")
    series = [t for t in trace.counters
              if trace.tracks[t][2] != b"threads ready"]
    check(sum(len(trace.counters[t]) for t in series) == levels,
          "levels are lost")
    blocked = [s for s in trace.slices if s[3] == "blocked"]
    check(len(blocked) == ask("SELECT count(*) FROM turns WHERE run = ? AND "
                              "turn = 'blocks' AND cause IS NOT NULL"),
          "waits are lost")
    others = [s for s in trace.slices if s[3] not in ("blocked", "attempt")]
    check(len(others) == ask(
        "SELECT count(*) FROM gantt WHERE run = ? AND NOT (place GLOB "
        "'processor *' AND (who IS NULL OR kind = 'run'))"),
        "stretches are lost")
    for flow in trace.flows.values():
        check(len({category for _, category in flow} - {"blocked"}) <= 1 or
              flow[0][1] == "blocked", "an arrow between strangers")
    hands = [f for f in trace.flows.values() if f[0][1] == "hand-over"]
    check(all(len(f) == 2 and f[0][0] == f[1][0] for f in hands),
          "a hand-over that is not at once")
    check(len(hands) == ask(
        "SELECT count(*) FROM (SELECT waker, turn, lag(turn) OVER life AS was, "
        "lag(cause) OVER life AS cause FROM turns WHERE run = ? WINDOW life AS "
        "(PARTITION BY who ORDER BY rowid)) WHERE waker IS NOT NULL AND was = "
        "'blocks' AND cause IS NOT NULL"), "hand-overs are lost")
    check_requests(trace, db, run)


def check_requests(trace, db, run):
    """Each attempt is one flow of as many events as it came to stations."""
    flows = sorted(sorted(at for at, _ in f) for f in trace.flows.values()
                   if f[0][1] == "attempt")
    stations = sorted(
        sorted(at // 1000 for at in row if at is not None) for row in db.execute(
            "SELECT sent_ps, arrived_ps, CASE WHEN who IS NULL THEN NULL ELSE "
            "begun_ps END, over_ps FROM attempts WHERE run = ?", (run,)))
    check(flows == stations, "requests are lost, or go other ways")
    waits = db.execute("SELECT count(*) FROM attempts WHERE run = ? AND "
                       "begun_ps > arrived_ps", (run,)).fetchone()[0]
    check(len([s for s in trace.slices if s[3:] == ("attempt", "waits")]) ==
          waits, "requests that wait are lost")


def check_marks(traces):
    """Two runs have marks at one time, each with what the other has."""
    a, b = (t.marks for t in traces)
    check(len(a) == 1 and len(b) == 1 and a[0][0] == b[0][0], "no two marks")
    if len(a) == 1 and len(b) == 1:
        check((a[0][1]["here"], a[0][1]["there"]) ==
              (b[0][1]["there"], b[0][1]["here"]), "marks that differ")


def main():
    database, run, perfetto, ftrace = sys.argv[1:5]
    db = sqlite3.connect(database)
    run = int(run)
    files = members(perfetto)
    traces, text = [Perfetto(data) for _, data in files], read_ftrace(ftrace)
    trace = traces[0]
    for (name, _), other in zip(files, traces):
        check(name == "" or name.endswith(": " + other.title), "another title")
    if len(traces) == 2:
        check_marks(traces)
    by_cpu = lambda events: sorted(events, key=lambda e: (e[1], e[0]))
    check(by_cpu(trace.scheduler) == by_cpu(text),
          "the two files tell different things")
    check(len(text) > 0, "an empty trace")
    for who, name in db.execute("SELECT id, name FROM threads WHERE run = ?",
                                (run,)):
        check(trace.threads.get(who + 1, name) == name, "another name")
    check_switches(text, db, run)
    check_tracks(trace, db, run)
    sys.exit(1 if failures else 0)


main()
