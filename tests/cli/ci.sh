# What continuous integration reads: JUnit XML, TAP, annotations, statuses.
. "$(dirname "$0")/lib.sh" "$@"

cat >wrong.json <<'END'
{ "title": "wrong", "threads": [ { "name": "a", "program": [ { "run": "5ms" } ] } ],
  "expect": [ { "metric": "turnaround.mean", "is": "6ms", "about": "<six> & #1" },
              { "metric": "turnaround.mean", "is": "5ms" } ] }
END
sed 's/6ms/5ms/' wrong.json >right.json

# A TAP stream by itself: a version, numbered points, a plan.
expect 1 test --tap - --junit both.xml wrong.json right.json
awk 'NR == 1 { if ($0 != "TAP version 13") exit 1; next }
     /^#/ { next }
     /^ok / { if ($2 != ++n) exit 1; next }
     /^not ok / { if ($3 != ++n) exit 1; next }
     /^1\.\.4$/ { plan = 1; next }
     { exit 1 }
     END { exit !(n == 4 && plan) }' out || fail "no TAP: $(cat out)"
[ "$(grep -c '^not ok' out)" = 1 ] || fail "not one not ok"
[ "$(grep -c '<testcase' both.xml)" = 4 ] || fail "not four cases"
[ "$(grep -c '<failure' both.xml)" = 1 ] || fail "not one failure"
[ "$(grep -c '</testsuite>' both.xml)" = 2 ] || fail "not two suites"
expect 0 test --tap right.tap right.json
grep -qx '1\.\.2' right.tap || fail "no plan: $(cat right.tap)"
expect 3 test --tap none/x.tap right.json
expect 3 test none.json

# The same of a sweep; what was expected is told in its own words, escaped.
expect 1 sweep -q --db wrong.db --tap wrong.tap --junit wrong.xml wrong.json
grep -qF '<six> & \#1' wrong.tap || fail "TAP: $(cat wrong.tap)"
grep -qF '&lt;six&gt; &amp; #1' wrong.xml || fail "JUnit: $(cat wrong.xml)"
if command -v python3 >/dev/null; then
    for file in both.xml wrong.xml; do
        python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' \
            "$file" || fail "$file is no XML"
    done
fi
expect 0 report --tap report.tap wrong.db
cmp -s report.tap wrong.tap || fail "report and sweep tell different TAP"
expect 1 report --gate wrong.db

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
