"""Every format of `timeslice exercise`, read again by other code and graded.

    read_back.py PROGRAM FOLDER

Only Python's own library is used: what GIFT, cloze and QTI mean is written down
here once more, from their documentation. The answers of the key must get all
points, and others must not.
"""
import base64
import html.parser
import json
import pathlib
import re
import runpy
import subprocess
import sys
import xml.etree.ElementTree as tree
from fractions import Fraction

program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
KINDS = ["rr", "affinity", "rta", "bounds", "disk", "locks"]


def run(*words):
    done = subprocess.run([program, *words], text=True, capture_output=True,
                          check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(words)}: {done.stderr}")
    return done.stdout


def check(what, good):
    if not good:
        sys.exit(f"FAIL: {what}")


def key_of(text):
    """Names and answers of a solved sheet."""
    answers, headings = {}, []
    for line in text.splitlines():
        if line.startswith("|"):
            cells = [c.strip() for c in line.strip("|").split("|")]
            if cells[0] == "name":
                headings = cells
            else:
                for column, cell in zip(headings[1:], cells[1:]):
                    answers[f"{column} {cells[0]}"] = cell
        elif line and line[0] != "#":
            name, answer = line.split(":", 1)
            answers[name] = answer.strip()
    for name in ("exercise", "seed", "level", "check"):
        answers.pop(name, None)
    return answers


def number(text):
    try:
        return Fraction(text)
    except ValueError:
        return None


def accepts(value, within, answer):
    answer = number(answer)
    return (answer is not None and
            abs(answer - Fraction(value)) <= Fraction(within) + Fraction(1, 10**6))


# --- GIFT ---

def gift(text, keys):
    blocks = [b for b in re.split(r"\n\s*\n", text)
              if b.strip() and not b.startswith("$")]
    check("gift: a question a part", len(blocks) == sum(map(len, keys.values())))
    for block in blocks:
        found = re.fullmatch(
            r"::((?:\\.|[^\\])*?)::(.*?)(?<!\\)\{(.*)(?<!\\)\}", block.strip(),
            re.S)
        check(f"gift: {block[:60]}", found)
        whole, _, body = found.groups()
        variant, name = whole.replace("\\", "").split(" ", 1)
        answer = keys[variant][name]
        right = re.search(r"^=([^%].*)$", body, re.M).group(1)
        if body.startswith("#"):
            value, within = right.split(":")
            check(f"gift: {whole}", accepts(value, within, answer))
            check(f"gift: {whole}, wrong", not accepts(value, within, "987654"))
        else:
            check(f"gift: {whole}", re.sub(r"\\(.)", r"\1", right) == answer)


# --- Moodle ---

def moodle(text, keys):
    questions = [q for q in tree.fromstring(text).iter("question")
                 if q.get("type") == "cloze"]
    check("moodle: a question each", len(questions) == len(keys))
    for question, answers in zip(questions, keys.values()):
        body = question.find("questiontext/text").text
        fields = re.findall(
            r"\{(\d+):(NUMERICAL|SHORTANSWER|MULTICHOICE):=((?:\\.|[^\\}])*)\}",
            body)
        check("moodle: a field a part", len(fields) == len(answers))
        for (points, kind, field), (name, answer) in zip(fields,
                                                         answers.items()):
            right = re.split(r"(?<!\\)[~#]", field)[0]
            check("moodle: points", int(points) > 0)
            if kind == "NUMERICAL":
                check(f"moodle: {name}", accepts(*right.split(":"), answer))
            else:
                check(f"moodle: {name}",
                      re.sub(r"\\(.)", r"\1", right) == answer)
        for picture in question.iter("file"):
            check("moodle: the picture is SVG", tree.fromstring(
                base64.b64decode(picture.text, validate=True)).tag.endswith("svg"))


# --- QTI 2.1 ---

Q2 = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"


def qti_score(item, responses):
    """What responseProcessing comes to."""
    correct = {d.get("identifier"): d.find(f"{Q2}correctResponse/{Q2}value").text
               for d in item.iter(Q2 + "responseDeclaration")}
    score = Fraction(0)
    for condition in item.iter(Q2 + "responseIf"):
        test, then = list(condition)
        name = test.find(Q2 + "variable").get("identifier")
        check("qti: compares with what is correct",
              test.find(Q2 + "correct").get("identifier") == name)
        if test.tag == Q2 + "equal":
            within = test.get("tolerance").split()
            good = accepts(correct[name], within[0], responses[name])
        else:
            good = responses[name] == correct[name]
        if good:
            score += Fraction(then.find(f".//{Q2}baseValue").text)
    return score


