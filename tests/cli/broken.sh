# What is wrong is said, with its place: each tests/broken/NAME.json is refused
# with status 2, and every line of NAME.txt stands in what is said. Files with
# bytes that no JSON may hold end in .json like all others.
. "$(dirname "$0")/lib.sh" "$@"

cd "$tree/tests/broken" || exit 1
count=0
for file in *.json; do
    count=$((count + 1))
    wanted=${file%.json}.txt
    if [ ! -s "$wanted" ]; then
        fail "$wanted is missing"
        continue
    fi
    expect 2 check "$file"
    silent out
    while IFS= read -r line; do
        says err "$line"
    done <"$wanted"
    grep -q 'error:' "$work/err" || fail "$file: no error"
    # A crash would have another status; a sanitizer would speak up.
    ! grep -qE 'runtime error|Sanitizer' "$work/err" || fail "$file: crashed"
done
for file in *.txt; do
    [ -e "${file%.txt}.json" ] || fail "$file belongs to nothing"
done
echo "$count broken scenarios"
[ "$count" -ge 60 ] || fail "only $count broken scenarios"
finish
