#!/usr/bin/env bash
# table.sh TIMESLICE: the table of reality, of the rows that were not fitted to.
# Every scenario in tests/cases/reality is played at every row of its table; the
# same bytes come out everywhere, so that the test can compare them.
set -euo pipefail
export LC_ALL=C
program=$(realpath "$1")
cd "$(dirname "$0")/../cases/reality"

for table in *.csv; do
    name=${table%.csv}
    echo "server $name"
    "$program" calibrate "$name.json" "$table"
done | awk '
function size(x) { return x < 0 ? -x : x }
function sort(a, n,    i, j, x) {
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && a[j - 1] > a[j]; j--) {
            x = a[j]; a[j] = a[j - 1]; a[j - 1] = x
        }
}
function median(a, n) {
    sort(a, n)
    return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
}
# "median / mean (bias)" of what who[metric, 1..n] holds.
function cell(who, metric,    n, i, sum, sizes, signed) {
    n = count[who, metric]
    for (i = 1; i <= n; i++) {
        signed[i] = errors[who, metric, i]
        sizes[i] = size(signed[i])
        sum += sizes[i]
    }
    return sprintf("%.1f / %.1f (%+.1f)", median(sizes, n), sum / n,
                   median(signed, n))
}
function line(who,    i, text) {
    text = "| " who " | " rows[who] " | " inside[who] + 0 " |"
    for (i = 1; i <= metrics; i++)
        text = text " " cell(who, names[i]) " |"
    print text
}
function end_row() {
    if (judged && size(rate) <= 15 && size(p95) <= 25) {
        inside[server]++
        inside["all"]++
    }
    judged = 0
}
BEGIN {
    metrics = split("throughput p50 p90 p95 p99", names, " ")
    print "| server | rows | inside | rate | p50 | p90 | p95 | p99 |"
    print "|---|---|---|---|---|---|---|---|"
}
/^server / { end_row(); server = $2; inside[server] = 0; servers[++count_servers] = server }
/^row / {
    end_row()
    judged = !/\(fitted to\)/
    rows[server] += judged
    rows["all"] += judged
}
/^errors/ { end_row() }
judged && /^  clients\./ {
    metric = $1
    sub(/.*\./, "", metric)
    error = $(NF - 1) + 0
    if (metric == "throughput") rate = error
    if (metric == "p95") p95 = error
    errors[server, metric, ++count[server, metric]] = error
    errors["all", metric, ++count["all", metric]] = error
}
END {
    for (i = 1; i <= count_servers; i++) line(servers[i])
    line("all")
}'
