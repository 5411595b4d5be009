#! title: Series: sampled levels over time
#! about: Each sampled level (the length of a queue, cores in use, ...) in a
#!   panel of its own, as steps: a value holds until the next one. Where there
#!   are more changes than can be seen, the least and the greatest value of
#!   each piece of time are drawn.
#! needs: samples
#! with title =: the headline, instead of the scenario's
#! with only = *: only series whose names match, as in "ready*"
#! time from =: the beginning of what is shown
#! time to =: the end of what is shown
#! text title: SELECT coalesce(nullif(:title, ''), s.title, s.name)
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run
#! number from: SELECT max(0, coalesce(:from, 0))
#! number to: SELECT coalesce(:to, nullif((SELECT end_ps FROM runs WHERE
#!   id = :run), 0), (SELECT max(at_ps) FROM samples WHERE run = :run))
#! data panels: SELECT row_number() OVER (ORDER BY n.number) - 1, n.name,
#!   count(*), min(s.value), max(s.value) FROM series_names n JOIN samples s ON
#!   s.run = n.run AND s.series = n.number WHERE n.run = :run AND
#!   n.name GLOB :only AND s.at_ps <= :to GROUP BY n.number LIMIT 8
#! else: no samples of this name and in this time; see the settings only, from
#!   and to
#! data samples: WITH levels AS (SELECT
#!     dense_rank() OVER (ORDER BY s.series) - 1 AS panel, s.at_ps, s.value,
#!     count(*) OVER (PARTITION BY s.series) AS n,
#!     lead(s.at_ps, 1, :to) OVER (PARTITION BY s.series ORDER BY s.rowid)
#!     AS until FROM (SELECT x.rowid AS rowid, x.*, lag(x.value) OVER
#!       (PARTITION BY x.series ORDER BY x.rowid) AS before
#!       FROM samples x WHERE x.run = :run AND x.at_ps <= :to) s
#!     JOIN series_names n ON n.run = s.run AND n.number = s.series
#!     WHERE n.name GLOB :only AND (s.before IS NULL OR s.before <> s.value)),
#!   shown AS (SELECT *, max(at_ps, :from) AS since FROM levels
#!     WHERE at_ps <= :to AND until >= :from)
#!   SELECT panel, since / 1.0, value FROM shown WHERE n <= 2000
#!   UNION ALL SELECT panel, max(since) / 1.0, value FROM shown GROUP BY panel
#!   UNION ALL SELECT panel, max(until) / 1.0, value FROM shown GROUP BY panel
#!   UNION ALL SELECT panel, min(since) / 1.0, min(value) FROM shown
#!     WHERE n > 2000 GROUP BY panel, (since - :from) * 700 / (:to - :from + 1)
#!   UNION ALL SELECT panel, min(since) / 1.0, max(value) FROM shown
#!     WHERE n > 2000 GROUP BY panel, (since - :from) * 700 / (:to - :from + 1)
#!   ORDER BY 1, 2
#! text subtitle: SELECT s.name || ', run ' || r.id || :point || ' with seed '
#!   || r.seed
#!   || iif((SELECT max(n) FROM (SELECT count(*) AS n FROM samples WHERE
#!   run = :run GROUP BY series)) > 2000, ': least and greatest of each piece '
#!   || 'of time where there are too many', '')
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run

panel_count = |$panels|
W = 800
panel = panel_count == 1 ? 300 : panel_count == 2 ? 190 : 130
gap = 34
top = 62
left = 76
right = 28
bottom = 58
H = top + panel_count * (panel + gap) + bottom - 8
eval terminal(W, H)
set multiplot

scale = time_scale(to)
set lmargin at screen 1.0 * left / W
set rmargin at screen 1 - 1.0 * right / W
set xrange [from / scale : to / scale]
set style fill solid
set label 1 title at screen 1.0 * left / W, screen 1 - 22.0 / H left \
    font HEADLINE textcolor rgb INK
set label 2 subtitle at screen 1.0 * left / W, screen 1 - 43.0 / H left \
    font REMARK textcolor rgb SOFT
head(i) = top + gap - 8 + i * (panel + gap)
name_of(i) = ($panels[i + 1])[strstrt($panels[i + 1], "\t") + 2 : *]
until_quote(text) = text[1:strstrt(text, "\"") - 1]
# The range of each panel, with zero in it and a little air above.
stats $panels using 5 nooutput
array HIGH[panel_count]
array LOW[panel_count]
do for [i = 1:panel_count] {
    stats $panels using ($1 == i - 1 ? $5 : NaN) nooutput
    HIGH[i] = STATS_max
    stats $panels using ($1 == i - 1 ? $4 : NaN) nooutput
    LOW[i] = STATS_min
}
do for [i = 0:panel_count - 1] {
    set tmargin at screen 1 - 1.0 * head(i) / H
    set bmargin at screen 1 - 1.0 * (head(i) + panel) / H
    high = HIGH[i + 1] > 0 ? HIGH[i + 1] : 0
    low = LOW[i + 1] < 0 ? LOW[i + 1] : 0
    if (high == low) { high = low + 1 }
    set yrange [low : high + 0.08 * (high - low)]
    # Levels are whole numbers, and so are the marks of few of them.
    if (high - low <= 6) { set ytics 1 } else { set ytics autofreq }
    set label 3 until_quote(name_of(i)) at graph 0, 1 left offset 0, 0.7 \
        textcolor rgb INK
    if (i == panel_count - 1) {
        set xlabel "time (" . time_unit(to) . ")" textcolor rgb INK \
            offset 0, 0.3
        set format x TICKS
    } else {
        set format x ""
    }
    plot $samples using ($1 == i ? $2 / scale : 1 / 0):3 with fillsteps \
             fillstyle solid 0.18 noborder linecolor rgb colour(i), \
         $samples using ($1 == i ? $2 / scale : 1 / 0):3 with steps \
             linecolor rgb colour(i) linewidth 1.4
    unset label 1
    unset label 2
}
unset multiplot
