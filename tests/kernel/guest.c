/*
 * guest.c - process 1 of the machine that record boots, and the only one. It
 * plays one plan after the other, each under the kernel's own tracer, and hands
 * the traces out through QEMU's debug port.
 *
 * Which plans, the kernel's command line says (plans=NAME,NAME); two processors
 * if it says pair=1. A plan is a file that record.py writes, a word and its
 * numbers a line, times in nanoseconds:
 *
 *   length T                          when the controller ends it
 *   phase T                           it begins so long after a tick
 *   thread NAME START POLICY NICE PRIORITY CPUS RUNTIME DEADLINE PERIOD
 *   then its program: run T, clock T, sleep T, timer T, yield, lock N,
 *   unlock N, pilock N, piunlock N, read N, write N, begin TIMES (0: for ever),
 *   end; timer sleeps until T after it should have ended the last time
 *   allow T NAME CPUS                 other processors for it from then on
 *   group NAME PARENT WEIGHT IDLE QUOTA PERIOD   PARENT -: none; QUOTA 0: none
 *   member NAME GROUP                 the thread is made in that group
 *
 * Threads are made by a controller of SCHED_FIFO 99 whose children do not inherit
 * that: they begin as ordinary ones, and are told what else they are before
 * they run. Work is counted in instructions, which are nanoseconds here.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TICK 4000000LL
#define SETTLE                                                                 \
    575 /* ticks that pass before a plan begins: what emptying the
                      trace and the controller itself set going is over */
#define STACK 16384
enum {
    OPS_MAX = 64,
    THREADS_MAX = 32,
    MOVES_MAX = 16,
    GROUPS_MAX = 8,
    THINGS = 16,
    NESTED = 8
};

typedef enum verb {
    RUN,
    CLOCK,
    SLEEP,
    TIMER,
    YIELD,
    LOCK,
    UNLOCK,
    PILOCK,
    PIUNLOCK,
    READ,
    WRITE,
    BEGIN,
    END,
    VERBS
} verb;

static const char *const verbs[VERBS] = {"run",    "clock",  "sleep",
                                         "timer",  "yield",  "lock",
                                         "unlock", "pilock", "piunlock",
                                         "read",   "write",  "begin",
                                         "end"};

typedef struct op {
    verb what;
    int64_t arg; /* END: where its BEGIN is */
} op;

typedef struct actor {
    char name[16];
    int64_t start, runtime, deadline, period;
    int policy, nice, priority, id;
    unsigned long cpus;
    op ops[OPS_MAX];
    int count;
    char *stack; /* its lower end */
    int group;   /* a file of its control group; 0: none */
} actor;

typedef struct group {
    char name[16], path[128];
    int file;
} group;

typedef struct move {
    int64_t at;
    char name[16];
    unsigned long cpus;
} move;

/* What sched_setattr() takes. */
typedef struct attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
    uint32_t least, most;
} attributes;

typedef struct plan {
    char name[32];
    actor actors[THREADS_MAX];
    move moves[MOVES_MAX];
    group groups[GROUPS_MAX];
    int actor_count, move_count, group_count;
    int64_t length, phase;
} plan;

static plan now_playing;
static bool pair;
static int pipes[THINGS][2];
static volatile uint32_t futexes[THINGS], owners[THINGS];

/* --- the kernel, without the C library: threads are bare clones --- */

static long kernel(long number, long a, long b, long c, long d)
{
    register long fourth __asm__("r10") = d;
    register long fifth __asm__("r8") = 0;
    register long sixth __asm__("r9") = 0;
    long result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth),
                       "r"(fifth), "r"(sixth)
                     : "rcx", "r11", "memory");
    return result;
}

