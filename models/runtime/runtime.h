/*
 * runtime.h - calls, visits and servers.
 *
 *   call     what somebody wants of a server, with its time-out and retries:
 *            a client's request, or a "call" in a program
 *   visit    one attempt of it: on its way, waiting at the server, served
 *   server   takes visits. Its model says with what: threads, an event loop,
 *            or something outside the machine of which only times are known
 *   process  one of a server's processes, each with its own queue
 *
 * The files:
 *   call.c       calls and visits between the two ends
 *   terms.c      "to whom, over what, how often": shared by clients and calls
 *   spread.c     which server or process a visit goes to
 *   server.c     servers, processes, queues, crashes
 *   threads.c    model: a pool of threads that block
 *   loop.c       model: an event loop, its handlers suspended and resumed
 *   poll.c       how a loop learns what is ready, and what that costs
 *   remote.c     model: outside the machine
 *   operations.c call, together, pause, commit
 *   endings.c    fail, crash
 *   supervise.c  what a process is killed for
 *   clients.c    who sends requests
 *   load.c       when they are sent
 *   kept.c       attempts in the trace
 *   channel.c    news and who has them: publish, news, push
 *   intent.c     whether what was wanted was done, once or twice
 *   fault.c      what goes wrong, and when
 *
 * A visit is light: one event, no stack. A handler that runs on a thread uses
 * the thread's frames; one that is suspended in a loop keeps the few frames it
 * has. Everything comes from pools.
 */
#ifndef TS_MODELS_RUNTIME_H
#define TS_MODELS_RUNTIME_H

#include "models/network/link.h"
#include "models/machine/part.h"
#include "models/machine/task.h"

typedef struct ts_call ts_call;
typedef struct ts_visit ts_visit;
typedef struct ts_server ts_server;
typedef struct ts_process ts_process;
typedef struct ts_worker ts_worker;
typedef struct ts_caller ts_caller;
typedef struct ts_intent ts_intent;

/* How an attempt, and in the end a call, came out. */
typedef enum ts_outcome {
    TS_OUTCOME_ANSWERED,
    TS_OUTCOME_FAILED,  /* answered, with an error */
    TS_OUTCOME_REFUSED, /* the queue was full, or nobody listens */
    TS_OUTCOME_LOST,    /* the connection broke: its server died */
    TS_OUTCOME_TIMEOUT,
    TS_OUTCOMES
} ts_outcome;

/* --- the terms of a call --- */

typedef enum ts_keep {
    TS_KEEP_WARM, /* connections stand from the beginning */
    TS_KEEP_KEPT, /* each is made once, then used again */
    TS_KEEP_NEW,  /* one for each request */
    TS_KEEP_ONE   /* one that all requests share at once */
} ts_keep;

typedef struct ts_terms {
    ts_list to;      /* of ts_ref: servers */
    int spread;      /* ts_spread: which of them */
    ts_ref over;     /* link */
    int connection;  /* ts_keep */
    ts_time timeout; /* of an attempt; TS_TIME_LIMIT: none */
    int64_t retries;
    ts_duration backoff;
    double factor;           /* of the back-off, each time */
    bool cancel;             /* tell the server when it is given up */
    int64_t sends, receives; /* bytes */
    int64_t caller;          /* terms.c: its number in the machine */
} ts_terms;

