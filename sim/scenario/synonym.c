/*
 * synonym.c - see synonym.h.
 */
#include "sim/scenario/synonym.h"

#include <stddef.h>

#include "sim/engine/base.h"

/* Each of the words of the first text means any of the second; the first that
 * fits is taken. Words are written small and without blanks, with | between. */
static const struct {
    const char *words, *means[6];
} synonyms[] = {
    {"rr|roundrobin|timesharing|timeslicing", {"round-robin"}},
    {"fcfs|firstcomefirstserved|fifoqueue", {"fifo"}},
    {"spn|shortestjobfirst|shortestprocessnext", {"sjf"}},
    {"srt|stcf|srpt|srtn|preemptivesjf|shortestremainingtime|"
     "shortestremainingtimefirst|shortesttimetocompletion",
     {"srtf"}},
    {"hrn|hrrf|highestresponserationext", {"hrrn"}},
    {"rm|rms|ratemonotonicscheduling", {"rate-monotonic"}},
    {"dm|dms", {"deadline-monotonic"}},
    {"earliestdeadlinefirst|earliestduedate|edd", {"edf"}},
    {"leastlaxityfirst|leastslack|lst|mlf", {"llf"}},
    {"ps|egalitarian", {"processor-sharing"}},
    {"las|fb|foregroundbackground", {"least-attained", "feedback"}},
    {"multilevelfeedback|multilevelfeedbackqueue|mlfb", {"mlfq", "feedback"}},
    {"multilevelqueue|mlq", {"multilevel"}},
    {"queue|level", {"priority"}},
    {"cyclicexecutive|cyclic|timetable", {"boxcar"}},
    {"completelyfair|fair|fairshare", {"cfs", "eevdf"}},
    {"proportionalshare|tickets", {"lottery", "stride", "weight"}},
    {"cooperative|nonpreemptive|batch", {"run-to-block", "fifo"}},
    {"priorityscheduling|prio", {"priority"}},

    {"quantum|quanta|timequantum|timeslice|q", {"slice"}},
    {"burst|cpuburst|bursttime|cputime|executiontime|servicetime|wcet|cost|"
     "compute|work",
     {"run", "processor.mean", "service"}},
    {"ioburst|disktime", {"io"}},
    {"arrival|arrivaltime|arrives|releasetime|release|start|startat",
     {"arrive", "at"}},
    {"period|interarrival|interval", {"every", "arrive"}},
    {"process|task|job", {"thread", "threads"}},
    {"processes|tasks|jobs|workload", {"threads"}},
    {"contextswitch|contextswitchtime|dispatchlatency|switchcost|overhead",
     {"switch", "processor.switching", "processor.switches"}},
    {"cpu|cpus|cores|core|ncpu|processorcount", {"processors", "computer"}},
    {"machine|hardware", {"computer"}},
    {"os|scheduler|kernel|scheduling", {"system"}},
    {"algorithm|discipline", {"policy"}},
    {"preemptive|preemption", {"preempt"}},
    {"model|type", {"kind"}},
    {"nicevalue|niceness", {"nice"}},
    {"mutex|mutexes|semaphores", {"locks", "lock"}},
    {"acquire|p|down", {"lock", "take"}},
    {"v|up|free", {"unlock", "give"}},
    {"priorityinheritance|pip", {"inherit", "protocol"}},
    {"priorityceiling|pcp", {"ceiling", "protocol"}},
    {"wait4io|read|write|diskio", {"io"}},
    {"loop|for|while", {"repeat", "forever"}},
    {"times|do|body", {"repeat"}},
    {"if|branch|either", {"choose"}},
    {"delay|pause|think|thinktime", {"sleep", "think"}},
    {"randomseed|rng", {"seed"}},
    {"duration|until|end|runtime|simulationtime", {"stop", "run.time"}},

    {"tat|turnaroundtime|completiontime|sojourn|flowtime|averageturnaround|"
     "avgturnaround",
     {"turnaround.mean", "turnaround"}},
    {"waiting|waitingtime|avgwait|averagewait|avgwaitingtime|"
     "averagewaitingtime|queueingdelay",
     {"wait.mean", "wait"}},
    {"responsetime|avgresponse|averageresponse", {"response.mean", "response"}},
    {"utilization|utilisation|cpuutilization|load", {"processor.busy"}},
    {"throughput", {"clients.<clients>.throughput"}},
    {"makespan|schedulelength", {"run.makespan", "run.time"}},
    {"deadlinemisses|misses|tardiness|lateness",
     {"threads.<thread>.missed", "threads.<thread>.lateness_max"}},
    {"contextswitches|switchcount", {"processor.switches"}},
    {"latency", {"clients.<clients>.latency.mean", "response.mean"}},
};

static bool is_blank(char c)
{
    return c == '-' || c == '_' || c == ' ';
}

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Is `word` one of the words of the list? */
static bool is_one(const char *word, const char *list)
{
    while (*list != '\0') {
        const char *w = word;

        for (; *list != '\0' && *list != '|'; list++) {
            while (is_blank(*w))
                w++;
            if (small(*w) != *list)
                break;
            w++;
        }
        while (is_blank(*w))
            w++;
        if (*w == '\0' && (*list == '\0' || *list == '|'))
            return true;
        while (*list != '\0' && *list != '|')
            list++;
        list += *list == '|';
    }
    return false;
}

const char *ts_synonym(const char *word, int n)
{
    for (size_t i = 0; i < TS_COUNT_OF(synonyms); i++) {
        if (!is_one(word, synonyms[i].words))
            continue;
        return n < (int)TS_COUNT_OF(synonyms[i].means) ? synonyms[i].means[n]
                                                       : NULL;
    }
    return NULL;
}
