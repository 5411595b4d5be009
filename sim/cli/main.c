/*
 * main.c - the program. Everything it does is in a command.
 */
#include "sim/cli/options.h"

int main(int argc, char **argv)
{
    return ts_cli_main(argc, argv);
}
