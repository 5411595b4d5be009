# What continuous integration reads: JUnit XML, TAP, annotations, statuses.
. "$(dirname "$0")/lib.sh" "$@"

cat >wrong.json <<'END'
{ "title": "wrong", "threads": [ { "name": "a", "program": [ { "run": "5ms" } ] } ],
  "expect": [ { "metric": "turnaround.mean", "is": "6ms", "about": "<six> & #1" },
              { "metric": "turnaround.mean", "is": "5ms" } ] }
END
sed 's/6ms/5ms/' wrong.json >right.json

# is_junit FILE: valid against the schema that is the strictest in use.
is_junit() {
    if command -v xmllint >/dev/null; then
        xmllint --noout --schema "$tree/tests/cli/junit.xsd" "$1" \
            >xmllint.txt 2>&1 || fail "$1: $(head -5 xmllint.txt)"
    elif command -v python3 >/dev/null; then
        echo "skipped: no xmllint, so only whether $1 is XML"
        python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' \
            "$1" || fail "$1 is no XML"
    fi
    # Its counts are those of its cases, and no two cases have one name.
    [ "$(grep -oE ' (tests)="[0-9]+"' "$1" | tr -dc '0-9\n' |
        awk '{ n += $1 } END { print n + 0 }')" = \
        "$(grep -c '<testcase' "$1")" ] || fail "$1: tests= is wrong"
    for pair in failures:failure errors:error skipped:skipped; do
        [ "$(grep -oE " ${pair%:*}=\"[0-9]+\"" "$1" | tr -dc '0-9\n' |
            awk '{ n += $1 } END { print n + 0 }')" = \
            "$(grep -c "<${pair#*:}[ >]" "$1")" ] ||
            fail "$1: ${pair%:*}= is wrong"
    done
    [ -z "$(names "$1" | uniq -d)" ] || fail "$1: $(names "$1" | uniq -d)"
}

names() { # FILE
    grep -oE 'classname="[^"]*" name="[^"]*"' "$1" | sort
}

is_tap() { # FILE
    command -v prove >/dev/null || return 0
    [ "$(prove --nocolor -e cat "$1" 2>&1 | grep -c 'Parse errors')" = 0 ] ||
        fail "prove refuses $1"
}

# A TAP stream by itself: a version, numbered points, a plan.
expect 1 test --tap - --junit both.xml wrong.json right.json
awk 'NR == 1 { if ($0 != "TAP version 13") exit 1; next }
     /^#/ { next }
     /^ok / { if ($2 != ++n) exit 1; next }
     /^not ok / { if ($3 != ++n) exit 1; next }
     /^1\.\.6$/ { plan = 1; next }
     { exit 1 }
     END { exit !(n == 6 && plan) }' out || fail "no TAP: $(cat out)"
cp out both.tap
is_tap both.tap
[ "$(grep -c '^not ok' out)" = 1 ] || fail "not one not ok"
grep -qF '<six> & \#1: turnaround.mean is 6 ms' out || fail "no about: $(cat out)"
is_junit both.xml
[ "$(grep -c '<testcase' both.xml)" = 6 ] || fail "not six cases"
[ "$(grep -c '<failure' both.xml)" = 1 ] || fail "not one failure"
[ "$(grep -c '</testsuite>' both.xml)" = 2 ] || fail "not two suites"
expect 0 test --tap right.tap right.json
grep -qx '1\.\.3' right.tap || fail "no plan: $(cat right.tap)"
expect 3 test --tap none/x.tap right.json
expect 3 test none.json

# A case has one name, whatever comes out: by night it fails, by day it holds.
sed 's/5ms" } \] } \]/7ms" } ] } ]/' right.json >changed.json
cp right.json same.json
expect 0 test -q --junit day.xml same.json
cp changed.json same.json
expect 1 test -q --junit night.xml same.json
cmp -s <(names day.xml) <(names night.xml) || fail "other names by night"
grep -q 'turnaround.mean is 5 ms: 7 ms' night.xml || fail "no value by night"

