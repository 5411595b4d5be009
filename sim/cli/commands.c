/*
 * commands.c - the one list of commands, in the order of the overview, which is
 * that of use. To add one, write a file that defines it and name it twice here.
 */
#include "sim/cli/command.h"

extern const ts_command ts_command_run, ts_command_try, ts_command_new,
    ts_command_exercise, ts_command_answer, ts_command_check, ts_command_test,
    ts_command_explain, ts_command_list, ts_command_compare, ts_command_analyze,
    ts_command_show, ts_command_plot, ts_command_report, ts_command_export,
    ts_command_NAME, ts_command_sweep, ts_command_merge, ts_command_submit,
    ts_command_schema, ts_command_digest, ts_command_completion,
    ts_command_help;

const ts_command *const ts_commands[] = {
    &ts_command_run,        &ts_command_try,     &ts_command_new,
    &ts_command_exercise,   &ts_command_answer,  &ts_command_check,
    &ts_command_test,       &ts_command_explain, &ts_command_list,
    &ts_command_compare,    &ts_command_analyze, &ts_command_show,
    &ts_command_plot,       &ts_command_report,  &ts_command_export,
    &ts_command_NAME,       &ts_command_sweep,   &ts_command_merge,
    &ts_command_submit,     &ts_command_schema,  &ts_command_digest,
    &ts_command_completion, &ts_command_help,
};

const int ts_command_count = (int)(sizeof ts_commands / sizeof ts_commands[0]);
