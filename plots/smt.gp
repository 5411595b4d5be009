#! title: SMT: gain of two hardware threads against stalling
#! about: From runs of one and of two threads on a core, how much more work two
#!   do, against the part of its time that one alone stalls. The lines are the
#!   closed forms for threads that share the core and for memoryless slots.
#! needs: varied
#! with title =: the headline, instead of the scenario's
#! with count = /threads/0/count: the parameter that is 1 and 2
#! text title: SELECT coalesce(nullif(:title, ''), s.title, s.name)
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run
#! data points: SELECT 100.0 * (1 - a.value), 100.0 * avg(b.value) / a.value
#!   FROM runs r JOIN runs o ON o.scenario = r.scenario AND
#!     o.version = r.version
#!   JOIN varied p ON p.run = o.id AND p.pointer = :count AND p.value = '1'
#!   JOIN metrics a ON a.run = o.id AND a.name = 'cores.work_rate'
#!   JOIN varied q ON q.run = o.id AND q.pointer <> :count
#!   JOIN varied t ON t.pointer = q.pointer AND t.value = q.value
#!   JOIN runs w ON w.id = t.run AND w.scenario = r.scenario AND
#!     w.version = r.version
#!   JOIN varied c ON c.run = w.id AND c.pointer = :count AND c.value = '2'
#!   JOIN metrics b ON b.run = w.id AND b.name = 'cores.work_rate'
#!   WHERE r.id = :run GROUP BY q.value ORDER BY 1
#! else: no runs with one and with two threads; see the setting count
#! text remark: SELECT s.name || ', version ' || r.version
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run

W = 800
H = 520
eval terminal(W, H)
set lmargin at screen 88.0 / W
set rmargin at screen 1 - 28.0 / W
set tmargin at screen 1 - 66.0 / H
set bmargin at screen 118.0 / H
set label 1 title at screen 88.0 / W, screen 1 - 22.0 / H left \
    font HEADLINE textcolor rgb INK
set label 2 remark at screen 88.0 / W, screen 1 - 43.0 / H left \
    font REMARK textcolor rgb SOFT
set xlabel "part of its time that a thread alone stalls (%)" \
    textcolor rgb INK offset 0, 0.2
set ylabel "work of two threads against one (%)" \
    textcolor rgb INK offset -0.5, 0
set xrange [0 : 100]
set yrange [95 : 205]
set key at screen 88.0 / W, screen 52.0 / H left top Left reverse \
    maxcols 2 maxrows 2 width 2 samplen 3.5 spacing 1.15
set arrow 1 from 0, 150 to 100, 150 nohead linewidth 1.2 dashtype 3 \
    linecolor rgb SOFT
set label 3 "150 %, as it was said" at 99, 146 right font REMARK \
    textcolor rgb SOFT
set arrow 2 from 42.265, 95 to 42.265, 150 nohead linewidth 1.2 dashtype 3 \
    linecolor rgb SOFT
set label 4 "42.3 %" at 43.5, 98.5 left font REMARK textcolor rgb SOFT
plot [p = 0:100] 200.0 / (1 + (1 - p / 100) ** 2) with lines \
         linecolor rgb colour(0) linewidth 1.8 \
         title "sharing the core: 2 / (1 + (1 - p)²)", \
     [p = 0:100] 100 + p with lines linecolor rgb colour(1) linewidth 1.8 \
         dashtype 2 title "memoryless slots: 1 + p", \
     $points using 1:2 with points linecolor rgb INK pointtype 7 \
         pointsize 0.9 title "simulated"
