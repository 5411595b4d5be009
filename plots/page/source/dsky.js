/*
 * dsky.js - the display and keyboard of the guidance computer, as it stands at an
 * instant of the run. What the model leaves at the place "dsky" is text: "PROG
 * 63", "V16N68", "ALARM 01202", "GOJAM", "RSET", "KEY REL".
 */
import { h, replace } from './dom.js';
import { time } from './format.js';
import { t } from './words.js';

const LAMPS = ['PROG', 'KEY REL', 'RESTART', 'COMP ACTY'];

/* The state after all that happened up to `at`. */
function stateAt(result, at) {
    const { instants, places, kinds } = result;
    const state = { prog: '', verb: '', noun: '', lamps: new Set(['COMP ACTY']),
        alarms: [], program: ['', ''] };
    for (let i = 0; i < instants.at.length && instants.at[i] <= at; i++)
        if (places[instants.place[i]] === 'dsky')
            take(state, kinds[instants.kind[i]], instants.at[i]);
    return state;
}

function take(state, text, at) {
    const alarm = /^ALARM (\d+)/.exec(text);
    const shown = /^V(\d\d)(?:N(\d\d))?/.exec(text);
    if (alarm) {
        state.alarms.push({ code: alarm[1], at });
        state.lamps.add('PROG');
    } else if (text.startsWith('PROG ')) {
        state.prog = text.slice(5, 7);
    } else if (shown) {
        [state.verb, state.noun] = [shown[1], shown[2] ?? ''];
        if (text.includes('flashing'))
            state.program = [state.verb, state.noun];
    } else if (text === 'GOJAM') {
        state.lamps.add('RESTART');
        [state.verb, state.noun] = state.program;
    } else if (text === 'RSET') {
        state.lamps.delete('PROG');
        state.lamps.delete('RESTART');
    } else if (text === 'KEY REL' || text === 'monitor off') {
        [state.verb, state.noun] = state.program;
    }
}

/* The registers: the codes of the last alarms where they are asked for. */
function registers(state) {
    const codes = state.alarms.map((a) => a.code).reverse();
    return state.verb === '05' && state.noun === '09'
        ? [codes[0], codes[1], codes[2]] : ['', '', ''];
}

export class Dsky {
    constructor(go) {
        this.go = go;
        this.element = h('section', { className: 'dsky', 'aria-label': t('dsky') });
    }

    show(result, at) {
        const state = stateAt(result, at);
        const digits = (label, value) => h('div', { className: 'dsky-field' },
            h('span', { className: 'dsky-label' }, label),
            h('span', { className: 'dsky-digits' }, value || '\u00a0\u00a0'));
        const lamp = (name) => h('span', { className: state.lamps.has(name)
            ? 'lamp on' : 'lamp' }, name,
        h('span', { className: 'unseen' }, state.lamps.has(name) ? ': on' : ': off'));
        replace(this.element, h('h3', {}, t('dsky')),
            h('div', { className: 'dsky-panel' },
                h('div', { className: 'lamps' }, LAMPS.map(lamp)),
                h('div', { className: 'dsky-display' },
                    digits('PROG', state.prog), digits('VERB', state.verb),
                    digits('NOUN', state.noun),
                    registers(state).map((r) => h('div', { className: 'register' },
                        r ? ` ${r}` : '\u00a0')))),
            h('p', {}, `${t('alarmsSoFar')}: `, state.alarms.length === 0 ? '0'
                : state.alarms.map(({ code, at: when }) => h('button', {
                    type: 'button', onclick: () => this.go(when) },
                `${code} \u00b7 ${time(when)}`))));
    }
}
