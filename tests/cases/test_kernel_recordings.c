/*
 * The models of Linux against Linux: every recording in tests/cases/kernel,
 * played with the same threads and the kernel's own parameters at one cost for
 * all. What comes out is a table, a row a workload and a kernel, and
 * tests/cases/kernel/table.md is to be that table: it says what the models do
 * now, better or worse. Each miss in it has its reason in reasons.json.
 * TS_TABLE=FILE writes it (cmake --build ... --target update-kernel-table).
 *
 * With TS_CASES the recordings of that folder are played, and each says on a
 * line of its own whether it is near enough, and if not in what.
 */
#include "recording.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FOLDER TS_TREE "/tests/cases/kernel"

/* What of a recording is near enough, and of how many that may be asked. */
typedef struct total {
    int played, all;
    int orders, exact, must; /* one processor; must: the kernel's spread is 0 */
    int one;                 /* recordings on one processor */
    int changes, shares, latencies;
} total;

/* --- a row --- */

static const char heads[] =
    "| kernel, workload | changes | order | share | mean | p95 | max | "
    "migrations | misses |\n|---|---|---|---|---|---|---|---|---|\n";

/* "b: 51.2, 50.9 (-0.3; 0.1)": the kernel's, ours (error; against itself). */
static void say_figure(family *page, const figure *f, double unit, int decimals)
{
    double error = (f->ours - f->kernel) * unit;

    if (!f->known) {
        say(page, "- | ");
        return;
    }
    say(page, "%s%s%.*f, %.*f (%+.*f", f->who, f->who[0] ? ": " : "", decimals,
        f->kernel * unit, decimals, f->ours * unit, decimals, error);
    if (f->self >= 0)
        say(page, "; %.*f", decimals, f->self * unit);
    say(page, ") | ");
}

static void say_order(family *page, const recording *r, const figure *f)
{
    if (r->processors > 1)
        say(page, "- | ");
    else if (f->self >= 0)
        say(page, "%.0f (%.0f) | ", f->ours, f->self);
    else
        say(page, "%.0f | ", f->ours);
}

/* Appends the name of what is not near enough; whether it is. */
static bool judge(char *misses, size_t size, const char *what, bool near)
{
    size_t used = strlen(misses);

    if (!near)
        snprintf(misses + used, size - used, "%s%s", used > 0 ? ", " : "",
                 what);
    return near;
}

static void judge_all(const recording *r, const comparison *c, total *t,
                      char *misses, size_t size)
{
    bool order = judge(misses, size, "order", order_is_near(r, &c->order));
    figure p95 = c->p95;
    bool latency;

    t->played++;
    t->changes +=
        judge(misses, size, "changes", changes_are_near(r, &c->changes));
    t->shares += judge(misses, size, "share", share_is_near(r, &c->share));
    latency = judge(misses, size, "mean", latency_is_near(r, &c->mean));
    /* Other boots' p95 is not known: it is no further off than their most. */
    p95.self = c->most.self;
    latency &= judge(misses, size, "p95", latency_is_near(r, &p95));
    latency &= judge(misses, size, "max", latency_is_near(r, &c->most));
    t->latencies += latency;
    judge(misses, size, "migrations", migrations_are_near(r, &c->migrations));
    t->all += misses[0] == '\0';
    if (r->processors > 1)
        return;
    t->one++;
    t->orders += order;
    t->exact += c->order.ours == 0;
    t->must += c->order.self <= 0;
}

static void say_row(family *page, const recording *r, const comparison *c,
                    const char *misses, const char *reason)
{
    say(page, "| %s %s | ", r->kernel, r->name);
    say_figure(page, &c->changes, 1, 0);
    say_order(page, r, &c->order);
    say_figure(page, &c->share, 100, 2);
    say_figure(page, &c->mean, 1, 1);
    say_figure(page, &c->p95, 1, 0);
    say_figure(page, &c->most, 1, 0);
    say_figure(page, &c->migrations, 1, 0);
    say(page, "%s%s%s |\n", misses, reason != NULL ? ": " : "",
        reason != NULL ? reason : "");
}

static void say_total(family *page, const char *kernel, const total *t)
{
    say(page,
        "- %s: %d of %d recordings are near enough in everything. On one "
        "processor the order is the kernel's exactly in %d of %d, and in %d "
        "within the kernel's own spread (which is none in %d). Of all, changes "
        "of thread in %d, shares in %d, latencies in %d.\n",
        kernel, t->all, t->played, t->exact, t->one, t->orders, t->must,
        t->changes, t->shares, t->latencies);
}

/* --- the recordings of a folder --- */

static int is_recording(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);

    return entry->d_name[0] >= '0' && entry->d_name[0] <= '9' && n > 5 &&
           !strcmp(entry->d_name + n - 5, ".json");
}

static cJSON *read_beside(const char *folder, const char *name)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/%s", folder, name);

    return n < (int)sizeof path ? read_json(path) : NULL;
}

/* Each miss has a reason, and nothing else has. */
static const char *reason_for(const recording *r, const cJSON *reasons,
                              const char *misses)
{
    const char *reason = cJSON_GetStringValue(part(reasons, r->label));

    if (family_elsewhere())
        return NULL;
    if (misses[0] && reason == NULL)
        print_error("%s: misses %s, and reasons.json does not say why\n",
                    r->label, misses);
    if (!misses[0] && reason != NULL)
        print_error("%s: misses nothing, and has a reason in reasons.json\n",
                    r->label);
    return reason;
}

