# python-jsonschema accepts what is shipped and refuses what is broken; what ajv
# and editors make of the schema is tests/schema/check.mjs, a target of its own.
. "$(dirname "$0")/lib.sh" "$@"
command -v python3 >/dev/null || skip 'python3 is not installed'
python3 "$tree/tests/schema/check.py" "$tree"
exit $?
