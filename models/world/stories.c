/*
 * stories.c - pages that lead through a few runs each; tests/cli/stories.sh plays
 * every command of them.
 */
#include "models/machine/topic.h"

const ts_topic ts_topic_slowdown = {
    .words = "thread-slowdown slowdown",
    .text =
        "A loop of 1.3 s takes fifteen minutes beside a hundred idle threads\n"
        "\n"
        "Andrew Godwin told of it in Pioneering Real-Time (2019): one busy "
        "Python\n"
        "thread beside 0, 1, 5, 30 and 100 idle ones takes 1.3 s, 2.3 s, 5.4 "
        "s,\n"
        "39 s and 15 minutes. That is all that is known of it.\n"
        "\n"
        "1. Alone the loop has what it asks for:\n"
        "    timeslice run --no-db --point 1 thread-slowdown\n"
        "2. Beside five idle threads each takes its turn at the interpreter's "
        "lock,\n"
        "   and its timer's wake-ups come before everything else:\n"
        "    timeslice run --no-db --point 3 thread-slowdown\n"
        "3. Beside thirty the turns alone would cost some twenty times; the "
        "wake-ups\n"
        "   take a quarter of the processor on top of that:\n"
        "    timeslice run --no-db --point 4 thread-slowdown\n"
        "Play `timeslice run thread-slowdown` for all points, the talk's "
        "numbers\n"
        "beside the simulated ones, and the curve. What is fitted, and what "
        "is\n"
        "conjecture, stands below the answer.\n",
};

const ts_topic ts_topic_inversion = {
    .words = "inversion priority-inversion mars mars-pathfinder",
    .text = "Mars Pathfinder: how a task of low priority stops the highest\n"
            "\n"
            "In July 1997 the lander reset itself again and again. The bus was "
            "guarded\n"
            "by a lock. Meteorology, of low priority, held it; the bus task, "
            "of high\n"
            "priority, waited for it; and communications, in the middle, which "
            "needed\n"
            "no lock at all, kept meteorology from its processor. The next "
            "cycle found\n"
            "the bus task unfinished, and the machine was reset.\n"
            "\n"
            "1. The cycle that missed, in the very order of decisions; look "
            "for \"waits:\n"
            "   lock bus\" and for who runs then:\n"
            "    timeslice run --no-db --why mars-pathfinder-reset\n"
            "2. The longer the middle task, the longer the highest waits:\n"
            "    timeslice run --no-db --point 8 mars-pathfinder\n"
            "3. With inheritance meteorology is as urgent as whom it keeps "
            "waiting:\n"
            "    timeslice run --no-db --point 16 mars-pathfinder\n"
            "That switch of the lock, flipped from Earth, mended the lander. "
            "The picture\n"
            "of the first run has the lock below meteorology and the missed "
            "deadline in\n"
            "red; `timeslice explain protocol` has the other protocols.\n",
};

const ts_topic ts_topic_convoy = {
    .words = "convoy",
    .text =
        "The convoy: first come, first served, and everybody waits\n"
        "\n"
        "One thread computes for long between two requests to a disk; ten "
        "others\n"
        "compute for a moment. First come, first served lets the ten queue "
        "behind\n"
        "the one: the disk idles. Then all ten are served, the one comes "
        "again, and\n"
        "the column drives on.\n"
        "\n"
        "1. First come, first served; look at how busy the disk is:\n"
        "    timeslice run --no-db --point 1 convoy\n"
        "2. Turns of a millisecond break the column up, for some switching:\n"
        "    timeslice run --no-db --point 3 convoy\n"
        "3. So does letting the shortest go first:\n"
        "    timeslice run --no-db --point 4 convoy\n"
        "4. The same on one line, without a disk: three jobs, the long one "
        "first.\n"
        "    timeslice try fcfs 24 3 3\n"
        "    timeslice try srtf 24 3 3\n"
        "`timeslice run convoy` compares all four and draws them.\n",
};

const ts_topic ts_topic_deadlock = {
    .words = "deadlock philosophers",
    .text =
        "Deadlock: a machine stops although every part of it works\n"
        "\n"
        "Five philosophers, five forks (Dijkstra 1971): each takes the fork on "
        "one\n"
        "side, then that on the other. When each holds one and waits for the "
        "next,\n"
        "nothing moves any more, and no processor is busy.\n"
        "\n"
        "1. How it comes about; the last lines name the circle:\n"
        "    timeslice run --no-db --trace deadlock\n"
        "2. It is luck: with another seed it comes sooner or later.\n"
        "    timeslice run --no-db --seed 3 deadlock\n"
        "3. Where the last one takes its forks in the order of the others "
        "there is no\n"
        "   circle, and all thousand meals are eaten (what the scenario "
        "expects, a\n"
        "   deadlock, fails then):\n"
        "    timeslice run --no-db \\\n"
        "        -s '/threads/4/program/0/repeat/program/1/lock=fork 1' \\\n"
        "        -s '/threads/4/program/0/repeat/program/3/lock=fork 5' \\\n"
        "        deadlock\n"
        "A deadlock is what came out, and no error: it is told as a warning, "
        "and the\n"
        "metric locks.deadlocks is 1.\n",
};

