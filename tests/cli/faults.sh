# On a machine that fails (tests/faults): whichever allocation, write or sync it
# is, the program ends by itself, in good order, and does not say that all is
# well where something else came out. TS_FAULTS=all tries all, for minutes.
. "$(dirname "$0")/lib.sh" "$@"

library=$build/tests/libfaults.so
[ -e "$library" ] || skip 'this build has no faults'
# Thousands of databases, and no disk to wait for.
shared=$(mktemp -d -p /dev/shm 2>/dev/null) || shared=$work
trap 'rm -rf "$work" "$shared"' EXIT
cat >tiny.json <<'END'
{ "title": "tiny", "computer": { "clock": "1GHz" },
  "system": { "policy": "round-robin", "slice": "1ms", "switch": "10 us" },
  "threads": [ { "name": "A", "count": 2, "program": [ { "run": "2500 us" } ] } ],
  "expect": [ { "metric": "processor.switches", "at_least": 2 } ] }
END
tiny=$work/tiny.json
"$program" run -q --no-pictures --trace --db have.db tiny.json
"$program" run -q --no-pictures --trace --db also.db -s /threads/0/count=3 tiny.json

try() { # KIND STEP WORDS...
    local kind=$1 step=$2
    shift 2
    env FAULTS="$kind" FAULTS_STEP="$step" FAULTS_JOBS=2 \
        FAULTS_FOLDER="$shared" LD_PRELOAD="$library" \
        "$program" "$@" >said 2>&1 || fail "timeslice $*: $(cat said)"
}

try malloc 1 check "$tiny"
try malloc 1 run -q --no-db "$tiny"
try malloc 1 test "$tiny"
try malloc 1 compare -p fifo,rr "$tiny"
step=61 read=19
[ "${TS_FAULTS:-}" != all ] || step=1 read=1
try malloc 1 run --no-db "$tiny"
try malloc "$read" report -f text -o - "$work/have.db"
try malloc "$read" report -f html -o - "$work/have.db"
try malloc "$read" show "$work/have.db"
try malloc "$read" show "$work/have.db" 1
try malloc "$read" show --json --all "$work/have.db"
try malloc "$read" show --spans "$work/have.db" 1
try malloc "$step" compare "$work/have.db" "$work/have.db"
try malloc "$step" run -q --no-pictures --trace --db new.db "$tiny"
try malloc "$step" merge new.db "$work/have.db" "$work/also.db"
for kind in write sync; do
    try "$kind" 1 run -q --no-pictures --trace --db new.db "$tiny"
    try "$kind" 1 merge new.db "$work/have.db" "$work/also.db"
done
finish
