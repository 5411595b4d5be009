#! title: Schedulable: which share of task sets meets all deadlines, by load
#! about: Of a sweep over many task sets that are analysed ("utilization"):
#!   runs with the same value of the parameter `x` are one point: their mean
#!   load, and how many of them missed no deadline. The line is Liu and
#!   Layland's bound.
#! needs: varied
#! with title =: the headline, instead of the scenario's
#! with by = /system/policy: the JSON Pointer of the parameter that makes curves
#! with x = /computer/clock: the JSON Pointer of the parameter that makes load
#! text title: SELECT coalesce(nullif(:title, ''), s.title, s.name)
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run
#! data values: WITH sets AS (SELECT o.point, (SELECT p.value FROM varied p
#!     WHERE p.run = o.id AND p.pointer = :by) AS kind,
#!     m.value AS load, (SELECT p.value FROM varied p WHERE p.run = o.id
#!     AND p.pointer = :x) AS step, NOT EXISTS (SELECT 1 FROM metrics x WHERE
#!     x.run = o.id AND x.name GLOB 'threads.*.missed' AND x.value > 0) AS fine
#!     FROM runs r JOIN runs o ON o.scenario = r.scenario AND
#!     o.version = r.version JOIN metrics m ON m.run = o.id AND
#!     m.name = 'analysis.utilization.load' WHERE r.id = :run),
#!   kinds AS (SELECT kind, row_number() OVER (ORDER BY min(point)) - 1 AS curve
#!     FROM sets GROUP BY kind)
#!   SELECT curve, 100 * avg(load), 100 * avg(fine), count(*) FROM sets
#!   JOIN kinds ON kinds.kind IS sets.kind GROUP BY curve, step
#!   ORDER BY curve, avg(load)
#! else: no run has the metric analysis.utilization.load: say "analyze":
#!   [{"utilization": {}}]
#! data curves: SELECT row_number() OVER (ORDER BY min(o.point)) - 1,
#!   coalesce(trim(p.value, '"'), 'all') FROM runs r JOIN runs o ON
#!   o.scenario = r.scenario AND o.version = r.version LEFT JOIN varied p ON
#!   p.run = o.id AND p.pointer = :by WHERE r.id = :run GROUP BY p.value
#! data names: WITH sets AS (SELECT o.point, (SELECT p.value FROM varied p
#!     WHERE p.run = o.id AND p.pointer = :by) AS kind,
#!     m.value AS load, (SELECT p.value FROM varied p WHERE p.run = o.id
#!     AND p.pointer = :x) AS step, NOT EXISTS (SELECT 1 FROM metrics x WHERE
#!     x.run = o.id AND x.name GLOB 'threads.*.missed' AND x.value > 0) AS fine
#!     FROM runs r JOIN runs o ON o.scenario = r.scenario AND
#!     o.version = r.version JOIN metrics m ON m.run = o.id AND
#!     m.name = 'analysis.utilization.load' WHERE r.id = :run),
#!   points AS (SELECT kind, min(point) AS first, 100 * avg(load) AS x,
#!     100 * avg(fine) AS y FROM sets GROUP BY kind, step),
#!   best AS (SELECT *, row_number() OVER (PARTITION BY kind ORDER BY
#!     abs(y - 60), x DESC) AS n, min(first) OVER (PARTITION BY kind) AS place
#!     FROM points)
#!   SELECT x, y FROM best WHERE n = 1 ORDER BY place
#! number bound: SELECT 100 * value FROM metrics WHERE run = :run AND
#!   name = 'analysis.utilization.bound'
#! number sets: SELECT max(n) FROM (SELECT count(*) AS n FROM runs r JOIN runs o
#!   ON o.scenario = r.scenario AND o.version = r.version JOIN metrics m ON
#!   m.run = o.id AND m.name = 'analysis.utilization.load' LEFT JOIN varied
#!   p ON p.run = o.id AND p.pointer = :by LEFT JOIN varied q ON
#!   q.run = o.id AND q.pointer = :x WHERE r.id = :run
#!   GROUP BY p.value, q.value)
#! text remark: SELECT s.name || ', version ' || r.version
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run

curve_count = |$curves|
W = 800
top = 66
bottom = 62
H = top + 360 + bottom
eval terminal(W, H)

set lmargin at screen 88.0 / W
set rmargin at screen 1 - 28.0 / W
set tmargin at screen 1 - 1.0 * top / H
set bmargin at screen 1.0 * bottom / H
set label 1 title at screen 88.0 / W, screen 1 - 22.0 / H left \
    font HEADLINE textcolor rgb INK
set label 2 sprintf("%s; %d task sets a point", remark, sets) \
    at screen 88.0 / W, screen 1 - 43.0 / H left \
    font REMARK textcolor rgb SOFT
set xlabel "load (%)" textcolor rgb INK offset 0, 0.2
set ylabel "task sets that miss nothing (%)" textcolor rgb INK offset -0.5, 0
stats $values using 2 nooutput
set xrange [floor(STATS_min / 5 - 0.2) * 5 : ceil(STATS_max / 5) * 5]
set yrange [0 : 108]
set ytics 20
unset key

array SHAPE[3]
SHAPE[1] = 7; SHAPE[2] = 5; SHAPE[3] = 9
name_of(i) = ($curves[i + 1])[strstrt($curves[i + 1], "\t") + 2 : \
                              strlen($curves[i + 1]) - 1]
set arrow 1 from bound, 0 to bound, 108 nohead linecolor rgb SOFT \
    linewidth 1.2 dashtype 2 back
set label 3 sprintf("Liu and Layland's bound, %.1f %%", bound) at bound, 8 \
    left offset 0.8, 0 textcolor rgb SOFT
# Each curve is named where it falls.
do for [i = 0:curve_count - 1] {
    stats $names using 1:2 every ::i::i nooutput
    set label 10 + i name_of(i) at STATS_mean_x, STATS_mean_y right \
        offset -1.2, (STATS_mean_y > 90 ? 0.9 : -0.3) textcolor rgb colour(i)
}

plot for [i = 0:curve_count - 1] $values using \
         ($1 == i ? $2 : 1 / 0):3 with linespoints \
         linecolor rgb colour(i) linewidth 1.8 \
         pointtype SHAPE[i % 3 + 1] pointsize 0.8
