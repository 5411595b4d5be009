#! title: Gantt chart: who was where, from when to when
#! about: One lane a processor, device or lock (or, with lanes=threads, one a
#!   task). Every task has a fill and a hatching of its own, and so has every
#!   thread of tasks whose threads are there at once; switching is dark and
#!   narrow; an empty lane is idle. One lane alone has the times of its changes
#!   below it. A lane of a thread is filled where
#!   it is on a processor, narrow where it waits for one (ready) or for
#!   something else (blocked), and blank before it arrives and after it ends;
#!   a line below it is a lock that it holds. Arrivals point up, deadlines down,
#!   and a deadline that was missed is red. A triangle is where a thread was taken
#!   off for another, a diamond where it came from another processor (no more than
#!   150 of a kind, else none); who is ready to the end while others that came
#!   later are served starves. A run that a deadlock ended says so. Another run
#!   of the database (against) has its lanes below, on the same axis. Where the
#!   policy decides by numbers that change as threads get on (levels, priorities,
#!   virtual times, passes, deadlines), those of the first seven threads are drawn
#!   below. When there is
#!   too much to be read, the beginning is shown and the picture says so.
#! needs: spans
#! with title =: the headline, instead of the scenario's
#! with lanes = places: what has a lane: places or threads
#! with only = *: only places whose names match, as in "processor*"
#! with against =: another run of the database, drawn below on the same axis
#! with panel = yes: whether the numbers by which the policy decides are drawn
#!   below, where they change: yes or no
#! time from =: the beginning of what is shown
#! time to =: the end of what is shown; past the run's, to have two on one axis
#! time mark =: an instant that a line is drawn at, as where two runs part
#! number other: SELECT coalesce(CAST(:against AS INTEGER), 0)
#! text title: SELECT coalesce(nullif(:title, ''), s.title, s.name)
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run
#! text below: SELECT coalesce((SELECT '; below, run ' || id || coalesce((SELECT
#!     ' with ' || group_concat(replace(ltrim(pointer, '/'), '/', ' ') || ' = ' ||
#!     replace(value, '"', ''), ', ') FROM parameters WHERE run = :other), '')
#!   FROM runs WHERE id = :other), '')
#! text subtitle: SELECT s.name || ', run ' || r.id || :point || ' with seed '
#!   || r.seed || :below
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run
#! number whole: SELECT max(to_ps) FROM spans WHERE run IN (:run, :other)
#! number from: SELECT max(0, coalesce(:from, 0))
#! number marked: SELECT coalesce(:mark, -1)
#! number to: SELECT coalesce(:to, min(:whole, coalesce(
#!   (SELECT min(t) FROM (SELECT g.from_ps AS t, row_number() OVER
#!     (PARTITION BY g.run, g.place_number ORDER BY g.from_ps) AS n FROM gantt g
#!     WHERE g.run IN (:run, :other) AND g.to_ps > :from AND g.place GLOB :only)
#!     WHERE n = 121), :whole)))
#! text labels: SELECT coalesce(json_group_object('r' || run || '_' || id,
#!   iif(task IS NULL OR (run, task) IN (SELECT run, task FROM threads
#!     WHERE run IN (:run, :other) GROUP BY run, task, arrival_ps
#!     HAVING count(*) > 1), name, task)),
#!   '{}') FROM threads WHERE run IN (:run, :other)
#! data lanes: SELECT row_number() OVER (ORDER BY below, number), name FROM
#!   (SELECT g.run <> :run AS below,
#!     min(iif(:lanes = 'threads', g.who, g.place_number)) AS number,
#!     iif(:other > 0, 'run ' || g.run || ': ', '') || iif(:lanes = 'threads',
#!     coalesce(json_extract(:labels, '$.r' || g.run || '_' || g.who),
#!     'thread ' || g.who), g.place) AS name
#!     FROM gantt g WHERE g.run IN (:run, :other) AND g.to_ps > :from
#!     AND g.from_ps < :to AND g.place GLOB :only
#!     AND (:lanes <> 'threads' OR g.who IS NOT NULL) GROUP BY below, name) LIMIT 64
#! else: no spans in this time and at these places; see the settings from, to
#!   and only
#! maybe threads: SELECT row_number() OVER (ORDER BY number) - 1, name FROM
#!   (SELECT min(g.who) AS number, coalesce(json_extract(:labels, '$.r' || g.run || '_' || g.who),
#!     'thread ' || g.who) AS name
#!     FROM gantt g WHERE g.run IN (:run, :other) AND g.to_ps > :from
#!     AND g.from_ps < :to AND g.place GLOB :only
#!     AND g.who IS NOT NULL AND g.kind NOT IN ('switch', 'stall', 'interrupt')
#!     GROUP BY name)
#! data bars: SELECT dense_rank() OVER (ORDER BY run <> :run,
#!     iif(:lanes = 'threads', first, place_number)) AS lane,
#!   max(:from, from_ps) / 1.0, min(:to, to_ps) / 1.0,
#!   CASE WHEN kind = 'switch' THEN 1 WHEN kind = 'stall' THEN 2
#!     WHEN kind = 'interrupt' THEN 3 WHEN who IS NULL THEN 4
#!     WHEN :lanes <> 'threads' THEN 0 WHEN kind = 'hold' THEN 5
#!     WHEN kind IN ('run', 'kernel', 'spin', 'share') THEN 0 ELSE 6 END,
#!   iif(who IS NULL, 0, dense_rank() OVER (ORDER BY shade) - 1 - nobody),
#!   iif(who IS NULL, '', label),
#!   iif(who IS NULL, '', iif(label = thread AND label GLOB '*[0-9]',
#!     substr(label, length(rtrim(label, '0123456789')) + 1),
#!     substr(label, 1, 2)))
#!   FROM (SELECT *, min(who) OVER (PARTITION BY run, label) AS first,
#!     min(who) OVER (PARTITION BY label) AS shade,
#!     max(who IS NULL) OVER () AS nobody FROM
#!     (SELECT g.*, coalesce(json_extract(:labels, '$.r' || g.run || '_' || g.who),
#!     'thread ' || g.who) AS label
#!     FROM gantt g WHERE g.run IN (:run, :other) AND g.to_ps > :from
#!     AND g.from_ps < :to AND g.place GLOB :only
#!     AND (:lanes <> 'threads' OR g.who IS NOT NULL)))
#!   ORDER BY lane, from_ps
#! maybe stays: SELECT lane, max(:from, at_ps) / 1.0, min(:to, next) / 1.0,
#!   iif(turn = 'ready', 7, 8), coalesce(iif(turn = 'ready', '', cause), '')
#!   FROM (SELECT run, who, at_ps, turn, cause, coalesce(lead(at_ps) OVER
#!     (PARTITION BY run, who ORDER BY rowid), (SELECT max(to_ps) FROM spans s
#!     WHERE s.run = turns.run)) AS next FROM turns
#!     WHERE run IN (:run, :other) AND :lanes = 'threads') t
#!   JOIN (SELECT DISTINCT run, key, dense_rank() OVER (ORDER BY run <> :run, first)
#!     AS lane FROM (SELECT g.run, iif(:lanes = 'threads', g.who, g.place_number)
#!     AS key, iif(:lanes = 'threads', min(g.who) OVER (PARTITION BY g.run,
#!     coalesce(json_extract(:labels, '$.r' || g.run || '_' || g.who),
#!     'thread ' || g.who)), g.place_number) AS first
#!     FROM gantt g WHERE g.run IN (:run, :other) AND g.to_ps > :from
#!     AND g.from_ps < :to AND g.place GLOB :only
#!     AND (:lanes <> 'threads' OR g.who IS NOT NULL))) l
#!     ON l.run = t.run AND l.key = t.who
#!   WHERE turn IN ('ready', 'blocks') AND next > at_ps AND next > :from
#!     AND at_ps < :to ORDER BY lane, at_ps
#! maybe marks: SELECT lane, at / 1.0, kind FROM
#!   (SELECT run, id, arrival_ps AS at, 0 AS kind FROM threads
#!     WHERE run IN (:run, :other) UNION ALL
#!   SELECT run, id, deadline_ps, iif(coalesce(finish_ps, :whole) > deadline_ps,
#!     2, 1) FROM threads WHERE run IN (:run, :other)) t
#!   JOIN (SELECT DISTINCT run, key, dense_rank() OVER (ORDER BY run <> :run, first)
#!     AS lane FROM (SELECT g.run, iif(:lanes = 'threads', g.who, g.place_number)
#!     AS key, iif(:lanes = 'threads', min(g.who) OVER (PARTITION BY g.run,
#!     coalesce(json_extract(:labels, '$.r' || g.run || '_' || g.who),
#!     'thread ' || g.who)), g.place_number) AS first
#!     FROM gantt g WHERE g.run IN (:run, :other) AND g.to_ps > :from
#!     AND g.from_ps < :to AND g.place GLOB :only
#!     AND (:lanes <> 'threads' OR g.who IS NOT NULL))) l
#!     ON l.run = t.run AND l.key = t.id
#!   WHERE :lanes = 'threads' AND at >= :from AND at <= :to
#! maybe moves: SELECT lane, at_ps / 1.0, kind FROM
#!   (SELECT *, count(*) OVER (PARTITION BY kind) AS n FROM
#!     (SELECT run, at_ps, iif(:lanes = 'threads', who, place) AS key,
#!     CASE WHEN turn = 'ready' AND cause = 'preempted' THEN 1
#!       WHEN turn = 'runs' AND place <> lag(place) OVER (PARTITION BY run, who,
#!       turn ORDER BY rowid) THEN 2 END AS kind
#!     FROM turns WHERE run IN (:run, :other))
#!     WHERE kind > 0 AND at_ps > :from AND at_ps < :to) t
#!   JOIN (SELECT DISTINCT run, key, dense_rank() OVER (ORDER BY run <> :run, first)
#!     AS lane FROM (SELECT g.run, iif(:lanes = 'threads', g.who, g.place_number)
#!     AS key, iif(:lanes = 'threads', min(g.who) OVER (PARTITION BY g.run,
#!     coalesce(json_extract(:labels, '$.r' || g.run || '_' || g.who),
#!     'thread ' || g.who)), g.place_number) AS first
#!     FROM gantt g WHERE g.run IN (:run, :other) AND g.to_ps > :from
#!     AND g.from_ps < :to AND g.place GLOB :only
#!     AND (:lanes <> 'threads' OR g.who IS NOT NULL))) l
#!     USING (run, key) WHERE n <= 150 ORDER BY lane, at_ps
#! maybe starving: SELECT lane, max(:from, at_ps) / 1.0, name FROM
#!   (SELECT t.run, t.who, t.at_ps, h.name, max(t.rowid), t.turn, (SELECT
#!     max(ready) FROM (SELECT turn, iif(lag(turn) OVER w = 'ready',
#!     lag(at_ps) OVER w, 0) AS ready FROM turns u WHERE u.run = t.run
#!     WINDOW w AS (PARTITION BY who ORDER BY rowid)) WHERE turn = 'runs')
#!     AS served
#!     FROM turns t JOIN threads h ON h.run = t.run AND h.id = t.who
#!     WHERE t.run IN (:run, :other) AND :lanes = 'threads' GROUP BY t.run, t.who) t
#!   JOIN (SELECT DISTINCT run, key, dense_rank() OVER (ORDER BY run <> :run, first)
#!     AS lane FROM (SELECT g.run, iif(:lanes = 'threads', g.who, g.place_number)
#!     AS key, iif(:lanes = 'threads', min(g.who) OVER (PARTITION BY g.run,
#!     coalesce(json_extract(:labels, '$.r' || g.run || '_' || g.who),
#!     'thread ' || g.who)), g.place_number) AS first
#!     FROM gantt g WHERE g.run IN (:run, :other) AND g.to_ps > :from
#!     AND g.from_ps < :to AND g.place GLOB :only
#!     AND (:lanes <> 'threads' OR g.who IS NOT NULL))) l
#!     ON l.run = t.run AND l.key = t.who
#!   WHERE turn = 'ready' AND at_ps <= 0.75 * :whole AND at_ps < served
#!     AND :to >= :whole AND at_ps < :to
#! number moving: SELECT EXISTS (SELECT 1 FROM standings JOIN threads t
#!   ON t.run = :run AND t.id = who WHERE standings.run = :run
#!   GROUP BY json_extract(:labels, '$.r' || t.run || '_' || who)
#!   HAVING min(value) < max(value))
#! maybe standings: SELECT shade, max(:from, t.at_ps) / 1.0, min(:to, next) / 1.0,
#!   value, coalesce(then_value, value), what GLOB '* in ns' AND coalesce(runs, 1)
#!   FROM (SELECT rowid AS number, who, at_ps, what, value, lead(value) OVER
#!     (PARTITION BY who ORDER BY rowid) AS then_value, coalesce(lead(at_ps) OVER
#!     (PARTITION BY who ORDER BY rowid), (SELECT coalesce(finish_ps, :whole)
#!     FROM threads WHERE run = :run AND id = who)) AS next FROM standings
#!     WHERE run = :run AND :panel = 'yes' AND :other = 0 AND :moving) t
#!   JOIN (SELECT DISTINCT who, dense_rank() OVER (ORDER BY first) - 1 AS shade
#!     FROM (SELECT g.who, min(g.who) OVER (PARTITION BY coalesce(json_extract(:labels, '$.r' || g.run || '_' || g.who),
#!     'thread ' || g.who)) AS first
#!     FROM gantt g WHERE g.run = :run AND g.to_ps > :from
#!     AND g.from_ps < :to AND g.place GLOB :only AND g.who IS NOT NULL)) l
#!     ON l.who = t.who
#!   LEFT JOIN (SELECT who, at_ps, turn = 'runs' AS runs, max(rowid) FROM turns
#!     WHERE run = :run GROUP BY who, at_ps) u ON u.who = t.who AND
#!     u.at_ps = t.at_ps
#!   WHERE next > :from AND t.at_ps < :to AND next >= t.at_ps
#!   ORDER BY shade, number
#! number low_value: SELECT coalesce(min(value), 0) FROM standings WHERE run = :run
#!   AND at_ps BETWEEN :from AND :to
#! number high_value: SELECT coalesce(max(value), 0) FROM standings WHERE
#!   run = :run AND at_ps BETWEEN :from AND :to
#! text figure: SELECT coalesce((SELECT what FROM standings WHERE run = :run
#!   LIMIT 1), '')
#! maybe bounds: SELECT at / 1.0 FROM (SELECT max(:from, g.from_ps) AS at
#!     FROM gantt g WHERE g.run IN (:run, :other) AND g.to_ps > :from
#!     AND g.from_ps < :to AND g.place GLOB :only
#!   UNION SELECT min(:to, g.to_ps)
#!     FROM gantt g WHERE g.run IN (:run, :other) AND g.to_ps > :from
#!     AND g.from_ps < :to AND g.place GLOB :only) ORDER BY at
#! text ending: SELECT iif(reason GLOB 'deadlock*', reason, '') FROM runs
#!   WHERE id = :run
#! number lane_chars: SELECT max(length(name)) FROM (SELECT DISTINCT
#!   iif(:other > 0, 'run ' || g.run || ': ', '') || iif(:lanes = 'threads',
#!     coalesce(json_extract(:labels, '$.r' || g.run || '_' || g.who),
#!     'thread ' || g.who), g.place) AS name
#!     FROM gantt g WHERE g.run IN (:run, :other) AND g.to_ps > :from
#!     AND g.from_ps < :to AND g.place GLOB :only
#!   AND (:lanes <> 'threads' OR g.who IS NOT NULL))
#! number name_chars: SELECT max(9, coalesce(max(length(
#!     coalesce(json_extract(:labels, '$.r' || g.run || '_' || g.who),
#!     'thread ' || g.who))), 0))
#!     FROM gantt g WHERE g.run IN (:run, :other) AND g.to_ps > :from
#!     AND g.from_ps < :to AND g.place GLOB :only AND g.who IS NOT NULL
#! number switches: SELECT count(*) FROM gantt g WHERE g.run IN (:run, :other) AND g.to_ps > :from
#!     AND g.from_ps < :to AND g.place GLOB :only
#!     AND kind = 'switch'
#! number stalls: SELECT count(*) FROM gantt g WHERE g.run IN (:run, :other) AND g.to_ps > :from
#!     AND g.from_ps < :to AND g.place GLOB :only
#!     AND kind = 'stall'
#! number interrupts: SELECT count(*) FROM gantt g WHERE g.run IN (:run, :other) AND g.to_ps > :from
#!     AND g.from_ps < :to AND g.place GLOB :only
#!     AND kind = 'interrupt'
#! number holds: SELECT count(*) FROM gantt g WHERE g.run IN (:run, :other) AND g.to_ps > :from
#!     AND g.from_ps < :to AND g.place GLOB :only
#!     AND kind = 'hold' AND who IS NOT NULL AND :lanes = 'threads'
#! number serves: SELECT count(*) FROM gantt g WHERE g.run IN (:run, :other) AND g.to_ps > :from
#!     AND g.from_ps < :to AND g.place GLOB :only
#!     AND who IS NOT NULL AND :lanes = 'threads' AND kind NOT IN
#!     ('run', 'kernel', 'spin', 'share', 'switch', 'stall', 'interrupt', 'hold')

