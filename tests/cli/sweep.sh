# The content of a sweep's database depends on the plan alone: workers, shards,
# merges, kills and resumptions leave no trace in it.
. "$(dirname "$0")/lib.sh" "$@"

cat >plan.json <<'END'
{ "title": "plan",
  "system": { "policy": "round-robin", "slice": "10ms" },
  "threads": [ { "name": "a", "count": 2,
                 "program": [ { "run": { "exponential": "50ms" } } ] },
               { "name": "b", "count": 1, "program": [ { "run": "20ms" } ] } ],
  "sweep": { "vary": { "/threads/0/count": [1, 2, 5, 9],
                       "/system/slice": { "from": "5ms", "to": "50ms",
                                          "count": 4, "scale": "log" } },
             "replications": 25 },
  "expect": [ { "metric": "processor.busy", "is": "100%" } ] }
END

# All that is in a database but the time of day.
content() {
    sqlite3 -batch "$1" .dump | grep -v '^INSERT INTO wall' | sha256sum
}

same() { # DATABASE WHAT
    [ "$(content "$1")" = "$whole" ] || fail "$2: another content"
    [ "$(sql "$1" 'PRAGMA integrity_check')" = ok ] || fail "$2: damaged"
    [ -z "$(sql "$1" 'PRAGMA foreign_key_check')" ] || fail "$2: loose rows"
}

expect 0 sweep --jobs 1 --db one.db plan.json
says out '400 of 400 runs'
[ "$(sql one.db 'SELECT count(*) FROM runs')" = 400 ] || fail "not 400 runs"
whole=$(content one.db)

expect 0 sweep --jobs 8 --db eight.db plan.json
same eight.db '8 workers'

# What `run` writes, one run after the other, is no different.
expect 0 run --quiet --no-pictures --db run.db plan.json
same run.db 'run'

# Seven shards, merged in several orders, some of them twice.
for i in 1 2 3 4 5 6 7; do
    expect 0 sweep --jobs 2 --quiet --shard $i/7 --db "shard.$i.db" plan.json
done
RANDOM=3
for try in 1 2 3 4; do
    mapfile -t shards < <(for i in 1 2 3 4 5 6 7 3 5; do
        echo "$RANDOM shard.$i.db"
    done | sort -n | cut -d' ' -f2)
    expect 0 merge "merged.$try.db" "${shards[@]}"
    same "merged.$try.db" "merged: ${shards[*]}"
done
expect 0 merge step.db shard.4.db shard.2.db
expect 0 merge step.db shard.1.db shard.3.db shard.7.db
expect 0 merge step.db shard.2.db shard.6.db shard.5.db
same step.db 'merged in steps'

# Two databases that contradict each other.
cp shard.1.db liar.db
sql liar.db "UPDATE runs SET digest = '0123456789abcdef' WHERE id = 5"
expect 4 merge merged.1.db liar.db
says err 'liar.db (run 5)'
says err 'merged.1.db (run'
same merged.1.db 'after a conflict'
cp shard.1.db liar.db
sql liar.db "UPDATE runs SET reported = '0123456789abcdef' WHERE id = 5"
expect 4 merge merged.1.db liar.db
says err 'digests of the metrics'
[ -z "$(find . -name 'merged.1.db?*')" ] || fail "a file is left over"

# Not twice by mistake; nothing to do when all is there.
expect 3 sweep --db one.db plan.json
says err '--resume'
expect 0 sweep --resume --db one.db plan.json
says out '400 were there'
same one.db 'resumed without need'

# A plan that grows finds what it has, wherever that stands now.
expect 0 sweep --db grown.db --set /sweep/replications=10 \
    --set '/sweep/vary/~1threads~10~1count=[2,9]' plan.json
expect 0 sweep --resume --db grown.db plan.json
says out '80 were there'
expect 0 merge sorted.db grown.db
same sorted.db 'grown and merged'

# --whole: nothing under the name before it is whole.
expect 0 sweep --whole --shard 2/7 --db apart.db plan.json
[ "$(content apart.db)" = "$(content shard.2.db)" ] || fail "--whole differs"
[ "$(find . -name 'apart.db*' | wc -l)" = 1 ] || fail "--whole leaves files"

# Environments that say which part.
SLURM_ARRAY_TASK_ID=14 SLURM_ARRAY_TASK_MIN=10 SLURM_ARRAY_TASK_STEP=2 \
    SLURM_ARRAY_TASK_COUNT=7 "$program" sweep -q --shard auto --db auto.db \
    plan.json || fail "--shard auto"
[ "$(content auto.db)" = "$(content shard.3.db)" ] || fail "--shard auto"
CI_NODE_INDEX=7 CI_NODE_TOTAL=7 "$program" sweep -q --shard auto \
    --db auto7.db plan.json || fail "--shard auto of GitLab"
