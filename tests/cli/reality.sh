# The table of reality says what the models do now, better or worse, in
# tests/cases/reality/table.md and in the page that shows it. (Written anew by
# `cmake --build build/dev --target record-reality`, or by tests/reality/table.sh
# alone where only a model changed.)
. "$(dirname "$0")/lib.sh" "$@"

"$tree/tests/reality/table.sh" "$program" >table.md ||
    fail 'the rows cannot be played'
diff "$tree/tests/cases/reality/table.md" table.md >difference ||
    fail "the table is another one now: $(cat difference)"
while read -r line; do
    grep -qxF "$line" "$tree/scenarios/README.md" ||
        fail "scenarios/README.md does not have: $line"
done <table.md
read -r rows inside < <(awk -F'|' '/^\| all / { print $3 + 0, $4 + 0 }' table.md)
[ "$rows" -ge 24 ] || fail "only $rows rows judge"
for page in README.md scenarios/README.md; do
    grep -qF "$inside of $rows" "$tree/$page" ||
        fail "$page does not say that $inside of $rows are inside"
done
finish