# --- how much there is, and what room it needs, in pixels

lane_count = |$lanes|
thread_count = |$threads|
by_thread = lanes eq "threads"
W = 800
row = lane_count <= 2 ? 58 : lane_count <= 6 ? 42 : lane_count <= 16 ? 30 : 22
left = 26 + 7.2 * (lane_count == 0 ? 0 : lane_chars < 28 ? lane_chars : 28)
right = 24
top = 62 + (from > 0 || to < whole ? 18 : 0) + \
    (marked >= from && marked <= to ? 14 : 0)
# Lanes of threads name them already, and sixty names would be no help.
named = by_thread || thread_count > 42 ? 0 : thread_count
array SHOWN[11]
SHOWN[1] = switches > 0; SHOWN[2] = stalls > 0; SHOWN[3] = interrupts > 0
SHOWN[4] = !by_thread; SHOWN[5] = holds > 0; SHOWN[6] = serves > 0
SHOWN[7] = 0; SHOWN[8] = 0; SHOWN[9] = 0; SHOWN[10] = 0; SHOWN[11] = 0
do for [i = 1:|$moves|] { SHOWN[9 + int(word($moves[i], 3))] = 1 }
do for [i = 1:|$stays|] { SHOWN[int(word($stays[i], 4))] = 1 }
entries = named
do for [i = 1:11] { entries = entries + SHOWN[i] }
entries = entries == 0 ? 1 : entries
entry = 38 + 7.2 * ((by_thread || |$moves| > 0) && \
    name_chars < 17 ? 17 : name_chars)