/* Fields of a ts_terms at `member` of the record `type`, for tables. */
#define TS_TERMS_FIELDS(type, member)                                          \
    {.name = "to",                                                             \
     .kind = TS_FIELD_LIST,                                                    \
     .item = &ts_terms_server,                                                 \
     .one = true,                                                              \
     .required = true,                                                         \
     .min = 1,                                                                 \
     .limit = 1024,                                                            \
     .offset = TS_AT(type, member.to),                                         \
     .help = "the server, or a list to choose from"},                          \
        {.name = "spread",                                                     \
         .kind = TS_FIELD_CHOICE,                                              \
         .choices = ts_spreads,                                                \
         .fallback = "round-robin",                                            \
         .offset = TS_AT(type, member.spread),                                 \
         .help = "how one of several servers is chosen"},                      \
        {.name = "over",                                                       \
         .kind = TS_FIELD_REF,                                                 \
         .collection = "link",                                                 \
         .offset = TS_AT(type, member.over),                                   \
         .help = "the link it goes over; none takes no time"},                 \
        {.name = "connection",                                                 \
         .kind = TS_FIELD_CHOICE,                                              \
         .choices = ts_keeps,                                                  \
         .fallback = "warm",                                                   \
         .offset = TS_AT(type, member.connection),                             \
         .help =                                                               \
             "warm: stands from the beginning; kept: made once; new: made "    \
             "for each request; one: made once, and all requests share it at " \
             "once, as streams of HTTP/2 do"},                                 \
        {.name = "timeout",                                                    \
         .kind = TS_FIELD_TIME,                                                \
         .fallback = "2400h",                                                  \
         .positive = true,                                                     \
         .offset = TS_AT(type, member.timeout),                                \
         .help = "an attempt without an answer is given up after this"},       \
        {.name = "retries",                                                    \
         .kind = TS_FIELD_INT,                                                 \
         .fallback = "0",                                                      \
         .max = 1e6,                                                           \
         .offset = TS_AT(type, member.retries),                                \
         .help = "how often an attempt that failed is made again"},            \
        {.name = "backoff",                                                    \
         .kind = TS_FIELD_DURATION,                                            \
         .random = true,                                                       \
         .no_cycles = true,                                                    \
         .fallback = "0s",                                                     \
         .offset = TS_AT(type, member.backoff),                                \
         .help = "time between a failed attempt and the next"},                \
        {.name = "factor",                                                     \
         .kind = TS_FIELD_REAL,                                                \
         .fallback = "1",                                                      \
         .min = 1,                                                             \
         .max = 1000,                                                          \
         .offset = TS_AT(type, member.factor),                                 \
         .help = "the back-off grows by this with each attempt"},              \
        {.name = "cancel",                                                     \
         .kind = TS_FIELD_BOOL,                                                \
         .fallback = "false",                                                  \
         .goes_with = TS_NAMES("timeout"),                                     \
         .offset = TS_AT(type, member.cancel),                                 \
         .help =                                                               \
             "whether the server learns that an attempt was given up, and "    \
             "stops working on it"},                                           \
        {.name = "sends",                                                      \
         .kind = TS_FIELD_SIZE,                                                \
         .fallback = "0B",                                                     \
         .offset = TS_AT(type, member.sends),                                  \
         .help = "size of the request"},                                       \
    {                                                                          \
        .name = "receives", .kind = TS_FIELD_SIZE, .fallback = "0B",           \
        .offset = TS_AT(type, member.receives), .help = "size of the answer"   \
    }

extern const ts_field ts_terms_server;
extern const char *const ts_keeps[];

/* The state of one place that calls: of a client group, of a "call". */
struct ts_caller {
    ts_machine *machine;
    const ts_terms *terms;
    ts_server **to;        /* terms->to, resolved */
    ts_link *link;         /* never NULL: one without latency when not given */
    uint64_t key;          /* of its calls' dice */
    int64_t turn;          /* spread: round robin's place */
    ts_random random;      /* spread: the ones that draw */
    ts_connection *idle;   /* kept ones that nobody uses */
    ts_connection *shared; /* one for all, where they remember nothing, or
                              as its terms want it; NULL */
    int64_t calls, attempts;
    int64_t outcomes[TS_OUTCOMES]; /* of attempts */
    int64_t late;                  /* answers to attempts that were given up */
};

/* Makes the caller of `terms` and numbers it; `name` keys its streams. */
ts_caller *ts_caller_create(ts_machine *machine, ts_terms *terms,
                            const char *name, ts_error *error);

/* Its calls may share one connection, if connections remember nothing on this
 * way. Not for users with connections of their own. */
void ts_caller_share(ts_caller *caller);

/* --- spread --- */

