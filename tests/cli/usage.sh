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
expect 2 list polices
says err 'did you mean "policies"?'
expect 2 help nonsense
expect 2 completion tcsh
expect 2 schema extra

expect 2 run --db= "$slices"
says err '--db takes an argument'
expect 2 show results.db 1 2
says err 'then no "2"'
expect 2 plot results.db gantt series
says err 'then no "series"'
expect 2 plot --about nonesuch
says err 'there is no picture "nonesuch"'
expect 2 explain slise
silent out
says err 'did you mean "slice"'
expect 2 explain processor.usefull
says err '`timeslice list metrics`'
expect 0 explain profile gantt
silent err
says out 'scenarios/profiles/NAME.json'
says out 'with lanes='
expect 2 check --set /threads/9/count=1 "$slices"
says err 'the list has 1 item, so "9" is none of them'

# Pictures: the form, the place, the settings, and no gnuplot.
expect 0 run --quiet --no-pictures --trace --db pictures.db "$slices"
expect 2 plot pictures.db gantt -o gantt.xyz
says err 'gantt.xyz: the name of a picture ends in .svg, .png or .pdf'
expect 3 plot pictures.db gantt -o missing/gantt.svg
says err 'missing/gantt.svg: cannot be written'
expect 2 plot pictures.db gantt --with lane=threads
says err 'the picture gantt has no setting "lane"'
expect 2 plot pictures.db curve --with reference=1,two
says err 'the setting reference is numbers with commas between'
PATH=/nonexistent expect 3 plot pictures.db gantt -o gantt.svg
says err 'gnuplot is missing'
[ ! -e gantt.svg ] || fail "a picture was left although none was drawn"

# Who runs in a circle is named.
echo '{"title": "t", "threads": [{"name": "spinner",
      "program": [{"forever": ["yield"]}]}]}' >circle.json
expect 2 run --no-db circle.json
says err 'spinner'
# A reader who has seen enough is no error of ours to speak of.
"$program" schema 2>err | head -n 1 >out
silent err

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

# What is no list of digests is said to be none, once; a scenario has a limit.
expect 2 digest --check "$slices"
says err 'slices.json:1: not two digests, two spaces and a file'
[ "$(wc -l <err)" = 1 ] || fail "a wrong list is complained of once a line"
head -c 17000000 /dev/zero | tr '\0' ' ' >large.json
expect 2 check large.json
says err 'it is too large: more than 16 MiB'

# A full disk is not success.
if [ -w /dev/full ]; then
    "$program" help >/dev/full 2>err
    [ $? -eq 3 ] || fail "writing to a full disk went unnoticed"
fi
finish
