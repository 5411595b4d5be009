/* dispatch.h - see dispatch.c. */
#ifndef TS_MODELS_DISPATCH_H
#define TS_MODELS_DISPATCH_H

#include "models/machine/machine.h"

/* Makes the run queues' policies ready and hooks the dispatcher in. */
bool ts_dispatch_create(ts_machine *machine, ts_error *error);

#endif
