#! title: Bars: metrics of the points of a sweep, side by side
#! about: One group of bars for each point (the means of its replications), in
#!   the order of the sweep: for parameters that are no quantities, such as
#!   policies. Expected values from the scenario's `expect` are circles, named
#!   after whose they are; where no run of a point has a value, that is said.
#! needs: varied
#! with title =: the headline, instead of the scenario's
#! with y =: one or more metrics of one unit, with commas between
#! with names =: names for the metrics, with commas between, in their order
#! with labels =: names for the points, with commas between, in their order
#! with xlabel =: text below the axis of values
#! text title: SELECT coalesce(nullif(:title, ''), s.title, s.name)
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run
#! text file: SELECT s.name || ', version ' || r.version
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run
#! text names: SELECT replace(:names, ', ', ',')
#! text labels: SELECT replace(:labels, ', ', ',')
#! text y: SELECT ',' || replace(:y, ' ', '') || ','
#! text unit: SELECT m.unit FROM runs r JOIN runs o ON o.scenario = r.scenario
#!   AND o.version = r.version JOIN metrics m ON m.run = o.id
#!   WHERE r.id = :run AND instr(:y, ',' || m.name || ',') > 0
#!   ORDER BY instr(:y, ',' || m.name || ',')
#! else: no run has any of the metrics in the setting y; `timeslice show`
#!   lists them
#! data groups: SELECT o.point, replace(replace(group_concat(DISTINCT
#!   trim(substr(p.value, 1, 40), '"')), '"', ''), '{policy:', '')
#!   FROM runs r JOIN runs o ON o.scenario = r.scenario AND
#!   o.version = r.version JOIN varied p ON p.run = o.id
#!   WHERE r.id = :run GROUP BY o.point ORDER BY o.point
#! else: the scenario has no sweep
#! data metrics: SELECT row_number() OVER (ORDER BY
#!   instr(:y, ',' || name || ',')) - 1, name FROM (SELECT DISTINCT m.name
#!     FROM runs r JOIN runs o ON o.scenario = r.scenario AND
#!     o.version = r.version JOIN metrics m ON m.run = o.id AND
#!     m.unit = :unit AND instr(:y, ',' || m.name || ',') > 0
#!     WHERE r.id = :run)
#! data values: SELECT w.place,
#!   dense_rank() OVER (ORDER BY instr(:y, ',' || name || ',')) - 1, value
#!   FROM (SELECT o.point, m.name, avg(m.value) AS value
#!     FROM runs r JOIN runs o ON o.scenario = r.scenario AND
#!     o.version = r.version JOIN metrics m ON m.run = o.id AND
#!     m.unit = :unit AND instr(:y, ',' || m.name || ',') > 0
#!     WHERE r.id = :run GROUP BY o.point, m.name)
#!   JOIN (SELECT point AS at, row_number() OVER (ORDER BY point) - 1 AS place
#!     FROM (SELECT DISTINCT o.point FROM runs r JOIN runs o ON
#!       o.scenario = r.scenario AND o.version = r.version JOIN varied p ON
#!       p.run = o.id WHERE r.id = :run)) w ON w.at = point ORDER BY 1, 2
#! maybe without: SELECT place FROM (SELECT o.point,
#!     row_number() OVER (ORDER BY o.point) - 1 AS place,
#!     count(m.value) AS had FROM runs r JOIN runs o ON
#!     o.scenario = r.scenario AND o.version = r.version JOIN (SELECT DISTINCT
#!       run FROM varied) p ON p.run = o.id LEFT JOIN metrics m ON
#!     m.run = o.id AND m.unit = :unit AND
#!     instr(:y, ',' || m.name || ',') > 0 WHERE r.id = :run GROUP BY o.point)
#!   WHERE had = 0
#! text whose: SELECT coalesce((SELECT group_concat(w, ', ')
#!   FROM (SELECT DISTINCT coalesce(nullif(json_extract(d.text, '$.expect[' ||
#!     v.number || '].whose'), 'expected'), 'the scenario''s own claim') AS w
#!     FROM runs r JOIN runs o ON
#!     o.scenario = r.scenario AND o.version = r.version JOIN documents d ON
#!     d.id = o.document JOIN verdicts v ON v.run = o.id AND v.expected IS NOT
#!     NULL AND instr(:y, ',' || v.metric || ',') > 0 WHERE r.id = :run)),
#!   'the scenario''s own claim')
#! maybe known: SELECT w.place, rank, expected FROM
#!   (SELECT o.point,
#!     dense_rank() OVER (ORDER BY instr(:y, ',' || m.name || ',')) - 1
#!       AS rank, v.expected FROM runs r JOIN runs o ON
#!     o.scenario = r.scenario AND o.version = r.version JOIN metrics m ON
#!     m.run = o.id AND m.unit = :unit AND instr(:y, ',' || m.name || ',') > 0
#!     LEFT JOIN verdicts v ON v.run = o.id AND v.metric = m.name AND
#!     v.expected IS NOT NULL WHERE r.id = :run)
#!   JOIN (SELECT point AS at, row_number() OVER (ORDER BY point) - 1 AS place
#!     FROM (SELECT DISTINCT o.point FROM runs r JOIN runs o ON
#!       o.scenario = r.scenario AND o.version = r.version JOIN varied p ON
#!       p.run = o.id WHERE r.id = :run)) w ON w.at = point
#!   WHERE expected IS NOT NULL GROUP BY w.place, rank

