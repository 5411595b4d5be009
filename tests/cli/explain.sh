# Whatever may stand in a scenario is explained, by its name, its path or its
# pointer; and so is what can be measured.
. "$(dirname "$0")/lib.sh" "$@"

expect 0 explain threads.arrive.every
says out 'threads.arrive.every'
says out 'time from one arrival to the next'
cp out path
expect 0 explain /threads/0/arrive/every
cmp -s out path || fail "a pointer is not explained like its path"
expect 0 explain threads.arrive.at
says out 'threads.arrive.at'
expect 0 explain /system/slice
says out 'system.slice  (with policy round-robin)'
expect 0 explain /threads/0/program/0/repeat/program/3/run
says out 'processor time'
expect 0 explain /sweep/vary/~1threads~10~1count
says out 'parameters that go through every combination'
expect 0 explain /threads/0/program/1/run/exponential
says out 'distribution exponential'
expect 0 explain threads
says out '    program '
says out '    arrive '
for key in unit '$schema' comment note source /unit threads.comment; do
    expect 0 explain "$key"
    says out '  example  '
done
expect 0 explain distributions
expect 0 list distributions
says out 'exponential'

# The eight words of conventions.order, and what the other conventions say.
for word in fault interrupt completion arrival wake slice timer late; do
    expect 0 explain "$word"
    says out "conventions.order: $word"
done
expect 0 explain conventions.order
says out 'the end of I/O is a wake'
for word in priority response ties; do
    expect 0 explain "conventions.$word"
    says out "conventions.$word"
done

expect 0 explain threads.a.turnaround.p99 turnaround processor.3.useful
says out 'metric threads.<thread>.turnaround.mean'
says out 'metric turnaround.mean'
says out 'metric processor.<n>.useful'
says out 'from 0 to run.time'
says out 'tables   metrics (run, name, value, unit)'
says out 'threads, a row for each job'
expect 0 list metrics
says out 'threads.<thread>.lock_wait.mean'

# Words that a convention chooses from, each with what it means.
expect 0 explain conventions.ties conventions.priority conventions.response
says out 'the one that stands first in "threads"'
says out '1 goes before 2'
says out 'it ends with the job'
expect 0 explain conventions.ties listed
says out 'conventions.ties: listed'

# What goes with what, and what stands instead of what.
expect 0 explain expect.within links.distance conventions.order expectation \
    scenario
says out '  beside   is or reference'
says out '  instead  of rtt'
says out 'each once'
says out '  exactly one is given of is, at_least, at_most, between and reference'
says out '  at least one is given of threads, clients, inputs and analyze'
expect 2 explain threads.arrive.evry
says err 'did you mean "every"'

# Every shipped scenario has a title, a profile's too.
expect 0 list scenarios
awk 'NF < 2 { print; bad = 1 } END { exit bad }' out ||
    fail "a scenario has no title"

# What a scenario reports has its rows (cli/golden asks this of all that come with
# it).
expect 0 list metrics "$tree/scenarios/slices.json" --names
tr '\n' '\0' <out | xargs -0 "$program" explain >explained 2>unknown ||
    fail "$(head -1 unknown); what reports it has no row for it"
finish
