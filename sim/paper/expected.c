/*
 * expected.c - what a scenario asks and expects, beside what came out.
 */
#include "sim/paper/teller.h"

#include <string.h>

#include "sim/results/judge.h"
#include "sim/results/wording.h"
#include "sim/scenario/answer.h"
#include "sim/scenario/reader.h"

/* --- the answer --- */

static void find_number(ts_teller *t, const ts_answer_piece *piece,
                        char text[TS_ANSWER_NUMBER])
{
    ts_query q =
        ts_family_value(t->store, &t->family, piece->metric, piece->point - 1);

    if (ts_query_next(&q))
        ts_format(text, TS_ANSWER_NUMBER, ts_query_unit(ts_query_text(&q, 0)),
                  ts_query_real(&q, 1));
    ts_query_end(&q, &t->error);
}

/* Nothing is claimed where an expectation, or a run, failed. */
static bool may_answer(ts_teller *t)
{
    ts_family_score score = {0, 0};

    return t->root->answer != NULL && t->counts.failed == 0 &&
           ts_family_judge(t->store, &t->family, &score, &t->error) &&
           score.held == score.judged;
}

static void tell_answer(ts_teller *t)
{
    char numbers[TS_ANSWER_NUMBERS][TS_ANSWER_NUMBER] = {""};
    const char *rest = t->root->answer;
    ts_buffer text = TS_BUFFER_EMPTY;
    ts_answer_piece piece;

    for (int i = 0; i < TS_ANSWER_NUMBERS && ts_answer_next(&rest, &piece); i++)
        if (piece.metric[0] != '\0')
            find_number(t, &piece, numbers[i]);
    if (ts_answer_compose(t->root->answer,
                          (const char(*)[TS_ANSWER_NUMBER])numbers, &text))
        ts_paper_loud(&t->paper, text.data);
    else if (text.failed)
        ts_fail_memory(&t->error);
    ts_buffer_fini(&text);
}

void ts_tell_answer(ts_teller *t)
{
    if (t->root == NULL)
        return;
    if (t->root->question != NULL)
        ts_paper_text(&t->paper, "%s", t->root->question);
    if (may_answer(t))
        tell_answer(t);
    if (t->root->fitted != NULL)
        ts_paper_text(&t->paper, "Fitted: %s", t->root->fitted);
}

/* --- expectations --- */

/* In lines, as they were judged. */
static void tell_line(ts_teller *t, ts_query *q)
{
    long long judged = (long long)ts_query_int(q, TS_EXPECTED_JUDGED);
    long long held = (long long)ts_query_int(q, TS_EXPECTED_HELD);
    const char *about = ts_query_text(q, TS_EXPECTED_ABOUT);
    const char *text = ts_query_text(q, TS_EXPECTED_TEXT);
    bool good = held == judged;

    if (judged == 1)
        ts_paper_item(&t->paper, &good, "%s: %s", about, text);
    else
        ts_paper_item(&t->paper, &good, "%s: %lld of %lld hold%s%s", about,
                      held, judged, good ? "" : ", the first that does not: ",
                      good ? "" : text);
}

static void tell_lines(ts_teller *t)
{
    ts_query q = ts_family_expectations(t->store, &t->family);
    bool first = true;

    for (; ts_query_next(&q); first = false) {
        if (first)
            ts_paper_heading(&t->paper, 3, "Expectations");
        tell_line(t, &q);
    }
    ts_query_end(&q, &t->error);
}

/* Whose the expectation is, where the scenario still says so. */
static const char *whose(const ts_teller *t, ts_query *q)
{
    const ts_expectation *all = t->root != NULL ? t->root->expect.items : NULL;
    int64_t number = ts_query_int(q, TS_JUDGED_NUMBER);

    if (all == NULL || number >= t->root->expect.count ||
        strcmp(all[number].metric, ts_query_text(q, TS_JUDGED_METRIC)) != 0 ||
        all[number].whose == TS_OWN)
        return "";
    return ts_whose_word(all[number].whose);
}

/* What is expected, without the metric: "at least 3 ms". */
static void add_claim(ts_grid *grid, const char *metric, const char *text)
{
    static const char is[] = " is ";
    size_t length = ts_verdict_claim(metric, text), skip = strlen(metric);

    if (length > skip && strncmp(text, metric, skip) == 0) {
        skip += strncmp(text + skip, is, strlen(is)) == 0 ? strlen(is) : 1;
        text += skip;
        length -= skip;
    }
    ts_grid_add(grid, "%.*s", (int)length, text);
}

