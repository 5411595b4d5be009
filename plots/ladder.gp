#! title: Ladder: what an access takes, on a scale of powers of ten
#! about: One bar a thread: the time it worked or waited for its accesses,
#!   divided by their number, in time and in cycles of the computer's clock. A
#!   thin line goes from the least to the greatest stay at the device that has
#!   the thread's name. In a sweep the bars are those of the last point, and
#!   the points before it are marks beside them.
#! needs: threads
#! with title =: the headline, instead of the scenario's
#! with names =: names for the points of a sweep, with commas between, in their
#!   order
#! with clock = 3600000000: hertz, for the axis of cycles
#! with accesses = 1000: how many each thread did
#! text title: SELECT coalesce(nullif(:title, ''), s.title, s.name)
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run
#! text names: SELECT replace(:names, ', ', ',')
#! data rungs: SELECT row_number() OVER (ORDER BY max(took)) - 1, name FROM
#!   (SELECT t.name, (t.processor_ps + t.blocked_ps) / 1.0 AS took
#!   FROM runs r JOIN runs o ON o.scenario = r.scenario AND
#!   o.version = r.version JOIN threads t ON t.run = o.id WHERE r.id = :run)
#!   GROUP BY name ORDER BY max(took)
#! else: the run has no threads
#! data values: SELECT rung, curve, took, coalesce(least, took),
#!   coalesce(greatest, took) FROM
#!   (SELECT dense_rank() OVER (ORDER BY highest, name) - 1 AS rung,
#!   dense_rank() OVER (ORDER BY point) - 1 AS curve, took, least, greatest
#!   FROM (SELECT o.point, t.name, (t.processor_ps + t.blocked_ps) / 1.0 /
#!   :accesses AS took, max((t.processor_ps + t.blocked_ps) / 1.0) OVER
#!   (PARTITION BY t.name) AS highest,
#!   (SELECT m.value FROM metrics m WHERE m.run = o.id AND
#!     m.name = 'devices.' || t.name || '.stay.min') AS least,
#!   (SELECT m.value FROM metrics m WHERE m.run = o.id AND
#!     m.name = 'devices.' || t.name || '.stay.max') AS greatest
#!   FROM runs r JOIN runs o ON o.scenario = r.scenario AND
#!   o.version = r.version JOIN threads t ON t.run = o.id WHERE r.id = :run))
#!   ORDER BY curve, rung
#! number last: SELECT count(DISTINCT o.point) - 1 FROM runs r JOIN runs o ON
#!   o.scenario = r.scenario AND o.version = r.version WHERE r.id = :run
#! text remark: SELECT s.name || ', version ' || r.version
#!   || ', seed ' || r.seed || ': means of ' || :accesses || ' accesses'
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run

n = |$rungs|
last = int(last)
W = 800
H = 128 + 40 * n + 84
eval terminal(W, H)
set lmargin at screen 118.0 / W
set rmargin at screen 1 - 140.0 / W
set tmargin at screen 1 - 112.0 / H
set bmargin at screen 100.0 / H
set label 1 title at screen 40.0 / W, screen 1 - 22.0 / H left \
    font HEADLINE textcolor rgb INK
set label 2 remark at screen 40.0 / W, screen 1 - 43.0 / H left \
    font REMARK textcolor rgb SOFT
set logscale x
set xrange [0.3 : 5e9]
set yrange [n - 0.4 : -0.6]
set xtics ("1 ns" 1, "10 ns" 10, "100 ns" 100, "1 µs" 1e3, "10 µs" 1e4, \
    "100 µs" 1e5, "1 ms" 1e6, "10 ms" 1e7, "100 ms" 1e8, "1 s" 1e9)
cycles = 1e9 / real(clock)
set x2tics ("1" cycles, "" 10 * cycles, "100" 100 * cycles, \
    "" 1e3 * cycles, "10 thousand" 1e4 * cycles, "" 1e5 * cycles, \
    "1 million" 1e6 * cycles, "" 1e7 * cycles, "100 million" 1e8 * cycles, \
    "" 1e9 * cycles)
set logscale x2
set x2range [0.3 : 5e9]
set border 5
set x2label "cycles of the processor" textcolor rgb INK offset 0, -0.4
set xlabel "time of an access" textcolor rgb INK offset 0, 0.2
unset ytics
set grid x

# --- texts: the rung on the left, its bar's time and cycles on the right

# Nanoseconds from the first one on: the rungs are read beside each other.
rung_text(ps) = ps >= 1e3 && ps < 2e3 ? sprintf("%.4g ns", ps / 1e3) : \
    time_text(ps)
count_text(c) = c < 99.5 ? sprintf("%.3g", c) : c < 9995 ? \
    sprintf("%.0f", c) : c < 999500 ? sprintf("%.3g thousand", c / 1e3) : \
    c < 999.5e6 ? sprintf("%.3g million", c / 1e6) : \
    sprintf("%.3g billion", c / 1e9)
field(line, i) = word(swap(line, "\t", " "), i)
name_at(i) = i < words(piece(names)) ? \
    unpiece(word(piece(names), i + 1)) : sprintf("point %d", i + 1)
do for [i = 1:n] {
    line = $rungs[i]
    name = line[strstrt(line, "\t") + 1:*]
    if (name[1:1] eq "\"") { name = name[2:strlen(name) - 1] }
    set label 100 + i name at graph -0.015, first i - 1 right \
        textcolor rgb INK
}
do for [i = 1:|$values|] {
    line = $values[i]
    row = int(field(line, 1))
    if (int(field(line, 2)) == last) {
        took = real(field(line, 3))
        set label 200 + i rung_text(took) at graph 1.01, first row - 0.2 \
            left textcolor rgb INK
        set label 300 + i count_text(took / 1000 / cycles) . " cycles" at \
            graph 1.01, first row + 0.2 left font REMARK textcolor rgb SOFT
    }
}

# --- bars, their spread, and the points before

set key at screen 118.0 / W, screen 26.0 / H left center Left reverse \
    maxrows 1 samplen 1.5 width -1
set style fill solid 1
of_point(i, at, v) = int(at) == i ? v : NaN
plot $values using (0.3):1:(0.3):(of_point(last, $2, $3 / 1000)):($1 - 0.2):($1 + 0.2) \
         with boxxyerror fillcolor rgb tint(0) linecolor rgb colour(0) \
         title (last > 0 ? name_at(last) : "simulated"), \
     $values using (of_point(last, $2, $3 / 1000)):1:($4 / 1000):($5 / 1000) \
         with xerrorbars pointtype 0 linecolor rgb INK linewidth 1.2 \
         title "least and greatest", \
     for [i = 0:last - 1] $values using (of_point(i, $2, $3 / 1000)):1 \
         with points pointtype 13 - i pointsize 1.3 \
         linecolor rgb colour(1 + i) title name_at(i)
