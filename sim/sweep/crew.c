/*
 * crew.c - worker processes that play runs.
 *
 * Tasks are given in batches that take a few milliseconds, so that a pipe is
 * no bottleneck for runs of microseconds, and each worker has the next batch
 * before it has finished the last. Pipes hold more than all batches that are
 * under way, so giving never blocks.
 */
#include "sim/sweep/crew.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "sim/results/record.h"
#include "sim/scenario/buffer.h"
#include "sim/sweep/warning.h"

#define QUEUE 256          /* tasks that a worker may have */
#define BATCH_US 4000      /* of work that a worker should have before it */
#define AWAY_US_MAX 200000 /* more makes the last workers finish unevenly */
#define BATCH_MAX 64 /* tasks that are told at once: a pipe takes them whole */
#define SEND_BYTES 65536 /* records that a worker collects ... */
#define SEND_US 1000     /* ... and work that it does meanwhile */
#define READ_BYTES 262144

/* What stands before a record in the pipe. */
typedef struct header {
    int64_t sequence;
    uint64_t length, words, warning, events; /* bytes of the first three */
    double value;
    int64_t took_us;
    int judged, missed;
    bool has_value, failed;
} header;

typedef struct worker {
    pid_t pid;
    int to, from;
    ts_buffer inbox;
    ts_task_item queue[QUEUE]; /* a ring: what it has to do */
    int first, count;
    int unsent; /* of these, at the end: not told yet */
} worker;

struct ts_crew {
    const ts_points *points;
    const ts_point_options *options;
    const char *metric;
    worker *workers;
    int count;
    int allowance;   /* tasks a worker may have before it */
    double run_us;   /* a running mean */
    int64_t away_us; /* how long nobody may come for results */
    char *room;      /* READ_BYTES */
};

/* --- the worker --- */

static bool write_all(int to, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(to, bytes, length);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes += n;
        length -= (size_t)n;
    }
    return true;
}

/* Some tasks, whole ones: they are written and read in multiples. Their
 * number; 0: there will be no more. */
static int read_tasks(int from, ts_task_item *tasks, int room)
{
    ssize_t n;

    do
        n = read(from, tasks, (size_t)room * sizeof *tasks);
    while (n < 0 && errno == EINTR);
    assert(n <= 0 || (size_t)n % sizeof(*tasks) == 0); /* whole ones */
    return n > 0 ? (int)((size_t)n / sizeof *tasks) : 0;
}

/* What is wrong, in one line. */
static void explain(const ts_diagnostics *diagnostics, const ts_error *error,
                    char *text, size_t size)
{
    const ts_diagnostic *first =
        diagnostics->count > 0 ? &diagnostics->items[0] : NULL;

    if (first != NULL)
        snprintf(text, size, "%s%s%s", first->path,
                 first->path[0] != '\0' ? ": " : "", first->message);
    else
        snprintf(text, size, "%s",
                 error->text[0] != '\0' ? error->text : "out of memory");
}

static void sum_up(const ts_point_run *run, const char *metric, header *head,
                   const char **words)
{
    const ts_metric *found = metric != NULL && !run->report->failed
                                 ? ts_report_find(run->report, metric)
                                 : NULL;

    head->events = run->report->events;
    head->failed = run->report->failed;
    head->judged = run->facts.verdict_count;
    head->has_value = found != NULL;
    head->value = found != NULL ? found->value : 0;
    *words = run->report->failed ? run->report->reason : "";
    for (int i = run->facts.verdict_count - 1; i >= 0; i--)
        if (!run->facts.verdicts[i].holds) {
            head->missed++;
            if (!run->report->failed)
                *words = run->facts.verdicts[i].text;
        }
}

/* A sweep tells where somebody is stuck, not of all who are. */
static void keep_first(void *context, const ts_point_run *run, const char *text)
{
    ts_buffer *warning = context;

    (void)run;
    if (warning->length == 0)
        ts_buffer_text(warning, text);
}

/* Plays one run and appends its record to `out`. A run that cannot be is
 * recorded with its reason. */
