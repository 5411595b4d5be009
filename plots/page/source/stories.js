/*
 * stories.js - what is told with figures that are alive. A story names a shipped
 * scenario, or has one, and says which of its values a reader may turn.
 *
 * A control: `sets` are the JSON Pointers that get its value; `kind` says how it
 * is written: time, count, rate, choice. The first control is the large one.
 */

const ROUND_ROBIN = `{
  "title": "Three jobs in turns",
  "unit": "1ms",
  "system": { "policy": "round-robin", "slice": "4ms" },
  "threads": [
    { "name": "P1", "program": [ { "run": 24 } ] },
    { "name": "P2", "program": [ { "run": 3 } ] },
    { "name": "P3", "program": [ { "run": 3 } ] }
  ],
  "sweep": { "vary": { "/system/slice": ["1ms", "2ms", "4ms", "8ms", "24ms"] } },
  "expect": [
    { "metric": "turnaround.mean", "is": "15.667ms", "within": "0.1%", "where": { "/system/slice": "4ms" },
      "about": "Silberschatz, Galvin and Gagne: 30, 7 and 10 ms", "whose": "textbook" }
  ]
}`;

const count = (sets, label, min, max) =>
    ({ sets, label, kind: 'count', min, max });
const choice = (sets, label, values, names) =>
    ({ sets, label, kind: 'choice', values, names });

