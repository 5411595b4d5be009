# Every header compiles alone, and the public one in C++ too; no two give one
# name to two types, so that any of them can be included together.
. "$(dirname "$0")/lib.sh" "$@"

cd "$tree" || exit 1
flags=(-std=c11 -Wall -Wextra -Wpedantic -Werror -D_XOPEN_SOURCE=700 -I.
    -Iinclude -fsyntax-only)
while read -r header; do
    printf '#include "%s"\nextern int nothing_else;\n' "$header" |
        ${CC:-cc} "${flags[@]}" -x c - || fail "$header does not stand alone"
done < <(find sim models include -name '*.h')
if command -v "${CXX:-c++}" >/dev/null; then
    printf '#include <timeslice/timeslice.h>\n' |
        ${CXX:-c++} -std=c++11 -Wall -Wextra -Wpedantic -Werror -Iinclude \
            -fsyntax-only -x c++ - || fail "timeslice.h is no C++"
fi
while read -r name; do
    fail "two headers define a type $name"
done < <(find sim models include -name '*.h' -exec sed -nE \
    's/^\} (ts_\w+);.*/\1/p; s/^typedef (struct|enum|union) (ts_\w+) \2;.*/\2/p' \
    {} + | sort | uniq -d)
finish
