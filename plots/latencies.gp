#! title: Latencies: how many are at most so long
#! about: The distribution of one or more measured times, as curves of the part
#!   that is at most so long, from their histograms.
#! needs: histograms
#! with title =: the headline, instead of the scenario's
#! with metric = *: histograms whose names match, as in "inputs.*.latency"
#! with xlabel = time: text of the horizontal axis
#! with names =: names for the curves, with commas between, in their order
#! with tail = no: yes: the part that takes longer, on a logarithmic axis
#! with log = yes: whether the axis of time is logarithmic: yes or no
#! text title: SELECT coalesce(nullif(:title, ''), s.title, s.name)
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run
#! data curves: SELECT row_number() OVER (ORDER BY number) - 1,
#!   replace(replace(name, substr(:metric, 1, instr(:metric, '*') - 1), ''),
#!   substr(:metric, instr(:metric, '*') + 1), '') FROM histograms
#!   WHERE run = :run AND name GLOB :metric AND unit = 'ps' LIMIT 7
#! else: no histogram of a time has such a name; see the setting metric
#! data steps: WITH parts AS (SELECT curve, upper, 100.0 * sum(count) OVER
#!     (PARTITION BY curve ORDER BY upper) / sum(count) OVER
#!     (PARTITION BY curve) AS part
#!   FROM (SELECT dense_rank() OVER (ORDER BY h.number) - 1 AS curve, b.upper,
#!     b.count FROM histograms h JOIN buckets b ON b.run = h.run AND
#!     b.histogram = h.number WHERE h.run = :run AND h.name GLOB :metric AND
#!     h.unit = 'ps')),
#!   ends AS (SELECT curve, min(upper) AS lower, max(upper) AS upper,
#!     min(part) AS first, max(part) AS last FROM parts WHERE curve < 7
#!     GROUP BY curve, CAST(part * 3 AS INTEGER))
#!   SELECT curve, lower / 1.0, first FROM ends
#!   UNION SELECT curve, upper / 1.0, last FROM ends
#!   UNION SELECT curve, min(upper) / 1.0, 0 FROM parts WHERE curve < 7
#!   GROUP BY curve ORDER BY 1, 2, 3
#! number longest: SELECT max(b.upper) FROM histograms h JOIN buckets b ON
#!   b.run = h.run AND b.histogram = h.number WHERE h.run = :run AND
#!   h.name GLOB :metric AND h.unit = 'ps'
#! text names: SELECT replace(:names, ', ', ',')
#! number shortest: SELECT min(b.upper) FROM histograms h JOIN buckets b ON
#!   b.run = h.run AND b.histogram = h.number WHERE h.run = :run AND
#!   h.name GLOB :metric AND h.unit = 'ps' AND b.upper > 0
#! text remark: SELECT s.name || ', run ' || r.id || :point || ' with seed '
#!   || r.seed
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run

n = |$curves|
W = 800
H = 430 + 62 + 22 + 20 * ceil(n / 2.0)
bottom = 62 + 22 + 20 * ceil(n / 2.0)
eval terminal(W, H)
scale = time_scale(longest)
set lmargin at screen 88.0 / W
set rmargin at screen 1 - 28.0 / W
set tmargin at screen 1 - 66.0 / H
set bmargin at screen 1.0 * bottom / H
set label 1 title at screen 88.0 / W, screen 1 - 22.0 / H left \
    font HEADLINE textcolor rgb INK
set label 2 remark at screen 88.0 / W, screen 1 - 43.0 / H left \
    font REMARK textcolor rgb SOFT
set xlabel xlabel . " (" . time_unit(longest) . ")" textcolor rgb INK \
    offset 0, 0.2
longer = tail eq "yes"
set ylabel (longer ? "part that takes longer (%)" : \
    "part that is at most so long (%)") textcolor rgb INK offset -0.5, 0
set yrange [0 : 104]
if (longer) { set logscale y; set yrange [0.01 : 130]; set format y "%g" }
if (log eq "yes") {
    set logscale x
    set xrange [shortest / 2 / scale : longest * 1.2 / scale]
    if (longest / shortest >= 1e3) {
        set xlabel xlabel textcolor rgb INK offset 0, 0.2
        set xtics ()
        do for [i = ceil(log10(shortest / 2)):floor(log10(longest * 1.2))] {
            set xtics add (time_text(10.0 ** i) 10.0 ** i / scale)
        }
    }
}
if (log ne "yes") { set xrange [0 : 1.04 * longest / scale] }
set key at screen 88.0 / W, screen (bottom - 66.0) / H left top Left reverse \
    maxcols 2 maxrows ceil(n / 2.0) width 2 samplen 3.5 spacing 1.15
array TITLE[n]
do for [i = 1:n] {
    line = $curves[i]
    from = strstrt(line, "\t")
    TITLE[i] = names ne "" && i <= words(piece(names)) ? \
        unpiece(word(piece(names), i)) : line[from + 2:strlen(line) - 1]
}
# Of two curves in one place the later one is thinner, and on top.
dash(i) = i == 0 ? 1 : int(i) % 4 + 1
part(p) = !longer ? p : p < 100 ? 100 - p : NaN
plot for [i = 0:n - 1] $steps using ($1 == i ? $2 / scale : NaN):(part($3)) \
    with steps linecolor rgb colour(i) linewidth 2 + 0.8 * (n - 1 - i) \
    dashtype dash(i) \
    title TITLE[i + 1]
