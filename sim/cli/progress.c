/*
 * progress.c - one line on a terminal that says how far a sweep is.
 */
#include "sim/cli/progress.h"

#include <time.h>

/* Often enough to look alive, seldom enough to cost nothing. */
#define INTERVAL 0.1

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void ts_progress_start(ts_progress *progress, int64_t runs, bool wanted)
{
    *progress = (ts_progress){
        .shown = wanted && ts_cli_terminal(stderr),
        .runs = runs,
        .started = seconds(),
    };
}

double ts_progress_seconds(const ts_progress *progress)
{
    return seconds() - progress->started;
}

static void draw(ts_progress *progress, uint64_t events, uint64_t made)
{
    double now = seconds(), passed = now - progress->started;
    double share;

    if (!progress->shown || now - progress->last < INTERVAL || passed <= 0)
        return;
    progress->last = now;
    progress->drawn = true;
    share = (double)progress->done / (double)progress->runs;
    fprintf(stderr, "\r%lld/%lld runs, %.1f M events/s",
            (long long)progress->done, (long long)progress->runs,
            (double)events / passed * 1e-6);
    if (made > 0)
        fprintf(stderr, ", making threads: %.1f M", (double)made * 1e-6);
    if (progress->done > 0)
        fprintf(stderr, ", %.0f s left", passed / share - passed);
    fputs("\033[K", stderr);
    fflush(stderr);
}

void ts_progress_events(void *context, ts_time now, uint64_t events,
                        uint64_t made)
{
    ts_progress *progress = context;

    (void)now;
    draw(progress, progress->events + events, made);
}

void ts_progress_step(ts_progress *progress, uint64_t events)
{
    progress->done++;
    progress->events += events;
    draw(progress, progress->events, 0);
}

void ts_progress_clear(ts_progress *progress)
{
    if (progress->drawn)
        fputs("\r\033[K", stderr);
    progress->drawn = false;
}
