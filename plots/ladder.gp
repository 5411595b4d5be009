#! title: Ladder: what an access takes, on a scale of powers of ten
#! about: One bar a thread: the time it worked or waited for a thousand
#!   accesses, a thousandth of it, in time and in cycles of the computer's
#!   clock. What the talk said of some of them stands beside it.
#! needs: threads
#! with title =: the headline, instead of the scenario's
#! with clock = 3600000000: hertz, for the axis of cycles
#! with accesses = 1000: how many each thread did
#! text title: SELECT coalesce(nullif(:title, ''), s.title, s.name)
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run
#! data rungs: SELECT row_number() OVER (ORDER BY took) - 1, name, took FROM
#!   (SELECT name, (processor_ps + blocked_ps) / 1.0 / :accesses AS took
#!   FROM threads WHERE run = :run) ORDER BY took
#! else: the run has no threads
#! data said: SELECT row_number() OVER (ORDER BY t.took) - 1, s.ps FROM
#!   (SELECT name, (processor_ps + blocked_ps) / 1.0 / :accesses AS took
#!   FROM threads WHERE run = :run) t LEFT JOIN
#!   (SELECT 'L3' AS name, 11111.1 AS ps UNION ALL SELECT 'RAM', 15277.8
#!   UNION ALL SELECT 'SSD', 6e7 UNION ALL SELECT 'ISP', 1.2e10
#!   UNION ALL SELECT 'Pacific', 3.15e11) s ON s.name = t.name
#! else: the run has no threads
#! text remark: SELECT s.name || ', run ' || r.id || ' with seed ' || r.seed
#!   || ': means of ' || :accesses || ' accesses'
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run

n = |$rungs|
W = 800
H = 128 + 40 * n + 84
eval terminal(W, H)
set lmargin at screen 118.0 / W
set rmargin at screen 1 - 40.0 / W
set tmargin at screen 1 - 112.0 / H
set bmargin at screen 100.0 / H
set label 1 title at screen 40.0 / W, screen 1 - 22.0 / H left \
    font HEADLINE textcolor rgb INK
set label 2 remark at screen 40.0 / W, screen 1 - 43.0 / H left \
    font REMARK textcolor rgb SOFT
set logscale x
set xrange [0.3 : 5e10]
set yrange [n - 0.4 : -0.6]
set xtics ("1 ns" 1, "10 ns" 10, "100 ns" 100, "1 µs" 1e3, "10 µs" 1e4, \
    "100 µs" 1e5, "1 ms" 1e6, "10 ms" 1e7, "100 ms" 1e8, "1 s" 1e9)
cycles = 1e9 / real(clock)
set x2tics ("1" cycles, "" 10 * cycles, "100" 100 * cycles, \
    "" 1e3 * cycles, "10 thousand" 1e4 * cycles, "" 1e5 * cycles, \
    "1 million" 1e6 * cycles, "" 1e7 * cycles, "100 million" 1e8 * cycles, \
    "" 1e9 * cycles)
set logscale x2
set x2range [0.3 : 5e10]
set border 5
set x2label "cycles of the processor" textcolor rgb INK offset 0, -0.4
set xlabel "time of an access" textcolor rgb INK offset 0, 0.2
unset ytics
set grid x
do for [i = 1:n] {
    line = $rungs[i]
    rest = line[strstrt(line, "\t") + 1:*]
    name = rest[2:strstrt(rest, "\t") - 2]
    took = real(rest[strstrt(rest, "\t") + 1:*])
    set label 100 + i name at graph -0.015, first i - 1 right \
        textcolor rgb INK
    set label 200 + i time_text(took) at graph 0.995, first i - 1 right \
        textcolor rgb INK
}
set key at screen 118.0 / W, screen 26.0 / H left center Left reverse \
    maxrows 1 samplen 1.5 width 2
set style fill solid 1
set boxwidth 0.44
plot $rungs using (0.3):($1):(0.3):($3 / 1000):($1 - 0.2):($1 + 0.2) \
         with boxxyerror fillcolor rgb tint(0) linecolor rgb colour(0) \
         title "simulated machine", \
     $said using ($2 / 1000):1 with points pointtype 13 pointsize 1.3 \
         linecolor rgb colour(1) title "as it was told on stage"
