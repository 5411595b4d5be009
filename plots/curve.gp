#! title: Curve: metrics of a sweep against a varied parameter
#! about: Each point is a run (or the mean of its replications, with a bar from
#!   the least to the greatest). Expected values from the scenario's `expect`
#!   are drawn beside the simulated ones. Each value of another parameter that
#!   varies by itself has a curve of its own. A parameter that is no quantity,
#!   such as a policy, makes an axis of words. A point whose runs have no value,
#!   because a thread did not finish, say, has a cross above.
#! needs: varied
#! with title =: the headline, instead of the scenario's
#! with x =: the JSON Pointer of the parameter along the axis; the first
#!   quantity
#! with y =: one or more metrics of one unit, with commas between; those that
#!   are expected to have a value
#! with names =: names for the curves, with commas between, in their order
#! with xlabel =: text of the horizontal axis
#! with ylabel =: text of the vertical axis
#! with log =: logarithmic axes: x, y or xy
#! with join = yes: whether lines join the points: yes, or no where what lies
#!   between two of them is not between their values; words are never joined
#! with zero = yes: whether the vertical axis begins at zero: yes or no
#! numbers reference =: known values to draw beside the first curve, one a point,
#!   with commas between, in the unit of `show --csv`: ratios as 0.83, times
#!   in ps, and null where none is known
#! numbers level =: values at which a line goes across, in the same unit
#! with levels =: what they are, with commas between
#! with known =: what those values, or the expected ones, are called; whose they
#!   are, as the scenario says
#! text title: SELECT coalesce(nullif(:title, ''), s.title, s.name)
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run
#! text x: SELECT coalesce(nullif(:x, ''), (SELECT pointer FROM varied
#!   WHERE run = :run ORDER BY quantity IS NULL, number LIMIT 1))
#! text names: SELECT replace(:names, ', ', ',')
#! text apart: SELECT coalesce(group_concat(pointer, char(10)), '') FROM
#!   (SELECT a.pointer FROM runs r JOIN runs o ON o.scenario = r.scenario AND
#!     o.version = r.version JOIN varied p ON p.run = o.id AND
#!     p.pointer = :x JOIN varied a ON a.run = o.id AND a.pointer <> :x
#!     WHERE r.id = :run GROUP BY a.pointer HAVING
#!     count(DISTINCT p.value || char(10) || a.value) > count(DISTINCT p.value)
#!     ORDER BY min(a.number))
#! text y: SELECT ',' || coalesce(nullif(replace(:y, ' ', ''), ''),
#!   (SELECT group_concat(metric) FROM (SELECT DISTINCT v.metric
#!   FROM runs r JOIN runs o ON o.scenario = r.scenario JOIN verdicts v ON
#!   v.run = o.id WHERE r.id = :run AND v.expected IS NOT NULL))) || ','
#! else: choose a metric: --with y=METRIC; `timeslice show` lists them
#! text unit: SELECT m.unit FROM runs r JOIN runs o ON o.scenario = r.scenario
#!   AND o.version = r.version JOIN metrics m ON m.run = o.id
#!   WHERE r.id = :run AND instr(:y, ',' || m.name || ',') > 0
#!   ORDER BY instr(:y, ',' || m.name || ',')
#! else: no run has any of the metrics in the setting y; `timeslice show`
#!   lists them
#! text xunit: SELECT iif(count(*) = count(quantity) AND
#!   count(DISTINCT unit) = 1, min(unit), 'words') FROM varied
#!   WHERE pointer = :x AND run IN (SELECT o.id FROM runs o JOIN runs r ON
#!   r.id = :run AND o.scenario = r.scenario AND o.version = r.version)
#! data places: SELECT iif(length(value) > 26, substr(trim(value, '"'), 1, 24)
#!   || '…', trim(value, '"')), min(quantity), row_number() OVER
#!   (ORDER BY iif(:xunit = 'words', min(o.point), min(quantity))) - 1
#!   FROM varied p JOIN runs o ON o.id = p.run JOIN runs r ON r.id = :run
#!   AND o.scenario = r.scenario AND o.version = r.version
#!   WHERE pointer = :x GROUP BY value
#! else: the sweep does not vary the parameter of the setting x
#! data values: SELECT dense_rank() OVER (ORDER BY
#!     instr(:y, ',' || metric || ','), spot) - 1 AS curve,
#!   iif(:xunit = 'words', rank, quantity) / 1.0 AS at, avg(result), min(result), max(result), count(*)
#!   FROM (SELECT *, min(point) OVER (PARTITION BY others) AS spot,
#!     min(point) OVER (PARTITION BY value) AS place
#!     FROM (SELECT o.point, p.value, p.quantity, w.rank, m.name AS metric,
#!       m.value AS result,
#!       (SELECT group_concat(a.pointer || a.value) FROM varied a
#!         WHERE a.run = o.id AND instr(char(10) || :apart || char(10),
#!         char(10) || a.pointer || char(10)) > 0) AS others
#!     FROM runs r JOIN runs o ON o.scenario = r.scenario AND
#!       o.version = r.version JOIN varied p ON p.run = o.id AND
#!       p.pointer = :x JOIN metrics m ON m.run = o.id AND m.unit = :unit AND
#!       instr(:y, ',' || m.name || ',') > 0
#!     JOIN (SELECT p.value, row_number() OVER (ORDER BY min(o.point)) - 1 AS rank
#!       FROM varied p JOIN runs o ON o.id = p.run JOIN runs r ON r.id = :run
#!       AND o.scenario = r.scenario AND o.version = r.version
#!       WHERE p.pointer = :x GROUP BY p.value) w ON w.value = p.value
#!     WHERE r.id = :run))
#!   GROUP BY metric, spot, place ORDER BY curve, at
#! data curves: SELECT row_number() OVER (ORDER BY
#!   instr(:y, ',' || metric || ','), spot) - 1,
#!   trim(iif(min(metric) OVER () <> max(metric) OVER () OR words IS NULL,
#!     metric, '')
#!     || ' ' || coalesce(words, ''))
#!   FROM (SELECT *, min(point) OVER (PARTITION BY others) AS spot,
#!     min(point) OVER (PARTITION BY value) AS place
#!     FROM (SELECT o.point, p.value, p.quantity, m.name AS metric,
#!       m.value AS result, (SELECT group_concat(replace(a.pointer,
#!         rtrim(a.pointer, replace(a.pointer, '/', '')), '') || ' ' ||
#!         iif(length(a.value) > 36, substr(trim(a.value, '"'), 1, 34)
#!         || '…', trim(a.value, '"')), ', ') FROM varied a
#!         WHERE a.run = o.id AND instr(char(10) || :apart || char(10),
#!         char(10) || a.pointer || char(10)) > 0) AS words,
#!       (SELECT group_concat(a.pointer || a.value) FROM varied a
#!         WHERE a.run = o.id AND instr(char(10) || :apart || char(10),
#!         char(10) || a.pointer || char(10)) > 0) AS others
#!     FROM runs r JOIN runs o ON o.scenario = r.scenario AND
#!       o.version = r.version JOIN varied p ON p.run = o.id AND
#!       p.pointer = :x JOIN metrics m ON m.run = o.id AND m.unit = :unit AND
#!       instr(:y, ',' || m.name || ',') > 0
#!     WHERE r.id = :run))
#!   GROUP BY metric, spot
#! text whose: SELECT coalesce(nullif(:known, ''),
#!   iif(:reference <> '', 'known', NULL), (SELECT group_concat(w, ', ')
#!   FROM (SELECT DISTINCT coalesce(nullif(json_extract(d.text, '$.expect[' ||
#!     v.number || '].whose'), 'expected'), 'the scenario''s own claim') AS w
#!     FROM runs r JOIN runs o ON
#!     o.scenario = r.scenario AND o.version = r.version JOIN documents d ON
#!     d.id = o.document JOIN verdicts v ON v.run = o.id AND v.expected IS NOT
#!     NULL AND instr(:y, ',' || v.metric || ',') > 0 WHERE r.id = :run)),
#!   'the scenario''s own claim')
#! maybe known: SELECT * FROM (SELECT DISTINCT 0 AS curve,
#!   iif(:xunit = 'words', n, q) / 1.0 AS at, v FROM
#!   (SELECT key AS n, value AS v FROM json_each('[' || :reference || ']'))
#!   JOIN (SELECT row_number() OVER (ORDER BY iif(:xunit = 'words',
#!     min(o.point), min(quantity))) - 1 AS rank, min(quantity) AS q
#!     FROM varied p JOIN runs o ON o.id = p.run JOIN runs r ON
#!     r.id = :run AND o.scenario = r.scenario WHERE pointer = :x
#!     GROUP BY value) ON rank = n
#!   UNION SELECT DISTINCT dense_rank() OVER (ORDER BY
#!     instr(:y, ',' || metric || ','), spot) - 1,
#!   iif(:xunit = 'words', rank, quantity) / 1.0, expected
#!   FROM (SELECT *, min(point) OVER (PARTITION BY others) AS spot,
#!     min(point) OVER (PARTITION BY value) AS place
#!     FROM (SELECT o.point, p.value, p.quantity, w.rank, m.name AS metric,
#!       m.value AS result, v.expected,
#!       (SELECT group_concat(a.pointer || a.value) FROM varied a
#!         WHERE a.run = o.id AND instr(char(10) || :apart || char(10),
#!         char(10) || a.pointer || char(10)) > 0) AS others
#!     FROM runs r JOIN runs o ON o.scenario = r.scenario AND
#!       o.version = r.version JOIN varied p ON p.run = o.id AND
#!       p.pointer = :x JOIN metrics m ON m.run = o.id AND m.unit = :unit AND
#!       instr(:y, ',' || m.name || ',') > 0
#!     JOIN (SELECT p.value, row_number() OVER (ORDER BY min(o.point)) - 1 AS rank
#!       FROM varied p JOIN runs o ON o.id = p.run JOIN runs r ON r.id = :run
#!       AND o.scenario = r.scenario AND o.version = r.version
#!       WHERE p.pointer = :x GROUP BY p.value) w ON w.value = p.value
#!     LEFT JOIN verdicts v ON v.run = o.id AND v.metric = m.name AND
#!       v.expected IS NOT NULL WHERE r.id = :run
#!       AND :reference = ''))
#!   ) WHERE v IS NOT NULL ORDER BY curve, at
#! maybe without: SELECT DISTINCT iif(:xunit = 'words', rank, q) / 1.0 FROM
#!   (SELECT w.rank, p.quantity AS q, count(m.value) AS had
#!     FROM runs r JOIN runs o ON o.scenario = r.scenario AND
#!       o.version = r.version JOIN varied p ON p.run = o.id AND p.pointer = :x
#!     JOIN (SELECT p.value, row_number() OVER (ORDER BY min(o.point)) - 1 AS rank
#!       FROM varied p JOIN runs o ON o.id = p.run JOIN runs r ON r.id = :run
#!       AND o.scenario = r.scenario AND o.version = r.version
#!       WHERE p.pointer = :x GROUP BY p.value) w ON w.value = p.value
#!     LEFT JOIN metrics m ON m.run = o.id AND m.unit = :unit AND
#!       instr(:y, ',' || m.name || ',') > 0 WHERE r.id = :run GROUP BY o.point)
#!   WHERE had = 0 ORDER BY 1
#! maybe across: SELECT key, value FROM json_each('[' || :level || ']')
#! text levels: SELECT replace(:levels, ', ', ',')
#! text remark: SELECT s.name || ', version ' || r.version || iif((SELECT
#!   max(replication) FROM runs o WHERE o.scenario = r.scenario) > 0,
#!   ': means of replications, with bars from the least to the greatest', '')
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = :run
#! number greatest: SELECT max(m.value) FROM runs r JOIN runs o ON
#!   o.scenario = r.scenario JOIN metrics m ON m.run = o.id AND m.unit = :unit
#!   AND instr(:y, ',' || m.name || ',') > 0 WHERE r.id = :run
#! number least: SELECT coalesce(min(iif(instr(:log, 'y') = 0 OR m.value > 0,
#!   m.value, NULL)), 0) FROM runs r JOIN runs o ON
#!   o.scenario = r.scenario JOIN metrics m ON m.run = o.id AND m.unit = :unit
#!   AND instr(:y, ',' || m.name || ',') > 0 WHERE r.id = :run
#! number nearest: SELECT min(quantity) FROM varied p JOIN runs o ON
#!   o.id = p.run JOIN runs r ON r.id = :run AND o.scenario = r.scenario
#!   WHERE pointer = :x
#! number farthest: SELECT max(quantity) FROM varied p JOIN runs o ON
#!   o.id = p.run JOIN runs r ON r.id = :run AND o.scenario = r.scenario
#!   WHERE pointer = :x

