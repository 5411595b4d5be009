/*
 * dom.js - elements without markup: whatever a text holds, it stays text.
 */

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, properties, children) {
    for (const [name, value] of Object.entries(properties ?? {})) {
        if (name.startsWith('on'))
            element.addEventListener(name.slice(2), value);
        else if (name in element && !name.includes('-') && name !== 'list'
            && !(element instanceof SVGElement))
            element[name] = value;
        else if (value !== null && value !== undefined && value !== false)
            element.setAttribute(name, value === true ? '' : value);
    }
    element.append(...children.flat(3).filter((c) =>
        c !== null && c !== undefined && c !== false));
    return element;
}

/* An HTML element: h('p', { className: 'note' }, 'text', child ...). */
export function h(tag, properties, ...children) {
    return fill(document.createElement(tag), properties, children);
}

/* The same of SVG. */
export function svg(tag, properties, ...children) {
    return fill(document.createElementNS(SVG, tag), properties, children);
}

export function replace(element, ...children) {
    element.replaceChildren(...children.flat(3).filter((c) => c));
    return element;
}

/* A table with a caption that a reader of screens hears; the cells are texts,
 * numbers or elements; the first of a row is its head. */
export function table(caption, heads, rows, className = '') {
    const cell = (content, i) => i === 0
        ? h('th', { scope: 'row' }, content ?? '')
        : h('td', {}, content ?? '');
    return h('div', { className: 'scroll', tabIndex: 0, role: 'group',
        'aria-label': caption },
    h('table', { className },
        h('caption', {}, caption),
        h('thead', {}, h('tr', {}, heads.map((head) =>
            h('th', { scope: 'col' }, head)))),
        h('tbody', {}, rows.map((row) => h('tr', {}, row.map(cell))))));
}

export function download(name, type, content) {
    const url = URL.createObjectURL(content instanceof Blob ? content
        : new Blob([content], { type }));
    h('a', { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
}
