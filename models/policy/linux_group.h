/*
 * linux_group.h - control groups of fair threads: see linux_group.c.
 */
#ifndef TS_MODELS_POLICY_LINUX_GROUP_H
#define TS_MODELS_POLICY_LINUX_GROUP_H

#include "models/machine/policy.h"

typedef struct ts_linux_group_record {
    const char *name;
    int64_t weight; /* cpu.weight */
    ts_ref parent;  /* the group that it is in; none: of the machine */
    bool idle;      /* cpu.idle */
    ts_time quota;  /* of each period (cpu.max); 0: no limit */
    ts_time period;
} ts_linux_group_record;

extern const ts_shape ts_linux_group_shape;
/* "group", for ts_policy.thread. */
extern const ts_shape ts_linux_group_table;

/* What a thread is in its group, in its entity. */
typedef struct ts_linux_member {
    ts_thread *next, *prev; /* those that are runnable */
    int64_t own;            /* what it weighs among them */
    int64_t weight;         /* ... and among all, as the policy was told */
    ts_why why;             /* how it comes back ... */
    bool in;
    bool parked; /* ... when the group has time again: it is ready, and in no
                    queue of the fair policy */
} ts_linux_member;

typedef struct ts_linux_group {
    const ts_linux_group_record *record;
    ts_machine *machine;
    struct ts_linux_group *parent, *child, *sibling; /* NULL: none */
    ts_thread *members;
    int64_t shares;  /* what it weighs in its parent */
    int64_t weight;  /* of members and groups in which there are some */
    ts_time left;    /* of the quota; less than nothing: owed */
    ts_time used;    /* in the whole run */
    ts_time at_last; /* used, when the period began */
    int64_t throttles;
    bool throttled;
    ts_event period;
} ts_linux_group;

#endif
