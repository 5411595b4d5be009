# Pictures and reports: each is of what it says, whatever a scenario or
# somebody's database holds, and nothing in them starts a program.
. "$(dirname "$0")/lib.sh" "$@"
command -v gnuplot >/dev/null || skip "gnuplot is not there"

says_in() { grep -qF "$2" "$1" || fail "$1 does not say: $2"; }
# rows NAME: the data of a script, without its head and foot.
rows() { awk -F'\t' -v name="\$$1" 'index($0, name " ") == 1 { on = 1; next }
    /^END_OF/ { on = 0 } on' out; }

cat >two.json <<'END'
{ "title": "two", "unit": "1ms",
  "threads": [ { "name": "A", "program": [ { "run": 6 } ] } ],
  "expect": [ { "metric": "turnaround.mean", "at_least": "2ms", "about": "x" } ],
  "pictures": [ "gantt", "gantt",
                { "picture": "gantt", "file": "two-gantt.svg" } ] }
END

# Pictures of one name do not lie over each other. (A chart of one bar.)
expect 0 run -q --db two.db two.json
for file in two-gantt.svg two-gantt-2.svg two-gantt-3.svg; do
    grep -q '</svg>' $file || fail "$file is not there"
done
expect 0 run --db two.db -o . two.json two.json
says out two-gantt-6.svg

# Each heading shows its own run, with its own value and limit.
rm -f two.db
for run in 3 5 7; do
    expect 0 run -q --no-pictures --db two.db -s /threads/0/program/0/run=$run \
        -s "/expect/0/at_least=\"$((run - 1))ms\"" two.json
done
expect 0 report two.db -o two.html
numbers=$(grep -o 'two.json, run [0-9]*' two.html | uniq | tr '\n' ' ')
[ "$numbers" = "two.json, run 1 two.json, run 2 two.json, run 3 " ] ||
    fail "the report draws: $numbers"
for form in text markdown html; do
    expect 0 report -f $form two.db
    for run in 3 5 7; do
        case $form in
        text) says out "at least $((run - 1)) ms: $run ms" ;;
        markdown) says out "| at least $((run - 1)) ms | $run ms | holds |" ;;
        html) grep -qE "at least $((run - 1)) ms</td><td class=\"n\">$run ms<" out ||
            fail "the page mixes runs up" ;;
        esac
    done
done

# A point without a value leaves its place empty, and says so: what comes after it
# stands where it belongs. Under fifo and priority the last thread never runs.
cat >never.json <<'END'
{ "title": "never", "stop": "100ms", "system": { "policy": "fifo" },
  "threads": [ { "name": "a", "program": [ { "run": "90ms" } ] },
               { "name": "b", "program": [ { "run": "20ms" } ] },
               { "name": "c", "priority": 2, "program": [ { "run": "1ms" } ] } ],
  "sweep": { "vary": { "/system/policy":
    [ "fifo", "sjf", "priority", "srtf" ] } } }
END
expect 0 sweep -q --db never.db never.json
for picture in curve bars; do
    expect 0 plot --script -w y=threads.c.turnaround.mean never.db $picture
    [ "$(rows without | tr '\n' ' ')" = "0 2 " ] ||
        fail "$picture: without a value are $(rows without)"
    place=$([ $picture = curve ] && echo 2 || echo 1)
    [ "$(rows values | cut -f $place | tr '\n' ' ')" = "1 3 " ] ||
        fail "$picture: values stand at $(rows values)"
done

# A sentence of a sweep is of its own expectation, though each run counts
# those that apply to it.
cat >sweep.json <<'END'
{ "title": "sweep", "threads": [ { "name": "A", "program": [ { "run": "1ms" } ] } ],
  "sweep": { "vary": { "/threads/0/program/0/run": [ "1ms", "2ms", "4ms" ] } },
  "expect": [ { "metric": "turnaround.mean", "at_least": "1ms", "about": "x",
                "where": { "/threads/0/program/0/run": "1ms" } },
              { "metric": "turnaround.mean", "at_least": "3ms", "about": "x",
                "where": { "/threads/0/program/0/run": "2ms" } },
              { "metric": "turnaround.mean", "at_least": "4ms", "about": "x",
                "where": { "/threads/0/program/0/run": "4ms" } } ],
  "pictures": [ "gantt" ] }
