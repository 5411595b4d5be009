# What `timeslice bench` prints has its shape, and counts what was played. How
# fast anything is, is nobody's business here.
. "$(dirname "$0")/lib.sh" "$@"

expect 0 bench --quick --rounds 1
for name in 'M/M/1' 'round robin, 10 on 1' 'CFS' 'EEVDF' 'event loop'; do
    says out "$name"
done
[ "$(grep -cE '[0-9.]+ +[0-9.]+$' out)" -eq 5 ] ||
    fail "five works have a bare loop beside them: $(cat out)"

command -v python3 >/dev/null || skip "python3 is missing"
expect 0 bench --quick --rounds 2 --json
python3 - out <<'P' || fail "its JSON is not what it says: $(cat out)"
import json, sys
told = json.load(open(sys.argv[1]))
assert told["rounds"] == 2 and len(told["works"]) == 6
for work in told["works"]:
    assert work["seconds"] > 0 and work["events"] > 0 and work["count"] > 0
    each = work["seconds"] / work["count"] * 1e9
    assert abs(work["ns"] / each - 1) < 1e-9
    assert ("ratio" in work) == ("bare_ns" in work)
queue = told["works"][0]
assert queue["count"] == 100000 and queue["unit"] == "customer"
# An arrival and a departure each.
assert queue["events"] == 2 * queue["count"]
P

# A scenario is played with all its runs.
cat >three.json <<'S'
{ "title": "three",
  "threads": [ { "name": "a", "count": 5, "program": [ { "run": "1ms" } ] } ],
  "sweep": { "replications": 3 } }
S
expect 0 bench -n 1 --json three.json
grep -qE '"count":[[:space:]]*15' out || fail "three runs of five: $(cat out)"
expect 0 bench -n 1 three.json
says out 'three.json'

expect 0 bench --sizes --quick --most 10
says out 'slope'
[ "$(grep -c slope out)" -eq 6 ] || fail "three policies, twice: $(cat out)"

expect 2 bench --rounds 0
says err 'whole number'
expect 2 bench --most 10
says err 'goes with --sizes'
expect 2 bench --sizes three.json
says err 'no scenario'
expect 2 bench --sizes --most 5
echo '{' >broken.json
expect 2 bench broken.json
says err 'broken.json'
expect 2 bench nobody.json
finish
