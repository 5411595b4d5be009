/* base.c - errors as values; see base.h. */
#include "sim/engine/base.h"

#include <stdarg.h>
#include <stdio.h>

bool ts_fail(ts_error *error, const char *format, ...)
{
    va_list arguments;

    if (error == NULL || error->text[0] != '\0') {
        return false;
    }
    va_start(arguments, format);
    (void)vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return false;
}
