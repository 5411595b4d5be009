/*
 * link.c - latency, jitter, loss, bandwidth, handshakes, slow start, radio.
 *
 * The rules, one by one:
 *
 *   latency     half the round-trip time each way, and the jitter drawn anew
 *   loss        a message that is lost is sent again after a time-out that
 *               doubles each time (RFC 6298; Linux begins at 200 ms)
 *   bandwidth   messages of one direction go through one after the other, as
 *               they were sent first: the rounds of one's slow start, and
 *               what a lost one waits, are free for others
 *   order       what was sent later over a connection does not come earlier
 *               (TCP): a message that is lost holds back those behind it,
 *               whatever they belong to. Streams of QUIC do not wait for each
 *               other (RFC 9000)
 *   handshake   round trips before the first request: TCP 1, TLS 1.2 2 more,
 *               TLS 1.3 1 more, resumed with early data none more (RFC 8446),
 *               QUIC 1, and none when it is resumed (RFC 9000)
 *   slow start  a message of s segments takes the least r round trips with
 *               w (2^r - 1) >= s from a window of w (RFC 5681, RFC 6928), and
 *               no more doubling is needed once the window fills the link
 *   radio       the first message after an idle time waits for its promotion
 *
 * Left out: packets, congestion, acknowledgements and their delay.
 */
#include "models/network/link.h"
#include "models/machine/part.h"

typedef enum ts_handshake {
    TS_SHAKE_NONE,
    TS_SHAKE_TCP,
    TS_SHAKE_TLS12,
    TS_SHAKE_TLS13,
    TS_SHAKE_TLS13_EARLY,
    TS_SHAKE_QUIC,
    TS_SHAKE_QUIC_EARLY
} ts_handshake;

static const char *const handshakes[] = {"none",         "tcp",
                                         "tls1.2",       "tls1.3",
                                         "tls1.3-early", "quic",
                                         "quic-early",   NULL};
static const int trips_of[] = {0, 1, 3, 2, 1, 1, 0};

/* --- fields --- */

static const ts_field degree_item = {.name = "degrees",
                                     .kind = TS_FIELD_REAL,
                                     .is_signed = true,
                                     .min = -360,
                                     .max = 360,
                                     .help = "an angle in degrees"};

static const ts_field distance_fields[] = {
    {.name = "from",
     .kind = TS_FIELD_LIST,
     .item = &degree_item,
     .required = true,
     .min = 2,
     .limit = 2,
     .offset = TS_AT(ts_distance_record, from),
     .help = "latitude and longitude of one end, in degrees"},
    {.name = "to",
     .kind = TS_FIELD_LIST,
     .item = &degree_item,
     .required = true,
     .min = 2,
     .limit = 2,
     .offset = TS_AT(ts_distance_record, to),
     .help = "latitude and longitude of the other"},
    {.name = "speed",
     .kind = TS_FIELD_REAL,
     .fallback = "200",
     .min = 1e-3,
     .max = 300,
     .offset = TS_AT(ts_distance_record, speed),
     .help = "kilometres a millisecond",
     .source = "light in fibre: 5 ms for 1000 km"},
    {.name = "stretch",
     .kind = TS_FIELD_REAL,
     .fallback = "1",
     .min = 1,
     .max = 100,
     .offset = TS_AT(ts_distance_record, stretch),
     .help = "length of the cable's way against the great circle"},
};

static const ts_shape distance_shape = {
    .name = "distance",
    .help = "A round-trip time from places on Earth",
    .size = sizeof(ts_distance_record),
    TS_FIELDS(distance_fields)};

