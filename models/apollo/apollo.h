/*
 * apollo.h - the Apollo Guidance Computer on the common processor.
 *
 * One file a piece of the machine:
 *   tables.c      what a scenario may say: the "apollo" section
 *   tables_work.c and in it costs, calls, tasks and interrupts
 *   apollo.c      phases of the flight, theft, samples, the report
 *   executive.c   core sets, VAC areas, the calls on jobs, alarms
 *   waitlist.c    tasks, T3RUPT, LONGCALL
 *   interrupts.c  the ten interrupts and the autopilot
 *   watchdogs.c   the hardware's alarms
 *   restart.c     BAILOUT, GOJAM, phase tables
 *   crew.c        keys, monitor and displays
 *   radar.c       two supplies out of phase, and the counters they drive
 *   operations.c  the calls as operations of programs
 *
 * Costs are in memory cycle times: 1 MCT is 12 periods of 1.024 MHz, and the
 * computer's clock must say so. Jobs are threads of the scenario that nothing
 * but FINDVAC and NOVAC releases; which job runs is the policy's affair
 * (models/policy/executive.c), so that the same work can be tried under any
 * other. Tasks run inside T3RUPT and are no threads.
 */
#ifndef TS_MODELS_APOLLO_H
#define TS_MODELS_APOLLO_H

#include "models/machine/part.h"
#include "models/apollo/word.h"
#include "models/machine/task.h"

#define TS_APOLLO_PHASES 32
#define TS_APOLLO_SETS 64   /* most core sets and VAC areas */
#define TS_APOLLO_GROUPS 6  /* restart groups, 1 .. 6 */
#define TS_APOLLO_ALARMS 64 /* whose circumstances are kept */
#define TS_APOLLO_CS (10 * TS_MS)
#define TS_APOLLO_LONGEST 16250 /* centiseconds a WAITLIST call may wait */
#define TS_APOLLO_HERTZ 1024000 /* 12 periods are 1 MCT */

/* --- what the scenario says --- */

/* A cost that may differ from phase to phase. */
typedef struct ts_apollo_cost {
    int64_t mct;                        /* where `in` says nothing */
    ts_list in;                         /* of ts_map_item: phase -> int64_t */
    ts_fine resolved[TS_APOLLO_PHASES]; /* by ts_apollo_resolve_cost() */
} ts_apollo_cost;

typedef enum ts_apollo_when {
    TS_APOLLO_ALWAYS,
    TS_APOLLO_MONITOR, /* a monitor verb is up */
    TS_APOLLO_NO_MONITOR,
    TS_APOLLO_FLASHING, /* the display asks the crew for an answer */
    TS_APOLLO_STEADY
} ts_apollo_when;

/* The first two fields of everything that is not done always. */
typedef struct ts_apollo_if {
    ts_list in;    /* of const char *: phases; empty: all */
    int when;      /* ts_apollo_when */
    uint32_t mask; /* of phases; by ts_apollo_resolve_if() */
} ts_apollo_if;

typedef struct ts_apollo_call {
    ts_apollo_if only;
    ts_ref job;           /* into "thread" */
    const char *priority; /* octal; NULL: the caller's */
    int64_t level;        /* the same as a number; -1: the caller's */
    int64_t group;        /* that brings it back from now on; 0: none */
} ts_apollo_call;

typedef struct ts_apollo_delay {
    ts_apollo_if only;
    ts_ref task; /* into "apollo task" */
    ts_time after;
} ts_apollo_delay;

typedef struct ts_apollo_wake {
    ts_apollo_if only;
    const char *name;
    bool ends;
} ts_apollo_wake;

typedef struct ts_apollo_phase {
    const char *name;
    ts_time at;
    int64_t program;     /* what PROG shows */
    const char *display; /* "V06N63": what the program shows; NULL */
    bool flashing;
    double counters; /* share of the cycles that the ordinary counters
                               take */
} ts_apollo_phase;

typedef struct ts_apollo_source {
    const char *name;
    int rupt; /* its place in the priority of interrupts */
    ts_time every, first;
    ts_apollo_cost *cost;
} ts_apollo_source;

typedef struct ts_apollo_pilot {
    ts_time every, first;
    int64_t interrupt;   /* MCT of T5RUPT itself */
    ts_apollo_cost *job; /* of the JASK */
} ts_apollo_pilot;

typedef struct ts_apollo_task {
    const char *name;
    ts_apollo_cost *cost;
    ts_time first; /* TS_TIME_LIMIT: only when somebody calls it */
    ts_time every; /* calls itself again; 0: does not */
    int keep;      /* ts_apollo_when: ... only then */
    int64_t group; /* restarts on its lattice; 0: lost */
    ts_list calls; /* of ts_variant in ts_apollo_calls */
} ts_apollo_task;

