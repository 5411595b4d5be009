/*
 * frame.js - what stands around a figure: the choice of what is shown, the
 * language, the legend.
 */
import { h } from './dom.js';
import { stories } from './stories.js';
import { language, languages, setLanguage, t, told } from './words.js';

/* Stories, shipped scenarios, what came with the page, kinds of exercises. */
function choice(page) {
    const option = (id, name) => h('option', { value: id,
        selected: id === page.chosen }, name);
    const shipped = Object.keys(page.files).filter((f) => f.startsWith('scenarios/'))
        .map((f) => f.slice(10, -5)).sort();
    const select = h('select', { id: 'story',
        onchange: () => page.choose(select.value) },
    page.given.length > 0 && h('optgroup', { label: t('given') },
        page.given.map(({ name }, i) => option(`given ${i}`, name))),
    h('optgroup', { label: t('story') }, stories.map((s) =>
        option(s.id, told(s.title)))),
    h('optgroup', { label: t('exercises') }, page.kinds.map(({ name, about }) =>
        option(`exercise ${name}`, `${name}: ${about}`))),
    h('optgroup', { label: t('scenarios') }, shipped.map((id) => option(`file ${id}`, id))));
    return h('div', { className: 'choice' },
        h('label', { htmlFor: 'story' }, t('story')), select);
}

/* skip(): goes to what the page is about. */
export function header(page, skip) {
    const select = h('select', { id: 'language', onchange: () => {
        setLanguage(select.value);
        page.render();
        page.play();
    } }, languages.map(({ id, name }) => h('option', { value: id, lang: id,
        selected: id === language() }, name)));
    return h('header', {}, h('a', { className: 'skip', href: '#page',
        onclick: (e) => {
            e.preventDefault();
            skip();
        } }, t('skip')),
    h('h1', {}, t('lab')), choice(page),
    h('div', { className: 'choice' },
        h('label', { htmlFor: 'language', className: 'unseen' }, 'Language'), select));
}

export function legend() {
    const item = (sign, name) => h('li', {}, h('span', {
        className: `sign ${sign}`, 'aria-hidden': 'true' }), t(name));
    return h('details', { className: 'legend', open: innerWidth > 700 },
        h('summary', {}, t('legend')),
        h('ul', {}, item('run', 'run'), item('ready', 'readyLegend'),
            item('blocked', 'blockedLegend'), item('switch', 'switchLegend'),
            item('hold', 'holdLegend'), item('arrival', 'arrivalLegend'),
            item('deadline', 'deadlineLegend'), item('missed', 'missedLegend'),
            item('finish', 'finishLegend'), item('event', 'eventLegend'),
            item('hand', 'handLegend')));
}