columns = floor((W - left - right) / entry)
columns = columns < 1 ? 1 : columns
legend = 68 + 22 * ceil(1.0 * entries / columns)
panel = |$standings| > 0 ? 150 : 0
bottom = legend + panel
H = top + row * lane_count + bottom
eval terminal(W, H)
set multiplot

# --- the lanes

due = 0
do for [i = 1:|$marks|] { due = due || int(word($marks[i], 3)) > 0 }
if (by_thread && |$marks| > 0) {
    subtitle = subtitle . (due ? "; arrows up: arrivals, down: deadlines, " \
        . "red: missed" : "; arrows: arrivals")
}

scale = time_scale(to)
pixel = (to - from) / scale / (W - left - right)
set lmargin at screen left / W
set rmargin at screen 1 - 1.0 * right / W
set tmargin at screen 1 - 1.0 * top / H
set bmargin at screen 1.0 * bottom / H
set xrange [from / scale : to / scale]
set yrange [lane_count + 0.5 : 0.5]
if (panel == 0) {
    set xlabel "time (" . time_unit(to) . ")" textcolor rgb INK offset 0, 0.4
}
set border 1
set xtics autofreq
# A lane alone has the numbers of a textbook, when what is there changes, where
# they do not touch each other.
legible = lane_count == 1 && !by_thread && |$bounds| <= 60
do for [i = 2:|$bounds|] {
    legible = legible && (real($bounds[i]) - real($bounds[i - 1])) / scale > \
        (8 + 7.0 * strlen(rounded(real($bounds[i]) / scale, 5))) * pixel
}
if (legible) {
    set xtics ()
    do for [i = 1:|$bounds|] {
        at = real($bounds[i]) / scale
        set xtics add (rounded(at, 5) at)
    }
}
set ytics scale 0
unset grid
set style textbox 1 opaque fillcolor rgb 0xffffff noborder margins 0.3, 0.15