const ts_topic ts_topic_overload = {
    .words = "overload overload-103",
    .text = "Overload: 103 % of a processor, and what becomes of the last 3 %\n"
            "\n"
            "Apollo 11's computer had 85 % to do for the descent, 13 % went to "
            "a radar\n"
            "that should have been quiet, and a display took 5 %. A machine "
            "that serves\n"
            "everybody fails everybody then; one with priorities lets the "
            "least urgent\n"
            "wait, and lands.\n"
            "\n"
            "1. Plain numbers, without an Apollo computer:\n"
            "    timeslice run --no-db overload-103\n"
            "2. The same 103 % on the Executive, with its alarm:\n"
            "    timeslice run --no-db apollo-talk\n"
            "3. The descent as it was flown:\n"
            "    timeslice run --no-db apollo11-descent\n"
            "`timeslice explain 1202` tells why there is an alarm at all.\n",
};

const ts_topic ts_topic_omission = {
    .words = "coordinated-omission omission",
    .text = "Coordinated omission: a server stands still, and who notices\n"
            "\n"
            "A load generator that sends its next request when the last one is "
            "answered\n"
            "waits with the server: while that stands still it asks nothing, "
            "and reports\n"
            "one slow request of thousands. Clients who come by themselves do "
            "not wait\n"
            "to be slow (Gil Tene, 2013).\n"
            "\n"
            "1. Both beside each other, and both clocks of the one that waits: "
            "latency\n"
            "   counts from the sending, intended from when it was due.\n"
            "    timeslice run --no-db coordinated-omission\n"
            "2. What each metric counts from:\n"
            "    timeslice explain clients.waiting.latency.p99 "
            "clients.waiting.intended.p99\n"
            "The last column, \"p95 as due\", is what the users saw.\n",
};

const ts_topic ts_topic_graham = {
    .words = "graham graham-anomalies anomalies",
    .text =
        "Graham's anomalies: less to do, more processors, and later\n"
        "\n"
        "Nine jobs, an order of precedence, a list, and a rule that sounds "
        "right: a\n"
        "free processor takes the first job of the list that can run. Shorter "
        "jobs,\n"
        "fewer constraints or one more processor may then all end later (R. "
        "L.\n"
        "Graham, Bounds on Multiprocessing Timing Anomalies, 1969).\n"
        "\n"
        "1. The same jobs on one to eight processors: four end later than "
        "three.\n"
        "    timeslice run --no-db graham-anomalies\n"
        "2. The reason for every decision with three, and with four:\n"
        "    timeslice run --no-db --point 3 --why graham-anomalies\n"
        "    timeslice run --no-db --point 4 --why graham-anomalies\n"
        "No list is to blame: the rule never lets a processor wait, and "
        "sometimes\n"
        "waiting is what would be right.\n",
};

const ts_topic ts_topic_dhall = {
    .words = "dhall",
    .text =
        "Dhall's effect: more processors, and still too late\n"
        "\n"
        "Many light tasks with short periods and a heavy one with a longer "
        "period:\n"
        "the light ones come first everywhere at once, and the heavy one, "
        "which needs\n"
        "nearly a whole processor, begins too late, however many there are "
        "(Dhall\n"
        "and Liu, 1978). The load may be little more than one processor's.\n"
        "\n"
        "1. What misses, and under which policy:\n"
        "    timeslice run --no-db dhall\n"
        "2. What can be known without playing, on one processor:\n"
        "    timeslice new tasks -o tasks.json\n"
        "    timeslice analyze tasks.json\n"
        "A processor of its own for the heavy task, or laxity instead of "
        "periods,\n"
        "saves it.\n",
};

const ts_topic ts_topic_ladder = {
    .words = "ladder latency-ladder",
    .text =
        "The ladder of latencies: from a register to the other side of the "
        "world\n"
        "\n"
        "Each rung is a thing that is waited for, a cache, RAM, a disk, a "
        "round trip,\n"
        "and each is some ten or a hundred times the one before (Amber Brown, "
        "The\n"
        "Natural State of Computers, 2019).\n"
        "\n"
        "1. The talk's numbers beside those of a machine; caches, RAM and "
        "disk are\n"
        "   played, the longer ways are as they were measured:\n"
        "    timeslice run --no-db latency-ladder\n"
        "2. What a millisecond of work loses to a thousand loads, or a block, "
        "from each:\n"
        "    timeslice run --no-db ladder-losses\n"
        "3. What a context switch costs besides the switch, on those rungs:\n"
        "    timeslice run --no-db cache-eviction\n"
        "4. One rung further: a server that waits for something next door, and "
        "for\n"
        "   the same 350 ms away:\n"
        "    timeslice explain async-vs-threads async-vs-threads-near\n",
};
