# The graders of schools, run where their containers would run them: right, wrong
# and foreign sheets, as text, CSV and JSON.
. "$(dirname "$0")/lib.sh" "$@"

command -v python3 >/dev/null || skip "python3 is not installed"
PATH=$(cd "$(dirname "$program")" && pwd):$PATH

# The folders that a container has, below $work: scripts are told of them.
here() {
    sed "s,/\(autograder\|grade\)/,$work/\1/,g" "$1" >"$1.here"
    chmod --reference="$1" "$1.here"
}
# shows FILE EXPRESSION: what holds of the JSON in a file, as Python has it.
shows() {
    python3 -c 'import json, sys; r = json.load(open(sys.argv[1])); sys.exit(not ('"$2"'))' \
        "$1" || fail "$1: $2: $(cat "$1")"
}

expect 0 exercise rr --seed 7 --format key
cp out right.txt
sed 's/^chart: .*/chart: AAAA/' right.txt >wrong.txt
expect 0 exercise fcfs --seed 7 --format key
(cat out; grep check right.txt | sed 's/^/# /') >other.txt
python3 - >right.csv <<'CSV'
import re
text = open('right.txt').read()
rows, heads = [], []
for line in text.splitlines():
    cells = [c.strip() for c in line.strip('|').split('|')]
    if line.startswith('|') and cells[0] == 'name':
        heads = cells
    elif line.startswith('|'):
        rows += [f'{h} {cells[0]},{c}' for h, c in zip(heads[1:], cells[1:])]
    elif line and line[0] != '#':
        rows.append(re.sub(': ', ',', line, 1))
print('\n'.join(rows))
CSV
python3 - >right.json <<'JSON'
import json
rows = dict(line.strip().split(',', 1) for line in open('right.csv'))
head = {k: rows.pop(k) for k in ('exercise', 'seed', 'level', 'check')}
print(json.dumps({**head, 'answers': rows}))
JSON

# --- Gradescope: /autograder/source, /autograder/submission, /autograder/results
expect 0 exercise rr --seed 7 --variants 3 --format gradescope --output gs
mkdir -p autograder/submission autograder/results
cp -r gs/autograder autograder/source
for script in setup.sh run_autograder; do
    [ -x autograder/source/$script ] || fail "$script cannot be run"
    bash -n autograder/source/$script || fail "$script"
done
here autograder/source/run_autograder
gradescope() {
    rm -rf autograder/submission autograder/results/results.json
    mkdir autograder/submission
    [ $# -eq 0 ] || cp "$1" autograder/submission/
    autograder/source/run_autograder.here 2>/dev/null || fail "gradescope ends with $?"
}
for sheet in right.txt right.csv right.json; do
    gradescope $sheet
    shows autograder/results/results.json \
        'sum(t["score"] for t in r["tests"]) == sum(t["max_score"] for t in r["tests"]) == 30'
done
gradescope wrong.txt
shows autograder/results/results.json '0 < sum(t["score"] for t in r["tests"]) < 30 and "too little" in r["output"]'
gradescope other.txt
shows autograder/results/results.json 'r["score"] == 0 and "given out" in r["output"]'
gradescope
shows autograder/results/results.json 'r["score"] == 0'

# --- PrairieLearn: /grade/tests, /grade/student, /grade/results
expect 0 exercise rr --seed 7 --variants 3 --format prairielearn --output pl
mkdir -p grade/student
cp -r pl/tests grade/tests
[ -x grade/tests/run.sh ] || fail "run.sh cannot be run"
here grade/tests/run.sh
prairielearn() {
    rm -rf grade/results
    cp "$1" grade/student/answer.txt
    grade/tests/run.sh.here 2>/dev/null || fail "prairielearn ends with $?"
}
prairielearn right.txt
shows grade/results/results.json 'r["gradable"] and r["score"] == 1'
prairielearn wrong.txt
shows grade/results/results.json 'r["gradable"] and 0 < r["score"] < 1 and r["output"]'
prairielearn other.txt
shows grade/results/results.json 'not r["gradable"] and "given out" in r["format_errors"][0]'
printf 'this is nothing\n' >nothing.txt
prairielearn nothing.txt
shows grade/results/results.json 'not r["gradable"] and len(r["format_errors"]) == 1'

# --- Autolab: one folder with Makefile, autograde.tar and what was handed in
if command -v make >/dev/null; then
    expect 0 exercise rr --seed 7 --format autolab --output al
    cp "$program" al/autograde/timeslice
    mkdir lab
    (cd al && tar cf ../lab/autograde.tar autograde)
    cp al/autograde-Makefile lab/Makefile
    autolab() {
        cp "$1" lab/answer.txt
        make -s -C lab >out 2>&1 || fail "autolab ends with $?"
        tail -n 1 out >last
    }
    autolab right.txt
    shows last 'r == {"scores": {"Round robin": 30}}'
    autolab wrong.txt
    shows last '0 < r["scores"]["Round robin"] < 30'
    autolab other.txt
    shows last 'r == {"scores": {}}'
fi

# --- a scenario of somebody's own goes with its grader
expect 0 exercise "$tree/scenarios/stallings.json" --format gradescope --output own
rm -rf autograder/source
cp -r own/autograder autograder/source
here autograder/source/run_autograder
expect 0 exercise "$tree/scenarios/stallings.json" --format key
sed 's/^exercise: .*/exercise: stallings.json/' out >stallings.txt
gradescope stallings.txt
shows autograder/results/results.json \
    'sum(t["score"] for t in r["tests"]) == sum(t["max_score"] for t in r["tests"]) == 27'
finish
