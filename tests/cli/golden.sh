# Each scenario comes to what it expects, and to the same as ever: its digests
# are the golden ones. After a change that means to change them:
#   cmake --build build/dev --target update-golden
# With a fourth word, 1 or 2, every second scenario but those that take longest,
# which golden/long.txt lists; with "long" those. Every metric that one of them
# reports has its row, so that who adds one that has none hears of it here.
. "$(dirname "$0")/lib.sh" "$@"

cd "$tree" || exit 1
golden=tests/golden/digests.txt
[ -s "$golden" ] || fail "$golden is missing"

# What `digest` prints of a sweep, of behaviour and of what is reported: a digest
# over the digests of its runs, in order; that of a single run is its own.
fold() {
    local behaviour reported one two
    IFS='|' read -r behaviour reported
    behaviour=$((16#$behaviour)) reported=$((16#$reported))
    while IFS='|' read -r one two; do
        behaviour=$(((behaviour ^ 16#$one) * 16#9E3779B97F4A7C15))
        behaviour=$((behaviour ^ (behaviour >> 32 & 16#FFFFFFFF)))
        reported=$(((reported ^ 16#$two) * 16#9E3779B97F4A7C15))
        reported=$((reported ^ (reported >> 32 & 16#FFFFFFFF)))
    done
    printf '%016x %016x\n' "$behaviour" "$reported"
}

# Everything is played once, and both questions are asked of that.
db=$work/golden.db
while read -r file; do
    rm -f "$db"
    "$program" sweep --quiet --jobs 1 --db "$db" "$file" >"$work/out" 2>&1 ||
        fail "$file: status $?: $(cat "$work/out")"
    wanted=$(sed -n "s|  $file\$||p" "$golden")
    [ -n "$wanted" ] || fail "$file has no golden digest"
    sql "$db" 'SELECT digest, reported FROM runs WHERE round = 0
        ORDER BY point, replication; SELECT DISTINCT name FROM metrics' \
        >"$work/rows"
    got=$(grep -xE '[0-9a-f]{16}[|][0-9a-f]{16}' "$work/rows" | fold)
    [ "$got" = "$wanted" ] || fail "$file: $wanted is expected, $got came out"
    grep -vxE '[0-9a-f]{16}[|][0-9a-f]{16}' "$work/rows" |
        sed "s|^|$file\t|" >>"$work/metrics"
done < <(find scenarios -name '*.json' -not -name schema.json \
    -not -path '*/profiles/*' | sort | awk -v "part=${4:-all}" '
    FNR == NR { long[$0]; next }
    part == "all" || (part == "long") == ($0 in long) &&
        (part == "long" || FNR % 2 == part % 2)' tests/golden/long.txt -)
cut -f 2 "$work/metrics" | sort -u | tr '\n' '\0' |
    xargs -0 "$program" explain >/dev/null 2>"$work/unknown" || {
    metric=$(sed -n 's/.*"\(.*\)".*/\1/p;q' "$work/unknown")
    fail "$(head -1 "$work/unknown"); what reports it has no row for it:" \
        "$(grep -F -m 1 "	$metric" "$work/metrics" | cut -f 1)"
}
"$program" digest --check /dev/fd/3 3<<<"$(grep -m 1 slices.json "$golden")" ||
    fail "digest does not say what the runs of a sweep do"
finish
