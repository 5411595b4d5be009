/*
 * channel.c - news, and who has them: the real-time web.
 *
 * A channel has news, one after the other, each published at a time. Readers
 * are clients, known by their connection, and what a reader has grows in one
 * way only: a message comes home in which there was more. That may be the
 * answer to a request whose handler looked (polling), or waited until there
 * was something (long polling), or a message that a handler pushed over a
 * connection that stays open (WebSockets, server-sent events). How old each
 * piece of news is by then is its staleness.
 *
 * What is pushed waits in the connection's buffer until it has come home, and
 * the buffer has an end. Then the handler waits until there is room
 * (back-pressure), or the message is dropped (the next one has its news, too),
 * or the reader is cut off.
 *
 * Programs that "call" share a connection where it remembers nothing, and are
 * one reader then.
 */
#include "models/runtime/channel.h"
#include "models/machine/measure.h"
#include "models/machine/part.h"
#include "models/machine/program.h"

typedef struct ts_channels ts_channels;
typedef struct ts_channel ts_channel;
typedef struct ts_reader ts_reader;

/* Times are kept of so many; older ones are as old as the oldest kept. */
#define KEPT 4096

typedef struct channel_record {
    const char *name;
} channel_record;

/* What is known of a connection's other end. */
struct ts_reader {
    ts_channel *channel; /* whose news the next answer has; NULL */
    ts_waiter writer;    /* waits for room; owner NULL: nobody */
    int64_t has, sent;   /* pieces of news */
    int64_t unsent;      /* bytes on their way */
};

typedef struct waiting {
    ts_waiter waiter;
    struct waiting *next;
} waiting;

struct ts_channel {
    const channel_record *record;
    int64_t published;
    ts_time times[KEPT];
    waiting *first, *last; /* for something new */
    /* account */
    int64_t delivered, messages, dropped, cut;
    int64_t held, held_most; /* bytes in all buffers */
    ts_tally staleness;
    ts_histogram histogram;
};

/* Something pushed, on its way. */
typedef struct message {
    ts_event event;
    ts_channels *channels;
    ts_channel *channel;
    ts_reader *reader;
    ts_link *link;
    int64_t bytes, news;
    struct message *next;
} message;

struct ts_channels {
    int count;
    ts_channel *channel;
    waiting *spare;
    message *messages; /* spare ones */
};

extern const int ts_slot_channels;

static ts_channels *channels_of(const ts_machine *machine)
{
    return machine->part[ts_slot_channels].state;
}

/* --- readers --- */

/* A reader has the news up to number `news` now. */
static void has(ts_channel *channel, ts_reader *reader, int64_t news,
                ts_time now)
{
    for (int64_t i = reader->has; i < news; i++) {
        int64_t kept = news - i > KEPT ? news - KEPT : i;
        ts_time age = now - channel->times[kept % KEPT];

        ts_tally_add(&channel->staleness, age);
        ts_histogram_add(&channel->histogram, age);
        channel->delivered++;
    }
    if (news > reader->has)
        reader->has = news;
}

void ts_channel_home(ts_connection *connection, ts_time now)
{
    ts_reader *reader = connection->reader;

    if (reader == NULL || reader->channel == NULL)
        return;
    has(reader->channel, reader, reader->sent, now);
    reader->channel = NULL;
}

void ts_channel_begin(ts_connection *connection)
{
    ts_reader *reader = connection->reader;

    if (reader == NULL)
        return;
    reader->sent = reader->has;
    reader->channel = NULL;
    reader->writer = (ts_waiter){.owner = NULL};
}

/* The client for whom the thread's handler works; NULL: it works for nobody,
 * or for one who is gone, or memory is out. One who comes to a channel for the
 * first time has what there is. */
static ts_reader *reader_of(ts_machine *machine, const ts_thread *thread,
                            const ts_channel *channel)
{
    const ts_worker *worker = ts_worker_of(thread);
    const ts_visit *visit = worker != NULL ? worker->visit : NULL;
    ts_connection *connection;

    if (visit == NULL || !visit->wanted)
        return NULL;
    connection = visit->call->connection;
    if (connection->reader != NULL)
        return connection->reader;
    connection->reader =
        ts_arena_alloc(machine->arena, sizeof *connection->reader);
    if (connection->reader == NULL)
        ts_machine_memory(machine);
    else
        *connection->reader =
            (ts_reader){.has = channel->published, .sent = channel->published};
    return connection->reader;
}

/* --- publish --- */

typedef struct publish_record {
    ts_ref channel;
} publish_record;

