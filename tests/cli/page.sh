# `timeslice page` puts scenarios into a page, and nothing in them becomes
# markup. What the page does with them is tested in a browser (plots/page/test).
. "$(dirname "$0")/lib.sh" "$@"

# Without a page it says how one is made.
mkdir -p bare/plots bare/scenarios
TIMESLICE_DATA=$work/bare "$program" page -o page.html >out 2>err
got=$?
if [ -e "$(dirname "$program")/page/page.html" ]; then
    [ $got = 0 ] || fail "status $got with a page that was built: $(cat err)"
else
    [ $got = 3 ] || fail "status $got without a page"
    says err 'cmake --build BUILD --target page'
    [ ! -e page.html ] || fail "a page out of nothing"
fi

# given FILE: the JSON that stands in a page.
given() {
    sed -n 's/.*id="given">\(.*\)/\1/; T; :a; /<\/script>/!{p; n; ba}
        s/<\/script>.*//p; q' "$1"
}

with_page
expect 2 page
says err 'where to?'
expect 0 page -o none.html
[ "$(given none.html)" = '{"scenarios":[]}' ] || fail "$(given none.html)"
says_all() { cmp -s <(sed 's/null/{"scenarios":[]}/' data/page.html) none.html; }
says_all || fail "the rest of the page changed"
expect 0 page --story mars "$tree/scenarios/quantum.json" -o one.html
given one.html | grep -qF '"name":"quantum.json"' || fail "no name: $(cat one.html)"
given one.html | grep -qF '"story":"mars"' || fail "no story: $(cat one.html)"
expect 0 page "$tree/scenarios/quantum.json" "$tree/scenarios/slices.json" -o -
[ "$(grep -o '"name":' out | wc -l)" = 2 ] || fail "not two scenarios"

# What a stranger's text holds stays text.
cat >hostile.json <<'END'
{ "title": "</script><script>alert(1)</script><!-- & \u2028 \"", "unit": "1ms",
  "threads": [ { "name": "a", "program": [ { "run": 5 } ] } ] }
END
expect 0 page hostile.json -o hostile.html
[ "$(grep -o '</script>' hostile.html | wc -l)" = 1 ] ||
    fail "markup out of a text: $(cat hostile.html)"
! grep -qF '<!--' hostile.html || fail "a comment out of a text"
if command -v python3 >/dev/null; then
    given hostile.html >hostile.txt
    python3 - hostile.json hostile.txt <<'END' || fail "another text comes out"
import json, sys
text = open(sys.argv[1]).read()
assert json.load(open(sys.argv[2]))["scenarios"][0]["text"] == text
END
fi

# A run of a database comes as it was played.
expect 0 run -q --db runs.db --seed 7 --set /system/slice=3ms \
    "$tree/scenarios/quantum.json"
expect 0 page --run 1 runs.db -o run.html
given run.html | grep -qF '"seed":7' || fail "no seed: $(cat run.html)"
given run.html | grep -qF '3ms' || fail "no value that was set: $(cat run.html)"
expect 0 sweep -q --db sweep.db "$tree/scenarios/quantum.json"
expect 0 page --run 3 sweep.db -o run.html
given run.html | grep -qF '"sets":{"/system/slice":"\"3ms\""},"seed":1}' ||
    fail "not the point that was played: $(cat run.html)"
expect 2 page --run 999 runs.db -o run.html
says err 'there is no run 999'

# Errors, and no page where there is one.
echo '{ "threadz": [] }' >wrong.json
expect 2 page wrong.json -o wrong.html
expect 3 page none.json -o wrong.html
[ ! -e wrong.html ] || fail "a page with nothing in it"
echo 'something else' >data/page.html
expect 3 page -o other.html
says err 'is no page of timeslice'
finish