curve_count = |$curves|
legend = curve_count > 1 || |$known| > 0 || |$without| > 0
entries = curve_count + (|$known| > 0) + (|$without| > 0)
per_row = 2
W = 800
top = 66
bottom = 62 + (legend ? 22 + 20 * ceil(1.0 * entries / per_row) : 0)
H = top + 360 + bottom
eval terminal(W, H)

# --- units

logarithmic(axis) = strstrt(log, axis) > 0 && \
                    (axis ne "x" || xunit ne "words")
xscale = xunit eq "ps" ? time_scale(farthest) : xunit eq "ratio" ? 0.01 : \
         xunit eq "Hz" ? (farthest < 1e9 ? 1e6 : 1e9) : \
         xunit eq "bytes" ? byte_scale(farthest) : 1.0
xword = xunit eq "ps" ? time_unit(farthest) : xunit eq "ratio" ? "%" : \
        xunit eq "Hz" ? (farthest < 1e9 ? "MHz" : "GHz") : \
        xunit eq "bytes" ? byte_unit(farthest) : \
        xunit eq "rate" ? "per second" : xunit eq "cycles" ? "cycles" : ""
yscale = unit eq "ps" ? time_scale(greatest) : unit eq "ratio" ? 0.01 : \
         unit eq "bytes" ? byte_scale(greatest) : \
         logarithmic("y") ? 1.0 : large(greatest)
