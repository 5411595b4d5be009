/*
 * report.c - what the runs of a database say together.
 *
 * First what all of it comes to, then a section a scenario: the question and
 * its answer, what was expected, pictures, numbers, one run, all runs.
 */
#include "sim/paper/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/paper/teller.h"
#include "sim/results/outcomes.h"
#include "sim/results/runs.h"
#include "sim/sweep/point.h"

#define FAILURES_MAX 20

/* --- a scenario's runs --- */

static void tell_counts(ts_teller *t)
{
    const ts_family_counts *n = &t->counts;
    ts_buffer text = TS_BUFFER_EMPTY;

    ts_buffer_format(&text, "%" PRId64 " run%s of %s with timeslice %s",
                     n->runs, ts_plural(n->runs), t->name, t->family.version);
    if (n->points > 1)
        ts_buffer_format(&text, ", at %" PRId64 " points", n->points);
    if (n->replications > 1)
        ts_buffer_format(&text, ", up to %" PRId64 " replications of each",
                         n->replications);
    if (n->again > 0)
        ts_buffer_format(&text,
                         "; %" PRId64 " of them %s played before and count%s "
                         "once",
                         n->again, n->again == 1 ? "was" : "were",
                         n->again == 1 ? "s" : "");
    ts_paper_text(&t->paper, "%s.", ts_paper_words(&t->paper, &text));
    ts_buffer_fini(&text);
}

static void tell_errors(ts_teller *t)
{
    ts_query q = ts_family_failures(t->store, &t->family, FAILURES_MAX);
    const bool bad = false;

    while (ts_query_next(&q)) {
        ts_buffer point = TS_BUFFER_EMPTY;

        ts_teller_point(t, ts_query_int(&q, 0), &point);
        ts_paper_item(&t->paper, &bad,
                      "run %" PRId64 "%s ended with an error: "
                      "%s",
                      ts_query_int(&q, 0), ts_paper_words(&t->paper, &point),
                      ts_query_text(&q, 1));
        ts_buffer_fini(&point);
    }
    ts_query_end(&q, &t->error);
    if (t->counts.failed > FAILURES_MAX)
        ts_paper_text(&t->paper, "(%" PRId64 " more)",
                      t->counts.failed - FAILURES_MAX);
}

/* --- pictures --- */

/* Those that the scenario names, as far as they can be drawn from what is
 * there. */
static void tell_pictures(ts_teller *t)
{
    const ts_picture_record *pictures =
        t->root != NULL ? t->root->pictures.items : NULL;

    for (int i = 0; pictures != NULL && i < t->root->pictures.count; i++)
        ts_teller_picture(t, 0, &pictures[i]);
}

/* --- a section --- */

static void tell_parts(ts_teller *t)
{
    ts_tell_answer(t);
    tell_counts(t);
    tell_errors(t);
    ts_tell_expectations(t);
    tell_pictures(t);
    ts_tell_numbers(t);
    ts_tell_run(t);
    ts_tell_runs(t);
}

/* The scenario as it is read today; where it cannot be, the rest is told. */
static void read_and_tell(ts_teller *t)
{
    ts_profiles where = {.directory = t->order->profiles};
    ts_diagnostics diagnostics;
    ts_document *document;
    ts_points *points = NULL;

    ts_diagnostics_init(&diagnostics);
    document = ts_document_parse(t->name, t->text, strlen(t->text), &where,
                                 &diagnostics);
    if (document != NULL)
        points = ts_points_create(document, &diagnostics);
    if (diagnostics.memory)
        ts_fail_memory(&t->error);
    t->root = points != NULL ? ts_points_root(points) : NULL;
    tell_parts(t);
    t->root = NULL;
    ts_points_destroy(points);
    ts_document_free(document);
    ts_diagnostics_fini(&diagnostics);
}

static bool know_family(ts_teller *t)
{
    int64_t any;
    ts_query q;

    if (!ts_family_count(t->store, &t->family, &t->counts, &t->error) ||
        !ts_run_latest(t->store, &t->family, 0, NULL, &t->run, &any, &t->error))
        return false;
    q = ts_run_document(t->store, t->run);
    t->document = strdup(ts_query_next(&q) ? ts_query_text(&q, 0) : "");
    if (t->document == NULL)
        ts_fail_memory(&t->error);
    if (!ts_query_end(&q, &t->error) || t->document == NULL)
        return false;
    t->parameter_count =
        ts_teller_collect(t, ts_family_parameters(t->store, &t->family),
                          t->parameters, TS_TELLER_PARAMETERS);
    return true;
}

/* --- the whole --- */

/* What a row of ts_scenarios() says; false: memory is out. */
static bool take_family(ts_teller *t, ts_query *q)
{
    t->family.scenario = ts_query_int(q, TS_SCENARIO_ID);
    snprintf(t->family.version, sizeof t->family.version, "%s",
             ts_query_text(q, TS_SCENARIO_VERSION));
    t->name = strdup(ts_query_text(q, TS_SCENARIO_NAME));
    t->title = strdup(ts_query_text(q, TS_SCENARIO_TITLE));
    t->text = strdup(ts_query_text(q, TS_SCENARIO_TEXT));
    return (t->name != NULL && t->title != NULL && t->text != NULL) ||
           ts_fail_memory(&t->error);
}