static const ts_field link_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_NAME,
     .collection = "link",
     .required = true,
     .offset = TS_AT(ts_link_record, name),
     .help = "what clients and programs call it"},
    {.name = "rtt",
     .kind = TS_FIELD_TIME,
     .fallback = "0s",
     .offset = TS_AT(ts_link_record, rtt),
     .help = "the round-trip time"},
    {.name = "distance",
     .kind = TS_FIELD_OBJECT,
     .shape = &distance_shape,
     .instead_of = TS_NAMES("rtt"),
     .offset = TS_AT(ts_link_record, distance),
     .help = "where the ends are, instead of rtt: its lower bound"},
    {.name = "jitter",
     .kind = TS_FIELD_DURATION,
     .random = true,
     .no_cycles = true,
     .offset = TS_AT(ts_link_record, jitter),
     .help = "added to each message, each way; drawn anew"},
    {.name = "loss",
     .kind = TS_FIELD_RATIO,
     .fallback = "0%",
     .max = 0.99,
     .offset = TS_AT(ts_link_record, loss),
     .help = "share of messages that are lost and sent again"},
    {.name = "retransmit",
     .kind = TS_FIELD_TIME,
     .fallback = "200ms",
     .min = 1e6,
     .offset = TS_AT(ts_link_record, retransmit),
     .help = "until a lost message is sent again; doubles each time",
     .source = "Linux, TCP_RTO_MIN"},
    {.name = "ordered",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(ts_link_record, ordered),
     .help = "whether messages of a connection come in the order in which they "
             "were sent, so that a lost one holds back those behind it: TCP, "
             "and not QUIC"},
    {.name = "bandwidth",
     .kind = TS_FIELD_RATE,
     .positive = true,
     .bytes = true,
     .offset = TS_AT(ts_link_record, bandwidth),
     .help = "each way, shared by all messages; unlimited when not given"},
    {.name = "handshake",
     .kind = TS_FIELD_CHOICE,
     .choices = handshakes,
     .fallback = "none",
     .offset = TS_AT(ts_link_record, handshake),
     .help = "what a new connection needs before its first request"},
    {.name = "lookup",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 100,
     .offset = TS_AT(ts_link_record, lookup),
     .help = "round trips before that, such as 1 for a name server"},
    {.name = "promotion",
     .kind = TS_FIELD_TIME,
     .fallback = "0s",
     .offset = TS_AT(ts_link_record, promotion),
     .help = "what the first message after an idle time waits for a radio",
     .source = "4G: up to 100 ms (Grigorik 2013, chapter 7)"},
    {.name = "idle",
     .kind = TS_FIELD_TIME,
     .fallback = "10s",
     .offset = TS_AT(ts_link_record, idle),
     .help = "unused for so long, the radio is idle"},
    {.name = "slow_start",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(ts_link_record, slow_start),
     .help = "whether large messages need the round trips of TCP's slow start"},
    {.name = "segment",
     .kind = TS_FIELD_SIZE,
     .fallback = "1460B",
     .min = 1,
     .offset = TS_AT(ts_link_record, segment),
     .help = "bytes of a segment"},
    {.name = "window",
     .kind = TS_FIELD_INT,
     .fallback = "10",
     .min = 1,
     .max = 1e6,
     .offset = TS_AT(ts_link_record, window),
     .help = "segments of the first round trip",
     .source = "RFC 6928"},
};

const ts_shape ts_link_shape = {.name = "link",
                                .help =
                                    "A way between two ends, with its latency",
                                .size = sizeof(ts_link_record),
                                TS_FIELDS(link_fields),
                                .profiles = true};

/* --- one way --- */

static ts_time round_trip(const ts_link *link)
{
    return link->slow == 1000 ? link->rtt : link->rtt / 1000 * link->slow;
}

/* Half a round trip with its jitter. */
static ts_time one_way(ts_link *link, ts_random *random)
{
    ts_time time = round_trip(link) / 2;

    if (link->record->jitter.given)
        time += ts_distribution_whole(&link->record->jitter.amount, random);
    return time;
}

/* The time until the try that gets through is sent, `start` from now. */
static ts_time until_sent(ts_link *link, ts_time start, ts_random *random)
{
    ts_time now = ts_engine_now(link->machine->engine);
    ts_time wait = link->record->retransmit, sent = start;

    assert(start >= 0 && wait > 0);
    for (int tries = 0; tries < 64; tries++) {
        bool gone = ts_time_add(now, sent) < link->gone_until;

        if (!gone && (link->record->loss <= 0 ||
                      ts_random_unit(random) >= link->record->loss))
            return sent;
        link->lost++;
        sent = ts_time_add(sent, wait);
        wait = ts_time_add(wait, wait);
        if (sent >= TS_TIME_LIMIT)
            return TS_NEVER;
    }
    return TS_NEVER;
}

