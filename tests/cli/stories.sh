# Every command of the stories that `explain` tells works as it stands.
. "$(dirname "$0")/lib.sh" "$@"

mkdir bin
ln -s "$program" bin/timeslice
PATH=$work/bin:$PATH
for story in thread-slowdown inversion convoy deadlock overload \
    coordinated-omission graham dhall ladder turbo-and-heat meltdown \
    hyper-threading io-die interpreter-lock; do
    expect 0 explain $story
    awk 'length > 80 { print; bad = 1 } END { exit bad }' out >long ||
        fail "explain $story: wider than 80 columns: $(cat long)"
    sed -n 's/^    //p' out >$story.sh
    [ "$(wc -l <$story.sh)" -ge 2 ] || fail "explain $story leads nowhere"
    # Each ends with 0, or, where it is told so, with what is expected failing.
    sed 's/^timeslice .*[^\\]$/& || [ $? -eq 1 ]/; s/ deadlock$/& || [ $? -eq 1 ]/' \
        $story.sh >all.sh
    bash -eu all.sh >said 2>err </dev/null ||
        fail "a command of explain $story fails: $(cat err)"
done
finish
