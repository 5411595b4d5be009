/*
 * families.c - files of cases, one case after another.
 */
#include "harness.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reading.h"

#define PATIENCE 600 /* seconds for a case of somebody's own */

typedef void player(family *f);

static const char *folder_of_cases(void)
{
    const char *own = getenv("TS_CASES");

    return own != NULL && *own ? own : NULL;
}

bool family_elsewhere(void)
{
    return folder_of_cases() != NULL;
}

/* --- files --- */

/* NULL: there is none. Ends the program when it cannot be read. */
static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t used = 0, room = 0, got;

    if (file == NULL)
        return NULL;
    do {
        room = room * 2 + 65536;
        text = realloc(text, room);
        if (text == NULL)
            exit(1);
        got = fread(text + used, 1, room - used - 1, file);
        used += got;
    } while (got > 0);
    if (ferror(file)) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    fclose(file);
    text[used] = '\0';
    return text;
}

static int line_of(const char *text, const char *end)
{
    int line = 1;

    for (; text < end; text++)
        line += *text == '\n';
    return line;
}

/* NULL with a line of why there is nothing to play. */
static cJSON *parse_file(const char *path, const char *text)
{
    const char *end = text;
    cJSON *root = cJSON_ParseWithOpts(text, &end, true);

    if (root == NULL)
        fprintf(stderr, "%s:%d: no JSON, from \"%.20s\" on\n", path,
                line_of(text, end), end);
    else if (cJSON_GetArraySize(part(root, "cases")) > 0)
        return root;
    else
        fprintf(stderr, "%s: no \"cases\"\n", path);
    cJSON_Delete(root);
    return NULL;
}

/* false: a file that is no family. Without one, of the cases of somebody who
 * has none of this family, f->root is NULL. */
static bool open_file(family *f)
{
    const char *own = folder_of_cases();
    char path[4096], *text;

    if (own != NULL)
        snprintf(path, sizeof path, "%s/%s.json", own, f->name);
    else
        snprintf(path, sizeof path, "%s/tests/cases/%s.json", TS_TREE, f->name);
    text = read_file(path);
    if (text == NULL) {
        if (own != NULL && access(own, X_OK) == 0)
            printf("%-36s is not in %s\n", f->name, own);
        else
            fprintf(stderr, "%s: cannot be opened\n", path);
        return own != NULL && access(own, X_OK) == 0;
    }
    f->root = parse_file(path, text);
    free(text);
    f->count = cJSON_GetArraySize(part(f->root, "cases"));
    return f->root != NULL;
}

/* --- what a case holds --- */

static bool is_aside(const family_rules *rules, const char *path)
{
    const char *const *aside = rules != NULL ? rules->aside : NULL;

    for (; aside != NULL && *aside != NULL; aside++) {
        size_t n = strlen(*aside);

        if (strncmp(path, *aside, n) == 0 &&
            (path[n] == '\0' || path[n] == '.'))
            return true;
    }
    return false;
}

/* Calls `leaf` for every leaf at or below `item`, with the names on the way;
 * elements of lists have none. */
static void each_leaf(cJSON *item, const char *path, void *context,
                      void (*leaf)(cJSON *, const char *, void *))
{
    cJSON *child;
    char below[512];

    if (!cJSON_IsObject(item) && !cJSON_IsArray(item)) {
        leaf(item, path, context);
        return;
    }
    cJSON_ArrayForEach(child, item)
    {
        snprintf(below, sizeof below, "%s%s%s", path,
                 child->string != NULL ? "." : "",
                 child->string != NULL ? child->string : "");
        each_leaf(child, below, context, leaf);
    }
}

typedef struct search {
    family *f;
    const family_rules *rules;
    char last[512]; /* said of each list once */
} search;

static void complain(cJSON *item, const char *path, void *context)
{
    search *s = context;

    if (reading_marked(item) || is_aside(s->rules, path) ||
        strcmp(s->last, path) == 0)
        return;
    snprintf(s->last, sizeof s->last, "%s", path);
    wrong(s->f, "\"%s\" is not understood: nothing is done with it", path);
}

static bool one_of(const char *const *words, const char *word)
{
    for (; word != NULL && *words != NULL; words++)
        if (strcmp(*words, word) == 0)
            return true;
    return false;
}

