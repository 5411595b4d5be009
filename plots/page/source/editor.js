/*
 * editor.js - the scenario as text, with the program's own messages under the
 * lines and completion from its schema. A part of the page that comes when it is
 * asked for. It stands in a shadow of its own, so that its styles need no leave.
 */
import { autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, defaultHighlightStyle, syntaxHighlighting, syntaxTree }
    from '@codemirror/language';
import { EditorState, StateEffect, StateField } from '@codemirror/state';
import { Decoration, drawSelection, EditorView, keymap, lineNumbers, WidgetType }
    from '@codemirror/view';
import { keysAt, valuesAt } from './schema.js';

const CHECK_AFTER = 300; /* milliseconds after the last key */

class Message extends WidgetType {
    constructor(text) {
        super();
        this.text = text;
    }

    eq(other) {
        return other.text === this.text;
    }

    toDOM() {
        const line = document.createElement('div');
        line.className = 'message';
        line.textContent = this.text;
        return line;
    }
}

const setProblems = StateEffect.define();

const problemField = StateField.define({
    create: () => Decoration.none,
    update(decorations, transaction) {
        let next = decorations.map(transaction.changes);
        for (const effect of transaction.effects)
            if (effect.is(setProblems))
                next = decorate(transaction.state, effect.value);
        return next;
    },
    provide: (field) => EditorView.decorations.from(field),
});

/* What stands at a column of a line: the word of JSON, or the line where there
 * is none. */
function wordAt(state, line, column) {
    const before = [...line.text].slice(0, Math.max(0, column - 1)).join('').length;
    const node = syntaxTree(state).resolveInner(line.from + before, 1);
    const from = Math.max(line.from, node.from), to = Math.min(line.to, node.to);
    if (column > 0 && !node.firstChild && from < to)
        return [from, to];
    /* An object begins with its bracket. */
    return column > 0 && before < line.text.length
        ? [line.from + before, line.from + before + 1] : [line.from, line.to];
}

/* problems: as problems.js has them. */
function decorate(state, problems) {
    const marks = problems.flatMap(({ line, column, text }) => {
        const at = state.doc.line(Math.max(1, Math.min(line, state.doc.lines)));
        const [from, to] = wordAt(state, at, line > 0 ? column : 0);
        return [...(from < to ? [Decoration.mark({ class: 'wrong' }).range(from, to)] : []),
            Decoration.widget({ widget: new Message(text), block: true, side: 1 })
                .range(at.to)];
    });
    return Decoration.set(marks, true);
}

/* The keys that lead to a place of the text: ["threads", 0, "name"]. */
function pathTo(state, node) {
    const path = [];
    for (let n = node; n; n = n.parent) {
        if (n.name === 'Property') {
            const name = n.getChild('PropertyName');
            if (name && name !== node)
                path.unshift(unquoted(state.sliceDoc(name.from, name.to)));
        }
        if (n.parent?.name === 'Array') {
            let index = 0;
            for (let s = n.prevSibling; s; s = s.prevSibling)
                index += /^(Object|Array|String|Number|True|False|Null)$/.test(s.name);
            path.unshift(index);
        }
    }
    return path;
}

function unquoted(text) {
    try {
        return JSON.parse(text);
    } catch {
        return text.replace(/^"|"$/g, '');
    }
}

function tolerant(text) {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

function complete(schema) {
    let last; /* the newest text that could be read */
    return (context) => {
        const { state, pos } = context;
        const node = syntaxTree(state).resolveInner(pos, -1);
        last = tolerant(state.doc.toString()) ?? last;
        const word = context.matchBefore(/"[^"\n]*|[\w.-]*/);
        if (!word || (word.from === word.to && !context.explicit))
            return null;
        const before = state.sliceDoc(0, word.from).trimEnd().at(-1);
        const asKey = before === '{' || (before === ','
            && !/Array/.test(node.name) && node.parent?.name !== 'Array');
        let path = pathTo(state, node);
        if (asKey && node.parent?.name === 'Property' && node.name === 'PropertyName')
            path = pathTo(state, node.parent.parent);
        const quoted = word.text.startsWith('"');
        const closing = quoted && state.sliceDoc(pos, pos + 1) === '"';
        const apply = (text) => {
            const rest = quoted && text.startsWith('"') ? text.slice(1) : text;
            return closing && rest.endsWith('"') ? rest.slice(0, -1)
                : rest + (asKey ? ': ' : '');
        };
        const options = (asKey ? keysAt(schema, path, last)
            : valuesAt(schema, path, last)).map(({ name, about, text }) => ({
            label: name, detail: about?.slice(0, 90),
            apply: apply(text ?? JSON.stringify(name)),
        }));
        return { from: word.from + (quoted ? 1 : 0), options,
            validFor: /^[\w.-]*$/ };
    };
}

const look = EditorView.theme({
    '&': { color: 'var(--ink)', backgroundColor: 'var(--paper)',
        fontSize: '14px', border: '1px solid var(--line)', borderRadius: '6px' },
    '&.cm-focused': { outline: '3px solid var(--cursor)' },
    '.cm-scroller': { fontFamily: 'ui-monospace, monospace', maxHeight: '70vh' },
    '.cm-gutters': { backgroundColor: 'var(--panel)', color: 'var(--soft)',
        border: 'none' },
    '.cm-content': { caretColor: 'var(--ink)' },
    '.cm-cursor': { borderLeftColor: 'var(--ink)' },
    '&.cm-focused .cm-selectionBackground, .cm-selectionBackground':
        { backgroundColor: 'var(--ready)' },
    '.message': { color: 'var(--bad)', padding: '2px 8px 4px 24px',
        whiteSpace: 'pre-wrap', fontFamily: 'system-ui, sans-serif' },
    '.wrong': { textDecoration: 'underline wavy var(--bad)' },
    '.cm-tooltip': { backgroundColor: 'var(--panel)', color: 'var(--ink)',
        border: '1px solid var(--line)' },
    '.cm-tooltip-autocomplete ul li[aria-selected]':
        { backgroundColor: 'var(--strong)', color: 'var(--on-strong)' },
});

/* Opens an editor in `parent`. on: { check(text) => problems, play(text) }; label
 * names it. */
export function openEditor(parent, text, { schema, label, dark, on }) {
    const root = parent.shadowRoot ?? parent.attachShadow({ mode: 'open' });
    root.replaceChildren();
    let timer = 0;
    const check = async (view) => {
        const asked = view.state.doc.toString();
        const problems = await on.check(asked);
        if (view.state.doc.toString() === asked)
            view.dispatch({ effects: setProblems.of(problems) });
    };
    const later = EditorView.updateListener.of((update) => {
        if (!update.docChanged)
            return;
        clearTimeout(timer);
        timer = setTimeout(() => check(update.view), CHECK_AFTER);
    });
    const view = new EditorView({
        root, parent: root,
        state: EditorState.create({ doc: text, extensions: [
            lineNumbers(), history(), drawSelection(), bracketMatching(), json(),
            dark ? [] : syntaxHighlighting(defaultHighlightStyle),
            problemField, later, look, EditorView.lineWrapping,
            EditorView.contentAttributes.of({ 'aria-label': label }),
            autocompletion({ override: [complete(schema)] }),
            keymap.of([{ key: 'Mod-Enter', run: (v) => {
                on.play(v.state.doc.toString());
                return true;
            } }, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
        ] }),
    });
    check(view);
    return {
        view,
        get text() {
            return view.state.doc.toString();
        },
        set text(next) {
            view.dispatch({ changes: { from: 0, to: view.state.doc.length,
                insert: next } });
        },
    };
}