static void leave_family(ts_teller *t)
{
    ts_teller_forget(t->parameters, &t->parameter_count);
    free(t->name);
    free(t->title);
    free(t->text);
    free(t->document);
    t->name = t->title = t->text = t->document = NULL;
}

static void each_family(ts_teller *t, void (*tell)(ts_teller *t))
{
    ts_query q = ts_scenarios(t->store);

    while (ts_query_next(&q) && t->error.text[0] == '\0') {
        if (take_family(t, &q) && know_family(t))
            tell(t);
        leave_family(t);
    }
    ts_query_end(&q, &t->error);
}

/* Its title, and what was set, if all its runs have that in common. */
static void name_family(ts_teller *t, ts_buffer *out)
{
    ts_buffer_text(out, t->title[0] != '\0' ? t->title : t->name);
    if (t->counts.points == 1)
        ts_teller_point(t, t->run, out);
}

/* The only one has its title over the page already. */
static void tell_alone(ts_teller *t)
{
    ts_paper_heading(&t->paper, 2, t->name);
    read_and_tell(t);
}

static void tell_family(ts_teller *t)
{
    ts_buffer title = TS_BUFFER_EMPTY;

    name_family(t, &title);
    ts_paper_heading(&t->paper, 2, ts_paper_words(&t->paper, &title));
    ts_buffer_fini(&title);
    read_and_tell(t);
}

/* A line of the contents. */
static void tell_entry(ts_teller *t)
{
    ts_buffer name = TS_BUFFER_EMPTY, remark = TS_BUFFER_EMPTY;
    ts_family_score score = {0, 0};
    bool good;

    if (!ts_family_judge(t->store, &t->family, &score, &t->error))
        return;
    name_family(t, &name);
    good = score.held == score.judged && t->counts.failed == 0;
    ts_buffer_format(&remark, "%" PRId64 " run%s", t->counts.runs,
                     ts_plural(t->counts.runs));
    if (t->counts.failed > 0)
        ts_buffer_format(&remark, ", %" PRId64 " ended with an error",
                         t->counts.failed);
    if (score.judged > 0)
        ts_buffer_format(&remark,
                         ", %" PRId64 " of %" PRId64 " expectations hold",
                         score.held, score.judged);
    ts_paper_link(&t->paper, ++t->entry,
                  score.judged > 0 || !good ? &good : NULL,
                  ts_paper_words(&t->paper, &name),
                  ts_paper_words(&t->paper, &remark));
    ts_buffer_fini(&name);
    ts_buffer_fini(&remark);
}

static void tell_summary(ts_teller *t, int64_t scenarios)
{
    ts_query q = ts_outcomes_count(t->store);

    if (ts_query_next(&q)) {
        int64_t runs = ts_query_int(&q, TS_COUNT_RUNS);
        int64_t judged = ts_query_int(&q, TS_COUNT_JUDGED);
        int64_t broken = ts_query_int(&q, TS_COUNT_BROKEN);
        ts_buffer text = TS_BUFFER_EMPTY;

        ts_buffer_format(&text, "%" PRId64 " run%s of %" PRId64 " scenario%s",
                         runs, ts_plural(runs), scenarios,
                         ts_plural(scenarios));
        if (broken > 0)
            ts_buffer_format(&text, "; %" PRId64 " ended with an error",
                             broken);
        if (judged > 0)
            ts_buffer_format(
                &text, ". Of %" PRId64 " expectation%s %" PRId64 " hold%s",
                judged, ts_plural(judged),
                judged - ts_query_int(&q, TS_COUNT_MISSED),
                judged - ts_query_int(&q, TS_COUNT_MISSED) == 1 ? "s" : "");
        ts_paper_text(&t->paper, "%s.", ts_paper_words(&t->paper, &text));
        ts_buffer_fini(&text);
    }
    ts_query_end(&q, &t->error);
}

static int64_t count_scenarios(ts_teller *t, ts_buffer *title)
{
    ts_query q = ts_scenarios(t->store);
    int64_t count = 0;

    for (; ts_query_next(&q); count++)
        if (count == 0)
            ts_buffer_text(title,
                           ts_query_text(&q, TS_SCENARIO_TITLE)[0] != '\0'
                               ? ts_query_text(&q, TS_SCENARIO_TITLE)
                               : ts_query_text(&q, TS_SCENARIO_NAME));
    ts_query_end(&q, &t->error);
    if (count != 1) {
        title->length = 0;
        ts_buffer_format(title, "%" PRId64 " scenarios and what came out",
                         count);
    }
    return count;
}

bool ts_paper_report(const ts_paper_order *order, FILE *out, ts_error *error)
{
    ts_teller t = {.order = order, .store = order->store};
    ts_buffer title = TS_BUFFER_EMPTY;
    int64_t count = count_scenarios(&t, &title), pair[2];

    ts_paper_begin(&t.paper, order->form, out, title.failed ? "" : title.data);
    if (title.failed)
        ts_fail_memory(&t.error);
    ts_buffer_fini(&title);
    if (count > 1) {
        tell_summary(&t, count);
        each_family(&t, tell_entry);
        if (ts_teller_pair(&t, pair))
            ts_paper_link(&t.paper, ++t.entry, NULL, TS_TELLER_PARTING,
                          "the first decision that differs");
    }
    each_family(&t, count == 1 ? tell_alone : tell_family);
    ts_tell_parting(&t);
    return ts_paper_end(&t.paper, error) &&
           (t.error.text[0] == '\0' || ts_fail(error, "%s", t.error.text));
}