typedef enum ts_spread {
    TS_SPREAD_TURNS,
    TS_SPREAD_RANDOM,
    TS_SPREAD_LEAST, /* fewest inside; ties: the first */
    TS_SPREAD_TWO,   /* the better of two drawn ones (power of two choices) */
    TS_SPREAD_HASH   /* by the connection, as SO_REUSEPORT does */
} ts_spread;

extern const char *const ts_spreads[];
/* One of `count` places: how many are inside place i is load(context, i), -1
 * when it is not to be chosen. Returns -1 when none is. `turn` is the caller's
 * own place for taking turns; `hash` stands for the connection. */
int ts_spread_choose(ts_spread spread, int count, int64_t *turn,
                     ts_random *random, uint64_t hash,
                     int64_t (*load)(const void *context, int i),
                     const void *context);

/* --- calls and visits --- */

/* intent.c: what somebody wants once, however often it is attempted: whether it was
 * done, and how often, is known when nobody refers to it any more. */
struct ts_intent {
    int32_t refs;
    int32_t commits;
    bool acknowledged;
    struct ts_clients *clients;
    ts_intent *next;
};

typedef void ts_call_fn(ts_call *call, ts_outcome outcome);

typedef enum ts_waits {
    TS_WAITS_NOBODY,
    TS_WAITS_VISIT,
    TS_WAITS_THREAD
} ts_waits;

/* Who waits for something, and by which number it is known to be the same one
 * still: a suspended visit or a blocked thread. */
typedef struct ts_waiter {
    union {
        void *owner; /* waits for nothing by itself */
        ts_visit *visit;
        ts_thread *thread;
    };
    uint64_t number;
    uint8_t waits; /* ts_waits */
} ts_waiter;

/* Time-out of an attempt, or the end of a back-off. */
typedef struct ts_call_timer {
    ts_event event;
    ts_call *call;
    struct ts_call_timer *next;
} ts_call_timer;

struct ts_call {
    ts_call_timer *timer; /* NULL: it gives nothing up and tries once */
    ts_caller *caller;
    ts_visit *visit;  /* the attempt under way; NULL: backing off */
    ts_call_fn *done; /* when it is over; nobody may use the call after that */
    ts_waiter waiter; /* or done's own */
    int64_t parent;   /* the attempt in whose service it is, in the trace; 0 */
    int32_t sender;   /* id of the thread whose it is; -1: clients' */
    int32_t refs;     /* it is not over, and its visits */
    int32_t attempt;  /* from 1 */
    bool borrowed;    /* the connection goes back to the caller's */
    ts_time began;    /* the first attempt */
    ts_connection *connection;
    ts_intent *intent;      /* NULL: nobody counts */
    const ts_list *program; /* what its handler does, instead of the server's
                               own; NULL */
    ts_dice dice;
    ts_call *next;
};

typedef enum ts_visit_state {
    TS_VISIT_CONNECTING,
    TS_VISIT_COMING,
    TS_VISIT_QUEUED,
    TS_VISIT_SERVED,
    TS_VISIT_AWAY /* on its way home */
} ts_visit_state;

struct ts_visit {
    ts_event event;
    ts_call *call;
    ts_server *server;
    ts_process *process;         /* NULL: not yet */
    ts_visit *next;              /* in one queue or list at a time */
    ts_visit *in_next, *in_prev; /* among those inside the process */
    ts_frame *frames; /* of a suspended handler; from the server's pool */
    int16_t depth, room;
    uint8_t state; /* ts_visit_state */
    uint8_t outcome;
    bool wanted;     /* somebody waits: it was not given up */
    bool cancelled;  /* the server knows that nobody waits */
    bool fresh;      /* on a new connection, which costs its acceptance */
    bool failed;     /* its handler failed */
    bool failing;    /* ... and is to end at the next step */
    bool begun;      /* its service has begun */
    bool listed;     /* in the loop's list of what is ready */
    int32_t given;   /* how often a crash has given it out again */
    uint64_t serial; /* unique in the run */
    int64_t kept;    /* its number in the trace; 0: it is not kept */
    ts_time arrived; /* before it has begun; then: ready to go on */
    ts_time started;
    ts_time rest; /* of its service, where the server is stopped; remote only */
    ts_dice dice;
};

