/*
 * system.c - what the libraries of Debian's WebAssembly leave open.
 */
#include "system.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

char *realpath(const char *path, char *resolved)
{
    char *copy = resolved != NULL ? strcpy(resolved, path) : strdup(path);
    size_t length = copy != NULL ? strlen(copy) : 0;

    if (length > 1 && copy[length - 1] == '/')
        copy[length - 1] = '\0';
    return copy;
}

/* Declared by the headers, advice that nobody takes. */
int madvise(void *address, size_t length, int advice);
int madvise(void *address, size_t length, int advice)
{
    (void)address;
    (void)length;
    (void)advice;
    return 0;
}

/* The compiler's own arithmetic of 128 bits is built with guards. */
extern uintptr_t __stack_chk_guard;
uintptr_t __stack_chk_guard = 0x7473;
_Noreturn void __stack_chk_fail(void);
_Noreturn void __stack_chk_fail(void)
{
    __builtin_trap();
}
