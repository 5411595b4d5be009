#! title: Apollo: load, core sets, VAC areas and alarms over a descent
#! about: What the guidance computer was doing: the share of its cycles that
#!   were used, the core sets and VAC areas that were taken, what the crew
#!   keyed, and the alarms, with those of the flight below them when the
#!   setting flight names them. Of each two seconds the least (dark) and the
#!   greatest (light) number is drawn: what never falls is leaking.
#! needs: samples
#! with title =: the headline, instead of the scenario's
#! with flight =: alarms of the flight: seconds and codes, with commas between
#! with executed =: the same of the flown program, executed
#! with sets = 8: how many core sets there are
#! with vacs = 5: how many VAC areas there are
#! time from =: the beginning of what is shown
#! time to =: the end of what is shown
#! text title: SELECT coalesce(nullif(:title, ''), s.title, s.name)
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run
#! number from: SELECT max(0, coalesce(:from, 0))
#! number to: SELECT coalesce(:to, (SELECT end_ps FROM runs WHERE id = :run))
#! data load: SELECT max(s.at_ps - 2000000000000, :from) / 1e12,
#!   s.value / 10000.0 FROM samples s JOIN series_names n ON n.run = s.run AND
#!   n.number = s.series WHERE s.run = :run AND n.name = 'load' AND
#!   s.at_ps >= :from AND s.at_ps <= :to ORDER BY s.at_ps
#! else: the run has no samples of an Apollo computer in this time
#! data levels: WITH x AS (SELECT iif(n.name = 'core sets', 0, 1) AS panel,
#!     s.at_ps, s.value, lead(s.at_ps, 1, :to) OVER (PARTITION BY s.series
#!     ORDER BY s.rowid) - s.at_ps AS lasts FROM samples s JOIN series_names n
#!     ON n.run = s.run AND n.number = s.series WHERE s.run = :run AND
#!     n.name IN ('core sets', 'VAC areas')),
#!   held AS (SELECT * FROM x WHERE at_ps >= :from AND at_ps <= :to AND
#!     lasts > 0)
#!   SELECT panel, at_ps / 2000000000000 * 2.0, min(value), max(value)
#!   FROM held GROUP BY 1, 2 ORDER BY 1, 2
#! maybe phases: SELECT max(at_ps, :from) / 1e12, min(until, :to) / 1e12,
#!   n - 1, name FROM (SELECT i.at_ps, k.name, row_number() OVER
#!     (ORDER BY i.at_ps) AS n, lead(i.at_ps, 1, :to) OVER (ORDER BY i.at_ps)
#!     AS until FROM instants i JOIN places p ON p.run = i.run AND p.number =
#!     i.place JOIN kinds k ON k.run = i.run AND k.number = i.kind
#!     WHERE i.run = :run AND p.name = 'phases')
#!   WHERE until > :from AND at_ps < :to
#! maybe crew: SELECT at_ps / 1e12, row_number() OVER (ORDER BY at_ps) % 2,
#!   k.name FROM instants i JOIN places p ON p.run = i.run AND p.number =
#!   i.place JOIN kinds k ON k.run = i.run AND k.number = i.kind
#!   WHERE i.run = :run AND p.name = 'crew' AND at_ps BETWEEN :from AND :to
#! maybe alarms: WITH a AS (SELECT at_ps AS at, i.detail AS code, at_ps -
#!     lag(at_ps, 1, -1e18) OVER (ORDER BY at_ps) < (:to - :from) / 24.0 AS near
#!     FROM instants i JOIN places p ON p.run = i.run AND p.number = i.place
#!     WHERE i.run = :run AND p.name = 'alarms' AND i.detail > 0 AND
#!     at_ps BETWEEN :from AND :to),
#!   b AS (SELECT *, sum(1 - near) OVER (ORDER BY at) AS crowd FROM a)
#!   SELECT at / 1e12, code, (row_number() OVER (PARTITION BY crowd ORDER BY at)
#!     - 1) % 2 FROM b ORDER BY at
#! maybe restarts: SELECT at_ps / 1e12 FROM instants i JOIN places p ON
#!   p.run = i.run AND p.number = i.place JOIN kinds k ON k.run = i.run AND
#!   k.number = i.kind WHERE i.run = :run AND p.name = 'alarms' AND
#!   k.name = 'GOJAM' AND at_ps BETWEEN :from AND :to
#! maybe flown: SELECT a.value, b.value FROM json_each('[' || :flight || ']') a
#!   JOIN json_each('[' || :flight || ']') b ON b.key = a.key + 1
#!   WHERE a.key % 2 = 0
#! maybe replayed: SELECT a.value, b.value FROM json_each('[' || :executed ||
#!   ']') a JOIN json_each('[' || :executed || ']') b ON b.key = a.key + 1
#!   WHERE a.key % 2 = 0
#! number stolen: SELECT coalesce((SELECT value FROM metrics WHERE run = :run
#!   AND name = 'apollo.stolen'), 0) * 100
#! text subtitle: SELECT s.name || ', run ' || r.id || ', version ' ||
#!   r.version FROM runs r JOIN scenarios s ON s.id = r.scenario
#!   WHERE r.id = :run