yword = unit eq "ps" ? time_unit(greatest) : unit eq "ratio" ? "%" : \
        unit eq "bytes" ? byte_unit(greatest) : large_word( \
        logarithmic("y") ? 1 : greatest, unit eq "rate" ? "per second" : "")
with_unit(text, word) = word eq "" || strstrt(text, "(") > 0 ? text : \
                        text . " (" . word . ")"
metrics = y[2:strlen(y) - 1]
xlabel = with_unit(xlabel eq "" ? x : xlabel, xword)
many_units = logarithmic("y") && unit eq "ps" && least > 0 && \
    greatest / least >= 1e4
ylabel = with_unit(ylabel ne "" ? ylabel : \
                   strstrt(metrics, ",") > 0 ? "value" : metrics, \
                   many_units ? "" : yword)
name_at(i, fallback) = i + 1 <= words(piece(names)) && names ne "" ? \
         unpiece(word(piece(names), i + 1)) : fallback

# --- axes

# Wide numbers push the text of the axis further out. Logarithmic ticks are powers
# of ten, or, of times in many units, have one each; others about a fifth apart.
plain(least, most) = least >= 1 && most >= 1e5 ? "%.0s%c" : "%.10g"
power(value) = gprintf(plain(least / yscale, greatest / yscale), \
                       10 ** floor(log10(value > 0 ? value : 1)))
