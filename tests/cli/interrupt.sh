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

# At any moment, within a second (here: of a machine that has much else to do):
# while twenty million threads are made ...
after() { # SECONDS WORDS...: signalled after a while; how it ended, in $status
    local begun ended delay=$1
    shift
    "$program" "$@" <&0 >out 2>err &
    child=$!
    sleep "$delay"
    begun=$(date +%s%N)
    kill -TERM "$child"
    wait "$child"
    status=$?
    ended=$(date +%s%N)
    [ "$status" -eq 143 ] || fail "timeslice $*: status $status"
    [ $((ended - begun)) -lt 3000000000 ] ||
        fail "timeslice $*: ended after $(((ended - begun) / 1000000)) ms"
}
sed 's/"count": 3/"count": 20000000/; /sweep/d; s/2s" } \] } \],/2s" } ] } ] }/' \
    long.json >many.json
after 0.7 run -q --no-db many.json
# ... while a scenario comes through a pipe that nobody writes to ...
mkfifo pipe
exec 9<>pipe
after 0.3 run -q --no-db - <&9
after 0.3 check - <&9
exec 9>&-
# ... and while a database waits for somebody else's lock.
rm -f long.db
expect 0 run -q --db long.db "$tree/scenarios/slices.json"
sqlite3 long.db 'BEGIN EXCLUSIVE' '.shell sleep 5' &
holder=$!
sleep 0.3
after 0.5 run -q --no-pictures --db long.db "$tree/scenarios/slices.json"
kill "$holder"
wait "$holder"
finish
