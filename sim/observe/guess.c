/*
 * guess.c - see guess.h.
 */
#include "sim/observe/guess.h"

#include <string.h>

/* From here on a processor is busy: what it does is what it can do. */
#define BUSY 0.85
/* So much less than all of them at once is a limit, not noise. */
#define LIMITED 0.8
/* What others may take before a measurement is theirs. */
#define TAKEN 0.05
/* p95 of a normal distribution, in standard deviations. */
#define P95 1.645

/* A part of the latency that is no processor time and is no waiting either: the
 * clients' own, wake-ups, loopback. */
#define RTT_MOST 200e-6
#define RTT_PART 0.1

static const ts_observed *largest(const ts_observed *steps, int count)
{
    const ts_observed *most = steps;

    for (int i = 1; i < count; i++)
        if (steps[i].clients > most->clients)
            most = &steps[i];
    return most;
}

/* So many requests are under way at a time in the server, at least: those that
 * one client alone would have to send to be served so often (Little's law). */
static double at_once(const ts_observed *step, const ts_guess *guess)
{
    return step->rate * (guess->cold + guess->wait);
}

/* The processor time a request at the busiest step; how busy that was is
 * against what one interpreter's lock lets it be. */
static void guess_work(ts_guess *guess, const ts_observed_server *server,
                       const ts_observed *steps, int count)
{
    const ts_observed *busiest = steps;
    double can = 1;

    for (int i = 1; i < count; i++)
        if (steps[i].busy > busiest->busy)
            busiest = &steps[i];
    if (guess->lock && guess->processes < server->processors)
        can = (double)guess->processes / server->processors;
    guess->cold = steps->cpu;
    guess->work = busiest->cpu < steps->cpu ? busiest->cpu : steps->cpu;
    guess->unknown[TS_UNKNOWN_LOAD] = busiest->busy < BUSY * can;
    guess->unknown[TS_UNKNOWN_CLIENTS] = busiest->client > busiest->cpu / 2;
}

/* What of one client's latency is neither work nor waiting for a processor:
 * the median knows nothing of rare neighbours, and the mean what they took. */
static double rest_of(const ts_observed *one)
{
    double median = one->p50 - one->cpu;
    double mean = one->clients / one->rate - one->cpu - one->ready;
    double least = median < mean ? median : mean;

    return least > 0 ? least : 0;
}

/* It waits for something, unless that is little. */
static void guess_wait(ts_guess *guess, const ts_observed *one)
{
    double rest = rest_of(one);

    if (rest > RTT_MOST && rest > RTT_PART * one->p50)
        guess->wait = rest;
    else
        guess->rtt = rest;
    guess->spread = (one->p95 - one->p50) / P95;
    if (guess->wait == 0 && guess->spread > guess->work / 2)
        guess->spread = guess->work / 2;
    guess->pause = rest;
    guess->unknown[TS_UNKNOWN_ALONE] = one->clients > 1;
    guess->unknown[TS_UNKNOWN_WAIT] = guess->unknown[TS_UNKNOWN_ORDER] =
        guess->wait > 0;
}

/* Whose threads served: who has no connection serves nobody. */
static int serving(const ts_guess *guess, const ts_observed *step)
{
    return guess->accepts && step->processes > 0 ? step->processes
                                                 : guess->processes;
}

/* One thread each: does it go on with others while one waits? Where none of
 * them waits in epoll it takes more to believe that. */
static void guess_single(ts_guess *guess, const ts_observed_server *server,
                         const ts_observed *most)
{
    double each = at_once(most, guess) / serving(guess, most);

    guess->threads = 1;
    if (most->clients == 1 || guess->wait == 0) {
        guess->unknown[TS_UNKNOWN_MODEL] = true;
        guess->model = server->polls ? TS_GUESS_LOOP : TS_GUESS_THREADS;
    } else {
        guess->model = each > (server->polls ? 1 / LIMITED : 2)
                           ? TS_GUESS_LOOP
                           : TS_GUESS_THREADS;
    }
}

