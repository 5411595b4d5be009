/*
 * linux_group_fields.c - what a scenario says of a control group.
 */
#include "models/policy/linux_group.h"

static const ts_field group_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_NAME,
     .collection = "control group",
     .required = true,
     .offset = TS_AT(ts_linux_group_record, name),
     .help = "what threads call it"},
    {.name = "weight",
     .kind = TS_FIELD_INT,
     .fallback = "100",
     .min = 1,
     .max = 10000,
     .offset = TS_AT(ts_linux_group_record, weight),
     .source = "cpu.weight",
     .help = "100: all of the group together weigh as much as one thread of "
             "nice 0 that is in no group"},
    {.name = "parent",
     .kind = TS_FIELD_REF,
     .collection = "control group",
     .offset = TS_AT(ts_linux_group_record, parent),
     .help = "the group that it is in, whose weight and quota it shares"},
    {.name = "idle",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(ts_linux_group_record, idle),
     .source = "cpu.idle",
     .help = "it has what others leave: it weighs 3 of 1024, whatever its "
             "weight, and makes room for all that wake"},
    {.name = "quota",
     .kind = TS_FIELD_TIME,
     .fallback = "0s",
     .max = 1e15,
     .offset = TS_AT(ts_linux_group_record, quota),
     .source = "cpu.max",
     .help = "processor time, on all processors together, that the group may "
             "have in every period; 0: no limit"},
    {.name = "period",
     .kind = TS_FIELD_TIME,
     .fallback = "100ms",
     .min = 1e9,
     .max = 1e12,
     .offset = TS_AT(ts_linux_group_record, period),
     .source = "cpu.max",
     .help = "of the quota, from 1 ms to 1 s"},
};

static void check(ts_check *check, const void *record)
{
    const ts_linux_group_record *group = record;

    if (group->quota > 0 && group->quota < TS_MS)
        ts_check_error(check, "quota", "is less than 1 ms");
}

const ts_shape ts_linux_group_shape = {
    .name = "control group",
    .help = "Fair threads that share a weight, and a limit",
    .size = sizeof(ts_linux_group_record),
    TS_FIELDS(group_fields),
    .check = check};
