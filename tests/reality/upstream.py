"""What the servers ask: GET /MS is answered after so many milliseconds.

upstream.py PORT
"""
import asyncio
import socket
import sys

ANSWER = (b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
          b"Content-Length: 12\r\n\r\nsome answer\n")


class Upstream(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.got = b""
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP,
                                                      socket.TCP_NODELAY, 1)

    def data_received(self, data):
        self.got += data
        if not self.got.endswith(b"\r\n\r\n"):
            return
        wait = int(self.got.split(b" ", 2)[1][1:]) / 1000
        self.got = b""
        if wait > 0:
            asyncio.get_running_loop().call_later(wait, self.answer)
        else:
            self.answer()

    def answer(self):
        self.transport.write(ANSWER)


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Upstream, "127.0.0.1", int(sys.argv[1]),
                                      backlog=1024)
    await server.serve_forever()


asyncio.run(main())
