/*
 * endings.c - how handlers end badly: with an error that somebody catches, or
 * with one that nobody does, which takes the whole process along.
 */
#include "models/machine/program.h"
#include "models/runtime/runtime.h"

static ts_step fail_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    (void)machine;
    (void)frame;
    return ts_handler_fail(thread);
}

static const ts_operation fail_operation = {.step = fail_step};
const ts_entry ts_operation_fail = {
    .name = "fail",
    .help = "end the handler with an error, which its client is told",
    .model = &fail_operation};

/* The thread dies with its process, at this instant but not within its step. */
static ts_step crash_step(ts_machine *machine, ts_thread *thread,
                          ts_frame *frame)
{
    ts_worker *worker = ts_worker_of(thread);

    (void)machine;
    (void)frame;
    if (worker == NULL)
        return TS_STEP_EXIT;
    ts_process_doom(worker->process);
    return TS_STEP_BLOCK;
}

static const ts_operation crash_operation = {.step = crash_step};
const ts_entry ts_operation_crash = {
    .name = "crash",
    .help = "end the server's process that runs the handler, at once; "
            "elsewhere the thread",
    .about = "What becomes of its requests is the server's `crash`, and "
             "whether it comes again its `restart`.",
    .model = &crash_operation};
