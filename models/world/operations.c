/*
 * operations.c - the list of operations. To add one: a file with a ts_entry,
 * and a line here.
 */
#include "models/machine/program.h"

extern const ts_entry ts_operation_run;
extern const ts_entry ts_operation_sleep;
extern const ts_entry ts_operation_timer;
extern const ts_entry ts_operation_io;
extern const ts_entry ts_operation_yield;
extern const ts_entry ts_operation_exit;
extern const ts_entry ts_operation_repeat;
extern const ts_entry ts_operation_forever;
extern const ts_entry ts_operation_choose;
extern const ts_entry ts_operation_mark;
extern const ts_entry ts_operation_change;
extern const ts_entry ts_operation_stall;
extern const ts_entry ts_operation_lock;
extern const ts_entry ts_operation_unlock;
extern const ts_entry ts_operation_wait;
extern const ts_entry ts_operation_post;
extern const ts_entry ts_operation_signal;
extern const ts_entry ts_operation_broadcast;
extern const ts_entry ts_operation_barrier;
extern const ts_entry ts_operation_ostep_job;
extern const ts_entry ts_operation_mct;
extern const ts_entry ts_operation_findvac;
extern const ts_entry ts_operation_novac;
extern const ts_entry ts_operation_waitlist;
extern const ts_entry ts_operation_longcall;
extern const ts_entry ts_operation_jobsleep;
extern const ts_entry ts_operation_jobwake;
extern const ts_entry ts_operation_priochng;
extern const ts_entry ts_operation_phaschng;
extern const ts_entry ts_operation_when;

extern const ts_entry ts_operation_chase, ts_operation_stream,
    ts_operation_dram;
extern const ts_entry ts_operation_outside;
extern const ts_entry ts_operation_call;
extern const ts_entry ts_operation_together;
extern const ts_entry ts_operation_pause;
extern const ts_entry ts_operation_commit;
extern const ts_entry ts_operation_fail, ts_operation_crash;
extern const ts_entry ts_operation_publish, ts_operation_news,
    ts_operation_push;
extern const ts_entry ts_operation_receive, ts_operation_poll,
    ts_operation_edge, ts_operation_syscall, ts_operation_update;

static const ts_entry *const entries[] = {
    &ts_operation_run,      &ts_operation_sleep,    &ts_operation_io,
    &ts_operation_yield,    &ts_operation_exit,     &ts_operation_repeat,
    &ts_operation_forever,  &ts_operation_choose,   &ts_operation_mark,
    &ts_operation_stall,    &ts_operation_chase,    &ts_operation_stream,
    &ts_operation_dram,     &ts_operation_receive,  &ts_operation_poll,
    &ts_operation_update,   &ts_operation_edge,     &ts_operation_syscall,
    &ts_operation_lock,     &ts_operation_unlock,   &ts_operation_wait,
    &ts_operation_post,     &ts_operation_signal,   &ts_operation_broadcast,
    &ts_operation_barrier,  &ts_operation_outside,  &ts_operation_ostep_job,
    &ts_operation_mct,      &ts_operation_findvac,  &ts_operation_novac,
    &ts_operation_waitlist, &ts_operation_longcall, &ts_operation_jobsleep,
    &ts_operation_jobwake,  &ts_operation_priochng, &ts_operation_phaschng,
    &ts_operation_when,     &ts_operation_call,     &ts_operation_together,
    &ts_operation_pause,    &ts_operation_commit,   &ts_operation_timer,
    &ts_operation_change,   &ts_operation_fail,     &ts_operation_crash,
    &ts_operation_publish,  &ts_operation_news,     &ts_operation_push,
};

const ts_registry ts_operations = {
    .name = "operation",
    .plural = "operations",
    .help = "What a thread's program is made of",
    .entries = entries,
    .count = (int)TS_COUNT_OF(entries),
};

const ts_field ts_program_item = {.name = "operation",
                                  .kind = TS_FIELD_VARIANT,
                                  .registry = &ts_operations,
                                  .help = "one operation"};
