/*
 * lab.js - workers, as functions that answer later.
 */

export class Stopped extends Error {}

/* One worker. Questions are answered in their order. */
class Bench {
    constructor(make, setting) {
        this.make = make;
        this.setting = setting;
        this.number = 0;
        this.waiting = new Map();
        this.begin();
    }

    begin() {
        this.worker = this.make();
        this.worker.onmessage = ({ data }) => this.take(data);
        this.worker.onerror = (event) => {
            event.preventDefault();
            this.end(new Error(event.message || 'the worker ended'));
        };
        this.began = this.ask('begin', this.setting);
    }

    take({ id, answer, error, progress }) {
        const asked = this.waiting.get(id);
        if (!asked)
            return;
        if (progress) {
            asked.progress?.(progress);
            return;
        }
        this.waiting.delete(id);
        if (error)
            asked.no(Object.assign(new Error(error.message),
                { wrong: error.wrong }));
        else
            asked.yes(answer);
    }

    ask(what, question, progress) {
        const id = ++this.number;
        return new Promise((yes, no) => {
            this.waiting.set(id, { yes, no, progress });
            this.worker.postMessage({ ...question, id, ask: what });
        });
    }

    /* Ends whatever it is at, and is ready again. */
    end(error = new Stopped('stopped')) {
        this.worker.terminate();
        const asked = [...this.waiting.values()];
        this.waiting.clear();
        asked.forEach(({ no }) => no(error));
        this.began.catch(() => {});
        this.begin();
    }

    get busy() {
        return this.waiting.size > 0;
    }
}

export class Lab {
    /* make: () => Worker; setting: { module, files } for each of them. */
    constructor(make, setting) {
        this.make = make;
        this.setting = setting;
        this.main = new Bench(make, setting);
        this.crew = [];
    }

    async version() {
        return (await this.main.began).version;
    }

    ask(what, question, progress) {
        return this.main.ask(what, question, progress);
    }

    stop() {
        if (this.main.busy)
            this.main.end();
    }

    stopSweep() {
        this.crew.splice(0).forEach((bench) => bench.worker.terminate());
        this.sweepNumber = (this.sweepNumber ?? 0) + 1;
    }

    /* Plays many questions on several workers; `each(i, result or error)` as
     * they come in. Resolves when all are done or it was stopped. */
    async sweep(questions, each) {
        this.stopSweep();
        const mine = this.sweepNumber;
        const hands = Math.max(1, Math.min(4, questions.length,
            (navigator.hardwareConcurrency || 2) - 1));
        this.crew = Array.from({ length: hands },
            () => new Bench(this.make, this.setting));
        let next = 0;
        await Promise.all(this.crew.map(async (bench) => {
            while (next < questions.length && mine === this.sweepNumber) {
                const i = next++;
                let answer, error;
                try {
                    answer = await bench.ask('play',
                        { kept: 'nothing', ...questions[i] });
                } catch (caught) {
                    error = caught;
                }
                if (mine === this.sweepNumber)
                    each(i, answer, error);
            }
        }));
        if (mine === this.sweepNumber)
            this.stopSweep();
    }
}
