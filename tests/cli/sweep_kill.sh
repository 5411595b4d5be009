# A sweep that is killed fifty times, at any moment, and resumed each time has
# the content of one that was left alone; its workers go with it.
. "$(dirname "$0")/lib.sh" "$@"

cat >plan.json <<'END'
{ "title": "plan",
  "system": { "policy": "round-robin", "slice": "100us" },
  "threads": [ { "name": "a", "count": 2,
                 "program": [ { "run": { "exponential": "170ms" } } ] } ],
  "sweep": { "vary": { "/threads/0/count": [1, 2, 5, 9] },
             "replications": 500 } }
END
content() {
    sqlite3 -batch "$1" .dump | grep -v '^INSERT INTO wall' | sha256sum
}
# The moments are parts of what the whole takes here and now.
began=$(date +%s%3N)
expect 0 sweep --quiet --db whole.db plan.json
took=$(($(date +%s%3N) - began))
after() { # PART: waits for a part of the whole, in thousandths
    sleep "$(printf '%d.%03d' $((took * $1 / 1000000)) $((took * $1 / 1000 % 1000)))"
}
whole=$(content whole.db)

RANDOM=7
kills=0
grown=0
before=0
for _ in $(seq 50); do
    "$program" sweep --quiet --resume --db killed.db plan.json >out 2>err &
    child=$!
    after $((RANDOM % 160))
    kill -9 "$child" 2>/dev/null && kills=$((kills + 1))
    wait "$child" 2>/dev/null
    [ -e killed.db ] || continue
    check=$(sql killed.db 'PRAGMA integrity_check' 2>&1)
    [ "$check" = ok ] || fail "integrity_check: $check"
    runs=$(sql killed.db 'SELECT count(*) FROM runs' 2>/dev/null || echo 0)
    [ "$runs" -ge "$before" ] || fail "runs were lost: $before, then $runs"
    [ "$runs" -eq "$before" ] || grown=$((grown + 1))
    before=$runs
done
echo "$kills kills, $grown of them after new runs were stored"
[ "$kills" -gt 10 ] || fail "hardly anything was killed: the test tests nothing"
[ "$grown" -gt 2 ] || fail "nothing was stored between: the test tests nothing"
expect 0 sweep --quiet --resume --db killed.db plan.json
[ "$(content killed.db)" = "$whole" ] || fail "killed and resumed: other content"

# No worker outlives the one it works for.
"$program" sweep --quiet -j 3 --db orphans.db plan.json &
child=$!
after 200
workers=$(pgrep -P "$child")
[ "$(echo "$workers" | wc -w)" = 3 ] || fail "not three workers"
kill -9 "$child"
wait "$child" 2>/dev/null
for worker in $workers; do
    for _ in $(seq 50); do
        # Nobody may have buried it yet.
        case $(ps -o stat= -p "$worker") in
        '' | Z*) continue 2 ;;
        esac
        sleep 0.1
    done
    fail "worker $worker is left over"
done

# A worker that is killed costs its run, which says so, and no other.
"$program" sweep --quiet -j 2 --db crash.db plan.json 2>err &
child=$!
after 100
kill -SEGV "$(pgrep -P "$child" | head -1)"
wait "$child"
[ $? -eq 1 ] || fail "a run without its worker is no error"
says err 'was ended by signal 11'
[ "$(sql crash.db 'SELECT count(*) FROM runs')" = 2000 ] || fail "runs missing"
[ "$(sql crash.db 'SELECT count(*) FROM runs WHERE failed')" = 1 ] ||
    fail "not one run failed"
expect 0 sweep --quiet --resume --retry --db crash.db plan.json
expect 0 merge --quiet mended.db crash.db
[ "$(content mended.db)" = "$whole" ] || fail "mended: other content"

# Ctrl-C: what is done is stored, the status says why.
for signal in INT TERM; do
    env --default-signal=INT "$program" sweep --db "$signal.db" plan.json \
        >out 2>err &
    child=$!
    after 100
    kill -"$signal" "$child"
    wait "$child"
    status=$?
    wanted=130
    [ "$signal" = INT ] || wanted=143
    [ "$status" -eq "$wanted" ] || fail "SIG$signal: status $status"
    says err 'interrupted: '
    runs=$(sql "$signal.db" 'SELECT count(*) FROM runs')
    says err "interrupted: $runs of 2000 runs"
done
finish
