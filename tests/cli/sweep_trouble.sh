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
[ "$(grep -c '<table>' page.html)" = 1 ] || fail "the page has no table"
! grep -qiE '(src|href)=' page.html || fail "the page needs something else"
expect 0 report whole.db -m turnaround.mean -f markdown
says out '|---'
expect 2 report --format pdf whole.db
finish
