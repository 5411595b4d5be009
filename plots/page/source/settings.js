/*
 * settings.js - the values of a scenario that a reader may turn, as controls.
 *
 * A story says its own; for any other scenario they are found: the policy, its
 * fields by the schema, how many threads and processors, the seed.
 */
import { h } from './dom.js';
import { parseTime, time, writeTime } from './format.js';
import { t } from './words.js';

const TIME_FROM = 1e6, TIME_TO = 1e12; /* where nothing says better */

/* What a JSON Pointer names in a document; undefined: nothing. */
export function look(document, pointer) {
    let value = document;
    for (const part of pointer.split('/').slice(1))
        value = value?.[part.replaceAll('~1', '/').replaceAll('~0', '~')];
    return value;
}

/* The policies with the definitions of their fields, from the schema. */
export function policiesOf(schema) {
    const policies = new Map();
    for (const form of schema.$defs.policies.anyOf) {
        const [name, shape] = Object.entries(form.properties ?? {})[0] ?? [];
        if (name)
            policies.set(name, shape.$ref
                ? schema.$defs[shape.$ref.split('/').pop()] : {});
    }
    return policies;
}

/* A value for a field that a policy asks for and the scenario has not. */
const NEEDED = { slice: '4ms', latency: '20ms', quantum: '4ms' };

/* The system section under another policy: what every system has stays, fields
 * of the old policy go, fields that the new one needs come. */
export function underPolicy(system, name, policies) {
    const old = new Set(Object.keys(
        policies.get(typeof system?.policy === 'string' ? system.policy : 'fifo')
            ?.properties ?? {}));
    const shape = policies.get(name) ?? {};
    const taken = new Set(Object.keys(shape.properties ?? {}));
    const next = {};
    for (const [key, value] of Object.entries(system ?? {}))
        if (!old.has(key) || taken.has(key))
            next[key] = value;
    next.policy = name;
    const required = [...(shape.required ?? []),
        ...(shape.oneOf?.[0]?.required ?? [])];
    for (const key of required)
        if (next[key] === undefined)
            next[key] = NEEDED[key] ?? system?.[key] ?? '4ms';
    return next;
}

/* Turning a control's value into the JSON text that is set, and back. */
const kinds = {
    time: {
        read: (value, unit) => parseTime(value, unit),
        write: (number) => JSON.stringify(writeTime(number)),
        show: (number) => time(number),
    },
    count: { read: Number, write: (n) => String(Math.round(n)),
        show: (n) => String(Math.round(n)) },
    rate: { read: (value) => parseFloat(value),
        write: (n) => JSON.stringify(`${n}/s`), show: (n) => `${n}/s` },
    seed: { read: Number, write: (n) => String(Math.round(n)),
        show: (n) => String(Math.round(n)) },
};

/* Controls of any scenario. */
export function findControls(document, schema) {
    const controls = [];
    const policies = policiesOf(schema);
    const policy = document.system?.policy ?? 'fifo';
    const system = document.system ?? {};
    const unit = document.unit;
    for (const key of Object.keys(policies.get(policy)?.properties ?? {}))
        if (parseTime(system[key], unit) > 0) {
            const now = parseTime(system[key], unit);
            controls.push({ sets: [`/system/${key}`], label: key, kind: 'time',
                min: Math.max(1, now / 100), max: now * 100 });
        }
    if (!document.system?.profile)
        controls.push({ sets: [], label: 'policy', kind: 'policy' });
    (Array.isArray(document.threads) ? document.threads : []).slice(0, 3)
        .forEach((thread, i) => controls.push({
            sets: [`/threads/${i}/count`], kind: 'count', min: 0,
            max: Math.max(20, 4 * (thread.count ?? 1)),
            name: thread.name ?? `threads ${i + 1}` }));
    if (!document.computer?.topology && !document.computer?.profile)
        controls.push({ sets: ['/computer/processors'], label: 'processors',
            kind: 'count', min: 1, max: 8 });
    return controls;
}

/* What a control stands at: in its own numbers, or a choice's JSON text. */
export function valueOf(control, sets, document) {
    const { kind } = control;
    if (kind === 'seed')
        return Number(sets.seed ?? document.seed ?? 1);
    if (kind === 'point')
        return Number(sets.index ?? 0);
    if (kind === 'policy')
        return (sets.values['/system']
            ? JSON.parse(sets.values['/system']) : document.system)?.policy ?? 'fifo';
    const pointer = control.sets[0];
    const text = sets.values[pointer];
    const value = text !== undefined ? JSON.parse(text) : look(document, pointer);
    if (kind === 'choice')
        return typeof value === 'object' ? JSON.stringify(value)
            : String(value ?? control.values[0]);
    return kinds[kind].read(value ?? (kind === 'count' ? 1 : control.min),
        document.unit);
}

function putValue(control, sets, value, document, schema) {
    const next = { ...sets, values: { ...sets.values } };
    switch (control.kind) {
    case 'seed': next.seed = Math.round(value); break;
    case 'point': next.index = value; break;
    case 'policy':
        next.values['/system'] = JSON.stringify(underPolicy(
            currentSystem(sets, document), value, policiesOf(schema)));
        for (const pointer of Object.keys(next.values))
            if (pointer.startsWith('/system/'))
                delete next.values[pointer];
        break;
    case 'choice':
        for (const pointer of control.sets) {
            delete next.values[pointer]; /* what is set last comes last */
            next.values[pointer] = value.startsWith('{') ? value
                : JSON.stringify(value);
        }
        break;
    default:
        for (const pointer of control.sets)
            next.values[pointer] = kinds[control.kind].write(value);
    }
    return next;
}

