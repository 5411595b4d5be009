# Workloads that kernels played, imported and played again: see unseen.py.
. "$(dirname "$0")/lib.sh" "$@"
command -v python3 >/dev/null || skip 'python3 is not installed'
PYTHONDONTWRITEBYTECODE=1 python3 "$tree/tests/exchange/unseen.py" "$program" >rows ||
    fail "one is too far from its kernel: $(grep 'no reason' rows)"
cat rows
finish
