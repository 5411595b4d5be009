/* channel.h - see channel.c. */
#ifndef TS_MODELS_CHANNEL_H
#define TS_MODELS_CHANNEL_H

#include "models/runtime/runtime.h"

/* Another attempt is made over the connection: what was taken for the last one
 * and did not come home is new again. */
void ts_channel_begin(ts_connection *connection);
/* An answer has come home over the connection: its reader has what was taken
 * for it. */
void ts_channel_home(ts_connection *connection, ts_time now);

#endif
