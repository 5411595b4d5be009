# Lists in files: the same run as with the list itself, wherever the program is
# called from; what is kept is the list; a sweep may vary the file.
. "$(dirname "$0")/lib.sh" "$@"

mkdir -p a/times
scenario() { # LIST [MORE]
    printf '{ "title": "t", "unit": "1ms",
      "servers": [ { "name": "s", "handler": [ { "run": "1ms" } ] } ],
      "clients": [ { "name": "c", "to": "s", "at": %s } ]%s }\n' "$1" "${2:-}"
}
printf '# times\n0.5\n\n1.5  # half a millisecond\r\n2ms\n7ms\n' >a/times/lines.txt
printf '[0.5, "1.5ms",\n 2, 7]\n' >a/times/list.json
printf '7\n8\n' >a/times/late.txt
scenario '{ "file": "times/lines.txt" }' >a/lines.json
scenario '{ "file": "times/list.json" }' >a/list.json
scenario '[0.5, 1.5, 2, 7]' >a/itself.json
scenario '[0]' ', "sweep": { "vary": { "/clients/0/at":
    [ { "file": "times/late.txt" }, { "file": "times/lines.txt" } ] } }' \
    >a/sweep.json

expect 0 digest a/itself.json a/lines.json a/list.json
[ "$(cut -c-33 out | sort -u | wc -l)" = 1 ] || fail "digests differ"
expect 0 run -q --db kept.db a/lines.json
sql kept.db 'SELECT text FROM documents' | grep -q '"at":\[0.5,1.5,"2ms","7ms"\]' ||
    fail "the list is not what is kept"
expect 0 run -q --no-pictures --db sweep.db a/sweep.json
[ "$(sql sweep.db "SELECT group_concat(value) FROM (SELECT value FROM metrics
    WHERE name = 'clients.c.answered' ORDER BY run)")" = 2.0,4.0 ] ||
    fail "the sweep does not vary the file"

# The content counts, not the name.
echo 9 >>a/times/lines.txt
expect 0 digest a/itself.json a/lines.json
[ "$(cut -c-16 out | sort -u | wc -l)" = 2 ] || fail "digests are equal"

# A list that changed makes another scenario: its runs are missing, and nobody
# takes them together with the earlier ones. What is kept needs no file.
printf '7\n8\n' >a/times/list.json
scenario '{ "file": "times/list.json" }' ', "sweep": { "replications": 2,
    "vary": { "/servers/0/handler/0/run": [1, 2] } },
    "pictures": [ { "picture": "curve", "with": { "y": "processor.useful",
    "x": "/servers/0/handler/0/run" } } ]' >a/changing.json
expect 0 sweep --db changing.db a/changing.json
echo 9 >>a/times/list.json
expect 0 sweep --resume --db changing.db a/changing.json
[ "$(sql changing.db 'SELECT group_concat(n) FROM (SELECT count(*) AS n FROM
    runs GROUP BY scenario, document)')" = 2,2,2,2 ] ||
    fail "runs of two lists are one scenario's"
expect 0 sweep --resume --db changing.db a/changing.json
[ "$(sql changing.db 'SELECT count(*) FROM runs')" = 8 ] ||
    fail "runs with the same list were made again"
mkdir -p away
(cd away && expect 0 report ../changing.db --output ../told.html)
if command -v gnuplot >/dev/null; then
    [ "$(grep -o '<img\|<svg' told.html | wc -l)" = 2 ] ||
        fail "the report has no pictures"
fi

# The same for values that are set from outside.
expect 0 run -q --no-pictures --db set.db a/itself.json
expect 0 run -q --no-pictures --db set.db --set /seed=7 a/itself.json
[ "$(sql set.db 'SELECT count(DISTINCT scenario) FROM runs')" = 2 ] ||
    fail "other values are the same scenario"

# Only a regular file inside the scenario's folder; nothing is waited for, and
# nothing of other folders' files is shown.
mkfifo a/times/pipe
scenario '{ "file": "times/pipe" }' >a/pipe.json
expect 2 check a/pipe.json
says err '"times/pipe" cannot be used: it is no regular file'
mkdir -p b
printf 'secret\n' >b/other.txt
ln -s ../../b/other.txt a/times/link
scenario '{ "file": "times/link" }' >a/link.json
expect 2 check a/link.json
says err "a link leads out of the scenario's folder"
! grep -q secret err || fail "another folder's file is shown"
ln -s lines.txt a/times/inside
scenario '{ "file": "times/inside" }' >a/inside.json
expect 0 check a/inside.json
cd a || exit 1
expect 2 check link.json
expect 0 check inside.json
cd ..
# What a person names may be a pipe.
mkfifo given
cat a/itself.json >given &
expect 0 check given
wait
"$program" check /dev/stdin <a/itself.json >/dev/null ||
    fail "standard input is not read by its name"

# A file that is too large or holds too much is refused, not used up to there.
head -c 17000000 /dev/zero | tr '\0' '#' >a/times/lines.txt
expect 2 check a/lines.json
says err 'it is too large: more than 16 MiB'
yes 1 | head -n 1100000 >a/times/lines.txt
expect 2 check a/lines.json
says err 'more than 1048576 values'
finish
