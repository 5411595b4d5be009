#! title: Band: a mean over replications with its confidence interval
#! about: Each point of the sweep is the mean of a metric over its
#!   replications; the dark band is the 95 % confidence interval of that mean
#!   (Student), the light one holds all replications. A point at which some
#!   replications have no value of the metric, because what it measures did not
#!   come to its end, is left out and marked at the top: the mean of the others
#!   would be too small.
#! needs: varied
#! with title =: the headline, instead of the scenario's
#! with x =: the JSON Pointer of the parameter along the axis; the first
#!   quantity
#! with y = turnaround.mean: the metric
#! with xlabel =: text of the horizontal axis
#! with ylabel =: text of the vertical axis
#! with log =: logarithmic axes: x, y or xy
#! text title: SELECT coalesce(nullif(:title, ''), s.title, s.name)
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run
#! text x: SELECT coalesce(nullif(:x, ''), (SELECT pointer FROM varied
#!   WHERE run = :run ORDER BY quantity IS NULL, number LIMIT 1))
#! text unit: SELECT m.unit FROM runs r JOIN runs o ON o.scenario = r.scenario
#!   AND o.version = r.version JOIN metrics m ON m.run = o.id AND m.name = :y
#!   WHERE r.id = :run LIMIT 1
#! else: no run has the metric of the setting y; `timeslice show` lists them
#! text xunit: SELECT min(unit) FROM varied WHERE pointer = :x AND run IN
#!   (SELECT o.id FROM runs o JOIN runs r ON r.id = :run AND o.scenario =
#!   r.scenario AND o.version = r.version)
#! else: the parameter of the setting x is no quantity, or the sweep does not
#!   vary it
#! data values: SELECT at, avg(v), min(v), max(v), count(v),
#!     max(0, (sum(v * 1.0 * v) - count(v) * avg(v) * avg(v)) / (count(v) - 1))
#!   FROM (SELECT p.quantity / 1.0 AS at, (SELECT m.value FROM metrics m WHERE
#!     m.run = o.id AND m.name = :y) AS v FROM runs r JOIN runs o ON
#!     o.scenario = r.scenario AND o.version = r.version JOIN varied p ON
#!     p.run = o.id AND p.pointer = :x WHERE r.id = :run)
#!   GROUP BY at HAVING count(v) = count(*) AND count(v) > 1 ORDER BY at
#! else: no point has two replications or more that all have the metric
#! maybe without: SELECT at FROM (SELECT p.quantity / 1.0 AS at, (SELECT m.value
#!     FROM metrics m WHERE m.run = o.id AND m.name = :y) AS v FROM runs r JOIN
#!     runs o ON o.scenario = r.scenario AND o.version = r.version JOIN
#!     varied p ON p.run = o.id AND p.pointer = :x WHERE r.id = :run)
#!   GROUP BY at HAVING count(v) < count(*) ORDER BY at
#! number greatest: SELECT max(m.value) FROM runs r JOIN runs o ON
#!   o.scenario = r.scenario AND o.version = r.version JOIN metrics m ON
#!   m.run = o.id AND m.name = :y WHERE r.id = :run
#! number least: SELECT min(m.value) FROM runs r JOIN runs o ON
#!   o.scenario = r.scenario AND o.version = r.version JOIN metrics m ON
#!   m.run = o.id AND m.name = :y WHERE r.id = :run
#! number nearest: SELECT min(quantity) FROM varied p JOIN runs o ON
#!   o.id = p.run JOIN runs r ON r.id = :run AND o.scenario = r.scenario
#!   WHERE pointer = :x
#! number farthest: SELECT max(quantity) FROM varied p JOIN runs o ON
#!   o.id = p.run JOIN runs r ON r.id = :run AND o.scenario = r.scenario
#!   WHERE pointer = :x
#! text remark: SELECT s.name || ', version ' || r.version || ', ' || (SELECT
#!   count(DISTINCT replication) FROM runs o WHERE o.scenario = r.scenario AND
#!   o.version = r.version) || ' replications' FROM runs r JOIN scenarios s ON
#!   s.id = r.scenario WHERE r.id = :run

W = 800; top = 66; bottom = 104
H = top + 360 + bottom
eval terminal(W, H)

# Student's t for 95 %, both sides: a table to 30 degrees, then the first terms
# of its series about 1.96.
array T[30] = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, \
    2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, \
    2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, \
    2.045, 2.042]
student(n) = n <= 30 ? T[int(n)] : 1.95996 + 2.3722 / n + 2.823 / n ** 2
half(n, variance) = student(n - 1) * sqrt(variance / n)

logarithmic(axis) = strstrt(log, axis) > 0
xscale = xunit eq "ps" ? time_scale(farthest) : xunit eq "ratio" ? 0.01 : 1.0
xword = xunit eq "ps" ? time_unit(farthest) : xunit eq "ratio" ? "%" : \
        xunit eq "rate" ? "per second" : ""
yscale = unit eq "ps" ? time_scale(greatest) : unit eq "ratio" ? 0.01 : 1.0
yword = unit eq "ps" ? time_unit(greatest) : unit eq "ratio" ? "%" : \
        unit eq "rate" ? "per second" : ""
with_unit(text, word) = word eq "" ? text : text . " (" . word . ")"

set lmargin at screen 88.0 / W
set rmargin at screen 1 - 28.0 / W
set tmargin at screen 1 - 1.0 * top / H
set bmargin at screen 1.0 * bottom / H
set label 1 title at screen 88.0 / W, screen 1 - 22.0 / H left \
    font HEADLINE textcolor rgb INK
set label 2 remark at screen 88.0 / W, screen 1 - 43.0 / H left \
    font REMARK textcolor rgb SOFT
set xlabel with_unit(xlabel eq "" ? x : xlabel, xword) textcolor rgb INK \
    offset 0, 0.2
set ylabel with_unit(ylabel eq "" ? y : ylabel, yword) textcolor rgb INK \
    offset -0.5, 0
if (logarithmic("x")) { set logscale x }
if (logarithmic("y")) { set logscale y }
if (!logarithmic("x")) {
    air = farthest > nearest ? 0.03 * (farthest - nearest) : 0.5
    start = nearest >= 0 && nearest - air < 0 ? 0 : nearest - air
    set xrange [start / xscale : (farthest + air) / xscale]
}
low = least / yscale; high = greatest / yscale
if (logarithmic("y")) {
    set yrange [low / 1.4 : high * 2.2]
    mark = high * 1.5
} else {
    set yrange [0 : 1.15 * high]
    mark = 1.08 * high
}
set key at screen 88.0 / W, screen 42.0 / H left top Left reverse \
    maxrows 2 maxcols 2 width 2 samplen 2 spacing 1.15

plot $values using ($1 / xscale):($3 / yscale):($4 / yscale) \
         with filledcurves fillcolor rgb tint(0) fillstyle transparent \
         solid 0.45 noborder title "all replications", \
     $values using ($1 / xscale):(($2 - half($5, $6)) / yscale):\
         (($2 + half($5, $6)) / yscale) with filledcurves \
         fillcolor rgb colour(0) fillstyle transparent solid 0.4 noborder \
         title "95 % interval of the mean", \
     $values using ($1 / xscale):($2 / yscale) with linespoints \
         linecolor rgb colour(0) linewidth 1.8 pointtype 7 pointsize 0.6 \
         title "mean", \
     $without using ($1 / xscale):(mark) with points \
         linecolor rgb colour(1) linewidth 1.6 pointtype 2 pointsize 1 \
         title (|$without| > 0 ? "some replications never came to the end" : "")