END
expect 1 run --why --db sweep.db sweep.json
says out "Decisions: of 3 runs; \`timeslice show --why sweep.db RUN\`"
expect 0 report sweep.db
says out "ok    x: turnaround.mean is at least 1 ms: 1 ms"
says out "FAIL  x: turnaround.mean is at least 3 ms: 2 ms"
says out "ok    x: turnaround.mean is at least 4 ms: 4 ms"
# Its picture says which point it is of.
grep -q 'run 3 at A: run = 4ms' sweep-gantt.svg ||
    fail "the picture of a sweep does not say its point"
# A sweep that went on in a database of others draws itself.
expect 0 run -q --db sweep.db two.json
expect 0 run -q --db sweep.db --no-pictures --trace two.json
expect 1 sweep -q --resume --pictures --db sweep.db sweep.json
grep -q 'sweep.json, run' sweep-gantt.svg || fail "another scenario is drawn"

# Lanes of threads: a lock that is held is no running, and what a thread does
# off the processor is told apart.
cat >held.json <<'END'
{ "title": "held", "unit": "1ms", "system": { "policy": "round-robin", "slice": 1 },
  "locks": [ { "name": "m" } ],
  "threads": [ { "name": "low", "program": [ { "lock": "m" }, { "run": 4 }, { "unlock": "m" } ] },
               { "name": "high", "arrive": { "at": 1 }, "program": [ { "run": 8 } ] } ] }
END
expect 0 run -q --trace --db held.db held.json
expect 0 plot --script held.db gantt --with lanes=threads -o held.svg
awk -F'\t' '/^\$bars/ { on = 1; next } /^END_OF_DATA/ { on = 0 }
    on && $1 == 1 && $4 == 0 { runs += $3 - $2 }
    on && $1 == 1 && $4 == 5 { holds += $3 - $2 }
    END { exit !(runs == 4e9 && holds > 5e9) }' out ||
    fail "a held lock is drawn as running"
expect 0 plot held.db gantt --with lanes=threads -o held.svg
for word in "holds a lock" ready; do
    grep -q ">$word<" held.svg || fail "the picture does not say: $word"
done
grep -q '>blocked<' held.svg && fail "nobody was blocked"

# Who is taken off for another, comes from another processor, or starves.
cat >moves.json <<'END'
{ "title": "moves", "unit": "1ms", "computer": { "processors": 2 }, "stop": 20,
  "system": { "policy": "priority" }, "conventions": { "priority": "larger-is-higher" },
  "threads": [ { "name": "low", "priority": 1, "program": [ { "run": 9 } ] },
               { "name": "idle", "priority": 2, "program": [ { "run": 4 }, { "sleep": 30 } ] },
               { "name": "mid", "priority": 3, "arrive": { "at": 2 }, "program": [ { "run": 90 } ] },
               { "name": "high", "priority": 4, "arrive": { "at": 6 }, "program": [ { "run": 90 } ] },
               { "name": "late", "priority": 5, "arrive": { "at": 12 }, "program": [ { "run": 1 } ] } ] }
END
expect 0 run --trace --db moves.db moves.json
says out '^ taken off for another'
says out '< comes from another processor'
says out 'low starves: ready since 6 ms'
expect 0 plot --script moves.db gantt --with lanes=threads -o x.svg
[ "$(rows moves | cut -f1,2,3 | tr '\t\n' '  ')" = "1 2000000000 1 1 4000000000 2 1 6000000000 1 3 12000000000 1 " ] ||
    fail "the marks are: $(rows moves)"
[ "$(rows starving | cut -f1,2 | tr '\t' ' ')" = "1 6000000000" ] || \
    fail "who starves: $(rows starving)"
expect 0 plot --script moves.db gantt -o x.svg
[ "$(rows moves | wc -l)" = 4 ] || fail "no marks in lanes of places"

# Levels and virtual times below, on the same axis: down at the end of an
# allotment, up at a boost; flat while somebody else runs.
cat >levels.json <<'END'
{ "title": "levels", "unit": "1ms",
  "system": { "policy": "mlfq", "levels": 3, "slice": [ 1, 2, 4 ], "boost": 10 },
  "threads": [ { "name": "A", "program": [ { "run": 14 } ] } ] }