/* Its handler is over, or waits no more. */
void ts_visit_free_frames(ts_visit *visit);
/* Makes a call and starts it; `done` is called in a later event. NULL when
 * memory ends. */
ts_call *ts_call_make(ts_caller *caller, ts_connection *connection,
                      ts_call_fn *done, void *owner);
/* Sends the first attempt. */
void ts_call_begin(ts_call *call);
/* It was never begun, and never will be. */
void ts_call_drop(ts_call *call);
/* The server is done with the visit: the answer goes home. */
void ts_visit_end(ts_visit *visit, ts_outcome outcome);

ts_connection *ts_connection_make(ts_machine *machine);
void ts_intent_hold(ts_intent *intent);
void ts_intent_drop(ts_machine *machine, ts_intent *intent);

/* kept.c: what the trace keeps of a visit. It was sent; it is over for whoever
 * wanted it. */
extern const char *const ts_outcome_names[TS_OUTCOMES];
void ts_kept_sent(ts_visit *visit);
void ts_kept_arrived(const ts_visit *visit);
void ts_kept_begun(const ts_visit *visit);
void ts_kept_left(const ts_visit *visit);
void ts_kept_over(const ts_visit *visit, ts_outcome outcome);

/* --- servers --- */

typedef struct ts_server_model {
    bool local; /* runs on the machine: has threads and a handler */
    bool loops; /* handlers may be suspended: they need frames */
    bool (*create)(ts_server *server, ts_error *error);
    /* A visit was put at the end of its queue. */
    void (*arrived)(ts_process *process, ts_visit *visit);
    /* A connection waits at the door, for whichever process comes first. */
    void (*knocked)(ts_process *process); /* NULL: it has no door */
    /* What a visit's handler waited for is there. Loops only. */
    void (*resumed)(ts_visit *visit);
    /* A visit that is inside was given up, and the server is told. Takes it
     * out if it can. */
    void (*cancelled)(ts_visit *visit);
    /* The process is about to die; its threads do so afterwards. May be
     * NULL. */
    void (*killed)(ts_process *process);
    /* One that was served has left. May be NULL. */
    void (*left)(ts_process *process);
    /* The world outside stops, or goes on, or goes slower. Remote only. */
    void (*slowed)(ts_server *server);
    void (*report)(ts_server *server, ts_report *report); /* may be NULL */
    const ts_metric_kind *metrics; /* what it reports: TS_METRICS() */
    int metric_count;
} ts_server_model;

typedef enum ts_share {
    TS_SHARE_QUEUE, /* one queue: whoever is free takes the next */
    TS_SHARE_HERD,  /* the same, and everybody who is free wakes up */
    TS_SHARE_ACCEPT /* connections wait at one door; who takes one keeps it */
    /* from here on ts_spread, moved by TS_SHARE_SPREAD */
} ts_share;
#define TS_SHARE_SPREAD 3

typedef enum ts_crash { TS_CRASH_LOSES, TS_CRASH_REDELIVERS } ts_crash;

typedef struct ts_server_record {
    const char *name;
    ts_variant model; /* of ts_server_models */
    int64_t processes;
    int share;              /* ts_share, or a spread above it */
    int64_t queue;          /* visits that may wait at a process; 0: no limit */
    bool drops;             /* abandoned ones are not begun */
    ts_duration accept;     /* processor time for a new connection */
    ts_list handler;        /* of ts_variant in ts_operations */
    int crash;              /* ts_crash: what happens to visits in a crash */
    int64_t deliveries;     /* before it is put aside; 0: no limit */
    int64_t memory;         /* each request takes inside ... */
    int64_t limit;          /* ... of so much a process; 0: no limit */
    ts_time patience;       /* a request that takes longer kills it */
    ts_time restart;        /* a dead process is back after this */
    ts_task_record *thread; /* of ts_worker_shape */
} ts_server_record;