static bool play(const ts_crew *crew, ts_recorder *recorder,
                 const ts_task_item *task, ts_buffer *out, int64_t *took_us)
{
    ts_diagnostics diagnostics;
    ts_error error = {.text = ""};
    ts_point_run run;
    header head = {.sequence = task->sequence};
    size_t start = out->length;
    const char *words = "";
    ts_buffer warning = TS_BUFFER_EMPTY;
    char why[512];
    bool fine;

    ts_diagnostics_init(&diagnostics);
    fine = ts_point_read(crew->points, &task->place, crew->options, &run,
                         &diagnostics, &error) &&
           ts_point_create(crew->options, &run, &error) &&
           ts_point_finish(crew->options, &run, &error);
    if (!fine) {
        explain(&diagnostics, &error, why, sizeof why);
        fine = ts_point_break(crew->points, &task->place, crew->options, why,
                              &run);
    }
    ts_buffer_add(out, (const char *)&head, sizeof head);
    error.text[0] = '\0';
    if (fine &&
        !ts_recorder_run(recorder, &run.facts, run.report, out, &error)) {
        /* A metric that is no number, for one. */
        out->length = start + sizeof head;
        fine = ts_point_break(crew->points, &task->place, crew->options,
                              error.text, &run) &&
               ts_recorder_run(recorder, &run.facts, run.report, out, &error);
    }
    if (fine && !out->failed) {
        assert(out->length > start + sizeof(head));
        sum_up(&run, crew->metric, &head, &words);
        head.took_us = run.facts.wall_us;
        head.length = out->length - start - sizeof head;
        head.words = strlen(words);
        ts_buffer_add(out, words, head.words);
        ts_warnings(&run, keep_first, &warning);
        head.warning = warning.length;
        ts_buffer_add(out, warning.data, warning.length);
    }
    if (!out->failed)
        memcpy(out->data + start, &head, sizeof head);
    *took_us += head.took_us;
    ts_buffer_fini(&warning);
    ts_diagnostics_fini(&diagnostics);
    ts_point_fini(&run);
    return fine && !out->failed;
}

static void work(const ts_crew *crew, int from, int to)
{
    ts_recorder *recorder = ts_recorder_create(true);
    ts_buffer out = TS_BUFFER_EMPTY;
    ts_task_item tasks[BATCH_MAX];
    struct pollfd more = {.fd = from, .events = POLLIN};
    bool fine = recorder != NULL;
    int64_t took_us = 0;
    int count;

    while (fine && (count = read_tasks(from, tasks, BATCH_MAX)) > 0) {
        for (int i = 0; fine && i < count; i++) {
            fine = play(crew, recorder, &tasks[i], &out, &took_us);
            if (!fine || (out.length < SEND_BYTES && took_us < SEND_US &&
                          (i + 1 < count || poll(&more, 1, 0) != 0)))
                continue;
            fine = write_all(to, out.data, out.length);
            out.length = 0;
            took_us = 0;
        }
    }
    if (fine && out.length > 0)
        write_all(to, out.data, out.length);
    ts_buffer_fini(&out);
    ts_recorder_destroy(recorder);
}

/* --- the crew --- */

static void close_pipes(worker *w)
{
    if (w->to >= 0)
        close(w->to);
    if (w->from >= 0)
        close(w->from);
    w->to = w->from = -1;
}

/* The child never returns. */
static void be_worker(ts_crew *crew, int from, int to)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    /* Ctrl-C reaches everybody; the writer decides what becomes of it. A
     * closed pipe is an answer, no reason to die. */
    sigaction(SIGINT, &ignore, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    ignore.sa_handler = SIG_DFL;
    sigaction(SIGTERM, &ignore, NULL);
    for (int i = 0; i < crew->count; i++)
        close_pipes(&crew->workers[i]);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    work(crew, from, to);
    _exit(0);
}

static bool hire(ts_crew *crew, worker *w, ts_error *error)
{
    int down[2], up[2];

    *w = (worker){.to = -1, .from = -1};
    if (pipe(down) != 0)
        return ts_fail(error, "cannot make a pipe: %s", strerror(errno));
    if (pipe(up) != 0) {
        close(down[0]);
        close(down[1]);
        return ts_fail(error, "cannot make a pipe: %s", strerror(errno));
    }
    w->pid = fork();
    if (w->pid == 0) {
        close(down[1]);
        close(up[0]);
        be_worker(crew, down[0], up[1]);
    }
    close(down[0]);
    close(up[1]);
    w->to = down[1];
    w->from = up[0];
    if (w->pid > 0)
        return true;
    close_pipes(w);
    return ts_fail(error, "cannot start a worker: %s", strerror(errno));
}

ts_crew *ts_crew_create(const ts_points *points,
                        const ts_point_options *options, const char *metric,
                        int workers, ts_error *error)
{
    ts_crew *crew = calloc(1, sizeof *crew);

    assert(workers >= 1 && workers <= TS_CREW_MAX);
    if (crew != NULL) {
        crew->points = points;
        crew->options = options;
        crew->metric = metric;
        crew->allowance = 2;
        crew->workers = calloc((size_t)workers, sizeof *crew->workers);
        crew->room = malloc(READ_BYTES);
    }
    if (crew == NULL || crew->workers == NULL || crew->room == NULL) {
        ts_crew_destroy(crew);
        ts_fail_memory(error);
        return NULL;
    }
    for (int i = 0; i < workers; i++) {
        if (!hire(crew, &crew->workers[i], error)) {
            ts_crew_destroy(crew);
            return NULL;
        }
        crew->count++;
    }
    return crew;
}

