/*
 * paper.c - a report in one of its forms: text, Markdown, HTML.
 *
 * The page needs nothing but itself: style and pictures stand in it, there is
 * no script, and it may be mailed or kept beside the database.
 */
#include "sim/paper/paper.h"

#include <stdarg.h>
#include <string.h>

#include "sim/paper/style.h"
#include "sim/paper/svg.h"
#include "sim/scenario/escape.h"

static bool is_html(const ts_paper *paper)
{
    return paper->form == TS_PAPER_HTML;
}

static void put(ts_paper *paper, const char *text)
{
    static const ts_escape_form forms[] = {
        [TS_PAPER_TEXT] = TS_ESCAPE_LINE,
        [TS_PAPER_MARKDOWN] = TS_ESCAPE_MARKDOWN,
        [TS_PAPER_HTML] = TS_ESCAPE_XML,
    };

    ts_escape_print(paper->out, forms[paper->form], text);
}

const char *ts_paper_words(ts_paper *paper, const ts_buffer *words)
{
    if (words->failed)
        ts_fail_memory(&paper->error);
    return words->failed || words->data == NULL ? "" : words->data;
}

static void put_format(ts_paper *paper, const char *format, va_list list)
{
    ts_buffer text = TS_BUFFER_EMPTY;

    ts_buffer_vformat(&text, format, list);
    put(paper, ts_paper_words(paper, &text));
    ts_buffer_fini(&text);
}

/* What is open has ended, and `list` begins. */
static void open_list(ts_paper *paper, ts_paper_list list)
{
    static const char *const begins[] = {
        "", "<ul>\n", "<nav aria-label=\"Contents\">\n<ul>\n"};
    static const char *const ends[] = {"", "</ul>\n", "</ul>\n</nav>\n"};

    if (list == paper->list)
        return;
    fputs(is_html(paper) ? ends[paper->list]
          : paper->form == TS_PAPER_MARKDOWN && paper->list != TS_PAPER_NO_LIST
              ? "\n"
              : "",
          paper->out);
    fputs(is_html(paper) ? begins[list] : "", paper->out);
    paper->list = list;
}

void ts_paper_begin(ts_paper *paper, ts_paper_form form, FILE *out,
                    const char *title)
{
    *paper = (ts_paper){.form = form, .out = out};
    if (form == TS_PAPER_HTML) {
        fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n", out);
        if (!ts_paper_style(out))
            ts_fail_memory(&paper->error);
        fputs("<title>", out);
        put(paper, title);
        fputs("</title>\n</head>\n<body>\n<main>\n", out);
    }
    ts_paper_heading(paper, 1, title);
}

bool ts_paper_end(ts_paper *paper, ts_error *error)
{
    open_list(paper, TS_PAPER_NO_LIST);
    if (is_html(paper))
        fprintf(paper->out, "%s</main>\n</body>\n</html>\n",
                paper->sections > 0 ? "</section>\n" : "");
    return paper->error.text[0] == '\0' ||
           ts_fail(error, "%s", paper->error.text);
}

static void html_heading(ts_paper *paper, int level, const char *text)
{
    if (level == 2) {
        fputs(paper->sections > 0 ? "</section>\n" : "", paper->out);
        paper->sections++;
        fprintf(paper->out,
                "<section aria-labelledby=\"s%d\">\n<h2 id=\"s%d\">",
                paper->sections, paper->sections);
    } else {
        fprintf(paper->out, "<h%d>", level);
    }
    put(paper, text);
    fprintf(paper->out, "</h%d>\n", level);
}

void ts_paper_heading(ts_paper *paper, int level, const char *text)
{
    static const char lines[] = "==-";

    open_list(paper, TS_PAPER_NO_LIST);
    if (is_html(paper)) {
        html_heading(paper, level, text);
    } else if (paper->form == TS_PAPER_MARKDOWN) {
        fprintf(paper->out, "%s%.*s ", level > 1 ? "\n" : "", level, "####");
        put(paper, text);
        fputs("\n\n", paper->out);
    } else {
        fputs(level > 1 ? "\n" : "", paper->out);
        put(paper, text);
        fputc('\n', paper->out);
        for (int i = ts_text_width(text); level < 3 && i > 0; i--)
            fputc(lines[level], paper->out);
        fputs(level < 3 ? "\n\n" : "", paper->out);
    }
}

