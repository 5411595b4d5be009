# The traces of the scenarios that come with it are whole, and agree with the
# threads' accounts and with what policies promise. Those that take long are
# left to the target `soak`, which plays all of them.
. "$(dirname "$0")/lib.sh" "$@"
long='affinity-and-stealing|apollo-(button|idle|phase|redesignation|spread|theft)'
long+='|apollo11-spread|async-vs|gil-battle|livelock|long-run|select-vs-epoll'
long+='|sharding|smt|gil-polling|thread-slowdown|two-clocks|schema'
played=0
for scenario in "$tree"/scenarios/*.json; do
    [[ $(basename "$scenario") =~ ^($long) ]] && continue
    expect 0 run --quiet --no-db --validate "$scenario"
    played=$((played + 1))
done
# Where threads come to avoid processors by themselves, nobody promises that none
# idles.
cat >confined.json <<'END'
{ "title": "confined", "computer": { "processors": 4 },
  "threads": [ { "name": "a", "count": 10, "program": [
    { "run": "1us" }, { "change": { "affinity": [ 0 ] } }, { "run": "2us" } ] } ] }
END
expect 0 run --quiet --no-db --validate confined.json
[ "$played" -ge 40 ] || fail "only $played scenarios were played"
finish
