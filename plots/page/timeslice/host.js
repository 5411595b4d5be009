/*
 * host.js - what the WebAssembly module asks of its surroundings: a clock and
 * files that are read. The files are a map in memory; nothing else exists.
 */

const FINE = 0, BAD_FILE = 8, NO_FILE = 44;
const DIRECTORY = 3, REGULAR = 4;
const ROOT = 3; /* the number of the one folder that is open from the start */

/* A path without slashes at its ends; "" is the root. */
function clean(path) {
    return path.replace(/^[./]+/, '').replace(/\/+$/, '');
}

export class Host {
    /* files: Map of path to Uint8Array. */
    constructor(files) {
        this.files = files;
        this.open = new Map();
        this.memory = null; /* set when the module is there */
        this.progress = null; /* (picoseconds, events) => go on? */
    }

    get view() {
        return new DataView(this.memory.buffer);
    }

    text(at, length) {
        return new TextDecoder().decode(
            new Uint8Array(this.memory.buffer, at, length));
    }

    /* The names in a folder, with what they are. */
    list(path) {
        const below = path === '' ? '' : path + '/';
        const names = new Map();
        for (const file of this.files.keys()) {
            if (!file.startsWith(below))
                continue;
            const rest = file.slice(below.length).split('/');
            names.set(rest[0], rest.length > 1 ? DIRECTORY : REGULAR);
        }
        return [...names];
    }

    path_open(folder, follow, at, length, how, rights, inherited, flags, out) {
        const base = folder === ROOT ? '' : this.open.get(folder)?.path + '/';
        const path = clean(base + this.text(at, length));
        const bytes = this.files.get(path);
        const names = bytes ? null : this.list(path);
        if (!bytes && names.length === 0)
            return NO_FILE;
        let number = ROOT + 1;
        while (this.open.has(number))
            number++;
        this.open.set(number, { path, bytes, names, at: 0 });
        this.view.setUint32(out, number, true);
        return FINE;
    }

    fd_read(number, parts, count, out) {
        const file = this.open.get(number);
        if (!file?.bytes)
            return BAD_FILE;
        let read = 0;
        for (let i = 0; i < count; i++) {
            const to = this.view.getUint32(parts + 8 * i, true);
            const room = this.view.getUint32(parts + 8 * i + 4, true);
            const piece = file.bytes.subarray(file.at, file.at + room);
            new Uint8Array(this.memory.buffer).set(piece, to);
            file.at += piece.length;
            read += piece.length;
        }
        this.view.setUint32(out, read, true);
        return FINE;
    }

    fd_readdir(number, to, room, cookie, out) {
        const names = this.open.get(number)?.names ?? [];
        const bytes = new Uint8Array(this.memory.buffer, to, room);
        let used = 0;
        for (let i = Number(cookie); i < names.length && used < room; i++) {
            const name = new TextEncoder().encode(names[i][0]);
            const entry = new Uint8Array(24 + name.length);
            const view = new DataView(entry.buffer);
            view.setBigUint64(0, BigInt(i + 1), true);
            view.setUint32(16, name.length, true);
            view.setUint8(20, names[i][1]);
            entry.set(name, 24);
            bytes.set(entry.subarray(0, room - used), used);
            used += Math.min(entry.length, room - used);
        }
        this.view.setUint32(out, used, true);
        return FINE;
    }

    fd_seek(number, offset, whence, out) {
        const file = this.open.get(number);
        if (!file?.bytes)
            return BAD_FILE;
        const from = [0, file.at, file.bytes.length][whence];
        file.at = Math.max(0, from + Number(offset));
        this.view.setBigUint64(out, BigInt(file.at), true);
        return FINE;
    }

    kind(number) {
        if (number === ROOT)
            return DIRECTORY;
        const file = this.open.get(number);
        return file && (file.bytes ? REGULAR : DIRECTORY);
    }

    fd_filestat_get(number, out) {
        const kind = this.kind(number);
        if (!kind)
            return BAD_FILE;
        new Uint8Array(this.memory.buffer, out, 64).fill(0);
        this.view.setUint8(out + 16, kind);
        this.view.setBigUint64(
            out + 32, BigInt(this.open.get(number)?.bytes?.length ?? 0), true);
        return FINE;
    }

    fd_fdstat_get(number, out) {
        const kind = this.kind(number);
        if (!kind)
            return BAD_FILE;
        new Uint8Array(this.memory.buffer, out, 24).fill(0);
        this.view.setUint8(out, kind);
        this.view.setBigUint64(out + 8, ~0n, true);
        this.view.setBigUint64(out + 16, ~0n, true);
        return FINE;
    }

    fd_prestat_get(number, out) {
        if (number !== ROOT)
            return BAD_FILE;
        this.view.setUint32(out, 0, true);
        this.view.setUint32(out + 4, 1, true); /* the length of "/" */
        return FINE;
    }

    fd_prestat_dir_name(number, at) {
        this.view.setUint8(at, 0x2f);
        return FINE;
    }

    fd_close(number) {
        return this.open.delete(number) ? FINE : BAD_FILE;
    }

    /* Nobody reads what is written: messages come back as texts. */
    fd_write(number, parts, count, out) {
        let length = 0;
        for (let i = 0; i < count; i++)
            length += this.view.getUint32(parts + 8 * i + 4, true);
        this.view.setUint32(out, length, true);
        return FINE;
    }

    clock_time_get(id, precision, out) {
        const now = BigInt(Math.round(performance.now() * 1e6));
        this.view.setBigUint64(out, now, true);
        return FINE;
    }

    imports() {
        const system = {
            proc_exit() {
                throw new WebAssembly.RuntimeError('the module ended itself');
            },
            fd_fdstat_set_flags: () => FINE,
        };
        for (const name of ['path_open', 'fd_read', 'fd_readdir', 'fd_seek',
            'fd_filestat_get', 'fd_fdstat_get', 'fd_prestat_get',
            'fd_prestat_dir_name', 'fd_close', 'fd_write', 'clock_time_get'])
            system[name] = (...words) => this[name](...words);
        return {
            wasi_snapshot_preview1: system,
            host: {
                progress: (now, events) =>
                    this.progress?.(now, events) === false ? 0 : 1,
            },
        };
    }
}
