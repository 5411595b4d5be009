/*
 * poll.c - select, poll, epoll, kqueue and completion queues.
 *
 * They differ in what a question costs. select and poll are told all that is
 * watched each time, and look at each; epoll and kqueue are told once; a
 * completion queue is told what to do, and says when it is done. The defaults
 * of the first three are measured medians on Linux 6.18, x86-64, with few
 * ready: select 552, 1961, 16485, 85315 ns and poll 394, 1736, 14076, 82729 ns
 * with 10, 100, 1000, 5000 watched (straight lines through them miss by up to
 * 9 %, at the large end); epoll_wait 390 to 423 ns with any; adding and
 * deleting 1373 to 1450 ns together.
 */
#include "models/runtime/poll.h"

#define MEASURED "measured on Linux 6.18, x86-64"
#define UNVERIFIED "unverified: taken to be as epoll's"

#define COSTS(method, per_call, per_descriptor, per_ready, per_change, origin) \
    static const ts_field method##_fields[] = {                                \
        {.name = "call",                                                       \
         .kind = TS_FIELD_DURATION,                                            \
         .fallback = per_call,                                                 \
         .offset = TS_AT(ts_poll_record, call),                                \
         .source = origin,                                                     \
         .help = "processor time of a question"},                              \
        {.name = "descriptor",                                                 \
         .kind = TS_FIELD_DURATION,                                            \
         .fallback = per_descriptor,                                           \
         .source = origin,                                                     \
         .offset = TS_AT(ts_poll_record, descriptor),                          \
         .help = "more for each connection that is watched"},                  \
        {.name = "ready",                                                      \
         .kind = TS_FIELD_DURATION,                                            \
         .fallback = per_ready,                                                \
         .offset = TS_AT(ts_poll_record, ready),                               \
         .help = "more for each that is ready"},                               \
        {.name = "change",                                                     \
         .kind = TS_FIELD_DURATION,                                            \
         .fallback = per_change,                                               \
         .offset = TS_AT(ts_poll_record, change),                              \
         .source = origin,                                                     \
         .help = "for a new connection, to watch it and to stop"},             \
    };                                                                         \
    static const ts_shape method##_shape = {.name = #method " costs",          \
                                            .help = "What asking costs",       \
                                            .size = sizeof(ts_poll_record),    \
                                            TS_FIELDS(method##_fields),        \
                                            .shorthand = "call"}

COSTS(select, "390ns", "16.2ns", "0ns", "0ns", MEASURED);
COSTS(poll, "245ns", "15ns", "0ns", "0ns", MEASURED);
COSTS(epoll, "400ns", "0ns", "0ns", "1.41us", MEASURED);
COSTS(kqueue, "400ns", "0ns", "0ns", "1.41us", UNVERIFIED);
COSTS(completion, "400ns", "0ns", "0ns", "0ns",
      "unverified: one question fetches all that is done");

static const ts_entry select_entry = {
    .name = "select",
    .help = "told all that is watched, looks at each",
    .shape = &select_shape};
static const ts_entry poll_entry = {
    .name = "poll",
    .help = "the same, with a list instead of a bit set",
    .shape = &poll_shape};
static const ts_entry epoll_entry = {
    .name = "epoll",
    .help = "told once what is watched, says what is ready",
    .shape = &epoll_shape};
static const ts_entry kqueue_entry = {.name = "kqueue",
                                      .help = "the same on BSD and macOS",
                                      .shape = &kqueue_shape};
static const ts_entry completion_entry = {
    .name = "completion",
    .help = "told what to do, says what is done (completion ports, io_uring)",
    .shape = &completion_shape};

static const ts_entry *const entries[] = {
    &select_entry, &poll_entry, &epoll_entry, &kqueue_entry, &completion_entry,
};

const ts_registry ts_polls = {.name = "poll",
                              .plural = "polls",
                              .help = "How an event loop learns what is ready",
                              .entries = entries,
                              .count = (int)TS_COUNT_OF(entries)};
