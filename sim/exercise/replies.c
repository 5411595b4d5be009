/*
 * replies.c - from a sheet's entries to answers; see sheet.h.
 */
#include "sim/exercise/sheet.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct binding {
    const ts_sheet *sheet;
    const ts_exercise *exercise;
    ts_arena *arena;
    ts_diagnostics *diagnostics;
    const ts_entry_line *entry; /* the one that is read */
} binding;

#define COMPLAIN(b, ...)                                                       \
    ts_diagnostics_add((b)->diagnostics, (b)->sheet->file, (b)->entry->line,   \
                       0, "", __VA_ARGS__)

/* Names are the same without regard to case and to what stands between their
 * words. */
static bool same_name(const char *a, const char *b)
{
    for (; *a != '\0' && *b != '\0'; a++, b++) {
        char x = (char)tolower((unsigned char)*a);
        char y = (char)tolower((unsigned char)*b);

        x = x == '-' || x == '_' || x == '.' ? ' ' : x;
        y = y == '-' || y == '_' || y == '.' ? ' ' : y;
        if (x != y)
            return false;
    }
    return *a == *b;
}

/* --- charts --- */

static const char *all_letters(const binding *b)
{
    const char *text = "";

    for (int i = 0; i < b->exercise->jobs->count; i++)
        text = ts_arena_format(b->arena, "%s%s%c", text, i > 0 ? ", " : "",
                               b->exercise->jobs->items[i].letter);
    return text;
}

/* The letter that a sign of a chart stands for; 0: none. */
static char letter_of(const binding *b, char c)
{
    char upper = (char)toupper((unsigned char)c);

    if (c == '.' || c == '-' || c == '_')
        return TS_IDLE;
    if (c == TS_CHANGE)
        return TS_CHANGE;
    for (int i = 0; i < b->exercise->jobs->count; i++)
        if (b->exercise->jobs->items[i].letter == upper)
            return upper;
    return '\0';
}

static bool read_letters(binding *b, ts_reply *answer)
{
    int used = 0;

    for (const char *c = b->entry->value; *c != '\0'; c++) {
        char letter = letter_of(b, *c);

        if (*c == ' ' || *c == '|')
            continue;
        if (letter == '\0') {
            COMPLAIN(b,
                     "%s: \"%.4s\" is none of %s, \".\" (nobody) and \"/\" (a "
                     "switch)",
                     b->entry->name, (char[]){*c, '\0'}, all_letters(b));
            return false;
        }
        if (used == TS_SLOTS_MAX) {
            COMPLAIN(b, "%s: longer than %d slots", b->entry->name,
                     TS_SLOTS_MAX);
            return false;
        }
        answer->lane[used++] = letter;
    }
    answer->lane[used] = '\0';
    return true;
}

/* Who is meant by what stands beside "3-5". */
static char letter_named(const binding *b, const char *name)
{
    if (strcasecmp(name, "idle") == 0)
        return TS_IDLE;
    if (strcasecmp(name, "switch") == 0)
        return TS_CHANGE;
    for (int i = 0; i < b->exercise->jobs->count; i++)
        if (strcasecmp(b->exercise->jobs->items[i].name, name) == 0)
            return b->exercise->jobs->items[i].letter;
    return strlen(name) == 1 ? letter_of(b, name[0]) : '\0';
}

/* A number of slots; too many are one more than there may be. */
static int slot_at(const char *text, const char **end)
{
    char *stop;
    long slot = strtol(text, &stop, 10);

    *end = stop;
    return slot < 0 || slot > TS_SLOTS_MAX ? TS_SLOTS_MAX + 1 : (int)slot;
}

/* "A 3-5" or "3-5: A": the times are taken out, what is left is the name. */
static bool split_interval(const char *piece, char *name, int *from, int *to)
{
    const char *dash = NULL, *begin, *end;
    size_t used = 0;

    for (const char *c = piece + 1; *c != '\0' && dash == NULL; c++)
        if (*c == '-' && (isdigit((unsigned char)c[-1]) || c[-1] == ' ') &&
            (isdigit((unsigned char)c[1]) || c[1] == ' '))
            dash = c;
    if (dash == NULL)
        return false;
    begin = dash;
    while (begin > piece && begin[-1] == ' ')
        begin--;
    while (begin > piece && isdigit((unsigned char)begin[-1]))
        begin--;
    *from = slot_at(begin, &end);
    *to = slot_at(dash + 1, &end);
    for (const char *c = piece; *c != '\0'; c++)
        if ((c < begin || c >= end) && strchr(" :()=[]", *c) == NULL)
            name[used++] = *c;
    name[used] = '\0';
    return isdigit((unsigned char)*begin) && used > 0;
}

static bool enter_interval(binding *b, ts_reply *answer, const char *piece,
                           int *length)
{
    char *name = ts_arena_alloc(b->arena, strlen(piece) + 1);
    int from = 0, to = 0;
    char letter;

    if (name == NULL || !split_interval(piece, name, &from, &to)) {
        COMPLAIN(b, "%s: \"%.40s\" is no interval: A 3-5", b->entry->name,
                 piece);
        return false;
    }
    letter = letter_named(b, name);
    if (letter == '\0' || from >= to || to > TS_SLOTS_MAX) {
        COMPLAIN(b,
                 letter == '\0' ? "%s: \"%.40s\": nobody is called that"
                                : "%s: \"%.40s\" ends before it begins, or too "
                                  "late",
                 b->entry->name, piece);
        return false;
    }
    for (int at = from; at < to; at++) {
        if (answer->lane[at] != TS_IDLE && answer->overlap < 0) {
            answer->overlap = at;
            answer->twice[0] = answer->lane[at];
            answer->twice[1] = letter;
        }
        answer->lane[at] = letter;
    }
    *length = to > *length ? to : *length;
    return true;
}

