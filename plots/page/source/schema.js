/*
 * schema.js - what may stand at a place of a scenario, by its JSON Schema.
 */

const STEPS_MOST = 4000; /* of one look, however the schema is knotted */

/* Whether a condition of the schema holds for a value; undefined: not known. */
function holds(condition, value) {
    if (!value || typeof value !== 'object')
        return undefined;
    if (condition.required?.some((key) => !(key in value)))
        return false;
    const [[key, wanted] = []] = Object.entries(condition.properties ?? {});
    if (!key)
        return condition.required ? true : undefined;
    if ('const' in wanted)
        return value[key] === wanted.const;
    return wanted.enum ? wanted.enum.includes(value[key]) : undefined;
}

/* All shapes that a schema may mean for a value: references followed, choices
 * opened. */
function shapes(root, schema, value) {
    const found = [], seen = new Set(), open = [schema];
    for (let steps = 0; open.length > 0 && steps < STEPS_MOST; steps++) {
        const one = open.pop();
        if (!one || typeof one !== 'object' || seen.has(one))
            continue;
        seen.add(one);
        found.push(one);
        if (one.$ref)
            open.push(root.$defs[one.$ref.replace('#/$defs/', '')]);
        for (const word of ['anyOf', 'oneOf', 'allOf'])
            open.push(...(one[word] ?? []));
        if (one.if) {
            const is = holds(one.if, value);
            if (is !== false)
                open.push(one.then);
            if (is !== true)
                open.push(one.else);
        }
    }
    return found;
}

/* The shapes at a path of keys and indices in a document. */
function at(root, path, document) {
    let here = shapes(root, root, document), value = document;
    for (const key of path) {
        value = value?.[key];
        const next = here.flatMap((shape) => typeof key === 'number'
            ? [shape.items] : [shape.properties?.[key]
                ?? (typeof shape.additionalProperties === 'object'
                    ? shape.additionalProperties : undefined)]).filter(Boolean);
        here = next.flatMap((schema) => shapes(root, schema, value));
    }
    return { here, value };
}

function unique(list) {
    return [...new Map(list.map((one) => [one.name, one])).values()]
        .sort((a, b) => a.name.localeCompare(b.name));
}

function aboutOf(root, schema) {
    return schema?.description
        ?? root.$defs[schema?.$ref?.replace('#/$defs/', '')]?.description;
}

/* The keys that an object at the path may have and has not. */
export function keysAt(root, path, document) {
    const { here, value } = at(root, path, document);
    return unique(here.flatMap((shape) => Object.entries(shape.properties ?? {})
        .filter(([name]) => !(value && typeof value === 'object' && name in value))
        .map(([name, schema]) => ({ name, about: aboutOf(root, schema) }))));
}

/* The words that may stand at the path. */
export function valuesAt(root, path, document) {
    const { here } = at(root, path, document);
    return unique(here.flatMap((shape) => [
        ...('const' in shape ? [shape.const] : []), ...(shape.enum ?? []),
    ].filter((word) => ['string', 'boolean'].includes(typeof word))
        .map((word) => ({ name: String(word), about: shape.description,
            text: JSON.stringify(word) }))));
}
