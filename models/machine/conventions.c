/*
 * conventions.c - see conventions.h.
 */
#include <string.h>

#include "models/machine/conventions.h"
#include "models/machine/policy.h"
#include "models/machine/task.h"

static const char *const classes[] = {
    "fault", "interrupt", "completion", "arrival", "wake",
    "slice", "timer",     "late",       NULL,
};

static const char *const class_help[] = {
    "what goes wrong from outside: the world changes before anyone acts in it",
    "a device asks for attention, before what that interrupts",
    ("a piece of a thread's own work ends: a run, a sleep, a job; that makes "
     "room before it is sought (the end of I/O is a wake)"),
    "a job arrives and enters the queue",
    "what a thread waited for is there: the end of I/O, a lock, a message",
    "a turn is over, and its thread goes behind whoever is there already",
    "a policy's own clock: a boost, a tick, a budget",
    "measurements, which see what all the others left",
};

static const ts_field class_item = {.name = "class",
                                    .kind = TS_FIELD_CHOICE,
                                    .choices = classes,
                                    .choice_help = class_help,
                                    .help = "a sort of event"};

static const char *const directions[] = {"smaller-is-higher",
                                         "larger-is-higher", NULL};
static const char *const direction_help[] = {
    "1 goes before 2, as in most textbooks and as nice values do",
    "2 goes before 1, as in POSIX and Apollo's Executive",
};

static const char *const responses[] = {"first-run", "finish", NULL};
static const char *const response_help[] = {
    "it ends at the first instant on a processor",
    "it ends with the job, as in texts on real time",
};

static const char *const orders[] = {"usual",  "ready",  "arrival",
                                     "newest", "listed", NULL};
static const char *const order_help[] = {
    "as the policy's source has it",
    "the one that became ready, or was put back, earlier",
    "the one that arrived earlier",
    "the one that became ready, or was put back, last",
    "the one that stands first in \"threads\"; of one item, the earlier job",
};

static const char *const victims[] = {"lowest-processor", "last-in-ties", NULL};
static const char *const victim_help[] = {
    "the one on the processor with the lowest number",
    "the one that \"ties\" puts last",
};

static const ts_field fields[] = {
    {.name = "order",
     .kind = TS_FIELD_LIST,
     .item = &class_item,
     .distinct = true,
     .limit = 8,
     .offset = TS_AT(ts_conventions, order),
     .help = "what happens first at one instant; those not named follow in the "
             "default order: fault, interrupt, completion, arrival, wake, "
             "slice, timer, late"},
    {.name = "priority",
     .kind = TS_FIELD_CHOICE,
     .choices = directions,
     .choice_help = direction_help,
     .fallback = "smaller-is-higher",
     .source = "Silberschatz, Galvin, Gagne; Stallings",
     .offset = TS_AT(ts_conventions, priority),
     .help = "which numbers are the higher priorities"},
    {.name = "response",
     .kind = TS_FIELD_CHOICE,
     .choices = responses,
     .choice_help = response_help,
     .fallback = "first-run",
     .offset = TS_AT(ts_conventions, response),
     .help = "what response time, which begins with the arrival, ends with"},
    {.name = "ties",
     .kind = TS_FIELD_CHOICE,
     .choices = orders,
     .choice_help = order_help,
     .fallback = "usual",
     .source = "Silberschatz, Galvin, Gagne; Stallings: arrival; POSIX: ready",
     .offset = TS_AT(ts_conventions, ties),
     .help = "which of two threads with equal keys is first. Policies whose "
             "rules leave no tie open keep to their rules"},
    {.name = "gives_way",
     .kind = TS_FIELD_CHOICE,
     .choices = victims,
     .choice_help = victim_help,
     .fallback = "lowest-processor",
     .offset = TS_AT(ts_conventions, gives_way),
     .help = "which of several running threads with equal keys gives way to a "
             "better one"},
};

const ts_shape ts_conventions_shape = {
    .name = "conventions",
    .help = "The rules that textbooks leave unsaid",
    .size = sizeof(struct ts_conventions),
    TS_FIELDS(fields),
};

bool ts_conventions_rank(const struct ts_conventions *conventions,
                         uint8_t rank[TS_CLASSES], ts_error *error)
{
    const int *order = conventions->order.items;
    uint8_t next = 0;
    bool named[TS_CLASSES] = {false};

    for (int i = 0; i < conventions->order.count; i++) {
        if (named[order[i]])
            return ts_fail(error, "names %s twice", classes[order[i]]);
        named[order[i]] = true;
        rank[order[i]] = next++;
    }
    for (int i = 0; i < TS_CLASSES; i++)
        if (!named[i])
            rank[i] = next++;
    return true;
}

int ts_conventions_ties(const struct ts_conventions *conventions,
                        const struct ts_policy *policy, const void *options)
{
    if (policy->ties == TS_TIES_USUAL ||
        (policy->turns != NULL && policy->turns(options)))
        return TS_TIES_USUAL;
    return conventions->ties == TS_TIES_USUAL ? policy->ties
                                              : conventions->ties;
}

uint64_t ts_tie(int ties, const ts_thread *thread)
{
    switch ((ts_ties)ties) {
    case TS_TIES_ARRIVAL:
        return (uint64_t)thread->id;
    case TS_TIES_NEWEST:
        return ~thread->order;
    case TS_TIES_LISTED:
        return (uint64_t)thread->task->index << 32 | (uint32_t)thread->job;
    case TS_TIES_USUAL:
    case TS_TIES_READY:
        break;
    }
    return thread->order;
}

/* Names of the classes in the order of their ranks. */
static const char *order_text(const ts_conventions *conventions,
                              ts_arena *arena)
{
    uint8_t rank[TS_CLASSES];
    char text[128] = "";
    size_t used = 0;

    ts_conventions_rank(conventions, rank, NULL);
    for (int place = 0; place < TS_CLASSES; place++) {
        for (int i = 0; i < TS_CLASSES; i++) {
            size_t length = strlen(classes[i]);

            if (rank[i] != place || used + length + 3 > sizeof text)
                continue;
            if (used > 0) {
                memcpy(text + used, ", ", 2);
                used += 2;
            }
            memcpy(text + used, classes[i], length + 1);
            used += length;
        }
    }
    return ts_arena_text(arena, text);
}

static const char *ties_text(const ts_machine *machine)
{
    if (machine->ties != TS_TIES_USUAL)
        return orders[machine->ties];
    if (machine->queues[0].policy->lines)
        return "none: first in line; at one instant in the order above, then "
               "as listed";
    return "by the policy's own rules";
}

void ts_conventions_report(const ts_machine *machine, ts_report *report)
{
    const ts_conventions *conventions = machine->conventions;

    ts_report_convention(report, "order at one instant",
                         order_text(conventions, report->arena));
    if (machine->queues[0].policy->priorities)
        ts_report_convention(report, "priority",
                             directions[conventions->priority]);
    ts_report_convention(report, "response", responses[conventions->response]);
    ts_report_convention(report, "ties", ties_text(machine));
    if (machine->queues[0].policy->before != NULL &&
        machine->queues[0].count > 1)
        ts_report_convention(report, "gives way",
                             victims[conventions->gives_way]);
}
