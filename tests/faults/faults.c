/*
 * faults.c - a machine that fails: the n-th allocation, write or sync.
 *
 *   FAULTS=malloc LD_PRELOAD=libfaults.so timeslice run ...
 *
 * Loaded before the program, it plays the program again and again, in
 * processes made from this one before main() begins: once to count, then once
 * for every call of the kind that FAULTS names (malloc, write, sync), in which
 * that one call fails. Each has a directory of its own and must end by itself,
 * in good order, and say "all is well" (status 0) only when what it printed
 * and stored is what it prints and stores on a machine that works, or with a
 * warning: then at least the digests are the same.
 *
 * FAULTS_STEP=n tries every n-th call only; FAULTS_AT=n is that one alone, with
 * the stack that it was called from. FAULTS_JOBS is how many processes there are
 * at a time, FAULTS_FOLDER where they work.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define JOBS_MAX 16
#define SECONDS 60 /* nobody takes longer */
#define SHOWN 20

enum { MALLOC, WRITE, SYNC, KINDS };

static const char *const names[KINDS] = {"malloc", "write", "sync"};

static int kind = KINDS;  /* that fails; KINDS: nothing does */
static long fail_at;      /* the number of the call, from 1; 0: none */
static long calls[KINDS]; /* so far */
static bool alone;        /* it says where it was */
static int counted = -1;  /* told the number of calls at the end; -1: nobody */

/* --- what fails --- */

static bool fails(int which)
{
    calls[which]++;
    if (which != kind || calls[which] != fail_at)
        return false;
    if (alone) {
        void *frames[40];

        kind = KINDS;
        backtrace_symbols_fd(frames, backtrace(frames, 40), STDERR_FILENO);
    }
    errno = which == MALLOC ? ENOMEM : EIO;
    return true;
}

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);

void *malloc(size_t size)
{
    return fails(MALLOC) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails(MALLOC) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return fails(MALLOC) ? NULL : __libc_realloc(memory, size);
}

/* The next function of that name. */
#define REAL(type, name)                                                       \
    static type real;                                                          \
    if (real == NULL)                                                          \
        real = (type)dlsym(RTLD_NEXT, name);

typedef ssize_t write_fn(int, const void *, size_t);
typedef ssize_t pwrite_fn(int, const void *, size_t, off64_t);
typedef int sync_fn(int);

ssize_t write(int file, const void *bytes, size_t size)
{
    REAL(write_fn *, "write")
    return file > 2 && fails(WRITE) ? -1 : real(file, bytes, size);
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t at)
{
    REAL(pwrite_fn *, "pwrite64")
    return fails(WRITE) ? -1 : real(file, bytes, size, at);
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t at)
{
    return pwrite64(file, bytes, size, at);
}

/* Of a directory it may fail in silence: not every file system can do it, and
 * SQLite does not ask what came of it. */
static bool is_directory(int file)
{
    struct stat status;

    return fstat(file, &status) == 0 && S_ISDIR(status.st_mode);
}

int fsync(int file)
{
    REAL(sync_fn *, "fsync")
    return !is_directory(file) && fails(SYNC) ? -1 : real(file);
}

int fdatasync(int file)
{
    REAL(sync_fn *, "fdatasync")
    return !is_directory(file) && fails(SYNC) ? -1 : real(file);
}

__attribute__((destructor)) static void tell(void)
{
    long n = calls[kind < KINDS ? kind : 0];

    if (counted >= 0 && write(counted, &n, sizeof n) < 0)
        abort();
}

/* --- what came of it --- */

#define DIGESTS "PRAGMA integrity_check; SELECT digest FROM runs LIMIT 500"
#define STORED                                                                 \
    "SELECT printf('%d %d %d', dropped, (SELECT count(*) FROM spans), "        \
    "(SELECT count(*) FROM metrics)) FROM runs LIMIT 500"

typedef struct job {
    pid_t pid;
    long at;
} job;

typedef struct tester {
    char folder[256];
    job jobs[JOBS_MAX];
    int job_count;
    char *out, *digests, *stored; /* of the machine that works */
    long tried, ended[256], wrong;
} tester;

static char *read_file(const char *path)
{
    FILE *in = fopen(path, "rb");
    char *text = malloc(1 << 22);
    size_t length;

    if (in == NULL || text == NULL)
        abort();
    length = fread(text, 1, (1 << 22) - 1, in);
    text[length] = '\0';
    fclose(in);
    return text;
}

static int append(void *text, int columns, char **values, char **headings)
{
    (void)columns;
    (void)headings;
    strncat(text, values[0] != NULL ? values[0] : "-", 40);
    return 0;
}

/* What a query says of the database that was written; the program has brought
 * SQLite along. */
static char *ask(const char *path, const char *sql)
{
    int (*open_database)(const char *, void **) = NULL;
    int (*execute)(void *, const char *, int (*)(void *, int, char **, char **),
                   void *, char **) = NULL;
    int (*close_database)(void *) = NULL;
    void *database = NULL;
    char *text = calloc(1, 65536);

    *(void **)&open_database = dlsym(RTLD_DEFAULT, "sqlite3_open");
    *(void **)&execute = dlsym(RTLD_DEFAULT, "sqlite3_exec");
    *(void **)&close_database = dlsym(RTLD_DEFAULT, "sqlite3_close");
    if (access(path, F_OK) == 0 && open_database(path, &database) == 0) {
        if (execute(database, sql, append, text, NULL) != 0)
            strcat(text, "unreadable");
        close_database(database);
    }
    return text;
}

