# Wrong words: what is said, and with which status the program ends.
. "$(dirname "$0")/lib.sh" "$@"
slices=$tree/scenarios/slices.json

expect 2
says err 'Usage: timeslice'
silent out
expect 2 rum
says err 'did you mean "run"?'
expect 2 --frobnicate
says err '--frobnicate'
expect 2 run
says err 'run what?'
expect 2 run --quiett x.json
says err 'run has no option --quiett; did you mean --quiet?'
expect 2 run x.json --sed=3
says err 'did you mean --set?'
expect 2 run --seed
says err '--seed takes an argument: --seed N'
expect 2 run --quiet=yes "$slices"
says err '--quiet takes no argument'
expect 2 run -Z "$slices"
says err 'run has no option -Z'
expect 2 run --seed abc "$slices"
says err '--seed abc'
expect 2 run --seed 18446744073709551616 "$slices"
expect 2 run --set nonsense "$slices" --no-db
says err 'takes a JSON Pointer and a value'
expect 2 run --db a.db --no-db "$slices"
[ ! -e a.db ] || fail "a database was made although the words were wrong"
expect 2 check
expect 2 test
expect 2 explain
expect 2 list nonsense
says err 'nonsense'
expect 2 help nonsense
expect 2 completion fish
expect 2 schema extra

expect 3 run --no-db missing.json
says err 'missing.json: No such file or directory'
expect 3 check missing.json
expect 3 test missing.json
expect 3 run --no-db .
says err 'is a directory'
expect 3 run --db /dev/null/x.db "$slices"
mkdir notes
echo 'not a database, and longer than the header of one: xxxxxxxxxxxxxxxxx' \
    >notes/text.db
expect 3 run --db notes/text.db "$slices"

# A full disk is not success.
if [ -w /dev/full ]; then
    "$program" help >/dev/full 2>err
    [ $? -eq 3 ] || fail "writing to a full disk went unnoticed"
fi
finish
