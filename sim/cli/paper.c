/*
 * paper.c - a report in one of its forms: text, Markdown, HTML.
 *
 * The page needs nothing but itself: style and pictures stand in it, there is
 * no script, and it may be mailed or kept beside the database.
 */
#include "sim/cli/paper.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "sim/scenario/escape.h"

static const char style[] =
    "<style>\n"
    ":root { color-scheme: light dark; --ink: #222; --soft: #666; --line: "
    "#ddd; --paper: #fff; --good: #00795a; --bad: #b34700 }\n"
    "@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --soft: "
    "#a8a8a8; --line: #444; --paper: #1b1b1b; --good: #4fd0a8; --bad: "
    "#ff9d57 } }\n"
    "body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); "
    "background: var(--paper); max-width: 62rem; margin: 2rem auto; padding: "
    "0 1rem }\n"
    "h1, h2, h3 { line-height: 1.2; margin: 2rem 0 .6rem } h3 { color: "
    "var(--soft) }\n"
    "div.wide { overflow-x: auto } table { border-collapse: collapse; "
    "font-variant-numeric: tabular-nums; font-size: .92rem }\n"
    "th, td { padding: .25rem .8rem; border-bottom: 1px solid var(--line); "
    "text-align: left; white-space: nowrap } th { color: var(--soft); "
    "font-weight: 600 } .n { text-align: right }\n"
    ".good::before { content: \"\\2713  \"; color: var(--good) } .bad::before "
    "{ content: \"\\2717  \"; color: var(--bad) } li { list-style: none }\n"
    "figure { margin: 1.5rem 0; background: #fff; border: 1px solid "
    "var(--line); padding: .5rem } figure svg { max-width: 100%; height: auto "
    "}\n"
    "</style>\n";

void ts_paper_begin(ts_paper *paper, ts_paper_form form, FILE *out,
                    const char *title)
{
    *paper = (ts_paper){.form = form, .out = out};
    if (form == TS_PAPER_HTML) {
        fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset="
              "\"utf-8\">\n<meta name=\"viewport\" content=\"width="
              "device-width, initial-scale=1\">\n<title>",
              out);
        ts_escape_print(out, TS_ESCAPE_XML, title);
        fprintf(out, "</title>\n%s</head>\n<body>\n", style);
    }
    ts_paper_heading(paper, 1, title);
}

bool ts_paper_end(ts_paper *paper, ts_error *error)
{
    if (paper->form == TS_PAPER_HTML)
        fputs("</body>\n</html>\n", paper->out);
    return paper->error.text[0] == '\0' ||
           ts_fail(error, "%s", paper->error.text);
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

void ts_paper_heading(ts_paper *paper, int level, const char *text)
{
    static const char lines[] = "==-";

    if (paper->form == TS_PAPER_HTML) {
        fprintf(paper->out, "<h%d>", level);
        put(paper, text);
        fprintf(paper->out, "</h%d>\n", level);
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

static void put_format(ts_paper *paper, const char *format, va_list list)
{
    ts_buffer text = TS_BUFFER_EMPTY;

    ts_buffer_vformat(&text, format, list);
    if (text.failed)
        ts_fail_memory(&paper->error);
    else
        put(paper, text.data);
    ts_buffer_fini(&text);
}

void ts_paper_text(ts_paper *paper, const char *format, ...)
{
    va_list list;

    fputs(paper->form == TS_PAPER_HTML ? "<p>" : "", paper->out);
    va_start(list, format);
    put_format(paper, format, list);
    va_end(list);
    fputs(paper->form == TS_PAPER_HTML       ? "</p>\n"
          : paper->form == TS_PAPER_MARKDOWN ? "\n\n"
                                             : "\n",
          paper->out);
}

void ts_paper_item(ts_paper *paper, const bool *good, const char *format, ...)
{
    const char *mark = good == NULL ? "" : *good ? "ok    " : "FAIL  ";
    va_list list;

    if (paper->form == TS_PAPER_HTML)
        fprintf(paper->out, "<li%s>",
                good == NULL ? ""
                : *good      ? " class=\"good\""
                             : " class=\"bad\"");
    else if (paper->form == TS_PAPER_MARKDOWN)
        fprintf(paper->out, "- %s", good == NULL ? "" : *good ? "✓ " : "✗ ");
    else
        fprintf(paper->out, "  %s", mark);
    va_start(list, format);
    put_format(paper, format, list);
    va_end(list);
    fputs(paper->form == TS_PAPER_HTML ? "</li>\n" : "\n", paper->out);
}

static void html_table(ts_paper *paper, const ts_grid *grid)
{
    size_t columns = (size_t)grid->columns;

    fputs("<div class=\"wide\"><table>\n", paper->out);
    for (size_t i = 0; i < grid->count; i++) {
        const char *cell = i < columns ? "th" : "td";

        fprintf(paper->out, "%s<%s%s>", i % columns == 0 ? "<tr>" : "", cell,
                grid->right[i % columns] ? " class=\"n\"" : "");
        put(paper, grid->cells[i]);
        fprintf(paper->out, "</%s>%s", cell,
                i % columns + 1 == columns ? "</tr>\n" : "");
    }
    fputs("</table></div>\n", paper->out);
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

void ts_paper_table(ts_paper *paper, ts_grid *grid)
{
    if (grid->full)
        ts_fail_memory(&paper->error);
    else if (paper->form == TS_PAPER_HTML)
        html_table(paper, grid);
    else if (paper->form == TS_PAPER_MARKDOWN)
        markdown_table(paper, grid);
    else
        ts_grid_print(grid, 2, paper->out, &paper->error);
}

/* The drawing itself, without what stands before it in a file. */
static void embed(ts_paper *paper, const char *path)
{
    FILE *in = fopen(path, "r");
    char line[4096];
    bool inside = false;

    if (in == NULL)
        ts_fail(&paper->error, "cannot read %s: %s", path, strerror(errno));
    while (in != NULL && fgets(line, sizeof line, in) != NULL) {
        inside |= strncmp(line, "<svg", 4) == 0;
        if (inside)
            fputs(line, paper->out);
    }
    if (in != NULL)
        fclose(in);
}

void ts_paper_picture(ts_paper *paper, const char *path, const char *about)
{
    if (paper->form == TS_PAPER_HTML) {
        fputs("<figure>\n", paper->out);
        embed(paper, path);
        fputs("</figure>\n", paper->out);
    } else if (paper->form == TS_PAPER_MARKDOWN) {
        fprintf(paper->out, "![%s](%s)\n\n", about, path);
    } else {
        fprintf(paper->out, "\npicture: %s\n", path);
    }
}
