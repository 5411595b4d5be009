# What a run may cost: a limit ends it with a line that says where it had got
# to, and status 5; what it measured until then is printed and kept.
. "$(dirname "$0")/lib.sh" "$@"

cat >long.json <<'END'
{ "title": "long",
  "system": { "policy": "round-robin", "slice": "1ms" },
  "threads": [ { "name": "A", "count": 3, "program": [ { "run": "2000h" } ] } ] }
END

expect 5 run --db l.db --max-events 5000 long.json
grep -qE 'run\.time +4\.999 s' "$work/out" || fail 'the time reached is not said'
says err 'the limit of events, 5000, was reached at 4.999 s of simulated time'
says err '--max-events or limits.events sets it'
[ "$(sql l.db 'SELECT failed, events, end_ps FROM runs')" = \
    '1|5000|4999000000000' ] || fail "the run is not kept as it was"
[ "$(sql l.db 'SELECT count(*) FROM metrics')" -gt 5 ] || fail "no metrics"
expect 5 run --no-db --max-time 1s long.json
says err 'the limit of time, 1 s, was reached at 1 s of simulated time'
expect 5 run --no-db --max-wall 20ms long.json
says err 'the limit of time on the wall, 20 ms, was reached at '
expect 2 run --no-db --max-memory 1kB long.json
says err 'the machine needs more memory than the limit of 1000 B'
sed 's/"count": 3/"count": 20000000/' long.json >many.json
expect 5 run --no-db --max-memory 20MB many.json
says err 'the limit of memory, 19.07 MiB, was reached at 0 s'
says err 'threads alive; --max-memory or limits.memory sets it'
# Wherever it ends, also where a policy's own tables have to grow.
for policy in '"cfs"' '"eevdf"' '"fifo"' '"lottery", "slice": "1ms"' '"run-to-block"'; do
    for memory in $(seq 800 25 1400); do
        "$program" run -q --no-db --max-memory "${memory}kB" \
            -s '/system={"policy":'"$policy"'}' many.json 2>err
        status=$?
        [ "$status" -eq 5 ] ||
            fail "$policy in $memory kB: status $status: $(cat err)"
    done
done

# A trace is memory, too.
expect 5 run --no-db --trace --max-memory 2MiB --max-events 1000000 long.json
says err 'the limit of memory, 2 MiB'

# The scenario has its own; an option replaces it. Who comes to no limit is
# not touched by any.
limits='"limits": {"events": 100, "time": "1h", "wall": "1h", "memory": "1MiB"}'
sed "s/\"title\"/$limits, \"title\"/" long.json >limited.json
expect 5 run --no-db limited.json
says err 'the limit of events, 100,'
expect 5 run --no-db --max-events 200 limited.json
says err 'the limit of events, 200,'
expect 0 run -q --no-db --max-events 1000000 --max-time 1h --max-wall 1h \
    --max-memory 100MB "$tree/scenarios/slices.json"

# A sweep keeps such a run as failed and goes on.
sed 's/"title"/"sweep": {"vary": {"\/stop": ["1s", "10s", "2s"]}}, "title"/' \
    long.json >sweep.json
expect 1 sweep -q --db s.db --max-events 5000 sweep.json
[ "$(sql s.db 'SELECT group_concat(failed) FROM (SELECT failed FROM runs
    ORDER BY point)')" = 0,1,0 ] || fail "the sweep's runs: not as they should"
expect 5 run -q --db r.db --max-events 5000 sweep.json
[ "$(sql r.db 'SELECT count(*), sum(failed) FROM runs')" = '3|1' ] ||
    fail "the run did not go on after a limit"

# A test that comes to one has failed, and the others are played.
cp "$tree/scenarios/slices.json" a.json
cp long.json b.json
expect 2 test --max-events 5000 --junit told.xml a.json b.json
says out '1  1 fine'
says err 'b.json: error: the limit of events, 5000, was reached at 4.999 s'
grep -q 'errors="1"' told.xml || fail "JUnit: $(cat told.xml)"
expect 2 test --max-wall 0s a.json
says err '--max-wall 0s: is no limit'

for wrong in '--max-events 0' '--max-events x' '--max-time 0s' '--max-time 5' \
    '--max-wall 1000000000h' '--max-memory 1s'; do
    # shellcheck disable=SC2086 # two words
    expect 2 run --no-db $wrong long.json
    says err "${wrong% *} ${wrong#* }: "
done

# A circle that takes no time is refused after millions of steps, and looks up
# meanwhile.
cat >circle.json <<'END'
{ "title": "circle", "threads": [ { "name": "a", "program": [
  { "run": "1ms" }, { "forever": [ "yield" ] } ] } ] }
END
expect 5 run --no-db --max-wall 1ms circle.json
says err 'the limit of time on the wall, 1 ms, was reached at 1 ms'
expect 2 run --no-db circle.json
says err 'makes no progress: its program runs in a circle that takes no time, at 1 ms'

# Memory that the system does not have ends a run soon: it is not asked again
# for every thread that there should be.
(
    # The shadow of a sanitizer is larger than all memory.
    grep -q '^TS_SANITIZE:STRING=.' "$build/CMakeCache.txt" && exit 0
    ulimit -v 400000 || exit 0
    timeout 60 "$program" run --no-db many.json >out 2>err </dev/null
    [ $? -eq 2 ] || exit 1
) || fail "without memory: $(cat err)"
grep -q '^TS_SANITIZE:STRING=.' "$build/CMakeCache.txt" ||
    grep -q 'out of memory with\|Cannot allocate\|shared' err || fail "$(cat err)"
finish
