# What is wrong with a long file is said in the time that reading it takes: a
# limit on processor time that all of these stay far below, and that one search
# through the line for each error would not.
. "$(dirname "$0")/lib.sh" "$@"
command -v perl >/dev/null || skip 'perl is not installed'

# complains FILE TEXT: status 2 within 20 s of processor time, and says so.
complains() {
    local got=0
    (
        ulimit -t 20
        exec "$program" check "$1"
    ) >out 2>err || got=$?
    [ "$got" -eq 2 ] || fail "$1: status $got, not 2"
    says err "$2"
    awk 'length($0) > 400 { exit 1 }' err ||
        fail "$1: a line of the file is shown whole"
}

threads='"threads":[{"name":"a","program":[{"run":"1ms"}]}]'

# Nearly 16 MiB in one line, and 120 errors at its end.
perl -e 'print qq({"title":"t",), shift, qq(,"comment":"), "x" x 16_700_000,
    q("); print qq(,"zz$_":1) for 1 .. 120; print "}"' "$threads" >long.json
complains long.json 'and 20 more'
says err 'long.json:1:16700078: error: /zz1: "zz1" is no field of scenario'

# Errors all over a line, behind characters of two bytes and escapes.
perl -e 'print qq({"title":"t","threads":[);
    for my $thread (1 .. 20) {
        print "," if $thread > 1;
        print qq({"name":"a$thread","program":[);
        print qq({"run":"1ms","note":"), "\xc3\xa9\\u00e9" x 60, qq("},),
            qq({"r\\u0075n":"1 hour"},) for 1 .. 1500;
        print qq({"run":"1ms"}]});
    }
    print "]}"' >spread.json
complains spread.json '/threads/0/program/199/run: unknown unit "hour"'

perl -e 'print qq({"title":"t",), shift, qq(,"comment":[), "1," x 1_100_000,
    "1]}"' "$threads" >values.json
complains values.json 'more than 1048576 values'

perl -e 'print qq({"title":"t",), shift;
    print qq(,"k$_":1) for 1 .. 800_000; print "}"' "$threads" >keys.json
complains keys.json 'and 799900 more'

perl -e 'print qq({"title":"t","threads":[),
    join(",", (q({"name":"a","program":["yield"]})) x 4096), "]}"' >twins.json
complains twins.json 'the thread "a" is there already, on line 1'
says err 'and 3995 more'

# Keys that stand twice, each in an object of its own.
perl -e 'print qq({"title":"t","threads":[),
    join(",", (q({"name":"a","name":"b"})) x 100_000), "]}"' >keys-twice.json
complains keys-twice.json 'and 99900 more'

# A terminal and GitHub obey nothing that a message repeats of a scenario.
cat >orders.json <<'END'
{ "title": "t", "locks": [ { "name": "M" } ], "threads": [ { "name": "a",
  "program": [ { "lock": "L\n::error::x \u001b[31m" }, { "run": "1ms" } ],
  "k\n::warning::y \u001b[32m": 1 } ] }
END
complains orders.json 'no lock is named "L \x3a:error::x \x1b[31m"'
says err 'k \x3a:warning::y \x1b[32m'
grep -q "$(printf '^::\\|\033')" err && fail "orders: $(cat -v err)"

# The place is right at both ends of what is shown, with tabs and no line end.
printf '{"title": "t", "threads": [], "x%s": 1,\t"y": {"z": ["\302\265", "w": 2}}' \
    "$(printf '%0300d' 0)" >window.json
complains window.json 'window.json:1:359: error: a comma or ] should stand here'
finish
