# Ctrl-C ends a sweep with whole runs and nothing else.
. "$(dirname "$0")/lib.sh" "$@"

cat >long.json <<'END'
{ "title": "many runs",
  "system": { "policy": "round-robin", "slice": "100us" },
  "threads": [ { "name": "a", "count": 3, "program": [ { "run": "2s" } ] } ],
  "sweep": { "vary": { "/seed": [1] }, "replications": 100000 } }
END

for signal in INT TERM; do
    rm -f long.db
    # A shell lets its background children ignore SIGINT; env undoes that.
    env --default-signal=INT "$program" run --db long.db long.json \
        >out 2>err &
    child=$!
    for _ in $(seq 100); do
        sleep 0.05
        [ -e long.db ] &&
            [ "$(sql long.db 'SELECT count(*) FROM runs' 2>/dev/null ||
                echo 0)" -ge 2 ] && break
    done
    kill -"$signal" "$child"
    wait "$child"
    status=$?
    wanted=130
    [ "$signal" = INT ] || wanted=143
    [ "$status" -eq "$wanted" ] || fail "SIG$signal: status $status"
    says err 'interrupted: '
    [ "$(sql long.db 'PRAGMA integrity_check')" = ok ] || fail "damaged"
    runs=$(sql long.db 'SELECT count(*) FROM runs')
    says err "interrupted: $runs of 100000 runs"
    # Whole: each with its metrics, all alike, and the first ones of the plan.
    [ "$(sql long.db 'SELECT count(*) FROM runs WHERE id NOT IN
        (SELECT run FROM metrics)')" = 0 ] || fail "a run without metrics"
    [ "$(sql long.db 'SELECT max(replication) + 1 FROM runs')" = "$runs" ] ||
        fail "a gap in the runs"
    [ "$(sql long.db 'SELECT count(DISTINCT end_ps) FROM runs')" = 1 ] ||
        fail "a run that did not come to its end"
done
finish
