# What load testers printed becomes a table that `calibrate` takes; what is broken
# is refused with its line.
. "$(dirname "$0")/lib.sh" "$@"
outputs=$tree/tests/exchange/testers

# rows LINE: the table's second line, of what the last import wrote.
row() {
    [ "$(sed -n 2p rows.csv)" = "$1" ] || fail "$1 is expected: $(cat rows.csv)"
}

expect 0 import --rows "$outputs/wrk-16.txt" -o rows.csv
row '16,2098.51/s,7.96ms,4.76ms,13.89ms,24.51ms'
[ "$(head -1 rows.csv)" = "/clients/0/users,clients.load.throughput,\
clients.load.latency.mean,clients.load.latency.p50,clients.load.latency.p90,\
clients.load.latency.p99" ] || fail "columns: $(head -1 rows.csv)"
expect 0 import --rows "$outputs/hey.txt" --users 8 -o rows.csv
row '8,3181.02/s,2.5ms,2.2ms,3.9ms,4.6ms,7.3ms'
expect 0 import --rows "$outputs/ab.txt" -o rows.csv
row '8,614.86/s,13.011ms,13ms,18ms,20ms,25ms'
expect 0 import --rows "$outputs/siege.txt" --users 8 -o rows.csv
row '8,804.14/s,10ms'
expect 0 import --rows "$outputs/k6-export.json" -o rows.csv
row '16,1974.9/s,8.12ms,7.11ms,13.5ms,16.2ms'
expect 0 import --rows "$outputs/k6-summary.json" -o rows.csv
row '64,2049.7/s,31.1ms,30.4ms,41.5ms,46.8ms,58.3ms'
says err 'k6-summary.json: 2 requests had no good answer'
expect 0 import --rows "$outputs/oha.json" --users 16 -o rows.csv
row '16,1975.5/s,8.1ms,7.1ms,13.5ms,16.2ms,24.1ms'
says err 'oha.json: 20 requests had no good answer'

# What went wrong is counted, whatever brackets an error's text has.
{
    sed '/^$/d' "$outputs/hey.txt"
    printf '  [503]\t9 responses\n\nError distribution:\n'
    printf '  [4]\tGet "http://[::1]:8080/": dial tcp [::1]:8080: refused\n'
} >failing.txt
expect 0 import --rows failing.txt --users 8 -o rows.csv
says err 'failing.txt: 13 requests had no good answer'

# The table of requests: by the definition, counted here.
expect 0 import --rows "$outputs/hey.csv" --users 8 -o rows.csv
want=$(sed 1d "$outputs/hey.csv" | sort -t, -k1,1n | awk -F, '
    { took[NR - 1] = $1; sum += $1; if ($1 + $8 > last) last = $1 + $8 }
    END { printf "8,%.6g/s,%.6gms,%.6gms,%.6gms,%.6gms,%.6gms\n", NR / last,
          sum / NR * 1e3, took[int(NR * .5)] * 1e3, took[int(NR * .9)] * 1e3,
          took[int(NR * .95)] * 1e3, took[int(NR * .99)] * 1e3 }')
row "$want"

# Several, of which one says less; and calibrate takes them.
expect 0 import --rows "$outputs/wrk-4.txt" "$outputs/wrk-16.txt" -o rows.csv
row '4,1391.94/s,3.4ms,,,'
cat >pool.json <<'S'
{ "title": "a pool", "stop": "2s",
  "servers": [ { "name": "web", "model": "threads", "handler": [ { "run": "1ms" } ] } ],
  "clients": [ { "name": "load", "to": "web", "users": 1 } ] }
S
expect 0 calibrate pool.json rows.csv -f /servers/0/handler/0/run=0.1..5ms
says out 'clients.load.latency.mean'

# refuse TEXT FILE SED: the output with that changed is refused with the text.
refuse() {
    sed "$3" "$outputs/$2" >"bad-$2"
    expect 2 import --rows "bad-$2" --users 8 -o bad.csv
    says err "$1"
    [ ! -e bad.csv ] || fail "a table of a broken $2"
}
refuse 'bad-wrk-16.txt:12: a number is expected' wrk-16.txt 's|\(Requests/sec:\).*|\1 many|'
refuse 'bad-wrk-16.txt:9: a unit of time' wrk-16.txt 's/13.89ms/13.89/'
refuse 'bad-wrk-16.txt:9: it ends without a line "Requests/sec:"' wrk-16.txt '9,$d'
refuse 'bad-ab.txt:21: a number is expected' ab.txt 's/614.86/x/'
refuse 'bad-hey.txt:7: a number is expected' hey.txt 's/3181.0218/-1/'
refuse 'bad-hey.csv:5: eight numbers' hey.csv '5s/,[^,]*$/,/'
refuse 'bad-oha.json:10: is no JSON' oha.json '10s/:/ /'
refuse '"requestsPerSec" is missing' oha.json '/"requestsPerSec"/d'
refuse '"rate" is no number' k6-export.json 's/1974.9/"x"/'
refuse 'bad-siege.txt:8: is no JSON' siege.txt '8s/:/ /'
refuse 'nobody was answered' wrk-16.txt 's/2098.51/0.00/'
echo 'nothing of the kind' >words.txt
expect 2 import --rows words.txt
says err 'words.txt:1: is no output of wrk'
expect 2 import --rows "$outputs/hey.txt"
says err 'say it with --users'
expect 2 import --rows "$outputs/hey.txt" --users 8,16
expect 2 import --rows "$outputs/hey.txt" --users many
expect 2 import --rows
expect 2 import --rows "$outputs/wrk-16.txt" --policy cfs
says err 'makes a table'
expect 2 import "$outputs/hey.txt" --users 8
expect 3 import --rows missing.txt
finish
