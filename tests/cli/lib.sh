# lib.sh - what the scripts share. Each is called with the program, the source
# tree and the build tree, and works in a directory of its own.
set -u
program=$(realpath "$1")
tree=$(realpath "$2")
# shellcheck disable=SC2034 # for those that need it
build=$(realpath "${3:-.}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
unset GITHUB_ACTIONS NO_COLOR TIMESLICE_DATA
export LC_ALL=C
failures=0

fail() {
    printf 'FAIL: %s\n' "$*" >&2
    failures=$((failures + 1))
}

skip() {
    printf 'skipped: %s\n' "$*"
    exit 77
}

# with_page: data with a page in it, which an ordinary build has not; it holds
# what the program looks for in one, and nothing else.
with_page() {
    mkdir -p "$work/data"
    ln -sfn "$tree/scenarios" "$tree/plots" "$work/data/"
    printf '%s\n' '<!doctype html><title>timeslice</title>' \
        '<script type="application/json" id="given">null</script>' \
        '<p>the rest</p>' >"$work/data/page.html"
    export TIMESLICE_DATA=$work/data
}

# expect STATUS WORDS...: runs the program; its output is in $work/out and
# $work/err.
expect() {
    local wanted=$1 got=0
    shift
    "$program" "$@" >"$work/out" 2>"$work/err" </dev/null || got=$?
    [ "$got" -eq "$wanted" ] && return
    fail "timeslice $*: status $got, not $wanted"
    sed 's/^/    /' "$work/err" >&2
}

# says out|err TEXT: the last output holds the text.
says() {
    grep -qF -- "$2" "$work/$1" || {
        fail "standard $1 does not say: $2"
        sed 's/^/    /' "$work/$1" >&2
    }
}

# silent out|err: there was none.
silent() {
    [ ! -s "$work/$1" ] || {
        fail "standard $1 is not empty"
        sed 's/^/    /' "$work/$1" >&2
    }
}

sql() { # DATABASE QUERY
    sqlite3 -batch -noheader "$1" "$2"
}

finish() {
    [ "$failures" -eq 0 ] || {
        echo "$failures failed" >&2
        exit 1
    }
    exit 0
}
