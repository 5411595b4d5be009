/*
 * policy.h - the interface of a scheduling policy.
 *
 * A policy orders the ready threads of a run queue and says for how long the
 * next one may run. It never sees the clock's events, never starts or stops a
 * processor and never touches a thread that is not its own: the dispatcher
 * (models/machine/dispatch.c) does that, when an instant has settled, by
 * asking these questions. A policy is a file with one ts_entry and one line in
 * policies.c.
 *
 * What a run queue holds is the ready threads, not the running ones. The
 * order of calls for a thread:
 *
 *   join  put  pick  slice  charge* ( put pick slice charge* )*  leave
 *
 * put() comes with the reason; between pick() and the next put() or leave()
 * the thread runs or is blocked (blocked() says when it blocks). The dispatcher
 * keeps to that order, asserts it (order.h), and ends the run with an internal
 * error where a policy answers with a thread that is not in the queue.
 */
#ifndef TS_MODELS_POLICY_H
#define TS_MODELS_POLICY_H

#include "models/machine/conventions.h"
#include "models/machine/metric.h"
#include "sim/scenario/field.h"

/* Whether a policy goes by thread->urgency, which protocols of locks raise,
 * and whose it is. Ceilings can be made of tasks' only. */
typedef enum ts_ranks {
    TS_RANKS_NOTHING,
    TS_RANKS_TASKS,
    TS_RANKS_JOBS
} ts_ranks;

#define TS_WEIGHT 1024

/* See stands(). */
#define TS_LARGEST_FIRST ", largest first"
#define TS_IN_NS " in ns"

/* Why a processor looks for threads of others: see attract(). */
typedef enum ts_look {
    TS_LOOK_IDLE,  /* it has run out of work, just now */
    TS_LOOK_TIMED, /* it is the time of next_look() */
    TS_LOOK_ON     /* it took the one that it was given, and asks for more */
} ts_look;

