# One workload under several policies: who is best, who cannot be played.
. "$(dirname "$0")/lib.sh" "$@"

expect 0 compare --policies fifo,rr,srtf --slice 1s \
    "$tree/scenarios/stallings.json"
says out 'policy'
says out 'srtf'
says out '7.2 s*'
silent err
grep -q '8.6 s ' "$work/out" || fail "fifo is not 8.6 s"
grep -q '8.6 s\*' "$work/out" && fail "fifo is no best"
expect 2 compare --policies fifo,none "$tree/scenarios/stallings.json"
says err 'no policy "none"'
expect 2 compare
expect 0 compare "$tree/scenarios/stallings.json"
expect 0 compare --policies fifo,srtf --db "$work/c.db" --out "$work" \
    "$tree/scenarios/stallings.json"
[ "$(sql "$work/c.db" 'SELECT count(*) FROM runs')" = 2 ] ||
    fail "not two runs are kept"

# Two databases: what was changed, and whether it is more than noise.
cat >queue.json <<'END'
{ "title": "queue", "system": { "policy": "fifo" },
  "threads": [ { "name": "job", "arrive": { "rate": "500/s", "limit": 500 },
                 "program": [ { "run": { "exponential": "1ms" } } ] } ],
  "sweep": { "vary": { "/threads/0/arrive/rate": ["300/s", "500/s"] },
             "replications": 10 } }
END
kept() {
    expect 0 sweep -q --db "$@" queue.json
}
kept old.db
kept same.db
kept slower.db --set '/threads/0/program/0/run/exponential="1.1ms"'
kept luck.db --seed 9
kept more.db --set '/sweep/vary/~1threads~10~1arrive~1rate=["300/s", "700/s"]'
expect 0 compare old.db same.db
says out '0 changed, 0 within the noise'
# Ten runs of 500 jobs each, the same arrivals: a tenth more work shows.
expect 1 compare old.db slower.db
says out '/threads/0/program/0/run/exponential: "1ms" -> "1.1ms"'
says out 'pair by pair'
grep -E '^ *turnaround.mean .* 300/s .* changed' out >/dev/null ||
    fail "a tenth more work is not told: $(cat out)"
# Other random numbers are no change; judged one by one, of twelve means one
# or another would seem to be.
expect 0 compare old.db luck.db
says out ' 0 changed,'
expect 0 compare old.db more.db
says out 'points only in the first: 1, only in the second: 1'
expect 0 compare --metric '*.p95' old.db same.db
says out '4 means compared'
# Databases that have no scenario in common say so, and what to do instead.
cat >another.json <<'END'
{ "title": "another", "threads": [ { "name": "job", "program": [ { "run": "1ms" } ] } ] }
END
expect 0 run --quiet --db another.db another.json
expect 0 compare another.db old.db
says out 'another.json: only in the first'
says out 'queue.json: only in the second'
says out 'compared in one database: timeslice compare DB RUN RUN'
# One run each: with the same seed a difference is a change, with another one
# nobody knows.
one() {
    expect 0 run -q --no-pictures --db "$@"
}
printf '%s' '{ "title": "one", "threads": [ { "name": "a", "program":
    [ { "run": { "exponential": "1ms" } } ] } ] }' >one.json
one one.db one.json
one two.db --seed 2 one.json
one three.db --set '/threads/0/program/0/run/exponential="2ms"' one.json
expect 1 compare one.db three.db
expect 0 compare one.db two.db
says out 'one run each: unknown'
expect 2 compare --seed 3 one.db two.db
expect 2 compare one.db
expect 2 compare one.db none.db
finish