widest(a, b) = strlen(a) > strlen(b) ? strlen(a) : strlen(b)
apart(range) = 10 ** floor(log10(range > 0 ? range / 5 : 1))
digits(range) = apart(range) < 1 ? 1 - floor(log10(apart(range))) : 0
ordinary = strlen(sprintf("%.0f", greatest / yscale)) + \
    digits((greatest - (zero eq "yes" && least >= 0 ? 0 : least)) / yscale) + \
    (least < 0)
chars = many_units ? 6 : !logarithmic("y") ? ordinary : \
    widest(power(least / yscale), power(greatest / yscale))
left = 88 + (chars > 4 ? 8 * (chars - 4) : 0)

set lmargin at screen 1.0 * left / W
set rmargin at screen 1 - 28.0 / W
set tmargin at screen 1 - 1.0 * top / H
set bmargin at screen 1.0 * bottom / H
set label 1 title at screen 1.0 * left / W, screen 1 - 22.0 / H left \
    font HEADLINE textcolor rgb INK
set xlabel xlabel textcolor rgb INK offset 0, 0.2
set ylabel ylabel textcolor rgb INK offset -0.5, 0
# A logarithmic axis ends where the values do, and has ticks where they are, or
# else at 1, 2 and 5: whole decades would leave it half empty.
if (logarithmic("x")) { set logscale x; set format x plain(nearest / xscale, farthest / xscale) }
if (logarithmic("y")) {
    set logscale y
    lowest = least; highest = greatest
    do for [i = 1:|$known|] {
        theirs = real(word($known[i], 3))
        if (theirs < lowest) { lowest = theirs }
        if (theirs > highest) { highest = theirs }
    }
    set format y plain(lowest / yscale, highest / yscale)
    if (lowest > 0) {
        air = (highest / lowest) ** 0.05
        air = air < 1.05 ? 1.05 : air
        # One of 1, 2 and 5 is in each range of 2.5 times.
        narrow = sqrt(2.6 * lowest / highest)
        air = air < narrow ? narrow : air
        set yrange [lowest / air / yscale : highest * air / yscale]
        if (many_units) {
            set ytics ()
            do for [i = floor(log10(lowest)):ceil(log10(highest))] {
                set ytics add (time_text(10.0 ** i) 10.0 ** i / yscale)
            }
        }
        if (highest / lowest < 80) {
            base = floor(log10(lowest / yscale))
            set ytics ()
            do for [i = 0:8] {
                tick = 10.0 ** (base + i / 3) * (i % 3 == 0 ? 1 : i % 3 == 1 ? 2 : 5)
                set ytics add (gprintf(plain(lowest / yscale, highest / yscale), \
                    tick) tick)
            }
        }
    }
}
if (logarithmic("x") && |$places| <= 12) {
    set xtics ()
    last = 0
    do for [i = 1:|$places|] {
        line = $places[i]
        rest = line[strstrt(line, "\t") + 1:*]
        tick = real(rest[1:strstrt(rest, "\t") - 1]) / xscale
        if (last <= 0 || log(tick / last) > 0.045 * log(farthest / nearest)) {
            set xtics add (number_text(tick) tick)
            last = tick
        }
    }
}
# A little air around the points; zero at the foot where nothing is below it.
if (!logarithmic("x") && xunit ne "words") {
    air = farthest > nearest ? 0.03 * (farthest - nearest) : 0.5
    start = nearest >= 0 && nearest - air < 0 ? 0 : nearest - air
    set xrange [start / xscale : (farthest + air) / xscale]
}
if (xunit eq "number" && farthest - nearest <= 10 && \
    farthest == floor(farthest) && nearest == floor(nearest)) { set xtics 1 }