low(y, h) = y - h
high(y, h) = y + h
FULL = 0.37
ARROW = 0.46 # of an arrival or a deadline
NARROW = by_thread ? 0.16 : 0.24
TAKEN = 9; MOVED = 13; MISSED = 0xc00000
READY = 0xdddddd; BLOCKED = 0xb0b0b0; SERVED = 0x9a9a9a
if (ending ne "" && to >= whole) {
    set arrow 1 from first whole / scale, graph 0 to first whole / scale, graph 1 \
        nohead linecolor rgb MISSED linewidth 2.5 front
    set label 4 "deadlock" at first whole / scale, graph 1 right \
        offset character -0.4, 0.6 font LABEL textcolor rgb MISSED
}
if (marked >= from && marked <= to) {
    set arrow 2 from first marked / scale, graph 0 to first marked / scale, \
        graph 1 nohead linecolor rgb INK linewidth 1.5 dashtype 2 front
    set label 5 time_text(marked) at first marked / scale, graph 1 \
        offset character 0.4, 0.6 font LABEL textcolor rgb INK
}
# gnuplot 5.4 crashes on labels of which there is one, without a place.
nowhere = (2 * from - to) / scale - 1
# What a box has room for: the name, its number, the number upright, nothing.
wide(a, b) = (b - a) / scale / pixel
tall = 2 * FULL * row
fits(text, room) = strlen(text) > 0 && strlen(text) * 6.4 + 6 < room
level(a, b, name, number) = fits(name, wide(a, b)) ? name : \
    fits(number, wide(a, b)) ? number : ""