struct ts_process {
    ts_server *server;
    int index;
    bool alive, draining;
    bool jammed; /* takes nothing for a while */
    bool doomed; /* out of memory: about to die */
    ts_event doom;
    ts_visit *first, *last; /* queued */
    int64_t queued;
    ts_visit *inside; /* being served */
    int64_t serving;
    int64_t connections;         /* that are bound to it */
    int64_t accepted;            /* that it took at the door */
    ts_worker *acceptor;         /* its thread that does that; NULL: none */
    ts_worker *idle, *idle_last; /* threads that wait for work */
    int threads;                 /* alive */
    ts_worker *workers;          /* all of them */
    ts_event restart, watch;
    ts_time died;
    struct ts_loop *loop; /* its event loop; NULL */
};

struct ts_server {
    ts_machine *machine;
    const ts_server_record *record;
    const ts_server_model *model;
    bool binds; /* its connections belong to a process or a thread */
    int index;
    uint64_t key; /* of its visits' dice */
    ts_process *processes;
    int process_count;
    ts_process door; /* of visits over connections that nobody has taken */
    int threads;     /* each process has ... */
    int64_t stack;   /* ... with so much memory each */
    ts_task_added *task;
    ts_variant serve;   /* its threads' program */
    int depth;          /* frames of its handler, suspended */
    ts_frame **frames;  /* spare ones by how many, chained through `pointer` */
    ts_worker *workers; /* spare */
    int64_t turn;
    ts_random random;
    int64_t slow; /* thousandths; 0: stopped */
    /* account */
    int64_t arrived, refused, served, failed, abandoned, wasted, lost,
        redelivered, put_aside, waited, crashes, dropped;
    int64_t memory_most; /* of a process */
    ts_level waiting, busy, inside;
    ts_tally wait, service;
    ts_histogram wait_histogram;
};

/* What a server's thread is at. */
struct ts_worker {
    ts_thread *thread;
    ts_process *process;
    ts_visit *visit; /* NULL: none */
    int base;        /* depth of the thread below a handler */
    bool idle;
    bool listens;        /* to the connection that it stays with, at the door */
    ts_connection *held; /* it stays with between requests; NULL */
    ts_time until;       /* ... so long */
    ts_worker *next, *prev;
    ts_worker *all_next;  /* of its process */
    struct ts_loop *loop; /* NULL: it blocks */
};

typedef struct ts_servers {
    ts_machine *machine;
    int count;
    ts_server *server;
    ts_caller **callers;
    int64_t caller_count, caller_room;
    ts_call *calls; /* spare ones */
    ts_call_timer *timers;
    ts_visit *visits;
    ts_connection *connections;
    ts_intent *intents;
    uint64_t serial;
    bool commits;   /* some handler says what is done */
    ts_link direct; /* without latency, for calls that name none */
    ts_link_record direct_record;
} ts_servers;

extern const int ts_slot_servers;

/* What the scenario says of them: of ts_server_record. */
const ts_list *ts_servers_said(const ts_machine_record *record);

static inline ts_servers *ts_servers_of(const ts_machine *machine)
{
    return machine->part[ts_slot_servers].state;
}

extern const ts_shape ts_servers_shape, ts_clients_shape, ts_fault_shape;
extern const ts_registry ts_server_models, ts_fault_kinds;

static inline ts_time ts_server_now(const ts_server *server)
{
    return ts_engine_now(server->machine->engine);
}

/* --- process.c: a visit's way through a server --- */

/* Whether all processes take from one queue. */
bool ts_server_shares(const ts_server *server);
/* Whether somebody takes what comes, now or after a restart. */
bool ts_server_listens(const ts_server *server);
/* Where what comes for the process waits. */
ts_process *ts_process_queue(ts_process *process);
/* Whether connections wait at a door. */
bool ts_server_accepts(const ts_server *server);
/* Takes the first visit at the door into the process's own queue, and its
 * connection for good; NULL: none is there. */
ts_visit *ts_process_accept(ts_process *process);
/* In it, at the end or as the first. */
void ts_queue_put(ts_process *queue, ts_visit *visit, bool first);
/* Takes the first out; NULL: none. */
ts_visit *ts_queue_take(ts_process *queue);
/* One that was taken out will not be served. */
void ts_queue_left(ts_server *server, ts_visit *visit);

