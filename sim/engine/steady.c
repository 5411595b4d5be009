/* steady.c - the mean of one long run; see steady.h. */
#include "sim/engine/steady.h"

#include "sim/engine/engine.h"
#include "sim/engine/student.h"

#define CELLS 4096
#define CELL_FIRST 5 /* observations: the 5 of MSER-5 */
#define FINER 10     /* times as many batches are looked at for correlation */
#define CORRELATION_MAX 0.4

struct ts_steady {
    const ts_engine *engine;
    ts_steady_options options;
    uint64_t early;  /* observations before the warm-up's end */
    uint64_t count;  /* all others */
    uint64_t size;   /* of a cell */
    uint64_t filled; /* of the last cell, which is not full */
    ts_i128 open;    /* its sum */
    uint64_t look;   /* the count at which to look next */
    int cells;
    ts_i128 sums[CELLS];
};

ts_steady *ts_steady_create(const struct ts_engine *engine,
                            const ts_steady_options *options, ts_arena *arena)
{
    ts_steady *steady = ts_arena_alloc(arena, sizeof *steady);

    assert(options->batches >= 2);
    assert(options->confidence > 0 && options->confidence < 1);
    if (steady == NULL)
        return NULL;
    steady->engine = engine;
    steady->options = *options;
    steady->size = CELL_FIRST;
    /* Fewer have no independent batches. */
    steady->look = (uint64_t)options->batches * FINER * CELL_FIRST;
    return steady;
}

static void merge_cells(ts_steady *steady)
{
    static_assert(CELLS % 2 == 0, "two and two become one");
    assert(steady->cells == CELLS && steady->filled == 0);
    steady->cells /= 2;
    steady->size *= 2;
    for (int i = 0; i < steady->cells; i++)
        steady->sums[i] = steady->sums[2 * i] + steady->sums[2 * i + 1];
}

void ts_steady_add(ts_steady *steady, int64_t value)
{
    if (!steady->options.automatic &&
        ts_engine_now(steady->engine) < steady->options.warm_up) {
        steady->early++;
        return;
    }
    steady->count++;
    steady->open += value;
    if (++steady->filled < steady->size)
        return;
    steady->sums[steady->cells++] = steady->open;
    steady->open = 0;
    steady->filled = 0;
    if (steady->cells == CELLS)
        merge_cells(steady);
    if (steady->options.look != NULL && steady->count >= steady->look) {
        steady->look = steady->count + steady->count / 2;
        steady->options.look(steady->options.context);
    }
}

/* The number of cells at the beginning without which the squared standard
 * error of the rest, taken as if cells were independent, is least; at most
 * half of them. From the end, so that each step adds one cell. */
static int find_warm_up(const ts_steady *steady)
{
    int n = steady->cells, best = n / 2;
    ts_moments rest = {.count = 0};
    double least = -1;

    for (int d = n - 1; d >= 0; d--) {
        double count;

        ts_moments_add(&rest, (double)steady->sums[d]);
        count = (double)rest.count;
        if (d <= n / 2 &&
            (least < 0 || rest.squares / (count * count) <= least)) {
            least = rest.squares / (count * count);
            best = d;
        }
    }
    assert(best >= 0 && best <= n / 2);
    return best;
}

/* The mean of `each` cells from `first` on. */
static double batch_mean(const ts_steady *steady, int first, int each)
{
    ts_i128 sum = 0;

    assert(first >= 0 && each > 0 && first + each <= steady->cells);
    for (int i = first; i < first + each; i++)
        sum += steady->sums[i];
    return (double)sum / ((double)steady->size * each);
}

/* The last count x each cells in `count` batches; the correlation of
 * neighbours. */
static double measure_batches(const ts_steady *steady, int count, int each,
                              ts_moments *moments)
{
    int first = steady->cells - count * each;
    double products = 0, before = 0;

    *moments = (ts_moments){.count = 0};
    for (int i = 0; i < count; i++)
        ts_moments_add(moments, batch_mean(steady, first + i * each, each));
    for (int i = 0; i < count; i++) {
        double away =
            batch_mean(steady, first + i * each, each) - moments->mean;

        products += i > 0 ? before * away : 0;
        before = away;
    }
    return moments->squares > 0 ? products / moments->squares : 0;
}

void ts_steady_compute(const ts_steady *steady, ts_steady_mean *mean)
{
    int batches = steady->options.batches;
    int drop = steady->options.automatic ? find_warm_up(steady) : 0;
    int left = steady->cells - drop, each = left / batches;
    uint64_t whole = (uint64_t)steady->cells * steady->size;
    ts_moments moments;

    /* What does not fill a batch is left out at the beginning, where it is
     * worth least; an open cell at the end has no batch to be in. */
    *mean = (ts_steady_mean){.settled = !steady->options.automatic ||
                                        drop < steady->cells / 2};
    if (each == 0) {
        mean->warm_up = steady->early;
        return;
    }
    mean->correlation = measure_batches(steady, batches, each, &moments);
    mean->mean = moments.mean;
    mean->half_width =
        ts_moments_half_width(&moments, steady->options.confidence);
    mean->confidence = steady->options.confidence;
    mean->known = true;
    mean->batches = batches;
    mean->kept = (uint64_t)batches * (uint64_t)each * steady->size;
    assert(mean->kept <= whole); /* whole batches of whole cells */
    mean->warm_up = steady->early + whole - mean->kept;
    if (left >= FINER * batches) {
        mean->independent =
            measure_batches(steady, FINER * batches, left / (FINER * batches),
                            &moments) < CORRELATION_MAX;
    }
}
