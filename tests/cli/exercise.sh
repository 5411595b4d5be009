# Exercises: seeds and students, sheets that cannot be read, marks, formats.
. "$(dirname "$0")/lib.sh" "$@"

expect 0 exercise
says out 'srtf'
says out 'moodle'
expect 0 exercise rr --seed 7
cp out once
expect 0 exercise rr --seed 7
cmp -s out once || fail "the same seed is another exercise"
expect 0 exercise rr --student jane
cp out jane
expect 0 exercise rr --student john
cmp -s out jane && fail "two students have the same exercise"
expect 2 exercise prioriti
says err 'did you mean "priority"?'
expect 2 exercise rr --level odd
says err 'easy, normal or hard'
expect 2 exercise rr --seed 1 --student jane
expect 2 exercise rr --format nonesuch
expect 2 exercise rr --variants 3
says err 'say where'

# A sheet of the right answers has all points; another student's is refused.
expect 0 exercise rr --student jane --format key
cp out key.txt
expect 0 answer key.txt
says out 'together                  30 of 30'
expect 2 answer --student john key.txt
says err "the sheet is jane's, not john's"
sed 's/^student: .*/student: john/' key.txt >john.txt
expect 2 answer john.txt
says err "which is not john's"

# Nothing of the solution is told unless it is asked for.
chart=$(sed -n 's/^chart: //p' key.txt)
sed "s/^chart: .*/chart: AAAA/" key.txt >wrong.txt
expect 1 answer wrong.txt
says out 'too little'
grep -qF "$chart" out && fail "the chart is given away"
expect 1 answer --reveal wrong.txt
says out "$chart"
says out 'Why:'

# What cannot be read is refused, with its line.
sed 's/^chart: .*/chart: AAZ/' key.txt >broken.txt
expect 2 answer broken.txt
says err "broken.txt:$(grep -n '^chart' broken.txt | cut -d: -f1): error: chart:"
printf 'exercise: rr\nseed: 7\nfinis A: 3\n' >broken.txt
expect 2 answer broken.txt
says err 'broken.txt:3: error: nothing that is asked is called "finis A"; did you mean "finish A"?'
printf 'exercise: rr\nseed: 7\nfinish A: soon\n' >broken.txt
expect 2 answer broken.txt
says err 'broken.txt:3: error: finish A: "soon" is no number'
printf 'exercise: rr\nseed: 7\nfinish A: 1\nfinish A: 2\n' >broken.txt
expect 2 answer broken.txt
says err 'broken.txt:4: error: "finish A" is answered twice'
printf 'exercise: rr\nseed: 7\nchart: A 3-1\n' >broken.txt
expect 2 answer broken.txt
printf '{"exercise": "rr", "seed": 7,\n "answers": {"chart": }\n' >broken.json
expect 2 answer broken.json
says err 'broken.json:2: error: this is no JSON'
printf 'exercise,rr\nseed,7\nfinish A\n' >broken.csv
expect 2 answer broken.csv
says err 'broken.csv:3: error:'
printf 'seed: 7\n' >broken.txt
expect 2 answer broken.txt
says err 'does not say which exercise'
expect 3 answer nonesuch.txt
expect 2 answer --format gradescope broken.txt
says out '"score": 0'

# Two at once, and the form of intervals.
printf 'exercise: rr\nseed: 7\nchart: A 7-9, B 8-10\n' >two.txt
expect 1 answer two.txt
says out 'has two at once, A and B'

# A scenario of somebody's own.
expect 0 exercise "$tree/scenarios/stallings.json" --format key
cp out own.txt
expect 0 answer own.txt
says out 'together                  27 of 27'
expect 2 exercise "$tree/scenarios/slices.json"
says err 'asks nothing'

# In the terminal.
"$program" exercise rta --seed 3 --level easy --ask >out 2>err <<'ANSWERS'
one
1
2
ANSWERS
says out '"one" is no number'
says out 'together'

# A class: each has one, and a table tells which.
printf 'jane, 4711\n# nobody\njohn\n' >class.txt
expect 0 exercise srtf --students class.txt --output class
says out '3 files in class'
[ -s class/srtf-jane.txt ] || fail "jane has no sheet"
grep -q '^jane,srtf-jane,srtf,' class/who-has-which.csv || fail "no table"

# By other code: formats are read again, mistakes are made by hand.
if command -v python3 >/dev/null; then
    python3 "$tree/tests/exercise/read_back.py" "$program" "$work/formats" \
        >read 2>&1 || fail "formats: $(cat read)"
    if command -v xmllint >/dev/null; then
        find formats -name '*.xml' -print0 | xargs -0 xmllint --noout ||
            fail "xmllint"
    fi
    python3 "$tree/tests/exercise/mistakes.py" "$program" \
        "${TS_SEEDS:-3}" >mistakes 2>&1 || fail "mistakes: $(cat mistakes)"
fi
finish
