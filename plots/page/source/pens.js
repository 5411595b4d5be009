/*
 * pens.js - what paint.js draws with: a canvas, and the text of an SVG file.
 */

const FONT = '12px system-ui, sans-serif';


/* Lines from corner to corner, five ways and dots, each a tile of 8 by 8. */
const HATCH_LINES = [[], [[0, 8, 8, 0]], [[0, 0, 8, 8]], [[4, 0, 4, 8]],
    [[0, 4, 8, 4]], [[0, 8, 8, 0], [0, 0, 8, 8]], [[2, 4, 4, 4]]];

export class CanvasPen {
    constructor(context, scale) {
        this.context = context;
        this.scale = scale;
        this.tiles = new Map();
        context.font = FONT;
    }

    rect(x, y, width, height, colour) {
        this.context.fillStyle = colour;
        this.context.fillRect(x, y, width, height);
    }

    frame(x, y, width, height, colour) {
        this.context.strokeStyle = colour;
        this.context.lineWidth = 1;
        this.context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
    }

    tile(number, colour) {
        const key = number + colour;
        if (!this.tiles.has(key)) {
            const canvas = new OffscreenCanvas(8, 8);
            const context = canvas.getContext('2d');
            context.strokeStyle = colour;
            context.lineWidth = 1.4;
            for (const [x1, y1, x2, y2] of HATCH_LINES[number % 7]) {
                context.beginPath();
                context.moveTo(x1, y1);
                context.lineTo(x2, y2);
                context.stroke();
            }
            this.tiles.set(key, this.context.createPattern(canvas, 'repeat'));
        }
        return this.tiles.get(key);
    }

    hatch(x, y, width, height, number, colour) {
        this.context.fillStyle = this.tile(number, colour);
        this.context.fillRect(x, y, width, height);
    }

    line(x1, y1, x2, y2, colour, width) {
        const { context } = this;
        context.strokeStyle = colour;
        context.lineWidth = width;
        context.beginPath();
        context.moveTo(x1, y1);
        context.lineTo(x2, y2);
        context.stroke();
    }

    dotted(x, y, width, colour) {
        this.context.fillStyle = colour;
        if (width < 8) {
            this.context.fillRect(x, y - 1, width, 2);
            return;
        }
        for (let at = 0; at < width; at += 6)
            this.context.fillRect(x + at, y - 1, Math.min(3, width - at), 2);
    }

    path(points, colour, width) {
        const { context } = this;
        context.strokeStyle = colour;
        context.lineWidth = width;
        context.beginPath();
        points.forEach(([x, y], i) => i ? context.lineTo(x, y) : context.moveTo(x, y));
        context.stroke();
    }

    shape(points, colour) {
        const { context } = this;
        context.fillStyle = colour;
        context.beginPath();
        points.forEach(([x, y], i) => i ? context.lineTo(x, y) : context.moveTo(x, y));
        context.fill();
    }

    arrow(x, from, to, colour) {
        const back = Math.sign(from - to);
        this.line(x, from, x, to + 3 * back, colour, 1.5);
        this.shape([[x, to], [x - 3.5, to + 5 * back], [x + 3.5, to + 5 * back]],
            colour);
    }

    cross(x, y, size, colour) {
        this.line(x - size, y - size, x + size, y + size, colour, 2);
        this.line(x - size, y + size, x + size, y - size, colour, 2);
    }

    diamond(x, y, size, colour) {
        this.shape([[x, y - size], [x + size, y], [x, y + size], [x - size, y]],
            colour);
    }

    text(text, x, y, colour, align) {
        const { context } = this;
        context.fillStyle = colour;
        context.textAlign = align;
        context.textBaseline = 'alphabetic';
        context.fillText(text, x, y);
    }

    width(text) {
        return this.context.measureText(text).width;
    }