static const char *end_of_text(const ts_paper *paper)
{
    static const char *const ends[] = {[TS_PAPER_TEXT] = "\n",
                                       [TS_PAPER_MARKDOWN] = "\n\n",
                                       [TS_PAPER_HTML] = "</p>\n"};

    return ends[paper->form];
}

void ts_paper_text(ts_paper *paper, const char *format, ...)
{
    va_list list;

    open_list(paper, TS_PAPER_NO_LIST);
    fputs(is_html(paper) ? "<p>" : "", paper->out);
    va_start(list, format);
    put_format(paper, format, list);
    va_end(list);
    fputs(end_of_text(paper), paper->out);
}

void ts_paper_loud(ts_paper *paper, const char *text)
{
    static const char *const begins[] = {[TS_PAPER_TEXT] = "",
                                         [TS_PAPER_MARKDOWN] = "> ",
                                         [TS_PAPER_HTML] =
                                             "<p class=\"loud\">"};

    open_list(paper, TS_PAPER_NO_LIST);
    fputs(begins[paper->form], paper->out);
    put(paper, text);
    fputs(end_of_text(paper), paper->out);
}

static const char *class_of(const bool *good)
{
    return good == NULL ? "" : *good ? " class=\"good\"" : " class=\"bad\"";
}

static void put_mark(ts_paper *paper, const bool *good)
{
    if (is_html(paper))
        fprintf(paper->out, "<li%s>", class_of(good));
    else if (paper->form == TS_PAPER_MARKDOWN)
        fprintf(paper->out, "- %s", good == NULL ? "" : *good ? "✓ " : "✗ ");
    else
        fprintf(paper->out, "  %s",
                good == NULL ? ""
                : *good      ? "ok    "
                             : "FAIL  ");
}

void ts_paper_item(ts_paper *paper, const bool *good, const char *format, ...)
{
    va_list list;

    open_list(paper, TS_PAPER_ITEMS);
    put_mark(paper, good);
    va_start(list, format);
    put_format(paper, format, list);
    va_end(list);
    fputs(is_html(paper) ? "</li>\n" : "\n", paper->out);
}

void ts_paper_link(ts_paper *paper, int section, const bool *good,
                   const char *name, const char *remark)
{
    open_list(paper, TS_PAPER_LINKS);
    put_mark(paper, good);
    if (is_html(paper))
        fprintf(paper->out, "<a href=\"#s%d\">", section);
    put(paper, name);
    fputs(is_html(paper) ? "</a> <span>" : ": ", paper->out);
    put(paper, remark);
    fputs(is_html(paper) ? "</span></li>\n" : "\n", paper->out);
}

/* --- tables --- */

static void html_cell(ts_paper *paper, const ts_grid *grid, size_t i)
{
    size_t column = i % (size_t)grid->columns;
    bool head = i < (size_t)grid->columns;
    const char *text = grid->cells[i];
    const char *tag = head && text[0] == '\0' ? "td"
                      : head || column == 0   ? "th"
                                              : "td";
    const char *class = grid->right[column]               ? "n"
                        : strcmp(text, TS_GRID_GOOD) == 0 ? "good"
                        : strcmp(text, TS_GRID_BAD) == 0  ? "bad"
                                                          : "";

    fprintf(paper->out, "<%s", tag);
    if (strcmp(tag, "th") == 0)
        fputs(head ? " scope=\"col\"" : " scope=\"row\"", paper->out);
    if (class[0] != '\0')
        fprintf(paper->out, " class=\"%s\"", class);
    fputc('>', paper->out);
    put(paper, text);
    fprintf(paper->out, "</%s>", tag);
}