static int64_t clock_now(void)
{
    struct timespec t;

    kernel(SYS_clock_gettime, CLOCK_MONOTONIC, (long)&t, 0, 0);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void sleep_ns(int64_t ns, int flags)
{
    struct timespec t = {ns / 1000000000, ns % 1000000000};

    kernel(SYS_clock_nanosleep, CLOCK_MONOTONIC, flags, (long)&t, 0);
}

static void futex(volatile uint32_t *word, int what, uint32_t value)
{
    kernel(SYS_futex, (long)word, what | FUTEX_PRIVATE_FLAG, value, 0);
}

/* --- work --- */

/* `count` times 500 instructions: QEMU makes nothing of those that do nothing,
 * and counts them all the same. With two processors one is a pause, at which
 * QEMU goes on with the other. */
static void burn_blocks(int64_t count)
{
    if (count <= 0)
        return;
    if (pair)
        __asm__ volatile(".p2align 10\n0: .rept 497\n nop\n .endr\n pause\n"
                         " dec %0\n jnz 0b"
                         : "+r"(count));
    else
        __asm__ volatile(".p2align 10\n0: .rept 498\n nop\n .endr\n dec %0\n"
                         " jnz 0b"
                         : "+r"(count));
}

static void burn(int64_t instructions)
{
    int64_t pairs = instructions % 500 / 2;

    burn_blocks(instructions / 500);
    if (pairs > 0)
        __asm__ volatile("0: dec %0\n jnz 0b" : "+r"(pairs));
}

/* Where both processors are busy each has half the speed, so that instructions
 * are no time: the thread looks at the clock, and what lies between two looks that
 * are far apart was somebody else's. To ask the kernel for its processor time would
 * be a tick (task_sched_runtime()). */
#define FAR_APART 60000
static void burn_clock(int64_t ns)
{
    uint64_t last = __builtin_ia32_rdtsc();

    while (ns > 0) {
        uint64_t next;

        burn(500);
        next = __builtin_ia32_rdtsc();
        if (next - last < FAR_APART)
            ns -= (int64_t)(next - last);
        last = next;
    }
}

/* U. Drepper, Futexes Are Tricky: 0 free, 1 taken, 2 taken and waited for. */
static void take(volatile uint32_t *word)
{
    uint32_t was = __sync_val_compare_and_swap(word, 0, 1);

    while (was != 0) {
        if (was == 2 || __sync_val_compare_and_swap(word, 1, 2) != 0)
            futex(word, FUTEX_WAIT, 2);
        was = __sync_val_compare_and_swap(word, 0, 2);
    }
}

static void give(volatile uint32_t *word)
{
    if (__sync_fetch_and_sub(word, 1) == 1)
        return;
    *word = 0;
    futex(word, FUTEX_WAKE, 1);
}

static void take_pi(volatile uint32_t *word, uint32_t id)
{
    if (__sync_val_compare_and_swap(word, 0, id) != 0)
        futex(word, FUTEX_LOCK_PI, 0);
}

static void give_pi(volatile uint32_t *word, uint32_t id)
{
    if (__sync_val_compare_and_swap(word, id, 0) != id)
        futex(word, FUTEX_UNLOCK_PI, 0);
}

/* `due`: when the thread's timer should have ended the last time. */
static void act(const op *o, uint32_t id, int64_t *due)
{
    char byte = 0;

    if (o->what == RUN)
        burn(o->arg);
    else if (o->what == CLOCK)
        burn_clock(o->arg);
    else if (o->what == SLEEP)
        sleep_ns(o->arg, 0);
    else if (o->what == TIMER)
        sleep_ns(*due += o->arg, TIMER_ABSTIME);
    else if (o->what == YIELD)
        kernel(SYS_sched_yield, 0, 0, 0, 0);
    else if (o->what == LOCK)
        take(&futexes[o->arg]);
    else if (o->what == UNLOCK)
        give(&futexes[o->arg]);
    else if (o->what == PILOCK)
        take_pi(&owners[o->arg], id);
    else if (o->what == PIUNLOCK)
        give_pi(&owners[o->arg], id);
    else if (o->what == READ)
        kernel(SYS_read, pipes[o->arg][0], (long)&byte, 1, 0);
    else if (o->what == WRITE)
        kernel(SYS_write, pipes[o->arg][1], (long)&byte, 1, 0);
}

/* A thread's life. Each BEGIN counts what is left of its rounds. */
static int live(void *context)
{
    const actor *self = context;
    int64_t rounds[OPS_MAX], due = clock_now();
    uint32_t id = (uint32_t)kernel(SYS_gettid, 0, 0, 0, 0);

    for (int at = 0; at < self->count; at++) {
        const op *o = &self->ops[at];

        if (o->what == BEGIN)
            rounds[at] = o->arg > 0 ? o->arg : INT64_MAX;
        else if (o->what == END && --rounds[o->arg] > 0)
            at = (int)o->arg;
        else
            act(o, id, &due);
    }
    kernel(SYS_exit, 0, 0, 0, 0);
    return 0;
}

/* --- out of the guest, and files in it --- */

static void out(const char *text, size_t size)
{
    __asm__ volatile("rep outsb"
                     : "+S"(text), "+c"(size)
                     : "d"(0xe9)
                     : "memory");
}

static void say(const char *text)
{
    out(text, strlen(text));
}

/* Ends the machine: nobody could do anything about it in there. */
static void fail(const char *what, const char *which)
{
    say("! ");
    say(what);
    say(" ");
    say(which);
    say("\n");
    reboot(RB_POWER_OFF);
}

static void put(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_TRUNC);

    if (file < 0 || write(file, text, strlen(text)) < 0)
        fail("cannot write", path);
    close(file);
}

