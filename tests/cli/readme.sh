# What README.md tells people to type works: each fenced block of `sh` that
# begins with the comment "# runs" is run, in order, in a copy of the data.
. "$(dirname "$0")/lib.sh" "$@"
[ -e "$tree/README.md" ] || skip "there is no README.md yet"

mkdir bin
ln -s "$program" bin/timeslice
with_page
PATH=$work/bin:$PATH
cp -r "$tree/scenarios" "$tree/plots" .
awk '/^```sh$/ { inside = 1; first = 1; next }
     /^```$/ { inside = 0; if (kept) print ""; kept = 0 }
     inside && first { first = 0; kept = /^# runs/; next }
     inside && kept { print }' "$tree/README.md" >commands.sh
[ -s commands.sh ] || skip "README.md has no blocks that begin with # runs"
bash -eux commands.sh >out 2>err </dev/null || {
    fail "a command of README.md fails"
    tail -n 20 err >&2
}
finish