upright(a, b, number) = !fits(number, wide(a, b)) && wide(a, b) >= 11 && \
    fits(number, tall) ? number : ""

# A frame around the lane, or, of a thread, what it does off the processor.
frame = by_thread ? 0xffffff : FAINT
plot $lanes using (0):1:(from / scale):((to < whole ? to : whole) / scale):\
         (low($1, FULL)):(high($1, FULL)):ytic(2) with boxxyerror \
         fillstyle empty border linecolor rgb frame \
         linecolor rgb frame linewidth 0.8, \
     $stays using ($4 == 8 ? NaN : $2 / scale):1:($2 / scale):($3 / scale):\
         (low($1, NARROW)):(high($1, NARROW)) with boxxyerror \
         fillstyle solid noborder linecolor rgb READY, \
     $stays using ($4 == 7 ? NaN : $2 / scale):1:($2 / scale):($3 / scale):\
         (low($1, NARROW)):(high($1, NARROW)) with boxxyerror \
         fillstyle transparent pattern 5 border linecolor rgb BLOCKED \
         linecolor rgb BLOCKED linewidth 0.5, \
     $stays using ($4 != 8 || !fits(stringcolumn(5), wide($2, $3)) ? nowhere : \
         ($2 + $3) / 2 / scale):1:5 with labels boxed bs 1 font LABEL \
         textcolor rgb SOFT, \
     $bars using ($4 == 6 ? $2 / scale : NaN):1:($2 / scale):($3 / scale):\
         (low($1, NARROW)):(high($1, NARROW)) with boxxyerror \
         fillstyle solid noborder linecolor rgb SERVED, \
     $bars using ($4 == 5 ? $2 / scale : NaN):1:($2 / scale):($3 / scale):\
         ($1 + FULL + 0.02):($1 + FULL + 0.1) with boxxyerror \
         fillstyle solid noborder linecolor rgb INK, \
     for [i = 0:thread_count - 1] $bars using \
         ($4 == 0 && $5 == i ? $2 / scale : NaN):1:($2 / scale):\
         ($3 / scale):(low($1, FULL)):(high($1, FULL)) with boxxyerror \
         fillstyle solid noborder linecolor rgb tint(i), \
     for [i = 0:thread_count - 1] $bars using \
         ($4 == 0 && $5 == i ? $2 / scale : NaN):1:($2 / scale):\
         ($3 / scale):(low($1, FULL)):(high($1, FULL)) with boxxyerror \
         fillstyle transparent pattern hatch(i) border \
         linecolor rgb colour(i) linecolor rgb colour(i) linewidth 0.7, \
     $bars using ($4 == 4 ? $2 / scale : NaN):1:($2 / scale):($3 / scale):\
         (low($1, FULL)):(high($1, FULL)) with boxxyerror \
         fillstyle solid 0.3 noborder linecolor rgb SOFT, \
     $bars using ($4 == 2 ? $2 / scale : NaN):1:($2 / scale):($3 / scale):\
         (low($1, FULL)):(high($1, FULL)) with boxxyerror \
         fillstyle pattern 2 border linecolor rgb SOFT \
         linecolor rgb SOFT linewidth 0.7, \
     $bars using ($4 == 1 ? $2 / scale : NaN):1:($2 / scale):($3 / scale):\
         (low($1, NARROW)):(high($1, NARROW)) with boxxyerror \
         fillstyle solid noborder linecolor rgb 0x444444, \
     $bars using ($4 == 1 ? $2 / scale : NaN):1:($2 / scale):($3 / scale):\
         (low($1, NARROW)):(high($1, NARROW)) with boxxyerror \
         fillstyle transparent pattern 4 noborder linecolor rgb 0xffffff, \
     $bars using ($4 == 3 ? $2 / scale : NaN):1:($2 / scale):($3 / scale):\
         (low($1, NARROW)):(high($1, NARROW)) with boxxyerror \
         fillstyle solid noborder linecolor rgb 0xa03000, \
     $bars using (by_thread || $4 != 0 || \
         level($2, $3, stringcolumn(6), stringcolumn(7)) eq "" ? nowhere : \
         ($2 + $3) / 2 / scale):1:\
         (level($2, $3, stringcolumn(6), stringcolumn(7))) with labels \
         boxed bs 1 font LABEL textcolor rgb INK, \
     $bars using (by_thread || $4 != 0 || \
         upright($2, $3, stringcolumn(7)) eq "" ? nowhere : \
         ($2 + $3) / 2 / scale):1:\
         (upright($2, $3, stringcolumn(7))) with labels rotate by 90 \
         boxed bs 1 font LABEL textcolor rgb INK, \
     $starving using ($2 / scale):1:($2 / scale):(to / scale):\
         (low($1, NARROW)):(high($1, NARROW)) with boxxyerror \
         fillstyle empty border linecolor rgb MISSED linecolor rgb MISSED \
         linewidth 1.5, \
     $starving using (($2 + to) / 2 / scale):1:("starves") with labels boxed \
         bs 1 font LABEL textcolor rgb MISSED, \
     $moves using ($3 == 1 ? $2 / scale : NaN):(high($1, FULL) + 0.05) \
         with points pointtype TAKEN pointsize 0.7 linecolor rgb INK, \
     $moves using ($3 == 2 ? $2 / scale : NaN):(low($1, FULL) - 0.05) \
         with points pointtype MOVED pointsize 0.7 linecolor rgb INK, \
     $marks using ($3 == 0 ? $2 / scale : NaN):($1 + ARROW):(0):(-ARROW) \
         with vectors head filled size screen 0.006, 20 front \
         linecolor rgb SOFT linewidth 1, \
     $marks using ($3 == 1 ? $2 / scale : NaN):($1 - ARROW):(0):(ARROW) \
         with vectors head filled size screen 0.006, 20 front \
         linecolor rgb INK linewidth 1, \
     $marks using ($3 == 2 ? $2 / scale : NaN):($1 - ARROW):(0):(ARROW) \
         with vectors head filled size screen 0.008, 20 front \
         linecolor rgb MISSED linewidth 2