void ts_crew_destroy(ts_crew *crew)
{
    if (crew == NULL)
        return;
    for (int i = 0; i < crew->count; i++) {
        worker *w = &crew->workers[i];

        close_pipes(w);
        if (w->pid > 0) {
            /* It owns nothing that could be lost. */
            kill(w->pid, SIGKILL);
            while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
                continue;
        }
        ts_buffer_fini(&w->inbox);
    }
    free(crew->workers);
    free(crew->room);
    free(crew);
}

/* --- giving --- */

static worker *least_busy(const ts_crew *crew)
{
    worker *best = &crew->workers[0];

    assert(crew->count >= 1);
    for (int i = 1; i < crew->count; i++)
        if (crew->workers[i].count < best->count)
            best = &crew->workers[i];
    return best;
}

void ts_crew_expect_pause(ts_crew *crew, int milliseconds)
{
    int64_t away_us = (int64_t)milliseconds * 1000;

    crew->away_us = away_us < AWAY_US_MAX ? away_us : AWAY_US_MAX;
}

bool ts_crew_has_room(const ts_crew *crew)
{
    return least_busy(crew)->count < crew->allowance;
}

bool ts_crew_idle(const ts_crew *crew)
{
    for (int i = 0; i < crew->count; i++)
        if (crew->workers[i].count > 0)
            return false;
    return true;
}

/* A worker that has died is found out when its answers end. */
static bool tell(worker *w, ts_error *error)
{
    while (w->unsent > 0) {
        int at = (w->first + w->count - w->unsent) % QUEUE;
        int count = w->unsent < BATCH_MAX ? w->unsent : BATCH_MAX;

        count = count < QUEUE - at ? count : QUEUE - at;
        assert(w->unsent <= w->count && w->count <= QUEUE);
        assert(count > 0 && at >= 0 && at + count <= QUEUE);
        if (!write_all(w->to, (const char *)&w->queue[at],
                       (size_t)count * sizeof w->queue[0]) &&
            errno != EPIPE)
            return ts_fail(error, "cannot write to a worker: %s",
                           strerror(errno));
        w->unsent -= count;
    }
    return true;
}

bool ts_crew_give(ts_crew *crew, const ts_task_item *task, ts_error *error)
{
    worker *w = least_busy(crew);

    assert(w->count < QUEUE && crew->allowance <= QUEUE);
    /* Each answers in the order in which it was asked. */
    assert(w->count == 0 ||
           w->queue[(w->first + w->count - 1) % QUEUE].sequence <
               task->sequence);
    w->queue[(w->first + w->count++) % QUEUE] = *task;
    w->unsent++;
    return w->unsent < BATCH_MAX / 4 || tell(w, error);
}

/* --- taking --- */

static void adapt(ts_crew *crew, const header *head)
{
    double took = (double)head->took_us + 20;
    double wanted;

    crew->run_us = crew->run_us > 0 ? crew->run_us * 0.95 + took * 0.05 : took;
    wanted = (double)(BATCH_US + crew->away_us) / crew->run_us;
    assert(crew->run_us > 0);
    crew->allowance = wanted < 2 ? 2 : wanted > QUEUE ? QUEUE : (int)wanted;
}

/* Hands over the whole results of an inbox. */
static bool take_results(ts_crew *crew, worker *w, ts_crew_take *take,
                         void *context, ts_error *error)
{
    size_t at = 0;
    bool fine = true;

    while (fine && w->inbox.length - at >= sizeof(header)) {
        const char *bytes = w->inbox.data + at;
        ts_crew_result result;
        header head;

        memcpy(&head, bytes, sizeof head);
        if (w->inbox.length - at <
            sizeof head + head.length + head.words + head.warning)
            break;
        /* A record at another run's place would be stored as that run's. */
        if (!TS_ENSURE(error, w->count > 0 &&
                                  w->queue[w->first].sequence == head.sequence))
            return false;
        assert(w->count > w->unsent); /* it was told before it answered */
        w->first = (w->first + 1) % QUEUE;
        w->count--;
        adapt(crew, &head);
        result = (ts_crew_result){
            .sequence = head.sequence,
            .record = bytes + sizeof head,
            .length = head.length,
            .events = head.events,
            .value = head.value,
            .has_value = head.has_value,
            .failed = head.failed,
            .judged = head.judged,
            .missed = head.missed,
            .words = bytes + sizeof head + head.length,
            .words_length = head.words,
            .warning = bytes + sizeof head + head.length + head.words,
            .warning_length = head.warning,
        };
        fine = take(context, &result, error);
        at += sizeof head + head.length + head.words + head.warning;
    }
    if (at > 0) {
        memmove(w->inbox.data, w->inbox.data + at, w->inbox.length - at);
        w->inbox.length -= at;
    }
    return fine;
}