[ "$(content auto7.db)" = "$(content shard.7.db)" ] || fail "CI_NODE_INDEX"
expect 2 sweep --shard auto plan.json
for bad in 0/7 8/7 7 a/b 1/0; do
    expect 2 sweep --shard $bad plan.json
done

# A point that fails is recorded and stops no other.
cat >failing.json <<'END'
{ "title": "some points fail",
  "threads": [ { "name": "a", "program": [ { "run": "5ms" } ] } ],
  "sweep": { "vary": { "/threads/0/count": [1, -1, 2, "x", 3] } } }
END
expect 1 sweep --db failing.db failing.json
says out '2 runs ended with an error'
[ "$(sql failing.db 'SELECT count(*) FROM runs WHERE NOT failed')" = 3 ] ||
    fail "runs that are fine"
[ "$(sql failing.db "SELECT group_concat(p.value) FROM runs r JOIN parameters p
    ON p.run = r.id WHERE failed AND reason LIKE '%count%'")" = '-1,"x"' ] ||
    fail "runs that failed"
expect 1 sweep --resume --db failing.db failing.json
says out '5 were there'
expect 1 sweep --resume --retry --db failing.db failing.json
says out '3 were there'

# Sequential stopping: the same rounds whoever plays them.
cat >until.json <<'END'
{ "title": "until",
  "threads": [ { "name": "a", "count": 20,
                 "program": [ { "run": { "exponential": "50ms" } } ] } ],
  "sweep": { "vary": { "/threads/0/count": [5, 20, 80] }, "replications": 5,
             "until": { "metric": "turnaround.mean", "half_width": "10%",
                        "at_most": 300 } } }