/* Whatever is moved sideways can be reached by keys, and has a name then. */
static void html_wide(ts_paper *paper, const char *about)
{
    fputs("<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"",
          paper->out);
    put(paper, about);
    fputs("\">\n", paper->out);
}

static void html_table(ts_paper *paper, const char *about, const ts_grid *grid)
{
    size_t columns = (size_t)grid->columns;

    html_wide(paper, about);
    fputs("<table>\n<caption>", paper->out);
    put(paper, about);
    fputs("</caption>\n<thead>\n", paper->out);
    for (size_t i = 0; i < grid->count; i++) {
        fputs(i % columns == 0 ? "<tr>" : "", paper->out);
        html_cell(paper, grid, i);
        fputs(i + 1 == columns             ? "</tr>\n</thead>\n<tbody>\n"
              : i % columns + 1 == columns ? "</tr>\n"
                                           : "",
              paper->out);
    }
    fputs("</tbody>\n</table>\n</div>\n", paper->out);
}

static void markdown_table(ts_paper *paper, const ts_grid *grid)
{
    size_t columns = (size_t)grid->columns;

    for (size_t i = 0; i < grid->count; i++) {
        fputs("| ", paper->out);
        put(paper, grid->cells[i]);
        fputs(i % columns + 1 == columns ? " |\n" : " ", paper->out);
        if (i + 1 == columns) {
            for (size_t c = 0; c < columns; c++)
                fputs(grid->right[c] ? "|---:" : "|---", paper->out);
            fputs("|\n", paper->out);
        }
    }
    fputc('\n', paper->out);
}

void ts_paper_table(ts_paper *paper, const char *about, ts_grid *grid)
{
    open_list(paper, TS_PAPER_NO_LIST);
    if (grid->full)
        ts_fail_memory(&paper->error);
    else if (is_html(paper))
        html_table(paper, about, grid);
    else if (paper->form == TS_PAPER_MARKDOWN)
        markdown_table(paper, grid);
    else
        ts_grid_print(grid, 2, paper->out, &paper->error);
}

/* --- what is not told in lines --- */

void ts_paper_fold(ts_paper *paper, const char *title)
{
    if (!is_html(paper)) {
        ts_paper_heading(paper, 3, title);
        return;
    }
    open_list(paper, TS_PAPER_NO_LIST);
    fputs("<details>\n<summary>", paper->out);
    put(paper, title);
    fputs("</summary>\n", paper->out);
}

void ts_paper_unfold(ts_paper *paper)
{
    open_list(paper, TS_PAPER_NO_LIST);
    fputs(is_html(paper) ? "</details>\n" : "", paper->out);
}

void ts_paper_code(ts_paper *paper, const char *text)
{
    open_list(paper, TS_PAPER_NO_LIST);
    fputs(is_html(paper) ? "<pre tabindex=\"0\">" : "", paper->out);
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");

        fputs(is_html(paper) ? "" : "    ", paper->out);
        ts_escape_part(paper->out,
                       is_html(paper) ? TS_ESCAPE_XML : TS_ESCAPE_LINE, text,
                       length);
        fputc('\n', paper->out);
        text += length + (text[length] == '\n');
    }
    fputs(is_html(paper) ? "</pre>\n" : "\n", paper->out);
}

static void html_picture(ts_paper *paper, const char *path)
{
    fputs("<figure>\n", paper->out);
    html_wide(paper, "A picture, which may be wider than the page");
    ts_svg_embed(paper->out, path, ++paper->pictures, &paper->error);
    fputs("</div>\n<figcaption>", paper->out);
    ts_svg_describe(paper->out, path, &paper->error);
    fputs("</figcaption>\n</figure>\n", paper->out);
}

void ts_paper_picture(ts_paper *paper, const char *path, const char *about)
{
    open_list(paper, TS_PAPER_NO_LIST);
    if (is_html(paper))
        html_picture(paper, path);
    else if (paper->form == TS_PAPER_MARKDOWN)
        fprintf(paper->out, "![%s](%s)\n\n", about, path);
    else
        fprintf(paper->out, "\npicture: %s\n", path);
}
