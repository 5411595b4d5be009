# The display and keyboard, and the page about the alarms.
. "$(dirname "$0")/lib.sh" "$@"

cd "$tree" || exit 1
expect 0 run --no-db --dsky --speed 0 scenarios/apollo11-descent.json
says out 'PROG 63  VERB 16  NOUN 68'
says out 'ALARM 01202'
says out 'ALARM 01201'
says out 'PROG 66'
expect 0 run --no-db --dsky --speed 0 scenarios/slices.json
says out 'no display and keyboard'
expect 2 run --no-db --dsky --speed fast scenarios/slices.json
says err 'takes a number'
expect 0 explain 1202
says out 'executive overflow'
expect 0 explain 1201
says out 'VAC area'
finish
