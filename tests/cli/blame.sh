# What would help most is what can be computed by hand.
. "$(dirname "$0")/lib.sh" "$@"

# row LABEL CHANGE: the thing changes the metric by so much for one per cent.
row() {
    grep -qE "^  $1 +$2 %" out || fail "$1 is not $2 %: $(cat out)"
}

# 40 ms: a quarter of it is work, of which a third is under the lock.
cat >sum.json <<'END'
{"title": "a sum", "locks": [{"name": "L"}], "system": {"policy": "fifo"},
 "threads": [{"name": "a", "program": [{"run": "6ms"}, {"lock": "L"},
   {"run": "4ms"}, {"unlock": "L"}, {"sleep": "30ms"}]}]}
END
expect 0 blame sum.json threads.a.turnaround.mean
says out 'threads.a.turnaround.mean is 40 ms'
row 'a: /threads/0/program/4/sleep' '-0\.750'
row 'all that a runs' '-0\.250'
row 'a: /threads/0/program/0/run' '-0\.150'
row 'a: /threads/0/program/2/run' '-0\.100'
says out '95 %'
# The strongest stands first, and how much shorter makes no difference to a sum.
[ "$(awk '/^  a/ { print $2; exit }' out)" = /threads/0/program/4/sleep ] ||
    fail 'the strongest is not first'
cp out five
expect 0 blame --by 20 sum.json threads.a.turnaround.mean
diff <(grep '^  a' out) <(grep '^  a' five) || fail 'half a derivative'

# Equal draws: a drawn time is as exact as any other, whatever is drawn.
expect 0 blame sum.json threads.a.turnaround.mean -r 3 \
    --set '/threads/0/program/0/run={"lognormal": {"mean": "6ms", "sd": "9ms"}}' \
    --set /threads/0/program/4/sleep=0s
says out 'with 3 draws'
grep -qE '^  all that a runs +-1\.000 % +± 0\.000 %' out ||
    fail "drawn work is all there is: $(cat out)"

# What makes it longer has another sign: switches that cost, and slices.
cat >slices.json <<'END'
{"title": "slices", "system": {"policy": "round-robin", "slice": "1ms",
  "switch": {"cost": "1ms"}, "comment": "1ms"},
 "threads": [{"name": "a", "count": 2, "program": [{"run": "100ms"}]}]}
END
expect 0 blame --by 50 slices.json run.time
row '/system/slice' '\+0\.[5-9][0-9]*|/system/slice +\+1\.0[0-9]*'
row '/system/switch/cost' '-0\.4[0-9]*|/system/switch/cost +-0\.5[0-9]*'
grep -q comment out && fail 'a comment is blamed'

# What its time went to: its own, and what the one did that had its lock, who waited
# for a processor meanwhile. High needs the lock of low, which middle keeps off.
cat >path.json <<'END'
{"title": "inversion", "system": {"policy": "priority"}, "locks": [{"name": "L"}],
 "threads": [
  {"name": "low", "priority": 3, "program": [{"lock": "L"}, {"run": "4ms"}, {"unlock": "L"}]},
  {"name": "high", "priority": 1, "arrive": {"at": "1ms"},
   "program": [{"run": "1ms"}, {"lock": "L"}, {"run": "2ms"}, {"unlock": "L"}, {"sleep": "5ms"}]},
  {"name": "middle", "priority": 2, "arrive": {"at": "2ms"}, "program": [{"run": "10ms"}]}]}
END
expect 0 blame path.json threads.high.turnaround.max
says out 'The worst job, high.0, took 21 ms'
for leg in '10 ms +48 % +low is ready, and middle.0 has the processor' \
    '5 ms +24 % +high.0 waits: sleep' '3 ms +14 % +low runs' \
    '3 ms +14 % +high.0 runs'; do
    grep -qE "^ +$leg" out || fail "no leg: $leg: $(cat out)"
done
# The same of a run in a database, with its seed and what was set.
expect 0 run -q --no-pictures --db path.db --set /threads/1/program/4/sleep=7ms path.json
expect 0 blame path.db 1 threads.high.turnaround.max
says out 'The worst job, high.0, took 23 ms'
expect 2 blame path.db 2 threads.high.turnaround.max
expect 2 blame path.db one threads.high.turnaround.max
# A mean, a quantile, a deadline.
cat >late.json <<'END'
{"title": "late", "stop": "100ms", "system": {"policy": "edf"},
 "threads": [{"name": "t", "arrive": {"every": "10ms"}, "deadline": "5ms",
  "program": [{"run": {"uniform": ["1ms", "9ms"]}}]}]}
END
for metric in turnaround.mean turnaround.p95 missed lateness_max; do
    expect 0 blame late.json "threads.t.$metric" -r 2
    says out 'took'
done

expect 2 blame sum.json no.such.metric
says err 'no metric "no.such.metric"'
expect 2 blame sum.json processor.switching
says err 'is 0, and of nothing there is no per cent'
expect 2 blame sum.json
says err 'blame FILE METRIC'
expect 2 blame --by 0 sum.json run.time
expect 2 blame -r 0 sum.json run.time
echo '{"title": "x", "threads": [{"name": "a", "program": [{"yield": {}}]}]}' >no.json
expect 2 blame no.json run.time
says err 'no duration'
finish