if (logarithmic("x") && farthest > nearest) {
    air = (farthest / nearest) ** 0.03
    set xrange [nearest / air / xscale : farthest * air / xscale]
}
if (!logarithmic("y") && zero eq "yes" && least >= 0) {
    set yrange [0 : greatest > 0 ? 1.08 * greatest / yscale : 1]
}
if (!logarithmic("y") && zero ne "yes" && least > 0) {
    remark = remark . "; the vertical axis does not begin at zero"
}
set label 2 remark at screen 1.0 * left / W, screen 1 - 43.0 / H left \
    font REMARK textcolor rgb SOFT
set key at screen 1.0 * left / W, screen (bottom - 66.0) / H left top Left reverse \
    maxcols per_row maxrows ceil(1.0 * entries / per_row) \
    width 2 samplen 3.5 spacing 1.15
if (!legend) { unset key }
array SHAPE[7]
SHAPE[1] = 7; SHAPE[2] = 5; SHAPE[3] = 9; SHAPE[4] = 11
SHAPE[5] = 13; SHAPE[6] = 6; SHAPE[7] = 4
shape(i) = SHAPE[int(i) % 7 + 1]
dash(i) = i < 7 ? 1 : 2
if (xunit eq "words") {
    set xrange [-0.4 : |$places| - 0.6]
    set xtics () scale 0
    do for [i = 1:|$places|] {
        line = $places[i]
        set xtics add (line[2:strstrt(line, "\t") - 2] i - 1)
    }
}
array TITLE[curve_count]
do for [i = 1:curve_count] {
    line = $curves[i]
    from = strstrt(line, "\t")
    TITLE[i] = name_at(i - 1, line[from + 2:strlen(line) - 1])
}

