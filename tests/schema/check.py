"""What python-jsonschema makes of scenarios/schema.json: check.py SOURCE-TREE

It accepts every shipped scenario and refuses every broken one, but those that
beyond.txt lists. Status 77: it is not installed.
"""
import json
import pathlib
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

tree = pathlib.Path(sys.argv[1])
schema = json.loads((tree / "scenarios/schema.json").read_text())
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
beyond = {
    line.split("#")[0].strip()
    for line in (tree / "tests/schema/beyond.txt").read_text().splitlines()
}
failures = []

for file in sorted((tree / "scenarios").glob("*.json")):
    if file.name == "schema.json":
        continue
    error = next(validator.iter_errors(json.loads(file.read_text())), None)
    if error is not None:
        failures.append(f"{file.name} is refused: {error.message[:300]}")
for file in sorted((tree / "tests/broken").glob("*.json")):
    try:
        value = json.loads(file.read_text())
    except ValueError:
        continue
    if validator.is_valid(value) != (file.stem in beyond):
        failures.append(f"the broken {file.name} is "
                        + ("refused, and beyond.txt lists it"
                           if file.stem in beyond else "accepted"))
for failure in failures:
    print(f"FAIL: {failure}", file=sys.stderr)
sys.exit(1 if failures else 0)
