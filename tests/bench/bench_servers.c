/*
 * bench_servers.c - requests per second of wall time on an event loop, how
 * that falls as connections grow, and the memory of a million of them.
 *
 *   bench_servers [connections ...]
 *
 * Each line is a run of its own process, so that its peak memory is its own:
 * clients that think, an event loop, an upstream half a second away. The last
 * line has every connection's request under way at once. Beside each stand the
 * time of a request against that of the first line, and the memory of a
 * connection.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "timeslice/timeslice.h"

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double metric(const ts_result *result, const char *name)
{
    double value = 0;

    ts_result_metric(result, name, &value);
    return value;
}

/* The time of a request in the first line, s; 0: this is it. */
static double first;

/* `crowd`: nobody thinks, and the upstream holds everybody. */
static int play(long connections, bool crowd)
{
    char text[1024], *message = NULL;
    ts_scenario *scenario;
    ts_result *result;
    struct rusage usage;
    double began, took, requests;

    snprintf(text, sizeof text,
             "{\"title\": \"t\", \"stop\": \"%s\","
             "\"servers\": [{\"name\": \"web\", \"model\": \"event-loop\","
             "\"poll\": \"epoll\", \"handler\": [{\"run\": \"1us\"}, "
             "{\"call\": \"up\"}, {\"run\": \"1us\"}]},"
             "{\"name\": \"up\", \"model\": \"remote\", \"time\": \"%s\"}],"
             "\"clients\": [{\"name\": \"c\", \"to\": \"web\", "
             "\"users\": %ld, \"stagger\": \"%ldps\", "
             "\"limit\": 2000000%s}]}",
             crowd ? "30s" : "2400h", crowd ? "20s" : "500ms", connections,
             1000000000000 / connections,
             crowd ? "" : ", \"think\": {\"exponential\": \"1s\"}");
    scenario = ts_scenario_parse("bench", text, strlen(text), NULL, &message);
    began = seconds();
    result =
        scenario != NULL ? ts_scenario_run(scenario, 0, NULL, &message) : NULL;
    took = seconds() - began;
    if (result == NULL) {
        fprintf(stderr, "%s\n", message);
        return 1;
    }
    getrusage(RUSAGE_SELF, &usage);
    requests = metric(result, "clients.c.answered");
    if (first <= 0)
        first = took / requests;
    printf("%9ld %s %9.0f requests %6.2f s %9.0f requests/s x%5.2f %10.0f "
           "events/s %7.1f MiB %7.0f bytes each  inside at most %.0f\n",
           connections, crowd ? "all at once" : "thinking   ", requests, took,
           requests / took, took / requests / first,
           (double)ts_result_events(result) / took,
           (double)usage.ru_maxrss / 1024,
           (double)usage.ru_maxrss * 1024 / (double)connections,
           metric(result, "servers.web.inside_max"));
    ts_result_free(result);
    ts_scenario_free(scenario);
    return 0;
}

static int apart(long connections, bool crowd)
{
    int status = 1, ends[2];
    pid_t child;

    fflush(stdout);
    if (pipe(ends) != 0)
        return 1;
    child = fork();
    if (child == 0) {
        status = play(connections, crowd);
        fflush(stdout);
        if (write(ends[1], &first, sizeof first) != sizeof first)
            status = 1;
        _exit(status);
    }
    close(ends[1]);
    if (child > 0 && read(ends[0], &first, sizeof first) != sizeof first)
        first = 0;
    close(ends[0]);
    if (child > 0)
        waitpid(child, &status, 0);
    return status;
}

int main(int argc, char **argv)
{
    static const long sizes[] = {10, 100, 1000, 10000, 100000, 1000000};
    int failed = 0;

    for (int i = 1; i < argc; i++)
        failed |= apart(atol(argv[i]), false);
    for (size_t i = 0; argc == 1 && i < sizeof sizes / sizeof *sizes; i++)
        failed |= apart(sizes[i], false);
    if (argc == 1)
        failed |= apart(1000000, true);
    return failed != 0;
}
