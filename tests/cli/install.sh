# An installed timeslice is found by pkg-config and by find_package, and a
# the example that comes with it runs.
. "$(dirname "$0")/lib.sh" "$@"

cmake --install "$build" --prefix "$work/prefix" >install.log 2>&1 ||
    { cat install.log; fail "cmake --install"; finish; }
prefix=$work/prefix
for file in bin/timeslice include/timeslice/timeslice.h \
    share/man/man1/timeslice.1 share/timeslice/scenarios/slices.json \
    share/timeslice/plots/style.gp \
    share/bash-completion/completions/timeslice; do
    [ -e "$prefix/$file" ] || fail "$file is not installed"
done
grep -rqF "$tree" "$prefix/lib" --include='*.pc' --include='*.cmake' &&
    fail "the package files name the source tree"

cp "$prefix/share/doc/timeslice/example.c" main.c ||
    fail "the example is not installed"
cat >CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.22)
project(user C)
find_package(timeslice REQUIRED)
add_executable(user main.c)
target_link_libraries(user PRIVATE timeslice::timeslice)
END
scenario=$prefix/share/timeslice/scenarios/slices.json
sanitize=()
grep -q '^TS_SANITIZE:STRING=.' "$build/CMakeCache.txt" &&
    sanitize=(-fsanitize="$(sed -n 's/^TS_SANITIZE:STRING=//p' \
        "$build/CMakeCache.txt")")
compiler=$(sed -n 's/^CMAKE_C_COMPILER:[A-Z]*=//p' "$build/CMakeCache.txt")

pc=$(find "$prefix" -name timeslice.pc -printf '%h\n')
# shellcheck disable=SC2046 # pkg-config prints words
PKG_CONFIG_PATH=$pc "$compiler" "${sanitize[@]}" main.c -o by_pkg_config \
    $(PKG_CONFIG_PATH=$pc pkg-config --cflags --libs timeslice) &&
    LD_LIBRARY_PATH=$(dirname "$pc") ./by_pkg_config "$scenario" >out ||
    fail "with pkg-config"
says out ' 4ms '

cmake -G Ninja -S . -B user -DCMAKE_PREFIX_PATH="$prefix" \
    -DCMAKE_C_COMPILER="$compiler" -DCMAKE_C_FLAGS="${sanitize[*]}" \
    >cmake.log 2>&1 && cmake --build user >>cmake.log 2>&1 &&
    ./user/user "$scenario" >out || { cat cmake.log; fail "find_package"; }
says out ' 4ms '

# The installed program finds its data without help.
"$prefix/bin/timeslice" run --no-db "$scenario" >out 2>err || fail "installed"
"$prefix/bin/timeslice" list scenarios >out || fail "installed: list"
says out slices
finish
