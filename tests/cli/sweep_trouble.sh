# What may happen to a database under a sweep: a clear message, the documented
# status, and nothing lost that was whole.
. "$(dirname "$0")/lib.sh" "$@"

cat >plan.json <<'END'
{ "title": "plan",
  "threads": [ { "name": "a", "count": 20,
                 "program": [ { "run": { "exponential": "50ms" } } ] } ],
  "sweep": { "vary": { "/threads/0/count": [5, 10, 20] },
             "replications": 200 } }
END
content() {
    sqlite3 -batch "$1" .dump | grep -v '^INSERT INTO wall' | sha256sum
}
expect 0 sweep --quiet --db whole.db plan.json
whole=$(content whole.db)

# The disk is full: here, files may grow by no more than 200 kB, and the runs
# that are missing need five times as much. Those that were there are there
# still, and a sweep that has room goes on from whatever came to be.
expect 0 sweep --quiet --set /sweep/replications=50 --db full.db plan.json
(
    ulimit -f $(($(stat -c %s full.db) / 1024 + 200))
    trap '' XFSZ
    exec "$program" sweep --quiet --resume --db full.db plan.json >out 2>err
)
[ $? -eq 3 ] || fail "a full disk: not status 3"
grep -qE 'full|disk' err || fail "a full disk: $(cat err)"
[ "$(sql full.db 'PRAGMA integrity_check')" = ok ] || fail "full: damaged"
runs=$(sql full.db 'SELECT count(*) FROM runs')
{ [ "$runs" -ge 150 ] && [ "$runs" -lt 600 ]; } ||
    fail "a full disk: $runs runs of 600, and 150 were there"
expect 0 sweep --resume --db full.db plan.json
says out "$runs were there"
expect 0 merge filled.db full.db
[ "$(content filled.db)" = "$whole" ] || fail "full, then resumed: other content"

# No such directory; a directory where nobody may write (root may).
expect 3 sweep --db none/x.db plan.json
says err 'none/x.db'
if [ "$(id -u)" -ne 0 ]; then
    mkdir closed
    chmod 500 closed
    expect 3 sweep --db closed/x.db plan.json
    says err 'closed/x.db'
    expect 3 sweep --whole --db closed/x.db plan.json
fi

# Written by a newer version; damaged; of somebody else; no database at all.
cp whole.db newer.db
sql newer.db 'PRAGMA user_version = 99'
expect 3 sweep --resume --db newer.db plan.json
says err 'newer'
expect 3 merge out.db newer.db
says err 'newer.db'
expect 3 report newer.db
cp whole.db damaged.db
printf 'garbage garbage garbage' |
    dd of=damaged.db bs=1 seek=5000 conv=notrunc 2>/dev/null
dd if=/dev/zero of=damaged.db bs=4096 seek=20 count=40 conv=notrunc 2>/dev/null
expect 3 merge out.db whole.db damaged.db
says err 'damaged.db: is damaged'
[ ! -e out.db ] || fail "a merge that failed left a file"
[ -z "$(find . -name 'out.db*')" ] || fail "a merge that failed left files"
sql other.db 'CREATE TABLE t (x)'
expect 3 sweep --db other.db plan.json
says err 'not one of'
echo hello >text.db
expect 3 sweep --db text.db plan.json
expect 3 merge out.db text.db whole.db
expect 3 merge out.db none.db
says err 'none.db'

# Locked by another process for a while: it waits its turn.
cp whole.db locked.db
mkfifo hold
sqlite3 locked.db <hold >/dev/null 2>&1 &
exec 9>hold
printf 'BEGIN IMMEDIATE;\n.shell touch held\n' >&9
for _ in $(seq 100); do
    [ -e held ] && break
    sleep 0.1
done
[ -e held ] || fail "nobody took the lock"
"$program" sweep --quiet --resume --db locked.db \
    --set /sweep/replications=210 plan.json 2>err &
child=$!
sleep 1
kill -0 "$child" 2>/dev/null || fail "it did not wait: $(cat err)"
echo 'COMMIT;' >&9
exec 9>&-
wait "$child" || fail "locked for a while: $(cat err)"
[ "$(sql locked.db 'SELECT count(*) FROM runs')" = 630 ] ||
    fail "locked: runs are missing"

# Two sweeps of two halves into one file.
"$program" sweep --quiet --shard 1/2 --db both.db plan.json &
first=$!
"$program" sweep --quiet --shard 2/2 --db both.db plan.json ||
    fail "two writers"
wait "$first" || fail "two writers"
expect 0 merge sorted.db both.db
[ "$(content sorted.db)" = "$whole" ] || fail "two writers: other content"

# The report says what went in, in all its forms.
expect 0 report whole.db --metric turnaround.mean --baseline 0
says out '600 runs of plan.json'
says out 'differs'
expect 0 report whole.db -m turnaround.mean -o page.html
grep -q '<table>' page.html || fail "the page has no table"
! grep -qiE '(src|href)=.[^#]' page.html || fail "the page needs something else"
expect 0 report whole.db -m turnaround.mean -f markdown
says out '|---'
expect 2 report --format pdf whole.db
# Two that begin together on a new database: one plays it, the other is told,
# or finds all of it done. No run is there twice, however they go on.
for try in 1 2 3; do
    for resume in '' --resume; do
        rm -f both.db
        # shellcheck disable=SC2086
        "$program" sweep -q -j1 $resume --db both.db plan.json 2>one.err &
        one=$!
        # shellcheck disable=SC2086
        "$program" sweep -q -j1 $resume --db both.db plan.json 2>two.err &
        two=$!
        wait "$one"
        a=$?
        wait "$two"
        b=$?
        for status in $a $b; do
            [ "$status" = 0 ] || [ "$status" = 3 ] ||
                fail "together $resume: status $status: $(cat one.err two.err)"
        done
        [ "$a" = 0 ] || [ "$b" = 0 ] || fail "together $resume: both gave up"
        [ "$a$b" = 00 ] || grep -qE 'another process is writing|holds [0-9]+ of' \
            one.err two.err || fail "together: $(cat one.err two.err)"
        expect 0 sweep -q --resume --db both.db plan.json
        [ "$(sql both.db 'SELECT count(*), count(DISTINCT point || seed)
            FROM runs')" = '600|600' ] ||
            fail "together $resume, try $try: $(sql both.db 'SELECT count(*)
                FROM runs') runs of 600"
    done
done
# Parts of one sweep, and two sweeps, may be played into one database at once.
rm -f both.db
"$program" sweep -q -j1 --shard 1/2 --db both.db plan.json 2>one.err &
one=$!
"$program" sweep -q -j1 --seed 7 --db both.db plan.json 2>two.err &
two=$!
expect 0 sweep -q -j1 --shard 2/2 --db both.db plan.json
wait "$one" || fail "one part of two: $(cat one.err)"
wait "$two" || fail "another seed: $(cat two.err)"
[ "$(sql both.db 'SELECT count(*) FROM runs')" = 1200 ] ||
    fail "parts: $(sql both.db 'SELECT count(*) FROM runs') runs of 1200"

# An sbatch that says a lot is listened to, to its end.
mkdir bin
cat >bin/sbatch <<'END'
#!/bin/sh
echo '17;here'
head -c 300000 /dev/zero | tr '\0' x
END
chmod +x bin/sbatch
PATH="$work/bin:$PATH" timeout 20 "$program" submit --slurm --shards 2 \
    --db s.db plan.json >out 2>err || fail "sbatch: status $?: $(cat err)"
says out 17
finish