export const stories = [
    {
        id: 'turns', text: ROUND_ROBIN,
        title: { en: 'Taking turns', de: 'Reihum' },
        controls: [
            { sets: ['/system/slice'], label: 'slice', kind: 'time',
                min: 0.1e9, max: 30e9 },
        ],
        curve: { values: ['0.5ms', '1ms', '2ms', '3ms', '4ms', '6ms', '8ms', '12ms',
            '16ms', '24ms', '30ms'], y: 'turnaround.mean' },
        about: {
            en: ['Three jobs arrive together. One needs 24 ms of the processor, two need 3 ms each. Under round robin each runs for a slice and goes back to the end of the queue.',
                'Pull the slice to the right: from 24 ms on it is first come, first served, and the short jobs wait for the long one. Pull it to the left: all seem to run at once. Which slice has the best mean turnaround? Compare two of them above each other.'],
            de: ['Drei Auftr\u00e4ge kommen zugleich. Einer braucht den Prozessor 24 ms, zwei brauchen ihn je 3 ms. Reihum l\u00e4uft jeder eine Zeitscheibe lang und stellt sich wieder hinten an.',
                'Zieh die Scheibe nach rechts: ab 24 ms hei\u00dft es \u201ewer zuerst kommt\u201c, und die kurzen warten auf den langen. Nach links: alle scheinen zugleich zu laufen. Mit welcher Scheibe ist die mittlere Verweilzeit am besten? Vergleiche zwei \u00fcbereinander.'],
        },
    },
    {
        id: 'slowdown', scenario: 'thread-slowdown', keptAbove: 8,
        title: { en: 'A loop beside idle threads', de: 'Eine Schleife neben m\u00fc\u00dfigen Threads' },
        controls: [count(['/threads/1/count', '/threads/2/count'], 'idle', 0, 108)],
        curve: { values: ['0', '1', '5', '10', '20', '30', '45', '60', '75', '80', '90', '100'],
            y: 'threads.active.turnaround.mean', log: 'y' },
        about: {
            en: ['Andrew Godwin told of a loop that takes 1.3 seconds alone, 39 seconds beside thirty idle Python threads and a quarter of an hour beside a hundred. Nobody does anything, and everything stands.',
                'Two numbers were fitted to his table by hand: how long an idle thread keeps the lock, and what its timer takes. The rest is played: turns, wake-ups, the lock. His figures stand beside ours.'],
            de: ['Andrew Godwin erz\u00e4hlte von einer Schleife, die allein 1,3 Sekunden braucht, neben drei\u00dfig m\u00fc\u00dfigen Python-Threads 39 Sekunden und neben hundert eine Viertelstunde.',
                'Zwei Zahlen sind von Hand an seine Tabelle angepasst. Der Rest wird gespielt: Runden, Weckrufe, das Schloss. Seine Werte stehen neben unseren.'],
        },
    },
    {
        id: '1202', scenario: 'apollo11-descent', dsky: true,
        title: { en: '1202 on the way to the Moon', de: '1202 auf dem Weg zum Mond' },
        controls: [
            { sets: ['/apollo/radar/rate'], label: 'radar', kind: 'rate', min: 0,
                max: 6400, step: 100 },
        ],
        curve: { values: ['0/s', '1600/s', '3200/s', '4000/s', '4800/s', '5600/s', '6400/s'],
            y: 'apollo.alarms' },
        about: {
            en: ['On 20 July 1969 the landing computer of Apollo 11 gave five alarms on its way down. A radar that nobody needed counted 6400 times a second in two of its counters and took up to 15 percent of its cycles.',
                'What did not get done in two seconds was still there when the same work was asked for again. Each piece of work needs a core set, and there are eight. Watch the core sets fill, and turn the radar down: where does the first alarm go away?'],
            de: ['Am 20. Juli 1969 gab der Landecomputer von Apollo 11 f\u00fcnf Alarme. Ein Radar, das niemand brauchte, z\u00e4hlte 6400-mal in der Sekunde und nahm bis zu 15 Prozent der Takte.',
                'Was in zwei Sekunden nicht fertig war, war noch da, wenn dieselbe Arbeit wieder verlangt wurde. Jede Arbeit braucht einen von acht Core Sets. Sieh zu, wie sie voll werden, und dreh das Radar herunter.'],
        },
    },
    {
        id: 'mars', scenario: 'mars-pathfinder', view: [0.4e12, 1e12],
        title: { en: 'The reset on Mars', de: 'Der Neustart auf dem Mars' },
        controls: [
            { sets: ['/threads/2/program/0/run'], label: 'middle', kind: 'time',
                min: 1e9, max: 200e9 },
            choice(['/locks/0/protocol'], 'protocol',
                ['none', 'inherit', 'ceiling', 'immediate']),
        ],
        curve: { values: ['10ms', '30ms', '50ms', '70ms', '90ms', '110ms', '130ms', '150ms'],
            y: 'threads.bc_dist.turnaround.max' },
        about: {
            en: ['Pathfinder restarted its computer again and again. bc_dist, of high priority, waited for a lock that the meteorology held, of low priority; and communications, in the middle, kept the meteorology from the processor. A watchdog saw bc_dist late and pulled the plug.',
                'Make the middle task longer and watch bc_dist miss its deadline. Then choose the protocol that was switched on by radio, inherit: the holder of the lock runs at the priority of the one who waits.'],
            de: ['Pathfinder startete seinen Rechner immer wieder neu. bc_dist (hohe Priorit\u00e4t) wartete auf ein Schloss, das die Meteorologie (niedrige) hielt, und die Kommunikation dazwischen lie\u00df diese nicht an den Prozessor.',
                'Mach die mittlere Aufgabe l\u00e4nger und sieh, wie bc_dist seine Frist verpasst. Dann w\u00e4hle das Protokoll, das per Funk eingeschaltet wurde: inherit.'],
        },
    },
    {
        id: 'convoy', scenario: 'convoy', view: [0, 0.5e12],
        title: { en: 'The convoy', de: 'Der Konvoi' },
        controls: [choice(['/system'], 'system', [
            '{"policy":"fifo"}', '{"policy":"round-robin","slice":"20ms"}',
            '{"policy":"round-robin","slice":"1ms"}', '{"policy":"srtf"}'],
        ['fifo', 'round-robin 20 ms', 'round-robin 1 ms', 'srtf'])],
        curve: { y: 'devices.disk.busy' },
        about: {
            en: ['Ten threads compute for 1 ms and read the disk for 2 ms, over and over; one computes for 100 ms. Under first come, first served the ten stand behind the one, then all at once at the disk: a processor or a disk is always idle.',
                'Choose who goes first. The disk can be busy all the time, at no loss to anybody but 100 ms here and there.'],
            de: ['Zehn Threads rechnen 1 ms und lesen 2 ms von der Platte, immer wieder; einer rechnet 100 ms. Wer zuerst kommt \u2026: die zehn stehen hinter dem einen, dann alle an der Platte.',
                'W\u00e4hle, wer zuerst darf: die Platte kann immer zu tun haben.'],
        },
    },
    {
        id: 'deadlock', scenario: 'deadlock',
        title: { en: 'Five philosophers', de: 'F\u00fcnf Philosophen' },
        controls: [{ sets: [], label: 'seed', kind: 'seed', min: 1, max: 60 }],
        curve: { y: 'run.time' },
        about: {
            en: ['Each thinks, takes the fork to the left, then the one to the right, eats, puts both back. It goes well for a while. When all five have taken their left fork, it is over for ever, and every part of the machine works.',
                'Turn the seed: how long it goes well is chance, that it ends is not. The chart ends where nobody can move.'],
            de: ['Jeder denkt, nimmt die linke Gabel, dann die rechte, isst und legt beide zur\u00fcck. Haben alle f\u00fcnf ihre linke, ist es f\u00fcr immer aus, und jeder Teil der Maschine ist heil.',
                'Dreh am Startwert: wie lange es gut geht, ist Zufall, dass es endet, nicht.'],
        },
    },
    {
        id: 'ladder', scenario: 'latency-ladder', ladder: true,
        title: { en: 'The latency ladder', de: 'Die Leiter der Latenzen' },
        controls: [{ sets: [], label: 'machine', kind: 'point', values: [0, 1],
            names: ['as told on stage, 2019', 'a Ryzen 5 3600'] }],
        about: {
            en: ['One small program makes a thousand accesses to each level, from the first cache to the other side of the Pacific. Every rung is about ten times as long as the one before.',
                'As told on a stage in 2019, and as a machine has it: where do they differ most?'],
            de: ['Ein kleines Programm greift tausendmal auf jede Stufe zu, vom ersten Cache bis ans andere Ufer des Pazifiks. Jede Sprosse ist etwa zehnmal so lang wie die vorige.',
                'Wie 2019 auf einer B\u00fchne erz\u00e4hlt, und wie eine Maschine es hat: wo sind sie am weitesten auseinander?'],
        },
    },
    {
        id: 'switch', scenario: 'switch-cost', view: [0, 0.2e12],
        title: { en: 'What switching costs', de: 'Was Umschalten kostet' },
        controls: [count(['/threads/0/count'], 'threads', 1, 1000),
            choice(['/system'], 'system', [
                '{"policy":"round-robin","slice":"4ms","switch":"3us"}',
                '{"policy":"round-robin","latency":"6ms","switch":"3us"}'],
            ['slices of 4 ms', 'all within 6 ms'])],
        curve: { values: ['2', '5', '10', '20', '50', '100', '200', '500', '1000'],
            y: 'processor.useful', log: 'x' },
        about: {
            en: ['A switch takes 3 microseconds. With slices of 4 ms it does not matter how many threads there are. With slices that shrink so that everybody has a turn within 6 ms, a thousand threads lose a third of the processor.'],
            de: ['Ein Wechsel kostet 3 Mikrosekunden. Mit Scheiben von 4 ms ist gleich, wie viele Threads es sind. Schrumpfen die Scheiben, damit jeder in 6 ms drankommt, verlieren tausend Threads ein Drittel.'],
        },
    },
    {
        id: 'gil', scenario: 'gil-battle', view: [0, 0.05e12],
        title: { en: 'The battle for Python\u2019s lock', de: 'Der Kampf um Pythons Schloss' },
        controls: [count(['/computer/processors'], 'processors', 1, 4),
            choice(['/interpreters/0/profile'], 'python', ['cpython-2.7', 'cpython-3.11']),
            count(['/threads/0/count'], 'threads', 1, 4)],
        curve: { values: ['1', '2', '3', '4'], y: 'run.time' },
        about: {
            en: ['Two threads count for 100 ms each. On one processor that takes 200 ms. On two processors it takes longer: each wakes the other at every hundredth instruction, which runs to the lock and finds it taken again.',
                'Add a processor, and it gets worse; take the lock of 3.2 and later, and the battle is over, though nothing is faster than one after the other.'],
            de: ['Zwei Threads z\u00e4hlen je 100 ms. Auf einem Prozessor dauert das 200 ms, auf zweien l\u00e4nger: jeder weckt den anderen, der zum Schloss l\u00e4uft und es wieder vergeben findet.',
                'Mit dem Schloss seit 3.2 ist der Kampf vorbei, aber schneller als nacheinander wird es nicht.'],
        },
    },
    {
        id: 'select', scenario: 'select-vs-epoll', kept: 'trace', view: [1e12, 1.005e12],
        title: { en: 'select against epoll', de: 'select gegen epoll' },
        controls: [count(['/clients/1/users'], 'quiet', 10, 20000),
            choice(['/servers/0/poll'], 'question', ['select', 'poll', 'epoll'])],
        curve: { values: ['10', '100', '1000', '5000', '10000', '20000'],
            y: 'clients.busy.latency.p95', log: 'xy' },
        about: {
            en: ['An event loop with ten busy connections asks which of all its connections have something to say. select and poll look at every one each time; epoll is told.',
                'Add quiet connections. They do nothing, and the busy ones get slow, unless the question is epoll.'],
            de: ['Eine Ereignisschleife mit zehn regen Verbindungen fragt, welche etwas haben. select und poll sehen jedes Mal alle an, epoll wird es gesagt.',
                'Gib stille Verbindungen dazu: sie tun nichts, und die regen werden langsam, au\u00dfer mit epoll.'],
        },
    },
    {
        id: 'sharding', scenario: 'sharding', kept: 'trace', view: [10e12, 10.5e12],
        title: { en: 'Who gets the next request?', de: 'Wer bekommt die n\u00e4chste Anfrage?' },
        controls: [{ sets: ['/clients/0/rate'], label: 'rate', kind: 'rate', min: 80,
            max: 780, step: 20 },
        choice(['/servers/0/share'], 'share',
            ['hash', 'round-robin', 'two-choices', 'least-connections', 'queue'])],
        curve: { values: ['80/s', '160/s', '320/s', '480/s', '560/s', '640/s', '720/s'],
            y: 'clients.load.latency.p95' },
        about: {
            en: ['Eight processes serve requests of 10 ms. By hash, a request goes to one of them, busy or not; in turns, to the next; of two that are drawn, to the less busy; or all stand in one queue.',
                'At a load of 0.8 hash waits 40 ms on average and one queue 3 ms. The machines are the same.'],
            de: ['Acht Prozesse bedienen Anfragen von 10 ms. Wer bekommt die n\u00e4chste: per Hash, reihum, der freiere von zweien, oder alle aus einer Schlange?',
                'Bei einer Last von 0,8 wartet Hash im Mittel 40 ms, eine Schlange 3 ms. Die Maschinen sind dieselben.'],
        },
    },
    {
        id: 'retry', scenario: 'retry-storm', kept: 'trace',
        title: { en: 'The storm of retries', de: 'Der Sturm der Wiederholungen' },
        controls: [{ sets: ['/clients/0/rate'], label: 'rate', kind: 'rate', min: 4,
            max: 90, step: 2 },
        count(['/clients/0/retries'], 'retries', 0, 5)],
        curve: { values: ['10/s', '20/s', '24/s', '26/s', '30/s', '40/s', '60/s', '80/s'],
            y: 'clients.load.failures' },
        about: {
            en: ['A server that could serve 100 requests a second is ten times slower for ten seconds. Clients give up after a second and ask again, up to three times. Above 100 / 4 = 25 requests a second the storm feeds itself: minutes later nobody is answered in time, although nothing is broken any more.',
                'Turn the rate below 25, or the retries to 0.'],
            de: ['Ein Server, der 100 Anfragen in der Sekunde schafft, ist zehn Sekunden lang zehnmal langsamer. Die Kunden fragen nach einer Sekunde wieder, bis zu dreimal. Ab 25 Anfragen in der Sekunde n\u00e4hrt sich der Sturm selbst.',
                'Dreh die Rate unter 25 oder die Wiederholungen auf 0.'],
        },
    },
];
