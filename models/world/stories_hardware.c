/*
 * stories_hardware.c - what the talk on computers says of hardware, held
 * against what is played; tests/cli/stories.sh plays every command of it.
 */
#include "models/machine/topic.h"

const ts_topic ts_topic_turbo = {
    .words = "turbo-and-heat same-envelope boost",
    .text = "Turbo, heat, and more cores within the same watts\n"
            "\n"
            "Amber Brown (The Natural State of Computers, 2019): cores\n"
            "have not become faster since 2009, there are more of them in\n"
            "the same envelope, and turbo lasts until it gets too hot.\n"
            "\n"
            "1. Six cores at work: 33 s of burst, then the power limit,\n"
            "   and after 95 s heat. The talk is right:\n"
            "    timeslice run --no-db turbo-and-heat\n"
            "2. Two cores share 65 W at 4.2 GHz, sixteen at 1.91, and do\n"
            "   7.3 times the work of one, not 16:\n"
            "    timeslice run --no-db --point 7 same-envelope\n"
            "That a clock cycle does no more than in 2009 is unproven here:\n"
            "work for each cycle is put in, and nothing could show it.\n",
};

const ts_topic ts_topic_meltdown = {
    .words = "meltdown spectre",
    .text = "Did Meltdown and Spectre take it all back?\n"
            "\n"
            "Amber Brown (2019): their mitigations rolled back nearly every\n"
            "improvement since Core. What is modelled is the price of each\n"
            "entry into the kernel, 400 ns with KPTI.\n"
            "\n"
            "1. A web server without it, and with it: 5.9 % longer:\n"
            "    timeslice run --no-db --point 2 mitigations\n"
            "    timeslice run --no-db --point 8 mitigations\n"
            "2. A number cruncher hardly notices, 0.4 %:\n"
            "    timeslice run --no-db --point 7 mitigations\n"
            "So the sentence is wrong for entries: half of a processor would\n"
            "take 2.5 million of them a second. 27 % were measured on one\n"
            "MySQL server; the TLB's part in that is not modelled.\n",
};

const ts_topic ts_topic_siblings = {
    .words = "hyper-threading hyperthreading smt-ryzen",
    .text = "Is hyper-threading worth 150 %?\n"
            "\n"
            "Amber Brown (2019) says so, of Python. Here a core only serves\n"
            "whoever does not wait for memory; no gain is put in.\n"
            "\n"
            "1. On a Ryzen, with a load from RAM every 100 ns: 144 %:\n"
            "    timeslice run --no-db --point 3 smt-ryzen\n"
            "    timeslice run --no-db --point 4 smt-ryzen\n"
            "2. From L3 9 % more, and nothing for who never waits:\n"
            "    timeslice run --no-db --point 2 smt-ryzen\n"
            "3. Constant times fall into step, which no real pair does; the\n"
            "   run warns of it:\n"
            "    timeslice run --no-db --point 12 smt-ryzen\n"
            "So it is right where programs wait for RAM for 42 % of their\n"
            "time. How long Python does was not measured.\n",
};

const ts_topic ts_topic_dies = {
    .words = "io-die first-touch bus-clock",
    .text = "Where memory is, and whose clock it has\n"
            "\n"
            "Amber Brown (2019): one bus clock held RAM and PCI; systems\n"
            "put memory just anywhere; and the I/O die made latency worse\n"
            "and bandwidth better. All three come out:\n"
            "\n"
            "1. The bus at 150 MHz: PCI runs at 50, RAM's load takes 101 ns\n"
            "   in place of 152; with clocks of their own PCI stays at 33:\n"
            "    timeslice run --no-db --point 5 bus-clock\n"
            "    timeslice run --no-db --point 11 bus-clock\n"
            "2. Memory that was touched first, and memory anywhere: 81 and\n"
            "   114 ns, and 2.4 times as long for streams:\n"
            "    timeslice run --no-db first-touch\n"
            "3. A load at home takes 78 ns, behind the I/O die 105; streams\n"
            "   of one chiplet 18.7 ms, and 12.5:\n"
            "    timeslice run --no-db io-die\n",
};