/* The run that a worker was on when it died is recorded as failed, by the
 * writer; whoever replaces it does the rest. */
static bool record_death(ts_crew *crew, const ts_task_item *task, int status,
                         ts_crew_take *take, void *context, ts_error *error)
{
    ts_crew_result result = {.sequence = task->sequence, .failed = true};
    ts_recorder *recorder = ts_recorder_create(false);
    ts_buffer record = TS_BUFFER_EMPTY;
    ts_diagnostics diagnostics;
    ts_error ignored = {.text = ""};
    ts_point_run run;
    char why[160];
    bool fine;

    if (WIFSIGNALED(status))
        snprintf(why, sizeof why,
                 "the worker process of this run was ended by signal %d (%s)",
                 WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        snprintf(why, sizeof why,
                 "the worker process of this run ended with status %d: out of "
                 "memory",
                 WEXITSTATUS(status));
    ts_diagnostics_init(&diagnostics);
    ts_point_read(crew->points, &task->place, crew->options, &run, &diagnostics,
                  &ignored);
    fine =
        recorder != NULL &&
        ts_point_break(crew->points, &task->place, crew->options, why, &run) &&
        ts_recorder_run(recorder, &run.facts, run.report, &record, error);
    if (fine) {
        result.record = record.data;
        result.length = record.length;
        result.words = why;
        result.words_length = strlen(why);
        fine = take(context, &result, error);
    } else {
        ts_fail_memory(error);
    }
    ts_diagnostics_fini(&diagnostics);
    ts_point_fini(&run);
    ts_buffer_fini(&record);
    ts_recorder_destroy(recorder);
    return fine;
}

static bool replace(ts_crew *crew, worker *w, ts_crew_take *take, void *context,
                    ts_error *error)
{
    worker dead = *w;
    int status = 0;
    bool fine;

    assert(dead.pid > 0 && dead.count <= QUEUE);
    while (waitpid(dead.pid, &status, 0) < 0 && errno == EINTR)
        continue;
    close_pipes(&dead);
    ts_buffer_fini(&dead.inbox);
    *w = (worker){.to = -1, .from = -1};
    fine = dead.count == 0 || record_death(crew, &dead.queue[dead.first],
                                           status, take, context, error);
    fine = fine && hire(crew, w, error);
    for (int i = 1; fine && i < dead.count; i++) {
        w->queue[w->count++] = dead.queue[(dead.first + i) % QUEUE];
        w->unsent++;
    }
    fine = fine && tell(w, error);
    return fine;
}

/* Reads what a worker has sent; *gone: it has ended. */
static bool listen_to(ts_crew *crew, worker *w, bool *gone, ts_error *error)
{
    ssize_t n = read(w->from, crew->room, READ_BYTES);

    *gone = n == 0;
    if (n > 0)
        ts_buffer_add(&w->inbox, crew->room, (size_t)n);
    if (n < 0 && errno != EINTR && errno != EAGAIN)
        return ts_fail(error, "cannot read from a worker: %s", strerror(errno));
    return !w->inbox.failed || ts_fail_memory(error);
}

static bool has_task(const worker *w, int64_t sequence)
{
    return w->count > 0 && w->queue[w->first].sequence <= sequence;
}

bool ts_crew_wait(ts_crew *crew, int milliseconds, int64_t head,
                  ts_crew_take *take, void *context, ts_error *error)
{
    struct pollfd fds[TS_CREW_MAX];
    bool fine = true;

    assert(crew->count <= TS_CREW_MAX);
    for (int i = 0; i < crew->count; i++)
        if (!tell(&crew->workers[i], error))
            return false;
    for (int i = 0; i < crew->count; i++)
        fds[i] = (struct pollfd){.fd = head >= 0 && !has_task(&crew->workers[i],
                                                              head)
                                           ? -1
                                           : crew->workers[i].from,
                                 .events = POLLIN};
    if (poll(fds, (nfds_t)crew->count, milliseconds) < 0)
        return errno == EINTR ||
               ts_fail(error, "cannot wait for workers: %s", strerror(errno));
    for (int i = 0; fine && i < crew->count; i++) {
        worker *w = &crew->workers[i];
        bool gone = false;

        if (fds[i].revents == 0)
            continue;
        fine = listen_to(crew, w, &gone, error) &&
               take_results(crew, w, take, context, error);
        if (fine && gone)
            fine = replace(crew, w, take, context, error);
    }
    return fine;
}