static void wake_all(ts_channels *channels, ts_channel *channel)
{
    waiting *w = channel->first;

    channel->first = channel->last = NULL;
    while (w != NULL) {
        waiting *next = w->next;

        w->next = channels->spare;
        channels->spare = w;
        if (ts_waiting_frame(&w->waiter) != NULL)
            ts_awaited(&w->waiter);
        w = next;
    }
}

static ts_step publish_step(ts_machine *machine, ts_thread *thread,
                            ts_frame *frame)
{
    const publish_record *record = frame->fields;
    ts_channels *channels = channels_of(machine);
    ts_channel *channel = &channels->channel[record->channel.index];

    (void)thread;
    channel->times[channel->published++ % KEPT] =
        ts_engine_now(machine->engine);
    wake_all(channels, channel);
    return TS_STEP_DONE;
}

#define CHANNEL_FIELD(type)                                                    \
    {                                                                          \
        .name = "channel", .kind = TS_FIELD_REF, .collection = "channel",      \
        .required = true, .offset = TS_AT(type, channel),                      \
        .help = "which channel's news"                                         \
    }

static const ts_field publish_fields[] = {CHANNEL_FIELD(publish_record)};
static const ts_shape publish_shape = {.name = "publish",
                                       .help = "One more piece of news",
                                       .size = sizeof(publish_record),
                                       TS_FIELDS(publish_fields),
                                       .shorthand = "channel"};
static const ts_operation publish_operation = {.step = publish_step};
const ts_entry ts_operation_publish = {
    .name = "publish",
    .help = "publish one more piece of news in a channel",
    .shape = &publish_shape,
    .model = &publish_operation};

/* --- news --- */

typedef struct news_record {
    ts_ref channel;
    bool wait;
    ts_variant inner;
} news_record;

static const ts_field news_fields[] = {
    CHANNEL_FIELD(news_record),
    {.name = "wait",
     .kind = TS_FIELD_BOOL,
     .fallback = "true",
     .offset = TS_AT(news_record, wait),
     .help = "until there is something that the reader does not have; false: "
             "it takes what there is"},
};
static const ts_shape news_shape = {.name = "news",
                                    .help = "What a reader does not have",
                                    .size = sizeof(news_record),
                                    TS_FIELDS(news_fields),
                                    .shorthand = "channel"};

/* False: out of memory. */
static bool queue_up(ts_machine *machine, ts_channel *channel,
                     ts_thread *thread)
{
    ts_channels *channels = channels_of(machine);
    waiting *w = channels->spare;

    if (w != NULL)
        channels->spare = w->next;
    else
        w = ts_arena_alloc(machine->arena, sizeof *w);
    if (w == NULL) {
        ts_machine_memory(machine);
        return false;
    }
    *w = (waiting){.waiter = ts_waiter_make(thread, false)};
    if (channel->last != NULL)
        channel->last->next = w;
    else
        channel->first = w;
    channel->last = w;
    return true;
}

/* The answer will have them, or what is pushed next. */
static void take(ts_channel *channel, ts_reader *reader)
{
    reader->channel = channel;
    reader->sent = channel->published;
}

static ts_step look_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    const news_record *record = frame->fields;
    ts_channel *channel = &channels_of(machine)->channel[record->channel.index];
    ts_reader *reader = reader_of(machine, thread, channel);

    if (reader == NULL)
        return TS_STEP_DONE;
    if (record->wait && channel->published <= reader->sent) {
        if (!queue_up(machine, channel, thread))
            return TS_STEP_EXIT;
        return ts_await(thread, false);
    }
    take(channel, reader);
    return TS_STEP_DONE;
}

static const ts_operation look_operation = {.step = look_step};
static const ts_entry look_entry = {.name = "look",
                                    .help = "news",
                                    .model = &look_operation};

static ts_step news_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    const news_record *record = frame->fields;

    (void)machine;
    return ts_waits_step(thread, frame, &record->inner, false);
}

static int news_prepare(ts_machine *machine, ts_task *task, void *fields,
                        ts_error *error)
{
    news_record *record = fields;

    (void)machine;
    (void)task;
    (void)error;
    record->inner = (ts_variant){.entry = &look_entry, .fields = record};
    return 2;
}

static const ts_operation news_operation = {.step = news_step,
                                            .prepare = news_prepare};
const ts_entry ts_operation_news = {
    .name = "news",
    .help = "take what the client does not have of a channel, waiting for it",
    .about = "In an event loop the handler is suspended meanwhile; elsewhere "
             "its thread blocks. The answer, or the next push, takes it home.",
    .shape = &news_shape,
    .model = &news_operation};

/* --- push --- */

typedef enum full { FULL_WAITS, FULL_DROPS, FULL_CUTS } full;

static const char *const fulls[] = {"wait", "drop", "cut", NULL};

