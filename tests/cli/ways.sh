# The short ways in: scenarios by name, exercises on the command line, scenarios
# to begin with, playing again on saving, textbooks' words, other shells.
. "$(dirname "$0")/lib.sh" "$@"

# By name, wherever one is; a file of that name comes first.
expect 0 run --no-db slices
says out '300-cycle slices'
expect 0 check convoy
expect 0 test slices
expect 0 explain stallings
says out 'timeslice run stallings'
expect 3 run --no-db convoyy
says err 'did you mean "convoy"?'
echo '{ "title": "mine", "threads": [ { "name": "a", "program": [ { "run": "1ms" } ] } ] }' >slices
expect 0 run --no-db slices
says out mine
rm slices

# try: the textbooks' averages, and a scenario to go on with.
expect 0 try rr 24 3 3 --slice 4 -o rr.json
grep -qE '^  average +15.67 ms +3.667 ms +5.667 ms$' out || fail "rr: $(cat out)"
cp out played
expect 0 run --no-db --trace rr.json
sed 1,2d played >a
sed 1,2d out >b
cmp -s a b || fail "the scenario written is not the one played: $(diff a b)"
expect 0 try stcf 8 4 9 5 --arrive 0,1,2,3
grep -qE '^  average +13 ms +4.25 ms +6.5 ms$' out || fail "stcf: $(cat out)"
expect 0 try priority 5 5 --priority 2,1 --why
says out 'dispatches P2.0 (priority 1)'
expect 0 try fcfs 3/5/2 --unit 1s --print
says out '"io":'
says out '"unit":	"1s"'
expect 0 try rr 2 2 --slice 1 --switch 1
grep -qE '^  run.time +8 ms$' out || fail "switches cost nothing: $(cat out)"
# Stallings's set of five under six disciplines, by their times of finishing.
finish() {
    expect 0 try "$@" 3 6 4 5 2 --arrive 0,2,4,6,8
    awk '$1 ~ /^P[1-5]$/ { printf "%s ", $2 }' out
}
while read -r times policy; do
    # shellcheck disable=SC2086 # a policy and its options
    [ "$(finish $policy)" = "${times//,/ } " ] || fail "$policy: $(finish $policy), not $times"
done <<'END'
3,9,13,18,20 fcfs
4,18,17,20,15 rr --slice 1
3,17,11,20,19 rr --slice 4
3,9,15,20,11 spn
3,15,8,20,10 srt
3,9,13,20,15 hrrn
4,20,16,19,11 feedback --slice 1
4,17,18,20,14 feedback --slice 1 --set /system/doubling=true
END
# Silberschatz's priorities with turns among equals; Tanenbaum's five batch jobs,
# where larger numbers are higher, by their mean turnaround in minutes.
expect 0 try priority 4 5 8 7 3 --priority 3,2,2,1,3 --slice 2
[ "$(awk '$1 ~ /^P[1-5]$/ { printf "%s ", $2 }' out)" = "26 16 20 7 27 " ] || fail "priorities: $(cat out)"
while read -r mean policy; do
    # shellcheck disable=SC2086
    expect 0 try $policy 10 6 2 4 8 --unit 1min
    [ "$(awk '$1 == "average" { print $2 / 60 }' out)" = "$mean" ] || fail "$policy: $(cat out)"
done <<'END'
22 ps
20 priority --priority 3,5,2,1,4 --set /conventions/priority=larger-is-higher
19.2 fcfs
14 sjf
END
grep -qE '^  threads +ends +turnaround' out || fail "no times of ending"
expect 0 try ps 3 4
says out '= shared by all that are ready'
# What is set is in the scenario that is written.
expect 0 try mlfq 9 3 --slice 2 --set /system/boost=10 --print
says out '"boost":'
expect 2 try rr 9 3 --slice 2 --set /system/bost=10
says err 'bost'
expect 2 try rr 24 3
says err 'say how long they are with --slice'
expect 2 try fifo 24 3 --slice 1
says err 'fifo has no slices'
expect 2 try nothing 3
says err 'there is no policy "nothing"'
expect 2 try rr
expect 2 try rr ten --slice 1
says err '"ten"'

# new: each is fine, holds what it expects, and says what it is for.
for kind in policies server tasks; do
    expect 0 new $kind -o $kind.json
    expect 0 check $kind.json
    expect 0 run -q --no-db $kind.json
    silent out
    grep -q '"comment"' $kind.json || fail "new $kind: no comments"
    grep -q '"question"' $kind.json || fail "new $kind: no question"
done
expect 2 new polices
says err 'did you mean policies'

# --watch plays again when the file is saved, keeps nothing, ends at a signal.
mkdir watched
cd watched || exit 1
cp ../rr.json a.json
"$program" run --watch a.json >out 2>err </dev/null &
pid=$!
for i in $(seq 100); do
    grep -q watching out && break
    sleep 0.1
done
sed 's/"P3"/"third"/' ../rr.json >b.json && mv b.json a.json
for i in $(seq 100); do
    grep -q third out && break
    sleep 0.1
done
kill -INT $pid
wait $pid
[ $? -eq 130 ] || fail "--watch: not ended by Ctrl-C"
grep -q third out || fail "--watch did not see the file saved: $(cat out err)"
[ ! -e results.db ] || fail "--watch keeps what nobody asked for"
command -v gnuplot >/dev/null && [ ! -e a-gantt.svg ] && fail "--watch draws nothing"
cd ..

# Textbooks' words.
for pair in FCFS:fifo RR:round-robin STCF:srtf SRT:srtf quantum:slice burst:run \
    'arrival time':arrive process:thread 'context switch':switch MLFB:mlfq \
    turnaround-time:turnaround.mean CPUs:processors mutex:locks; do
    expect 0 explain "${pair%%:*}"
    says out "${pair%%:*} is called ${pair##*:} here."
done
cat >words.json <<'END'
{ "title": "words", "system": { "policy": "FCFS" },
  "processes": [ { "program": [ { "burst": "1ms" } ] } ] }
END
expect 2 check words.json
says err 'no policy is named "FCFS"; did you mean "fifo"?'
says err 'did you mean "threads"?'
sed 's/FCFS/fifo/; s/processes/threads/' words.json >words2.json
expect 2 check words2.json
says err 'did you mean "run"?'

# What it is made of; other shells.
expect 0 --version
grep -qE '^compiler  (gcc|clang) [0-9]' out || fail "$(cat out)"
grep -qE '^libraries SQLite 3.* cJSON 1' out || fail "$(cat out)"
expect 0 completion zsh
cp out _timeslice
expect 0 completion fish
cp out timeslice.fish
for shell in zsh:_timeslice fish:timeslice.fish; do
    command -v "${shell%%:*}" >/dev/null || continue
    "${shell%%:*}" -n "${shell##*:}" || fail "no ${shell%%:*}: ${shell##*:}"
done
for word in try --slice '*--set' -l\ set; do
    grep -qF -- "$word" _timeslice timeslice.fish || fail "completion: no $word"
done
expect 2 completion tcsh
finish
