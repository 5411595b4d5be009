# A profile of this machine: what it says is a profile, and a scenario beside it
# plays with it. How long things take is nobody's business here.
. "$(dirname "$0")/lib.sh" "$@"

[ -r /proc/stat ] || skip 'there is no /proc/stat here'
expect 2 measure something
says err 'takes no words'
expect 0 measure --quick -o host.json
says out 'kernel.entry'
says out 'other programs'
says out 'profile: host.json'
for field in '"clock"' '"latency"' '"entry"' '"policy"' '"sources"'; do
    grep -q "$field" host.json || fail "the profile has no $field"
done

cat >mine.json <<'S'
{ "profile": "host.json", "title": "two threads on the machine that was measured",
  "threads": [ { "name": "a", "count": 2, "program": [ { "run": "20ms" } ] } ] }
S
expect 0 check mine.json
expect 0 run --no-db mine.json
says out 'two threads'
# What the scenario says itself stands above it.
expect 0 run --no-db --json -s '/computer={"processors": 1}' mine.json
expect 3 measure --quick -o nowhere/host.json

# A signal ends it.
"$program" measure >"$work/out" 2>"$work/err" &
sleep 1
kill -TERM $!
wait $!
[ $? -eq 143 ] || fail 'a signal does not end it with 143'
finish
