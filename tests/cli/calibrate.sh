# Parameters from measurements: what is put in is found again, what the rows do
# not tell is said, and a table that is none is refused with its line.
. "$(dirname "$0")/lib.sh" "$@"

cat >queue.json <<'S'
{ "title": "a server with eight threads", "stop": "20s",
  "servers": [ { "name": "web", "model": "threads", "threads": 8,
                 "handler": [ { "run": { "exponential": "4ms" } }, { "sleep": "3ms" } ] } ],
  "clients": [ { "name": "load", "to": "web", "users": 1, "warmup": "1s" } ] }
S

# measure USERS: a row with what the simulator itself says at 2.5 and 7 ms.
measure() {
    "$program" run --no-db --json -s "/clients/0/users=$1" \
        -s '/servers/0/handler/0/run={"exponential": "2.5ms"}' \
        -s '/servers/0/handler/1/sleep=7ms' queue.json >run.json ||
        fail "the row for $1 clients"
    python3 - "$1" <<'P'
import json, sys
metrics = json.load(open("run.json"))["metrics"]
print("%s,%.6g/s,%.6gms" % (sys.argv[1],
      metrics["clients.load.throughput"]["value"],
      metrics["clients.load.latency.mean"]["value"] / 1e9))
P
}
command -v python3 >/dev/null || skip 'python3 is missing'
{
    echo '# measured by the simulator itself'
    echo '/clients/0/users,clients.load.throughput,clients.load.latency.mean'
    for users in 1 3 8 16; do measure "$users"; done
} >table.csv

expect 0 calibrate queue.json table.csv \
    -f /servers/0/handler/0/run/exponential=1..10ms \
    -f /servers/0/handler/1/sleep=1..50ms
found=$(sed -n 's/^  .servers.0.handler.0.run.exponential  \([0-9.]*\)ms.*/\1/p' "$work/out")
awk -v x="$found" 'BEGIN { exit !(x > 2.45 && x < 2.55) }' ||
    fail "2.5 ms were put in, and $found ms found"
found=$(sed -n 's/^  .servers.0.handler.1.sleep  \([0-9.]*\)ms.*/\1/p' "$work/out")
awk -v x="$found" 'BEGIN { exit !(x > 6.9 && x < 7.1) }' ||
    fail "7 ms were put in, and $found ms found"
says out 'in the rows that were not fitted to'

# Nothing is sought: what was put in predicts itself, in the same rows.
expect 0 calibrate queue.json table.csv \
    -s '/servers/0/handler/0/run={"exponential": "2.5ms"}' \
    -s /servers/0/handler/1/sleep=7ms
says out 'row 1 (fitted to): 1'
says out 'row 2: 3'
grep -q '^found:' "$work/out" && fail 'it found what nobody sought'
[ "$(grep -c ' 2 .* 0.0 %  *0.0 %  *0.0 %' "$work/out")" -eq 2 ] ||
    fail "what was put in does not predict itself: $(tail -3 "$work/out")"

# Any percentile of what has a histogram: p500 is p50, and p90 lies beyond.
name=clients.load.latency
printf '%s\n' "/clients/0/users,$name.p50,$name.p500,$name.p90" 8,1ms,1ms,1ms >parts.csv
expect 0 calibrate --all queue.json parts.csv
awk -v name="$name" '$1 ~ name && !/%.*%/ { value[$1] = $4 $5 }
     END { exit !(value[name ".p50"] == value[name ".p500"] &&
                  value[name ".p90"] + 0 > value[name ".p50"] + 0) }' "$work/out" ||
    fail "percentiles: $(cat "$work/out")"
for part in p p9x 90 x90; do
    printf '%s\n' "/clients/0/users,$name.$part" 8,1ms >bad.csv
    expect 2 calibrate queue.json bad.csv
    says err "no metric \"$name.$part\""
done

# What nothing depends on, and what is sought where it is not.
expect 0 calibrate queue.json table.csv -s '/interpreters=[{"name": "p"}]' \
    -f /interpreters/0/speed=0.5..2
says out 'the rows do not tell it'
expect 0 calibrate queue.json table.csv \
    -f /servers/0/handler/0/run/exponential=20..30ms
says out 'at the end of its range'

# More comes than is done: no model is wrong.
cat >open.json <<'S'
{ "title": "too much", "stop": "20s",
  "servers": [ { "name": "web", "model": "threads", "threads": 1, "handler": [ { "run": "4ms" } ] } ],
  "clients": [ { "name": "load", "to": "web", "rate": "100/s" } ] }
S
printf '/clients/0/rate,clients.load.latency.mean\n100/s,5ms\n200/s,5ms\n400/s,900ms\n' >open.csv
expect 0 calibrate open.json open.csv -f /servers/0/handler/0/run=3.9..4.1ms
[ "$(grep -c overloaded "$work/out")" -eq 1 ] ||
    fail 'the one overloaded row is not named'
grep -A1 overloaded "$work/out" | grep -q '400/s' || grep overloaded "$work/out" |
    grep -q '400/s' || fail 'it is not the row of 400/s'

# refuse TEXT LINE...: a table of these lines is refused, saying the text.
refuse() {
    local text=$1
    shift
    printf '%s\n' "$@" >bad.csv
    expect 2 calibrate queue.json bad.csv -f /servers/0/handler/1/sleep=1..2ms
    says err "$text"
}
refuse 'it is empty' '# nothing'
refuse 'no column is a metric' '/clients/0/users' '1'
refuse 'there is no row' 'clients.load.throughput'
refuse 'line 3 has 1 fields' '/clients/0/users,clients.load.throughput' '1,2/s' '2'
refuse 'line 2 has more than 1' 'clients.load.throughput' '1/s,2'
refuse 'stands twice' 'a,a' '1,1'
refuse 'column 2 has no name' 'a,,b' '1,1,1'
refuse 'no metric "clients.nobody.throughput"' 'clients.nobody.throughput' '1/s'
refuse 'has another unit' 'clients.load.latency.mean' '5'
refuse 'line 2, clients.load.latency.mean' 'clients.load.latency.mean' '5 parsecs'
refuse '/clients/7/users' '/clients/7/users,clients.load.throughput' '1,2/s'
for fit in sleep /a /a=1 /a=1..x /a=0..1ms /a=2..1ms /a=1s..2ms; do
    expect 2 calibrate queue.json table.csv -f "$fit"
    says err 'LOW..HIGH'
done
expect 2 calibrate queue.json
expect 3 calibrate queue.json nothing.csv -f /stop=1..2s
expect 3 calibrate nothing.json table.csv -f /stop=1..2s
finish
