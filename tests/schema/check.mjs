// What editors and validators make of scenarios/schema.json:
//
//   tests/schema/check SOURCE-TREE
//
// ajv has to compile it in its strict mode and VS Code's JSON service to take
// it; both accept every shipped scenario and refuse every broken one, but those
// that beyond.txt lists, which a schema does not refuse. An
// editor says what a field means and knows the words that may stand in it.
import Ajv from "ajv/dist/2020.js";
import service from "vscode-json-languageservice";
import { readFileSync, readdirSync } from "node:fs";

const tree = process.argv[2];
const schema = JSON.parse(readFileSync(`${tree}/scenarios/schema.json`, "utf8"));
const beyond = new Set(readFileSync(`${tree}/tests/schema/beyond.txt`, "utf8")
    .split("\n").map((line) => line.split("#")[0].trim()).filter(Boolean));
const uri = "file:///scenarios/schema.json";
let failures = 0;

function fail(words) {
    console.error(`FAIL: ${words}`);
    failures++;
}

// Strict, but for two matters of taste: types that stand one level further out,
// and lists of types.
const validate = new Ajv.default({ strictTypes: false })
    .compile(schema);
const editor = service.getLanguageService({
    schemaRequestService: async () => JSON.stringify(schema) });
editor.configure({ validate: true });

function open(name, text) {
    const document = service.TextDocument.create(
        `file:///scenarios/${name}`, "json", 1, text);
    return [document, editor.parseJSONDocument(document)];
}

// What the two have against a scenario; "" where they have nothing.
async function complaints(name, text) {
    const value = JSON.parse(text);
    const [document, json] = open(name, text);
    const found = await editor.doValidation(
        document, json, { schemaValidation: "error" }, schema);
    return {
        ajv: validate(value) ? "" :
            `${validate.errors[0].instancePath} ${validate.errors[0].message}`,
        editor: found.map((problem) => problem.message).join("; "),
    };
}

function files(folder) {
    return readdirSync(`${tree}/${folder}`)
        .filter((name) => name.endsWith(".json") && name !== "schema.json");
}

for (const name of files("scenarios")) {
    const text = readFileSync(`${tree}/scenarios/${name}`, "utf8");
    const said = await complaints(name, text);
    if (JSON.parse(text).$schema !== "schema.json")
        fail(`${name} does not name its "$schema"`);
    for (const [who, words] of Object.entries(said))
        if (words) fail(`${who} refuses ${name}: ${words}`);
}

let broken = 0;
for (const name of files("tests/broken")) {
    const text = readFileSync(`${tree}/tests/broken/${name}`, "utf8");
    try {
        JSON.parse(text);
    } catch {
        continue; // no JSON at all: nobody takes it
    }
    const known = beyond.delete(name.replace(".json", ""));
    const said = await complaints(name, text);
    broken++;
    for (const [who, words] of Object.entries(said))
        if (!words && !known) fail(`${who} accepts the broken ${name}`);
    if (known && said.ajv)
        fail(`ajv refuses ${name}, which beyond.txt lists: ${said.ajv}`);
}
for (const name of beyond)
    fail(`beyond.txt lists ${name}, which is no broken scenario`);

// --- in an editor ---

// The place of | in a text, and the text without it.
function cursor(marked) {
    const at = marked.indexOf("|");
    const [document, json] = open("t.json", marked.replace("|", ""));
    return [document, document.positionAt(at), json];
}

async function hovers(marked, words) {
    const shown = await editor.doHover(...cursor(marked));
    const text = JSON.stringify(shown?.contents ?? "");
    if (!text.startsWith(`["${words}`))
        fail(`hovering over ${marked} shows ${text}, not first: ${words}`);
}

async function completes(marked, ...words) {
    const list = await editor.doComplete(...cursor(marked));
    const labels = new Set(list.items.map((item) => item.label));
    for (const word of words)
        if (!labels.has(word) && !labels.has(`"${word}"`))
            fail(`completion at ${marked} does not offer ${word}`);
}

editor.configure({ validate: true,
    schemas: [{ uri, schema, fileMatch: ["*"] }] });
await hovers('{"system": {"policy": "round-robin", "sl|ice": "5ms"}}',
    "how long a thread runs before");
await hovers('{"se|ed": 3}', "of all random streams");
await hovers('{"system": {"pol|icy": "fifo"}}', "the scheduling policy");
await hovers('{"conventions": {"ti|es": "ready"}}', "which of two threads");
await completes('{"|"}', "threads", "system", "unit", "expect");
await completes('{"system": {"policy": "|"}}', "round-robin", "eevdf", "cfs");
await completes('{"system": {"policy": "mlfq", "|"}}', "levels", "boost");
await completes('{"pictures": ["|"]}', "gantt", "curve");
await completes('{"pictures": [{"picture": "|"}]}', "gantt", "curve");
await completes('{"expect": [{"metric": "|"}]}', "run.time",
    "turnaround.mean", "threads.<thread>.turnaround.mean");
await completes('{"profile": "|"}', "apollo-lm");
await completes('{"system": {"profile": "|"}}', "linux-6.18-two-processors");
await completes('{"conventions": {"order": ["|"]}}', "completion", "wake");

console.log(`${files("scenarios").length} scenarios and ${broken} broken ones`);
process.exit(failures > 0 ? 1 : 0);
