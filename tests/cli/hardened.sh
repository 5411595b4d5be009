# What is released is hardened: read off the program itself.
. "$(dirname "$0")/lib.sh" "$@"

command -v readelf >/dev/null || skip 'no readelf'
case $(sed -n 's/^CMAKE_BUILD_TYPE:[A-Z]*=//p' "$build/CMakeCache.txt") in
Release | RelWithDebInfo | MinSizeRel) ;;
*) skip 'not a build to release' ;;
esac
has() { # of the compiler, as CMake found it
    grep -q "^TS_HAS_$1:INTERNAL=1\$" "$build/CMakeCache.txt"
}
readelf -W -h -l -d -n "$program" >elf
readelf -W -s "$program" >symbols

grep -q 'Type: *DYN' elf || fail 'its place in memory is not random (PIE)'
grep -q ' GNU_RELRO ' elf || fail 'no RELRO'
grep -q 'BIND_NOW\|Flags:.*NOW' elf || fail 'RELRO in part only: not bound at once'
grep ' GNU_STACK ' elf | grep -q 'RWE' && fail 'its stack is executable'
grep -q ' GNU_STACK ' elf || fail 'nothing is said of its stack'
grep -q 'TEXTREL' elf && fail 'its text is written to'
if has fstack_protector_strong; then
    grep -q '__stack_chk_fail' symbols || fail 'no stack protector'
fi
grep -q '__[a-z]*printf_chk' symbols || fail 'not fortified'
if has fcf_protection; then
    # The note is lost where the system's own start files have none.
    [ "$(objdump -d "$program" | grep -c endbr)" -gt 100 ] ||
        fail 'no control-flow protection (CET)'
fi
# No name of the folder that it was built in.
grep -qF "$tree" "$program" && fail "it holds the name of $tree"
finish