END
expect 0 run -q --trace --db levels.db levels.json
expect 0 plot --script levels.db gantt -o x.svg
steps=$(rows standings | awk -F'\t' '$3 > $2 { printf "%d-%d:%d ", $2 / 1e9, $3 / 1e9, $4 }')
[ "$steps" = "0-1:1 1-3:2 3-7:3 7-10:3 10-11:1 11-13:2 13-14:3 " ] || fail "levels: $steps"
sed -i 's/"mlfq.*"boost": 10/"cfs"/; s/"run": 14 } \] }/"run": 14 } ] }, { "name": "B", "program": [ { "run": 14 } ] }/' levels.json
expect 0 run -q --trace --db levels.db levels.json
expect 0 plot levels.db gantt -o levels.svg
says_in levels.svg '>virtual time (ms)<'
expect 0 plot --script levels.db gantt -o x.svg
rows standings | awk -F'\t' '$6 == 1 && ($5 - $4) * 1000 != $3 - $2 { exit 1 }' ||
    fail "the virtual time of nice 0 is not its processor time: $(rows standings)"
expect 0 plot --script --with panel=no levels.db gantt -o x.svg
[ -z "$(rows standings)" ] || fail "a panel that was not wanted"
# The numbers of other policies, where they change: a priority that is inherited, a
# boost, a pass a ticket, a job's deadline. Where nobody's does there is no panel.
steps() {
    expect 0 run -q --trace --db "$1.db" "$1.json"
    expect 0 plot --script "$1.db" gantt -o x.svg
    rows standings | awk -F'\t' '$3 == $2 { next }
        $4 != last[$1] { printf "%d@%d:%d ", $1, $2 / 1e9, $4 } { last[$1] = $4 }'
}
cat >inherited.json <<'END'
{ "title": "inherited", "unit": "1ms", "system": { "policy": "priority" }, "conventions": { "priority": "larger-is-higher" },
  "locks": [ { "name": "m", "protocol": "inherit" } ],
  "threads": [
    { "name": "low", "priority": 1, "program": [ { "lock": "m" }, { "run": 4 }, { "unlock": "m" }, { "run": 1 } ] },
    { "name": "high", "priority": 3, "arrive": { "at": 2 }, "program": [ { "lock": "m" }, { "run": 2 }, { "unlock": "m" } ] } ] }
END
[ "$(steps inherited)" = "0@0:1 0@2:3 0@4:1 1@2:3 " ] || fail "inherited: $(steps inherited)"
expect 0 plot inherited.db gantt -o inherited.svg
says_in inherited.svg '>priority, largest first<'
sed 's/, "protocol": "inherit"//' inherited.json >constant.json
[ -z "$(steps constant)" ] || fail "a panel of what does not change: $(steps constant)"
cat >boosted.json <<'END'
{ "title": "boosted", "unit": "1ms", "system": { "policy": "windows", "boost": 2, "tick": 3, "quantum": 3 },
  "conventions": { "priority": "larger-is-higher" },
  "threads": [ { "name": "A", "priority": 8, "program": [ { "sleep": 5 }, { "run": 9 } ] },
               { "name": "B", "priority": 8, "program": [ { "run": 9 } ] } ] }
END
[ "$(steps boosted)" = "0@0:8 0@5:10 0@8:9 0@11:8 1@0:8 " ] || fail "boosted: $(steps boosted)"
cat >passes.json <<'END'
{ "title": "passes", "unit": "1ms", "system": { "policy": "stride", "slice": 6 },
  "threads": [ { "name": "A", "tickets": 2, "program": [ { "run": 12 } ] },
               { "name": "B", "tickets": 3, "program": [ { "run": 12 } ] } ] }
END
expect 0 run -q --trace --db passes.db passes.json
expect 0 plot --script passes.db gantt -o x.svg
rows standings | awk -F'\t' '$6 == 1 && ($5 - $4) * (2 + $1) * 1000 != $3 - $2 { exit 1 }' ||
    fail "a pass is no processor time a ticket: $(rows standings)"
