# look.awk - what can be seen to be wrong with drawings without looking at them:
#
#   LC_ALL=C awk -f look.awk FILE.svg ...
#
# Texts that lie over each other or stand out of the picture, numbers as a
# computer writes them, a legend for what is not drawn, expectations of nobody,
# axes most of which nothing is on. One line for each; status 1 if there are any.
# It knows what gnuplot writes, and no more. A letter is taken to be 0.52 of the
# size of its font wide: sans-serif ones are 0.5 to 0.6.

function complain(words) {
    printf "%s: %s\n", name, words
    wrong = 1
}

function number(text, key,    at, rest) {
    at = index(text, key "=\"")
    if (at == 0)
        return 0
    rest = substr(text, at + length(key) + 2)
    return rest + 0
}

# Letters, and not bytes.
function letters(text) {
    gsub(/&[a-z#0-9]+;/, "x", text)
    gsub(/[\200-\277]/, "", text)
    return length(text)
}

function begin_file() {
    name = FILENAME
    sub(/.*\//, "", name)
    texts = plots = 0
    plot = 0
    grid = drawn = 0
    in_text = 0
    topology = name ~ /topology/
    forget()
}

function forget(    i) {
    for (i in legend_text) delete legend_text[i]
    for (i in legend_y) delete legend_y[i]
    for (i in labels) delete labels[i]
    for (i in shapes) delete shapes[i]
    for (i in seen) delete seen[i]
}

# The place of a text: "translate(x,y) rotate(-90)".
function place(line,    at, pair) {
    at = index(line, "translate(")
    pair = substr(line, at + 10)
    X = pair + 0
    Y = substr(pair, index(pair, ",") + 1) + 0
    turned = line ~ /rotate\(/
    size = number(line, "font-size")
    anchor = line ~ /text-anchor="end"/ ? 1 : line ~ /text-anchor="middle"/ ? 0.5 : 0
}

function add_text(words,    w) {
    gsub(/<[^>]*>/, "", words)
    gsub(/^[ \t]+|[ \t]+$/, "", words)
    if (words == "")
        return
    if ((words, X, Y) in seen) # with a box around it, it is written twice
        return
    seen[words, X, Y] = 1
    w = 0.52 * size * letters(words)
    texts++
    said[texts] = words
    if (turned) {
        left[texts] = X - 0.75 * size; right[texts] = X + 0.1 * size
        low[texts] = Y - w * (1 - anchor); high[texts] = Y + w * anchor
    } else {
        left[texts] = X - w * anchor; right[texts] = X + w * (1 - anchor)
        low[texts] = Y - 0.75 * size; high[texts] = Y + 0.1 * size
    }
    if (words ~ /(^|[^a-z0-9.])[0-9.]+e[-+][0-9]/ || words ~ /^[0-9.]+m$/)
        complain("a number as a computer writes it: " words)
    if (plot > 0) {
        labels[plot]++
        legend_text[plot] = words
        legend_y[plot] = Y
        if (words == "expected")
            complain("expected by nobody")
    }
}

# Corners of a path, or the place of a mark.
function add_point(x, y) {
    if (plot == 0)
        return
    drawn++
    if (drawn == 1 || x < least_x) least_x = x
    if (drawn == 1 || x > most_x) most_x = x
    if (drawn == 1 || y < least_y) least_y = y
    if (drawn == 1 || y > most_y) most_y = y
}

function add_shape(x, y) {
    if (plot == 0)
        return
    # What is as high as its name is the sample beside it.
    if (plot in legend_y && y > legend_y[plot] - 12 && y < legend_y[plot] + 6)
        return
    shapes[plot]++
    add_point(x, y)
}

function add_grid(x, y) {
    grid++
    if (grid == 1 || x < grid_left) grid_left = x
    if (grid == 1 || x > grid_right) grid_right = x
    if (grid == 1 || y < grid_low) grid_low = y
    if (grid == 1 || y > grid_high) grid_high = y
}

function corners(line, is_grid,    pair, x, y) {
    while (match(line, /[-0-9.]+,[-0-9.]+/)) {
        pair = substr(line, RSTART, RLENGTH)
        line = substr(line, RSTART + RLENGTH)
        x = pair + 0
        y = substr(pair, index(pair, ",") + 1) + 0
        if (is_grid)
            add_grid(x, y)
        else
            add_shape(x, y)
    }
}

function least(a, b) { return a < b ? a : b }
function most(a, b) { return a > b ? a : b }

function end_file(    i, j, w, h) {
    for (i = 1; i <= texts; i++) {
        if (left[i] < -1 || right[i] > width + 8 || low[i] < -1 ||
            high[i] > height + 1)
            complain("stands out of the picture: " said[i])
        for (j = i + 1; j <= texts; j++) {
            w = least(right[i], right[j]) - most(left[i], left[j])
            h = least(high[i], high[j]) - most(low[i], low[j])
            if (w > 3 && h > 3)
                complain("texts over each other: " said[i] ", " said[j])
        }
    }
    for (i = 1; i <= plots; i++)
        if (labels[i] == 1 && samples[i] && shapes[i] == 0)
            complain("a legend for nothing: " legend_text[i])
    if (drawn == 0 && topology == 0)
        complain("nothing is drawn")
    if (grid > 0 && drawn > 0) {
        w = (most_x - least_x) / (grid_right - grid_left + 0.01)
        h = (most_y - least_y) / (grid_high - grid_low + 0.01)
        if (w < 0.4)
            complain("most of the horizontal axis is empty")
        if (h < 0.4)
            complain("most of the vertical axis is empty")
    }
}

FNR == 1 {
    if (NR > 1)
        end_file()
    begin_file()
}
FNR < 12 && /^ width="/ {
    width = number($0, "width")
    height = number($0, "height")
}
/<g id="gnuplot_plot_/ {
    plots++
    plot = plots
    labels[plot] = shapes[plot] = samples[plot] = 0
}
/<g transform="translate/ && /font-size/ { place($0) }
/<text>/ { in_text = 1; words = "" }
in_text { words = words $0 }
/<\/text>/ { in_text = 0; add_text(words); next }
in_text { next }
/class="gridline"/ { corners($0, 1); next }
/<path / || / d='/ || /^\t\t[L0-9]/ {
    if (plot > 0) samples[plot] = 1
    corners($0, 0)
}
/<use .*translate/ {
    if (plot > 0) samples[plot] = 1
    if ($0 !~ /<path/)
        corners(substr($0, index($0, "translate")), 0)
}
/<polygon/ {
    if (plot > 0) samples[plot] = 1
    corners($0, 0)
}
END {
    if (NR > 0)
        end_file()
    exit wrong
}
