# A process that is killed leaves whole runs: fifty times, at any moment.
. "$(dirname "$0")/lib.sh" "$@"

cat >many.json <<'END'
{ "title": "many runs",
  "system": { "policy": "round-robin", "slice": "10ms" },
  "threads": [ { "name": "a", "count": 20, "program": [ { "run": "50ms" } ] } ],
  "sweep": { "vary": { "/seed": [1] }, "replications": 100000 } }
END
expect 0 run --db whole.db --set /sweep/replications=1 many.json
metrics=$(sql whole.db 'SELECT count(*) FROM metrics')
threads=$(sql whole.db 'SELECT count(*) FROM threads')

RANDOM=1
total=0
for _ in $(seq 50); do
    "$program" run --quiet --db killed.db many.json >out 2>err &
    child=$!
    sleep "0.$(printf %03d $((RANDOM % 150)))"
    kill -9 "$child" 2>/dev/null
    wait "$child" 2>/dev/null
    [ -e killed.db ] || continue
    # The next line also rolls back what was begun.
    check=$(sql killed.db 'PRAGMA integrity_check' 2>&1)
    [ "$check" = ok ] || fail "integrity_check: $check"
    [ -z "$(sql killed.db 'PRAGMA foreign_key_check')" ] ||
        fail "a row that belongs to nothing"
    tables=$(sql killed.db "SELECT count(*) FROM sqlite_master
        WHERE name = 'runs'")
    [ "$tables" = 1 ] || continue
    broken=$(sql killed.db "SELECT count(*) FROM runs r WHERE
        (SELECT count(*) FROM metrics WHERE run = r.id) <> $metrics OR
        (SELECT count(*) FROM threads WHERE run = r.id) <> $threads")
    [ "$broken" = 0 ] || fail "$broken runs are not whole"
    total=$(sql killed.db 'SELECT count(*) FROM runs')
done
echo "$total runs survived 50 kills"
[ "$total" -gt 0 ] || fail "no run was ever finished: the test tests nothing"
finish