typedef struct ts_apollo_executive {
    int64_t core_sets, vac_areas, tasks;
    bool limits;   /* false: as many as anybody asks for */
    int64_t check; /* MCT from one look at NEWJOB to the next */
    bool apart;    /* calls cost besides what their callers cost */
    int64_t swap;  /* MCT of a change of core sets */
    int64_t novac, findvac, end_of_job, waitlist, dispatch;
    bool watchdogs;
} ts_apollo_executive;

typedef struct ts_apollo_restart {
    int64_t cost;
    ts_ref job; /* started when it is over; index -1: none */
    const char *priority;
    ts_list button;   /* of ts_time */
    ts_rational rate; /* of random pushes; den 0: none */
    bool protection;  /* phase tables are obeyed */
} ts_apollo_restart;

typedef struct ts_apollo_radar {
    ts_rational rate; /* of each counter, as it is; den 0: from phase */
    ts_rational full; /* the counters' greatest rate */
    int64_t counters;
    ts_rational reference, excitation; /* the two supplies, Hz */
    ts_distribution phase;             /* degrees between them */
    int64_t nulls;                     /* pulses from one to the next */
    ts_time from, until;
} ts_apollo_radar;

typedef struct ts_apollo_key {
    ts_time at;
    const char *keys;
    int64_t corrupt; /* a fault: the phase table of this group */
} ts_apollo_key;

typedef struct ts_apollo_dsky {
    ts_ref job; /* CHARIN; index -1: none */
    const char *priority;
    int64_t interrupt; /* MCT of KEYRUPT1 */
    ts_time gap;       /* between two keys */
    ts_ref monitor;    /* the task that a monitor verb starts */
} ts_apollo_dsky;

typedef struct ts_apollo_record {
    ts_apollo_executive *executive;
    ts_list phases;         /* of ts_apollo_phase */
    const char *phase;      /* the only one that is played; NULL: all */
    ts_list interrupts;     /* of ts_apollo_source */
    ts_apollo_pilot *pilot; /* NULL: none */
    ts_list tasks;          /* of ts_apollo_task */
    ts_apollo_radar *radar; /* NULL: quiet */
    ts_list crew;           /* of ts_apollo_key */
    ts_apollo_dsky *dsky;
    ts_apollo_restart *restart;
} ts_apollo_record;

extern const ts_shape ts_apollo_shape, ts_apollo_cost_shape;
extern const ts_shape ts_apollo_source_shape, ts_apollo_pilot_shape,
    ts_apollo_task_shape;
extern const ts_shape ts_apollo_job_call_shape, ts_apollo_delay_shape,
    ts_apollo_wake_shape;
extern const ts_registry ts_apollo_calls;
/* The fields `in` and `when` of a ts_apollo_if at the record's beginning. */
extern const char *const ts_apollo_conditions[];
extern const ts_field ts_apollo_phase_item;

/* --- the machine --- */

typedef struct ts_apollo ts_apollo;

/* What the Executive keeps with a job. */
struct ts_apollo_job {
    int64_t word; /* the PRIORITY word */
    ts_thread *thread;
    int set;             /* its core set; -1: none is counted */
    int vac;             /* its VAC area; -1: none */
    const char *asleep;  /* what it sleeps on; NULL: it does not */
    bool ends;           /* woken only to end */
    ts_apollo_job *next; /* free ones */
};

typedef struct ts_apollo_entry { /* of the Waitlist */
    ts_time due;
    int task; /* -1: LONGCALL's own */
} ts_apollo_entry;

typedef struct ts_apollo_beat { /* an interrupt that comes by itself */
    ts_event event;
    ts_interrupt interrupt;
    ts_apollo *apollo;
    const ts_apollo_source *source;
    int64_t mct; /* served */
} ts_apollo_beat;

typedef enum ts_apollo_watch {
    TS_APOLLO_WATCHMAN,
    TS_APOLLO_RUPT_LOCK,
    TS_APOLLO_TC_TRAP,
    TS_APOLLO_WATCHDOGS
} ts_apollo_watch;

typedef struct ts_apollo_watchdog {
    ts_event event; /* its window opens or closes */
    ts_apollo *apollo;
    bool open;     /* the window is */
    bool suspects; /* nothing has calmed it since the window opened */
    bool rests;    /* it only watches while something wakes it */
    int64_t barks;
} ts_apollo_watchdog;