static void show(const char *path)
{
    static char buffer[65536];
    int file = open(path, O_RDONLY);
    ssize_t got;

    if (file < 0)
        return; /* another kernel's */
    say("@ ");
    say(path);
    say("\n");
    while ((got = read(file, buffer, sizeof buffer)) > 0)
        out(buffer, (size_t)got);
    say("\n");
    close(file);
}

/* --- plans --- */

static void read_actor(plan *p, const char *line)
{
    actor *a = &p->actors[p->actor_count++];
    long long start, runtime, deadline, period;

    if (sscanf(line, "thread %15s %lld %d %d %d %lx %lld %lld %lld", a->name,
               &start, &a->policy, &a->nice, &a->priority, &a->cpus, &runtime,
               &deadline, &period) != 9)
        fail("not a thread:", line);
    a->start = start;
    a->runtime = runtime;
    a->deadline = deadline;
    a->period = period;
}

static void read_op(actor *a, const char *word, int64_t arg, int *open,
                    int *depth)
{
    int what = 0;

    while (what < VERBS && strcmp(verbs[what], word) != 0)
        what++;
    if (what == VERBS || a->count == OPS_MAX || *depth == NESTED)
        fail("not an operation:", word);
    if (what == BEGIN)
        open[(*depth)++] = a->count;
    if (what == END)
        arg = open[--*depth];
    a->ops[a->count++] = (op){(verb)what, arg};
}

static void read_move(plan *p, const char *line)
{
    move *m = &p->moves[p->move_count++];
    long long at;

    if (sscanf(line, "allow %lld %15s %lx", &at, m->name, &m->cpus) != 3)
        fail("not a move:", line);
    m->at = at;
}

/* A control group, whose members are single threads. */
static void set_group(const group *g, const char *file, const char *text)
{
    char path[192];

    snprintf(path, sizeof path, "%s/%s", g->path, file);
    put(path, text);
}

static const group *find_group(const plan *p, const char *name)
{
    for (int i = 0; i < p->group_count; i++)
        if (strcmp(p->groups[i].name, name) == 0)
            return &p->groups[i];
    return NULL;
}