    /* A text in a box, cut where it is too long, or left away. */
    label(text, x, y, width, height, colour, align = 'center') {
        let short = text;
        while (short.length > 1 && this.width(short) > width - 4)
            short = short.slice(0, short.length > 12 ? -3 : -1);
        if (short === '' || this.width(short) > width - 2)
            return;
        if (short.length < text.length && align === 'left')
            short = `${short.slice(0, -1)}\u2026`;
        this.text(short, align === 'center' ? x + width / 2 : x,
            y + height / 2 + 4, colour, align);
    }

    clip(x, y, width, height) {
        this.context.save();
        this.context.beginPath();
        this.context.rect(x, y, width, height);
        this.context.clip();
    }

    unclip() {
        this.context.restore();
    }
}

function escape(text) {
    return String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

function round(number) {
    return Math.round(number * 100) / 100;
}

/* Collects the elements of an SVG picture; measures like the canvas it has. */
export class SvgPen extends CanvasPen {
    constructor(context) {
        super(context, 1);
        this.parts = [];
    }

    element(tag, attributes, text) {
        const words = Object.entries(attributes).map(([name, value]) =>
            ` ${name}="${escape(typeof value === 'number' ? round(value) : value)}"`);
        this.parts.push(text === undefined ? `<${tag}${words.join('')}/>`
            : `<${tag}${words.join('')}>${escape(text)}</${tag}>`);
    }

    rect(x, y, width, height, fill) {
        this.element('rect', { x, y, width: Math.max(0, width), height, fill });
    }

    frame(x, y, width, height, stroke) {
        this.element('rect', { x: x + 0.5, y: y + 0.5,
            width: Math.max(0, width - 1), height: height - 1, fill: 'none', stroke });
    }

    hatch(x, y, width, height, number, stroke) {
        this.used ??= new Map();
        const id = `h${number}`;
        this.used.set(id, { number, stroke });
        this.rect(x, y, width, height, `url(#${id})`);
    }

    line(x1, y1, x2, y2, stroke, width) {
        this.element('line', { x1, y1, x2, y2, stroke, 'stroke-width': width });
    }

    dotted(x, y, width, stroke) {
        this.element('line', { x1: x, y1: y, x2: x + width, y2: y, stroke,
            'stroke-width': 2, 'stroke-dasharray': '3 3' });
    }

    path(points, stroke, width) {
        this.element('polyline', { points: points.map((p) =>
            p.map(round).join(',')).join(' '), fill: 'none', stroke,
        'stroke-width': width });
    }

    shape(points, fill) {
        this.element('polygon', { points: points.map((p) =>
            p.map(round).join(',')).join(' '), fill });
    }

    text(text, x, y, fill, align) {
        const anchor = { center: 'middle', left: 'start', right: 'end' }[align];
        this.element('text', { x, y, fill, 'text-anchor': anchor }, text);
    }

    clip(x, y, width, height) {
        this.parts.push(`<clipPath id="c"><rect x="${round(x)}" y="${round(y)}"`
            + ` width="${round(width)}" height="${round(height)}"/></clipPath>`
            + '<g clip-path="url(#c)">');
    }

    unclip() {
        this.parts.push('</g>');
    }

    /* The file. */
    file(width, height, title) {
        const tiles = [...(this.used ?? [])].map(([id, { number, stroke }]) =>
            `<pattern id="${id}" width="8" height="8" `
            + 'patternUnits="userSpaceOnUse">'
            + HATCH_LINES[number % 7].map(([x1, y1, x2, y2]) =>
                `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" `
                + `stroke="${stroke}" stroke-width="1.4"/>`).join('')
            + '</pattern>');
        return '<svg xmlns="http://www.w3.org/2000/svg" '
            + `width="${width}" height="${height}" role="img" `
            + `font-family="system-ui, sans-serif" font-size="12">\n`
            + `<title>${escape(title)}</title>\n<defs>${tiles.join('')}</defs>\n`
            + `${this.parts.join('\n')}\n</svg>\n`;
    }
}


