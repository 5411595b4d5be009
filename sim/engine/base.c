/* base.c - errors as values; see base.h. */
#include "sim/engine/base.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool ts_fail(ts_error *error, const char *format, ...)
{
    va_list arguments;

    if (error == NULL || error->text[0] != '\0')
        return false;
    va_start(arguments, format);
    (void)vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return false;
}

bool ts_fail_memory(ts_error *error)
{
    if (error != NULL && error->text[0] == '\0')
        error->memory = true;
    return ts_fail(error, "out of memory");
}

/* Builds name a file by the way to it, which begins with dots. */
bool ts_broken(ts_error *error, const char *condition, const char *file,
               int line)
{
    file += strspn(file, "./");
    return ts_fail(error,
                   "internal error: %s:%d: \"%s\" does not hold; this is a "
                   "fault of timeslice, please report it with the scenario",
                   file, line, condition);
}
