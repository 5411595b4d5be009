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
says out '/threads/0/count'
says out 'runs 1 to 12'
[ "$(sql b.db 'SELECT count(*) FROM runs')" = 12 ] || fail "not 12 runs"
# The last parameter varies fastest, then the replication.
[ "$(sql b.db "SELECT group_concat(value, ' ') FROM (SELECT value FROM
    parameters WHERE pointer = '/system/slice' ORDER BY run)" |
    tr -d '"')" = "1ms 1ms 2ms 2ms 1ms 1ms 2ms 2ms 1ms 1ms 2ms 2ms" ] ||
    fail "the order of points"
[ "$(sql b.db 'SELECT count(DISTINCT seed) FROM runs')" = 2 ] ||
    fail "two replications, and not two seeds"

# Two databases of the same scenario hold the same runs.
rm -f c.db
expect 0 run --db c.db sweep.json
query='SELECT r.point, r.replication, r.digest, m.name, m.whole, m.value
    FROM runs r JOIN metrics m ON m.run = r.id ORDER BY r.id, m.name'
cmp -s <(sql b.db "$query") <(sql c.db "$query") || fail "b.db is not c.db"

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
finish
