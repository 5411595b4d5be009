/*
 * reference.h - cases that nobody published: inputs from a number, and what is
 * expected of them, worked out tick by tick by the plainest means from the
 * families' rules. Nothing here knows the simulator, and nothing is shared with
 * it but the rules. See family_made().
 */
#ifndef TESTS_CASES_REFERENCE_H
#define TESTS_CASES_REFERENCE_H

#include <cjson/cJSON.h>

typedef void reference(cJSON *inputs, cJSON *expected, int number);

reference reference_uniproc;
reference reference_switches;
reference reference_multicore;
reference reference_bursts;
reference reference_list;
reference reference_lottery;
reference reference_stride;
reference reference_mlfq;
reference reference_process_run;
reference reference_markovian;
reference reference_general;
reference reference_classes;
reference reference_jackson;
reference reference_closed;
reference reference_sharing;
reference reference_responses;
reference reference_schedules;
reference reference_ideal;
reference reference_disk;
reference reference_multi;
reference reference_locks;
reference reference_servers;
reference reference_cfs;
reference reference_eevdf;
reference reference_setup;
reference reference_sizes;
reference reference_laws;
reference reference_bounds;
reference reference_demand;
reference reference_repairman;
reference reference_fifo;
reference reference_turns;
reference reference_sjf;

#endif
