/*
 * proto.h - messages in Protocol Buffers' wire format.
 *
 *   size_t at = ts_proto_open(&buffer, 1);
 *   ts_proto_number(&buffer, 8, 4711);
 *   ts_proto_text(&buffer, 2, "name");
 *   ts_proto_close(&buffer, at);
 *
 * A message inside another one is written in place; its length, which stands
 * before it, is put in when it is closed.
 */
#ifndef TS_EXCHANGE_PROTO_H
#define TS_EXCHANGE_PROTO_H

#include "sim/scenario/buffer.h"

#include <stdint.h>

/* A varint: int32, int64, uint64, bool, enums; negative ones take ten bytes. */
void ts_proto_number(ts_buffer *out, int field, int64_t value);
void ts_proto_fixed64(ts_buffer *out, int field, uint64_t value);
/* A string; bytes that are no UTF-8 become U+FFFD. */
void ts_proto_text(ts_buffer *out, int field, const char *text);
size_t ts_proto_open(ts_buffer *out, int field);
void ts_proto_close(ts_buffer *out, size_t at);

#endif
