/*
 * format_graders.c - what grades by itself: a question's folder for
 * PrairieLearn, an autograder for Gradescope, a lab for Autolab. Each has the
 * sheets, and a script that has `timeslice answer` mark one of them and no
 * other; a program is put beside the script, or into the image. A scenario of
 * somebody's own goes with it.
 */
#include "sim/exercise/html.h"

#include <stdlib.h>
#include <string.h>

#include "sim/scenario/escape.h"

/* Hands out a text that is there. */
static bool keep_text(ts_keep *keep, void *context, const char *path,
                      const char *text)
{
    return keep(context, path, text, strlen(text));
}

/* A script with `options` for `timeslice answer` where it has a %s. */
static bool keep_script(ts_keep *keep, void *context, const char *path,
                        const char *script, const char *options)
{
    const char *at = strstr(script, "%s");
    ts_buffer out = TS_BUFFER_EMPTY;

    ts_buffer_add(&out, script, (size_t)(at - script));
    ts_buffer_text(&out, options);
    ts_buffer_text(&out, at + 2);
    return ts_keep_buffer(keep, context, path, &out);
}

static bool keep_sheets(const ts_variants *variants, ts_keep *keep,
                        void *context)
{
    bool good = true;

    for (int i = 0; good && i < variants->count; i++) {
        char *name = ts_variant_name(&variants->items[i]);
        ts_buffer out = TS_BUFFER_EMPTY, path = TS_BUFFER_EMPTY;

        ts_buffer_format(&path, "sheets/%s.txt", name != NULL ? name : "");
        ts_sheet_write(&variants->items[i], false, &out);
        good = ts_keep_buffer(keep, context, path.data, &out);
        ts_buffer_fini(&path);
        free(name);
    }
    return good;
}

/* What a script in `folder` marks by: which sheets may be handed in, and the
 * scenario of those that are of no kind. `there` is the folder's name where
 * the script runs. */
static bool keep_grader(const ts_variants *variants, const char *folder,
                        const char *there, const char *path, const char *script,
                        ts_keep *keep, void *context)
{
    const ts_exercise *first = variants->items[0].exercise;
    ts_buffer checks = TS_BUFFER_EMPTY, options = TS_BUFFER_EMPTY;
    ts_buffer place = TS_BUFFER_EMPTY;
    bool good;

    for (int i = 0; i < variants->count; i++)
        ts_buffer_format(&checks, "check: %08x\n",
                         ts_exercise_check(variants->items[i].exercise));
    ts_buffer_format(&place, "%s/checks.txt", folder);
    ts_buffer_format(&options, "--only %s/checks.txt", there);
    good = ts_keep_buffer(keep, context, place.data, &checks);
    if (good && first->own) {
        place.length = 0;
        ts_buffer_format(&place, "%s/scenario.json", folder);
        ts_buffer_format(&options, " --scenario %s/scenario.json", there);
        good = keep_text(keep, context, place.data, first->scenario);
    }
    good = good && keep_script(keep, context, path, script, options.data);
    ts_buffer_fini(&options);
    ts_buffer_fini(&place);
    return good;
}

/* --- PrairieLearn --- */

static const char prairielearn_info[] =
    "{\n"
    "  \"uuid\": \"%08x-7473-4c69-8365-%08x0000\",\n"
    "  \"title\": %s,\n"
    "  \"topic\": \"Scheduling\",\n"
    "  \"type\": \"v3\",\n"
    "  \"gradingMethod\": \"External\",\n"
    "  \"externalGradingOptions\": {\n"
    "    \"enabled\": true,\n"
    "    \"image\": \"timeslice\",\n"
    "    \"entrypoint\": \"/grade/tests/run.sh\",\n"
    "    \"timeout\": 30\n"
    "  }\n"
    "}\n";

static const char prairielearn_question[] =
    "<pl-question-panel>{{{params.text}}}</pl-question-panel>\n"
    "<pl-file-editor file-name=\"answer.txt\" "
    "source-file-name=\"serverFilesQuestion/empty.txt\"></pl-file-editor>\n"
    "<pl-submission-panel>\n"
    "  <pl-external-grader-results></pl-external-grader-results>\n"
    "  <pl-file-preview></pl-file-preview>\n"
    "</pl-submission-panel>\n";

static const char prairielearn_server[] =
    "import json\n"
    "import os\n"
    "\n"
    "\n"
    "def generate(data):\n"
    "    here = os.path.dirname(os.path.abspath(__file__))\n"
    "    with open(os.path.join(here, 'variants.json')) as file:\n"
    "        variants = json.load(file)\n"
    "    chosen = variants[int(data['variant_seed'], 36) % len(variants)]\n"
    "    data['params']['text'] = chosen['text']\n"
    "    data['params']['sheet'] = chosen['sheet']\n";

static const char prairielearn_run[] =
    "#!/bin/sh\n"
    "# Marks /grade/student/answer.txt; the image has timeslice in it.\n"
    "mkdir -p /grade/results\n"
    "timeslice answer %s \\\n"
    "    --format prairielearn /grade/student/answer.txt \\\n"
    "    > /grade/results/results.json\n"
    "exit 0\n";

