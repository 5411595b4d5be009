/*
 * takeaway.js - what can be taken out of the page: pictures, tables, traces.
 */
import { Decisions } from './decisions.js';
import { download } from './dom.js';

function field(value) {
    const text = String(value);
    /* A spreadsheet takes what begins like this for a formula. */
    const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text))
        ? `'${text}` : text;
    return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/* The stretches of a result; times in picoseconds. */
export function csvOf(result) {
    const { spans } = result;
    const lines = ['place,kind,thread,from_ps,to_ps'];
    for (let i = 0; i < spans.from.length; i++)
        lines.push([result.places[spans.place[i]], result.kinds[spans.kind[i]],
            result.names[result.rows.get(spans.who[i])] ?? '', spans.from[i],
            spans.to[i]].map(field).join(','));
    return `${lines.join('\n')}\n`;
}

/* Chrome's JSON trace, which ui.perfetto.dev opens: a row a place, with the
 * reasons as instants. Times are microseconds there. */
export function perfettoOf(result) {
    const { spans } = result;
    const events = result.places.map((name, tid) => ({ ph: 'M', pid: 1, tid,
        name: 'thread_name', args: { name } }));
    const label = (i) => result.names[result.rows.get(spans.who[i])] ?? '';
    for (let i = 0; i < spans.from.length; i++)
        events.push({ ph: 'X', pid: 1, tid: spans.place[i], ts: spans.from[i] / 1e6,
            dur: (spans.to[i] - spans.from[i]) / 1e6, cat: result.kinds[spans.kind[i]],
            name: label(i) || result.kinds[spans.kind[i]] });
    const decisions = new Decisions(result);
    for (let i = 0; decisions.told && i < decisions.count; i++)
        events.push({ ph: 'i', s: 't', pid: 1, tid: result.reasons.place[i],
            ts: decisions.at(i) / 1e6, name: 'why', args: { why: decisions.text(i) } });
    return JSON.stringify({ displayTimeUnit: 'ns', traceEvents: events });
}

export function takeCsv(result) {
    download('stretches.csv', 'text/csv', csvOf(result));
}

export function takePerfetto(result) {
    download('trace.json', 'application/json', perfettoOf(result));
}

export function takeSvg(figure) {
    download('chart.svg', 'image/svg+xml',
        figure.chart.toSvg(figure.heading.textContent));
}

export async function takePng(figure) {
    download('chart.png', 'image/png', await figure.chart.toPng());
}

export function takeScenario(document) {
    download('scenario.json', 'application/json',
        `${JSON.stringify(document, null, 2)}\n`);
}