# Points of a sweep are told apart, replications are one case; two that say the
# same have a number. The database's file has the same cases.
cat >grid.json <<'END'
{ "title": "grid", "unit": "1ms",
  "threads": [ { "name": "a", "program": [ { "run": 5 } ] } ],
  "expect": [ { "metric": "turnaround.mean", "at_most": "6ms" },
              { "metric": "turnaround.mean", "at_most": "6ms" },
              { "metric": "turnaround.mean", "at_least": "6ms", "about": "long",
                "where": { "/threads/0/program/0/run": 7 } } ],
  "sweep": { "vary": { "/threads/0/program/0/run": [5, 6, 7] },
             "replications": 3 } }
END
expect 1 test -q --junit grid.xml grid.json
is_junit grid.xml
[ "$(grep -c '<testcase' grid.xml)" = 8 ] || fail "grid: not 8 cases"
grep -q 'message="3 of 3: turnaround.mean is at most 6 ms: 7 ms"' grid.xml ||
    fail "grid: $(cat grid.xml)"
expect 1 sweep -q --db grid.db --junit grid-db.xml grid.json
is_junit grid-db.xml
cmp -s <(names grid.xml) <(names grid-db.xml) ||
    fail "test and sweep name cases differently"

# The same of a sweep; what was expected is told in its own words, escaped.
expect 1 sweep -q --db wrong.db --tap wrong.tap --junit wrong.xml wrong.json
grep -qF '<six> & \#1' wrong.tap || fail "TAP: $(cat wrong.tap)"
grep -qF '&lt;six&gt; &amp; #1' wrong.xml || fail "JUnit: $(cat wrong.xml)"
is_junit wrong.xml
is_tap wrong.tap
expect 0 report --tap report.tap wrong.db
cmp -s report.tap wrong.tap || fail "report and sweep tell different TAP"
expect 1 report --gate wrong.db

# Whatever the texts hold: long ones of many bytes a letter, what XML has no
# words for, markup, and names of files that are no text at all.
# The last three: U+FFFE and U+FFFF, controls, an end of CDATA.
hostile=$(printf 'ä€𝄞%.0s' $(seq 200))
for about in "$hostile" "a$hostile" 'x\ufffe\uffff' '\u0001\u001b[31m\u009b' \
    ']]> <![CDATA[ <a b=\"c\"> & \u0027' '::set-output name=x::y\n::error::z'; do
    printf '{ "title": "t", "threads": [ { "name": "a",
        "program": [ { "run": "5ms" } ] } ],
        "expect": [ { "metric": "turnaround.mean", "is": "6ms",
            "about": "%s" } ] }' "$about" >hostile.json
    file=$(printf 'no-text-\377\376.json')
    cp hostile.json "$file"
    expect 1 test -q --junit hostile.xml --tap hostile.tap "$file"
    is_junit hostile.xml
    is_tap hostile.tap
    rm -f hostile.db
    expect 1 sweep -q --db hostile.db --junit hostile-db.xml hostile.json
    is_junit hostile-db.xml
    expect 1 run --no-db hostile.json
    ! grep -qE '^[[:space:]]*::' out hostile.tap || fail "a command: $about"
    ! grep -q "$(printf '\033')" out hostile.tap || fail "an escape: $about"
done

# What cannot run says why, in the file too; so does a folder without any.
echo '{ "title": "t", "threadz": [] }' >broken.json
expect 2 test --junit broken.xml --tap broken.tap broken.json
is_junit broken.xml
grep -q 'did you mean.*threads' broken.xml ||
    fail "broken: $(cat broken.xml)"
grep -q '^# .*did you mean' broken.tap || fail "broken: $(cat broken.tap)"
mkdir nothing
expect 2 test --junit nothing.xml nothing
is_junit nothing.xml
grep -q 'no scenarios in nothing' nothing.xml || fail "nothing: $(cat nothing.xml)"

# A file is there when it is whole, and never half: after a signal it holds
# what was done, and that it was interrupted.
cat >long.json <<'END'
{ "title": "long", "unit": "1ms", "stop": "2000 h",
  "system": { "policy": "round-robin", "slice": "1us" },
  "threads": [ { "name": "a", "count": 2, "program": [ { "run": "1000h" } ] } ],
  "expect": [ { "metric": "turnaround.mean", "is": "1ms" } ] }
