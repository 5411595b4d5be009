# The rooms of the house: who may include whom, what may be called where.
. "$(dirname "$0")/lib.sh" "$@"
cd "$tree" || exit 1

# may FOLDER WORD...: files below it include "X/..." only for these X.
may() {
    local folder=$1 allowed
    shift
    allowed=$(printf '%s|' "$@")
    grep -rnE '^#include "(sim|models|timeslice|include)/' "$folder" \
        --include='*.[ch]' |
        grep -vE "#include \"(${allowed%|})/[a-z0-9_/]*\.h\"" &&
        fail "$folder includes what is above it"
}
may sim/engine sim/engine timeslice
may sim/report sim/engine sim/report
may sim/scenario sim/engine sim/report sim/scenario
may models sim/engine sim/report sim/scenario models

# room NAME ROOM...: a folder of models/, and whom of those named before it may
# include. A room that is to use one that comes later is refused, and so there
# is neither a circle nor a way up.
rooms=' '
room() {
    local name=$1 used
    shift
    for used; do
        [[ $rooms == *" $used "* ]] ||
            fail "models/$name uses models/$used, which does not stand above it"
    done
    rooms+="$name "
    may "models/$name" sim/engine sim/report sim/scenario "models/$name" \
        "${@/#/models/}"
}
room machine
room silicon machine
room memory machine silicon
room sync machine
room interpreter machine sync
room device machine
room network machine
room runtime machine interpreter network
room apollo machine
room policy machine apollo
room analysis machine sync policy
room world machine silicon memory sync interpreter device network runtime \
    apollo policy analysis
for folder in models/*; do
    [ ! -d "$folder" ] || [[ $rooms == *" ${folder#models/} "* ]] ||
        fail "$folder is no room"
done
grep -rnE '^#include "sim/scenario/' models/machine |
    grep -vE '"sim/scenario/(field|nearest)\.h"' &&
    fail "models/machine knows more of scenarios than their fields"
may sim/results sim/engine sim/report sim/scenario models sim/results timeslice
may sim/sweep sim/engine sim/report sim/scenario models sim/results sim/sweep \
    timeslice
may sim/exchange sim/engine sim/report sim/scenario models sim/results \
    sim/exchange
may sim/pictures sim/engine sim/report sim/scenario models sim/results \
    sim/pictures
may sim/paper sim/engine sim/report sim/scenario models sim/results sim/sweep \
    sim/pictures sim/paper
may sim/exercise sim/engine sim/report sim/scenario models sim/sweep \
    sim/exercise timeslice
may sim/host sim/engine sim/host
may sim/observe sim/engine sim/host sim/observe
may sim/api sim/engine sim/report sim/scenario models sim/results sim/sweep \
    sim/exercise sim/api timeslice

# Sources without comments and texts, line by line.
mkdir "$work/bare"
find sim models -name '*.[ch]' | while read -r file; do
    mkdir -p "$work/bare/$(dirname "$file")"
    echo "$file"
done >"$work/files"
WORK=$work xargs perl -e 'for my $file (@ARGV) {
    open my $in, "<", $file or die;
    local $/; my $text = <$in>;
    $text =~ s{/\*.*?\*/}{$& =~ s/[^\n]//gr}gse;
    $text =~ s{"(\\.|[^"\\\n])*"}{""}g;
    open my $out, ">", "$ENV{WORK}/bare/$file" or die;
    print $out $text;
}' <"$work/files" || fail "perl"

# refuse WHAT PATTERN FOLDER...: words that have no business there.
refuse() {
    local what=$1 pattern=$2 found
    shift 2
    found=$(cd "$work/bare" && grep -rnE "$pattern" "$@")
    [ -z "$found" ] || fail "$what:"$'\n'"$found"
}
refuse 'libm in the path of a result' \
    '\b(log|exp|pow|sin|cos|tan|log1p|log2|log10|expm1|exp2|tgamma|lgamma|cbrt|hypot|atan|atan2|sinh|cosh|tanh|fma)f?l? *\(' \
    sim/engine sim/report models
refuse 'wall clocks, environments, files and terminals in a model' \
    '\b(time|clock|clock_gettime|gettimeofday|getenv|fopen|printf|puts|rand|random|srand) *\(' \
    sim/engine sim/report models
refuse 'wall clocks, environments, files and terminals in an exercise' \
    '\b(time|clock|clock_gettime|gettimeofday|getenv|fopen|printf|puts|rand|random|srand) *\(' \
    sim/exercise
refuse 'JSON or SQLite in a model' '\b(cJSON|sqlite3)' sim/engine models
refuse 'SQLite in the command line' '\bsqlite3_' sim/cli
found=$(grep -nE '"(SELECT|WITH|INSERT|UPDATE|DELETE|PRAGMA) ' sim/cli/*.c)
[ -z "$found" ] ||
    fail "a question to the database, which has its room:"$'\n'"$found"
refuse 'the library ends the process' '\b(exit|abort|_exit|quick_exit) *\(' \
    sim/engine sim/report sim/scenario sim/results sim/pictures sim/exchange \
    sim/paper sim/exercise sim/api models
# A worker is a process of its own, and ends with its work.
refuse 'the library ends the process' '\b(exit|abort|quick_exit) *\(' sim/sweep
refuse 'a shell is started' '\b(system|popen) *\(' sim models
refuse 'setlocale would change how numbers are read' '\bsetlocale *\(' \
    sim models

# No file holds a path of a machine.
found=$(grep -rnE '(^|[^A-Za-z0-9_.])/(home|Users|work|root|opt)/[a-z]' . \
    --include='*.[ch]' --include='*.json' --include='*.gp' --include='*.txt' \
    --include='*.md' --exclude-dir=build --exclude-dir=.git |
    grep -v '^./tests/cli/layers.sh')
[ -z "$found" ] || fail "a path of a machine:"$'\n'"$found"

# No variables in the library: what its archive has in .data and .bss, beside
# constants that hold addresses (.data.rel.ro).
archive=$build/libtimeslice.a
if [ -e "$archive" ] && command -v objdump >/dev/null &&
    ! objdump -t "$archive" 2>/dev/null | grep -q __asan; then
    found=$(objdump -t "$archive" 2>/dev/null | grep -E ' O \.(data|bss)' |
        grep -v 'data\.rel\.ro')
    [ -z "$found" ] || fail "variables in the library:"$'\n'"$found"
fi
finish
