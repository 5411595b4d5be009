# No command writes over what it reads, nor twice into one file: every option of
# every command that names a file, with its input and with every other one.
. "$(dirname "$0")/lib.sh" "$@"

echo '{ "title": "t", "threads": [ { "name": "a",
    "program": [ { "run": "5ms" } ] } ],
    "expect": [ { "metric": "turnaround.mean", "is": "5ms" } ] }' >s.json
expect 0 run -q --no-pictures --db r.db s.json
mkdir folder
cp s.json folder
ln -s s.json link.json
ln s.json hard.json
sum=$(cat s.json r.db folder/s.json | cksum)

unchanged() {
    [ "$(cat s.json r.db folder/s.json | cksum)" = "$sum" ] ||
        fail "an input was written over by: $*"
}

# refused WORDS...: with a reason, and before anything is written.
refused() {
    expect 2 "$@"
    grep -q 'would write over\|would be written over' err ||
        fail "timeslice $*: $(cat err)"
    unchanged "$@"
}

pairs=0
for command in $("$program" help | sed -n 's/^  \([a-z]*\)  *[a-z].*/\1/p' |
    grep -vx timeslice); do
    case $command in
    measure | try | new) continue ;; # read no file
    answer) continue ;;              # writes none
    report | plot) input=r.db ;;
    *) input=s.json ;;
    esac
    words=$input
    [ "$command" != plot ] || words='r.db gantt'
    options=$("$program" help "$command" |
        sed -n 's/^  .*\(--[a-z-]*\) \(FILE\|DIR\)  .*/\1/p')
    for option in $options; do
        [ "$option" != --students ] || continue # is read
        # shellcheck disable=SC2086
        refused "$command" "$option" "$input" $words
        # shellcheck disable=SC2086
        refused "$command" "$option" "$PWD/./folder/../$input" $words
        for other in $options; do
            [ "$other" != "$option" ] || continue
            # shellcheck disable=SC2086
            refused "$command" "$option" new.out "$other" ./new.out $words
            [ ! -e new.out ] || fail "$command wrote to new.out"
            pairs=$((pairs + 1))
        done
    done
done
[ "$pairs" -ge 16 ] || fail "only $pairs pairs were tried"

# Other names of the same file, what a directory holds, two on standard output.
refused test --junit link.json s.json
refused test --junit s.json link.json
refused test --tap hard.json s.json
refused test --junit folder/s.json folder
refused report --output "$PWD/r.db" r.db
refused test --junit - --tap - s.json
expect 0 test --junit new.xml --tap - s.json
expect 0 test --junit /dev/null --tap /dev/null s.json
expect 0 run -q --no-pictures --db r.db s.json
finish
