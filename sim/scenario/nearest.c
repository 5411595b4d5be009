/*
 * nearest.c - "did you mean".
 *
 * Edit distance with transpositions (optimal string alignment); letters that
 * differ only in case, and - _ and space, count as equal. A word that textbooks
 * have for one of them means it, however far it is.
 */
#include <string.h>

#include "sim/scenario/reader.h"
#include "sim/scenario/synonym.h"

#define WORD_MAX 64 /* longer words have no neighbours */

static int fold(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 'a';
    return c == '_' || c == ' ' ? '-' : c;
}

static int min3(int a, int b, int c)
{
    int least = a < b ? a : b;

    return least < c ? least : c;
}

static int distance(const char *a, int n, const char *b, int m)
{
    int rows[3][WORD_MAX + 1];
    int *before = rows[0], *last = rows[1], *row = rows[2];

    for (int j = 0; j <= m; j++)
        last[j] = j;
    for (int i = 1; i <= n; i++) {
        int *oldest = before;

        row[0] = i;
        for (int j = 1; j <= m; j++) {
            int differ = fold(a[i - 1]) != fold(b[j - 1]);

            row[j] = min3(last[j] + 1, row[j - 1] + 1, last[j - 1] + differ);
            if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) &&
                fold(a[i - 2]) == fold(b[j - 1]) && before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
        }
        before = last;
        last = row;
        row = oldest;
    }
    return last[m];
}

const char *ts_meant(const char *word, const char *const *words, int count)
{
    const char *means;

    for (int n = 0; (means = ts_synonym(word, n)) != NULL; n++)
        for (int i = 0; i < count; i++)
            if (strcmp(words[i], means) == 0)
                return words[i];
    return NULL;
}

const char *ts_nearest(const char *word, const char *const *words, int count)
{
    size_t n = strlen(word);
    const char *best = NULL;
    int least;

    if (n == 0 || n > WORD_MAX)
        return NULL;
    best = ts_meant(word, words, count);
    if (best != NULL)
        return best;
    least = (int)(n + 2) / 3 + 1; /* one more than is near enough */
    for (int i = 0; i < count; i++) {
        size_t m = strlen(words[i]);
        int d;

        /* No word is nearer than their lengths are. */
        if (m > WORD_MAX || (int)(n > m ? n - m : m - n) >= least)
            continue;
        d = distance(word, (int)n, words[i], (int)m);
        /* Nothing in common is not near, however short. */
        if (d < least && d < (int)(n > m ? n : m)) {
            least = d;
            best = words[i];
        }
    }
    return best;
}
