# Every command explains itself and gives an example that works.
. "$(dirname "$0")/lib.sh" "$@"

ln -s "$tree/scenarios" scenarios
mkdir bin
ln -s "$program" bin/timeslice
PATH=$work/bin:$PATH
with_page

expect 0 --version
grep -qE '^timeslice [0-9]+\.[0-9]+\.[0-9]+$' out || fail "--version: $(cat out)"
expect 0 --help
says out 'Usage: timeslice'
says out 'To begin with:'
cp out overview
expect 0 help
cmp -s out overview || fail "help and --help differ"

expect 0 list commands --names
cp out commands
[ "$(wc -l <commands)" -ge 9 ] || fail "too few commands"
while read -r command; do
    grep -q "^  $command " overview || fail "--help leaves out $command"
    expect 0 "$command" --help
    silent err
    says out "Usage: timeslice $command"
    says out 'Options:'
    says out 'Example:'
    awk 'length > 80 { print; bad = 1 } END { exit bad }' out >long ||
        fail "$command --help: wider than 80 columns: $(cat long)"
    cp out "$command.help"
    expect 0 help "$command"
    cmp -s out "$command.help" || fail "help $command and its --help differ"
    # What stands under Example: is run as it stands.
    sed '1,/^Example:$/d; s/^  //' "$command.help" >"$command.sh"
    [ -s "$command.sh" ] || fail "$command: no example"
    bash -eu "$command.sh" >example.out 2>example.err </dev/null ||
        fail "$command: its example fails: $(cat example.err)"
done <commands

expect 0 completion bash
cp out completion
expect 0 help --man
cp out timeslice.1
says out '.SH EXIT STATUS'
while read -r command; do
    grep -q "^\.SS timeslice $command" timeslice.1 ||
        fail "the man page leaves out $command"
    # Every option of its --help stands in both, too.
    awk -v c="timeslice $command" '/^\.SS / { inside = $0 ~ "^\\.SS " c "( |$)" }
        inside { gsub(/\\/, ""); print }' timeslice.1 >section
    awk -v c="    $command)" '$0 == c { inside = 1 } /;;/ { inside = 0 }
        inside && /options=/' completion >line
    grep -oE '^  (-[a-zA-Z]|  ),? +--[a-z-]+' "$command.help" |
        grep -oE -- '--[a-z-]+' >options
    grep -qx -- --help options || fail "$command --help shows no options"
    while read -r option; do
        sed 's/f[BR]//g' section | grep -qwF -- "$option" ||
            [ "$option" = --help ] || [ "$option" = --color ] ||
            fail "the man page leaves out $command $option"
        tr '" ' '\n\n' <line | grep -qx -- "$option" ||
            fail "the completion leaves out $command $option"
    done <options
done <commands
if command -v groff >/dev/null; then
    groff -man -Tascii -ww timeslice.1 >man.txt 2>man.err
    [ ! -s man.err ] || fail "groff: $(cat man.err)"
fi

expect 0 completion bash
bash -n out || fail "the completion is no shell"
cat >complete.sh <<'END'
. ./out
COMP_WORDS=(timeslice ru) COMP_CWORD=1
_timeslice
[ "${COMPREPLY[*]}" = run ] || { echo "ru: ${COMPREPLY[*]}"; exit 1; }
COMP_WORDS=(timeslice run --se) COMP_CWORD=2
_timeslice
[ "${COMPREPLY[*]}" = "--set --seed" ] || { echo "${COMPREPLY[*]}"; exit 1; }
timeslice() { "$PROGRAM" "$@"; }
COMP_WORDS=(timeslice exercise srt) COMP_CWORD=2
_timeslice
[ "${COMPREPLY[*]}" = srtf ] || { echo "srt: ${COMPREPLY[*]}"; exit 1; }
COMP_WORDS=(timeslice sweep --junit overv) COMP_CWORD=3
_timeslice
[ "${COMPREPLY[*]}" = overview ] || { echo "${COMPREPLY[*]}"; exit 1; }
END
PROGRAM=$program bash complete.sh || fail "completion"
for shell in zsh fish; do
    expect 0 completion $shell
    says out 'timeslice list exercises --names'
done
finish