static bool read_intervals(binding *b, ts_reply *answer)
{
    char *rest = ts_arena_text(b->arena, b->entry->value);
    int length = 0;

    memset(answer->lane, TS_IDLE, TS_SLOTS_MAX);
    while (rest != NULL && *rest != '\0') {
        size_t piece = strcspn(rest, ",;");
        char *next = rest[piece] != '\0' ? rest + piece + 1 : rest + piece;

        rest[piece] = '\0';
        while (*rest == ' ')
            rest++;
        if (*rest != '\0' && !enter_interval(b, answer, rest, &length))
            return false;
        rest = next;
    }
    answer->lane[length] = '\0';
    return true;
}

static bool read_chart(binding *b, ts_reply *answer)
{
    answer->overlap = -1;
    answer->lane = ts_arena_alloc(b->arena, TS_SLOTS_MAX + 1);
    if (answer->lane == NULL)
        return false;
    return strpbrk(b->entry->value, "0123456789") != NULL
               ? read_intervals(b, answer)
               : read_letters(b, answer);
}

/* --- the others --- */

static bool read_choice(binding *b, const ts_asked *part, ts_reply *answer)
{
    const char *all = "";

    for (int i = 0; i < part->choice_count; i++) {
        if (strcasecmp(part->choices[i], b->entry->value) == 0) {
            answer->words = part->choices[i];
            return true;
        }
        all = ts_arena_format(b->arena, "%s%s%s", all, i > 0 ? ", " : "",
                              part->choices[i]);
    }
    COMPLAIN(b, "%s: \"%.40s\" is none of %s", b->entry->name, b->entry->value,
             all);
    return false;
}

/* Words apart by spaces, commas or arrows. */
static bool read_order(binding *b, ts_reply *answer)
{
    char *copy = ts_arena_text(b->arena, b->entry->value);
    size_t used = 0;

    for (const char *c = b->entry->value; copy != NULL && *c != '\0'; c++) {
        if (strchr(" ,;->", *c) == NULL)
            copy[used++] = (char)toupper((unsigned char)*c);
        else if (used > 0 && copy[used - 1] != ' ')
            copy[used++] = ' ';
    }
    if (copy == NULL)
        return false;
    copy[used > 0 && copy[used - 1] == ' ' ? used - 1 : used] = '\0';
    answer->words = copy;
    return true;
}

static bool read_answer(binding *b, const ts_asked *part, ts_reply *answer)
{
    answer->given = true;
    answer->text = b->entry->value;
    answer->line = b->entry->line;
    switch (part->kind) {
    case TS_PART_CHART:
        return read_chart(b, answer);
    case TS_PART_CHOICE:
        return read_choice(b, part, answer);
    case TS_PART_ORDER:
        return read_order(b, answer);
    case TS_PART_NUMBER:
        break;
    }
    if (ts_quotient_read(b->entry->value, part->unit, &answer->number))
        return true;
    COMPLAIN(b, "%s: \"%.40s\" is no number", b->entry->name, b->entry->value);
    return false;
}

/* Its part, by the name that either has. */
static int find_part(const binding *b)
{
    const ts_question *q = &b->exercise->question;

    for (int i = 0; i < q->part_count; i++)
        if (same_name(q->parts[i].name, b->entry->name))
            return i;
    return -1;
}

static void complain_name(binding *b)
{
    const ts_question *q = &b->exercise->question;
    const char **names =
        ts_arena_array(b->arena, (size_t)q->part_count + 1, sizeof *names);
    const char *near;

    for (int i = 0; names != NULL && i < q->part_count; i++)
        names[i] = q->parts[i].name;
    near =
        names != NULL ? ts_nearest(b->entry->name, names, q->part_count) : NULL;
    COMPLAIN(b, "nothing that is asked is called \"%.60s\"%s%s%s",
             b->entry->name, near != NULL ? "; did you mean \"" : "",
             near != NULL ? near : "", near != NULL ? "\"?" : "");
}

ts_reply *ts_replies_read(const ts_sheet *sheet, const ts_exercise *exercise,
                          ts_arena *arena, ts_diagnostics *diagnostics)
{
    binding b = {sheet, exercise, arena, diagnostics, NULL};
    ts_reply *answers =
        ts_arena_array(arena, (size_t)exercise->question.part_count + 1,
                       sizeof *answers);

    for (int i = 0; answers != NULL && i < sheet->count; i++) {
        int part;

        b.entry = &sheet->entries[i];
        part = find_part(&b);
        if (part < 0)
            complain_name(&b);
        else if (b.entry->value[0] != '\0')
            read_answer(&b, &exercise->question.parts[part], &answers[part]);
    }
    return diagnostics->count == 0 ? answers : NULL;
}