/* A group stands after the one that it is in. Those of other plans stay. */
static void read_group(plan *p, const char *line)
{
    group *g = &p->groups[p->group_count], top = {.path = "/groups"};
    const group *parent;
    char name[16], above[16], text[64];
    long long quota, period;
    int weight, idle;

    if (sscanf(line, "group %15s %15s %d %d %lld %lld", name, above, &weight,
               &idle, &quota, &period) != 6)
        fail("not a group:", line);
    parent = find_group(p, above);
    parent = parent != NULL ? parent : &top;
    if (strlen(parent->path) + sizeof text > sizeof g->path)
        fail("too deep:", line);
    strcpy(g->name, name);
    snprintf(text, sizeof text, "/%s-%s", p->name, name);
    memmove(g->path, parent->path, sizeof g->path);
    strcat(g->path, text);
    p->group_count++;
    set_group(parent, "cgroup.subtree_control", "+cpu");
    if (mkdir(g->path, 0755) < 0)
        fail("no group", g->path);
    set_group(g, "cgroup.type", "threaded");
    snprintf(text, sizeof text, "%d", weight);
    set_group(g, "cpu.weight", text);
    if (idle)
        set_group(g, "cpu.idle", "1");
    snprintf(text, sizeof text, "%lld %lld", quota / 1000, period / 1000);
    if (quota > 0)
        set_group(g, "cpu.max", text);
    g->file = open(g->path, O_RDONLY | O_DIRECTORY);
}

static void read_member(plan *p, const char *line)
{
    char name[16], of[16];

    if (sscanf(line, "member %15s %15s", name, of) != 2 ||
        find_group(p, of) == NULL)
        fail("not a member:", line);
    for (int i = 0; i < p->actor_count; i++)
        if (strcmp(p->actors[i].name, name) == 0)
            p->actors[i].group = find_group(p, of)->file;
}

static void read_plan(plan *p, const char *name)
{
    char path[64], line[256], word[32];
    int open[NESTED], depth = 0;
    FILE *file;

    memset(p, 0, sizeof *p);
    snprintf(p->name, sizeof p->name, "%s", name);
    snprintf(path, sizeof path, "/plans/%s", name);
    file = fopen(path, "r");
    if (file == NULL)
        fail("no plan", name);
    while (fgets(line, sizeof line, file) != NULL) {
        long long arg = 0;

        if (sscanf(line, "%31s %lld", word, &arg) < 1)
            continue;
        if (strcmp(word, "length") == 0)
            p->length = arg;
        else if (strcmp(word, "phase") == 0)
            p->phase = arg;
        else if (strcmp(word, "thread") == 0)
            read_actor(p, line);
        else if (strcmp(word, "allow") == 0)
            read_move(p, line);
        else if (strcmp(word, "group") == 0)
            read_group(p, line);
        else if (strcmp(word, "member") == 0)
            read_member(p, line);
        else
            read_op(&p->actors[p->actor_count - 1], word, arg, open, &depth);
    }
    fclose(file);
}

/* --- the controller --- */

static unsigned long everywhere(void)
{
    return pair ? 3 : 1;
}

static void tell(const actor *a)
{
    attributes attr = {.size = sizeof attr,
                       .policy = (uint32_t)a->policy,
                       .nice = a->nice,
                       .priority = (uint32_t)a->priority,
                       .runtime = (uint64_t)a->runtime,
                       .deadline = (uint64_t)a->deadline,
                       .period = (uint64_t)a->period};

    if (a->cpus != everywhere())
        kernel(SYS_sched_setaffinity, a->id, sizeof a->cpus, (long)&a->cpus, 0);
    if (a->policy == 0 && a->nice == 0 && a->runtime == 0)
        return;
    if (kernel(SYS_sched_setattr, a->id, (long)&attr, 0, 0) < 0)
        fail("not told:", a->name);
}

#define SHARED                                                                 \
    (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |        \
     CLONE_SYSVSEM)
#define IN_GROUP 0x200000000ULL /* CLONE_INTO_CGROUP */

/* What clone3() takes. */
typedef struct birth {
    uint64_t flags, process, child, parent, signal, stack, stack_size, tls, ids,
        id_count, group;
} birth;

/* A thread that is in a control group from the beginning: only clone3() can do
 * that, and the C library has no call for it. */
