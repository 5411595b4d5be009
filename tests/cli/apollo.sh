# The display and keyboard, and the page about the alarms.
. "$(dirname "$0")/lib.sh" "$@"

cd "$tree" || exit 1
expect 0 run --no-db --dsky --speed 0 scenarios/apollo11-descent.json
says out 'PROG 63  VERB 16  NOUN 68'
says out 'ALARM 01202'
says out 'ALARM 01201'
says out 'PROG 66'
# On a terminal it shows what fills, and the alarms that were.
if command -v script >/dev/null; then
    script -qec "'$program' run --no-db --dsky --speed 0 scenarios/apollo11-descent.json" \
        /dev/null </dev/null >"$work/out"
    says out 'core sets  ########  8'
    says out 'VAC areas  #####  5'
    says out '1202 +316 s  1202 +356 s  1201 +556 s  1202 +576 s  1202 +586 s'
fi
expect 0 run --no-db --dsky --speed 0 -s /apollo/restart/button=9.5s \
  scenarios/apollo11-no-radar.json
says out 'RESTART GOJAM'
expect 0 run --no-db --dsky --speed 0 -s /apollo/phase=P64 \
  -s /apollo/radar/rate=5000/s -s /stop=4s -s /sweep=null -s /expect=null \
  scenarios/apollo-idle.json
says out 'PROG 64'
expect 2 run --no-db -s /apollo/phase=P99 -s /sweep=null -s /expect=null \
  scenarios/apollo-idle.json
says err 'apollo.phase names the phase "P99"'
expect 0 run --no-db --dsky --speed 0 scenarios/slices.json
says out 'no display and keyboard'
expect 2 run --no-db --dsky --speed fast scenarios/slices.json
says err 'takes a number'
expect 0 explain 1202
says out 'executive overflow'
expect 0 explain 1201
says out 'VAC area'
# One may ask what more areas would have done: the 1201 becomes a 1202.
expect 0 run --no-db --json -s /apollo/executive/vac-areas=8 -s /expect=null \
  scenarios/apollo11-descent.json
says out '"apollo.alarms.1201": {"unit": "count", "value": 0}'
says out '"apollo.alarms.1202": {"unit": "count", "value": 6}'
# Keys have hyphens, metrics underscores.
expect 2 explain core_sets
says err 'did you mean "core-sets"'
finish
