/*
 * task.h - where threads come from.
 *
 * An entry of the scenario's "threads" is a task: a program, attributes, and
 * a rule for when threads that run it arrive. Each arrival makes `count` jobs;
 * a job is a thread. Threads that have ended are used again, so that memory
 * follows the number alive, not the number that ever were.
 */
#ifndef TS_MODELS_TASK_H
#define TS_MODELS_TASK_H

#include "models/machine/machine.h"
#include "models/machine/scenario.h"

/* When threads arrive. At most one of at, every and rate is given; none: once,
 * at 0. */
typedef struct ts_arrive_record {
    ts_list at;        /* of ts_time, in any order */
    ts_duration every; /* between one arrival and the next */
    ts_rational rate;  /* Poisson */
    ts_time first;     /* with every: the first one; with rate: not before */
    ts_time until;     /* none at or after; TS_NEVER */
    int64_t limit;     /* at most so many arrivals; 0: no limit */
    bool called;       /* never by itself: operations release its jobs */
} ts_arrive_record;

typedef struct ts_task_record {
    const char *name;
    int64_t count;
    bool background;
    ts_arrive_record *arrive; /* NULL: once, at 0 */
    ts_list after;            /* of ts_ref: tasks that must have ended */
    int64_t priority;
    ts_list affinity;  /* of int64_t: processors; empty: any */
    ts_time deadline;  /* relative to the release; TS_TIME_LIMIT: none */
    bool overlap;      /* false: a job waits for the one before it */
    ts_duration check; /* own processor time between looks whether
                                 another should run; not given: anywhere */
    bool watch;        /* samples of how many are in the system */
    ts_list program;   /* of ts_variant in ts_operations */
    void **parts;      /* what parts and policies add: ts_tables_thread() */
} ts_task_record;

/* What a part says of such threads. */
static inline const void *ts_task_part(const ts_task_record *record, int slot)
{
    return record->parts[slot];
}
/* Number i of all that say what threads are: the entries of "threads", then
 * those of parts that make threads. NULL: there are no more. */
const ts_task_record *ts_task_said(const ts_machine_record *record, int i,
                                   const char **name);
/* The record of any table that stands beside the threads' own. */
const void *ts_task_table(const ts_task_record *record, const ts_shape *table);

/* Tables of one policy for threads. */
#define TS_TABLES_MAX 6

extern const ts_shape ts_task_shape, ts_arrive_shape;

/* For whatever arrives by such a record: its list of times in order, and when
 * number `count` comes, after one at `last`; TS_NEVER: none does. */
ts_time *ts_arrive_sorted(const ts_arrive_record *arrive, ts_arena *arena);
ts_time ts_arrive_next(const ts_arrive_record *arrive, const ts_time *at,
                       int64_t count, ts_time last, ts_random *random);

struct ts_task {
    ts_machine *machine;
    const ts_task_record *record;
    const struct ts_task_added *added; /* NULL: the scenario's own */
    int index;
    uint64_t key;      /* of the random streams of its jobs */
    uint64_t *allowed; /* from record->affinity; NULL: any processor */
    int depth;         /* frames a job needs */
    int64_t urgency;   /* of its jobs, before protocols raise it */
    ts_runqueue *home; /* where its jobs belong; NULL: anywhere */
    ts_event event;    /* the next arrival */
    ts_random random;  /* for arrivals */
    ts_time *at;       /* sorted; from record->arrive->at */
    int64_t arrivals;  /* so far */
    ts_time next;      /* the one the event stands for */
    bool exhausted;    /* no more will come */
    ts_fine check;     /* from record->check */
    /* What parts make of it (ts_part.task): a life in which its program is one
     * step, and the frames that needs besides; what the program's own work
     * takes; whether its threads make checks, and calls at them. */
    const ts_operation *life; /* NULL: the program and nothing else */
    int life_depth;
    ts_fine (*pace)(const ts_thread *thread, ts_fine work); /* NULL: as it is */
    bool checks;
    bool budget; /* its policy holds it back: it runs on a budget of its own */
    const void *tables[TS_TABLES_MAX]; /* of its policy, in that order */
    int64_t jobs, finished, missed, killed;
    int64_t lost;               /* turned away, there was no room */
    bool ended;                 /* ... and all that came have ended */
    int waits_for;              /* tasks it comes after that have not ended */
    struct ts_task **followers; /* tasks that come after it */
    int follower_count;
    ts_time lateness_max;
    ts_thread *spare;   /* ended threads, to be used again */
    ts_thread *current; /* overlap false: the job that is on ... */
    int64_t waiting;    /* ... and those that wait for it ... */
    ts_time *releases;  /* ... with their releases, a ring */
    int64_t releases_first, releases_room;
    int series;          /* of samples, with `watch` */
    ts_level population; /* jobs in the system */
    ts_i128 cut_short;   /* stays of those that were killed */
    ts_tally turnaround, response, wait, used;
    ts_histogram turnaround_histogram, response_histogram;
    ts_i128 using;   /* by jobs that have not ended */
    ts_tally wakeup; /* from a wake-up to a processor */
    ts_histogram wakeup_histogram;
    int64_t dispatches, preemptions, migrations;
};

/* Pushes a frame for `op`; returns it. Depth was checked when the program was
 * prepared. */
static inline ts_frame *
ts_thread_push(ts_thread *thread, const ts_operation *op, const void *fields)
{
    ts_frame *frame = &thread->frames[thread->depth];

    assert(thread->depth < thread->task->depth);
    thread->depth++;
    *frame = (ts_frame){.op = op, .fields = fields};
    return frame;
}
/* The record of one of the policy's tables (ts_policy.thread) for its threads.
 * Asked for each job: the first of few that fits. */
const void *ts_task_says(const ts_task *task, const ts_shape *table);

/* Tasks that other parts make, servers say: a part that is created before the
 * tasks adds them, in the background, with `worker` (a record of
 * ts_worker_shape) for their attributes; fills in count, arrive and program;
 * and finds the task itself in `task` when all is made. NULL when memory
 * ends. */
typedef struct ts_task_added {
    ts_task_record record;
    ts_task *task;
    /* A new thread takes its place: returns by which number it is dealt to the
     * copies of an interpreter. NULL: its own. */
    int64_t (*seat)(void *context, ts_thread *thread);
    void *context;
    int processes; /* that its threads are of, each with an interpreter of its
                      own; 0: they are of the scenario's program */
    struct ts_task_added *next;
} ts_task_added;

extern const ts_shape ts_worker_shape;
ts_task_added *ts_task_add(ts_machine *machine, const char *name,
                           const ts_task_record *worker);

/* The bit set of a list of processors, for ts_thread.allowed; NULL where the
 * list is empty: any. false: one of them is none. */
bool ts_task_affinity(const ts_task *task, const ts_list *affinity,
                      uint64_t **allowed, ts_error *error);
/* Its jobs need room for at least as many frames as ts_program_prepare() says
 * by `depth`. */
void ts_task_need(ts_task *task, int depth);
/* Releases one job of the task now, whatever its arrival rule: for operations
 * that make threads. NULL when memory ends. */
ts_thread *ts_task_release(ts_task *task);
/* Something that is no thread keeps the run going (+1), or does so no more. */
void ts_machine_hold(ts_machine *machine, int change);
#endif
