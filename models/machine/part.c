/*
 * part.c - see part.h.
 *
 * Most hooks are asked at every dispatch, and most parts have few of them: who
 * has one is noted once, a list for each kind of hook, in the order of the
 * list of parts.
 */
#include "models/machine/inside.h"

/* Whether the part has hooks of that kind. */
static bool has_hook(const ts_part *part, ts_hook kind)
{
    switch (kind) {
    case TS_HOOK_TASK:
        return part->task != NULL;
    case TS_HOOK_BEGINS:
        return part->begins != NULL;
    case TS_HOOK_ENTER:
        return part->enter != NULL;
    case TS_HOOK_LEAVE:
        return part->leave != NULL;
    case TS_HOOK_MODE:
        return part->mode != NULL;
    case TS_HOOK_RINGS:
        return part->rings != NULL;
    case TS_HOOK_EXITS:
        return part->exits != NULL;
    case TS_HOOK_ENDED:
        return part->ended != NULL;
    case TS_HOOK_KILLED:
        return part->killed != NULL;
    case TS_HOOKS:
        break;
    }
    return false;
}

/* Room for every part in every list: none can be entered that has no place. */
static bool make_lists(ts_machine *machine)
{
    size_t count = (size_t)ts_part_count;

    machine->part =
        ts_arena_array(machine->arena, count, sizeof *machine->part);
    for (int kind = 0; kind < TS_HOOKS; kind++) {
        ts_hooks *hooks = &machine->hooks[kind];

        hooks->part =
            ts_arena_array(machine->arena, count, sizeof(const ts_part *));
        hooks->state = ts_arena_array(machine->arena, count, sizeof(void *));
        if (hooks->part == NULL || hooks->state == NULL)
            return false;
    }
    return machine->part != NULL;
}

static void enter_lists(ts_machine *machine, const ts_part *part, void *state)
{
    for (int kind = 0; kind < TS_HOOKS; kind++) {
        ts_hooks *hooks = &machine->hooks[kind];

        if (!has_hook(part, (ts_hook)kind))
            continue;
        assert(hooks->count < ts_part_count);
        hooks->part[hooks->count] = part;
        hooks->state[hooks->count] = state;
        hooks->count++;
    }
}

/* The part's place in each thread, on a boundary that suits anything. */
static size_t take_bytes(ts_machine *machine, size_t bytes)
{
    size_t at = machine->own_size;

    machine->own_size += (bytes + 15) / 16 * 16;
    return at;
}

static bool create_part(ts_machine *machine, int slot, ts_error *error)
{
    const ts_part *part = ts_parts[slot];
    ts_part_place *place = &machine->part[slot];

    if (part->asked != NULL && !part->asked(machine))
        return true;
    place->asked = true;
    place->own = take_bytes(machine, part->own);
    if (part->state > 0) {
        place->state = ts_arena_alloc(machine->arena, part->state);
        if (place->state == NULL)
            return ts_fail(error, "out of memory for %s", part->name);
    }
    enter_lists(machine, part, place->state);
    return part->create == NULL || part->create(machine, place->state, error);
}

bool ts_parts_create(ts_machine *machine, ts_error *error)
{
    if (!make_lists(machine))
        return ts_fail(error, "out of memory for the parts of the machine");
    for (int slot = 0; slot < ts_part_count; slot++)
        if (!create_part(machine, slot, error))
            return false;
    return true;
}

bool ts_parts_task(ts_task *task, ts_error *error)
{
    const ts_hooks *hooks = &task->machine->hooks[TS_HOOK_TASK];

    for (int i = 0; i < hooks->count; i++)
        if (!hooks->part[i]->task(hooks->state[i], task, error))
            return false;
    return true;
}

bool ts_parts_ring(ts_thread *thread)
{
    const ts_hooks *hooks = &thread->machine->hooks[TS_HOOK_RINGS];

    for (int i = 0; i < hooks->count; i++)
        if (hooks->part[i]->rings(hooks->state[i], thread))
            return true;
    return false;
}

void ts_parts_killed(ts_thread *thread)
{
    const ts_hooks *hooks = &thread->machine->hooks[TS_HOOK_KILLED];

    for (int i = 0; i < hooks->count; i++)
        hooks->part[i]->killed(hooks->state[i], thread);
}

void ts_parts_report_task(const ts_task *task, ts_report *report)
{
    const ts_machine *machine = task->machine;

    for (int slot = 0; slot < ts_part_count; slot++)
        if (machine->part[slot].asked && ts_parts[slot]->report_task != NULL)
            ts_parts[slot]->report_task(machine->part[slot].state, task,
                                        report);
}

void ts_parts_report(ts_machine *machine, ts_report *report)
{
    for (int slot = 0; slot < ts_part_count; slot++)
        if (machine->part[slot].asked && ts_parts[slot]->report != NULL)
            ts_parts[slot]->report(machine, machine->part[slot].state, report);
}
