/*
 * exports.c - the one list of formats that runs are exported in. To add one,
 * write a file that defines it and name it twice here.
 */
#include "sim/exchange/exchange.h"

#include <inttypes.h>
#include <string.h>

#include "sim/scenario/escape.h"

extern const ts_export ts_export_perfetto, ts_export_ftrace, ts_export_timehist,
    ts_export_schedstat, ts_export_csv;

const ts_export *const ts_exports[] = {
    &ts_export_perfetto,  &ts_export_ftrace, &ts_export_timehist,
    &ts_export_schedstat, &ts_export_csv,
};

const int ts_export_count = (int)TS_COUNT_OF(ts_exports);

const ts_export *ts_export_find(const char *name)
{
    for (int i = 0; i < ts_export_count; i++)
        if (strcmp(ts_exports[i]->name, name) == 0)
            return ts_exports[i];
    return NULL;
}

/* Whole characters only; what would end the name in a line becomes "_". */
bool ts_export_comm(const char *name, char text[16])
{
    size_t used = 0;
    bool whole = true;

    while (*name != '\0') {
        uint32_t character;
        size_t n = ts_utf8_next(name, &character);
        bool plain = n > 1 || (*name > ' ' && *name < 0x7f && *name != '=');

        if (used + n > 15)
            break;
        memcpy(text + used, plain ? name : "_", n);
        whole &= plain;
        used += n;
        name += n;
    }
    text[used] = '\0';
    return whole && *name == '\0';
}

static bool check_count(const ts_export *format, int count, ts_error *error)
{
    if (count < format->runs_min)
        return ts_fail(error, "%s takes %d runs: name them", format->name,
                       format->runs_min);
    if (format->runs_max > 0 && count > format->runs_max)
        return ts_fail(error,
                       "%s takes %d run%s at a time, and there are %d: name "
                       "%s",
                       format->name, format->runs_max,
                       format->runs_max == 1 ? "" : "s", count,
                       format->runs_max == 1 ? "one" : "them");
    return true;
}

bool ts_export_runs(const ts_export *format, ts_store *store,
                    const int64_t *runs, int count, FILE *out, ts_error *error)
{
    ts_arena arena;
    ts_history *histories;
    const ts_history **list;
    bool fine;

    ts_arena_init(&arena, 0);
    histories = ts_arena_array(&arena, (size_t)count + 1, sizeof *histories);
    list = ts_arena_array(&arena, (size_t)count + 1, sizeof *list);
    fine = check_count(format, count, error) &&
           ((histories != NULL && list != NULL) ||
            ts_fail(error, "out of memory"));
    for (int i = 0; fine && i < count; i++) {
        list[i] = &histories[i];
        fine = ts_history_load(&histories[i], store, runs[i], &arena, error);
    }
    fine = fine && format->write(list, count, out, error);
    ts_arena_fini(&arena);
    return fine;
}
