"""Clients in a closed loop: each has one request at a time, over a connection
of its own that stays open as long as the server lets it."""
import select
import socket
import time

TAIL = b"\r\n\r\n"


class Client:
    """One who asks again as soon as it is answered."""

    def __init__(self, port, request):
        self.port = port
        self.request = request
        self.connection = None
        self.got = b""
        self.sent = 0.0

    def ask(self, poll, clients):
        self.sent = time.perf_counter()
        self.got = b""
        if self.connection is None:
            self.connection = socket.create_connection(("127.0.0.1", self.port))
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            poll.register(self.connection, select.EPOLLIN)
            clients[self.connection.fileno()] = self
        self.connection.sendall(self.request)

    def close(self, poll, clients):
        del clients[self.connection.fileno()]
        poll.unregister(self.connection)
        self.connection.close()
        self.connection = None

    def take(self, poll, clients):
        """True: the answer is whole."""
        part = self.connection.recv(65536)
        self.got += part
        head, found, body = self.got.partition(TAIL)
        lower = head.lower()
        if not part:
            self.close(poll, clients)
            if not found:
                raise OSError("the server closed a connection without an answer")
            return True
        if not found or len(body) < length_of(lower):
            return False
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise OSError("not 200: %r" % head)
        if b"connection: close" in lower or lower.startswith(b"http/1.0"):
            self.close(poll, clients)
        return True


def length_of(head):
    for line in head.split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return 0


class Load:
    """`count` clients, and what they saw since begin()."""

    def __init__(self, port, path, count):
        request = "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % path
        self.poll = select.epoll()
        self.clients = {}  # by the number of their connection
        self.latencies = []
        self.everybody = [Client(port, request.encode()) for _ in range(count)]
        self.waiting = count
        for client in self.everybody:
            client.ask(self.poll, self.clients)

    def go_on(self, until, again=True):
        """Until that time, or until nobody waits."""
        while self.waiting > 0 and time.perf_counter() < until:
            for number, _ in self.poll.poll(0.05):
                client = self.clients[number]
                if not client.take(self.poll, self.clients):
                    continue
                self.latencies.append(time.perf_counter() - client.sent)
                if again:
                    client.ask(self.poll, self.clients)
                else:
                    self.waiting -= 1

    def end(self):
        """Waits for the answers that are under way; no server has to see its
        client gone."""
        self.go_on(time.perf_counter() + 30, again=False)
        for client in self.everybody:
            if client.connection is not None:
                client.connection.close()
        self.poll.close()


def play(port, path, count, warmup, seconds, watched):
    """The latencies, in seconds, of the answers that came in `seconds` after
    `warmup`, and how long that was; begin() and end() of what is watched are
    called around it."""
    load = Load(port, path, count)
    load.go_on(time.perf_counter() + warmup)
    load.latencies = []
    for each in watched:
        each.begin()
    since = time.perf_counter()
    load.go_on(since + seconds)
    latencies, took = load.latencies, time.perf_counter() - since
    for each in watched:
        each.end()
    load.latencies = []
    load.end()
    return latencies, took
