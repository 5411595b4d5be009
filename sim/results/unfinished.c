/*
 * unfinished.c - threads that a run waits for and that had not ended with it.
 */
#include "sim/results/unfinished.h"

#include <stdio.h>
#include <string.h>

#include "sim/scenario/reader.h"

static bool is_unfinished(const ts_report *report, const ts_thread_row *row)
{
    char name[300];
    const ts_metric *finished;

    if (row->at_end == TS_END_FINISHED || !row->foreground)
        return false;
    snprintf(name, sizeof name, "threads.%s.finished", row->task);
    finished = ts_report_find(report, name);
    return finished != NULL && finished->whole == 0;
}

/* Whether an earlier row told of the task. */
static bool is_told(const ts_report *report, const ts_thread_row *row)
{
    for (const ts_thread_row *r = report->threads; r < row; r++)
        if (strcmp(r->task, row->task) == 0 && is_unfinished(report, r))
            return true;
    return false;
}

const ts_thread_row *ts_unfinished_next(const ts_report *report,
                                        const ts_thread_row *last)
{
    const ts_thread_row *end = report->threads + report->thread_count;
    const ts_thread_row *row = last != NULL ? last + 1 : report->threads;

    assert(last == NULL || (last >= report->threads && last < end));
    for (; row < end; row++)
        if (is_unfinished(report, row) && !is_told(report, row))
            return row;
    return NULL;
}

/* The task in "threads.TASK.turnaround.mean": names may hold dots, so it is the
 * longest that there is. */
static bool find_task(const ts_report *report, const char *metric, char *task,
                      size_t size)
{
    static const char start[] = "threads.";
    char name[300];

    if (strncmp(metric, start, strlen(start)) != 0)
        return false;
    snprintf(task, size, "%s", metric + strlen(start));
    for (char *dot = strrchr(task, '.'); dot != NULL;
         dot = strrchr(task, '.')) {
        *dot = '\0';
        snprintf(name, sizeof name, "%s%s.finished", start, task);
        if (ts_report_find(report, name) != NULL)
            return true;
    }
    return false;
}

/* Of a task whose threads have no rows, because there were too many before. */
static bool tell_task(const ts_report *report, const char *task, char *text,
                      size_t size)
{
    char name[300], used[64];
    const ts_metric *finished, *had;

    snprintf(name, sizeof name, "threads.%s.finished", task);
    finished = ts_report_find(report, name);
    snprintf(name, sizeof name, "threads.%s.used", task);
    had = ts_report_find(report, name);
    if (finished == NULL || finished->whole > 0 || had == NULL)
        return false;
    snprintf(text, size, "%s never finished: it had %s of a processor", task,
             ts_format(used, sizeof used, TS_UNIT_TIME, had->value));
    return true;
}

/* About all threads together. */
static bool is_of_all(const char *metric)
{
    return strncmp(metric, "turnaround.", 11) == 0 ||
           strncmp(metric, "response.", 9) == 0 ||
           strncmp(metric, "wait.", 5) == 0;
}

bool ts_unfinished_why(const ts_report *report, const char *metric, char *text,
                       size_t size)
{
    const ts_thread_row *row = ts_unfinished_next(report, NULL);
    char task[256];
    bool found = find_task(report, metric, task, sizeof task);

    if (!found && !is_of_all(metric))
        return false;
    while (found && row != NULL && strcmp(row->task, task) != 0)
        row = ts_unfinished_next(report, row);
    if (row == NULL)
        return found && tell_task(report, task, text, size);
    ts_unfinished_tell(row, text, size);
    return true;
}

void ts_unfinished_tell(const ts_thread_row *row, char *text, size_t size)
{
    static const char *const doing[] = {[TS_END_FINISHED] = "",
                                        [TS_END_RUNNING] = "was running",
                                        [TS_END_READY] =
                                            "has waited for a processor since ",
                                        [TS_END_BLOCKED] =
                                            "has been blocked since "};
    char had[64], wanted[64] = "", since[64];

    assert(row->at_end != TS_END_FINISHED); /* else there is nothing to tell */
    assert((size_t)row->at_end < TS_COUNT_OF(doing) && row->processor >= 0);
    ts_format(had, sizeof had, TS_UNIT_TIME, (double)row->processor);
    ts_format(since, sizeof since, TS_UNIT_TIME, (double)row->since);
    if (row->left > 0)
        ts_format(wanted, sizeof wanted, TS_UNIT_TIME,
                  (double)(row->processor + row->left));
    snprintf(text, size, "%s never finished: it had %s%s%s%s, and %s%s",
             row->name, had, wanted[0] != '\0' ? " of the " : " of a processor",
             wanted, wanted[0] != '\0' ? " that it wanted" : "",
             doing[row->at_end], row->at_end == TS_END_RUNNING ? "" : since);
}

bool ts_unfinished_starves(const ts_report *report, const ts_thread_row *row)
{
    return row->at_end == TS_END_READY &&
           report->end - row->since > (report->end - row->arrival) / 2;
}
