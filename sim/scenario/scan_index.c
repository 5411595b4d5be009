/*
 * scan_index.c - where in a text the value of a pointer stands.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/reader.h"
#include "sim/scenario/scan.h"
#include "sim/scenario/token.h"

#define MARK_BYTES 4096

/* A container that is not closed yet. */
typedef struct level {
    uint32_t node;
    uint32_t last; /* its last child so far; 0: none, the root is no child */
    bool object;
} level;

static bool add_node(ts_scan_index *index, level *up, size_t start, size_t key)
{
    uint32_t at = index->node_count;

    if (at == index->node_room) {
        uint32_t room = at == 0 ? 64 : 2 * at;
        ts_scan_node *more = realloc(index->nodes, (size_t)room * sizeof *more);

        if (more == NULL)
            return false;
        index->nodes = more;
        index->node_room = room;
    }
    index->nodes[at] = (ts_scan_node){(uint32_t)start, (uint32_t)key,
                                      up != NULL ? up->node : 0, 0};
    index->node_count++;
    if (up == NULL)
        return true;
    if (up->last != 0)
        index->nodes[up->last].next = at;
    up->last = at;
    return true;
}

/* All values of a checked text; none of them without memory. */
static void make_nodes(ts_scan_index *index, const char *text, size_t length)
{
    ts_scanner s = {.text = text, .length = length};
    level levels[TS_LIMIT_NESTING];
    int depth = 0;

    for (ts_token t = ts_token_next(&s); t != TOKEN_END && t != TOKEN_ERROR;
         t = ts_token_next(&s)) {
        level *up = depth > 0 ? &levels[depth - 1] : NULL;
        size_t key = s.start;

        if (t == TOKEN_CLOSE_OBJECT || t == TOKEN_CLOSE_LIST)
            depth--;
        if (t == TOKEN_CLOSE_OBJECT || t == TOKEN_CLOSE_LIST ||
            t == TOKEN_COMMA)
            continue;
        if (up != NULL && up->object) {
            (void)ts_token_next(&s); /* the colon */
            t = ts_token_next(&s);
        }
        if (!add_node(index, up, s.start, key)) {
            index->node_count = 0;
            return;
        }
        if (t == TOKEN_OPEN_OBJECT || t == TOKEN_OPEN_LIST)
            levels[depth++] =
                (level){index->node_count - 1, 0, t == TOKEN_OPEN_OBJECT};
    }
}

/* Moves the mark over the byte at `i`. */
static void pass(ts_scan_mark *mark, const char *text, size_t i)
{
    if (text[i] == '\n')
        *mark = (ts_scan_mark){i + 1, mark->line + 1, 1};
    else if (((unsigned char)text[i] & 0xC0) != 0x80)
        mark->column++;
}

static void make_marks(ts_scan_index *index, const char *text, size_t length)
{
    ts_scan_mark mark = {0, 1, 1};

    index->marks = malloc((length / MARK_BYTES + 1) * sizeof *index->marks);
    for (size_t i = 0; index->marks != NULL && i <= length; i++) {
        if (i % MARK_BYTES == 0)
            index->marks[index->mark_count++] = mark;
        if (i < length)
            pass(&mark, text, i);
    }
}

void ts_scan_index_fini(ts_scan_index *index)
{
    free(index->nodes);
    free(index->marks);
    *index = (ts_scan_index){NULL, 0, 0, NULL, 0};
}

/* Is the key that begins at `at` this one? */
static bool key_is(const char *text, size_t length, size_t at, const char *name,
                   ts_buffer *room)
{
    ts_scanner s = {.text = text, .length = length, .at = at};
    size_t n = strlen(name);

    (void)ts_token_next(&s);
    if (memchr(text + at, '\\', s.at - at) == NULL)
        return s.at - at == n + 2 && memcmp(text + at + 1, name, n) == 0;
    ts_token_unescape(&s, room);
    return room->data != NULL && strcmp(room->data, name) == 0;
}

/* The member or item of `node` that `name` is, or 0: the root is none. */
static uint32_t child_of(const ts_scan_index *index, const char *text,
                         size_t length, uint32_t node, const char *name,
                         int occurrence, ts_buffer *room)
{
    bool object = text[index->nodes[node].start] == '{';
    int nth = object ? occurrence : ts_pointer_number(name);
    uint32_t child = node + 1;

    if (nth < 0 || child >= index->node_count || index->nodes[child].up != node)
        return 0;
    for (; child != 0; child = index->nodes[child].next)
        if ((!object ||
             key_is(text, length, index->nodes[child].key, name, room)) &&
            nth-- == 0)
            return child;
    return 0;
}

size_t ts_scan_find(ts_scan_index *index, const char *text, size_t length,
                    const char *pointer, bool key, int occurrence,
                    size_t *matched)
{
    ts_buffer name = TS_BUFFER_EMPTY, word = TS_BUFFER_EMPTY;
    const char *at = pointer;
    uint32_t node = 0;
    size_t found;

    *matched = 0;
    if (index->node_count == 0)
        make_nodes(index, text, length);
    if (index->node_count == 0)
        return 0;
    found = index->nodes[0].start;
    while (*at == '/' && ts_pointer_next(&at, &name)) {
        node = child_of(index, text, length, node, name.data,
                        *at == '\0' ? occurrence : 0, &word);
        if (node == 0)
            break;
        found = *at == '\0' && key ? index->nodes[node].key
                                   : index->nodes[node].start;
        *matched = (size_t)(at - pointer);
    }
    ts_buffer_fini(&name);
    ts_buffer_fini(&word);
    return found;
}

void ts_scan_place(ts_scan_index *index, const char *text, size_t length,
                   size_t at, int *line, int *column, size_t *from)
{
    ts_scan_mark mark = {0, 1, 1};
    size_t i = 0;

    if (at > length)
        at = length;
    if (index->marks == NULL)
        make_marks(index, text, length);
    if (index->marks != NULL) {
        i = at / MARK_BYTES * MARK_BYTES;
        mark = index->marks[at / MARK_BYTES];
    }
    for (; i < at; i++)
        pass(&mark, text, i);
    *line = mark.line;
    *column = mark.column;
    *from = mark.from;
}