/* Many threads: as many as are busy at once, where there were clients for
 * more. */
static void guess_pool(ts_guess *guess, const ts_observed *most)
{
    double once = at_once(most, guess);
    bool limited =
        guess->wait > 0 && once < LIMITED * most->clients && most->busy < BUSY;

    guess->model = TS_GUESS_THREADS;
    guess->threads = most->threads;
    guess->unknown[TS_UNKNOWN_THREADS] = !limited;
    if (limited)
        guess->threads = (int)(once / serving(guess, most) + 0.5);
    if (guess->threads < 1)
        guess->threads = 1;
}

static void guess_noise(ts_guess *guess, const ts_observed_server *server,
                        const ts_observed *steps, int count)
{
    guess->unknown[TS_UNKNOWN_SHARED] = !server->apart;
    for (int i = 0; i < count; i++)
        if (steps[i].stolen > TAKEN || steps[i].others > TAKEN)
            guess->unknown[TS_UNKNOWN_NOISE] = true;
    guess->stolen = steps->stolen > TAKEN ? steps->stolen : 0;
    if (steps->others > TAKEN)
        guess->others = steps->others * server->processors;
}

/* Of Python's threads one computes at a time, unless it was built without its
 * lock: that is "python3.13t". */
static bool has_lock(const char *program)
{
    if (strncmp(program, "pypy", 4) == 0)
        return true;
    return strncmp(program, "python", 6) == 0 &&
           program[strlen(program) - 1] != 't';
}

/* Where several processes wait at one socket and connections stay open, those
 * that did nothing had no connection: they count all the same. */
static void guess_processes(ts_guess *guess, const ts_observed_server *server,
                            const ts_observed *steps, int count)
{
    guess->processes = 1;
    guess->accepts = server->keeps && server->doors > 1;
    if (guess->accepts)
        guess->processes = server->doors;
    for (int i = 0; i < count; i++)
        if (steps[i].processes > guess->processes)
            guess->processes = steps[i].processes;
}

void ts_guess_make(ts_guess *guess, const ts_observed_server *server,
                   const ts_observed *steps, int count)
{
    const ts_observed *most = largest(steps, count);

    *guess = (ts_guess){.model = TS_GUESS_THREADS};
    guess_processes(guess, server, steps, count);
    guess->lock = server->program != NULL && has_lock(server->program);
    guess_work(guess, server, steps, count);
    guess_wait(guess, steps);
    if (most->threads > 1)
        guess_pool(guess, most);
    else
        guess_single(guess, server, most);
    guess_noise(guess, server, steps, count);
}

const char *ts_unknown_text(ts_unknown unknown)
{
    static const char *const texts[TS_UNKNOWNS] = {
        [TS_UNKNOWN_ALONE] =
            "what one client alone would get: the fewest were more, and what "
            "they waited for each other is taken for what a request waits for; "
            "begin --clients with 1",
        [TS_UNKNOWN_MODEL] =
            "whether its thread takes other requests while one waits: none "
            "waited, or nobody else came",
        [TS_UNKNOWN_THREADS] = "how many threads it may have: what is written "
                               "is how many were seen to work",
        [TS_UNKNOWN_WAIT] = "what it waits for, and how many of these that can "
                            "do at once: no limit is written",
        [TS_UNKNOWN_ORDER] = "where in a request it waits: half of the work "
                             "before it is written, and half after",
        [TS_UNKNOWN_LOAD] = "what a request takes when there is no pause "
                            "between two: the processor was never busy",
        [TS_UNKNOWN_CLIENTS] =
            "the most that it can do: a request took its client half as long "
            "as the server, or longer",
        [TS_UNKNOWN_SHARED] = "what it does alone: the clients ran on its "
                              "processors, and took of them",
        [TS_UNKNOWN_NOISE] =
            "what it does undisturbed: other programs or the hypervisor took "
            "over 5 % of the machine; take out computer.stolen and the threads "
            "called neighbours"};

    return texts[unknown];
}
