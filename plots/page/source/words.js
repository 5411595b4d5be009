/*
 * words.js - what the page says, by language. A language is a column here, and
 * `title` and `about` of each story.
 */

const table = {
    en: {
        language: 'English', lab: 'timeslice: a laboratory for time on computers',
        story: 'Story', scenarios: 'Shipped scenarios', own: 'A scenario of your own',
        given: 'What came with this page',
        slice: 'Time slice', idle: 'Idle threads', radar: 'The radar counts',
        middle: 'How long the middle task runs', protocol: 'Protocol of the lock',
        system: 'Scheduler', seed: 'Seed', machine: 'Machine', threads: 'Threads',
        processors: 'Processors', python: 'Python', quiet: 'Quiet connections',
        question: 'Asks with', rate: 'Requests that arrive', share: 'Next request goes',
        retries: 'Retries', policy: 'Policy', more: 'More settings',
        compare: 'Compare with a second setting', alone: 'End the comparison',
        first: 'First', second: 'Second', stop: 'Stop', play: 'Play',
        playing: 'Playing \u2026', at: 'at {time}, {events} events',
        stopped: 'Stopped.', decisions: 'Decisions', decision: 'Decision {i} of {n}',
        before: 'Previous decision', after: 'Next decision', begin: 'First decision',
        end: 'Last decision', none: 'No decision was written down.',
        chosen: 'Chosen', because: 'because', ready: 'also ready', nobody: 'nobody else',
        who: 'Who is where at {time}', thread: 'Thread', state: 'is', cause: 'why',
        runs: 'running', waits: 'ready', blocks: 'waiting', ends: 'ended', notyet: 'not there yet',
        numbers: 'Numbers', metric: 'Metric', value: 'Value', all: 'All metrics',
        arrival: 'arrives', firstRun: 'first runs', finish: 'ends', turnaround: 'turnaround',
        wait: 'ready, without a processor', perThread: 'Thread by thread', means: 'means',
        sources: 'What others found, and what comes out here', goThere: 'Go there',
        holds: 'yes', misses: 'no', holdsHead: 'agrees', sourceHead: 'expected, and what came out',
        digest: 'Digest', digestAbout: 'the same here, in the program and on every machine',
        zoomIn: 'Zoom in', zoomOut: 'Zoom out', fit: 'All of it', left: 'Left', right: 'Right',
        chart: 'Gantt chart. Left and right arrows go from decision to decision, plus and minus zoom, < and > move, 0 shows all.',
        chartSecond: 'Gantt chart of the second setting, with the same keys.',
        legend: 'Legend', run: 'has the processor', readyLegend: 'ready, waits for a processor',
        blockedLegend: 'waits for something else', switchLegend: 'switching',
        holdLegend: 'holds a lock, is served', arrivalLegend: 'arrives', deadlineLegend: 'deadline',
        missedLegend: 'deadline missed', finishLegend: 'ends', eventLegend: 'event',
        rows: 'What the chart shows, as a table', from: 'from', to: 'to', place: 'where', what: 'what', length: 'how long',
        page: 'Rows {a} to {b} of {n}', next: 'Next rows', prev: 'Rows before',
        curve: 'One value against another', along: 'Along', up: 'Show', draw: 'Draw the curve',
        drawn: '{i} of {n} points', drawStop: 'Stop drawing', values: 'The points as a table',
        editor: 'Edit the scenario', check: 'Play it', problems: 'What is wrong', fine: 'No errors.',
        reset: 'Back to the scenario as it was',
        differ: 'first difference', differs: 'The first decision that differs is number {n}: {a} at {atA} in the first, {b} at {atB} in the second.',
        same: 'Both decide the same.', gains: 'Who gains, who loses', gain: 'gains', lose: 'loses',
        equal: 'the same', change: 'change', outcome: 'outcome',
        export: 'Take it with you', svg: 'Picture (SVG)', png: 'Picture (PNG)', csv: 'Stretches (CSV)',
        scenario: 'Scenario (JSON)', perfetto: 'Trace for Perfetto', link: 'Copy a link', copied: 'The link is copied: it holds the scenario, the settings and the seed.',
        noStory: 'This page has no story or scenario called {a}.',
        key: 'stands at', wokenBy: '{cause} by {name}',
        versions: 'This link was made with version {a}; this page is version {b}. Numbers may differ.',
        dropped: '{n} records of the trace were left out; the numbers are of the whole run.',
        lanesLeft: 'and {n} more lanes that are not drawn',
        reasonsLeft: 'Reasons were left out of this run, which would take long to explain itself.',
        tellReasons: 'Tell the reasons', dsky: 'Display and keyboard', alarmsSoFar: 'Alarms so far',
        skip: 'Skip to the figure', hide: 'Hide the numbers', showNumbers: 'Show the numbers',
        failed: 'It cannot be played', hover: 'Point at a stretch, or go through the decisions.',
        span: '{place}: {who} {what}, {from} to {to} ({length})',
        steps: 'Go from decision to decision', broken: 'This browser cannot run the page: {why}',
        tasks: 'Tasks', lanesShown: 'Show', showAll: 'everything', showProcessors: 'processors', showThreads: 'threads',
        showPlaces: 'locks, devices, counts', gives: 'gives', finished: 'Done: {what}, mean turnaround {time}.',
        doneShort: 'Done.', whoseHead: 'whose', 'whose expected': 'our own claim',
        'whose talk': 'the talk', 'whose textbook': 'a textbook', 'whose paper': 'a paper',
        'whose measured': 'measured', 'whose executed': 'executed', 'whose flown': 'flown',
        'whose formula': 'a formula',
        exercises: 'Exercises', level: 'Level', easy: 'easy', normal: 'normal', hard: 'hard',
        student: 'Student', nextExercise: 'Another one', classLink: 'Copy a link for a class',
        whoAsks: 'Say who you are above, by name or number: your exercise is made of it, the same every time. It is sent to nobody.',
        givenTable: 'What is given', sheetChart: 'Your chart', sheetTable: 'Your table',
        numbersHow: 'Numbers are whole, fractions (7/3), or rounded to two decimals, below 1 to three.',
        checkAnswers: 'Check', saveSheet: 'Save the sheet', reveal: 'Show the solution',
        points: '{points} of {of} points', allRight: 'All of it is right.', solution: 'Solution',
        toLaboratory: 'Play it in the laboratory', asExercise: 'Ask me this',
        paintWith: 'Fill cells with', penIdle: 'nobody', penChange: '/ switching',
        gridKeys: 'Choose who, and click or draw along the cells; or type letters: arrows move, Shift and an arrow repeat, Space empties.',
        'verdict right': 'right', 'verdict partly right': 'partly right', 'verdict wrong': 'wrong',
        'verdict not answered': 'not answered',
    },
    de: {
        language: 'Deutsch', lab: 'timeslice: ein Labor f\u00fcr die Zeit auf Rechnern',
        story: 'Geschichte', scenarios: 'Mitgelieferte Szenarien', own: 'Ein eigenes Szenario',
        given: 'Was mit dieser Seite kam',
        slice: 'Zeitscheibe', idle: 'M\u00fc\u00dfige Threads', radar: 'Das Radar z\u00e4hlt',
        middle: 'Dauer der mittleren Aufgabe', protocol: 'Protokoll des Schlosses',
        system: 'Scheduler', seed: 'Startwert', machine: 'Maschine', threads: 'Threads',
        processors: 'Prozessoren', python: 'Python', quiet: 'Stille Verbindungen',
        question: 'Fragt mit', rate: 'Ankommende Anfragen', share: 'Die n\u00e4chste Anfrage geht',
        retries: 'Wiederholungen', policy: 'Verfahren', more: 'Weitere Einstellungen',
        compare: 'Mit einer zweiten Einstellung vergleichen', alone: 'Vergleich beenden',
        first: 'Erste', second: 'Zweite', stop: 'Anhalten', play: 'Spielen',
        playing: 'Es spielt \u2026', at: 'bei {time}, {events} Ereignisse',
        stopped: 'Angehalten.', decisions: 'Entscheidungen', decision: 'Entscheidung {i} von {n}',
        before: 'Vorige Entscheidung', after: 'N\u00e4chste Entscheidung', begin: 'Erste Entscheidung',
        end: 'Letzte Entscheidung', none: 'Keine Entscheidung ist aufgeschrieben.',
        chosen: 'Gew\u00e4hlt', because: 'weil', ready: 'auch bereit', nobody: 'niemand sonst',
        who: 'Wer wo ist bei {time}', thread: 'Thread', state: 'ist', cause: 'weshalb',
        runs: 'rechnend', waits: 'bereit', blocks: 'wartend', ends: 'fertig', notyet: 'noch nicht da',
        numbers: 'Zahlen', metric: 'Gr\u00f6\u00dfe', value: 'Wert', all: 'Alle Gr\u00f6\u00dfen',
        arrival: 'kommt an', firstRun: 'l\u00e4uft zuerst', finish: 'endet', turnaround: 'Verweilzeit',
        wait: 'bereit, ohne Prozessor', perThread: 'Thread f\u00fcr Thread', means: 'Mittel',
        sources: 'Was andere fanden, und was hier herauskommt', goThere: 'Dorthin',
        holds: 'ja', misses: 'nein', holdsHead: 'stimmt', sourceHead: 'erwartet, und was herauskam',
        digest: 'Pr\u00fcfsumme', digestAbout: 'gleich hier, im Programm und auf jeder Maschine',
        zoomIn: 'Gr\u00f6\u00dfer', zoomOut: 'Kleiner', fit: 'Alles', left: 'Nach links', right: 'Nach rechts',
        chart: 'Gantt-Diagramm. Pfeil links und rechts gehen von Entscheidung zu Entscheidung, Plus und Minus \u00e4ndern die Gr\u00f6\u00dfe, < und > verschieben, 0 zeigt alles.',
        chartSecond: 'Gantt-Diagramm der zweiten Einstellung, mit denselben Tasten.',
        legend: 'Zeichen', run: 'hat den Prozessor', readyLegend: 'bereit, wartet auf einen Prozessor',
        blockedLegend: 'wartet auf anderes', switchLegend: 'Umschalten',
        holdLegend: 'h\u00e4lt ein Schloss, wird bedient', arrivalLegend: 'Ankunft', deadlineLegend: 'Frist',
        missedLegend: 'Frist verpasst', finishLegend: 'Ende', eventLegend: 'Ereignis',
        rows: 'Was das Diagramm zeigt, als Tabelle', from: 'von', to: 'bis', place: 'wo', what: 'was', length: 'wie lange',
        page: 'Zeilen {a} bis {b} von {n}', next: 'Weitere Zeilen', prev: 'Zeilen davor',
        curve: 'Eine Gr\u00f6\u00dfe gegen eine andere', along: 'Entlang', up: 'Zeige', draw: 'Kurve zeichnen',
        drawn: '{i} von {n} Punkten', drawStop: 'Zeichnen anhalten', values: 'Die Punkte als Tabelle',
        editor: 'Szenario bearbeiten', check: 'Spielen', problems: 'Was nicht stimmt', fine: 'Keine Fehler.',
        reset: 'Zur\u00fcck zum Szenario, wie es war',
        differ: 'erster Unterschied', differs: 'Die erste Entscheidung, die anders ist, hat die Nummer {n}: {a} bei {atA} in der ersten, {b} bei {atB} in der zweiten.',
        same: 'Beide entscheiden gleich.', gains: 'Wer gewinnt, wer verliert', gain: 'gewinnt', lose: 'verliert',
        equal: 'gleich', change: '\u00c4nderung', outcome: 'Ergebnis',
        export: 'Zum Mitnehmen', svg: 'Bild (SVG)', png: 'Bild (PNG)', csv: 'Abschnitte (CSV)',
        scenario: 'Szenario (JSON)', perfetto: 'Spur f\u00fcr Perfetto', link: 'Link kopieren', copied: 'Der Link ist kopiert: er enth\u00e4lt Szenario, Einstellungen und Startwert.',
        noStory: 'Eine Geschichte oder ein Szenario namens {a} hat diese Seite nicht.',
        key: 'steht bei', wokenBy: '{cause} von {name}',
        versions: 'Dieser Link ist von Version {a}; diese Seite ist Version {b}. Zahlen k\u00f6nnen abweichen.',
        dropped: '{n} Eintr\u00e4ge der Spur fehlen; die Zahlen sind die des ganzen Laufs.',
        lanesLeft: 'und {n} weitere Bahnen, die nicht gezeichnet sind',
        reasonsLeft: 'Dieser Lauf ist ohne Gr\u00fcnde: sie zu sagen w\u00fcrde lange dauern.',
        tellReasons: 'Gr\u00fcnde sagen', dsky: 'Anzeige und Tastatur', alarmsSoFar: 'Alarme bisher',
        skip: 'Zum Diagramm', hide: 'Zahlen verbergen', showNumbers: 'Zahlen zeigen',
        failed: 'Es l\u00e4sst sich nicht spielen', hover: 'Zeige auf einen Abschnitt, oder geh durch die Entscheidungen.',
        span: '{place}: {who} {what}, {from} bis {to} ({length})',
        steps: 'Von Entscheidung zu Entscheidung', broken: 'Dieser Browser kann die Seite nicht ausf\u00fchren: {why}',
        tasks: 'Aufgaben', lanesShown: 'Zeige', showAll: 'alles', showProcessors: 'Prozessoren', showThreads: 'Threads',
        showPlaces: 'Schl\u00f6sser, Ger\u00e4te, Zahlen', gives: 'ergibt', finished: 'Fertig: {what}, mittlere Verweilzeit {time}.',
        doneShort: 'Fertig.', whoseHead: 'wessen', 'whose expected': 'eigene Behauptung',
        'whose talk': 'der Vortrag', 'whose textbook': 'ein Lehrbuch', 'whose paper': 'ein Aufsatz',
        'whose measured': 'gemessen', 'whose executed': 'ausgef\u00fchrt', 'whose flown': 'geflogen',
        'whose formula': 'eine Formel',
        exercises: '\u00dcbungen', level: 'Stufe', easy: 'leicht', normal: 'mittel', hard: 'schwer',
        student: 'Wer \u00fcbt', nextExercise: 'Noch eine', classLink: 'Link f\u00fcr eine Klasse kopieren',
        whoAsks: 'Sag oben, wer du bist, mit Namen oder Nummer: daraus wird deine Aufgabe gemacht, jedes Mal dieselbe. Niemandem wird etwas geschickt.',
        givenTable: 'Was gegeben ist', sheetChart: 'Dein Diagramm', sheetTable: 'Deine Tabelle',
        numbersHow: 'Zahlen sind ganz, Br\u00fcche (7/3) oder auf zwei Stellen gerundet, unter 1 auf drei.',
        checkAnswers: 'Pr\u00fcfen', saveSheet: 'Blatt speichern', reveal: 'L\u00f6sung zeigen',
        points: '{points} von {of} Punkten', allRight: 'Alles ist richtig.', solution: 'L\u00f6sung',
        toLaboratory: 'Im Labor spielen', asExercise: 'Frag mich das',
        paintWith: 'F\u00fclle Felder mit', penIdle: 'niemand', penChange: '/ Umschalten',
        gridKeys: 'W\u00e4hle wen und klicke oder zeichne die Felder entlang; oder schreib Buchstaben: Pfeile gehen weiter, Umschalt und ein Pfeil wiederholen, Leertaste leert.',
        'verdict right': 'richtig', 'verdict partly right': 'zum Teil richtig', 'verdict wrong': 'falsch',
        'verdict not answered': 'ohne Antwort',
    },
};

let current = 'en';

export const languages = Object.keys(table).map((id) =>
    ({ id, name: table[id].language }));

export function language() {
    return current;
}

export function setLanguage(id) {
    current = table[id] ? id : 'en';
    document.documentElement.lang = current;
}

/* The text of that name, with {places} filled in. A name without a text stands
 * for itself: names of settings come from scenarios, too. */
export function t(name, values = {}) {
    const text = table[current][name] ?? table.en[name] ?? name;
    return text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

/* Of a text by language. */
export function told(texts) {
    return texts?.[current] ?? texts?.en ?? '';
}
