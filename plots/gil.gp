#! title: Interpreter lock: who holds it, who waits, who was woken in vain
#! about: One lane a thread of an interpreter. It holds the lock (filled),
#!   waits for it (empty, hatched), or does without (blank); a cross marks
#!   where it was woken for the lock and found it taken. Beazley's pictures
#!   of the battle and of the convoy.
#! needs: spans
#! with title =: the headline, instead of the scenario's
#! with only = *: only interpreters whose names match
#! time from =: the beginning of what is shown
#! time to =: the end of what is shown
#! text title: SELECT coalesce(nullif(:title, ''), s.title, s.name)
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run
#! text subtitle: SELECT s.name || ', run ' || r.id || :point || ' with seed '
#!   || r.seed
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run
#! number whole: SELECT max(to_ps) FROM spans WHERE run = :run
#! number from: SELECT max(0, coalesce(:from, 0))
#! number to: SELECT min(:whole, coalesce(:to, :whole))
#! data lanes: SELECT row_number() OVER (ORDER BY who), name FROM
#!   (SELECT DISTINCT g.who AS who, coalesce(g.thread, 'thread ' || g.who) AS
#!     name FROM gantt g WHERE g.run = :run AND g.kind IN ('hold', 'wait') AND
#!     g.place GLOB :only AND g.from_ps < :to AND g.to_ps > :from) LIMIT 32
#! else: nobody held or waited for an interpreter's lock in this time; see the
#!   settings only, from and to
#! data bars: SELECT lane, max(:from, from_ps) / 1.0, min(:to, to_ps) / 1.0,
#!   kind = 'wait' FROM (SELECT g.*, dense_rank() OVER (ORDER BY g.who) AS lane
#!     FROM gantt g WHERE g.run = :run AND g.kind IN ('hold', 'wait') AND
#!     g.place GLOB :only AND g.from_ps < :to AND g.to_ps > :from)
#!   WHERE lane <= 32 ORDER BY kind DESC, from_ps LIMIT 20000
#! maybe vain: SELECT l.lane, i.at_ps / 1.0 FROM instants i JOIN kinds k ON
#!   k.run = i.run AND k.number = i.kind AND k.name = 'in vain' JOIN
#!   (SELECT who, row_number() OVER (ORDER BY who) AS lane FROM (SELECT
#!     DISTINCT who FROM gantt WHERE run = :run AND kind IN ('hold', 'wait')
#!     AND place GLOB :only AND from_ps < :to AND to_ps > :from)) l
#!   ON l.who = i.who WHERE i.run = :run AND i.at_ps BETWEEN :from AND :to AND
#!   l.lane <= 32 LIMIT 5000
#! number lane_chars: SELECT max(length(name)) FROM (SELECT DISTINCT
#!   coalesce(thread, 'thread ' || who) AS name FROM gantt WHERE run = :run
#!   AND kind IN ('hold', 'wait') AND from_ps < :to AND to_ps > :from)

lane_count = |$lanes|
W = 800
row = lane_count <= 2 ? 56 : lane_count <= 6 ? 44 : lane_count <= 16 ? 30 : 22
left = 30 + 7.2 * (lane_count == 0 ? 0 : lane_chars < 28 ? lane_chars : 28)
right = 24
top = 62 + (from > 0 || to < whole ? 18 : 0)
bottom = 92
H = top + row * lane_count + bottom
eval terminal(W, H)
set multiplot

scale = time_scale(to)
set lmargin at screen left / W
set rmargin at screen 1 - 1.0 * right / W
set tmargin at screen 1 - 1.0 * top / H
set bmargin at screen 1.0 * bottom / H
set xrange [from / scale : to / scale]
set yrange [lane_count + 0.5 : 0.5]
set xlabel "time (" . time_unit(to) . ")" textcolor rgb INK offset 0, 0.4
set border 1
set xtics autofreq
set ytics scale 0
unset grid

HOLD = 0.36
WAIT = 0.2
plot $lanes using (0):1:(from / scale):(to / scale):($1 - 0.42):($1 + 0.42):\
         ytic(2) with boxxyerror fillstyle empty border linecolor rgb FAINT \
         linecolor rgb FAINT linewidth 0.6, \
     $bars using ($4 == 1 ? $2 / scale : NaN):1:($2 / scale):($3 / scale):\
         ($1 - WAIT):($1 + WAIT) with boxxyerror fillstyle solid noborder \
         linecolor rgb TINT[2], \
     $bars using ($4 == 1 ? $2 / scale : NaN):1:($2 / scale):($3 / scale):\
         ($1 - WAIT):($1 + WAIT) with boxxyerror fillstyle transparent \
         pattern 4 border linecolor rgb STRONG[2] linecolor rgb STRONG[2] \
         linewidth 0.5, \
     $bars using ($4 == 0 ? $2 / scale : NaN):1:($2 / scale):($3 / scale):\
         ($1 - HOLD):($1 + HOLD) with boxxyerror fillstyle solid border \
         linecolor rgb STRONG[1] linecolor rgb STRONG[1] linewidth 0.6, \
     $vain using ($2 / scale):1 with points pointtype 2 pointsize 0.9 \
         linewidth 2.4 linecolor rgb 0xffffff, \
     $vain using ($2 / scale):1 with points pointtype 2 pointsize 0.8 \
         linewidth 1.6 linecolor rgb INK

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
y = H - 22
set label 11 "holds the lock" at left + 28, y left textcolor rgb INK
set label 12 "waits for it" at left + 188, y left textcolor rgb INK
if (|$vain| > 0) {
    set label 13 "was woken, found it taken" at left + 328, y left \
        textcolor rgb INK
}
set object 1 rectangle from left, y - 8 to left + 22, y + 8 \
    fillstyle solid noborder fillcolor rgb STRONG[1]
set object 2 rectangle from left + 160, y - 6 to left + 182, y + 6 \
    fillstyle solid noborder fillcolor rgb TINT[2]
set object 3 rectangle from left + 160, y - 6 to left + 182, y + 6 \
    fillstyle transparent pattern 4 border linecolor rgb STRONG[2] \
    fillcolor rgb STRONG[2]
plot "+" using (|$vain| > 0 ? left + 312 : NaN):(y) every ::0::0 \
    with points pointtype 2 pointsize 0.8 linewidth 1.6 linecolor rgb INK
unset multiplot
