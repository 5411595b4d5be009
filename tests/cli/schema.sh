# scenarios/schema.json is what the tables say. After a change of a table:
#   cmake --build build/dev --target update-schema
. "$(dirname "$0")/lib.sh" "$@"

expect 0 schema
cmp out "$tree/scenarios/schema.json" ||
    fail "scenarios/schema.json is stale: build the target update-schema"
# A definition a name: of two, JSON would keep the last one for both.
sed -n '/^  "\$defs"/,$p' out | grep -o '^    "[^"]*"' | sort | uniq -d >twice
[ ! -s twice ] || fail "two shapes have one name: $(cat twice)"
finish
