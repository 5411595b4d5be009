/*
 * compose.h - threads as they were seen, as a scenario.
 */
#ifndef TS_EXCHANGE_COMPOSE_H
#define TS_EXCHANGE_COMPOSE_H

#include "sim/exchange/import.h"
#include "sim/exchange/lives.h"

/* false: nothing ran, or the scenario would be longer than one may be. */
bool ts_compose(ts_import *import, const ts_lives *lives,
                const ts_import_options *options, ts_error *error);

#endif