alarm_count = |$alarms|
flown_count = |$flown|
replayed_count = |$replayed|
W = 1000
left = 118
right = 26
top = 158
load_h = 150
sets_h = 170
vacs_h = 120
gap = 40
replayed_row = replayed_count > 0 ? 1 : 0
flown_row = replayed_row + (flown_count > 0 ? 1 : 0)
rows = 1 + flown_row
alarms_h = 50 * rows + 6
H = top + load_h + sets_h + vacs_h + alarms_h + 3 * gap + 62
eval terminal(W, H)
set multiplot

RED = 0xc1272d
PHASE_A = 0xf4f1ea
PHASE_B = 0xe3e8ee
a = from / 1e12
b = to / 1e12
set lmargin at screen 1.0 * left / W
set rmargin at screen 1 - 1.0 * right / W
set xrange [a : b]
set border 0
set xtics scale 0
set format x ""
set grid noxtics ytics
unset key

# Restarts without an alarm would hide what they interrupt: marks, not lines.
many = |$restarts| > 12

# --- a panel's frame: from `y` pixels below the top, `h` high

y = top
h = load_h
frame = "set tmargin at screen 1 - 1.0 * y / H; " \
    . "set bmargin at screen 1 - 1.0 * (y + h) / H"

# --- phases behind everything, alarms through everything

eval frame
set tmargin at screen 1 - 1.0 * (top - 80) / H
set bmargin at screen 62.0 / H
set yrange [0:1]
unset ytics
unset grid
tone(n) = int(n) % 2 == 0 ? PHASE_A : PHASE_B
width(p, q) = (q - p) / (b - a) * (W - left - right)
short(p, q, text) = strlen(text) * 7.4 < width(p, q) ? text : \
    width(p, q) > 34 ? text[1:3] : ""
plot $phases using (($1 + $2) / 2):(0.5):1:2:(0):(1):(tone($3)) \
         with boxxyerror fillstyle solid noborder linecolor rgb variable, \
     $alarms using 1:(0):(0):(1) with vectors nohead \
         linecolor rgb RED linewidth 1.2, \
     $restarts using (many ? NaN : $1):(0):(0):(1) with vectors nohead \
         linecolor rgb colour(3) linewidth 0.7, \
     $phases using (($1 + $2) / 2):(0.985):\
         (short($1, $2, stringcolumn(4))) with labels center \
         textcolor rgb INK

# --- the load

eval frame
set grid ytics linecolor rgb 0xcccccc
set ytics 10 scale 0
set yrange [70:103]
set format y "%g %%"
set label 1 "cycles used" at screen 1.0 * left / W, screen \
    1 - (y - 10.0) / H left font REMARK textcolor rgb INK
plot $load using 1:2 with fillsteps fillstyle solid 0.25 noborder \
         linecolor rgb colour(0), \
     $load using 1:2 with steps linecolor rgb colour(0) linewidth 1.6, \
     100 with lines linecolor rgb RED linewidth 1 dashtype 2