unset label 4
unset label 5

# --- the numbers by which the policy decides, on the same axis: who is first
# stands at the top, or, of times, lowest

timed = strstrt(figure, " in ns") > 0
largest = timed || strstrt(figure, ", largest first") > 0
if (panel > 0) {
    value_scale = timed ? time_scale(1000 * high_value) / 1000 : 1.0
    room = high_value > low_value ? high_value - low_value : 1
    set tmargin at screen 1.0 * (legend + panel - 50) / H
    set bmargin at screen 1.0 * legend / H
    spare = timed ? 0.05 * room : 0.1 * (room < 6 ? 6 : room)
    least = (low_value - spare) / value_scale
    most = (high_value + spare) / value_scale
    set yrange [largest ? least : most : largest ? most : least]
    set border 3
    set ytics scale 0.6 autofreq
    if (!timed && room <= 6) { set ytics 1 }
    set label 6 (timed ? figure[1:strlen(figure) - 6] . " (" . \
        time_unit(1000 * high_value) . ")" : figure) \
        at graph 0, graph 1 left offset 0, 0.6 font LABEL textcolor rgb INK
    set xlabel "time (" . time_unit(to) . ")" textcolor rgb INK offset 0, 0.4
    # Threads of one level lie beside each other, 3 pixels apart.
    apart(i) = timed ? 0 : 0.03 * (most - least) * \
        (i - (shown - 1) / 2.0)
    shown = thread_count < 7 ? thread_count : 7
    plot for [i = 0:shown - 1] $standings using \
             ($1 == i ? $2 / scale : NaN):($4 / value_scale + apart(i)):\
             (($3 - $2) / scale):($6 * ($5 - $4) / value_scale) with vectors \
             nohead linecolor rgb colour(i) linewidth (timed ? 1.8 : 2.4), \
         for [i = 0:shown - 1] $standings using \
             ($1 == i && $6 == 0 ? $3 / scale : NaN):($4 / value_scale + apart(i)):\
             (0):(($5 - $4) / value_scale) with vectors nohead \
             linecolor rgb colour(i) linewidth 1
    unset label 6
}
unset arrow 1
unset arrow 2

