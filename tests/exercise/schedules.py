"""Schedules by hand: a tick at a time, with the mistakes that students make.

Nothing of timeslice is in here: a scenario's numbers go in, a chart comes out.
"""


class Job:
    def __init__(self, index, thread):
        self.index = index
        self.name = thread["name"]
        self.arrival = thread.get("arrive", 0)
        self.priority = thread.get("priority", 0)
        self.bursts = []
        for operation in thread["program"]:
            if "io" in operation:
                self.bursts[-1][1] = operation["io"]
            elif "run" not in operation:
                continue  # a lock: nothing here knows of them
            elif self.bursts and self.bursts[-1][1] == 0:
                self.bursts[-1][0] += operation["run"]
            else:
                self.bursts.append([operation["run"], 0])
        self.start()

    def start(self):
        self.at = 0
        self.left = self.bursts[0][0]
        self.slice = None
        self.back = None
        self.level = 0

    def work(self):
        return sum(run for run, _ in self.bursts)


def jobs_of(scenario, io=True, busy=False, zero=False):
    jobs = [Job(i, t) for i, t in enumerate(scenario["threads"])]
    for job in jobs:
        if zero:
            job.arrival = 0
        if busy or not io:
            work = sum(r + (a if busy else 0) for r, a in job.bursts)
            job.bursts = [[work, 0]]
        job.start()
    return jobs


def finish_burst(job, t):
    """True when the job is over."""
    away = job.bursts[job.at][1]
    job.at += 1
    if job.at == len(job.bursts):
        return True
    job.left = job.bursts[job.at][0]
    job.back = t + away
    job.gone = t
    return False


def newcomers(jobs, t):
    arriving = [j for j in jobs if j.arrival == t]
    waking = sorted((j for j in jobs if j.back == t), key=lambda j: j.gone)
    for job in waking:
        job.back = None
    return arriving + waking


def turns(jobs, length, newcomers_first=True, keep=False, cost=0):
    """Round robin. keep: who comes back from I/O has the rest of its slice."""
    queue, chart, running, last, t, switching = [], "", None, None, 0, 0
    over = 0
    while over < len(jobs):
        behind = []
        if running and switching == 0 and running.left == 0:
            if not keep:
                running.slice = None
            elif running.slice == 0:
                running.slice = None
            over += finish_burst(running, t)
            running = None
        elif running and switching == 0 and running.slice == 0:
            running.slice = None
            behind, running = [running], None
        new = newcomers(jobs, t)
        queue += new + behind if newcomers_first else behind + new
        if over == len(jobs):
            break
        if running is None and queue:
            running = queue.pop(0)
            switching = cost if running is not last else 0
            last = running
            if running.slice is None:
                running.slice = length
        if running is None:
            chart += "."
        elif switching:
            chart += "/"
            switching -= 1
        else:
            chart += running.name
            running.left -= 1
            running.slice -= 1
        t += 1
    return chart


def ranked(jobs, key, preempt):
    """The least key first; a running job keeps equals out."""
    ready, chart, running, t, over = [], "", None, 0, 0
    while True:
        if running and running.left == 0:
            over += finish_burst(running, t)
            running = None
        if over == len(jobs):
            return chart
        ready += newcomers(jobs, t)
        ready.sort(key=lambda j: (key(j), j.arrival, j.index))
        if ready and running and preempt and key(ready[0]) < key(running):
            ready.append(running)
            running = ready.pop(0)
        elif ready and running is None:
            running = ready.pop(0)
        chart += running.name if running else "."
        if running:
            running.left -= 1
        t += 1


def feedback(jobs, slices, boost):
    levels, chart, running, t, over = [[] for _ in slices], "", None, 0, 0
    while True:
        if running and running.left == 0:
            over += finish_burst(running, t)
            running = None
        if over == len(jobs):
            return chart
        for job in newcomers(jobs, t):
            job.level, job.slice = 0, slices[0]
            levels[0].append(job)
        if running and running.slice == 0:
            running.level = min(running.level + 1, len(slices) - 1)
            running.slice = slices[running.level]
            levels[running.level].append(running)
            running = None
        if boost and t and t % boost == 0:
            if running:
                levels[running.level].insert(0, running)
                running = None
            everybody = levels[0] + sum(reversed(levels[1:]), [])
            levels = [everybody] + [[] for _ in slices[1:]]
            for job in everybody:
                job.level, job.slice = 0, slices[0]
        best = next((i for i, l in enumerate(levels) if l), None)
        if running and best is not None and best < running.level:
            levels[running.level].insert(0, running)
            running = None
        if running is None and best is not None:
            running = levels[best].pop(0)
        chart += running.name if running else "."
        if running:
            running.left -= 1
            running.slice -= 1
        t += 1


def stride(jobs, tickets, length):
    passes = {j.name: 0 for j in jobs}
    chart, alive = "", list(jobs)
    while alive:
        job = min(alive, key=lambda j: (passes[j.name], j.index))
        for _ in range(length):
            if job.left:
                chart += job.name
                job.left -= 1
        passes[job.name] += 600 / tickets[job.index]
        alive = [j for j in alive if j.left]
    return chart


def periodic(threads, until, key):
    """Periodic tasks with pre-emption: the least key(thread, due, laxity) first."""
    jobs, chart, running = [], "", None
    for t in range(until):
        for index, thread in enumerate(threads):
            if t % thread["arrive"]["every"] == 0:
                jobs.append({"thread": thread, "index": index, "t": t,
                             "due": t + thread["deadline"],
                             "left": thread["program"][0]["run"]})
        jobs = [j for j in jobs if j["left"]]
        if running not in jobs:
            running = None
        for job in jobs:
            job["rank"] = (key(job["thread"], job["due"], job["due"] - t - job["left"]),
                           job is not running, job["index"], job["t"])
        running = min(jobs, default=None, key=lambda j: j["rank"])
        chart += running["thread"]["name"] if running else "."
        if running:
            running["left"] -= 1
    return chart


def processors(jobs, count):
    """First come, first served, on several processors: a chart each."""
    ready, charts, running, t = [], [""] * count, [None] * count, 0
    while any(j.left for j in jobs):
        ready += [j for j in jobs if j.arrival == t]
        for i in range(count):
            if running[i] is None or running[i].left == 0:
                running[i] = ready.pop(0) if ready else None
            charts[i] += running[i].name if running[i] else "."
        for job in running:
            if job:
                job.left -= 1
        t += 1
    return charts


def table(chart, jobs):
    """Figures of each job, as a chart has them."""
    figures = {}
    for job in jobs:
        first = chart.index(job.name)
        finish = chart.rindex(job.name) + 1
        away = sum(a for _, a in job.bursts)
        figures[job.name] = {
            "finish": finish, "turnaround": finish - job.arrival,
            "waiting": finish - job.arrival - job.work() - away,
            "response": first - job.arrival, "first": first}
    return figures