cat >due.json <<'END'
{ "title": "due", "unit": "1ms", "system": { "policy": "edf" }, "stop": 20,
  "threads": [ { "name": "A", "arrive": { "every": 10 }, "deadline": 7, "program": [ { "run": 2 } ] } ] }
END
[ "$(steps due | tr -d '\n')" = "0@0:7000000 0@10:17000000 " ] || fail "due: $(steps due)"

# A task is one lane and one colour, with its deadlines; a deadlock is marked; a
# lane alone has the numbers of a textbook, also in letters.
cat >tasks.json <<'END'
{ "title": "tasks", "unit": "1ms", "system": { "policy": "rate-monotonic" }, "stop": 60,
  "threads": [
    { "name": "fast", "arrive": { "every": 10 }, "deadline": 10, "program": [ { "run": 4 } ] },
    { "name": "slow", "arrive": { "every": 15 }, "deadline": 15, "program": [ { "run": 8 } ] } ],
  "pictures": [ { "picture": "gantt", "with": { "lanes": "threads" } } ] }
END
expect 0 run --trace --db tasks.db tasks.json
says out 'a fast  b slow  . idle'
expect 0 plot --script tasks.db gantt --with lanes=threads -o tasks.svg
[ "$(sed -n '/^\$lanes/,/^END/p' out | wc -l)" -eq 4 ] || fail "not a lane a task"
[ "$(awk -F'\t' '/^\$marks/ { on = 1; next } /^END_OF/ { on = 0 }
    on && $3 == 2' out | wc -l)" -ge 2 ] || fail "no missed deadline"
grep -q 'red: missed' tasks-gantt.svg || fail "the arrows are not explained"
expect 0 run --db deadlock.db deadlock
awk '/ deadlock v$/ { at = length($0) } /^processor 0 / { exit !(at == length($0)) }' out ||
    fail "no mark in letters where the deadlock is"
grep -q '>deadlock<' deadlock-gantt.svg || fail "the deadlock is not marked"
! grep -qE '>[0-9]<' deadlock-gantt.svg || fail "bars labelled with numbers"
expect 0 try rr 24 3 3 --slice 4
grep -qE '^ +0 +4 +7 +10 +30 ms$' out || fail "no numbers at the boundaries: $(cat out)"
expect 0 try fcfs 24 3 3
grep -qE '^ +0 +24 +27$' out && grep -qE '^ +30 ms$' out || fail "a time at a boundary is dropped: $(cat out)"
expect 0 try rr 3 3 --slice 1 --color=always
grep -q "$(printf '\033')\[30;44ma" out || fail "no colour in the chart"
expect 0 plot --script tasks.db gantt --with only=processor* -o x.svg
grep -q '^\$bounds' out || fail "no boundaries"

# What screen readers read, whose expected values are, and ticks as people write
# them, side by side in one form.
cat >read.json <<'END'
{ "title": "A <title> & more", "threads": [ { "name": "A", "program": [ { "run": "1ms" } ] } ],
  "sweep": { "vary": { "/threads/0/program/0/run": [ "1us", "10us", "1ms", "1s" ] } },
  "expect": [ { "metric": "turnaround.mean", "is": "1ms", "whose": "paper",
                "where": { "/threads/0/program/0/run": "1ms" } } ],
  "pictures": [ { "picture": "curve", "with": { "log": "xy" } },
                { "picture": "bars", "with": { "y": "turnaround.mean" } } ] }
END
expect 0 run -q --db read.db read.json
for sort in curve bars; do
    grep -q '<title>A &lt;title&gt; &amp; more</title>' read-$sort.svg || fail "$sort: no title"
    grep -q '<desc>.*</desc>' read-$sort.svg || fail "$sort: no description"
    ! grep -qi 'gnuplot</title>\|produced by' read-$sort.svg || fail "$sort: gnuplot's title"
    grep -q '>paper<' read-$sort.svg || fail "$sort does not say whose"
    ! grep -q '>expected<' read-$sort.svg || fail "$sort: expected by nobody"
    ! grep -qE '>[0-9.]+e[+-]?[0-9]+<' read-$sort.svg || fail "$sort: ticks as a computer writes them"
done

# Two runs that part: both on one axis, and where they part marked.
cat >part.json <<'END'
{ "title": "part", "unit": "1ms", "system": { "policy": "fifo" },
  "threads": [ { "name": "a", "program": [ { "run": 6 } ] },
               { "name": "b", "arrive": { "at": 2 }, "program": [ { "run": 1 }, { "sleep": 3 }, { "run": 2 } ] } ] }
END
expect 0 run -q --why --db part.db part.json
expect 0 run -q --why --db part.db -s /system/policy=srtf part.json
expect 0 report part.db -o part.html
[ "$(grep -c '<svg' part.html)" = 1 ] || fail "no chart of two runs that part"
for run in 1 2; do
    says_in part.html ">run $run: processor 0<"
done
grep -q '>2 ms<' part.html || fail "where two runs part is not marked"
says_in part.html '<a href="#s3">Where the two runs part</a>'
says_in part.html 'part at policy = srtf'
says_in part.html "default-src 'none'"
expect 1 compare part.db 1 2 --out .
says_in part-gantt.svg 'below, run 2 with system policy = srtf'
says_in part-gantt.svg '>pre-empted<'
expect 2 compare part.db 1 part.db 2 --out .
says err 'two runs of one database'
expect 0 plot --script part.db gantt --with to=20ms --with mark=3ms -o x.svg
grep -q '^marked = 3000000000' out && grep -qE '^to = 20000000000' out ||
    fail "no mark, or the end is not where it was asked for"

# No picture is a path, wherever it was named; one's own script is.
cat >evil.gp <<END
#! title: evil
#! number n: SELECT 1
system("touch $work/PWNED")
eval terminal(100, 100)
plot x
END
sed "s|\"pictures\".*|\"pictures\": [ \"$work/evil.gp\", \"./evil.gp\" ] }|
     /^ *{ \"picture\"/d" two.json >evil.json
expect 2 run --db evil.db evil.json
says err 'evil.gp" is none of `timeslice list plots`'
# Somebody's database may say what a scenario must not.
expect 0 run -q --no-pictures --db evil.db two.json
for table in scenarios documents; do
    sql evil.db "UPDATE $table SET
        text = replace(text, '\"gantt\"', '\"./evil.gp\"')"
done
expect 0 report evil.db -o evil.html
says err "there is no picture"
[ ! -e PWNED ] || fail "a scenario's picture started a program"
expect 0 plot evil.db ./evil.gp -o mine.svg
[ -e PWNED ] || fail "one's own script is not run"
rm -f PWNED
# gnuplot takes a name that begins with a | for a program.
expect 0 run -q --trace --no-pictures --db one.db two.json
expect 0 plot one.db gantt -o "|touch PWNED;.svg"
[ ! -e PWNED ] || fail "the name of a picture started a program"

# Other people's words: quotes, backquotes, escapes, commands, the end of XML.
if command -v python3 >/dev/null; then
    python3 - <<'END'
import json
texts = ["'", "''", "'''x''", "a '' b'", '"', '`touch PWNED`', '@x $y {z} \\',
         ']]>', '\uffff \ufffe', '<b>&', '\x1b[2J\x07::x', '::add-mask::x',
         '\n# heading\n::set-output name=x::y', '=cmd()', '\u202eabc']
for i, text in enumerate(texts):
    json.dump({"title": text, "threads": [
        {"name": "A::b ##[c", "arrive": {"every": "4ms", "limit": 2},
         "program": [{"run": "1ms"}]}], "expect": [
        {"metric": "turnaround.mean", "is": "2ms", "about": text}],
        "pictures": [{"picture": "gantt", "file": "w%d.svg" % i}]},
        open("w%d.json" % i, "w"))
END
    for file in w[0-9]*.json; do
        expect 1 run --db words.db "$file"
        silent err
        cat out >>said
        expect 0 analyze "$file"
        silent err
        cat out >>said
        expect 0 list metrics "$file"
        cat out >>said
    done
    mkdir -p data/scenarios/profiles
    cp -r "$tree/plots" w[0-9]*.json data
    mv data/w[0-9]*.json data/scenarios
    cp data/scenarios/w*.json data/scenarios/profiles
    for what in scenarios profiles; do
        TIMESLICE_DATA=$work/data "$program" list $what >names ||
            fail "list $what: status $?"
        [ "$(wc -l <names)" -eq 15 ] || fail "list $what: $(cat names)"
        cat names >>said
        TIMESLICE_DATA=$work/data "$program" list --json $what >names.json
        python3 -c 'import json; assert len(json.load(open("names.json"))) == 15' ||
            fail "list --json $what is no JSON"
    done
    for run in $(seq 15); do
        "$program" show words.db "$run" >>said
    done
    "$program" show words.db >>said
    expect 0 report words.db -o words.md
    "$program" report words.db | cat - words.md >>said
    expect 0 report words.db -o words.html
    python3 - <<'END' || fail "what is drawn and said is not safe"
import glob, re, xml.dom.minidom, sys
for name in glob.glob("w*.svg"):
    xml.dom.minidom.parse(name)
assert len(glob.glob("w*.svg")) == 15
said = open("said", encoding="utf-8").read()
assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", said)
assert not re.search(r"(?m)^\s*::", said) and "##[" not in said
assert not re.search(r"(?m)^#+ heading", open("words.md").read())
assert "<b>" not in open("words.html", encoding="utf-8").read()
END
    [ ! -e PWNED ] || fail "a title started a program"
fi

# Large numbers have no powers of ten: on axes of both kinds, in remarks.
cat >large.json <<'END'
{ "title": "large", "unit": "1s",
  "threads": [ { "name": "A", "program": [ { "run": 130000 } ] } ],
  "sweep": { "vary": { "/seed": [ 1000000, 4000000 ] } } }
END
expect 0 run -q --trace --db large.db large.json
expect 0 plot large.db curve --with x=/seed --with y=threads.A.turnaround.mean -o large-linear.svg
says_in large-linear.svg '1500000<'
expect 0 plot large.db curve --with log=x --with x=/seed --with y=threads.A.turnaround.mean -o large-log.svg
says_in large-log.svg '>1000000<'
expect 0 plot large.db gantt --with to=50000s -o large-gantt.svg
says_in large-gantt.svg 'only 0 to 50000 s of 130000 s'

# A 0, which has no place on a logarithmic axis, does not push the others aside,
# and a single value has a tick beside it.
cat >zero.json <<'END'
{ "title": "zero", "unit": "1s", "system": { "policy": "fifo" },
  "threads": [ { "name": "A", "program": [ { "run": 6 } ] },
               { "name": "B", "arrive": { "at": 100 }, "program": [ { "run": 1 } ] } ],
  "sweep": { "vary": { "/threads/0/program/0/run": [ 60, 130 ] } } }
END
expect 0 run -q --db zero.db zero.json
expect 0 plot zero.db curve --with log=y --with y=threads.B.response.mean -o zero.svg
says_in zero.svg '>20<'

# What can be seen to be wrong without looking: here, and in what is kept.
rm -f mine.svg
LC_ALL=C awk -f "$tree/tests/pictures/look.awk" [!w]*.svg \
    "$tree"/scenarios/pictures/*.svg >seen || fail "$(cat seen)"

# What cannot be written is an error, and what cannot be drawn is none.
mkdir no
expect 3 plot one.db gantt -o none/x.svg
sed 's|"gantt", "gantt",|"nix",|' two.json >nix.json
expect 2 run -q --db two.db nix.json
says err '"nix" is none of `timeslice list plots`'
long=$(printf 'x%.0s' $(seq 250))
sed "s|two-gantt.svg|$long.svg|" two.json >long.json
expect 3 run -q --db two.db long.json
says err "cannot be written"

# A report that cannot be written whole leaves what was there.
if [ -w /dev/full ]; then
    expect 3 report two.db -o /dev/full
fi
cp two.html before.html
chmod 644 two.html
(ulimit -f 1 && trap '' XFSZ && exec "$program" report two.db -o two.html) \
    >out 2>err && fail "a report without room was written"
cmp -s two.html before.html || fail "half a report is left"
ls two.html.* 2>/dev/null && fail "an unfinished report is left"
expect 0 report two.db -o /dev/null
finish
