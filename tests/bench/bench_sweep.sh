#!/usr/bin/env bash
# bench_sweep.sh PROGRAM: what workers bring, and what a run costs beside its
# simulation. Each line is the ratio or the difference of two timings that were
# taken in turns, the best of three; a busy machine makes all of them worse.
set -eu
program=$(realpath "$1")
runs=${2:-100000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >long.json <<'END'
{ "title": "1000 runs of 10 ms",
  "system": { "policy": "round-robin", "slice": "20us" },
  "threads": [ { "name": "a", "count": 4, "program": [ { "run": "1s" } ] } ],
  "sweep": { "vary": { "/seed": [1] }, "replications": 1000 } }
END
cat >tiny.json <<END
{ "title": "tiny runs",
  "threads": [ { "name": "a", "count": 2, "program": [ { "run": "5ms" } ] } ],
  "sweep": { "vary": { "/seed": [1] }, "replications": $runs } }
END

seconds() { # WORDS...: wall time
    local start=$EPOCHREALTIME
    "$@" >/dev/null
    echo "$EPOCHREALTIME $start" | awk '{ print $1 - $2 }'
}
cpu() { # WORDS...: processor time of it and its children
    local TIMEFORMAT='%U %S'
    { time "$@" >/dev/null 2>&1; } 2>&1 | awk '{ print $1 + $2 }'
}
best() { sort -n | head -1; }
sweep() { # FILE JOBS
    rm -f bench.db
    "$program" sweep --quiet --jobs "$2" --db bench.db "$1"
}
one() { "$program" run --quiet --no-db --set "/sweep=null" --set "/seed=$1" \
    long.json; }

for try in 1 2 3; do
    seconds sweep long.json 1 >>one
    seconds sweep long.json 2 >>two
done
one=$(best <one) two=$(best <two)
echo "1000 runs, 1 worker:  $one s"
echo "1000 runs, 2 workers: $two s"
echo "$one $two" | awk '{ printf "two workers do %.2f times the work of one\n",
    $1 / $2 }'

# What is left if nobody has to wait, however busy the machine is.
echo "$(cpu sweep long.json 1) $(cpu sweep long.json 2)" | awk '{
    printf "processor time: %.2f s with 1 worker, %.2f s with 2: ", $1, $2
    printf "%.2f times at most\n", 2 * $1 / $2 }'

# A process a run, without a database: what a shell does.
processes=$(seconds sh -c "seq 1000 | xargs -P 2 -I{} '$program' run --quiet \
    --no-db --set /sweep=null --set /seed={} long.json")
echo "the same with xargs -P 2, nothing stored: $processes s"

simulation=$(seconds "$program" run --quiet --no-db tiny.json)
for try in 1 2 3; do
    seconds sweep tiny.json 2 >>tiny
done
tiny=$(best <tiny)
echo "$simulation $tiny $runs" | awk '{
    printf "%d tiny runs: %.1f us each to simulate, %.1f us each with 2 ",
        $3, $1 / $3 * 1e6, $2 / $3 * 1e6
    printf "workers and the database: %.1f us beyond\n",
        ($2 - $1 / 2) / $3 * 1e6 }'
rm -f bench.db
if [ -x /usr/bin/time ]; then
    for n in 1000 "$runs"; do
        rm -f bench.db
        /usr/bin/time -f "%M KB at most for $n runs" "$program" sweep --quiet \
            --jobs 2 --db bench.db --set /sweep/replications="$n" tiny.json
    done
fi
