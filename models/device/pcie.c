/*
 * pcie.c - a PCI Express link as bandwidth and latency of a transfer.
 *
 * A transfer goes over the wire as packets of at most `payload` bytes, each
 * with its overhead (framing, sequence, header, CRC); one transfer after the
 * other. Acknowledgements, flow control and the other direction are left out.
 */
#include "models/device/device.h"

typedef struct pcie_record {
    int64_t generation, lanes, payload, overhead;
    ts_time latency;
} pcie_record;

typedef struct pcie {
    const pcie_record *record;
    ts_i128 bit_num, bit_den; /* one bit's time in ps, over all lanes */
    ts_time end;              /* of the last transfer ... */
    ts_i128 rest;             /* ... and what it took beyond, in ps / bit_den */
} pcie;

static const ts_field pcie_fields[] = {
    {.name = "generation",
     .kind = TS_FIELD_INT,
     .fallback = "3",
     .min = 1,
     .max = 5,
     .offset = TS_AT(pcie_record, generation),
     .help = "1 to 5: 2.5, 5, 8, 16 or 32 GT/s a lane"},
    {.name = "lanes",
     .kind = TS_FIELD_INT,
     .fallback = "4",
     .min = 1,
     .max = 32,
     .offset = TS_AT(pcie_record, lanes),
     .help = "its width"},
    {.name = "payload",
     .kind = TS_FIELD_SIZE,
     .fallback = "256B",
     .min = 1,
     .max = 4096,
     .offset = TS_AT(pcie_record, payload),
     .help = "the most data of a packet"},
    {.name = "overhead",
     .kind = TS_FIELD_SIZE,
     .fallback = "24B",
     .max = 64,
     .offset = TS_AT(pcie_record, overhead),
     .help = "what a packet takes besides: 5 to 7 dwords"},
    {.name = "latency",
     .kind = TS_FIELD_TIME,
     .fallback = "0ns",
     .offset = TS_AT(pcie_record, latency),
     .help = "from the end of a transfer on the wire to its arrival"},
};

static const ts_shape pcie_shape = {.name = "pcie-link",
                                    .help = "Options of a PCI Express link",
                                    .size = sizeof(pcie_record),
                                    TS_FIELDS(pcie_fields)};

/* Two generations code 8 bits in 10, the later ones 128 in 130. */
static bool init(ts_device *device, const void *record, ts_error *error)
{
    static const int64_t megatransfers[] = {2500, 5000, 8000, 16000, 32000};
    pcie *state = device->state;
    int64_t rate;

    (void)error;
    state->record = record;
    rate = megatransfers[state->record->generation - 1];
    state->bit_num =
        (ts_i128)1000000 * (state->record->generation < 3 ? 10 : 130);
    state->bit_den = (ts_i128)rate * state->record->lanes *
                     (state->record->generation < 3 ? 8 : 128);
    return true;
}

/* A transfer that begins where another ended begins at its last bit and not at
 * the picosecond before: back to back they take what all bits take. */
static ts_time serve(ts_device *device, ts_request *request)
{
    pcie *state = device->state;
    const pcie_record *record = state->record;
    int64_t left = request->bytes;
    int64_t packets = (left + record->payload - 1) / record->payload;
    ts_i128 bits = ((ts_i128)left + packets * record->overhead) * 8;
    ts_time now = ts_engine_now(device->machine->engine), end;

    if (now > state->end)
        state->rest = 0;
    state->rest += bits * state->bit_num;
    end = ts_time_add(now, (ts_time)(state->rest / state->bit_den));
    state->rest %= state->bit_den;
    state->end = end;
    ts_trace_span(device->machine->trace, now, end, device->place,
                  ts_devices_of(device->machine)->kind,
                  request->thread != NULL ? request->thread->id : -1, 0);
    return ts_time_add(end, record->latency);
}

static const ts_device_model model = {.state_size = sizeof(pcie),
                                      .sizes = true,
                                      .init = init,
                                      .serve = serve};

const ts_entry ts_device_pcie = {
    .name = "pcie",
    .help = "a PCI Express link, for transfers of bytes",
    .shape = &pcie_shape,
    .model = &model};