/* Says a row for each recording of the folder under that kernel; whether each
 * was played and what it misses is accounted for. */
static bool say_rows(family *page, const char *folder, const char *kernel,
                     total *t)
{
    cJSON *spread = read_beside(folder, "spread.json");
    cJSON *reasons =
        family_elsewhere() ? NULL : read_beside(folder, "reasons.json");
    struct dirent **files = NULL;
    int count = scandir(folder, &files, is_recording, alphasort);
    bool good = true;

    for (int i = 0; i < count; i++) {
        char misses[128] = "";
        const char *reason;
        recording r;
        comparison c;

        if (!recording_open(&r, folder, files[i]->d_name, spread)) {
            good = false;
        } else if (!strcmp(r.kernel, kernel)) {
            c = recording_compare(&r);
            judge_all(&r, &c, t, misses, sizeof misses);
            reason = reason_for(&r, reasons, misses);
            say_row(page, &r, &c, misses, reason);
            if (family_elsewhere())
                printf("%s %s%s%s\n", misses[0] ? "failed" : "passed", r.label,
                       misses[0] ? ": " : "", misses);
            good &= c.played &&
                    (family_elsewhere() ? !misses[0]
                                        : !misses[0] == (reason == NULL));
        }
        recording_close(&r);
        free(files[i]);
    }
    free(files);
    cJSON_Delete(spread);
    cJSON_Delete(reasons);
    return good;
}

/* --- the table --- */

static const char preface[] =
    "# What the models of Linux are from Linux\n\n"
    "Written by the test that holds it, "
    "`tests/cases/test_kernel_recordings.c`; "
    "README.md beside it says\nwhat the recordings are. In a field: the "
    "kernel's figure, timeslice's, and in brackets the error\nand, after a "
    "semicolon, how far the kernel is from itself in other boots. Shares are "
    "in percent and\nlatencies, from wake-up to running, in microseconds, of "
    "the thread whose figure is the furthest off.\nOrder: the edit distance "
    "between both orders of who ran.\n\n";

static void write_table(const char *path, const family *page)
{
    FILE *file = fopen(path, "wb");

    if (file == NULL ||
        fwrite(page->text, 1, page->length, file) != page->length ||
        fclose(file) != 0)
        fail_msg("%s: cannot be written", path);
}

static void hold_table(const family *page)
{
    char *text = read_text(FOLDER "/table.md");
    bool same = text != NULL && !strcmp(text, page->text);

    free(text);
    if (same)
        return;
    write_table("kernel-table.md", page);
    fail_msg("tests/cases/kernel/table.md is not what the models do now, which "
             "is in kernel-table.md. If it is meant: cmake --build ... "
             "--target update-kernel-table");
}

static void test_recordings(void **state)
{
    static const char *const kernels[] = {"6.1", "6.12"};
    const char *own = getenv("TS_CASES"), *file = getenv("TS_TABLE");
    char folder[4096] = FOLDER;
    family *page = family_begin("table");
    total totals[2] = {{0}};
    bool good = true;

    (void)state;
    if (family_elsewhere())
        snprintf(folder, sizeof folder, "%s/kernel", own);
    say(page, "%s%s", preface, heads);
    for (int i = 0; i < 2; i++)
        good &= say_rows(page, folder, kernels[i], &totals[i]);
    say(page, "\n");
    for (int i = 0; i < 2; i++)
        say_total(page, kernels[i], &totals[i]);
    printf("%s", page->text);
    if (file != NULL && *file)
        write_table(file, page);
    else if (!family_elsewhere())
        hold_table(page);
    family_end(page);
    assert_true(good);
}

/* A row that is near enough in all is told from one that is not. */
static void test_judging(void **state)
{
    recording one = {.processors = 1}, two = {.processors = 2};
    figure f = {.known = true, .kernel = 100, .ours = 102, .self = -1};

    (void)state;
    assert_true(changes_are_near(&one, &f));
    f.ours = 103;
    assert_false(changes_are_near(&one, &f));
    assert_true(changes_are_near(&two, &f));
    f.self = 1;
    assert_true(changes_are_near(&one, &f));
    f = (figure){.known = true, .kernel = 100, .ours = 121};
    assert_false(latency_is_near(&one, &f));
    f.kernel = 300;
    f.ours = 329;
    assert_true(latency_is_near(&one, &f));
    f = (figure){.known = true, .ours = 1};
    assert_false(order_is_near(&one, &f));
    f.self = 1;
    assert_true(order_is_near(&one, &f));
    f = (figure){.known = true, .kernel = 0.5, .ours = 0.506};
    assert_false(share_is_near(&one, &f));
    assert_true(share_is_near(&two, &f));
    f = (figure){.known = true, .kernel = 10, .ours = 12, .self = -1};
    assert_true(migrations_are_near(&two, &f));
    f.ours = 13;
    assert_false(migrations_are_near(&two, &f));
    f.self = 1;
    assert_true(migrations_are_near(&two, &f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_judging),
                                       cmocka_unit_test(test_recordings)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