/* Its directory, made empty. */
static void enter(const tester *t, int slot)
{
    char command[600];

    snprintf(command, sizeof command, "%s/%d", t->folder, slot);
    if ((mkdir(command, 0700) != 0 && errno != EEXIST) || chdir(command) != 0)
        abort();
    unlink("new.db");
    unlink("new.db-journal");
    if (freopen("out", "w", stdout) == NULL ||
        freopen("err", "w", stderr) == NULL)
        abort();
}

static void wrong(tester *t, const job *j, const char *what)
{
    if (t->wrong++ < SHOWN)
        printf("%s number %ld: %s\n", names[kind], j->at, what);
    fflush(stdout); /* or those who are made next say it again */
}

static void judge(tester *t, int slot, int status)
{
    const job *j = &t->jobs[slot];
    char path[300], what[80], *out, *warned, *digests, *stored;

    t->tried++;
    if (WIFSIGNALED(status)) {
        snprintf(what, sizeof what, "ended by %s", strsignal(WTERMSIG(status)));
        wrong(t, j, what);
        return;
    }
    t->ended[WEXITSTATUS(status)]++;
    if (WEXITSTATUS(status) != 0)
        return;
    snprintf(path, sizeof path, "%s/%d/out", t->folder, slot);
    out = read_file(path);
    snprintf(path, sizeof path, "%s/%d/err", t->folder, slot);
    warned = read_file(path);
    snprintf(path, sizeof path, "%s/%d/new.db", t->folder, slot);
    digests = ask(path, DIGESTS);
    stored = ask(path, STORED);
    if (strcmp(digests, t->digests) != 0)
        wrong(t, j, "all is well, but its digest is another one");
    if (strcmp(out, t->out) != 0 && warned[0] == '\0')
        wrong(t, j, "all is well, but something else was printed");
    if (strcmp(stored, t->stored) != 0 && warned[0] == '\0')
        wrong(t, j, "all is well, but something else was stored");
    free(out);
    free(warned);
    free(digests);
    free(stored);
}

static void wait_for_one(tester *t)
{
    int status;
    pid_t pid = wait(&status);

    for (int i = 0; i < JOBS_MAX; i++)
        if (t->jobs[i].pid == pid) {
            judge(t, i, status);
            t->jobs[i].pid = 0;
            t->job_count--;
        }
}

/* true: this is the child, which goes on to main(). */
static bool start(tester *t, long at)
{
    int slot = 0;

    while (t->jobs[slot].pid != 0)
        slot++;
    t->jobs[slot].at = at;
    t->jobs[slot].pid = fork();
    if (t->jobs[slot].pid != 0) {
        t->job_count++;
        return false;
    }
    enter(t, slot);
    alarm(SECONDS);
    memset(calls, 0, sizeof calls);
    fail_at = at;
    return true;
}

static long number(const char *name, long otherwise)
{
    const char *text = getenv(name);

    return text != NULL ? atol(text) : otherwise;
}

/* How many calls there are where none fails; 0 in the child. */
static long count(tester *t)
{
    int ends[2], status;
    char path[300];
    long n = 0;
    pid_t pid;

    if (pipe(ends) != 0)
        abort();
    pid = fork();
    if (pid == 0) {
        enter(t, 0);
        memset(calls, 0, sizeof calls);
        counted = ends[1];
        return 0;
    }
    if (read(ends[0], &n, sizeof n) != sizeof n ||
        waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
        WEXITSTATUS(status) != 0) {
        puts("it does not end well even where nothing fails");
        exit(1);
    }
    snprintf(path, sizeof path, "%s/0/out", t->folder);
    t->out = read_file(path);
    snprintf(path, sizeof path, "%s/0/new.db", t->folder);
    t->digests = ask(path, DIGESTS);
    t->stored = ask(path, STORED);
    return n;
}

static void sum_up(tester *t)
{
    while (t->job_count > 0)
        wait_for_one(t);
    printf("%s: %ld calls tried,", names[kind], t->tried);
    for (int i = 0; i < 256; i++)
        if (t->ended[i] > 0)
            printf(" %ld ended with %d,", t->ended[i], i);
    printf(" %ld wrong\n", t->wrong);
    fflush(stdout);
    _exit(t->wrong > 0);
}

__attribute__((constructor)) static void serve(void)
{
    const char *wanted = getenv("FAULTS"), *folder = getenv("FAULTS_FOLDER");
    long all, step = number("FAULTS_STEP", 1), jobs = number("FAULTS_JOBS", 2);
    tester t = {.folder = ""};

    for (int i = 0; wanted != NULL && i < KINDS; i++)
        if (strcmp(wanted, names[i]) == 0)
            kind = i;
    if (kind == KINDS)
        return;
    unsetenv("LD_PRELOAD"); /* for the programs that it starts */
    fail_at = number("FAULTS_AT", 0);
    alone = fail_at > 0;
    if (alone) {
        memset(calls, 0, sizeof calls);
        return;
    }
    snprintf(t.folder, sizeof t.folder, "%s", folder != NULL ? folder : ".");
    all = count(&t);
    if (all == 0)
        return; /* the child */
    for (long at = 1; at <= all; at += step) {
        while (t.job_count >= jobs || t.job_count >= JOBS_MAX)
            wait_for_one(&t);
        if (start(&t, at))
            return;
    }
    sum_up(&t);
}