/* A kind says how a case's tolerance is meant; some families have none. */
static void expect_known_kind(family *f)
{
    static const char *const kinds[] = {"exact", "statistical", "fluid",
                                        "measured-band", NULL};
    const cJSON *kind = part(f->item, "kind");

    if (kind != NULL && !one_of(kinds, cJSON_GetStringValue(kind)))
        wrong(f, "the kind \"%s\" is not understood",
              cJSON_IsString(kind) ? kind->valuestring : "?");
}

static void expect_understood(family *f, const family_rules *rules)
{
    search s = {.f = f, .rules = rules};

    expect_known_kind(f);

    each_leaf((cJSON *)f->inputs, "inputs", &s, complain);
    each_leaf((cJSON *)f->expected, "expected", &s, complain);
}

/* --- changes that must be noticed --- */

static bool wants_changes(void)
{
    const char *wish = getenv("TS_CHANGE");

    if (wish != NULL && strcmp(wish, "given") == 0)
        return !family_elsewhere();
    return wish != NULL && *wish && strcmp(wish, "0") != 0;
}

typedef struct changes {
    family *f;
    player *play;
    const family_rules *rules;
    int made, noticed;
} changes;

/* Thrice what the case allows for a value at `path` ("expected.mean_ns.0.5");
 * 0 where it says nothing, or that the value is exact. */
static double beyond_tolerance(const family *f, const char *path,
                               double expected)
{
    const char *from = path + strlen("expected.");
    char key[128];

    snprintf(key, sizeof key, "%.*s", (int)strcspn(from, "."), from);
    return 3 * fmax(allowed(f, key, expected), 0);
}

/* Another value of the same kind, which *kept gets back: a number is more by
 * the part `by` of it, or by `least` if that is given. */
static void change(cJSON *item, double by, double least, cJSON *kept)
{
    static char text[512];

    *kept = *item;
    switch (item->type & 0xff) {
    case cJSON_Number:
        if (by > 0)
            item->valuedouble += item->valuedouble * by;
        else if (least > 0)
            item->valuedouble += least;
        else if (item->valuedouble == (double)(int64_t)item->valuedouble)
            item->valuedouble += 1;
        else
            item->valuedouble *= 1 + 1e-6;
        if (item->valuedouble == kept->valuedouble)
            item->valuedouble = 1;
        item->valueint = (int)item->valuedouble;
        break;
    case cJSON_String:
        snprintf(text, sizeof text, "1%s", item->valuestring);
        item->valuestring = text;
        break;
    case cJSON_True:
        item->type = cJSON_False;
        break;
    case cJSON_False:
        item->type = cJSON_True;
        break;
    default:
        item->type = cJSON_Number;
        item->valuedouble = item->valueint = 1;
    }
}

static void change_one(cJSON *item, const char *path, void *context)
{
    changes *c = context;
    family *f = c->f;
    cJSON kept;

    if (is_aside(c->rules, path))
        return;
    change(item, c->rules != NULL ? c->rules->change : 0,
           beyond_tolerance(f, path, item->valuedouble), &kept);
    fresh(f);
    f->wrong = false;
    c->play(f);
    c->made++;
    c->noticed += f->wrong;
    if (!f->wrong)
        fprintf(stderr, "%s %s: a change of \"%s\" is not noticed\n", f->name,
                f->label, path);
    item->type = kept.type;
    item->valuestring = kept.valuestring;
    item->valuedouble = kept.valuedouble;
    item->valueint = kept.valueint;
}

static void change_all(family *f, player *play_case, const family_rules *rules)
{
    changes c = {.f = f, .play = play_case, .rules = rules};

    f->quiet = true;
    each_leaf((cJSON *)f->expected, "expected", &c, change_one);
    f->quiet = false;
    f->wrong = c.noticed < c.made;
    printf("  %s: %d of %d changes noticed\n", f->label, c.noticed, c.made);
}

/* --- one case after another --- */

static void play_one(family *f, const cJSON *item, int index, player *play_case,
                     const family_rules *rules, bool strict)
{
    bool tries = wants_changes() && !f->made;

    family_case(f, item, index);
    f->keep = tries;
    if (!f->wrong)
        play_case(f);
    if (strict && !f->wrong)
        expect_understood(f, rules);
    if (tries && !f->wrong)
        change_all(f, play_case, rules);
}