static int clone_in_group(actor *a)
{
    birth b = {.flags = SHARED | IN_GROUP,
               .stack = (uint64_t)a->stack,
               .stack_size = STACK,
               .group = (uint64_t)a->group};
    register actor *self __asm__("r12") = a;
    register int (*life)(void *) __asm__("r13") = live;
    long id;

    __asm__ volatile("syscall\n test %%rax, %%rax\n jnz 0f\n"
                     " xor %%ebp, %%ebp\n mov %%r12, %%rdi\n call *%%r13\n"
                     " ud2\n0:"
                     : "=a"(id)
                     : "a"(SYS_clone3), "D"(&b), "S"(sizeof b), "r"(self),
                       "r"(life)
                     : "rcx", "r11", "memory");
    if (id < 0)
        fail("not made:", a->name);
    return (int)id;
}

/* The name is set before, so that the trace has it from the beginning. */
static void make(actor *a)
{
    prctl(PR_SET_NAME, a->name);
    a->id = a->group > 0 ? clone_in_group(a)
                         : clone(live, a->stack + STACK, SHARED, a);
    prctl(PR_SET_NAME, "ctl");
    tell(a);
}

static void apply(const plan *p, const move *m)
{
    for (int i = 0; i < p->actor_count; i++)
        if (strcmp(p->actors[i].name, m->name) == 0)
            kernel(SYS_sched_setaffinity, p->actors[i].id, sizeof m->cpus,
                   (long)&m->cpus, 0);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Actors and moves stand in the order of their times. */
static void control(plan *p)
{
    int64_t origin = (clock_now() / TICK + SETTLE) * TICK + p->phase, next;
    int actors = 0, moves = 0;
    char line[64];

    sleep_ns(origin, TIMER_ABSTIME);
    do {
        while (actors < p->actor_count &&
               p->actors[actors].start <= clock_now() - origin)
            make(&p->actors[actors++]);
        while (moves < p->move_count &&
               p->moves[moves].at <= clock_now() - origin)
            apply(p, &p->moves[moves++]);
        next = p->length;
        if (actors < p->actor_count)
            next = earlier(next, p->actors[actors].start);
        if (moves < p->move_count)
            next = earlier(next, p->moves[moves].at);
        sleep_ns(origin + next, TIMER_ABSTIME);
    } while (next < p->length);
    put("/trace/tracing_on", "0");
    snprintf(line, sizeof line, "# origin %lld\n", (long long)origin);
    say(line);
}

/* All that a plan needs is there before it begins: no page is missing then. */
static void prepare(plan *p)
{
    char *stacks =
        mmap(NULL, (size_t)STACK * THREADS_MAX, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

    for (int i = 0; i < THREADS_MAX; i++)
        p->actors[i].stack = stacks + (size_t)i * STACK;
    for (int i = 0; i < THINGS; i++)
        if (pipe(pipes[i]) < 0)
            fail("no", "pipes");
    mlockall(MCL_CURRENT);
    prctl(PR_SET_TIMERSLACK, 1);
}

static bool yields(const plan *p)
{
    for (int i = 0; i < p->actor_count; i++)
        for (int k = 0; k < p->actors[i].count; k++)
            if (p->actors[i].ops[k].what == YIELD)
                return true;
    return false;
}

static void perform(const char *name)
{
    attributes attr = {.size = sizeof attr,
                       .policy = SCHED_FIFO,
                       .flags = 1 /* SCHED_FLAG_RESET_ON_FORK */,
                       .priority = 99};
    unsigned long cpus = everywhere();

    read_plan(&now_playing, name);
    prepare(&now_playing);
    kernel(SYS_sched_setaffinity, 0, sizeof cpus, (long)&cpus, 0);
    if (kernel(SYS_sched_setattr, 0, (long)&attr, 0, 0) < 0)
        fail("no SCHED_FIFO for", name);
    prctl(PR_SET_NAME, "ctl");
    /* Tracing a system call makes all of them slower: where nobody yields, none
     * is traced. */
    put("/trace/events/syscalls/sys_enter_sched_yield/enable",
        yields(&now_playing) ? "1" : "0");
    put("/trace/trace", "");
    put("/trace/tracing_on", "1");
    control(&now_playing);
    kernel(SYS_exit_group, 0, 0, 0, 0);
}

/* --- the machine --- */

static void mount_all(void)
{
    mkdir("/trace", 0755);
    mkdir("/proc", 0755);
    mkdir("/sys", 0755);
    mkdir("/groups", 0755);
    if (mount("proc", "/proc", "proc", 0, NULL) < 0 ||
        mount("sys", "/sys", "sysfs", 0, NULL) < 0 ||
        mount("debug", "/sys/kernel/debug", "debugfs", 0, NULL) < 0 ||
        mount("trace", "/trace", "tracefs", 0, NULL) < 0 ||
        mount("groups", "/groups", "cgroup2", 0, NULL) < 0)
        fail("cannot mount", "what the kernel shows");
}

static void show_parameters(void)
{
    static const char *const scheduler[] = {"latency_ns",
                                            "min_granularity_ns",
                                            "wakeup_granularity_ns",
                                            "idle_min_granularity_ns",
                                            "base_slice_ns",
                                            "features",
                                            "migration_cost_ns",
                                            "nr_migrate",
                                            "tunable_scaling",
                                            "preempt",
                                            "verbose",
                                            "fair_server/cpu0/runtime",
                                            "fair_server/cpu0/period"};
    static const char *const domain[] = {"name",         "flags",
                                         "min_interval", "max_interval",
                                         "busy_factor",  "imbalance_pct"};
    static const char *const system[] = {"rt_runtime_us", "rt_period_us",
                                         "rr_timeslice_ms", "autogroup_enabled",
                                         "child_runs_first"};
    char path[128];

    show("/proc/version");
    for (size_t i = 0; i < sizeof scheduler / sizeof *scheduler; i++) {
        snprintf(path, sizeof path, "/sys/kernel/debug/sched/%s", scheduler[i]);
        show(path);
    }
    for (size_t i = 0; i < sizeof domain / sizeof *domain; i++) {
        snprintf(path, sizeof path,
                 "/sys/kernel/debug/sched/domains/cpu0/domain0/%s", domain[i]);
        show(path);
    }
    for (size_t i = 0; i < sizeof system / sizeof *system; i++) {
        snprintf(path, sizeof path, "/proc/sys/kernel/sched_%s", system[i]);
        show(path);
    }
}

/* QEMU goes on with the next processor where one pauses or halts, and a kernel
 * that boots another one does neither: a process that pauses is beside it. */
static void start_second(void)
{
    int child = fork();

    pair = true;
    while (child == 0)
        burn(100000);
    put("/sys/devices/system/cpu/cpu1/online", "1");
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static void set_up_trace(void)
{
    static const char *const events[] = {"switch",       "wakeup",
                                         "wakeup_new",   "waking",
                                         "process_exit", "migrate_task",
                                         "pi_setprio"};
    char path[96];

    put("/trace/tracing_on", "0");
    put("/trace/trace_clock", "mono");
    put("/trace/buffer_size_kb", "8192");
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        snprintf(path, sizeof path, "/trace/events/sched/sched_%s/enable",
                 events[i]);
        put(path, "1");
    }
}

int main(void)
{
    char *plans = getenv("plans");

    iopl(3);
    mount_all();
    if (getenv("pair") != NULL)
        start_second();
    show_parameters();
    set_up_trace();
    sleep_ns(2000000000, 0); /* what booting left behind */
    for (char *name = strtok(plans, ","); name != NULL;
         name = strtok(NULL, ",")) {
        int child = fork();

        if (child == 0)
            perform(name);
        waitpid(child, NULL, 0);
        sleep_ns(300000000, 0);
        say("@ plan ");
        say(name);
        say("\n");
        show("/trace/trace");
    }
    say("@ end\n");
    reboot(RB_POWER_OFF);
    for (;;)
        pause();
}
