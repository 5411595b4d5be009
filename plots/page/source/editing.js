/*
 * editing.js - the part of the page that the editor opens in.
 */
import { editor } from 'assets';
import { h, replace } from './dom.js';
import { problemsOf } from './problems.js';
import { t } from './words.js';

export class Editing {
    /* page: whose scenario is edited and checked. */
    constructor(page) {
        this.page = page;
        this.place = h('div', { className: 'editor' });
        this.problems = h('div', { className: 'problems', 'aria-live': 'polite' });
        this.element = h('details', { className: 'editing', ontoggle: () => this.open() },
            h('summary', {}, t('editor')), this.place, this.problems,
            h('div', { className: 'row' },
                h('button', { type: 'button',
                    onclick: () => page.edit(this.editor.text) },
                `${t('check')} (Ctrl+Enter)`),
                h('button', { type: 'button',
                    onclick: () => page.choose(page.state.story) }, t('reset'))));
    }

    async open() {
        if (!this.element.open || this.opened)
            return;
        this.opened = true;
        const { openEditor } = await editor();
        this.editor = openEditor(this.place, this.page.source.text, {
            schema: this.page.schema, label: t('editor'),
            dark: matchMedia('(prefers-color-scheme: dark)').matches,
            on: { check: (text) => this.check(text),
                play: (text) => this.page.edit(text) },
        });
    }

    /* The problems of a text, which are listed below it, too. */
    async check(text) {
        let problems = [];
        try {
            await this.page.lab.ask('check',
                { ...this.page.source, text, whole: true });
        } catch (error) {
            problems = problemsOf(error.message);
        }
        replace(this.problems, problems.length === 0 ? h('p', {}, t('fine'))
            : h('ul', {}, problems.map((p) => h('li', {},
                p.line ? `${p.line}: ${p.text}` : p.text))));
        return problems;
    }
}
