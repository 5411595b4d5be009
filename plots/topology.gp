#! title: Topology: sockets, chiplets, core complexes, cores, threads
#! about: The computer's hardware threads where they stand, numbered as the
#!   operating system numbers them. Boxes in colour are core complexes, the
#!   dashed frames around them chiplets.
#! with title =: the headline, instead of one made from the scenario's
#! text title: SELECT coalesce(nullif(:title, ''), 'Where the processors are: '
#!   || coalesce(json_extract(d.text, '$.computer.profile'), s.title))
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario JOIN documents d ON
#!   d.id = r.document WHERE r.id = :run
#! text remark: SELECT s.name || coalesce(': ' || (SELECT group_concat(
#!   json_extract(value, '$.name') || ' ' || json_extract(value, '$.size') ||
#!   ' per ' || coalesce(json_extract(value, '$.per'), 'core'), ', ')
#!   FROM json_each(d.text, '$.computer.caches')), '')
#!   FROM runs r JOIN scenarios s ON s.id = r.scenario JOIN documents d ON
#!   d.id = r.document WHERE r.id = :run
#! number sockets: SELECT coalesce(json_extract(d.text,
#!   '$.computer.topology.sockets'), 1) FROM runs r JOIN documents d ON
#!   d.id = r.document WHERE r.id = :run
#! number chiplets: SELECT coalesce(json_extract(d.text,
#!   '$.computer.topology.chiplets'), 1) FROM runs r JOIN documents d ON
#!   d.id = r.document WHERE r.id = :run
#! number complexes: SELECT coalesce(json_extract(d.text,
#!   '$.computer.topology.complexes'), 1) FROM runs r JOIN documents d ON
#!   d.id = r.document WHERE r.id = :run
#! number adjacent: SELECT coalesce(json_extract(d.text,
#!   '$.computer.topology.siblings') = 'adjacent', 0) FROM runs r JOIN
#!   documents d ON d.id = r.document WHERE r.id = :run
#! data groups: WITH t AS (SELECT json_extract(d.text,
#!   '$.computer.topology.cores') AS cores, json_type(d.text,
#!   '$.computer.topology.cores') AS sort FROM runs r JOIN documents d ON
#!   d.id = r.document WHERE r.id = :run)
#!   SELECT cores / 1, 1 FROM t WHERE sort = 'integer' UNION ALL
#!   SELECT json_extract(cores, '$.count'), coalesce(json_extract(cores,
#!   '$.threads'), 1) FROM t WHERE sort = 'object' UNION ALL
#!   SELECT iif(e.type = 'object', json_extract(e.value, '$.count'), e.value),
#!   iif(e.type = 'object', coalesce(json_extract(e.value, '$.threads'), 1), 1)
#!   FROM t, json_each(t.cores) e WHERE sort = 'array'
#! else: the computer has no topology

# Groups of equal cores of a complex: how many, and their hardware threads.
g = |$groups|
array COUNT[g]
array WIDTH[g]
per = 0
do for [i = 1:g] {
    line = $groups[i]
    COUNT[i] = int(line[1:strstrt(line, "\t") - 1])
    WIDTH[i] = int(line[strstrt(line, "\t") + 1:*])
    per = per + COUNT[i]
}
all = int(sockets * chiplets * complexes)
each = int(complexes)
within = int(chiplets * complexes)
cores = all * per

# Complexes stand in rows within their socket, cores in rows within them.
wide = per <= 4 ? per : ceil(sqrt(per * 2.0))
deep = ceil(1.0 * per / wide)
row = within <= 2 ? within : within <= 8 ? 4 : sockets > 1 ? 4 : 8
rows = ceil(1.0 * within / row)
sw = row * (wide + 0.5) + 0.5
across = sockets == 1 ? 1 : 2
W = 800
room = W - 56.0
unit = room / (across * (sw + 0.5))
unit = unit > 84 ? 84 : unit
# Above the cores of a socket, in heights of a core: its name and the frames.
head = 0.35 + 16 / unit
sh = rows * (deep + 0.9) + head - 0.1
down = ceil(1.0 * sockets / across)
H = 74 + unit * (down * (sh + 0.5) - 0.5)
eval terminal(W, H)
set label 1 title at screen 28.0 / W, screen 1 - 22.0 / H left \
    font HEADLINE textcolor rgb INK
unset border
unset tics
unset grid
unset key
set lmargin at screen 28.0 / W
set rmargin at screen 1 - 28.0 / W
set tmargin at screen 1 - 62.0 / H
set bmargin at screen 8.0 / H
set xrange [0 : room / unit]
set yrange [(H - 70.0) / unit : 0]
# Where there is little room, only the first hardware thread has its number.
cramped = unit < 34
small = cramped ? 6 : unit < 50 ? 7 : 9
object = 1
text = 10
# How many cores before core c have a second thread: its sibling's number.
second = cores
core = 0
number = 0
if (cramped && adjacent == 0 && WIDTH[1] > 1) {
    remark = remark . sprintf("; second thread of core n: %d + n", second)
}
if (each > 1 && row % each == 0) {
    remark = remark . "; dashed: a chiplet"
}
set label 2 remark at screen 28.0 / W, screen 1 - 43.0 / H left \
    font REMARK textcolor rgb SOFT
do for [x = 0:all - 1] {
    s = x / within
    i = x % within
    X = (s % across) * (sw + 0.5) + 0.5 + (i % row) * (wide + 0.5)
    Y = (s / across) * (sh + 0.5) + head + (i / row) * (deep + 0.9)
    if (i == 0) {
        set object object rectangle from X - 0.35, Y - head + 0.05 to \
            X - 0.5 + sw - 0.15, Y - head + sh fillcolor rgb 0xf4f4f4 \
            fillstyle solid border linecolor rgb FAINT behind
        set label text sprintf("socket %d", s) at X - 0.2, Y - head + 0.05 + 9 / unit left \
            font REMARK textcolor rgb SOFT
        object = object + 1
        text = text + 1
    }
    # A chiplet of several complexes, where they stand in one row.
    if (each > 1 && i % each == 0 && row % each == 0) {
        set object object rectangle from X - 0.18, Y - 0.21 to X - 0.5 + \
            each * (wide + 0.5) + 0.18, Y + deep + 0.21 \
            fillstyle empty border linecolor rgb SOFT linewidth 1 dashtype 2
        object = object + 1
    }
    set object object rectangle from X - 0.1, Y - 0.12 to \
        X + wide + 0.1, Y + deep + 0.12 fillcolor rgb tint(0) \
        fillstyle solid border linecolor rgb colour(0) linewidth 1
    object = object + 1
    k = 0
    do for [j = 1:g] {
        do for [c = 1:COUNT[j]] {
            x0 = X + (k % wide) + 0.06
            y0 = Y + (k / wide) + 0.06
            set object object rectangle from x0, y0 to x0 + 0.88, y0 + 0.88 \
                fillcolor rgb (j == 1 ? 0xffffff : TINT[5]) fillstyle solid \
                border linecolor rgb SOFT linewidth 0.8 front
            object = object + 1
            name = sprintf("%d", adjacent > 0 ? number : core)
            if (WIDTH[j] > 1) {
                name = name . (cramped ? "" : sprintf("\n%d", \
                    adjacent > 0 ? number + 1 : second))
                second = second + 1
            }
            number = number + WIDTH[j]
            set label text name at x0 + 0.44, \
                y0 + (WIDTH[j] > 1 && !cramped ? 0.28 : 0.44) center \
                font sprintf(",%d", small) textcolor rgb INK front
            text = text + 1
            core = core + 1
            k = k + 1
        }
    }
}
plot NaN
