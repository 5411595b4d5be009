/*
 * format.js - quantities as people read and write them.
 */

const SCALES = [['ps', 1], ['ns', 1e3], ['us', 1e6], ['ms', 1e9], ['s', 1e12],
    ['min', 60e12], ['h', 3600e12]];
const SIZES = { time: SCALES };

function significant(value) {
    return String(Number(value.toPrecision(4)));
}

/* The unit in which numbers up to `most` picoseconds read well. */
export function timeScale(most) {
    const fit = SCALES.slice(0, 5).filter(([, size]) => most >= size);
    const [name, size] = fit.at(-1) ?? SCALES[0];
    return { name: name === 'us' ? '\u00b5s' : name, size };
}

export function time(picoseconds) {
    if (picoseconds === 0)
        return '0 s';
    const { name, size } = timeScale(Math.abs(picoseconds));
    return `${significant(picoseconds / size)} ${name}`;
}

export function quantity(value, unit) {
    switch (unit) {
    case 'time': return time(value);
    case 'ratio': return `${significant(value * 100)} %`;
    case 'rate': return `${significant(value)}/s`;
    case 'bytes': return value >= 1048576 ? `${significant(value / 1048576)} MiB`
        : value >= 1024 ? `${significant(value / 1024)} KiB` : `${value} B`;
    default: return significant(value);
    }
}

/* "5ms" or, where the scenario has a unit, 5: in picoseconds; NaN: neither. */
export function parseTime(value, unit) {
    if (typeof value === 'number')
        return unit ? value * parseTime(unit) : NaN;
    const parts = /^\s*([0-9.]+(?:e[+-]?\d+)?)\s*([a-z\u00b5]+)\s*$/i.exec(value ?? '');
    const name = parts?.[2].replace('\u00b5', 'u');
    const scale = SIZES.time.find(([known]) => known === name);
    return scale ? Number(parts[1]) * scale[1] : NaN;
}

/* A time as a scenario says it, exact to four digits. */
export function writeTime(picoseconds) {
    const { name, size } = timeScale(picoseconds);
    return `${significant(picoseconds / size)}${name.replace('\u00b5', 'u')}`;
}

/* Round marks for an axis from `from` to `to`, about `count` of them. */
export function ticks(from, to, count) {
    const rough = (to - from) / Math.max(1, count);
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough);
    const marks = [];
    for (let i = Math.ceil(from / step); i * step <= to && marks.length < 100; i++)
        marks.push(i * step);
    return marks;
}
