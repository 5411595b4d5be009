/*
 * stories_python.c - the story of the lock of Python's interpreter.
 */
#include "models/machine/topic.h"

const ts_topic ts_topic_python = {
    .words = "interpreter-lock python-lock beazley gil-story",
    .text =
        "Python's lock: threads that take turns at one interpreter\n"
        "\n"
        "One thread of a Python process computes at a time: who has the lock.\n"
        "Python 2 gave it back every hundred instructions and took it again\n"
        "at once; since 3.2 who waits asks for it after an interval, and it "
        "is\n"
        "given up (David Beazley, Inside the Python GIL, 2009; Understanding\n"
        "the Python GIL, 2010).\n"
        "\n"
        "1. The battle. Two threads on two processors count slower than one\n"
        "   after the other: who is woken for the lock comes from the other\n"
        "   processor, and finds it taken again. Not so under the new lock:\n"
        "    timeslice run --no-db gil-battle\n"
        "2. The convoy, the price of the new lock. A request of 5 us beside a\n"
        "   thread that computes waits for an interval each time, 5 ms unless\n"
        "   it is set:\n"
        "    timeslice run --no-db gil-convoy\n"
        "3. A loop beside 30 threads that sleep for no time, again and again,\n"
        "   under the old lock, with nothing fitted; 31 times would be fair:\n"
        "    timeslice run --no-db --point 3 gil-polling\n"
        "4. Threads that mostly wait have little to do with the lock; what\n"
        "   they cost instead, and whom it serves best:\n"
        "    timeslice explain concurrency-styles async-vs-threads\n"
        "`timeslice explain thread-slowdown` is the story of the fifteen\n"
        "minutes. Seen in a chart: `timeslice plot gil` draws who holds the\n"
        "lock, who waits, and who was woken in vain.\n",
};
