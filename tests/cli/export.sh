# What is exported is whole, in order, and adds up; the same bytes each time; no
# name and no run can break a file.
. "$(dirname "$0")/lib.sh" "$@"
command -v python3 >/dev/null || skip 'python3 is not installed'

check() { # DATABASE RUN
    "$program" export "$1" "$2" -o r.pftrace || fail "perfetto of run $2"
    "$program" export "$1" "$2" -o r.ftrace || fail "ftrace of run $2"
    python3 "$tree/tests/exchange/check.py" "$1" "$2" r.pftrace r.ftrace ||
        fail "$(sql "$1" "SELECT title FROM runs r JOIN scenarios s ON s.id =
            r.scenario WHERE r.id = $2")"
}

# Locks, devices, loads, interrupts, alarms, levels, many processors.
for scenario in affinity usb-polling mars-pathfinder gil-timeline-old; do
    case $scenario in
    affinity) more=(-s /stop=60ms -s '/expect=[]') ;;
    usb-polling) more=(-s /stop=20s -s '/expect=[]') ;;
    *) more=() ;;
    esac
    expect 0 run --quiet --no-pictures --why --db all.db "${more[@]}" \
        "$tree/scenarios/$scenario.json"
done
for run in $(sql all.db 'SELECT min(id) FROM runs GROUP BY scenario'); do
    check all.db "$run"
done

# Requests through servers that ask others: threads, a loop, one outside; some
# are refused, given up and tried again.
cat >servers.json <<'END'
{"title": "requests", "computer": {"processors": 2}, "stop": "400ms",
 "servers": [
  {"name": "web", "model": "event-loop", "handler": [{"run": "300us"},
   {"call": {"to": "pool", "timeout": "9ms", "retries": 1}}]},
  {"name": "pool", "model": "threads", "threads": 2, "queue": 2,
   "handler": [{"run": "200us"}, {"call": "database"}]},
  {"name": "database", "model": "remote", "time": {"exponential": "4ms"}}],
 "clients": [{"name": "load", "to": "web", "rate": "600/s"}]}
END
expect 0 run --quiet --no-pictures --why --db servers.db servers.json
check servers.db 1
for outcome in answered timed_out refused failed; do
    [ "$(sql servers.db "SELECT count(*) FROM attempts WHERE outcome =
        '$outcome'")" -gt 0 ] || fail "no attempt is $outcome"
done

# A device with two servers, whose stretches overlap; names of all sorts.
cat >hard.json <<'END'
{"title": "names\u0007 <&\"> \ud83d\ude00",
 "computer": {"processors": 2}, "system": {"policy": "round-robin",
  "slice": "1ms", "switch": {"cost": "3 us"}},
 "devices": [{"name": "the disk", "servers": 2}],
 "locks": [{"name": "a=b ==> c"}],
 "threads": [
  {"name": "a name that is much longer than a kernel keeps", "count": 3,
   "program": [{"repeat": {"times": 4, "program": [
     {"run": "1500 us"}, {"io": {"device": "the disk", "time": "5ms"}},
     {"lock": "a=b ==> c"}, {"run": "700 us"}, {"unlock": "a=b ==> c"},
     {"mark": "half"}]}}]},
  {"name": "\ud83d\ude00 x=1", "nice": 3,
   "program": [{"run": "9ms"}, {"sleep": "100 us"}, {"run": "1ns"}]}]}
END
expect 0 run --quiet --no-pictures --why --db hard.db hard.json
check hard.db 1
grep -q '^# [1-9][0-9]* names' r.ftrace || fail 'names were cut and it is not said'
expect 0 export hard.db 1 -f timehist -o -
says out '[0001]  '
expect 0 export hard.db -f csv -o -
says out '1,0,0,arrives,'

# The same bytes from a run that is not kept, and at another time.
expect 0 export hard.db -o one.pftrace
expect 0 run --quiet --no-db --why --export two.pftrace hard.json
cmp one.pftrace two.pftrace || fail 'two exports of one run differ'

# Two runs: two machines, with marks where they part; counts beside each other.
expect 0 run --quiet --no-pictures --trace --db hard.db \
    --set /system/slice=2ms hard.json
expect 0 export hard.db 1 2 -o both.pftrace
"$program" export hard.db 1 -o r.ftrace
python3 "$tree/tests/exchange/check.py" hard.db 1 both.pftrace r.ftrace ||
    fail 'the first of two machines'
expect 0 export hard.db 1 2 -f schedstat -o -
says out 'run_delay'
says out 'CPU 1'

# What cannot be is said.
expect 2 export hard.db -f ftrace -o x
says err 'ftrace takes 1 run at a time, and there are 2: name one'
expect 2 export hard.db 1 -f schedstat -o x
says err 'schedstat takes 2 runs'
expect 2 export hard.db 1 -f chrome -o x
says err 'there are perfetto, ftrace'
expect 2 export hard.db one -o x
says err 'no number of a run'
expect 2 export hard.db 7 -o x
says err '7'
expect 2 export hard.db
says err 'export DB'
expect 0 run --quiet --no-pictures --db bare.db hard.json
expect 2 export bare.db -o x
says err 'play it again with --trace'
expect 2 export bare.db 1 -o x
says err 'run 1 kept no trace'
expect 2 export hard.db 1 -o hard.db
expect 3 export hard.db 1 -o no/such/folder
[ ! -e x ] || fail 'a file that could not be written is there'
finish
