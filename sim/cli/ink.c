/*
 * ink.c - see ink.h.
 */
#include "sim/cli/ink.h"

#include <stdlib.h>
#include <string.h>

#include "sim/cli/command.h"

const char *ts_ink_of(FILE *out, ts_ink ink)
{
    static const char *const codes[] = {[TS_INK_NONE] = "\x1b[0m",
                                        [TS_INK_STRONG] = "\x1b[1m",
                                        [TS_INK_FAINT] = "\x1b[2m",
                                        [TS_INK_GOOD] = "\x1b[32m",
                                        [TS_INK_BAD] = "\x1b[1;31m"};

    return ts_cli_colour(out) ? codes[ink] : "";
}

bool ts_ink_choose(const char *when)
{
    if (strcmp(when, "always") == 0)
        return unsetenv("NO_COLOR") == 0 &&
               setenv("CLICOLOR_FORCE", "1", 1) == 0;
    if (strcmp(when, "never") == 0)
        return setenv("NO_COLOR", "1", 1) == 0;
    return strcmp(when, "auto") == 0;
}
