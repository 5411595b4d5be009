# A server is observed: what is written is a scenario that plays, and says what
# kind of server it was. How fast it was is nobody's business here.
. "$(dirname "$0")/lib.sh" "$@"

[ -r /proc/net/tcp ] || skip 'there is no /proc/net/tcp here'
command -v python3 >/dev/null || skip 'there is no python3 here'

expect 2 observe
says err 'observe what?'
expect 2 observe --clients 4,1 --url http://127.0.0.1:1/
says err '--clients'
expect 2 observe --clients 65 --url http://127.0.0.1:1/
expect 2 observe --seconds 31 --url http://127.0.0.1:1/
expect 3 observe --url https://127.0.0.1/
says err 'only http is spoken'
expect 3 observe --url http://192.0.2.1/
says err 'is not loopback'
expect 3 observe --url http://127.0.0.1:1/
says err 'is the server running?'
expect 3 observe -- ./nothing
says err 'cannot start ./nothing'
expect 3 observe -- sh -c 'echo the last words; exit 7'
says err 'ended with 7 before it listened: the last words'


# runs PID: whether that is a process still; one that nobody has taken away is
# none. Who is killed may need a moment.
runs() {
    local i
    for i in $(seq 20); do
        grep -qs '^State:[[:space:]]*[^ZX]' "/proc/$1/status" || return 1
        sleep 0.1
    done
}
# What a command leaves behind that ends too early is ended as well.
expect 3 observe -- sh -c 'sleep 300 & echo $! >left'
says err 'start the server in the foreground'
! runs "$(cat left)" || fail 'what a command left behind runs still'

cat >server.py <<'S'
"""Waits 20 ms for each request, in one of three ways."""
import asyncio, os, sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    protocol_version = sys.argv[2]
    def do_GET(self):
        time.sleep(0.02)
        self.send_response(200 if self.path == "/" else 500)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
    def log_message(self, *words):
        pass

async def answer(reader, writer):
    while (await reader.readline()).startswith(b"GET"):
        while await reader.readline() != b"\r\n":
            pass
        await asyncio.sleep(0.02)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    writer.close()

async def loop():
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    await server.serve_forever()

if sys.argv[1] == "loop":
    asyncio.run(loop())
if sys.argv[1] == "forked":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    for _ in range(2):
        if os.fork() == 0:
            server.serve_forever()
    os.wait()
one = HTTPServer if sys.argv[1] == "one" else ThreadingHTTPServer
one(("127.0.0.1", 0), Handler).serve_forever()
S

# judged TEXT WORDS...: what WORDS fails at is a failure, unless the machine was so
# busy that the program itself says that it cannot tell.
judged() {
    local text=$1
    shift
    "$@" || grep -q 'what it does undisturbed' out || fail "$text"
}

# observed KIND PROTOCOL MODEL: what is concluded of that kind of server.
observed() {
    expect 0 observe -c 1,8 --seconds 1 -o mine.json --rows mine.csv -- \
        python3 server.py "$1" "$2"
    says out 'Not known'
    judged "$1 is not taken for $3" \
        grep -q "\"model\":[[:space:]]*\"$3\"" mine.json
    judged "$1 waits, which nothing says" grep -q '"upstream"' mine.json
    cp out said
    [ "$(wc -l <mine.csv)" -eq 3 ] || fail "$1: $(wc -l <mine.csv) rows"
    expect 0 check mine.json
    expect 0 run --no-db --json -s '/expect=[]' mine.json
}
observed loop HTTP/1.1 event-loop
says out 'clients.load.throughput'
observed one HTTP/1.0 threads
grep -q '"connection":[[:space:]]*"new"' mine.json ||
    fail 'nothing says that connections are new'
cp said out
judged 'one thread is not one' grep -q '"threads":[[:space:]]*1,' mine.json
observed many HTTP/1.1 threads
cp said out
judged 'many threads are one' grep -Eq '"threads":[[:space:]]*([2-9]|1.),' mine.json
observed forked HTTP/1.1 threads
grep -q '"share":[[:space:]]*"accept"' mine.json ||
    fail 'nothing says that connections stay with who accepted them'
grep -q '"processes":[[:space:]]*2,' mine.json || fail 'two at one door are not two'
observed many HTTP/1.1 threads
expect 0 calibrate --all mine.json mine.csv -s '/sweep=null' -s '/expect=[]' \
    --fit /links/0/rtt=0.001..100ms
says out '/links/0/rtt'
expect 0 observe -c 2 --seconds 1 -o - -- python3 server.py loop HTTP/1.1
"$program" check - <out || fail 'standard output holds no scenario'

# A server that runs is found by its address, and left running.
python3 - "$work/server.py" >port <<'S' &
import sys, runpy
from http import server
class Named(server.ThreadingHTTPServer):
    def server_activate(self):
        super().server_activate()
        print(self.server_port, flush=True)
server.ThreadingHTTPServer = Named
sys.argv = ["server.py", "many", "HTTP/1.1"]
runpy.run_path("server.py", run_name="__main__")
S
running=$!
trap 'kill $running 2>/dev/null; rm -rf "$work"' EXIT
for _ in $(seq 100); do [ -s port ] && break || sleep 0.1; done
expect 0 observe -c 2 --seconds 1 --url "http://127.0.0.1:$(cat port)/missing"
says out 'were errors (4xx, 5xx)'
kill -0 $running || fail 'the server does not run any more'

# signalled COMMAND: a signal ends it, and what it started.
signalled() {
    "$program" observe -c 1 --seconds 30 -- sh -c "$1" \
        >"$work/out" 2>"$work/err" &
    observing=$!
    sleep 2
    started=$(pgrep -P $observing)
    kill -TERM $observing
    wait $observing
    [ $? -eq 143 ] || fail "$1: a signal does not end it with 143"
    ! runs "$started" || fail "$1: what it started runs still"
}
signalled 'exec python3 server.py loop HTTP/1.1'
signalled 'trap "" TERM; exec python3 server.py loop HTTP/1.1'
finish
