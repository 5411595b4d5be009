/*
 * seen.c - a line of a kernel's trace.
 *
 * What stands before the event is found from the "[003]" of the processor,
 * since the name at the front may hold anything. Of the event only the keys
 * that are needed are looked for, so that fields which come and go with
 * versions of the kernel do no harm.
 */
#include "sim/exchange/seen.h"

#include <stdlib.h>
#include <string.h>

#define PROCESSORS_MAX 4096

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A number of at most nine digits; NULL: there is none. */
static const char *read_number(const char *at, int32_t *number)
{
    int digits = 0;

    *number = 0;
    for (; is_digit(*at) && digits < 9; digits++)
        *number = *number * 10 + (*at++ - '0');
    return digits > 0 && !is_digit(*at) ? at : NULL;
}

static const char *skip_blanks(const char *at)
{
    while (*at == ' ' || *at == '\t')
        at++;
    return at;
}

/* --- the head of a line --- */

/* "100.000123:", with three to nine digits of a second. */
static const char *read_time(const char *at, ts_time *time)
{
    int32_t seconds;
    ts_time unit = TS_S;
    int digits = 0;

    at = read_number(at, &seconds);
    if (at == NULL || *at != '.' || seconds > 8000000)
        return NULL;
    *time = seconds * TS_S;
    for (at++; is_digit(*at) && digits < 12; digits++) {
        unit /= 10;
        *time += (*at++ - '0') * unit;
    }
    return digits > 0 && *at == ':' ? at + 1 : NULL;
}

/* "d.h2.": the third says whether it is a handler's. */
static void read_flags(const char *from, const char *to, ts_seen *seen)
{
    seen->context = to - from >= 3;
    seen->interrupt =
        seen->context && (from[2] == 'h' || from[2] == 'H' || from[2] == 's' ||
                          from[2] == 'Z' || from[2] == 'z');
}

/* What stands behind "[003]", up to the event's name. */
static const char *read_when(const char *at, ts_seen *seen)
{
    const char *after, *flags;

    at = skip_blanks(at);
    after = read_time(at, &seen->at);
    if (after != NULL)
        return skip_blanks(after);
    flags = at;
    while (*at != '\0' && *at != ' ' && *at != '\t')
        at++;
    after = read_time(skip_blanks(at), &seen->at);
    if (after == NULL)
        return NULL;
    read_flags(flags, at, seen);
    return skip_blanks(after);
}

/* The pid that ends before `at`: "comm-12", "comm 12", "12/12", "comm-12 (9)".
 */
static bool read_current(const char *line, const char *at, ts_seen *seen)
{
    const char *end, *start;

    while (at > line && (at[-1] == ' ' || at[-1] == '\t'))
        at--;
    if (at > line && at[-1] == ')') {
        while (at > line && *at != '(')
            at--;
        while (at > line && (at[-1] == ' ' || at[-1] == '\t'))
            at--;
    }
    end = at;
    while (at > line && is_digit(at[-1]))
        at--;
    start = at;
    return start < end && start > line &&
           (start[-1] == '-' || start[-1] == ' ' || start[-1] == '/') &&
           read_number(start, &seen->current) == end;
}

/* The event's name with what follows; NULL: this is no line of a trace. */
static const char *read_head(const char *line, ts_seen *seen)
{
    for (const char *at = strchr(line, '['); at != NULL;
         at = strchr(at + 1, '[')) {
        const char *after = read_number(at + 1, &seen->cpu);

        if (after == NULL || *after != ']' || seen->cpu >= PROCESSORS_MAX ||
            !read_current(line, at, seen))
            continue;
        after = read_when(after + 1, seen);
        if (after != NULL)
            return after;
    }
    return NULL;
}

/* --- keys --- */

/* What follows "key=", at the front or after a blank. */
static const char *find_key(const char *text, const char *key)
{
    size_t length = strlen(key);

    for (const char *at = strstr(text, key); at != NULL;
         at = strstr(at + 1, key))
        if (at == text || at[-1] == ' ')
            return at + length;
    return NULL;
}

/* "120", or "-1" for the deadline class; false: neither. */
static bool read_priority(const char *at, int32_t *priority)
{
    if (at != NULL && at[0] == '-' && at[1] == '1' && !is_digit(at[2])) {
        *priority = -1;
        return true;
    }
    *priority = TS_SEEN_UNSAID;
    if (at == NULL || read_number(at, priority) != NULL)
        return at != NULL;
    *priority = TS_SEEN_UNSAID;
    return false;
}

static bool key_number(const char *text, const char *key, int32_t *number)
{
    const char *at = find_key(text, key);

    return at != NULL && read_number(at, number) != NULL;
}

/* A name goes up to the key that follows it. */
static ts_seen_name key_name(const char *text, const char *key,
                             const char *following)
{
    const char *at = find_key(text, key);
    const char *end = at != NULL ? strstr(at, following) : NULL;

    return end != NULL ? (ts_seen_name){at, (size_t)(end - at)}
                       : (ts_seen_name){"", 0};
}

/* --- the short form: "comm:12 [120]" --- */

/* What ends before `end`, which is behind the "]". */
static bool short_thread(const char *from, const char *end, int32_t *pid,
                         int32_t *priority, ts_seen_name *name)
{
    const char *at = end - 1;

    while (at > from && *at != '[')
        at--;
    if (at == from || (!read_priority(at + 1, priority) && at[1] != '-'))
        return false;
    while (at > from && at[-1] == ' ')
        at--;
    end = at;
    while (at > from && is_digit(at[-1]))
        at--;
    if (at == end || at == from || at[-1] != ':')
        return false;
    *name = (ts_seen_name){from, (size_t)(at - 1 - from)};
    return read_number(at, pid) == end;
}

