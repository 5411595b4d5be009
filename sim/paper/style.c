/*
 * style.c - see style.h.
 *
 * The pictures are drawn for white paper. In the dark their lightness is turned
 * over and their hues are turned back, so that blue stays blue. On a narrow
 * screen they keep the size at which they can be read, and are moved sideways,
 * as wide tables are.
 */
#include "sim/paper/style.h"

#include <sha256.h>
#include <stdint.h>
#include <string.h>

#include "sim/scenario/buffer.h"

static const char style[] =
    "\n:root { color-scheme: light dark; --ink: #1f2328; --soft: #59636e;\n"
    "  --line: #d1d9e0; --paper: #fff; --panel: #f6f8fa; --good: #00705a;\n"
    "  --bad: #a83c00; --link: #0a5ca8 }\n"
    "@media (prefers-color-scheme: dark) {\n"
    "  :root { --ink: #e6edf3; --soft: #9aa4af; --line: #3d444d;\n"
    "    --paper: #171717; --panel: #212428; --good: #4fd0a8;\n"
    "    --bad: #ff9d57; --link: #79b8ff }\n"
    "  figure svg { filter: invert(.91) hue-rotate(180deg) } }\n"
    "body { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink);\n"
    "  background: var(--paper); max-width: 60rem; margin: 0 auto;\n"
    "  padding: 1rem 1rem 4rem; overflow-wrap: anywhere }\n"
    "h1, h2, h3 { line-height: 1.25; text-wrap: balance }\n"
    "h1 { font-size: 1.9rem; margin: 1rem 0 .5rem }\n"
    "section { border-top: 1px solid var(--line); margin-top: 2.5rem }\n"
    "h2 { font-size: 1.5rem; margin: 1.5rem 0 .5rem }\n"
    "h3 { font-size: 1.1rem; margin: 1.8rem 0 .5rem }\n"
    "p { max-width: 44rem; margin: .6rem 0 } a { color: var(--link) }\n"
    "p.loud { font-size: 1.1rem; background: var(--panel);\n"
    "  border-left: 4px solid var(--good); padding: .6rem 1rem }\n"
    "nav { background: var(--panel); border-radius: .5rem;\n"
    "  padding: .3rem 1rem; margin: 1.2rem 0 }\n"
    "nav span { color: var(--soft) }\n"
    "ul { padding: 0; list-style: none } li { margin: .2rem 0 }\n"
    ".good::before { content: \"\\2713\\a0\"; color: var(--good) }\n"
    ".bad::before { content: \"\\2717\\a0\"; color: var(--bad) }\n"
    ".good, .bad { font-weight: 600 } li.good, li.bad { font-weight: 400 }\n"
    ".good b { color: var(--good) } .bad b { color: var(--bad) }\n"
    ".wide { overflow-x: auto; margin: .8rem 0 1.4rem }\n"
    "table { border-collapse: collapse; font-size: .9rem;\n"
    "  font-variant-numeric: tabular-nums }\n"
    "caption { text-align: left; color: var(--soft); padding-bottom: .3rem }\n"
    "th, td { padding: .25rem .8rem .25rem 0; text-align: left;\n"
    "  border-bottom: 1px solid var(--line); vertical-align: top;\n"
    "  overflow-wrap: normal; max-width: 26rem }\n"
    "thead th { color: var(--soft); vertical-align: bottom }\n"
    "tbody th { font-weight: 400 } .n { text-align: right }\n"
    "td.n { white-space: nowrap }\n"
    "figure { margin: 1.2rem 0 } figcaption { color: var(--soft);\n"
    "  font-size: .9rem }\n"
    "figure .wide { margin: 0 0 .4rem; border: 1px solid var(--line) }\n"
    "figure svg { display: block; width: 100%; min-width: 46rem;\n"
    "  height: auto }\n"
    "details { margin: .8rem 0 } summary { cursor: pointer;\n"
    "  color: var(--link) }\n"
    "pre { background: var(--panel); padding: .8rem 1rem; overflow: auto;\n"
    "  max-height: 30rem; font-size: .85rem; overflow-wrap: normal }\n"
    "@media print { section { break-before: page } .wide { overflow:\n"
    "  visible } figure svg { min-width: 0 } pre { max-height: none } }\n";

bool ts_paper_style(FILE *out)
{
    uint8_t digest[SHA256_DIGEST_LENGTH];
    ts_buffer text = TS_BUFFER_EMPTY;
    SHA2_CTX context;
    bool fine;

    SHA256Init(&context);
    SHA256Update(&context, (const uint8_t *)style, strlen(style));
    SHA256Final(digest, &context);
    ts_buffer_base64(&text, digest, sizeof digest);
    fprintf(out,
            "<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\""
            "width=device-width, initial-scale=1\">\n<meta http-equiv=\""
            "Content-Security-Policy\" content=\"default-src 'none'; base-uri "
            "'none'; form-action 'none'; style-src 'sha256-%s'\">\n<style>%s"
            "</style>\n",
            text.failed ? "" : text.data, style);
    fine = !text.failed;
    ts_buffer_fini(&text);
    return fine;
}
