/*
 * hook.h - what the machine keeps of its parts: who hears of what, and where that
 * which is a part's own lies.
 */
#ifndef TS_MODELS_HOOK_H
#define TS_MODELS_HOOK_H

#include <stdbool.h>
#include <stddef.h>

struct ts_part;

/* What happens to a thread or a processor that parts may hear of: part.h. */
typedef enum ts_hook {
    TS_HOOK_TASK,
    TS_HOOK_BEGINS,
    TS_HOOK_ENTER,
    TS_HOOK_LEAVE,
    TS_HOOK_MODE,
    TS_HOOK_RINGS,
    TS_HOOK_EXITS,
    TS_HOOK_ENDED,
    TS_HOOK_KILLED,
    TS_HOOKS
} ts_hook;

/* Those who hear of one of them, in the order of the parts. */
typedef struct ts_hooks {
    int count;
    const struct ts_part **part;
    void **state;
} ts_hooks;

typedef struct ts_part_place {
    bool asked;  /* the scenario asks for it */
    void *state; /* what it keeps in the machine */
    size_t own;  /* where its bytes in a thread begin */
} ts_part_place;

#endif