# --- headline and legend: a plot over everything, in pixels from the top

set lmargin at screen 0; set rmargin at screen 1
set tmargin at screen 1; set bmargin at screen 0
set xrange [0:W]
set yrange [H:0]
unset border; unset xtics; unset ytics; unset xlabel
set label 1 title at left, 22 left font HEADLINE textcolor rgb INK
set label 2 subtitle at left, 43 left font REMARK textcolor rgb SOFT
if (from > 0 || to < whole) {
    set label 3 sprintf("only %s to %s of %s are shown: the settings from " \
        . "and to choose another part", time_text(from), time_text(to), \
        time_text(whole)) at left, 61 left font REMARK textcolor rgb SOFT
}
at_x(i) = left + entry * (int(i) % columns)
at_y(i) = H - legend + 70 + 22 * (int(i) / columns)
box = 22

k = named
array OTHER[11]
array WORD[11] = ["switch", "stall", "interrupt", "idle", "holds a lock", \
    "is served", "ready", "blocked", "ready or blocked", "pre-empted", \
    "changes processor"]
do for [i = 1:11] {
    OTHER[i] = SHOWN[i] ? k : -1
    if (SHOWN[i]) {
        k = k + 1
        set label 10 + i WORD[i] at at_x(OTHER[i]) + box + 6, at_y(OTHER[i]) \
            left textcolor rgb INK
    }
}

