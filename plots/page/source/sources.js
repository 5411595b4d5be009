/*
 * sources.js - what others found beside what comes out here: the scenario's
 * expectations, whose they are, and the way to the points that they are of.
 */
import { h, replace, table } from './dom.js';
import { t } from './words.js';

const PLACES_MOST = 12;

export class Sources {
    /* page: whose results, document and settings these are. */
    constructor(page) {
        this.page = page;
        this.body = h('div', {});
        this.element = h('section', { className: 'sources' },
            h('h3', {}, t('sources')), this.body);
    }

    show() {
        const { page } = this;
        const judged = page.results[0].expectations.map((e) => [
            [e.about, e.text].filter(Boolean).join(': '), t(`whose ${e.whose}`),
            h('span', { className: e.holds ? 'good' : 'bad' },
                t(e.holds ? 'holds' : 'misses'))]);
        const places = this.places();
        this.element.hidden = judged.length + places.length === 0;
        replace(this.body,
            [page.shipped.fitted, page.shipped.source]
                .filter((text) => typeof text === 'string')
                .map((text) => h('p', { className: 'hint' }, text)),
            judged.length > 0 && table(t('sources'), [t('sourceHead'), t('whoseHead'),
                t('holdsHead')], judged),
            h('p', { className: 'places' }, places.map(([label, where]) =>
                h('button', { type: 'button', onclick: () => this.goTo(where) },
                    `${t('goThere')}: ${label}`))));
    }

    /* Where else something is known: [label, what the sweep has there]. */
    places() {
        const controls = this.page.story?.controls ?? [];
        const places = new Map();
        if (controls.some((c) => c.kind === 'point'))
            return [];
        for (const { where } of this.page.expected()) {
            const label = Object.entries(where ?? {}).map(([pointer, value]) =>
                word(controls.find((c) => c.sets.includes(pointer)), pointer, value))
                .join(', ').slice(0, 90);
            if (label)
                places.set(label, where);
        }
        return [...places].slice(0, PLACES_MOST);
    }

    goTo(where) {
        const { page } = this;
        const sets = { ...page.state.a, values: { ...page.state.a.values } };
        for (const [pointer, value] of Object.entries(where)) {
            const together = page.story?.controls?.find((c) => c.sets.includes(pointer));
            for (const one of together?.sets ?? [pointer]) {
                delete sets.values[one]; /* what is set last comes last */
                sets.values[one] = JSON.stringify(value);
            }
        }
        page.change('a', sets);
    }
}

function word(control, pointer, value) {
    const text = typeof value === 'object' ? JSON.stringify(value) : value;
    const name = control ? control.name ?? t(control.label) : pointer.split('/').pop();
    return `${name} ${control?.names?.[control.values?.indexOf(text)] ?? text}`;
}