unset label 1

# --- core sets and VAC areas

y = y + h + gap
h = sets_h
do for [i = 0:1] {
    eval frame
    most = i == 0 ? sets + 0 : vacs + 0
    set yrange [0 : most + 0.6]
    set ytics 1
    set format y "%g"
    set label 1 (i == 0 ? "core sets in use" : "VAC areas in use") \
        at screen 1.0 * left / W, screen 1 - (y - 10.0) / H left \
        font REMARK textcolor rgb INK
    plot $levels using ($1 == i ? $2 : 1 / 0):4 with fillsteps \
             fillstyle solid 0.25 noborder linecolor rgb colour(i + 1), \
         $levels using ($1 == i ? $2 : 1 / 0):3 with fillsteps \
             fillstyle solid 0.85 noborder linecolor rgb colour(i + 1), \
         most with lines linecolor rgb RED linewidth 1 dashtype 2
    unset label 1
    y = y + h + gap
    h = vacs_h
}

# --- alarms

h = alarms_h
eval frame
set yrange [rows + 0.1 : -0.1]
unset grid
set format y TICKS
set ytics ("simulated" 0.35) textcolor rgb INK
if (replayed_count > 0) { set ytics add ("executed" replayed_row + 0.35) }
if (flown_count > 0) { set ytics add ("flight" flown_row + 0.35) }
step = b - a > 150 ? 60 : 10
set xtics step scale 0.6 textcolor rgb INK
set format x "%g"
set xlabel "seconds after ignition" textcolor rgb INK offset 0, 0.2
set border 1
if (alarm_count == 0 && !many) {
    set label 1 "no alarm" at first (a + b) / 2, first 0.35 center \
        textcolor rgb SOFT
}
plot $restarts using (many ? $1 : NaN):(0.15):(0):(0.4) with vectors nohead \
         linecolor rgb RED linewidth 1, \
     $alarms using 1:(0.35) with points pointtype 7 pointsize 1.4 \
         linecolor rgb RED, \
     $alarms using 1:($3 == 0 ? 0.74 : 0.02):2 with labels center boxed \
         bs 1 font LABEL textcolor rgb RED, \
     $replayed using 1:(replayed_row + 0.35) with points pointtype 4 \
         pointsize 1.3 linewidth 2 linecolor rgb INK, \
     $replayed using 1:(replayed_row + 0.74):2 with labels center boxed \
         bs 1 font LABEL textcolor rgb INK, \
     $flown using 1:(flown_row + 0.35) with points pointtype 6 \
         pointsize 1.4 linewidth 2 linecolor rgb INK, \
     $flown using 1:(flown_row + 0.74):2 with labels center boxed \
         bs 1 font LABEL textcolor rgb INK

unset label 1

# --- headline and crew: a plot over everything, in pixels from the top

set lmargin at screen 0; set rmargin at screen 1
set tmargin at screen 1; set bmargin at screen 0
set xrange [0:W]
set yrange [H:0]
unset border; unset xtics; unset ytics; unset xlabel
at(t) = left + (t - a) / (b - a) * (W - left - right)
set label 1 title at left, 26 left font HEADLINE textcolor rgb INK
set label 2 sprintf("%s. %.1f %% of all cycles were stolen by counters; " \
    . "the red lines are alarms, each a restart%s", subtitle, stolen, \
    |$restarts| == 0 ? "" : many ? "; ticks below: GOJAM" : \
    "; thin ones GOJAM") \
    at left, 50 left font REMARK textcolor rgb SOFT
if (|$crew| > 0) { set label 3 "crew" at left - 12, top - 40 right font REMARK textcolor rgb INK }
plot $crew using (at($1)):(top - 48 + 17 * $2):(0):(48 - 17 * $2 + load_h) \
         with vectors nohead linecolor rgb 0x888888 linewidth 0.6 \
         dashtype 3, \
     $crew using (at($1) + 3):(top - 48 + 17 * $2):\
         (stringcolumn(3)) with labels left font LABEL textcolor rgb INK
unset multiplot