def qti(where, keys):
    manifest = tree.parse(where / "imsmanifest.xml")
    files = [r.get("href") for r in manifest.iter()
             if r.tag.endswith("}resource")]
    check("qti: an item each", len(files) == len(keys))
    for file, answers in zip(files, keys.values()):
        item = tree.parse(where / file).getroot()
        for table in item.iter(Q2 + "table"):
            check("qti: rows stand in a body", {child.tag for child in table} <=
                  {Q2 + "caption", Q2 + "thead", Q2 + "tbody"})
        responses = {}
        for i, answer in enumerate(answers.values()):
            choice = [c.get("identifier") for c in item.iter(Q2 + "inlineChoice")
                      if c.text == answer]
            of = [e for e in item.iter() if e.get("responseIdentifier") == f"R{i}"]
            check("qti: each response has one field", len(of) == 1)
            inside = [c.get("identifier") for c in of[0].iter(Q2 + "inlineChoice")
                      if c.text == answer]
            responses[f"R{i}"] = inside[0] if choice and inside else answer
        most = Fraction(item.find(Q2 + "outcomeDeclaration").get("normalMaximum"))
        check(f"qti: {file}", qti_score(item, responses) == most)
        check(f"qti: {file}, wrong",
              qti_score(item, dict.fromkeys(responses, "987654")) == 0)


# --- QTI 1.2 ---

Q1 = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"


def qti12_good(node, answer):
    tag = node.tag.removeprefix(Q1)
    if tag in ("conditionvar", "and"):
        return all(qti12_good(n, answer) for n in node)
    if tag == "or":
        return any(qti12_good(n, answer) for n in node)
    if tag == "varequal":
        return node.text == answer
    if number(answer) is None:
        return False
    value = Fraction(node.text)
    return number(answer) >= value if tag == "vargte" else number(answer) <= value


def qti12(text, keys):
    sections = list(tree.fromstring(text).iter(Q1 + "section"))
    check("qti12: a section each", len(sections) == len(keys))
    for section, answers in zip(sections, keys.values()):
        for item in section.iter(Q1 + "item"):
            answer = answers[item.get("title")]
            for label in item.iter(Q1 + "response_label"):
                shown = label.find(f".//{Q1}mattext")
                if shown is not None and shown.text == answer:
                    answer = label.get("ident")
            condition = item.find(f".//{Q1}conditionvar")
            if number(answer) is not None:
                answer = f"{float(number(answer)):.6f}"
            check(f"qti12: {item.get('title')}",
                  qti12_good(condition, answer))
            check("qti12: wrong", not qti12_good(condition, "987654"))


# --- sheets, graders ---

class Text(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.words = ""

    def handle_data(self, data):
        self.words += data


def words(text):
    parser = Text()
    parser.feed(text)
    return parser.words


def graders(variants, key_file, points):
    told = json.loads(run("answer", "--format", "prairielearn", key_file))
    check("prairielearn: score", told["gradable"] and told["score"] == 1)
    check("prairielearn: tests", all(
        t["points"] == t["max_points"] for t in told["tests"]))
    told = json.loads(run("answer", "--format", "gradescope", key_file))
    check("gradescope: tests",
          sum(t["score"] for t in told["tests"]) == points ==
          sum(t["max_score"] for t in told["tests"]))
    last = run("answer", "--format", "autolab", key_file).splitlines()[-1]
    check("autolab: score", list(json.loads(last)["scores"].values()) == [points])
    where = folder / "prairielearn"
    json.loads((where / "info.json").read_text())
    question = {"variant_seed": "7f", "params": {}}
    runpy.run_path(str(where / "server.py"))["generate"](question)
    check("prairielearn: a variant", "exercise:" in question["params"]["sheet"])
    check("gradescope: checks",
          len((folder / "gradescope/autograder/checks.txt").read_text().split(
              "\n")) == variants + 1)


for kind in KINDS:
    draws = ("exercise", kind, "--variants", "3")
    for form in ("key", "qti", "prairielearn", "gradescope", "autolab", "gift",
                 "moodle", "qti12", "html", "html-key"):
        run(*draws, "--format", form, "--output", str(folder / form))
    table = (folder / "key/who-has-which.csv").read_text().split()[1:]
    keys = {}
    for line in table:
        name = line.split(",")[1]
        keys[name] = key_of((folder / f"key/{name}-key.txt").read_text())
    gift((folder / "gift/questions.gift").read_text(), keys)
    moodle((folder / "moodle/questions.xml").read_text(), keys)
    qti(folder / "qti", keys)
    qti12((folder / "qti12/questions.xml").read_text(), keys)
    solved = words((folder / "html-key/key.html").read_text())
    sheet = words((folder / "html/sheets.html").read_text())
    for answers in keys.values():
        for name, answer in answers.items():
            check(f"html: {kind} {name}", answer in solved)
            check(f"html: {kind} {name} in the sheet",
                  len(answer) < 6 or number(answer) is not None or
                  name.split()[0] not in ("chart", "order") or
                  answer not in sheet)
    first = table[0].split(",")[1]
    question = json.loads(run("exercise", kind, "--format", "json"))
    graders(3, str(folder / f"key/{first}-key.txt"), question["points"])
    print(f"{kind}: read again in every format")
