/*
 * new.c - `timeslice new`: a scenario to begin with, for a kind of question.
 */
#include <string.h>

#include "sim/cli/output.h"
#include "sim/cli/scenario.h"

enum { OUT, OPTIONS };

static const ts_option options[OPTIONS] = {
    [OUT] = {.name = "output",
             .letter = 'o',
             .written = true,
             .argument = "FILE",
             .help = "the file to write (standard output)"},
};

/* Under a "comment" JSON may say what it likes. */
static const char policies[] =
    "{\n"
    "  \"title\": \"Three threads, four policies\",\n"
    "  \"question\": \"Which policy answers soonest, and what does that "
    "cost?\",\n"
    "  \"comment\": \"`timeslice run FILE` plays it at all points of the "
    "sweep; "
    "`run --point 2 --why FILE` tells each decision of the second.\",\n"
    "  \"unit\": \"1ms\",\n"
    "  \"computer\": { \"processors\": 1 },\n"
    "  \"system\": { \"comment\": \"`timeslice list policies` names them "
    "all.\",\n"
    "    \"policy\": \"fifo\" },\n"
    "  \"threads\": [\n"
    "    { \"name\": \"long\", \"arrive\": 0, \"program\": [ { \"run\": 24 } ] "
    "},\n"
    "    { \"name\": \"short\", \"arrive\": 1, \"program\": [ { \"run\": 3 } ] "
    "},\n"
    "    { \"name\": \"with I/O\", \"arrive\": 2, \"comment\": \"runs, waits "
    "for a disk, runs again\",\n"
    "      \"program\": [ { \"repeat\": { \"times\": 3, \"program\": [ { "
    "\"run\": 1 }, { \"io\": 4 } ] } } ] }\n"
    "  ],\n"
    "  \"sweep\": { \"vary\": { \"/system\": [\n"
    "    { \"policy\": \"fifo\" },\n"
    "    { \"policy\": \"round-robin\", \"slice\": 4 },\n"
    "    { \"policy\": \"round-robin\", \"slice\": 1, \"switch\": \"100us\" "
    "},\n"
    "    { \"policy\": \"srtf\" }\n"
    "  ] } },\n"
    "  \"expect\": [ { \"comment\": \"Makes the file a test: `timeslice test "
    "FILE`.\",\n"
    "    \"metric\": \"processor.useful\", \"at_least\": \"70%\" } ],\n"
    "  \"pictures\": [ { \"picture\": \"bars\", \"with\": { \"y\": "
    "\"turnaround.mean, response.mean\", \"names\": \"turnaround, response\" } "
    "} ]\n"
    "}\n";

static const char server[] =
    "{\n"
    "  \"title\": \"A server of threads under growing load\",\n"
    "  \"question\": \"From how many clients on does waiting outgrow "
    "working?\",\n"
    "  \"comment\": \"Two processors, sixteen threads; a request computes for "
    "2 ms, asks something 20 ms away, and computes again.\",\n"
    "  \"computer\": { \"processors\": 2 },\n"
    "  \"system\": { \"policy\": \"round-robin\", \"slice\": \"1ms\" },\n"
    "  \"servers\": [ { \"name\": \"web\", \"model\": \"threads\", "
    "\"threads\": "
    "16,\n"
    "    \"handler\": [ { \"run\": { \"exponential\": \"2ms\" } }, { "
    "\"sleep\": "
    "\"20ms\" }, { \"run\": \"500us\" } ] } ],\n"
    "  \"clients\": [ { \"name\": \"load\", \"to\": \"web\", \"users\": 10, "
    "\"think\": { \"exponential\": \"100ms\" },\n"
    "    \"warmup\": \"1s\" } ],\n"
    "  \"stop\": \"11s\",\n"
    "  \"sweep\": { \"vary\": { \"/clients/0/users\": [10, 20, 50, 100, 200, "
    "400] } },\n"
    "  \"expect\": [ { \"metric\": \"clients.load.failures\", \"is\": 0 } ],\n"
    "  \"pictures\": [ { \"picture\": \"curve\", \"with\": { \"x\": "
    "\"/clients/0/users\",\n"
    "    \"y\": \"clients.load.latency.mean, clients.load.latency.p95\", "
    "\"names\": \"mean, 95th percentile\",\n"
    "    \"xlabel\": \"clients\", \"ylabel\": \"latency\" } } ]\n"
    "}\n";

static const char tasks[] =
    "{\n"
    "  \"title\": \"Three periodic tasks\",\n"
    "  \"question\": \"Does every job meet its deadline?\",\n"
    "  \"comment\": \"`timeslice analyze FILE` computes what can be known "
    "without playing: utilization, bounds, response times.\",\n"
    "  \"unit\": \"1ms\",\n"
    "  \"system\": { \"policy\": \"rate-monotonic\" },\n"
    "  \"stop\": 200,\n"
    "  \"threads\": [\n"
    "    { \"name\": \"sensor\", \"arrive\": { \"every\": 10 }, \"deadline\": "
    "10, \"program\": [ { \"run\": 3 } ] },\n"
    "    { \"name\": \"control\", \"arrive\": { \"every\": 20 }, \"deadline\": "
    "20, \"program\": [ { \"run\": 6 } ] },\n"
    "    { \"name\": \"display\", \"arrive\": { \"every\": 50 }, \"deadline\": "
    "50, \"program\": [ { \"run\": 15 } ] }\n"
    "  ],\n"
    "  \"analyze\": [ \"response-time\" ],\n"
    "  \"expect\": [ { \"metric\": \"threads.sensor.missed\", \"is\": 0 },\n"
    "    { \"metric\": \"threads.display.missed\", \"is\": 0 } ],\n"
    "  \"pictures\": [ { \"picture\": \"gantt\", \"with\": { \"lanes\": "
    "\"threads\" } } ]\n"
    "}\n";

static const struct {
    const char *name, *text;
} kinds[] = {{"policies", policies}, {"server", server}, {"tasks", tasks}};

static int new (int argc, char **argv, const char *const *values)
{
    const char *names[TS_COUNT_OF(kinds)], *near = NULL;
    const char *path = values[OUT] != NULL ? values[OUT] : "-";
    ts_output output;
    ts_error error = {.text = ""};

    for (size_t i = 0; i < TS_COUNT_OF(kinds); i++) {
        names[i] = kinds[i].name;
        if (argc != 2 || strcmp(argv[1], kinds[i].name) != 0)
            continue;
        if (!ts_output_open(&output, path, &error))
            return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
        fputs(kinds[i].text, output.file);
        return ts_output_close(&output, &error)
                   ? TS_EXIT_OK
                   : ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    }
    if (argc == 2)
        near = ts_nearest(argv[1], names, (int)TS_COUNT_OF(kinds));
    return ts_cli_fail(TS_EXIT_USAGE, "new what? policies, server or tasks%s%s",
                       near != NULL ? "; did you mean " : "",
                       near != NULL ? near : "");
}

const ts_command ts_command_new = {
    .name = "new",
    .arguments = "policies|server|tasks",
    .summary = "a scenario to begin with, for a kind of question",
    .about = "Writes a scenario with comments, to be changed: `policies` "
             "compares policies on the same threads, `server` puts a server "
             "under growing load, `tasks` is a set of periodic tasks with "
             "deadlines. Each can be played as it stands.",
    .example = "timeslice new policies > mine.json\n"
               "timeslice run --no-db mine.json",
    .options = options,
    .option_count = OPTIONS,
    .run = new,
};