typedef struct ts_apollo_group {
    int64_t phase, complement; /* the pair: complement is ~phase */
    int job;                   /* thread of the scenario; -1: none */
    int position;              /* where in its program it goes on */
    int64_t level;             /* its priority */
    bool vac;
} ts_apollo_group;

typedef struct ts_apollo_alarm {
    ts_time at;
    int code;
    int sets, vacs; /* in use */
} ts_apollo_alarm;

/* radar.c: a supply by its half cycles, and a unit that follows two of them. */
typedef struct ts_supply {
    ts_clock clock; /* an edge each half cycle */
    int64_t edge;   /* the last one; odd: negative */
    ts_time until;  /* the next */
} ts_supply;

typedef struct ts_coupling {
    ts_supply reference, excitation;
    ts_time turn,
        position; /* time of stepping to the next null, from the last */
} ts_coupling;

struct ts_apollo {
    ts_machine *machine;
    ts_cpu *cpu;
    const ts_apollo_record *record;
    ts_clock clock; /* 1.024 MHz */
    int factor;     /* of the processor's speed: cycles that counters steal */

    int phase;
    bool monitor, flashing, alarm_light;
    bool restarting;
    ts_event phase_event;
    int64_t pulses; /* of each radar counter, 1/1000 s^-1 */
    ts_coupling coupling;

    ts_apollo_job *sets[TS_APOLLO_SETS];
    ts_apollo_job *vacs[TS_APOLLO_SETS];
    int sets_used, vacs_used, sets_most, vacs_most;
    ts_apollo_job *spare;

    ts_apollo_entry *waiting; /* sorted by `due` */
    int waiting_count, waiting_room, waiting_most;
    ts_event waitlist_event;
    bool dispatching; /* from T3RUPT until it has seen who is next */
    ts_interrupt t3rupt, t3more;
    int64_t long_left; /* centiseconds of LONGCALL; 0: none */
    int long_task;

    ts_apollo_beat *beats;
    int beat_count;
    ts_event pilot_event;
    ts_interrupt t5rupt, jask;
    ts_apollo_watchdog watchdogs[TS_APOLLO_WATCHDOGS];
    bool looping; /* the running job does nothing but branch */

    ts_interrupt keyrupt;
    ts_event crew_event, button_event;
    int crew_next, key_next;
    int *crew_order;
    ts_random button_random;
    int button_next;
    ts_time *buttons;

    ts_event restart_event, radar_event, sample_event;
    ts_interrupt restart;
    ts_apollo_group groups[TS_APOLLO_GROUPS + 1];
    bool hard; /* the restart to come is GOJAM */
    ts_time restarted_at, back_after_most;
    bool awaits_service;
    bool *is_protected; /* threads that phase tables have named */

    /* account */
    ts_apollo_alarm alarms[TS_APOLLO_ALARMS];
    int64_t alarm_count, restarts, jobs_lost, fresh_starts;
    int64_t *task_mct, *task_runs, *job_mct, *job_calls;
    int64_t pilot_mct, key_mct, restart_mct, dispatch_mct;
    ts_time idle_seen; /* idle time up to the last look */
    ts_time looked_at, sampled_at;
    ts_fine idle_cycles; /* as time at full speed */
    ts_fine stolen_cycles;
    ts_fine idle_sampled, stolen_sampled;
    ts_fine phase_idle[TS_APOLLO_PHASES];
    ts_time phase_time[TS_APOLLO_PHASES];
    int place_alarm, place_crew, place_dsky, place_phase;
    int series_load, series_sets, series_vacs;
};

/* A number of MCT as processor time. */
ts_fine ts_apollo_fine(const ts_apollo *apollo, int64_t mct);
/* What the cost is in the present phase. */
static inline ts_fine ts_apollo_cost_now(const ts_apollo *apollo,
                                         const ts_apollo_cost *cost)
{
    return cost->resolved[apollo->phase];
}
/* The same in MCT. */
int64_t ts_apollo_mct_now(const ts_apollo *apollo, const ts_apollo_cost *cost);
bool ts_apollo_holds(const ts_apollo *apollo, const ts_apollo_if *only);
bool ts_apollo_when_holds(const ts_apollo *apollo, int when);
/* Look phases up by name; false with a message naming `what`. */
bool ts_apollo_resolve_cost(const ts_machine *machine, ts_apollo_cost *cost,
                            const char *what, ts_error *error);
bool ts_apollo_resolve_if(const ts_machine *machine, ts_apollo_if *only,
                          const char *what, ts_error *error);
/* A priority in octal, 00 .. 37; -1: it is none. */
int64_t ts_apollo_octal(const char *text);