# Where points would touch each other, the line alone says more.
crowded = |$values| > 120 * curve_count
# Between words there is nothing: each has a bar, those of several curves side
# by side.
joined = xunit ne "words" && join eq "yes"
# A bar has no length on a logarithmic axis: points, there.
barred = xunit eq "words" && !logarithmic("y")
width = 0.7 / curve_count
beside(i) = xunit eq "words" ? (i - (curve_count - 1) / 2.0) * width : 0
set boxwidth 0.9 * width absolute

do for [i = 1:|$across|] {
    at = real(word($across[i], 2)) / yscale
    set arrow 10 + i from graph 0, first at to graph 1, first at nohead \
        linecolor rgb SOFT linewidth 1.2 dashtype 2
    if (i <= words(piece(levels))) {
        set label 10 + i unpiece(word(piece(levels), i)) at graph 0.01, first at \
            left offset 0, 0.6 font REMARK textcolor rgb SOFT
    }
}

# A curve that runs under a later one stands out below it on both sides.
array FIRST[curve_count]
array UNDER[curve_count]
do for [i = 1:curve_count] { FIRST[i] = 0; UNDER[i] = 0 }
if (!crowded && !barred) {
    array LINE[|$values|]
    do for [k = 1:|$values|] {
        LINE[k] = $values[k]
        i = int(word(LINE[k], 1)) + 1
        if (FIRST[i] == 0) { FIRST[i] = k }
    }
}
length(i) = FIRST[i] == 0 ? 0 : (i < curve_count && FIRST[i + 1] > 0 ? \
    FIRST[i + 1] : |$values| + 1) - FIRST[i]
close(a, b) = logarithmic("y") && a > 0 && b > 0 ? abs(log(a / b)) <= 0.03 : \
    abs(a - b) <= 0.006 * (greatest - (least < 0 || zero ne "yes" ? least : 0))
meet(a, b) = word(a, 2) eq word(b, 2) && \
    close(real(word(a, 3)), real(word(b, 3)))
do for [i = 1:curve_count - 1] {
    do for [j = i + 1:curve_count] {
        met = 0
        do for [k = 0:(length(i) < length(j) ? length(i) : length(j)) - 1] {
            met = met + meet(LINE[FIRST[i] + k], LINE[FIRST[j] + k])
        }
        if (met > 1 && met >= 0.3 * length(i) && UNDER[i] < 3) {
            UNDER[i] = UNDER[i] + 1
        }
    }
}
set style fill solid 0.3 border
set y2range [0:1]

# --- the picture: bars of replications, curves, expected values

plot for [i = 0:curve_count - 1] $values using \
         (barred && $1 == i ? $2 + beside(i) : NaN):($3 / yscale) \
         with boxes linecolor rgb colour(i) title barred ? TITLE[i + 1] : "", \
     for [i = 0:curve_count - 1] $values using \
         ($1 == i && $6 > 1 ? $2 / xscale + beside(i) : NaN):($3 / yscale):\
         ($4 / yscale):($5 / yscale) with yerrorbars \
         linecolor rgb colour(i) linewidth 1 pointtype -1 notitle, \
     for [i = 0:curve_count - 1] $values using \
         ($1 == i && !barred ? $2 / xscale + beside(i) : 1 / 0):($3 / yscale) \
         with linespoints linecolor rgb colour(i) \
         linewidth (joined ? 1.8 + 2.0 * UNDER[i + 1] : 0) dashtype dash(i) \
         pointtype (crowded ? -1 : shape(i)) \
         pointsize 0.8 + 0.4 * UNDER[i + 1] \
         title barred ? "" : TITLE[i + 1], \
     $known using ($2 / xscale + beside($1)):($3 / yscale) \
         with points linecolor rgb INK linewidth 1.4 pointtype 6 \
         pointsize 1.6 title whose, \
     $without using ($1 / xscale):(0.965) axes x1y2 with points \
         linecolor rgb INK linewidth 1.4 pointtype 2 pointsize 0.9 \
         title (|$without| > 0 ? "no value" : "")
