"""ASGI without a framework: the same over asyncio's streams, kept."""
import asyncio
import os

UPSTREAM = int(os.environ["REALITY_UPSTREAM"])
idle = []


async def fetch(path):
    reader, writer = idle.pop() if idle else await asyncio.open_connection(
        "127.0.0.1", UPSTREAM)
    writer.write(b"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % path)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    body = await reader.readexactly(length)
    idle.append((reader, writer))
    return body


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    body = await fetch(scope["raw_path"])
    await send({"type": "http.response.start", "status": 200,
                "headers": [(b"content-type", b"text/plain"),
                            (b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})
