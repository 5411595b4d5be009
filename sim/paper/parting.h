/*
 * parting.h - where two runs of the same jobs part, told.
 */
#ifndef TS_PAPER_PARTING_H
#define TS_PAPER_PARTING_H

#include "sim/paper/paper.h"
#include "sim/results/parting.h"

/* The first decision that differs, what came of it for each thread, and who
 * gained or lost. */
void ts_paper_parting(ts_paper *paper, const ts_history histories[2],
                      const ts_parting *parting);

#endif