/* call.c's side: a visit has come to its server. */
void ts_server_arrive(ts_visit *visit);
/* The visit is inside the process: it will be served next, or is. */
void ts_process_admit(ts_process *process, ts_visit *visit);
/* Takes the first visit that is worth serving out of the queue; NULL: none.
 * It is inside then. */
ts_visit *ts_process_take(ts_process *process);
/* Its service begins now: its wait is over. */
void ts_visit_begin(ts_visit *visit);
/* The visit is over for its server. */
void ts_process_done(ts_visit *visit);
/* An unserved visit is given up with the server's knowledge. */
void ts_process_forget(ts_visit *visit);
/* The visit is inside no more, however it ended. */
void ts_process_leave(ts_visit *visit);

/* --- supervise.c --- */

/* Bytes that the process has taken. */
int64_t ts_process_memory(const ts_process *process);
/* One more is inside: whether that is too much, or becomes too long. */
void ts_process_watch(ts_process *process);
/* Makes the event of it. */
void ts_process_watched(ts_process *process);

/* --- crash.c --- */

/* Makes the events of its death. */
void ts_process_mortal(ts_process *process);
/* It ends at this instant, but not within a step of its own threads. */
void ts_process_doom(ts_process *process);
/* Kills the process: what was inside is lost, or given out again. */
void ts_process_kill(ts_process *process);
/* Lets it finish what is inside, then exits and restarts. */
void ts_process_drain(ts_process *process);
/* It is gone, with nothing inside, and comes again after a while. */
void ts_process_restart(ts_process *process, ts_time after);

/* The worker behind a thread; NULL: none. */
static inline ts_worker *ts_worker_of(const ts_thread *thread)
{
    ts_worker *const *own = ts_part_own(thread, ts_slot_servers);

    return own != NULL ? *own : NULL;
}

/* A handler's program for the visit. */
static inline const ts_list *ts_visit_program(const ts_visit *visit)
{
    return visit->call->program != NULL ? visit->call->program
                                        : &visit->server->record->handler;
}

/* Pushes what may wait: around it an interpreter's lock is given back. */
void ts_push_away(ts_thread *thread, const ts_variant *operation);
/* The current step waits for calls: suspends the handler, if it runs in a loop
 * and does not insist on blocking, or else blocks the thread; the step is
 * called again when ts_awaited() has been. */
ts_step ts_await(ts_thread *thread, bool blocking);
/* The thread's handler, where it can be suspended and does not insist on
 * blocking; else the thread. */
ts_waiter ts_waiter_make(ts_thread *thread, bool blocking);
/* Where the operation that waits counts what is still out, and whether the
 * waiter is still there. NULL: not. */
ts_frame *ts_waiting_frame(const ts_waiter *waiter);
void ts_awaited(const ts_waiter *waiter);
/* The step of an operation that waits: off the interpreter's lock when its
 * thread does, and not where only its handler does. Afterwards the handler may
 * have to end. `inner` is the operation proper. */
ts_step ts_waits_step(ts_thread *thread, ts_frame *frame,
                      const ts_variant *inner, bool blocking);
/* The handler the thread is in ends here, with an error. */
ts_step ts_handler_fail(ts_thread *thread);
/* In a loop, messages may be kept until it is back at the top. true: it will
 * begin the call then. */
bool ts_loop_defer(ts_thread *thread, ts_call *call);

/* threads.c and loop.c: a server's threads are made, its worker found. */
bool ts_server_threads(ts_server *server, int threads, const ts_entry *program,
                       ts_error *error);
/* Handlers of so many frames have to fit. */
void ts_server_need(ts_server *server, int depth);
/* The worker that the thread is, which has come to its program; NULL: no
 * process has a place for it. */
ts_worker *ts_worker_begin(ts_thread *thread);
void ts_workers_kill(ts_process *process);
/* The next request has come over the connection that the worker stays with. */
void ts_worker_meet(ts_worker *worker, ts_visit *visit);
/* The client has closed that connection. */
void ts_worker_release(ts_worker *worker);
/* Takes nothing from now on, or takes again. */
void ts_process_jam(ts_process *process, bool jammed);

#endif