typedef struct push_record {
    ts_ref channel;
    int64_t bytes, buffer;
    int full;
    ts_variant inner;
} push_record;

static const ts_field push_fields[] = {
    CHANNEL_FIELD(push_record),
    {.name = "bytes",
     .kind = TS_FIELD_SIZE,
     .fallback = "0B",
     .offset = TS_AT(push_record, bytes),
     .help = "size of the message"},
    {.name = "buffer",
     .kind = TS_FIELD_SIZE,
     .fallback = "0B",
     .offset = TS_AT(push_record, buffer),
     .help = "what may be on its way to a client at once; a message finds "
             "room where nothing is. 0 is no limit"},
    {.name = "full",
     .kind = TS_FIELD_CHOICE,
     .choices = fulls,
     .fallback = "wait",
     .offset = TS_AT(push_record, full),
     .help = "where there is no room: the handler waits, or the message is "
             "dropped, or the client is cut off"},
};
static const ts_shape push_shape = {.name = "push",
                                    .help = "A message over a connection that "
                                            "stays open",
                                    .size = sizeof(push_record),
                                    TS_FIELDS(push_fields),
                                    .shorthand = "channel"};

static void comes_home(ts_engine *engine, ts_event *event)
{
    message *m = TS_CONTAINER(event, message, event);
    ts_reader *reader = m->reader;
    ts_waiter writer = reader->writer;

    ts_link_arrived(m->link);
    reader->unsent -= m->bytes;
    m->channel->held -= m->bytes;
    assert(reader->unsent >= 0 && m->channel->held >= 0);
    has(m->channel, reader, m->news, ts_engine_now(engine));
    m->next = m->channels->messages;
    m->channels->messages = m;
    reader->writer = (ts_waiter){.owner = NULL};
    if (writer.owner != NULL && ts_waiting_frame(&writer) != NULL)
        ts_awaited(&writer);
}

static message *message_make(ts_machine *machine)
{
    ts_channels *channels = channels_of(machine);
    message *m = channels->messages;

    if (m != NULL)
        channels->messages = m->next;
    else
        m = ts_arena_alloc(machine->arena, sizeof *m);
    if (m == NULL) {
        ts_machine_memory(machine);
        return NULL;
    }
    *m = (message){.channels = channels};
    ts_event_init_loose(&m->event, TS_CLASS_ARRIVAL, comes_home, "push");
    return m;
}

static void send(ts_machine *machine, ts_channel *channel, ts_visit *visit,
                 int64_t bytes)
{
    ts_call *call = visit->call;
    ts_reader *reader = call->connection->reader;
    message *m = message_make(machine);
    ts_time transit;

    if (m == NULL)
        return;
    m->channel = channel;
    m->reader = reader;
    m->link = call->caller->link;
    m->bytes = bytes;
    m->news = reader->sent;
    reader->unsent += bytes;
    channel->messages++;
    channel->held += bytes;
    if (channel->held > channel->held_most)
        channel->held_most = channel->held;
    transit = ts_link_transit(m->link, TS_HOMEWARD, bytes, call->connection,
                              &call->dice);
    if (transit != TS_NEVER)
        ts_event_at(machine->engine, &m->event,
                    ts_time_add(ts_engine_now(machine->engine), transit));
}

/* The client is gone, or is to go. */
static ts_step hang_up(ts_thread *thread)
{
    ts_worker_of(thread)->visit->failing = true;
    return TS_STEP_DONE;
}

static ts_step write_step(ts_machine *machine, ts_thread *thread,
                          ts_frame *frame)
{
    const push_record *record = frame->fields;
    ts_channel *channel = &channels_of(machine)->channel[record->channel.index];
    ts_reader *reader = reader_of(machine, thread, channel);
    ts_worker *worker = ts_worker_of(thread);

    if (reader == NULL)
        return worker != NULL && worker->visit != NULL ? hang_up(thread)
                                                       : TS_STEP_DONE;
    if (record->buffer > 0 && reader->unsent > 0 &&
        reader->unsent + record->bytes > record->buffer) {
        channel->dropped += record->full == FULL_DROPS;
        channel->cut += record->full == FULL_CUTS;
        if (record->full == FULL_DROPS)
            return TS_STEP_DONE;
        if (record->full == FULL_CUTS)
            return hang_up(thread);
        reader->writer = ts_waiter_make(thread, false);
        return ts_await(thread, false);
    }
    take(channel, reader); /* whatever came while it waited */
    send(machine, channel, worker->visit, record->bytes);
    return TS_STEP_DONE;
}

static const ts_operation write_operation = {.step = write_step};
static const ts_entry write_entry = {.name = "write",
                                     .help = "push",
                                     .model = &write_operation};

