/*
 * tar.c - files one after the other, as POSIX's ustar has them.
 */
#include "sim/exchange/tar.h"

#include <assert.h>
#include <string.h>

#define BLOCK 512

/* Offsets in a header: POSIX.1-2017, pax, "ustar Interchange Format". */
enum {
    NAME = 0,
    MODE = 100,
    OWNER = 108,
    GROUP = 116,
    SIZE = 124,
    TIME = 136,
    SUM = 148,
    TYPE = 156,
    MAGIC = 257
};

void ts_tar_write(FILE *out, const char *name, const char *bytes, size_t length)
{
    static const char zeros[BLOCK];
    char head[BLOCK] = {0};
    unsigned sum = 0;

    assert(strlen(name) < MODE);
    memcpy(head + NAME, name, strlen(name));
    memcpy(head + MODE, "0000644", 7);
    memcpy(head + OWNER, "0000000", 7);
    memcpy(head + GROUP, "0000000", 7);
    snprintf(head + SIZE, 12, "%011llo", (unsigned long long)length);
    memcpy(head + TIME, "00000000000", 11);
    memset(head + SUM, ' ', 8);
    head[TYPE] = '0';
    memcpy(head + MAGIC, "ustar\00000", 8);
    for (size_t i = 0; i < BLOCK; i++)
        sum += (unsigned char)head[i];
    snprintf(head + SUM, 7, "%06o", sum);
    fwrite(head, 1, BLOCK, out);
    fwrite(bytes, 1, length, out);
    fwrite(zeros, 1, (BLOCK - length % BLOCK) % BLOCK, out);
}

void ts_tar_end(FILE *out)
{
    static const char zeros[2 * BLOCK];

    fwrite(zeros, 1, sizeof zeros, out);
}
