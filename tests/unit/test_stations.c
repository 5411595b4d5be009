/*
 * test_stations.c - Little's law and the number of all who came, at stations
 * whose accounts are broken on purpose: the run is not to be believed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/device/device.h"
#include "models/device/input.h"
#include "models/machine/part.h"
#include "models/network/link.h"

extern const ts_part ts_part_devices;

/* As much of a machine as a station needs. */
typedef struct bench {
    ts_machine machine;
    ts_report report;
} bench;

static void bench_begin(bench *b)
{
    ts_engine_options options = {.seed = 1};
    ts_error error = {.text = ""};

    *b = (bench){.machine = {.row_limit = 1}};
    b->machine.engine = ts_engine_create(&options, &error);
    assert_non_null(b->machine.engine);
    b->machine.arena = ts_engine_arena(b->machine.engine);
    b->machine.trace = ts_engine_trace(b->machine.engine);
    ts_report_init(&b->report, b->machine.arena, b->machine.trace);
}

/* Whether the accounts held, and if not, whether `words` say so. */
static bool bench_end(bench *b, const char *words)
{
    bool broken = ts_engine_is_broken(b->machine.engine);

    if (broken)
        assert_non_null(strstr(ts_engine_error(b->machine.engine), words));
    ts_engine_destroy(b->machine.engine);
    return !broken;
}

static void pass(ts_engine *engine, ts_event *event)
{
    (void)engine;
    (void)event;
}

static void go_to(bench *b, ts_time time)
{
    ts_event moment;

    ts_event_init_loose(&moment, TS_CLASS_LATE, pass, "moment");
    ts_event_at(b->machine.engine, &moment, time);
    ts_engine_run(b->machine.engine, time);
    assert_int_equal(ts_engine_now(b->machine.engine), time);
}

/* --- links --- */

/* A message that takes 5 ms and comes `late`; TS_NEVER: it is forgotten. */
static bool link_holds(ts_time late, const char *words)
{
    const ts_link_record record = {.name = "l", .retransmit = TS_S};
    ts_connection connection = {.open = true};
    ts_dice dice = {.key = 1};
    ts_link link;
    bench b;

    bench_begin(&b);
    link = (ts_link){.machine = &b.machine,
                     .record = &record,
                     .rtt = 10 * TS_MS,
                     .slow = 1000};
    go_to(&b, TS_MS);
    assert_int_equal(ts_link_transit(&link, TS_OUTWARD, 0, &connection, &dice),
                     5 * TS_MS);
    ts_link_check(&link);
    assert_false(ts_engine_is_broken(b.machine.engine));
    go_to(&b, 6 * TS_MS);
    if (late < TS_NEVER) {
        go_to(&b, 6 * TS_MS + late);
        ts_link_arrived(&link);
    }
    go_to(&b, TS_S);
    ts_link_check(&link);
    return bench_end(&b, words);
}

static void test_link(void **state)
{
    (void)state;
    assert_true(link_holds(0, ""));
    assert_false(link_holds(1, "link->due == 0"));
    assert_false(link_holds(TS_NEVER, "link->due >= until_now"));
}

/* --- devices and inputs --- */

static bool device_holds(int64_t lost)
{
    const ts_device_record record = {.name = "d"};
    ts_device device = {.record = &record, .submitted = 3, .served = 3 - lost};
    ts_all_devices devices = {.count = 1, .device = &device};
    bench b;

    bench_begin(&b);
    device.machine = &b.machine;
    ts_histogram_init(&device.stay_histogram, b.machine.arena);
    go_to(&b, TS_S);
    ts_part_devices.report(&b.machine, &devices, &b.report);
    return bench_end(&b, "device->submitted == device->served");
}

static void test_device(void **state)
{
    (void)state;
    assert_true(device_holds(0));
    assert_false(device_holds(1));
}

static bool input_holds(int64_t lost)
{
    static const ts_delivery delivery = {.direct = false};
    const ts_input_record record = {.name = "i"};
    ts_input input = {.record = &record,
                      .delivery = &delivery,
                      .occurred = 5,
                      .handled = 4 - lost,
                      .dropped_ring = 1};
    bench b;

    bench_begin(&b);
    input.machine = &b.machine;
    go_to(&b, TS_S);
    ts_input_report(&input, &b.report);
    return bench_end(&b, "adds_up_by_number");
}

static void test_input(void **state)
{
    (void)state;
    assert_true(input_holds(0));
    assert_false(input_holds(1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_link),
        cmocka_unit_test(test_device),
        cmocka_unit_test(test_input),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
