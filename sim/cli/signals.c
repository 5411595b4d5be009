/*
 * signals.c - Ctrl-C and SIGTERM, answered within a second.
 */
#include "sim/cli/signals.h"

#include <stddef.h>
#include <sys/time.h>
#include <unistd.h>

#define PATIENCE_US 800000

/* What handlers write, and nobody else. */
static volatile sig_atomic_t raised;

static void on_alarm(int number)
{
    static const char words[] =
        "\ntimeslice: interrupted: ended at once; what was written is kept\n";
    ssize_t ignored = write(STDERR_FILENO, words, sizeof words - 1);

    (void)number;
    (void)ignored;
    _exit(128 + (int)raised);
}

static void on_signal(int number)
{
    struct itimerval patience = {.it_value = {.tv_usec = PATIENCE_US}};

    raised = number;
    setitimer(ITIMER_REAL, &patience, NULL);
}

const volatile sig_atomic_t *ts_signals_catch(void)
{
    struct sigaction action = {.sa_handler = on_signal};

    sigemptyset(&action.sa_mask);
    /* Not SA_RESTART: who waits for a file or a child shall hear of it. */
    action.sa_flags = (int)SA_RESETHAND;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    action.sa_handler = on_alarm;
    action.sa_flags = 0;
    sigaction(SIGALRM, &action, NULL);
    return &raised;
}

int ts_signals_raised(void)
{
    return (int)raised;
}
