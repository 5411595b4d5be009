# Results are the same as ever: each scenario's digest is the golden one. After
# a change that means to change them:
#   cmake --build build/dev --target update-golden
. "$(dirname "$0")/lib.sh" "$@"

cd "$tree" || exit 1
[ -s tests/golden/digests.txt ] || fail "tests/golden/digests.txt is missing"
"$program" digest --check tests/golden/digests.txt || fail "digests differ"
while read -r file; do
    grep -q "  $file\$" tests/golden/digests.txt ||
        fail "$file has no golden digest"
done < <(find scenarios -name '*.json' -not -name schema.json \
    -not -path '*/profiles/*')
finish