/* Tells what has happened up to now; before the speed changes. */
void ts_apollo_look(ts_apollo *apollo);
void ts_apollo_steal(ts_apollo *apollo);
void ts_apollo_show(ts_apollo *apollo, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* executive.c */
/* FINDVAC (vac) or NOVAC of a thread of the scenario, `level` its priority.
 * false: an alarm was raised, and everything is about to restart. */
bool ts_apollo_call_job(ts_apollo *apollo, int job, int64_t level, bool vac,
                        int position);
void ts_apollo_end_job(ts_apollo *apollo, ts_apollo_job *job);
/* The same as a record asks for it: its restart group brings the job back from
 * before the call on. */
bool ts_apollo_ask_job(ts_apollo *apollo, const ts_apollo_call *call,
                       int64_t level, bool vac);
bool ts_apollo_wake_job(ts_apollo *apollo, const char *name, bool to_end);
/* The job gets the processor: what the swap of core sets costs. */
ts_fine ts_apollo_enter(ts_apollo *apollo, ts_apollo_job *job);
void ts_apollo_raise_alarm(ts_apollo *apollo, int code);
void ts_apollo_sample_sets(ts_apollo *apollo);
/* Performs one call of a task. */
bool ts_apollo_do_call(ts_apollo *apollo, const ts_variant *call);
bool ts_apollo_prepare_call(ts_machine *machine, const ts_variant *call,
                            const char *what, ts_error *error);

/* waitlist.c */
bool ts_waitlist_create(ts_apollo *apollo, ts_error *error);
bool ts_waitlist_call(ts_apollo *apollo, int task, int64_t centiseconds);
bool ts_waitlist_long(ts_apollo *apollo, int task, int64_t centiseconds);
void ts_waitlist_clear(ts_apollo *apollo);
/* Puts a task back on the lattice it ran on. */
void ts_waitlist_restore(ts_apollo *apollo, int task);

/* interrupts.c */
bool ts_apollo_interrupts_create(ts_apollo *apollo, ts_error *error);

/* watchdogs.c */
void ts_apollo_watchdogs_create(ts_apollo *apollo);
void ts_apollo_watchdogs_report(const ts_apollo *apollo, ts_report *report);
/* What the watchdog wants has happened. */
void ts_apollo_calm(ts_apollo *apollo, ts_apollo_watch which);
/* The running job begins or ends to do nothing but branch. */
void ts_apollo_loop(ts_apollo *apollo, bool on);
/* NEWJOB is looked at. */
static inline void ts_apollo_touch(ts_apollo *apollo)
{
    ts_apollo_calm(apollo, TS_APOLLO_WATCHMAN);
}
/* An interrupt's handler is over. */
static inline void ts_apollo_rupt_over(ts_apollo *apollo)
{
    ts_apollo_calm(apollo, TS_APOLLO_RUPT_LOCK);
    ts_apollo_calm(apollo, TS_APOLLO_TC_TRAP);
}

/* restart.c */
bool ts_apollo_restart_create(ts_apollo *apollo, ts_error *error);
/* From now on `group` brings this thread of the scenario back; phase 0:
 * nothing. */
void ts_apollo_set_group(ts_apollo *apollo, int64_t group, int64_t phase,
                         ts_apollo_group back);
/* Everything restarts before this instant is over. */
void ts_apollo_restart_now(ts_apollo *apollo, bool hard);

/* crew.c */
bool ts_apollo_crew_create(ts_apollo *apollo, ts_error *error);
void ts_apollo_set_monitor(ts_apollo *apollo, bool on);

/* radar.c */
bool ts_apollo_radar_create(ts_apollo *apollo, ts_error *error);
/* The counter's rate in 1/1000 s^-1 when the supplies stand `degrees` apart. */

extern const int ts_slot_apollo;

/* NULL: the computer is another one. */
static inline ts_apollo *ts_apollo_of(const ts_machine *machine)
{
    return machine->part[ts_slot_apollo].state;
}
/* The job that a thread is; NULL: none. */
static inline ts_apollo_job *ts_apollo_job_of(const ts_thread *thread)
{
    ts_apollo_job *const *own = ts_part_own(thread, ts_slot_apollo);

    return own != NULL ? *own : NULL;
}
static inline void ts_apollo_set_job(ts_thread *thread, ts_apollo_job *job)
{
    *(ts_apollo_job **)ts_part_own(thread, ts_slot_apollo) = job;
}
/* What the scenario says of it; NULL: nothing. */
ts_apollo_record *ts_apollo_said(const ts_machine *machine);
bool ts_apollo_is_said(const ts_machine_record *record);

#endif