/* What is asked, and the sheet below it, which the student copies. */
static bool keep_variants(const ts_variants *variants, ts_keep *keep,
                          void *context)
{
    ts_buffer out = TS_BUFFER_EMPTY;

    ts_buffer_text(&out, "[");
    for (int i = 0; i < variants->count; i++) {
        ts_buffer text = TS_BUFFER_EMPTY, sheet = TS_BUFFER_EMPTY;

        ts_sheet_write(&variants->items[i], false, &sheet);
        ts_html_question(variants->items[i].exercise, NULL, &text);
        ts_buffer_text(&text, "<p>Fill in this sheet below:</p><pre>");
        ts_escape(&text, TS_ESCAPE_XML, sheet.data != NULL ? sheet.data : "");
        ts_buffer_text(&text, "</pre>");
        ts_buffer_format(&out, "%s\n{\"text\": ", i > 0 ? "," : "");
        ts_escape(&out, TS_ESCAPE_JSON, text.data != NULL ? text.data : "");
        ts_buffer_text(&out, ", \"sheet\": ");
        ts_escape(&out, TS_ESCAPE_JSON, sheet.data != NULL ? sheet.data : "");
        ts_buffer_text(&out, "}");
        ts_buffer_fini(&text);
        ts_buffer_fini(&sheet);
    }
    ts_buffer_text(&out, "]\n");
    return ts_keep_buffer(keep, context, "variants.json", &out);
}

static bool write_prairielearn(const ts_variants *variants, ts_keep *keep,
                               void *context)
{
    const ts_exercise *first = variants->items[0].exercise;
    ts_buffer info = TS_BUFFER_EMPTY, title = TS_BUFFER_EMPTY;
    uint32_t check = ts_exercise_check(first);
    bool good;

    ts_escape(&title, TS_ESCAPE_JSON, first->question.title);
    ts_buffer_format(&info, prairielearn_info, check, ~check,
                     title.data != NULL ? title.data : "\"\"");
    ts_buffer_fini(&title);
    good = ts_keep_buffer(keep, context, "info.json", &info);
    return good &&
           keep_text(keep, context, "question.html", prairielearn_question) &&
           keep_text(keep, context, "server.py", prairielearn_server) &&
           keep_text(keep, context, "serverFilesQuestion/empty.txt", "\n") &&
           keep_grader(variants, "tests", "/grade/tests", "tests/run.sh",
                       prairielearn_run, keep, context) &&
           keep_variants(variants, keep, context);
}

/* --- Gradescope --- */

static const char gradescope_setup[] =
    "#!/usr/bin/env bash\n"
    "# Put the program `timeslice` beside this script before you zip it.\n"
    "apt-get update\n"
    "apt-get install -y libsqlite3-0 libcjson1 libmd0\n"
    "install -m 755 /autograder/source/timeslice /usr/local/bin/timeslice\n";

static const char gradescope_run[] =
    "#!/usr/bin/env bash\n"
    "# Marks the one sheet that was handed in, if it is one of this set.\n"
    "results=/autograder/results/results.json\n"
    "sheet=$(find /autograder/submission -name '*.txt' -o -name '*.csv' "
    "-o -name '*.json' | head -n 1)\n"
    "if [ -z \"$sheet\" ]; then\n"
    "    echo '{\"score\": 0, \"tests\": [], \"output\": \"Hand in one of the "
    "sheets that were given out.\"}' > $results\n"
    "    exit 0\n"
    "fi\n"
    "timeslice answer %s \\\n"
    "    --format gradescope \"$sheet\" > $results\n"
    "exit 0\n";

static bool write_gradescope(const ts_variants *variants, ts_keep *keep,
                             void *context)
{
    return keep_text(keep, context, "autograder/setup.sh", gradescope_setup) &&
           keep_grader(variants, "autograder", "/autograder/source",
                       "autograder/run_autograder", gradescope_run, keep,
                       context) &&
           keep_sheets(variants, keep, context);
}

/* --- Autolab --- */

static const char autolab_makefile[] =
    "# Run by Autolab: autograde.tar holds this folder and the program\n"
    "# timeslice. The last line of what it prints is the score.\n"
    "all:\n"
    "\ttar xf autograde.tar\n"
    "\t@autograde/timeslice answer %s \\\n"
    "\t    --format autolab answer.txt || true\n";

static bool write_autolab(const ts_variants *variants, ts_keep *keep,
                          void *context)
{
    return keep_grader(variants, "autograde", "autograde", "autograde-Makefile",
                       autolab_makefile, keep, context) &&
           keep_sheets(variants, keep, context);
}

const ts_writer ts_writer_prairielearn = {
    .name = "prairielearn",
    .help = "a question's folder for PrairieLearn, with its grader",
    .many = true,
    .together = true,
    .write = write_prairielearn,
};

const ts_writer ts_writer_gradescope = {
    .name = "gradescope",
    .help = "an autograder for Gradescope, and its sheets",
    .many = true,
    .together = true,
    .write = write_gradescope,
};

const ts_writer ts_writer_autolab = {
    .name = "autolab",
    .help = "a lab for Autolab, and its sheets",
    .many = true,
    .together = true,
    .write = write_autolab,
};