plot for [i = 0:named - 1] $threads using ($1 == i ? at_x(i) : NaN):\
         (at_y(i)):(at_x(i)):(at_x(i) + box):(at_y(i) - 7):(at_y(i) + 7) \
         with boxxyerror fillstyle solid noborder linecolor rgb tint(i), \
     for [i = 0:named - 1] $threads using ($1 == i ? at_x(i) : NaN):\
         (at_y(i)):(at_x(i)):(at_x(i) + box):(at_y(i) - 7):(at_y(i) + 7) \
         with boxxyerror fillstyle transparent pattern hatch(i) border \
         linecolor rgb colour(i) linecolor rgb colour(i) linewidth 0.7, \
     $threads using ($1 < named ? at_x($1) + box + 6 : -W):(at_y($1)):2 \
         with labels left textcolor rgb INK, \
     OTHER using (OTHER[1] >= 0 && $1 == 1 ? at_x(OTHER[1]) : NaN):\
         (at_y(OTHER[1])):(at_x(OTHER[1])):(at_x(OTHER[1]) + box):\
         (at_y(OTHER[1]) - 5):(at_y(OTHER[1]) + 5) with boxxyerror \
         fillstyle solid noborder linecolor rgb 0x444444, \
     OTHER using (OTHER[1] >= 0 && $1 == 1 ? at_x(OTHER[1]) : NaN):\
         (at_y(OTHER[1])):(at_x(OTHER[1])):(at_x(OTHER[1]) + box):\
         (at_y(OTHER[1]) - 5):(at_y(OTHER[1]) + 5) with boxxyerror \
         fillstyle transparent pattern 4 noborder linecolor rgb 0xffffff, \
     OTHER using (OTHER[2] >= 0 && $1 == 2 ? at_x(OTHER[2]) : NaN):\
         (at_y(OTHER[2])):(at_x(OTHER[2])):(at_x(OTHER[2]) + box):\
         (at_y(OTHER[2]) - 7):(at_y(OTHER[2]) + 7) with boxxyerror \
         fillstyle pattern 2 border linecolor rgb SOFT \
         linecolor rgb SOFT, \
     OTHER using (OTHER[3] >= 0 && $1 == 3 ? at_x(OTHER[3]) : NaN):\
         (at_y(OTHER[3])):(at_x(OTHER[3])):(at_x(OTHER[3]) + box):\
         (at_y(OTHER[3]) - 5):(at_y(OTHER[3]) + 5) with boxxyerror \
         fillstyle solid noborder linecolor rgb 0xa03000, \
     OTHER using (OTHER[4] >= 0 && $1 == 4 ? at_x(OTHER[4]) : NaN):\
         (at_y(OTHER[4])):(at_x(OTHER[4])):(at_x(OTHER[4]) + box):\
         (at_y(OTHER[4]) - 7):(at_y(OTHER[4]) + 7) with boxxyerror \
         fillstyle empty border linecolor rgb FAINT \
         linecolor rgb FAINT linewidth 0.8, \
     OTHER using (OTHER[5] >= 0 && $1 == 5 ? at_x(OTHER[5]) : NaN):\
         (at_y(OTHER[5])):(at_x(OTHER[5])):(at_x(OTHER[5]) + box):\
         (at_y(OTHER[5]) - 1.5):(at_y(OTHER[5]) + 1.5) with boxxyerror \
         fillstyle solid noborder linecolor rgb INK, \
     OTHER using (OTHER[6] >= 0 && $1 == 6 ? at_x(OTHER[6]) : NaN):\
         (at_y(OTHER[6])):(at_x(OTHER[6])):(at_x(OTHER[6]) + box):\
         (at_y(OTHER[6]) - 5):(at_y(OTHER[6]) + 5) with boxxyerror \
         fillstyle solid noborder linecolor rgb SERVED, \
     OTHER using (OTHER[$1] >= 0 && ($1 == 7 || $1 == 9) ? at_x(OTHER[$1]) : \
         NaN):(at_y(OTHER[$1])):(at_x(OTHER[$1])):(at_x(OTHER[$1]) + box):\
         (at_y(OTHER[$1]) - 5):(at_y(OTHER[$1]) + 5) with boxxyerror \
         fillstyle solid noborder linecolor rgb READY, \
     OTHER using (OTHER[$1] >= 0 && $1 == 10 ? at_x(OTHER[$1]) + box / 2 : \
         NaN):(at_y(OTHER[$1])) with points pointtype TAKEN pointsize 0.7 \
         linecolor rgb INK, \
     OTHER using (OTHER[$1] >= 0 && $1 == 11 ? at_x(OTHER[$1]) + box / 2 : \
         NaN):(at_y(OTHER[$1])) with points pointtype MOVED pointsize 0.7 \
         linecolor rgb INK, \
     OTHER using (OTHER[$1] >= 0 && ($1 == 8 || $1 == 9) ? at_x(OTHER[$1]) : NaN):\
         (at_y(OTHER[$1])):(at_x(OTHER[$1])):(at_x(OTHER[$1]) + box):\
         (at_y(OTHER[$1]) - 5):(at_y(OTHER[$1]) + 5) with boxxyerror \
         fillstyle transparent pattern 5 border linecolor rgb BLOCKED \
         linecolor rgb BLOCKED linewidth 0.5
unset multiplot
