# run: what it prints, keeps and draws.
. "$(dirname "$0")/lib.sh" "$@"
slices=$tree/scenarios/slices.json

digest() { sql "$1" 'SELECT digest FROM runs ORDER BY id DESC LIMIT 1'; }

expect 0 run --db a.db -o pictures "$slices"
says out '300-cycle slices'
says out 'processor.useful'
says out 'database: a.db, run 1'
[ "$(sql a.db 'SELECT count(*) FROM runs')" = 1 ] || fail "not one run in a.db"
[ "$(sql a.db 'PRAGMA integrity_check')" = ok ] || fail "a.db is damaged"
if command -v gnuplot >/dev/null; then
    ls pictures/*.svg >/dev/null 2>&1 || fail "no pictures"
fi
plain=$(digest a.db)

# The trace, the reasons and the pictures change nothing.
for words in --trace --why --no-pictures; do
    rm -f b.db
    expect 0 run --db b.db -o pictures "$words" "$slices"
    [ "$(digest b.db)" = "$plain" ] || fail "$words changes the digest"
done
rm -f b.db
expect 0 run --why --no-pictures --db b.db "$slices"
says out 'Decisions:'

# Quiet, and without a database.
mkdir empty
cd empty || exit 1
expect 0 run --quiet --no-db "$slices"
cd .. || exit 1
silent out
silent err
[ -z "$(ls -A empty)" ] || fail "--no-db left something: $(ls empty)"

# Standard input.
"$program" run --no-db - <"$slices" >out 2>err || fail "run -"
says out 'processor.useful'
expect 0 run --no-db --no-pictures "$slices"

# Values and seeds.
rm -f b.db
expect 0 run --no-pictures --db b.db --set /threads/0/count=5 \
    --set '/title=Five programs' "$slices"
says out 'Five programs'
[ "$(digest b.db)" != "$plain" ] || fail "--set changes nothing"
expect 0 run --no-pictures --db b.db --seed 0xff "$slices"
[ "$(sql b.db 'SELECT seed FROM runs ORDER BY id DESC LIMIT 1')" = 255 ] ||
    fail "--seed is not kept"
expect 2 run --no-db --set /threads/0/cuont=5 "$slices"
says err 'count'
expect 2 run --no-db --set /threads/9/count=5 "$slices"

# An expectation that fails.
expect 1 run --no-db --set '/expect/0/is=10%' "$slices"
says out 'FAIL'
expect 1 run --no-db --quiet --set '/expect/0/is=10%' "$slices"
says out 'FAIL'

# A sweep: a table, one row a point, all in the database.
cat >sweep.json <<'END'
{ "title": "A small sweep",
  "system": { "policy": "round-robin", "slice": "1ms" },
  "threads": [ { "name": "a", "count": 1, "program": [ { "run": "5ms" } ] } ],
  "sweep": { "vary": { "/threads/0/count": [1, 2, 3],
                       "/system/slice": ["1ms", "2ms"] },
             "replications": 2 } }
END
rm -f b.db
expect 0 run --db b.db sweep.json
says out 'a: count  slice  turnaround.mean'
says out 'runs 1 to 12'
[ "$(sql b.db 'SELECT count(*) FROM runs')" = 12 ] || fail "not 12 runs"
# The last parameter varies fastest, then the replication.
[ "$(sql b.db "SELECT group_concat(value, ' ') FROM (SELECT value FROM
    parameters WHERE pointer = '/system/slice' ORDER BY run)" |
    tr -d '"')" = "1ms 1ms 2ms 2ms 1ms 1ms 2ms 2ms 1ms 1ms 2ms 2ms" ] ||
    fail "the order of points"
[ "$(sql b.db 'SELECT count(DISTINCT seed) FROM runs')" = 2 ] ||
    fail "two replications, and not two seeds"

# The table of a sweep is about what the scenario is about: what is expected
# beside what came out, what pictures draw, in the order of the values; else what
# is not the same everywhere.
counts='[0, 60, 5, 1, 100, 30]'
expect 0 run --no-db "$tree/scenarios/thread-slowdown.json" -s \
    "/sweep/zip={\"/threads/1/count\": $counts, \"/threads/2/count\": $counts}"
says out 'talk  threads.active.turnaround.mean  off by'
[ "$(awk '$1 ~ /^[0-9]+$/ && NF > 4 { printf "%s ", $1 }' out)" = \
    '0 1 5 30 60 100 ' ] || fail "unsorted: $(cat out)"
grep -qE '^ +100 .*900 s +900.2 s +0.0 %' out || fail "no 900 s beside: $(cat out)"
says out 'Fitted: '
expect 0 run --no-db "$tree/scenarios/async-vs-threads.json"
grep -q 'clients.load.throughput .*clients.load.latency.p95' out ||
    fail "a server without throughput or p95: $(head -8 out)"
expect 0 run --no-db sweep.json
says out 'turnaround.mean'
! grep -q 'processor.useful' out || fail "a column that is always the same"
cat >plain.json <<'END'
{ "title": "textbook", "unit": "1ms", "system": { "policy": "round-robin", "slice": 4 },
  "threads": [ { "name": "P1", "program": [ { "run": 24 } ] },
               { "name": "P2", "program": [ { "run": 3 } ] },
               { "name": "P3", "program": [ { "run": 3 } ] } ] }
END
expect 0 run --no-db plain.json
! grep -qE 'missed|ended:' out || fail "says what is not used"
grep -qE '^  average +15.67 ms +3.667 ms +5.667 ms$' out || fail "no averages: $(cat out)"

# Whose a number is, the answer with numbers in it, one point of a sweep, colour.
cat >whose.json <<'END'
{ "title": "whose", "unit": "1ms", "system": { "policy": "round-robin", "slice": 4 },
  "answer": "On average {turnaround.mean@2}, and {turnaround.mean@1} without turns.",
  "fitted": "nothing",
  "threads": [ { "name": "P1", "program": [ { "run": 24 } ] },
               { "name": "P2", "program": [ { "run": 3 } ] } ],
  "sweep": { "vary": { "/system": [ { "policy": "fifo" }, { "policy": "round-robin", "slice": 4 } ] } },
  "expect": [ { "metric": "turnaround.mean", "is": 20, "within": "50%", "whose": "textbook" } ] }
END
expect 0 run --no-db whose.json
says out 'On average 17 ms, and 25.5 ms without turns.'
says out 'Fitted: nothing'
grep -qE '^ +fifo +20 ms +25.5 ms +\+27 % ' out || fail "$(cat out)"
grep -qE '^ +round-robin, slice 4 +20 ms +17 ms +-15 % ' out || fail "$(cat out)"
# No answer where it does not hold.
expect 1 run --no-db -s '/expect/0/within="1%"' whose.json
! grep -q 'On average' out || fail "an answer that does not hold"
expect 0 run --no-db --point 2 --why whose.json
says out 'at system = round-robin, slice 4:'
says out 'textbook  simulated  off by'
says out 'dispatches P2.0'
! grep -q 'On average' out || fail "an answer without its numbers"
expect 2 run --no-db --point 3 whose.json
says err '--point 3: whose.json has 2 points'
sed 's/turnaround.mean@2/turnaruond.mean/' whose.json >wrong.json
expect 2 run --no-db wrong.json
says err 'nothing is measured as "turnaruond.mean"; did you mean "turnaround.mean"?'
expect 0 run --no-db --color=always whose.json
grep -q "$(printf '\033')" out || fail "no colour with --color=always"
NO_COLOR=1 expect 0 run --no-db whose.json
! grep -q "$(printf '\033')" out || fail "colour in spite of NO_COLOR"
expect 0 run --no-db --color=never whose.json
! grep -q "$(printf '\033')" out || fail "colour in spite of --color=never"
expect 2 run --no-db --color=green whose.json
says err 'takes auto, always or never'
expect 0 run --no-db --point 1 --conventions whose.json
[ "$(sed -n '/^Conventions:$/,$p' out | wc -l)" -gt 5 ] || fail "no conventions"
expect 0 run --no-db --point 1 whose.json
says out 'all: --conventions'

# --why tells of locks, levels, boosts and moves, not of dispatches alone.
cat >inherit.json <<'END'
{ "title": "inherit", "unit": "1ms", "system": { "policy": "priority" },
  "locks": [ { "name": "m", "protocol": "inherit" } ],
  "threads": [ { "name": "low", "priority": 9, "program": [ { "lock": "m" }, { "run": 4 }, { "unlock": "m" } ] },
               { "name": "high", "priority": 1, "arrive": { "at": 2 }, "program": [ { "lock": "m" }, { "run": 2 }, { "unlock": "m" } ] } ] }
END
expect 0 run --no-db --why inherit.json
says out 'low.0 inherits the urgency of high.0, which waits for m'
says out 'high.0 waits: lock m, which low.0 holds'
cat >levels.json <<'END'
{ "title": "levels", "unit": "1ms", "system": { "policy": "mlfq", "slice": 10, "levels": 3, "boost": 15 },
  "threads": [ { "name": "cpu", "program": [ { "run": 20 } ] } ] }
END
expect 0 run --no-db --why levels.json
says out 'cpu.0 has used up its allotment: from level 1 to level 2'
says out 'boost: all go to level 1'

# Who never finished, and what is not there because of that; deadlocks.
cat >starve.json <<'END'
{ "title": "starve", "unit": "1ms", "stop": 100, "system": { "policy": "priority" },
  "threads": [ { "name": "hog", "priority": 1, "background": true,
                 "program": [ { "forever": [ { "run": 1 } ] } ] },
               { "name": "active", "priority": 2, "arrive": { "at": 10 },
                 "program": [ { "run": 5 } ] } ] }
END
never='active.0 never finished: it had 0 s of the 5 ms that it wanted, and has waited for a processor since 10 ms'
expect 0 run -q --no-db starve.json
says err "starve.json: warning: $never"
# The run need not go on to its end for that.
expect 0 run --no-db -s '/stop={"at": "1h", "starved": "40ms"}' starve.json
says err 'starve.json: warning: active starves: it has waited for a processor since 10 ms, longer than stop.starved allows, 40 ms'
says out 'ended: active starves'
sed 's/"program": \[ { "run": 5 } \] } \] }/&/; $ s/}$/, "expect": [ { "metric": "threads.active.turnaround.mean", "is": "5ms" } ] }/' \
    starve.json >expects.json
expect 1 run -q --no-db expects.json
says out "FAIL  threads.active.turnaround.mean is 5 ms: $never"
sed 's/"policy": "priority"/"policy": "round-robin", "slice": 1/; s/"priority": .,//; s/"run": 5/"run": 500/' \
    starve.json >half.json
expect 0 run --no-db half.json
silent err
says out 'active.0 never finished: it had 45 ms of a processor, and was running'
# Clockwork that falls into step says so; drawn times do not.
cat >wave.json <<'END'
{ "title": "wave", "stop": "20s", "links": [ { "name": "far", "rtt": "100ms" } ],
  "servers": [ { "name": "web", "model": "event-loop", "writes": "deferred",
                 "handler": [ { "run": "1ms" }, { "call": { "to": "back", "over": "far" } },
                              { "run": "1ms" } ] },
               { "name": "back", "model": "remote" } ],
  "clients": [ { "name": "load", "to": "web", "users": 20 } ] }
END
expect 0 run -q --no-db wave.json
says err 'wave.json: warning: users of load are in step: '
says err '20 of 20 at once'
expect 0 run -q --no-db -s '/clients/0/think={"exponential": "1ms"}' wave.json
silent err
expect 0 run -q --no-db -s /clients/0/users=1 -s /links/0/rtt=1ms wave.json
silent err
cat >siblings.json <<'END'
{ "title": "siblings", "computer": { "topology": { "cores": { "count": 1, "threads": 2 } } },
  "threads": [ { "name": "a", "count": 2, "program": [
    { "repeat": { "times": 2000, "program": [ { "run": "100ns" }, { "stall": "100ns" } ] } } ] } ] }
END
expect 0 run -q --no-db siblings.json
says err 'siblings.json: warning: hardware threads of a core are in step: 100 % of'
expect 0 run -q --no-db -s /system/jitter=10% siblings.json
silent err

cat >dead.json <<'END'
{ "title": "dead", "unit": "1ms", "locks": [ { "name": "A" }, { "name": "B" } ],
  "system": { "policy": "round-robin", "slice": 1 },
  "threads": [ { "name": "T1", "program": [ { "lock": "A" }, { "run": 5 }, { "lock": "B" },
                   { "unlock": "B" }, { "unlock": "A" } ] },
               { "name": "T2", "program": [ { "lock": "B" }, { "run": 5 }, { "lock": "A" },
                   { "unlock": "A" }, { "unlock": "B" } ] } ] }
END
expect 0 run -q --no-db dead.json
says err 'warning: deadlock: T2 holds B and waits for A; T1 holds A and waits for B'
sed '$ s/}$/, "sweep": { "replications": 7 } }/' dead.json >often.json
for words in run sweep; do
    expect 0 $words -q --db often-$words.db often.json
    says err 'often.json: warning: deadlock: T2 holds B and waits for A'
    [ "$(grep -c warning: err)" = 5 ] || fail "$words does not warn as often"
done
sed '$ s/}$/, "expect": [ { "metric": "locks.deadlocks", "is": 1 } ] }/' dead.json >known.json
expect 0 run -q --no-db known.json
silent err

# Two databases of the same scenario hold the same runs.
rm -f c.db
expect 0 run --db c.db sweep.json
query='SELECT r.point, r.replication, r.digest, m.name, m.whole, m.value
    FROM runs r JOIN metrics m ON m.run = r.id ORDER BY r.id, m.name'
cmp -s <(sql b.db "$query") <(sql c.db "$query") || fail "b.db is not c.db"

# Short runs share a wait for the disk: the file has few generations. They are
# whole, and those that a long run would keep waiting are there before it ends.
mkdir short
for i in $(seq 400); do
    echo '{"title": "t", "threads": [{"name": "a", "program": [{"run": "'"$i"'ms"}]}]}' >"short/$i.json"
done
generations() { # DATABASE
    echo $((0x$(od -An -tx1 -j24 -N4 "$1" | tr -d ' ')))
}
expect 0 run -q --db short.db short/*.json
[ "$(sql short.db 'SELECT count(*) FROM runs')" = 400 ] || fail "not 400 runs"
[ "$(generations short.db)" -lt 300 ] ||
    fail "a wait for the disk a run: $(generations short.db)"
cat >long.json <<'END'
{ "title": "long", "stop": "2000 h",
  "system": { "policy": "round-robin", "slice": "1us" },
  "threads": [ { "name": "a", "count": 2, "program": [ { "run": "1000h" } ] } ] }
END
rm -f b.db
"$program" run -q --db b.db short/1.json long.json short/2.json >out 2>err &
pid=$!
for _ in $(seq 200); do
    [ "$(sql b.db 'SELECT count(*) FROM runs' 2>/dev/null)" = 1 ] && break
    sleep 0.1
done
kill -9 "$pid"
wait "$pid" 2>/dev/null
[ "$(sql b.db 'SELECT count(*) FROM runs')" = 1 ] || fail "a run waits for the next"
expect 3 run --db :memory: "$slices"
says err '--no-db keeps nothing'

# One document for programs: an object for a run, a list for several; what it
# tells is what the database would.
is_json() { # PYTHON: about d, the document
    command -v python3 >/dev/null || return 0
    python3 -c "import json; d = json.load(open('out', encoding='utf-8'))
assert $1, d" 2>python.txt || fail "JSON: not $1: $(tail -1 python.txt | head -c 300)"
}
expect 0 run --no-db --json "$slices"
silent err
is_json "d['metrics']['processor.useful']['unit'] == 'ratio'"
is_json "len(d['threads']) == 3 and d['verdicts'][0]['holds'] is True"
is_json "'spans' not in d"
cp out plain.json
[ ! -e results.db ] || fail "--no-db --json leaves a database"
expect 0 run --no-db --json --trace --why "$slices"
is_json "len(d['spans']) > 0 and len(d['notes']) > 0 and d['instants'] == []"
rm -f b.db
expect 0 run --db b.db --no-pictures --json "$slices" "$slices"
is_json "[r['run'] for r in d] == [1, 2] and d[0]['digest'] == d[1]['digest']"
is_json "all(len(r['reported']) == 16 and r['reported'] != r['digest'] for r in d)"
expect 0 show b.db 1 --json
cmp -s out plain.json || ! command -v python3 >/dev/null ||
    python3 -c "import json
a, b = json.load(open('out')), json.load(open('plain.json'))
assert a == b" || fail "run --json is not show --json"
expect 0 run --no-db --json sweep.json
is_json "len(d) == 12 and d[11]['replication'] == 1"
expect 1 run --no-db --json --set '/expect/0/is=10%' "$slices"
is_json "d['verdicts'][0]['holds'] is False"
expect 2 run --no-db --json --dsky "$slices"
expect 0 run --db b.db --no-pictures --trace --why -q "$slices"
expect 0 show b.db --json --all
is_json "len(d) == 3 and d[0]['notes'] == [] and len(d[2]['spans']) > 0"
is_json "len(d[2]['notes']) > 0 and len(d[1]['threads']) == 3"
expect 0 show b.db 3 --json --all
is_json "len(d['spans']) > 0 and len(d['threads']) == 3"
expect 2 show b.db --all
expect 2 show b.db 3 --json --all --spans
cp "$slices" "$(printf 'no-text-\377.json')"
expect 0 run --no-db --json "$(printf 'no-text-\377.json')"
is_json "d['scenario'] == 'no-text-\ufffd.json'"

# test, list, check.
expect 0 test "$slices"
says out '1 scenario, 1 run,'
expect 0 test --quiet --junit junit.xml "$slices"
[ "$(wc -l <out)" = 1 ] || fail "test --quiet says more than one line"
grep -q '<testcase' junit.xml || fail "no case in junit.xml"
echo '{"title": "plain", "threads": [
    {"name": "a", "program": [{"run": "1ms"}]}]}' >plain.json
expect 0 test plain.json
says out 'no expectations'
sed 's/83.3%/10%/' "$slices" >wrong.json
expect 1 test wrong.json
says out 'FAIL'
GITHUB_ACTIONS=true "$program" test wrong.json >out 2>err
says err '::error file=wrong.json::'
expect 0 check "$slices"
says out "$slices: fine"
expect 0 check --quiet "$slices"
silent out
expect 0 list
says out policies
expect 0 list policies --json
says out '"name": "round-robin"'
python3 -c 'import json, sys; json.load(open("out"))' 2>/dev/null ||
    ! command -v python3 >/dev/null || fail "list --json is no JSON"
expect 0 list metrics "$slices"
says out processor.useful

# The same lists of digests everywhere; a changed one is noticed.
expect 0 digest "$slices" sweep.json
cp out digests
grep -q "^$plain [0-9a-f]*  " digests || fail "digest is not that of the database"
expect 0 digest --check digests
sed 's/^..../0000/' digests >changed
expect 4 digest --check changed
says out ': behaviour: 0000'
sed -E 's/^(.{17})..../\10000/' digests >changed
expect 4 digest --check changed
says out ': metrics: 0000'
grep -q behaviour out && fail 'the behaviour is said to differ, too'
says out 'is expected'

# What nobody has asked for makes no table wider than a terminal.
expect 0 run --no-db --no-pictures "$tree/scenarios/gil-battle.json"
says out 'formula  run.time  off by'
[ "$(wc -L <out)" -le 80 ] || fail "wider than 80: $(cat out)"

# A policy that goes by what no thread has says so.
cat >none.json <<'END'
{ "title": "no deadlines", "system": { "policy": "edf" },
  "threads": [ { "name": "a", "count": 1, "program": [ { "run": "2ms" } ] },
               { "name": "b", "program": [ { "run": "1ms" } ] } ] }
END
expect 0 run --no-db none.json
says err 'none.json: warning: no thread has a deadline, by which the policy decides'
expect 0 run --no-db -s /threads/1/deadline=5ms none.json
silent err
finish