static void say_outcome(const family *f)
{
    size_t end = strcspn(f->why, "\n");

    if (f->wrong)
        printf("%s %s: failed: %.*s\n", f->name, f->label, (int)end, f->why);
    else
        printf("%s %s: passed%s%s\n", f->name, f->label,
               f->but[0] ? "; judged was " : "", f->but);
}

/* In a process of its own, so that a case that crashes is one that failed. */
static bool passes_apart(family *f, const cJSON *item, int index,
                         player *play_case, const family_rules *rules,
                         bool strict)
{
    int status = 0;
    pid_t child;

    fflush(NULL);
    child = fork();
    if (child == 0) {
        alarm(PATIENCE);
        play_one(f, item, index, play_case, rules, strict);
        say_outcome(f);
        fflush(NULL);
        _exit(f->wrong);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        perror("a case's process");
        exit(1);
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
        printf("%s %s: failed: its process died (status %d)\n", f->name,
               cJSON_GetStringValue(part(item, "name")) != NULL
                   ? cJSON_GetStringValue(part(item, "name"))
                   : "(no name)",
               status);
    return status == 0;
}

static int play_all(family *f, player *play_case, const family_rules *rules,
                    bool strict)
{
    const cJSON *item;
    int index = 0;

    cJSON_ArrayForEach(item, part(f->root, "cases"))
    {
        bool passed;

        if (family_elsewhere()) {
            passed = passes_apart(f, item, index, play_case, rules, strict);
        } else {
            play_one(f, item, index, play_case, rules, strict);
            passed = !f->wrong;
            if (passed && f->but[0])
                say_outcome(f);
        }
        f->passed += passed;
        f->failed += !passed;
        index++;
    }
    printf("%-36s %4d cases %4d passed %4d failed\n", f->name, f->count,
           f->passed, f->failed);
    return f->failed;
}

static int play_file(const char *name, player *play_case,
                     const family_rules *rules, bool strict)
{
    family *f = family_begin(name);
    int failed = 0;

    if (!open_file(f))
        failed = 1;
    else if (f->root != NULL)
        failed = play_all(f, play_case, rules, strict);
    family_end(f);
    return failed;
}

int family_play(const char *name, player *play_case, const family_rules *rules)
{
    return play_file(name, play_case, rules, true);
}

int family_run(const char *name, player *play_case)
{
    return play_file(name, play_case, NULL, false);
}

/* --- cases that are made --- */

static cJSON *make_cases(int count, void (*make)(cJSON *, cJSON *, int),
                         const family_rules *rules)
{
    cJSON *root = cJSON_CreateObject();
    cJSON *cases = cJSON_AddArrayToObject(root, "cases");

    for (int i = 0; i < count; i++) {
        cJSON *item = cJSON_CreateObject();
        char name[32];

        snprintf(name, sizeof name, "made-%d", i);
        cJSON_AddStringToObject(item, "name", name);
        make(cJSON_AddObjectToObject(item, "inputs"),
             cJSON_AddObjectToObject(item, "expected"), i);
        if (rules != NULL && rules->tolerance != NULL)
            cJSON_AddItemToObject(item, "tolerance",
                                  cJSON_Parse(rules->tolerance));
        cJSON_AddItemToArray(cases, item);
    }
    return root;
}

/* FOLDER/scheduling/ostep_rr.json; the folders are there. */
static void write_cases(const family *f)
{
    const char *folder = getenv("TS_MADE");
    char path[4096], *text;
    FILE *file;

    if (folder == NULL || !*folder)
        return;
    snprintf(path, sizeof path, "%s/%s.json", folder, f->name);
    text = cJSON_Print(f->root);
    file = fopen(path, "w");
    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
        fprintf(stderr, "%s: cannot be written\n", path);
    cJSON_free(text);
}

int family_made(const char *name, int count,
                void (*make)(cJSON *inputs, cJSON *expected, int number),
                player *play_case, const family_rules *rules)
{
    family *f;
    char label[128];
    int failed;

    if (family_elsewhere())
        return 0;
    f = family_begin(name);
    f->made = true;
    f->root = make_cases(count, make, rules);
    f->count = count;
    write_cases(f);
    snprintf(label, sizeof label, "%s, made", name);
    f->name = label;
    failed = play_all(f, play_case, rules, true);
    if (failed > 0)
        fprintf(stderr, "%s: TS_MADE=FOLDER writes the cases to FOLDER\n",
                label);
    family_end(f);
    return failed;
}
