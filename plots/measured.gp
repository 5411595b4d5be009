#! title: Measured: what was predicted against what was measured
#! about: Of a sweep whose "note" is a JSON list [name, rate, p50 in ms, p95 in
#!   ms] of a measurement: the ratio of the simulated to the measured figure,
#!   a line a point. The bands are 15 % for rates and 25 % for times. A fifth
#!   item is a word on a miss.
#! needs: varied
#! with title =: the headline, instead of the scenario's
#! with clients = clients.load: the beginning of the metrics' names
#! text title: SELECT coalesce(nullif(:title, ''), s.title, s.name)
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run
#! data rows: WITH notes AS (SELECT o.id, o.point,
#!     json_extract(p.value, '$') AS note FROM runs r JOIN runs o ON
#!     o.scenario = r.scenario AND o.version = r.version JOIN varied p ON
#!     p.run = o.id AND p.pointer = '/note' WHERE r.id = :run),
#!   told AS (SELECT n.*, (SELECT value FROM metrics m WHERE m.run = n.id AND
#!     m.name = :clients || '.throughput') AS rate,
#!     (SELECT value FROM metrics m WHERE m.run = n.id AND
#!     m.name = :clients || '.latency.p50') AS p50,
#!     (SELECT value FROM metrics m WHERE m.run = n.id AND
#!     m.name = :clients || '.latency.p95') AS p95 FROM notes n)
#!   SELECT row_number() OVER (ORDER BY point), rate /
#!     json_extract(note, '$[1]'), p50 / 1e9 / json_extract(note, '$[2]'),
#!     p95 / 1e9 / json_extract(note, '$[3]'), json_extract(note, '$[0]'),
#!     coalesce(json_extract(note, '$[4]'), '')
#!   FROM told ORDER BY point
#! else: the sweep does not vary /note
#! text remark: SELECT s.name || ', version ' || r.version
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run

row_count = |$rows|
W = 1080
top = 92
bottom = 56
H = top + 17 * row_count + bottom
eval terminal(W, H)

set lmargin at screen 250.0 / W
set rmargin at screen 1 - 308.0 / W
set tmargin at screen 1 - 1.0 * top / H
set bmargin at screen 1.0 * bottom / H
set label 1 title at screen 28.0 / W, screen 1 - 22.0 / H left \
    font HEADLINE textcolor rgb INK
set label 2 remark at screen 28.0 / W, screen 1 - 43.0 / H left \
    font REMARK textcolor rgb SOFT
set logscale x
set xrange [0.36 : 1.6]
set yrange [row_count + 0.7 : 0.3]
set xtics ("0.4" 0.4, "0.5" 0.5, "0.6" 0.6, "0.75" 0.75, "0.85" 0.85, "1" 1, \
           "1.15" 1.15, "1.25" 1.25, "1.5" 1.5)
unset grid
set xlabel "simulated / measured" textcolor rgb INK offset 0, 0.2
set object 1 rectangle from 0.75, 0.3 to 1.25, row_count + 0.7 back \
    fillcolor rgb 0xf2f2f2 fillstyle solid noborder
set object 2 rectangle from 0.85, 0.3 to 1.15, row_count + 0.7 back \
    fillcolor rgb 0xe2e2e2 fillstyle solid noborder
set arrow 1 from 1, 0.3 to 1, row_count + 0.7 nohead linecolor rgb SOFT \
    linewidth 1 back
set ytics scale 0
set key at screen 250.0 / W, screen 1 - 58.0 / H left top horizontal maxrows 1

plot $rows using 2:1:ytic(5) with points title "requests a second" \
         pointtype 7 pointsize 0.8 linecolor rgb colour(0), \
     $rows using 3:1 with points title "p50" \
         pointtype 9 pointsize 0.9 linecolor rgb colour(2), \
     $rows using 4:1 with points title "p95" \
         pointtype 5 pointsize 0.7 linecolor rgb colour(1), \
     $rows using (1.6):1:6 with labels left offset 1, 0 font REMARK textcolor rgb INK