/* --- events --- */

static bool read_switch(const char *text, ts_seen *seen)
{
    const char *arrow = strstr(text, " ==> "), *at, *end;

    if (arrow == NULL)
        return false;
    if (key_number(text, "prev_pid=", &seen->pid)) {
        at = find_key(text, "prev_state=");
        seen->name = key_name(text, "prev_comm=", " prev_pid=");
        seen->next_name = key_name(text, "next_comm=", " next_pid=");
        read_priority(find_key(text, "prev_prio="), &seen->priority);
        read_priority(find_key(text, "next_prio="), &seen->next_priority);
        seen->state = at != NULL ? *at : 'R';
        return key_number(arrow, "next_pid=", &seen->next);
    }
    for (at = arrow; at > text && at[-1] != ' ';)
        at--;
    seen->state = *at;
    for (end = at; end > text && end[-1] == ' ';)
        end--;
    if (!short_thread(text, end, &seen->pid, &seen->priority, &seen->name))
        return false;
    arrow = skip_blanks(arrow + 5);
    end = strrchr(arrow, ']');
    return end != NULL && short_thread(arrow, end + 1, &seen->next,
                                       &seen->next_priority, &seen->next_name);
}

static bool read_thread(const char *text, ts_seen *seen)
{
    const char *end;

    if (key_number(text, "pid=", &seen->pid)) {
        seen->name = key_name(text, "comm=", " pid=");
        read_priority(find_key(text, "prio="), &seen->priority);
        return true;
    }
    end = strchr(text, ']');
    return end != NULL && short_thread(text, end + 1, &seen->pid,
                                       &seen->priority, &seen->name);
}

static bool read_nothing(const char *text, ts_seen *seen)
{
    (void)text;
    seen->pid = seen->current;
    return true;
}

static const struct {
    const char *name;
    ts_seen_event event;
    bool (*read)(const char *text, ts_seen *seen);
} events[] = {
    {"sched_switch", TS_SEEN_SWITCH, read_switch},
    {"sched_waking", TS_SEEN_WAKE, read_thread},
    {"sched_wakeup", TS_SEEN_WAKE, read_thread},
    {"sched_wakeup_new", TS_SEEN_NEW, read_thread},
    {"sched_process_exit", TS_SEEN_EXIT, read_thread},
    {"sched_migrate_task", TS_SEEN_MIGRATE, read_thread},
    {"irq_handler_entry", TS_SEEN_IRQ, read_nothing},
    {"irq_handler_exit", TS_SEEN_IRQ, read_nothing},
    {"softirq_entry", TS_SEEN_IRQ, read_nothing},
    {"softirq_exit", TS_SEEN_IRQ, read_nothing},
    {"sys_enter_sched_yield", TS_SEEN_YIELD, read_nothing},
};

static bool read_event(const char *text, ts_seen *seen)
{
    const char *end = strchr(text, ':'), *name = text;

    if (strncmp(text, "sys_sched_yield()", 17) == 0) { /* tracefs's own form */
        seen->event = TS_SEEN_YIELD;
        return read_nothing(text, seen);
    }
    if (end == NULL || end == text)
        return false;
    if (end[1] != ' ' && end[1] != '\0' && strchr(end + 1, ':') != NULL) {
        name = end + 1; /* "sched:sched_switch: ..." */
        end = strchr(name, ':');
    }
    for (size_t i = 0; i < TS_COUNT_OF(events); i++) {
        size_t length = strlen(events[i].name);

        if (length != (size_t)(end - name) ||
            memcmp(name, events[i].name, length) != 0)
            continue;
        seen->event = events[i].event;
        return events[i].read(skip_blanks(end + 1), seen);
    }
    seen->event = TS_SEEN_OTHER;
    return true;
}

/* "CPU:2 [LOST 45 EVENTS]" of tracefs and trace-cmd. */
static bool read_lost(const char *line, int64_t *lost)
{
    const char *at = strstr(line, "[LOST ");
    int32_t count = 0;

    if (at != NULL)
        read_number(at + 6, &count);
    *lost = count;
    return at != NULL || strstr(line, "EVENTS DROPPED") != NULL;
}

ts_seen_what ts_seen_read(const char *line, size_t length, ts_seen *seen,
                          int64_t *lost)
{
    const char *event;

    *seen = (ts_seen){.event = TS_SEEN_OTHER,
                      .priority = TS_SEEN_UNSAID,
                      .next_priority = TS_SEEN_UNSAID,
                      .name = {"", 0},
                      .next_name = {"", 0}};
    if (strlen(line) != length)
        return TS_SEEN_BROKEN; /* there is a NUL in it */
    line = skip_blanks(line);
    if (*line == '\0' || *line == '#' || strncmp(line, "cpus=", 5) == 0 ||
        strncmp(line, "version =", 9) == 0)
        return TS_SEEN_EMPTY;
    event = read_head(line, seen);
    if (event == NULL)
        return read_lost(line, lost) ? TS_SEEN_LOST : TS_SEEN_BROKEN;
    return read_event(event, seen) ? TS_SEEN_LINE : TS_SEEN_BROKEN;
}
