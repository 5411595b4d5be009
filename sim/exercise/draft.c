/*
 * draft.c - see draft.h.
 */
#include "sim/exercise/draft.h"

#include <stdlib.h>
#include <string.h>

int ts_draw(ts_draft *draft, int low, int high)
{
    return low +
           (int)ts_random_below(&draft->random, (uint64_t)(high - low) + 1);
}

void ts_draw_order(ts_draft *draft, int *numbers, int count)
{
    for (int left = count; left > 1; left--) {
        int at = ts_draw(draft, 0, left - 1), number = numbers[at];

        numbers[at] = numbers[left - 1];
        numbers[left - 1] = number;
    }
}

void ts_say(ts_draft *draft, const char *format, ...)
{
    size_t from = draft->text.length;
    va_list list;

    va_start(list, format);
    ts_buffer_vformat(&draft->text, format, list);
    va_end(list);
    for (size_t i = from; i < draft->text.length; i++)
        if (draft->text.data[i] == '`')
            draft->text.data[i] = '"';
}

const char *ts_say_quotient(ts_draft *draft, int64_t over, int64_t under)
{
    return ts_quotient_text(ts_quotient_of(over, under), draft->arena);
}

void ts_draw_jobs(ts_draft *draft, ts_draft_jobs *jobs, int longest)
{
    int at = 0;

    jobs->count = draft->level + 2;
    for (int i = 0; i < jobs->count; i++) {
        jobs->arrivals[i] = at;
        jobs->bursts[i] = ts_draw(draft, 1, longest);
        /* Some come together, and now and then nobody is there for a while. */
        if (ts_draw(draft, 0, 7) == 0)
            at += jobs->bursts[i] + ts_draw(draft, 1, 3);
        else
            at += ts_draw(draft, i % 2, longest / 2);
    }
    ts_draw_order(draft, jobs->arrivals, jobs->count);
}

void ts_say_jobs(ts_draft *draft, const ts_draft_jobs *jobs,
                 void (*more)(ts_draft *draft, int job, void *context),
                 void *context)
{
    ts_say(draft, "`threads`: [");
    for (int i = 0; i < jobs->count; i++) {
        ts_say(draft, "%s{`name`: `%c`, `arrive`: %d", i > 0 ? ", " : "",
               'A' + i, jobs->arrivals[i]);
        if (more != NULL)
            more(draft, i, context);
        ts_say(draft, ", `program`: [{`run`: %d}]}", jobs->bursts[i]);
    }
    ts_say(draft, "]");
}

void ts_say_tasks(ts_draft *draft, const ts_draft_tasks *t)
{
    ts_say(draft, "`threads`: [");
    for (int i = 0; i < t->count; i++)
        ts_say(draft,
               "%s{`name`: `%c`, `arrive`: {`every`: %d}, `deadline`: %d, "
               "`program`: [{`run`: %d}]}",
               i > 0 ? ", " : "", 'A' + i, t->periods[i], t->deadlines[i],
               t->costs[i]);
    ts_say(draft, "], ");
}

void ts_say_ask(ts_draft *draft, const char *rule, const char *text)
{
    ts_say(draft,
           "`ask`: {`chart`: true, `table`: [`finish`, `turnaround`, "
           "`waiting`, `response`], `averages`: [`turnaround`, `waiting`], "
           "`rule`: `%s`, `text`: `%s`}",
           rule, text);
}

/* --- single values --- */

void ts_want_begin(ts_draft *draft, const char *text)
{
    draft->values = 0;
    ts_say(draft, "`ask`: {`given`: false, `text`: `%s`, `values`: [", text);
}

static void begin_value(ts_draft *draft, const char *name, const char *about,
                        const char *is)
{
    ts_say(draft, "%s{`name`: `%s`, `about`: `%s`, `is`: `%s`",
           draft->values++ > 0 ? "}}, " : "", name, about, is);
    draft->answers[0] = is;
    draft->answer_count = 1;
}

void ts_want_value(ts_draft *draft, const char *name, const char *about,
                   const char *metric, const char *is)
{
    begin_value(draft, name, about, is);
    if (metric != NULL)
        ts_say(draft, ", `metric`: `%s`", metric);
    ts_say(draft, ", `wrong`: {");
}

void ts_want_choice(ts_draft *draft, const char *name, const char *about,
                    const char *choices, const char *is)
{
    begin_value(draft, name, about, is);
    ts_say(draft, ", `choices`: [");
    for (const char *at = choices; *at != '\0';) {
        size_t length = strcspn(at, "|");

        ts_say(draft, "%s`%.*s`", at != choices ? ", " : "", (int)length, at);
        at += length + (at[length] == '|');
    }
    ts_say(draft, "], `wrong`: {");
}

void ts_want_wrong(ts_draft *draft, const char *answer, const char *says)
{
    for (int i = 0; i < draft->answer_count; i++)
        if (strcmp(draft->answers[i], answer) == 0)
            return;
    if (draft->answer_count == TS_DRAFT_ANSWERS)
        return;
    ts_say(draft, "%s`%s`: `%s`", draft->answer_count > 1 ? ", " : "", answer,
           says);
    draft->answers[draft->answer_count++] = answer;
}

void ts_want_end(ts_draft *draft)
{
    ts_say(draft, "%s]}", draft->values > 0 ? "}}" : "");
}