END
echo old >interrupted.xml
"$program" test -j1 --junit interrupted.xml --tap interrupted.tap right.json \
    long.json wrong.json >out 2>err &
pid=$!
for _ in $(seq 100); do
    grep -q 'right.json' out && break
    sleep 0.1
done
[ "$(cat interrupted.xml)" = old ] || fail "half a file"
kill -TERM "$pid"
wait "$pid"
[ $? = 143 ] || fail "test ended otherwise than by SIGTERM"
is_junit interrupted.xml
is_tap interrupted.tap
grep -q '<error [^>]*interrupted by signal 15' interrupted.xml ||
    fail "interrupted: $(cat interrupted.xml)"
[ "$(grep -c '<skipped' interrupted.xml)" = 1 ] || fail "nothing was skipped"
[ -z "$(ls interrupted.xml.* 2>/dev/null)" ] || fail "something is left"

sed 's/"expect"/"sweep": { "replications": 5 }, "expect"/' long.json >long-sweep.json
echo old >interrupted.xml
"$program" sweep -q -j1 --db long.db --junit interrupted.xml long-sweep.json 2>err &
pid=$!
for _ in $(seq 100); do
    [ -s long.db ] && break
    sleep 0.1
done
sleep 0.3
kill -TERM "$pid"
wait "$pid"
[ $? = 143 ] || fail "sweep ended otherwise than by SIGTERM"
is_junit interrupted.xml
grep -q '<error [^>]*interrupted: 0 of 5 runs' interrupted.xml ||
    fail "interrupted sweep: $(cat interrupted.xml)"

# A time limit takes one and no other.
expect 2 test --timeout 0.5 --junit limit.xml right.json long.json
says out 'right.json'
says err 'long.json: error: it took longer than the 0.5 s of --timeout'
is_junit limit.xml
[ "$(grep -c '<error' limit.xml)" = 1 ] || fail "limit: $(cat limit.xml)"

# What is printed does not depend on how many play; one by name; the first that
# fails; another seed and other values.
mkdir many
for i in 1 2 3 4 5 6 7 8; do cp right.json "many/right$i.json"; done
cp wrong.json many/right3b.json
expect 1 test -j1 many
cp out one.txt
expect 1 test -j7 many
cmp -s one.txt out || fail "-j7 prints something else than -j1"
expect 0 test -k RIGHT8 many
says out '1 scenario, 1 run'
expect 0 test -k 'ht[12].j' -k '*t8.json' many
says out '1 scenario, 1 run'
expect 2 test -k none many
says err 'no scenario in many has a name that --name asks for'
expect 1 test -j4 --fail-fast --junit fast.xml many
says out '4 scenarios, 4 runs, 8 expectations: 1 failed; 5 more were not played'
is_junit fast.xml
[ "$(grep -c '<skipped' fast.xml)" = 5 ] || fail "fast: $(cat fast.xml)"
expect 1 test --set /threads/0/program/0/run=7ms right.json
says out 'turnaround.mean is 5 ms: 7 ms'
expect 2 test --set /threads/9/count=1 right.json
expect 0 test --seed 7 right.json
expect 2 test --seed x right.json
expect 2 test -j 0 right.json
expect 2 test --timeout soon right.json
expect 0 test --durations 1 right.json
says out ' s  right.json'

# GitHub shows these beside the file.
GITHUB_ACTIONS=true "$program" test -q wrong.json >out 2>&1
grep -q '^::error file=wrong\.json.*::turnaround.mean' out ||
    fail "no annotation: $(cat out)"
GITHUB_ACTIONS=true "$program" test -q right.json >out 2>&1
! grep -q '^::' out || fail "an annotation of what is right"

# The sample workflows name commands and options that there are.
while read -r _ command words; do
    "$program" "$command" --help >help.txt 2>&1 ||
        fail "a workflow runs \`timeslice $command\`"
    for word in $words; do
        grep -qE -- "(^| )$word\b" help.txt ||
            fail "a workflow gives $command $word"
    done
done < <(cat "$tree/.github/workflows/sweep.yml" "$tree/.gitlab-ci.yml" |
    grep -oE 'timeslice (sweep|merge|report|digest|test)( +--[a-z-]+)*' |
    sort -u)
finish
