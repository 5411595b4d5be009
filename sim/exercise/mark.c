/*
 * mark.c - see mark.h.
 */
#include "sim/exercise/mark.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sim/scenario/buffer.h"

void ts_marking_say(ts_marking *marking, const char *format, ...)
{
    ts_buffer text = TS_BUFFER_EMPTY;
    const char **more;
    va_list list;
    char *made;

    va_start(list, format);
    ts_buffer_vformat(&text, format, list);
    va_end(list);
    made = ts_buffer_take(&text);
    ts_buffer_fini(&text);
    for (int i = 0; made != NULL && i < marking->says_count; i++)
        if (strcmp(marking->says[i], made) == 0) {
            free(made);
            return;
        }
    if (made != NULL && marking->says_count == marking->says_room) {
        marking->says_room =
            marking->says_room > 0 ? marking->says_room * 2 : 16;
        more = ts_arena_array(marking->arena, (size_t)marking->says_room,
                              sizeof *more);
        for (int i = 0; more != NULL && i < marking->says_count; i++)
            more[i] = marking->says[i];
        if (more == NULL)
            marking->says_room = marking->says_count;
        else
            marking->says = more;
    }
    if (made != NULL && marking->says_count < marking->says_room)
        marking->says[marking->says_count++] =
            ts_arena_text(marking->arena, made);
    free(made);
}

bool ts_reply_lanes(const ts_exercise *exercise, const ts_reply *answers,
                    char *lanes[TS_LANES_MAX])
{
    bool any = false;

    for (int i = 0; i < TS_LANES_MAX; i++)
        lanes[i] = "";
    for (int i = 0; i < exercise->question.part_count; i++) {
        const ts_asked *part = &exercise->question.parts[i];

        if (part->kind == TS_PART_CHART && answers[i].given) {
            lanes[part->lane] = answers[i].lane;
            any = true;
        }
    }
    return any;
}

/* --- points --- */

static char slot_of(const char *lane, int at)
{
    return at < (int)strlen(lane) ? lane[at] : TS_IDLE;
}

/* The part of the slots that is right, as a part of the points. */
static ts_part_mark mark_chart(const ts_asked *part, const ts_reply *answer)
{
    int length = (int)strlen(part->answer), right = 0;

    while (length > 0 && part->answer[length - 1] == TS_IDLE)
        length--;
    for (int at = (int)strlen(answer->lane); at > length; at--)
        if (answer->lane[at - 1] != TS_IDLE) {
            length = at;
            break;
        }
    for (int at = 0; at < length; at++)
        right += slot_of(part->answer, at) == slot_of(answer->lane, at) &&
                 at != answer->overlap;
    if (right == length)
        return (ts_part_mark){TS_MARK_RIGHT, part->points * 100};
    return (ts_part_mark){right > 0 ? TS_MARK_PARTLY : TS_MARK_WRONG,
                          part->points * 100 * right / length};
}

static ts_part_mark mark_part(const ts_asked *part, const ts_reply *answer)
{
    bool right = false;

    if (!answer->given)
        return (ts_part_mark){TS_MARK_EMPTY, 0};
    switch (part->kind) {
    case TS_PART_CHART:
        return mark_chart(part, answer);
    case TS_PART_NUMBER:
        right = ts_quotient_close(answer->number, part->value, part->within);
        break;
    case TS_PART_CHOICE:
    case TS_PART_ORDER:
        right = strcasecmp(answer->words, part->answer) == 0;
        break;
    }
    return right ? (ts_part_mark){TS_MARK_RIGHT, part->points * 100}
                 : (ts_part_mark){TS_MARK_WRONG, 0};
}

/* --- what is said --- */

static bool is_answer(const ts_asked *part, const ts_reply *answer,
                      const char *wrong)
{
    ts_quotient value;

    if (part->kind != TS_PART_NUMBER)
        return strcasecmp(answer->words, wrong) == 0;
    return ts_quotient_read(wrong, part->unit, &value) &&
           ts_quotient_close(answer->number, value,
                             value.under == 1        ? (ts_quotient){0, 1}
                             : part->within.over > 0 ? part->within
                                                     : (ts_quotient){1, 100});
}

static void diagnose_value(const ts_asked *part, const ts_reply *answer,
                           ts_marking *marking)
{
    for (int i = 0; i < part->wrong_count; i++)
        if (is_answer(part, answer, part->wrong[i].answer)) {
            ts_marking_say(marking, "%s: %s", part->name, part->wrong[i].says);
            return;
        }
}

static void diagnose(const ts_exercise *exercise, const ts_reply *answers,
                     ts_marking *marking)
{
    const ts_question *q = &exercise->question;
    char *lanes[TS_LANES_MAX];
    bool charted = ts_reply_lanes(exercise, answers, lanes), wrong = false;
    const ts_figures *own = NULL;

    for (int i = 0; i < q->part_count; i++)
        wrong |= q->parts[i].kind == TS_PART_CHART && answers[i].given &&
                 marking->marks[i].verdict != TS_MARK_RIGHT;
    if (wrong)
        ts_diagnose_chart(exercise, answers, marking);
    if (charted)
        own = ts_schedule_outcomes(lanes, exercise->schedule->lane_count,
                                   exercise->jobs, marking->arena);
    if (exercise->schedule != NULL)
        ts_diagnose_table(exercise, answers, own, marking);
    for (int i = 0; i < q->part_count; i++)
        if (marking->marks[i].verdict == TS_MARK_WRONG &&
            q->parts[i].kind != TS_PART_CHART && q->parts[i].figure < 0)
            diagnose_value(&q->parts[i], &answers[i], marking);
}

bool ts_mark(const ts_exercise *exercise, const ts_reply *answers,
             ts_arena *arena, ts_marking *marking)
{
    const ts_question *q = &exercise->question;

    *marking = (ts_marking){.arena = arena, .most = q->points * 100};
    marking->marks = ts_arena_array(arena, (size_t)q->part_count + 1,
                                    sizeof *marking->marks);
    if (marking->marks == NULL)
        return false;
    for (int i = 0; i < q->part_count; i++)
        marking->marks[i] = mark_part(&q->parts[i], &answers[i]);
    diagnose(exercise, answers, marking);
    for (int i = 0; i < q->part_count; i++)
        marking->earned += marking->marks[i].earned;
    return true;
}