/* The system section with what was set in it. */
function currentSystem(sets, document) {
    const system = { ...(sets.values['/system']
        ? JSON.parse(sets.values['/system']) : document.system) };
    for (const [pointer, text] of Object.entries(sets.values))
        if (/^\/system\/[^/]+$/.test(pointer))
            system[pointer.slice(8)] = JSON.parse(text);
    return system;
}

let numbers = 0;

/* A slider: times on a scale of powers, everything else straight. */
function slider(control, now, change) {
    const { kind } = control;
    const logarithmic = kind === 'time';
    const min = control.min ?? TIME_FROM, max = Math.max(control.max ?? TIME_TO, now);
    const toSlider = (v) => logarithmic ? Math.log(Math.max(v, min)) : v;
    const fromSlider = (v) => logarithmic ? niceTime(Math.exp(v)) : v;
    const show = h('output', {}, kinds[kind].show(now));
    const input = h('input', {
        type: 'range', min: toSlider(min), max: toSlider(max),
        step: logarithmic ? (toSlider(max) - toSlider(min)) / 200
            : control.step ?? 1,
        value: toSlider(now),
        'aria-valuetext': kinds[kind].show(now),
        oninput: () => {
            const value = fromSlider(Number(input.value));
            show.textContent = kinds[kind].show(value);
            input.setAttribute('aria-valuetext', kinds[kind].show(value));
            change(value);
        },
    });
    return { input, show };
}

/* Two digits, so that a slider stops at times that people say. */
function niceTime(picoseconds) {
    const size = 10 ** Math.floor(Math.log10(picoseconds));
    const digits = picoseconds / size;
    const step = digits < 2 ? 0.1 : digits < 5 ? 0.25 : 0.5;
    return Math.round(digits / step) * step * size;
}

function chooser(values, names, now, change) {
    const index = Math.max(0, values.indexOf(now));
    return h('select', { onchange: (e) => change(values[e.target.selectedIndex]) },
        values.map((value, i) => h('option', { selected: i === index },
            String(names?.[i] ?? value))));
}

/* One control with its label; `change(sets)` is told what it sets now. */
export function makeControl(control, sets, document, schema, change) {
    const id = `control-${++numbers}`;
    const now = valueOf(control, sets, document);
    const put = (value) =>
        change(putValue(control, sets, value, document, schema));
    const label = h('label', { htmlFor: id }, control.name ?? t(control.label));
    if (['choice', 'policy', 'point'].includes(control.kind)) {
        const values = control.kind === 'policy' ? [...policiesOf(schema).keys()]
            : control.values;
        const select = chooser(values, control.names, now, put);
        select.id = id;
        return h('div', { className: 'control' }, label, select);
    }
    const { input, show } = slider(control, now, put);
    input.id = id;
    show.htmlFor = id;
    return h('div', { className: 'control' }, label, input, show);
}

/* All controls that fit the document as it is set, the first apart. */
export function controlsFor(story, document, sets, schema) {
    const now = { ...document };
    if (sets.values['/system'])
        now.system = JSON.parse(sets.values['/system']);
    const found = findControls(now, schema);
    const own = story?.controls ?? [];
    const taken = new Set(own.flatMap((c) => c.sets));
    const wholeSystem = taken.has('/system');
    const rest = found.filter((c) => !c.sets.some((p) => taken.has(p))
        && !(wholeSystem && (c.kind === 'policy'
            || c.sets[0]?.startsWith('/system'))));
    const seed = own.some((c) => c.kind === 'seed') ? []
        : [{ sets: [], label: 'seed', kind: 'seed', min: 1, max: 100 }];
    const valid = own.filter((c) => c.sets.every((p) => !p.startsWith('/system/')
        || look(now, p) !== undefined));
    const all = [...valid, ...rest, ...seed];
    return { first: all[0], rest: all.slice(1) };
}

/* The points of a curve along a control: what each sets, and its place on the
 * axis; NaN: a word. */
export function pointsAlong(control, values, sets, document, schema) {
    return values.map((text) => {
        const worded = control.kind === 'choice' || control.kind === 'policy'
            || control.kind === 'point';
        const value = worded ? text : control.kind === 'time'
            ? parseTime(text, document.unit) : parseFloat(text);
        return { label: worded
            ? String(control.names?.[control.values?.indexOf(text)] ?? text)
            : kinds[control.kind].show(value),
        x: worded ? NaN : value,
        sets: putValue(control, sets, value, document, schema) };
    });
}

/* Values to draw a curve along, where a story says none. */
export function spread(control, sets, document, schema) {
    const now = valueOf(control, sets, document);
    switch (control.kind) {
    case 'choice': case 'point': return control.values;
    case 'policy': return [...policiesOf(schema).keys()];
    case 'time': return [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16]
        .map((f) => writeTime(now * f));
    case 'rate': return Array.from({ length: 8 }, (_, i) =>
        `${Math.round(control.min + (control.max - control.min) * i / 7)}/s`);
    default: {
        const steps = Math.min(12, control.max - control.min);
        return [...new Set(Array.from({ length: steps + 1 }, (_, i) => String(
            Math.round(control.min + (control.max - control.min) * i / steps))))];
    }
    }
}