END
expect 0 sweep -j1 --db u1.db until.json
expect 0 sweep -j4 --db u4.db until.json
[ "$(content u1.db)" = "$(content u4.db)" ] || fail "until: workers matter"
counts=$(sql u1.db 'SELECT group_concat(n) FROM
    (SELECT count(*) AS n FROM runs GROUP BY point ORDER BY point)')
IFS=, read -r few some many <<<"$counts"
{ [ "$few" -gt "$some" ] && [ "$some" -gt "$many" ]; } ||
    fail "until: runs of each point: $counts"
for i in 1 2; do
    expect 0 sweep --shard $i/2 --db "us$i.db" until.json
done
expect 0 merge um.db us2.db us1.db
[ "$(content um.db)" = "$(content u1.db)" ] || fail "until: shards matter"

# `until` for what `measure` says of each run: M/M/1 at half its load, whose
# mean is 2 ms; half widths are at most 2 % but where all 30 were played. Runs
# too short for batch means have none, and their point is given up.
cat >measured.json <<'END'
{ "title": "measured", "unit": "1ms", "stop": "10s",
  "threads": [ { "name": "a", "arrive": { "every": { "exponential": 2 } },
                 "program": [ { "run": { "exponential": 1 } } ] } ],
  "measure": "threads.a.turnaround",
  "sweep": { "vary": { "/stop": ["10s", "4s"] }, "replications": 3,
             "until": { "metric": "threads.a.turnaround.steady.mean",
                        "half_width": "4%", "at_most": 60 } } }
END
expect 0 sweep -j1 --db m1.db measured.json
expect 0 sweep -j3 --db m3.db measured.json
[ "$(content m1.db)" = "$(content m3.db)" ] ||
    fail "until with measure: workers matter"
expect 0 report --metric 'threads.a.turnaround.steady.mean' m1.db
sql m1.db "SELECT m.value, r.point FROM metrics m JOIN runs r ON r.id = m.run
    WHERE m.name = 'threads.a.turnaround.steady.mean'" | awk -F'|' '
    { n[$2]++; s[$2] += $1; q[$2] += $1 * $1 }
    END { for (p = 0; p < 2; p++) {
        mean = s[p] / n[p]
        error = sqrt((q[p] - n[p] * mean * mean) / (n[p] - 1) / n[p])
        # Student is wider than 1.96; three are no fewer than asked for.
        if (n[p] < 3 || n[p] % 3 || (n[p] < 60 && 1.96 * error > 0.04 * mean))
            exit 1
        if ((mean - 2e9) ^ 2 > (5 * error) ^ 2) exit 2
    } }' || fail "until with measure: the mean is not known to 4 %"
expect 0 sweep -j1 --db short.db --set /stop=50ms \
    --set '/sweep/vary={"/seed":[1]}' measured.json
says out '1 point did not come to the half width'

# The dry run plays next to nothing and writes nothing.
expect 0 sweep --dry-run --db none.db plan.json
says out '16 points x 25 replications = 400 runs'
says out 'estimate: '
[ ! -e none.db ] || fail "a dry run wrote a database"

# What CI reads: an expectation at each point, and one more for the runs.
expect 0 sweep -q --db ci.db --junit ci.xml --tap ci.tap plan.json
[ "$(grep -c '<testcase' ci.xml)" = 17 ] || fail "JUnit: a case an expectation"
grep -q '^1..17$' ci.tap || fail "TAP: no plan"
! grep -q '^not ok' ci.tap || fail "TAP: something failed"
# What --set set stands in the database, so that runs can be told apart; a sweep
# that it narrows leaves out what the scenario expects of other points, and says so.
cat >narrow.json <<'EOS'
{ "title": "t", "unit": "1ms",
  "threads": [ { "name": "a", "count": 2, "program": [ { "run": 3 } ] } ],
  "sweep": { "vary": { "/threads/0/count": [ 1, 2, 4 ], "/seed": [ 1, 2 ] } },
  "expect": [
    { "metric": "run.time", "is": 3, "where": { "/threads/0/count": 1 } },
    { "metric": "run.time", "is": 6, "where": { "/threads/0/count": 2 } },
    { "metric": "run.time", "is": 12, "where": { "/threads/0/count": 4 } },
    { "metric": "run.time", "reference": [ 3, 3, 6, 6, 12, 12 ] } ] }
EOS
expect 0 test narrow.json
expect 0 run -q --db narrow.db -s /sweep/vary='{"/seed":[1,2]}' narrow.json
says err 'skipped: /expect/0 (run.time): at no point that is left /threads/0/count is 1'
says err 'skipped: /expect/2 (run.time)'
says err 'skipped: /expect/3 (run.time): `reference` has 6 values, and 2 points are left'
[ "$(grep -c skipped err)" = 3 ] || fail "what still applies is skipped"
[ "$(sql narrow.db "SELECT count(*) || ' ' || sum(holds) FROM verdicts")" = '2 2' ] ||
    fail "what is fixed now is not judged"
expect 0 run -q --db narrow.db -s '/sweep/vary/~1threads~10~1count=[2,4]' narrow.json
[ "$(grep -c skipped err)" = 2 ] || fail "a value that is left out is not said"
# What is set from outside is not varied any more, whichever list it stands in, and
# what a point's value would undo is refused.
expect 0 run -q --db pinned.db -s /threads/0/count=2 narrow.json
[ "$(grep -c skipped err)" = 3 ] || fail "what a pinned value leaves is skipped"
[ "$(sql pinned.db "SELECT count(DISTINCT run) || group_concat(DISTINCT kind || pointer || value)
    FROM parameters WHERE pointer = '/threads/0/count'")" = '2set/threads/0/count2' ] ||
    fail "what is set does not hold at all points"
expect 0 run -q --db pinned.db -s /threads/0/count=4 -s /seed=2 narrow.json
[ "$(sql pinned.db 'SELECT count(*) FROM runs')" = 3 ] || fail "nothing left is not one point"
for list in zip sample; do
    plan='"zip": { "/threads/0/count": [ 1, 2 ], "/threads/0/program/0/run": [ 3, 4 ] }'
    [ $list = zip ] || plan='"sample": { "points": 2, "of": {
        "/threads/0/count": { "from": 1, "to": 9, "whole": true },
        "/threads/0/program/0/run": [ 3, 4 ] } }'
    echo "{ \"title\": \"t\", \"unit\": \"1ms\",
      \"threads\": [ { \"name\": \"a\", \"program\": [ { \"run\": 1 } ] } ],
      \"sweep\": { $plan } }" >$list.json
    expect 0 run -q --db $list.db -s /threads/0/count=5 $list.json
    [ "$(sql $list.db "SELECT count(*) || min(value) || max(value) FROM metrics
        WHERE name = 'threads.a.finished'")" = 25.05.0 ] || fail "$list: not five threads twice"
    expect 0 run -q --db $list-one.db -s /threads/0/count=5 -s /threads/0/program/0/run=2 $list.json
    [ "$(sql $list-one.db 'SELECT count(*) FROM runs')" = 1 ] || fail "$list: more than a point"
done
expect 2 run -q --no-db -s '/sweep={"vary": {"/threads/0": [{"name": "b", "program": []}]}}' \
    -s /threads/0/count=2 narrow.json
says err '/threads/0/count: the sweep has a whole /threads/0 for each of its points'
expect 1 run -q --db told.db -s /sweep=null -s /threads/0/program/0/run=1 narrow.json
expect 0 run -q --db told.db -s /sweep=null narrow.json
[ "$(sql told.db 'SELECT kind || pointer || value FROM parameters')" = \
    'set/threads/0/program/0/run1' ] || fail "--set leaves no trace"
expect 0 show told.db
says out '/threads/0/program/0/run'
expect 2 check -s /expect/0/where='{"/sede":1}' narrow.json
finish