static void add_values(ts_grid *grid, ts_query *q)
{
    ts_unit unit = ts_query_unit(ts_query_text(q, TS_JUDGED_UNIT));
    double ours = ts_query_real(q, TS_JUDGED_VALUE);
    char text[64];

    if (ts_query_null(q, TS_JUDGED_VALUE)) {
        ts_grid_add(grid, "%s", "nothing");
        ts_grid_add(grid, "%s", "");
        return;
    }
    ts_grid_add(grid, "%s", ts_format(text, sizeof text, unit, ours));
    ts_grid_add(grid, "%s",
                ts_query_null(q, TS_JUDGED_EXPECTED)
                    ? ""
                    : ts_word_off(text, sizeof text, ours,
                                  ts_query_real(q, TS_JUDGED_EXPECTED)));
}

static void add_verdict(ts_teller *t, ts_grid *grid, ts_query *q)
{
    long long judged = (long long)ts_query_int(q, TS_JUDGED_COUNT);
    long long held = (long long)ts_query_int(q, TS_JUDGED_HELD);

    ts_grid_add(grid, "%s", ts_query_text(q, TS_JUDGED_METRIC));
    ts_teller_add_parameters(t, grid, ts_query_int(q, TS_JUDGED_RUN));
    ts_grid_add(grid, "%s", whose(t, q));
    add_claim(grid, ts_query_text(q, TS_JUDGED_METRIC),
              ts_query_text(q, TS_JUDGED_TEXT));
    add_values(grid, q);
    if (held != judged && held > 0)
        ts_grid_add(grid, "%lld of %lld hold", held, judged);
    else
        ts_grid_add(grid, "%s", held > 0 ? TS_GRID_GOOD : TS_GRID_BAD);
    ts_grid_add(grid, "%s", ts_query_text(q, TS_JUDGED_ABOUT));
}

static void begin_table(ts_teller *t, ts_grid *grid)
{
    static const char *const heads[] = {"whose",  "expected", "simulated",
                                        "off by", "",         "what it says"};
    int first = 1 + t->parameter_count;

    ts_grid_init(grid, first + (int)TS_COUNT_OF(heads));
    grid->right[first + 2] = grid->right[first + 3] = true;
    ts_grid_add(grid, "metric");
    ts_teller_name_parameters(t, grid);
    for (size_t i = 0; i < TS_COUNT_OF(heads); i++)
        ts_grid_add(grid, "%s", heads[i]);
}

/* Those that hold, or those that do not; how many. */
static int64_t fill_table(ts_teller *t, ts_grid *grid, bool good)
{
    ts_query q = ts_family_judged(t->store, &t->family);
    int64_t rows = 0;

    while (ts_query_next(&q))
        if (good == (ts_query_int(&q, TS_JUDGED_HELD) ==
                     ts_query_int(&q, TS_JUDGED_COUNT)) &&
            rows++ < t->order->rows_max)
            add_verdict(t, grid, &q);
    ts_query_end(&q, &t->error);
    ts_grid_prune(grid);
    return rows;
}

/* What fails stands open; much that holds can be opened. */
static void tell_half(ts_teller *t, bool good)
{
    ts_grid grid;
    int64_t rows;

    begin_table(t, &grid);
    rows = fill_table(t, &grid, good);
    if (rows > 0)
        ts_teller_table(t,
                        good ? "What was expected, and what came out"
                             : "What was expected and did not come out",
                        good ? "expectations that hold" : NULL, &grid, rows);
    ts_grid_fini(&grid);
}

static void tell_table(ts_teller *t)
{
    ts_family_score score = {0, 0};

    if (!ts_family_judge(t->store, &t->family, &score, &t->error) ||
        score.judged == 0)
        return;
    ts_paper_heading(&t->paper, 3, "Expectations");
    tell_half(t, false);
    tell_half(t, true);
}

void ts_tell_expectations(ts_teller *t)
{
    if (t->paper.form == TS_PAPER_TEXT)
        tell_lines(t);
    else
        tell_table(t);
}