/* A radio that slept has to be woken. */
static ts_time wake_radio(ts_link *link, ts_connection *connection)
{
    ts_time now = ts_engine_now(link->machine->engine);
    bool idle =
        !connection->known || now - connection->used >= link->record->idle;

    if (link->record->promotion == 0 || !idle)
        return 0;
    link->promotions++;
    return link->record->promotion;
}

/* Round trips of slow start after the first. */
static int64_t more_rounds(ts_link *link, int64_t bytes,
                           ts_connection *connection)
{
    const ts_link_record *record = link->record;
    int64_t window = connection->window ? connection->window : record->window;
    int64_t left, rounds = 0;
    double full = (double)INT64_MAX;

    if (!record->slow_start)
        return 0;
    left = (bytes + record->segment - 1) / record->segment;
    if (record->bandwidth.den > 0) /* segments that fill the link */
        full = (double)record->bandwidth.num / (double)record->bandwidth.den *
               ((double)round_trip(link) / (double)TS_S) /
               (double)record->segment;
    assert(window > 0 && bytes >= 0);
    while (left > window && (double)window <= full) {
        left -= window;
        window *= 2;
        rounds++;
    }
    connection->window = window;
    return rounds;
}

/* Waits for the messages before it, and for itself. */
static ts_time through(ts_link *link, ts_direction direction, int64_t bytes,
                       ts_time start)
{
    ts_time now = ts_engine_now(link->machine->engine);
    ts_time begin = ts_time_add(now, start);
    const ts_rational *rate = &link->record->bandwidth;

    if (rate->den == 0 || bytes == 0 || begin == TS_NEVER)
        return start;
    assert(bytes > 0 && rate->num > 0 && direction < 2);
    if (begin < link->free_at[direction])
        begin = link->free_at[direction];
    link->free_at[direction] =
        ts_time_add(begin, ts_fine_floor(
                               ts_fine_at_rate(bytes, rate->num, rate->den)));
    assert(link->free_at[direction] >= begin); /* one after the other */
    return link->free_at[direction] - now;
}

/* Not before what was sent earlier over the same connection. */
static ts_time in_order(const ts_link *link, ts_direction direction,
                        ts_connection *connection, ts_time time)
{
    ts_time now = ts_engine_now(link->machine->engine);
    ts_time comes = ts_time_add(now, time);

    if (!link->record->ordered)
        return time;
    if (comes < connection->last[direction])
        comes = connection->last[direction];
    connection->last[direction] = comes;
    return comes == TS_NEVER ? TS_NEVER : comes - now;
}

/* --- messages under way --- */

static void set_out(ts_link *link, ts_time due)
{
    ts_time now = ts_engine_now(link->machine->engine);

    ts_level_add(&link->under_way, now, 1);
    link->stays -= now;
    link->due += due;
}

void ts_link_arrived(ts_link *link)
{
    ts_time now = ts_engine_now(link->machine->engine);

    assert(link->under_way.value > 0);
    ts_level_add(&link->under_way, now, -1);
    link->stays += now;
    link->due -= now;
}

/* Those still under way have been so until now, and come later. */
void ts_link_check(const ts_link *link)
{
    ts_time now = ts_engine_now(link->machine->engine);
    ts_i128 until_now = (ts_i128)link->under_way.value * now;

    (void)TS_ENSURE(link->machine->engine,
                    ts_level_area(&link->under_way, now) ==
                        link->stays + until_now);
    (void)TS_ENSURE(link->machine->engine, link->under_way.value == 0
                                               ? link->due == 0
                                               : link->due >= until_now);
}

ts_time ts_link_transit(ts_link *link, ts_direction direction, int64_t bytes,
                        ts_connection *connection, ts_dice *dice)
{
    ts_time time, extra;
    ts_random random;

    ts_dice_draw(link->machine, dice, &random);
    time = wake_radio(link, connection);
    extra = more_rounds(link, bytes, connection) * round_trip(link);
    time = through(link, direction, bytes, time);
    time = until_sent(link, ts_time_add(time, extra), &random);
    time = ts_time_add(time, one_way(link, &random));
    time = in_order(link, direction, connection, time);
    ts_dice_drawn(dice, &random);
    link->messages++;
    link->bytes += bytes;
    /* No message arrives before it was sent. */
    (void)TS_ENSURE(link->machine->engine, time >= 0);
    connection->known = true;
    connection->used = ts_time_add(ts_engine_now(link->machine->engine), time);
    if (time < TS_NEVER)
        set_out(link, connection->used);
    return time;
}

