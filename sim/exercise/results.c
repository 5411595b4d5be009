/*
 * results.c - marks written down: for people, for programs, and as the graders
 * of PrairieLearn, Gradescope and Autolab are to leave them.
 */
#include "sim/exercise/mark.h"

#include <string.h>

#include "sim/scenario/escape.h"

static const char *const verdicts[] = {"right", "partly right", "wrong",
                                       "not answered"};

static double points(int hundredths)
{
    return hundredths / 100.0;
}

/* --- for people --- */

static void say_part(const ts_asked *part, const ts_part_mark *mark,
                     const ts_reply *answer, ts_buffer *out)
{
    ts_buffer_format(out, "  %-22s %5g of %-3d %s", part->name,
                     points(mark->earned), part->points,
                     verdicts[mark->verdict]);
    if (mark->verdict == TS_MARK_WRONG && part->kind != TS_PART_CHART) {
        ts_buffer_text(out, ": ");
        ts_escape(out, TS_ESCAPE_LINE, answer->text);
    }
    ts_buffer_char(out, '\n');
}

static void write_text(const ts_exercise *exercise, const ts_reply *answers,
                       const ts_marking *marking, ts_buffer *out)
{
    const ts_question *q = &exercise->question;

    for (int i = 0; i < q->part_count; i++)
        say_part(&q->parts[i], &marking->marks[i], &answers[i], out);
    ts_buffer_format(out, "  %-22s %5g of %-3d\n", "together",
                     points(marking->earned), q->points);
    if (marking->says_count > 0)
        ts_buffer_char(out, '\n');
    for (int i = 0; i < marking->says_count; i++)
        ts_buffer_format(out, "- %s\n", marking->says[i]);
}

/* --- JSON --- */

static void json_says(const ts_marking *marking, ts_buffer *out)
{
    ts_buffer_char(out, '[');
    for (int i = 0; i < marking->says_count; i++) {
        if (i > 0)
            ts_buffer_text(out, ", ");
        ts_escape(out, TS_ESCAPE_JSON, marking->says[i]);
    }
    ts_buffer_char(out, ']');
}

static void write_json(const ts_exercise *exercise, const ts_reply *answers,
                       const ts_marking *marking, ts_buffer *out)
{
    const ts_question *q = &exercise->question;

    (void)answers;
    ts_buffer_format(out, "{\"points\": %g, \"of\": %d, \"parts\": [",
                     points(marking->earned), q->points);
    for (int i = 0; i < q->part_count; i++) {
        ts_buffer_format(out, "%s\n  {\"name\": ", i > 0 ? "," : "");
        ts_escape(out, TS_ESCAPE_JSON, q->parts[i].name);
        ts_buffer_format(out,
                         ", \"verdict\": \"%s\", \"points\": %g, \"of\": %d}",
                         verdicts[marking->marks[i].verdict],
                         points(marking->marks[i].earned), q->parts[i].points);
    }
    ts_buffer_text(out, "],\n \"says\": ");
    json_says(marking, out);
    ts_buffer_text(out, "}\n");
}

static void refuse_json(const char *message, ts_buffer *out)
{
    ts_buffer_text(out, "{\"error\": ");
    ts_escape(out, TS_ESCAPE_JSON, message);
    ts_buffer_text(out, "}\n");
}

/* --- graders --- */

/* A list of tests, a part each; the sentences stand above them. */
static void json_tests(const ts_exercise *exercise, const ts_marking *marking,
                       const char *of, ts_buffer *out)
{
    const ts_question *q = &exercise->question;

    ts_buffer_text(out, "\"tests\": [");
    for (int i = 0; i < q->part_count; i++) {
        ts_buffer_format(out, "%s\n  {\"name\": ", i > 0 ? "," : "");
        ts_escape(out, TS_ESCAPE_JSON, q->parts[i].name);
        ts_buffer_format(out, ", \"%s\": %g, \"%s\": %d, \"output\": \"%s\"}",
                         strcmp(of, "max_score") == 0 ? "score" : "points",
                         points(marking->marks[i].earned), of,
                         q->parts[i].points,
                         verdicts[marking->marks[i].verdict]);
    }
    ts_buffer_text(out, "]");
}

static void json_output(const ts_marking *marking, ts_buffer *out)
{
    ts_buffer text = TS_BUFFER_EMPTY;

    for (int i = 0; i < marking->says_count; i++)
        ts_buffer_format(&text, "- %s\n", marking->says[i]);
    ts_buffer_text(out, "\"output\": ");
    ts_escape(out, TS_ESCAPE_JSON, text.data != NULL ? text.data : "");
    ts_buffer_fini(&text);
}

static void write_gradescope(const ts_exercise *exercise,
                             const ts_reply *answers, const ts_marking *marking,
                             ts_buffer *out)
{
    (void)answers;
    ts_buffer_text(out, "{");
    json_output(marking, out);
    ts_buffer_text(out, ",\n ");
    json_tests(exercise, marking, "max_score", out);
    ts_buffer_text(out, "}\n");
}

static void refuse_gradescope(const char *message, ts_buffer *out)
{
    ts_buffer_text(out, "{\"score\": 0, \"tests\": [], \"output\": ");
    ts_escape(out, TS_ESCAPE_JSON, message);
    ts_buffer_text(out, "}\n");
}

static void write_prairielearn(const ts_exercise *exercise,
                               const ts_reply *answers,
                               const ts_marking *marking, ts_buffer *out)
{
    (void)answers;
    ts_buffer_format(out, "{\"gradable\": true, \"score\": %.6f, ",
                     (double)marking->earned / (double)marking->most);
    json_output(marking, out);
    ts_buffer_text(out, ",\n ");
    json_tests(exercise, marking, "max_points", out);
    ts_buffer_text(out, "}\n");
}

static void refuse_prairielearn(const char *message, ts_buffer *out)
{
    ts_buffer_text(out, "{\"gradable\": false, \"score\": 0, "
                        "\"format_errors\": [");
    ts_escape(out, TS_ESCAPE_JSON, message);
    ts_buffer_text(out, "]}\n");
}

/* What was printed before is shown; the last line is the score. */
static void write_autolab(const ts_exercise *exercise, const ts_reply *answers,
                          const ts_marking *marking, ts_buffer *out)
{
    write_text(exercise, answers, marking, out);
    ts_buffer_text(out, "{\"scores\": {");
    ts_escape(out, TS_ESCAPE_JSON, exercise->question.title);
    ts_buffer_format(out, ": %g}}\n", points(marking->earned));
}

static void refuse_autolab(const char *message, ts_buffer *out)
{
    ts_buffer_format(out, "%s\n{\"scores\": {}}\n", message);
}

const ts_result_writer ts_result_writers[] = {
    {"text", "for people", write_text, NULL},
    {"json", "for programs", write_json, refuse_json},
    {"gradescope", "results.json of a Gradescope grader", write_gradescope,
     refuse_gradescope},
    {"autolab", "the output of an Autolab grader", write_autolab,
     refuse_autolab},
    {"prairielearn", "results.json of a PrairieLearn grader",
     write_prairielearn, refuse_prairielearn},
};

const int ts_result_writer_count = (int)TS_COUNT_OF(ts_result_writers);

const ts_result_writer *ts_result_writer_find(const char *name)
{
    for (int i = 0; i < ts_result_writer_count; i++)
        if (strcmp(ts_result_writers[i].name, name) == 0)
            return &ts_result_writers[i];
    return NULL;
}
