# One workload under several policies: who is best, who cannot be played.
. "$(dirname "$0")/lib.sh" "$@"

expect 0 compare --policies fifo,rr,srtf --slice 1s \
    "$tree/scenarios/stallings.json"
says out 'policy'
says out 'srtf'
says out '7.2 s*'
silent err
grep -q '8.6 s ' "$work/out" || fail "fifo is not 8.6 s"
grep -q '8.6 s\*' "$work/out" && fail "fifo is no best"
expect 2 compare --policies fifo,none "$tree/scenarios/stallings.json"
says err 'no policy "none"'
expect 2 compare
expect 0 compare "$tree/scenarios/stallings.json"
expect 0 compare --policies fifo,srtf --db "$work/c.db" --out "$work" \
    "$tree/scenarios/stallings.json"
[ "$(sql "$work/c.db" 'SELECT count(*) FROM runs')" = 2 ] ||
    fail "not two runs are kept"
finish
