/*
 * answer.c - see answer.h.
 */
#include "sim/cli/answer.h"

#include <string.h>

#include "sim/cli/help.h"
#include "sim/scenario/buffer.h"
#include "sim/scenario/reader.h"

void ts_answer_begin(ts_answer *answer, const ts_root *root)
{
    memset(answer, 0, sizeof *answer);
    answer->root = root;
}

static bool is_of(const ts_answer_piece *piece, const ts_point_run *run)
{
    return piece->metric[0] != '\0' && run->facts.replication == 0 &&
           (piece->point == 0 || piece->point == run->facts.point + 1);
}

void ts_answer_take(ts_answer *answer, const ts_point_run *run)
{
    const char *rest = answer->root->answer;
    ts_answer_piece piece;

    answer->failed |= run->report->failed;
    for (int i = 0; i < run->facts.verdict_count; i++)
        answer->failed |= !run->facts.verdicts[i].holds;
    for (int i = 0;
         rest != NULL && i < TS_ANSWER_NUMBERS && ts_answer_next(&rest, &piece);
         i++) {
        const ts_metric *metric =
            is_of(&piece, run) ? ts_report_find(run->report, piece.metric)
                               : NULL;

        if (metric != NULL)
            ts_format(answer->values[i], sizeof answer->values[i], metric->unit,
                      metric->value);
    }
}

bool ts_answer_tell(const ts_answer *answer, FILE *out)
{
    ts_buffer text = TS_BUFFER_EMPTY;
    bool told = answer->root->answer != NULL && !answer->failed &&
                ts_answer_compose(answer->root->answer, answer->values, &text);

    if (told) {
        ts_help_wrapped(out, text.data, 0);
        fputc('\n', out);
    }
    if (told && answer->root->fitted != NULL) {
        text.length = 0;
        ts_buffer_format(&text, "Fitted: %s", answer->root->fitted);
        ts_help_wrapped(out, text.failed ? answer->root->fitted : text.data, 0);
        fputc('\n', out);
    }
    ts_buffer_fini(&text);
    return told;
}