static ts_step push_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    const push_record *record = frame->fields;

    (void)machine;
    return ts_waits_step(thread, frame, &record->inner, false);
}

static int push_prepare(ts_machine *machine, ts_task *task, void *fields,
                        ts_error *error)
{
    push_record *record = fields;

    (void)machine;
    (void)task;
    (void)error;
    record->inner = (ts_variant){.entry = &write_entry, .fields = record};
    return 2;
}

static const ts_operation push_operation = {.step = push_step,
                                            .prepare = push_prepare};
const ts_entry ts_operation_push = {
    .name = "push",
    .help = "send the client what is new in a channel, and stay connected",
    .shape = &push_shape,
    .model = &push_operation};

/* --- the part --- */

static const ts_field channel_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_NAME,
     .collection = "channel",
     .required = true,
     .offset = TS_AT(channel_record, name),
     .help = "what programs call it"},
};
static const ts_shape channel_shape = {.name = "channel",
                                       .help = "News, one after the other",
                                       .size = sizeof(channel_record),
                                       TS_FIELDS(channel_fields)};
static const ts_field section_item = {.name = "channel",
                                      .kind = TS_FIELD_OBJECT,
                                      .shape = &channel_shape,
                                      .help = "a channel"};
static const ts_field section_fields[] = {
    {.name = "channels",
     .kind = TS_FIELD_LIST,
     .item = &section_item,
     .limit = 64,
     .offset = 0,
     .help = "news that clients want to have: see publish, news and push"},
};
static const ts_shape section = {.name = "scenario",
                                 .help = "channels",
                                 .size = sizeof(ts_list),
                                 TS_FIELDS(section_fields)};

static const ts_list *said(const ts_machine *machine)
{
    return ts_part_scenario(machine->record, ts_slot_channels);
}

static bool asked(const ts_machine *machine)
{
    return said(machine)->count > 0;
}

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    const channel_record *records = said(machine)->items;
    ts_channels *channels = state;

    channels->count = said(machine)->count;
    channels->channel = ts_arena_array(machine->arena, (size_t)channels->count,
                                       sizeof *channels->channel);
    if (channels->channel == NULL)
        return ts_fail(error, "out of memory for channels");
    for (int i = 0; i < channels->count; i++) {
        ts_channel *channel = &channels->channel[i];

        channel->record = &records[i];
        ts_histogram_init(&channel->histogram, machine->arena);
        ts_measure_offer(machine, &channel->staleness, "channels.%s.staleness",
                         records[i].name);
    }
    return true;
}

static void report(ts_machine *machine, void *state, ts_report *report)
{
    const ts_channels *channels = state;

    (void)machine;
    for (int i = 0; i < channels->count; i++) {
        const ts_channel *channel = &channels->channel[i];
        const char *name = channel->record->name;

        ts_report_count(report, channel->published, "channels.%s.published",
                        name);
        ts_report_count(report, channel->delivered, "channels.%s.delivered",
                        name);
        ts_report_count(report, channel->messages, "channels.%s.pushed", name);
        ts_report_count(report, channel->dropped, "channels.%s.dropped", name);
        ts_report_count(report, channel->cut, "channels.%s.cut", name);
        ts_report_value(report, TS_UNIT_BYTES, (double)channel->held_most,
                        "channels.%s.buffered", name);
        if (channel->staleness.count > 0)
            ts_report_tally(report, TS_UNIT_TIME, &channel->staleness,
                            &channel->histogram, "channels.%s.staleness", name);
    }
}

static const ts_metric_kind metrics[] = {
    {"channels.<channel>.published", TS_UNIT_COUNT, false, "pieces of news"},
    {"channels.<channel>.delivered", TS_UNIT_COUNT, false,
     "pieces of news that came to clients, counted for each"},
    {"channels.<channel>.pushed", TS_UNIT_COUNT, false,
     "messages over connections that stay open"},
    {"channels.<channel>.dropped", TS_UNIT_COUNT, false,
     "messages for which there was no room"},
    {"channels.<channel>.cut", TS_UNIT_COUNT, false,
     "clients that were cut off, as there was no room"},
    {"channels.<channel>.buffered", TS_UNIT_BYTES, false,
     "most that was on its way, in all buffers"},
    {"channels.<channel>.staleness", TS_UNIT_TIME, true,
     "age of news when a client has it"},
};

const ts_part ts_part_channels = {.name = "channels",
                                  .scenario = &section,
                                  .state = sizeof(ts_channels),
                                  .asked = asked,
                                  .create = create,
                                  .report = report,
                                  TS_METRICS(metrics)};
