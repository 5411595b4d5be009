/*
 * fit.c - which distribution some durations come from.
 */
#include "sim/exchange/fit.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#define QUANTILES 21 /* where no distribution is near */

typedef struct sample {
    const int64_t *values; /* sorted */
    size_t count;
    double mean, sd, low, high;
} sample;

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

static double uniform(const sample *s, double x)
{
    return s->high > s->low ? (x - s->low) / (s->high - s->low) : 1;
}

static double exponential(const sample *s, double x)
{
    return 1 - exp(-x / s->mean);
}

static double normal(const sample *s, double x)
{
    return 0.5 * erfc(-(x - s->mean) / (s->sd * sqrt(2)));
}

static double lognormal(const sample *s, double x)
{
    double spread = log(1 + s->sd * s->sd / (s->mean * s->mean));

    return x > 0
               ? 0.5 * erfc(-(log(x / s->mean) + spread / 2) / sqrt(2 * spread))
               : 0;
}

static const struct {
    const char *name;
    double (*below)(const sample *s, double x);
    enum { FROM_TO, MEAN, MEAN_SD } form;
} candidates[] = {
    {"exponential", exponential, MEAN},
    {"normal", normal, MEAN_SD},
    {"lognormal", lognormal, MEAN_SD},
    {"uniform", uniform, FROM_TO},
};

static double distance(const sample *s, double (*below)(const sample *, double))
{
    double far = 0;

    for (size_t i = 0; i < s->count; i++) {
        double f = below(s, (double)s->values[i]);
        double up = (double)(i + 1) / (double)s->count - f;
        double down = f - (double)i / (double)s->count;

        far = up > far ? up : far;
        far = down > far ? down : far;
    }
    return far;
}

void ts_fit_time(ts_buffer *out, int64_t time)
{
    static const struct {
        int64_t size;
        const char *name;
    } units[] = {{TS_S, "s"},
                 {TS_MS, "ms"},
                 {TS_US, "us"},
                 {TS_NS, "ns"},
                 {TS_PS, "ps"}};
    size_t i = 0;

    while (time % units[i].size != 0)
        i++;
    ts_buffer_format(out, "\"%" PRId64 "%s\"", time / units[i].size,
                     units[i].name);
}

/* Whole nanoseconds, and not none. */
static void write_rounded(ts_buffer *out, double time)
{
    int64_t ns = (int64_t)(time / 1000 + 0.5);

    ts_fit_time(out, (ns > 0 ? ns : 1) * TS_NS);
}

static void write_form(ts_buffer *out, const sample *s, size_t which)
{
    ts_buffer_format(out, "{\"%s\": ", candidates[which].name);
    if (candidates[which].form == FROM_TO) {
        ts_buffer_char(out, '[');
        write_rounded(out, s->low);
        ts_buffer_text(out, ", ");
        write_rounded(out, s->high);
        ts_buffer_char(out, ']');
    } else if (candidates[which].form == MEAN) {
        write_rounded(out, s->mean);
    } else {
        ts_buffer_text(out, "{\"mean\": ");
        write_rounded(out, s->mean);
        ts_buffer_text(out, ", \"sd\": ");
        write_rounded(out, s->sd);
        ts_buffer_char(out, '}');
    }
    ts_buffer_char(out, '}');
}

static void write_quantiles(ts_buffer *out, const sample *s)
{
    size_t count = s->count < QUANTILES ? s->count : QUANTILES;

    ts_buffer_text(out, "{\"empirical\": [");
    for (size_t i = 0; i < count; i++) {
        ts_buffer_text(out, i > 0 ? ", " : "");
        ts_fit_time(out, s->values[(2 * i + 1) * s->count / (2 * count)]);
    }
    ts_buffer_text(out, "]}");
}

static void measure(sample *s)
{
    double squares = 0;

    for (size_t i = 0; i < s->count; i++)
        s->mean += (double)s->values[i] / (double)s->count;
    for (size_t i = 0; i < s->count; i++)
        squares +=
            ((double)s->values[i] - s->mean) * ((double)s->values[i] - s->mean);
    s->sd = sqrt(squares / (double)s->count);
    s->low = (double)s->values[0];
    s->high = (double)s->values[s->count - 1];
}

double ts_fit(ts_buffer *out, int64_t *values, size_t count)
{
    sample s = {.values = values, .count = count};
    double best = 1;
    size_t which = 0;

    assert(count > 0);
    qsort(values, count, sizeof *values, by_size);
    measure(&s);
    if (s.sd <= 0.02 * s.mean) { /* a clock's, but for what disturbs it */
        ts_fit_time(out, values[count / 2]);
        return 0;
    }
    for (size_t i = 0; i < TS_COUNT_OF(candidates); i++) {
        double far = distance(&s, candidates[i].below);

        if (far < best) {
            best = far;
            which = i;
        }
    }
    if (best <= TS_FIT_FAR) {
        write_form(out, &s, which);
        return best;
    }
    write_quantiles(out, &s);
    return 1.0 / (2 * (count < QUANTILES ? (double)count : QUANTILES));
}