chosen(list, i, other) = list ne "" && i <= words(piece(list)) ? \
    unpiece(word(piece(list), i)) : other
rest(line) = line[strstrt(line, "\t") + 1:*]
bare(text) = swap(text, '"', "")

groups = |$groups|
series = |$metrics|
# --- units
stats $values using 3 nooutput
greatest = STATS_max > 0 ? STATS_max : 1
scale = unit eq "ps" ? time_scale(greatest) : unit eq "ratio" ? 0.01 : \
        unit eq "bytes" ? byte_scale(greatest) : large(greatest)
word_of = unit eq "ps" ? time_unit(greatest) : unit eq "ratio" ? "%" : \
          unit eq "bytes" ? byte_unit(greatest) : \
          large_word(greatest, unit eq "rate" ? "per second" : "")
label = xlabel eq "" ? bare(rest($metrics[1])) : xlabel

# --- size
W = 800
top = 66
thick = series > 1 ? 15 : 20
gap = 12
legend = series > 1 || |$known| > 0
# As many names beside each other as there is room for the longest.
longest = |$known| > 0 ? strlen(whose) : 0
do for [i = 1:series] {
    wide = strlen(chosen(names, i, bare(rest($metrics[i]))))
    longest = wide > longest ? wide : longest
}
per_row = int(640.0 / (60 + 7.2 * longest))
per_row = per_row < 1 ? 1 : per_row
key_rows = ceil(1.0 * (series + (|$known| > 0)) / per_row)
bottom = 58 + (legend ? 6 + 20 * key_rows : 0)
H = top + groups * (series * thick + gap) + bottom
eval terminal(W, H)

widest = 0
array LABEL[groups]
do for [i = 1:groups] {
    LABEL[i] = chosen(labels, i, bare(rest($groups[i])))
    widest = strlen(LABEL[i]) > widest ? strlen(LABEL[i]) : widest
}
left = 40 + 7.2 * widest
set lmargin at screen left / W
set rmargin at screen 1 - 60.0 / W
set tmargin at screen 1 - 1.0 * top / H
set bmargin at screen 1.0 * bottom / H
set label 1 title at screen 24.0 / W, screen 1 - 22.0 / H left \
    font HEADLINE textcolor rgb INK
set label 2 file at screen 24.0 / W, screen 1 - 43.0 / H left \
    font REMARK textcolor rgb SOFT
set xlabel label . (word_of eq "" ? "" : " (" . word_of . ")") \
    textcolor rgb INK offset 0, 0.2
step = series * thick + gap
at(group, metric) = group * step + gap / 2.0 + metric * thick + thick / 2.0
set yrange [groups * step : 0]
set xrange [0 : 1.08 * greatest / scale]
# The ring around a known 0 needs room before the axis.
set ytics () scale 0 offset (|$known| > 0 ? -0.7 : 0), 0
do for [i = 1:groups] {
    set ytics add (LABEL[i] (i - 1) * step + step / 2.0)
}
unset grid
set grid x
set border 2
set style fill solid 1 noborder
set key at screen left / W, screen 20.0 * key_rows / H left top Left reverse \
    maxrows key_rows maxcols per_row width 2 samplen 2
half = thick / 2.0 - 1

plot for [s = 0:series - 1] $values using \
    (0):(int($2) == s ? at($1, $2) : NaN):(0):($3 / scale): \
    (at($1, $2) - half):(at($1, $2) + half) with boxxyerror \
    fillcolor rgb colour(s) \
    title series > 1 ? chosen(names, s + 1, bare(rest($metrics[s + 1]))) : "", \
    $values using ($3 / scale):(at($1, $2)): \
    (" " . number_text($3 / scale)) with labels left font REMARK \
    textcolor rgb INK offset (|$known| > 0 ? 1.7 : 1.2), 0 notitle, \
    $known using ($3 / scale):(at($1, $2)) with points pointtype 6 \
    pointsize 1.5 linewidth 1.6 linecolor rgb INK \
    title |$known| > 0 ? whose : "", \
    $without using (0):($1 * step + step / 2.0):(" no value") \
    with labels left font REMARK textcolor rgb SOFT notitle
