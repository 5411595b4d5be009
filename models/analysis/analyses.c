/*
 * analyses.c - the list of analyses, and their place in a run. To add one: a
 * file with a ts_entry, and a line here.
 */
#include "models/analysis/analysis.h"
#include "models/machine/part.h"

extern const ts_entry ts_analysis_utilization;
extern const ts_entry ts_analysis_response_time;
extern const ts_entry ts_analysis_demand;
extern const ts_entry ts_analysis_mm1;
extern const ts_entry ts_analysis_mmc;
extern const ts_entry ts_analysis_erlang_b;
extern const ts_entry ts_analysis_mm1k;
extern const ts_entry ts_analysis_sharing;
extern const ts_entry ts_analysis_mg1;
extern const ts_entry ts_analysis_setup;
extern const ts_entry ts_analysis_priorities;
extern const ts_entry ts_analysis_by_size;
extern const ts_entry ts_analysis_closed;
extern const ts_entry ts_analysis_repairman;
extern const ts_entry ts_analysis_jackson;
extern const ts_entry ts_analysis_amdahl;
extern const ts_entry ts_analysis_gustafson;
extern const ts_entry ts_analysis_prediction;
extern const ts_entry ts_analysis_efficiency;
extern const ts_entry ts_analysis_nice_weights;
extern const ts_entry ts_analysis_cfs;
extern const ts_entry ts_analysis_eevdf;

static const ts_entry *const entries[] = {
    &ts_analysis_utilization, &ts_analysis_response_time,
    &ts_analysis_demand,      &ts_analysis_mm1,
    &ts_analysis_mmc,         &ts_analysis_erlang_b,
    &ts_analysis_mm1k,        &ts_analysis_sharing,
    &ts_analysis_mg1,         &ts_analysis_setup,
    &ts_analysis_priorities,  &ts_analysis_by_size,
    &ts_analysis_closed,      &ts_analysis_repairman,
    &ts_analysis_jackson,     &ts_analysis_amdahl,
    &ts_analysis_gustafson,   &ts_analysis_prediction,
    &ts_analysis_efficiency,  &ts_analysis_nice_weights,
    &ts_analysis_cfs,         &ts_analysis_eevdf,
};

const ts_registry ts_analyses = {
    .name = "analysis",
    .plural = "analyses",
    .help = "What can be computed without playing a scenario",
    .entries = entries,
    .count = (int)TS_COUNT_OF(entries),
};

static void evaluate(const ts_machine_record *root, const ts_entry *entry,
                     const void *fields, int use, ts_findings *findings)
{
    const ts_analysis *analysis = entry->model;

    assert(use >= 1);
    findings->analysis =
        use > 1 ? ts_arena_format(findings->arena, "%s.%d", entry->name, use)
                : entry->name;
    analysis->evaluate(root, fields, findings);
}

void ts_analyze(const ts_machine_record *root, ts_findings *findings)
{
    const ts_list *wanted = ts_analyses_said(root);
    const ts_variant *asked = wanted->items;

    for (int i = 0; i < wanted->count; i++) {
        int use = 1;

        for (int k = 0; k < i; k++)
            use += asked[k].entry == asked[i].entry;
        evaluate(root, asked[i].entry, asked[i].fields, use, findings);
    }
    if (wanted->count > 0)
        return;
    for (int i = 0; i < ts_analyses.count; i++) {
        const ts_analysis *analysis = entries[i]->model;

        if (analysis->applies != NULL && analysis->applies(root))
            evaluate(root, entries[i], NULL, 1, findings);
    }
}

/* --- among the metrics of a run --- */

/* --- the part --- */

static const ts_field section_item = {.name = "analysis",
                                      .kind = TS_FIELD_VARIANT,
                                      .registry = &ts_analyses,
                                      .help = "an analysis"};

static const ts_field section_fields[] = {
    {.name = "analyze",
     .kind = TS_FIELD_LIST,
     .item = &section_item,
     .limit = 1024,
     .offset = 0,
     .help = "figures to compute without playing the scenario, to stand beside "
             "what is measured"},
};

static const ts_shape section = {.name = "scenario",
                                 .help = "analyze",
                                 .size = sizeof(ts_list),
                                 TS_FIELDS(section_fields)};

extern const int ts_slot_analysis;

const ts_list *ts_analyses_said(const ts_machine_record *root)
{
    return ts_part_scenario(root, ts_slot_analysis);
}

static const ts_list *said(const ts_machine *machine)
{
    return ts_analyses_said(machine->record);
}

static bool asked(const ts_machine *machine)
{
    return said(machine)->count > 0;
}

static void report(ts_machine *machine, void *state, ts_report *report)
{
    ts_findings findings = {.arena = report->arena};

    (void)state;
    ts_analyze(machine->record, &findings);
    for (int i = 0; i < findings.count; i++) {
        const ts_finding *f = &findings.items[i];

        if (f->name == NULL)
            continue;
        assert(f->kind != TS_FINDING_TEXT); /* only sentences have no name */
        assert(!f->exact || f->value == (double)f->whole);
        if (f->exact && f->unit == TS_UNIT_TIME)
            ts_report_time(report, f->whole, "analysis.%s.%s", f->analysis,
                           f->name);
        else if (f->exact)
            ts_report_count(report, f->whole, "analysis.%s.%s", f->analysis,
                            f->name);
        else
            ts_report_value(report, f->unit, f->value, "analysis.%s.%s",
                            f->analysis, f->name);
    }
}

static const ts_metric_kind metrics[] = {
    {"analysis.<name>", TS_UNIT_NUMBER, false,
     "a figure computed without playing; see `timeslice list analyses`"},
};

const ts_part ts_part_analysis = {.name = "analysis",
                                  .scenario = &section,
                                  .asked = asked,
                                  .report = report,
                                  TS_METRICS(metrics)};
