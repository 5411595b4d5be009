# Two runs of the same jobs: the first decision that differs, what came of it, and
# who gained or lost; other draws and other scenarios are told from decisions.
. "$(dirname "$0")/lib.sh" "$@"

# One processor. First come, first served: a has it to 6 ms. Shortest remaining
# time: b, which comes at 2 ms with 1 ms of work, takes it then.
cat >jobs.json <<'END'
{"title": "two jobs", "system": {"policy": "fifo"},
 "threads": [{"name": "a", "program": [{"run": "6ms"}]},
             {"name": "b", "arrive": {"at": "2ms"}, "program": [{"run": "1ms"}]},
             {"name": "c", "arrive": {"rate": "500/s", "limit": 5},
              "program": [{"run": {"exponential": "100us"}}]}]}
END
play() { expect 0 run -q --why --no-pictures --db "$@" jobs.json; }
alone=(--set /threads/2/arrive='{"at": "1s"}')
play two.db "${alone[@]}"
play two.db "${alone[@]}" --set /system/policy=srtf
expect 1 compare two.db 1 2
says out '/system/policy: "fifo" -> "srtf"'
says out 'The first decision that differs, at 2 ms:'
says out 'run 1: lets everything go on; next, at 6 ms, a ends'
says out 'run 2: a is ready: preempted: it takes a.0 off'
# a waits 1 ms for b; b, 5 ms in all before, now 1.
grep -qE '^  a +6 ms +7 ms +\+1 ms +\+1 ms .*waits 1 ms longer behind b' out ||
    fail "the ledger of a: $(cat out)"
grep -qE '^  b\.0 +5 ms +1 ms +-4 ms +-4 ms .*waits 4 ms less behind a' out ||
    fail 'the ledger of b'
says out '1 gained 4 ms in all, 1 lost 1 ms'

# Both on one axis, with where they part.
near=(--set /threads/2/arrive='{"at": "8ms"}')
play near.db "${near[@]}"
play near.db "${near[@]}" --set /system/policy=srtf
expect 1 compare near.db 1 2
for run in 1 2; do
    grep -qE "^  run $run, processor 0  a+" out || fail "no chart of run $run"
done
grep -qE '^ +v 2 ms$' out || fail "the chart does not say where they part"
grep -qE '^ +\^$' out || fail "the chart does not say who was taken off"

# The same run, in two databases.
play again.db "${alone[@]}"
expect 0 compare two.db 1 again.db 1
says out 'turns of their threads is the same'

# Another amount of work, and other draws, are no decisions.
play two.db "${alone[@]}" --set /threads/0/program/0/run=5ms
expect 1 compare two.db 1 3
says out 'no decision but how long something took, at 5 ms'
says out 'the scenarios ask for different things'
play draws.db
play draws.db --seed 7
expect 1 compare draws.db 1 2
says out 'What differs first is no decision'
says out 'Their seeds differ'

# Without reasons it says how to get them; without a trace it cannot.
expect 0 run -q --trace --no-pictures --db bare.db "${alone[@]}" jobs.json
expect 1 compare bare.db 1 two.db 2
says out 'Played with --why'
expect 0 run -q --no-pictures --db bare.db "${alone[@]}" jobs.json
expect 2 compare bare.db 1 2
says err 'run 2 kept no trace'
expect 2 compare two.db 1 nine
says err 'no number of a run'
expect 2 compare two.db 1 2 --metric 'x*'
says err 'does not go with two runs'
expect 2 compare two.db 1
finish
