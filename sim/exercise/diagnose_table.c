/*
 * diagnose_table.c - what went wrong in the table: figures that follow from a
 * chart that is not right, and figures that are something else than what was
 * asked for, in all rows alike.
 */
#include "sim/exercise/mark.h"

#include <string.h>

/* --- what a column may be instead --- */

static int is_finish(const ts_figures *o)
{
    return o->finish;
}

static int from_first(const ts_figures *o)
{
    return o->finish - o->first;
}

static int is_turnaround(const ts_figures *o)
{
    return o->finish - o->arrival;
}

static int to_first(const ts_figures *o)
{
    return o->first - o->arrival;
}

static int without_arrival(const ts_figures *o)
{
    return o->finish - o->ran - o->away;
}

static int with_waits(const ts_figures *o)
{
    return o->finish - o->arrival - o->ran;
}

static int is_first(const ts_figures *o)
{
    return o->first;
}

static int early(const ts_figures *o)
{
    return o->finish - 1;
}

static const struct {
    int figure;
    int (*is)(const ts_figures *outcome);
    const char *says;
} mistakes[] = {
    {TS_ASK_FINISH, is_turnaround,
     "counted from the arrival, and not from the beginning of the chart"},
    {TS_ASK_FINISH, early,
     "when the last slot begins, and not when it is over"},
    {TS_ASK_TURNAROUND, is_finish, "the arrival is not subtracted"},
    {TS_ASK_TURNAROUND, from_first,
     "counted from the first instant on the processor, and not from the "
     "arrival"},
    {TS_ASK_WAITING, with_waits, "the time in I/O is counted as waiting"},
    {TS_ASK_WAITING, is_turnaround,
     "the time on the processor is not subtracted"},
    {TS_ASK_WAITING, without_arrival, "the arrival is not subtracted"},
    {TS_ASK_WAITING, to_first,
     "the time up to the first run: what comes after a pre-emption is "
     "missing"},
    {TS_ASK_WAITING, is_first, "when it first runs, from the beginning"},
    {TS_ASK_RESPONSE, is_first, "the arrival is not subtracted"},
    {TS_ASK_RESPONSE, is_turnaround,
     "counted to its end, and not to its first instant on the processor"},
};

typedef struct table {
    const ts_exercise *exercise;
    const ts_reply *answers;
    const ts_figures *own; /* what the answered chart comes to, or NULL */
    ts_marking *marking;
} table;

static bool is_cell(const table *t, int part, int figure)
{
    const ts_asked *p = &t->exercise->question.parts[part];

    return p->kind == TS_PART_NUMBER && p->job >= 0 && p->figure == figure;
}

static bool is_whole(const ts_reply *answer, int value)
{
    return answer->number.under == 1 && answer->number.over == value;
}

/* Are all answers of a column this, of which one at least is wrong? */
static bool matches(const table *t, const ts_figures *outcomes, int figure,
                    int (*is)(const ts_figures *outcome))
{
    const ts_question *q = &t->exercise->question;
    bool wrong = false;

    for (int i = 0; i < q->part_count; i++) {
        if (!is_cell(t, i, figure) || !t->answers[i].given)
            continue;
        if (!is_whole(&t->answers[i], is(&outcomes[q->parts[i].job])))
            return false;
        wrong |= t->marking->marks[i].verdict == TS_MARK_WRONG;
    }
    return wrong;
}

static void say_columns(const table *t)
{
    for (size_t i = 0; i < TS_COUNT_OF(mistakes); i++) {
        const char *name = ts_ask_figures[mistakes[i].figure];

        if (matches(t, t->exercise->schedule->outcomes, mistakes[i].figure,
                    mistakes[i].is) ||
            (t->own != NULL &&
             matches(t, t->own, mistakes[i].figure, mistakes[i].is)))
            ts_marking_say(t->marking,
                           "The column \"%s\" is something else: "
                           "%s.",
                           name, mistakes[i].says);
    }
}

/* --- what follows from what --- */

/* A cell that is right by the answered chart gets half of its points. */
static void follow_chart(const table *t)
{
    const ts_question *q = &t->exercise->question;
    bool followed = false, contradicts = false;

    for (int i = 0; t->own != NULL && i < q->part_count; i++) {
        const ts_asked *part = &q->parts[i];
        int own;

        if (part->job < 0 || part->kind != TS_PART_NUMBER ||
            !t->answers[i].given)
            continue;
        own = ts_figure_of(&t->own[part->job], part->figure);
        if (t->marking->marks[i].verdict == TS_MARK_WRONG &&
            is_whole(&t->answers[i], own)) {
            t->marking->marks[i] =
                (ts_part_mark){TS_MARK_PARTLY, part->points * 50};
            followed = true;
        }
        contradicts |= !is_whole(&t->answers[i], own);
    }
    if (followed)
        ts_marking_say(t->marking, "Figures of the table that are wrong follow "
                                   "from your chart, and get half of their "
                                   "points.");
    if (contradicts)
        ts_marking_say(t->marking,
                       "Your table and your chart do not tell of the same.");
}

/* The sum of a column as it was answered; false: a cell is missing. */
static bool sum_column(const table *t, int figure, int64_t *sum, int *count)
{
    const ts_question *q = &t->exercise->question;

    *sum = 0;
    *count = 0;
    for (int i = 0; i < q->part_count; i++) {
        if (!is_cell(t, i, figure))
            continue;
        if (!t->answers[i].given || t->answers[i].number.under != 1)
            return false;
        *sum += t->answers[i].number.over;
        ++*count;
    }
    return *count > 0;
}

static bool is_near(const ts_reply *answer, int64_t over, int64_t under)
{
    return under > 0 &&
           ts_quotient_close(answer->number, ts_quotient_of(over, under),
                             (ts_quotient){1, 100});
}

static void follow_average(const table *t, int i)
{
    const ts_asked *part = &t->exercise->question.parts[i];
    const ts_reply *answer = &t->answers[i];
    int64_t sum;
    int count;

    if (!sum_column(t, part->figure, &sum, &count))
        return;
    if (is_near(answer, sum, count)) {
        t->marking->marks[i] =
            (ts_part_mark){TS_MARK_PARTLY, part->points * 50};
        ts_marking_say(t->marking,
                       "The %s follows from your table, and gets half of its "
                       "points.",
                       part->name);
    } else if (is_near(answer, sum, 1)) {
        ts_marking_say(t->marking,
                       "The %s is a sum: it is not divided by how "
                       "many there are.",
                       part->name);
    } else if (is_near(answer, sum, count - 1) ||
               is_near(answer, sum, count + 1)) {
        ts_marking_say(t->marking, "The %s is divided by %d; there are %d.",
                       part->name,
                       is_near(answer, sum, count - 1) ? count - 1 : count + 1,
                       count);
    }
}

void ts_diagnose_table(const ts_exercise *exercise, const ts_reply *answers,
                       const ts_figures *own, ts_marking *marking)
{
    const ts_question *q = &exercise->question;
    table t = {exercise, answers, own, marking};

    say_columns(&t);
    follow_chart(&t);
    for (int i = 0; i < q->part_count; i++)
        if (q->parts[i].job < 0 && q->parts[i].figure >= 0 &&
            marking->marks[i].verdict == TS_MARK_WRONG)
            follow_average(&t, i);
}