typedef struct ts_policy {
    size_t entity_size; /* bytes a thread, zeroed at join; thread->entity */
    size_t queue_size;  /* bytes a run queue, zeroed; queue->state */
    bool conserving;    /* no processor idles while a thread is ready */
    bool cooperative;   /* a thread keeps its processor until it gives it up */
    ts_ranks ranks;     /* what it orders by urgency */
    bool per_processor; /* its rules are those of a run queue that feeds one
                           processor */
    bool adapts;        /* slices depend on who else is ready: they are asked
                           for again when that changes */
    bool steady;        /* before() between running threads does not change
                           while they run */
    bool by_clock;      /* what it charges a thread for is the time from pick()
                           on, the switch with it */
    bool priorities;    /* a thread with a higher number of "priority", by the
                           convention, goes first */
    int ties;           /* ts_ties: who is first among equals, if the scenario
                           does not say; TS_TIES_USUAL: its rules leave no tie
                           open, and the scenario cannot say */
    bool lines;         /* of those equals the first one in line is first: who
                           was put into the queue earlier */
    /* Tables of its fields of threads, NULL-ended: ts_task_says(). Policies
     * that share fields name the same table. NULL: none. */
    const ts_shape *const *thread;
    const char *rule; /* why the picked thread was picked, as a clause: "it
                           came first"; for --why */

    /* Whether equals take turns with such options, which leaves no tie open.
     * NULL: `ties` has it. */
    bool (*turns)(const void *options);
    /* A run queue is made; options are in queue->options. Where the room that a
     * thread needs depends on them, enlarges queue->entity_size. May be NULL.
     */
    bool (*init)(ts_runqueue *queue, ts_error *error);
    /* The urgency of a task, asked once, before its first job. NULL: what its
     * priority says. */
    int64_t (*urgency)(const ts_machine *machine, const ts_task *task);
    /* All tasks are made: gives each its home (ts_task.home), if it has one.
     * May be NULL. */
    bool (*place)(ts_machine *machine, ts_error *error);
    /* A thread (a job) appears, before its first put(). May be NULL. */
    void (*join)(ts_runqueue *queue, ts_thread *thread);
    /* A thread ends. May be NULL. */
    void (*leave)(ts_runqueue *queue, ts_thread *thread);

    /* A thread is ready: orders it in. */
    void (*put)(ts_runqueue *queue, ts_thread *thread, ts_why why);
    /* A ready thread is taken out: killed, moved, its priority changed, or set
     * aside because it may not run where one is sought. put() with
     * TS_WHY_MOVED follows; thread->why and ->order say where it belongs, as
     * they did before unless they were changed. */
    void (*remove)(ts_runqueue *queue, ts_thread *thread);
    /* Who asks for a processor that is not free, left in the queue; NULL:
     * nobody. Most often the one that should run next; with policies that look
     * at those that wake only, the one that woke. Only asked of policies with
     * before(). */
    ts_thread *(*challenger)(ts_runqueue *queue);
    /* Takes the thread that `cpu` runs next out of the queue; NULL: none. */
    ts_thread *(*pick)(ts_runqueue *queue, ts_cpu *cpu);

    /* Whether the ready `challenger` takes the processor from `running` at
     * once. NULL: never (not preemptive). A question that changes nothing, as
     * keeps() is. Strict: never true both ways. Asked of two running threads,
     * too: which deserves its processor more. The running threads' accounts
     * are up to date when this is asked. */
    bool (*before)(const ts_runqueue *queue, const ts_thread *challenger,
                   const ts_thread *running);
    /* The challenger has been held against `running`, and `wins` or not: what
     * before() said. May be NULL. */
    void (*weighed)(ts_runqueue *queue, ts_thread *challenger,
                    const ts_thread *running, bool wins);

    /* Whether `running` keeps its processor for now, although `challenger`
     * comes before it. NULL: never. */
    bool (*keeps)(const ts_runqueue *queue, const ts_thread *challenger,
                  const ts_thread *running);

    /* How long the picked thread may run on; TS_FINE_NEVER: to its end. Asked
     * when the switch to it is over and when expired() lets it go on. NULL: to
     * its end. */
    ts_fine (*slice)(ts_runqueue *queue, ts_cpu *cpu, ts_thread *thread);
    /* The slice is over. true: back into the queue; false: it stays and gets
     * a new slice. NULL: true. */
    bool (*expired)(ts_runqueue *queue, ts_thread *thread);
    /* `ran` picoseconds of processor time were used. May be NULL. */
    void (*charge)(ts_runqueue *queue, ts_thread *thread, ts_time ran);
    /* A ready thread that processor `cpu` of another queue may have (see
     * ts_thread_allowed()), left where it is; NULL: none. NULL as a function:
     * the one that has been ready longest, sought among all. */
    ts_thread *(*spare)(ts_runqueue *queue, const ts_cpu *cpu);
    /* How heavy a thread is, and all of a queue together, running or ready,
     * where queues are evened out: a thread of nice 0 has TS_WEIGHT. NULL, both:
     * all are alike. */
    int64_t (*weight)(const ts_thread *thread);
    int64_t (*load)(const ts_runqueue *queue);
    /* Where threads go between run queues, of a policy with rules of its own for
     * it; NULL, all three: balance.c's. The queue of a new thread, or of one
     * that wakes (in thread->queue where it was); NULL: balance.c's choice. */
    ts_runqueue *(*select)(ts_machine *machine, const ts_thread *thread,
                           bool is_new);
    /* When processors look next at each other's queues, which they do while
     * threads wait: after now. */
    ts_time (*next_look)(const ts_runqueue *queue);
    /* A thread, ready or running, that the queue's processor takes from
     * another queue; NULL: none. */
    ts_thread *(*attract)(ts_runqueue *queue, ts_look look);
    /* Whether a blocked thread still competes in its queue, and so will wake
     * there. NULL: none does. */
    bool (*lingers)(const ts_thread *thread);
    /* A blocked thread will become ready in another queue. May be NULL. */
    void (*move)(ts_runqueue *from, ts_runqueue *to, ts_thread *thread);
    /* What the scenario says of the thread is another now (thread->changed): its
     * nice value, class or slice. It stands aside, or is picked. NULL: that
     * cannot change. */
    void (*changed)(ts_runqueue *queue, ts_thread *thread);
    /* For those that weigh groups of threads: it has that weight, in parts of
     * 1/1024, from now on until the next changed(), and `idle`: makes room as
     * idle threads do. Asked as changed() is. NULL: it cannot. */
    void (*reweigh)(ts_runqueue *queue, ts_thread *thread, int64_t weight,
                    bool idle);
    /* The running thread blocks. May be NULL. */
    void (*blocked)(ts_runqueue *queue, ts_thread *thread);
    /* All decisions of this instant about the queue are taken. May be NULL. */
    void (*decided)(ts_runqueue *queue);
    /* For ideals in which all ready threads get on at once, each with a part of
     * the processor: the part of the picked one, num/den, asked whenever
     * decisions are over. It is the thread that will be done first; how the
     * others get on is the policy's to know, and their processor time is its to
     * charge (thread->used). Such a policy hears put() with TS_WHY_YIELDED
     * when the picked thread begins other work, and finds its account up to
     * date in every put(). NULL: threads run one after the other. */
    void (*rate)(const ts_runqueue *queue, const ts_thread *thread,
                 int64_t *num, int64_t *den);
    /* With rate(): the run is over in the middle of a burst. What the thread has
     * had of it goes to thread->used, what it lacks is thread->left. */
    void (*settle)(ts_runqueue *queue, ts_thread *thread);
    /* Adds metrics of its own when the run is over. May be NULL. */
    void (*report)(const ts_runqueue *queue, ts_report *report);
    /* What kinds of metrics those are: TS_METRICS(). */
    const ts_metric_kind *metrics;
    int metric_count;
    /* Where a thread stands with it, for pictures: a number that decides and
     * changes as the thread gets on, and what that is called: "level". The
     * least comes first where the name does not end in TS_LARGEST_FIRST. One
     * that ends in TS_IN_NS is a time in nanoseconds, which gets on as the thread
     * runs, or not at all. NULL: this thread stands nowhere; as a function,
     * none does. */
    const char *(*stands)(const ts_thread *thread, int64_t *value);
    /* Writes the keys that decided, for --why: "priority 3". May be NULL. */
    void (*key)(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size);
} ts_policy;

/* For key(): "deadline at 1.5 ms", with as many digits as the time needs. */
void ts_key_time(char *buffer, size_t size, const char *what, ts_time time);

/* All policies; see policies.c. */
extern const ts_registry ts_policies;

#endif