ts_time ts_link_connect(ts_link *link, ts_connection *connection, ts_dice *dice)
{
    int64_t trips = trips_of[link->record->handshake] + link->record->lookup;
    ts_time now = ts_engine_now(link->machine->engine), time;
    ts_random random;

    if (connection->open)
        return connection->ready > now ? connection->ready - now : 0;
    connection->open = true;
    connection->window = 0;
    connection->ready = connection->last[TS_OUTWARD] =
        connection->last[TS_HOMEWARD] = now;
    if (trips == 0)
        return 0;
    ts_dice_draw(link->machine, dice, &random);
    time = wake_radio(link, connection);
    for (int64_t i = 0; i < trips; i++) {
        time = until_sent(link, time, &random);
        time = ts_time_add(time, one_way(link, &random));
        time = ts_time_add(time, one_way(link, &random));
    }
    ts_dice_drawn(dice, &random);
    link->handshakes++;
    connection->known = true;
    connection->used = connection->ready = ts_time_add(now, time);
    return time;
}

/* --- the part --- */

static ts_time distance_rtt(const ts_distance_record *record)
{
    double km = ts_great_circle(record->from.items, record->to.items);
    double ms = 2 * km * record->stretch / record->speed;

    return (ts_time)(ms * (double)TS_MS + 0.5);
}

/* --- the part --- */

static const ts_field section_item = {.name = "link",
                                      .kind = TS_FIELD_OBJECT,
                                      .shape = &ts_link_shape,
                                      .help = "a link"};

static const ts_field section_fields[] = {
    {.name = "links",
     .kind = TS_FIELD_LIST,
     .item = &section_item,
     .limit = 4096,
     .offset = 0,
     .help = "networks, with their latency"},
};

static const ts_shape section = {.name = "scenario",
                                 .help = "links",
                                 .size = sizeof(ts_list),
                                 TS_FIELDS(section_fields)};

static const ts_list *said(const ts_machine *machine)
{
    return ts_part_scenario(machine->record, ts_slot_network);
}

static bool asked(const ts_machine *machine)
{
    return said(machine)->count > 0;
}

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    const ts_link_record *records = said(machine)->items;
    int count = said(machine)->count;
    ts_network *network = state;

    network->link =
        ts_arena_array(machine->arena, (size_t)count, sizeof *network->link);
    if (network->link == NULL)
        return ts_fail(error, "out of memory for links");
    network->count = count;
    for (int i = 0; i < count; i++)
        network->link[i] = (ts_link){
            .machine = machine,
            .record = &records[i],
            .rtt = records[i].distance != NULL
                       ? distance_rtt(records[i].distance)
                       : records[i].rtt,
            .slow = 1000,
        };
    return true;
}

static void report(ts_machine *machine, void *state, ts_report *report)
{
    const ts_network *network = state;

    (void)machine;
    for (int i = 0; i < network->count; i++) {
        const ts_link *link = &network->link[i];
        const char *name = link->record->name;

        ts_link_check(link);
        ts_report_time(report, link->rtt, "links.%s.rtt", name);
        ts_report_count(report, link->messages, "links.%s.messages", name);
        ts_report_count(report, link->lost, "links.%s.lost", name);
        ts_report_count(report, link->handshakes, "links.%s.handshakes", name);
        if (link->record->promotion > 0)
            ts_report_count(report, link->promotions, "links.%s.promotions",
                            name);
    }
}

static const ts_metric_kind metrics[] = {
    {"links.<link>.rtt", TS_UNIT_TIME, false, "its round trip, without a load"},
    {"links.<link>.messages", TS_UNIT_COUNT, false, "messages sent"},
    {"links.<link>.lost", TS_UNIT_COUNT, false, "messages lost"},
    {"links.<link>.handshakes", TS_UNIT_COUNT, false, "connections made"},
    {"links.<link>.promotions", TS_UNIT_COUNT, false,
     "how often a radio had to be woken"},
};

const ts_part ts_part_network = {.name = "links",
                                 .scenario = &section,
                                 .state = sizeof(ts_network),
                                 .asked = asked,
                                 .create = create,
                                 .report = report,
                                 TS_METRICS(metrics)};
