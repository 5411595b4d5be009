"""http.server of the standard library, a thread for each connection.

threads.py PORT
"""
import http.client
import http.server
import os
import socket
import sys
import threading

UPSTREAM = int(os.environ["REALITY_UPSTREAM"])
local = threading.local()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        if not hasattr(local, "upstream"):
            local.upstream = http.client.HTTPConnection("127.0.0.1", UPSTREAM)
        local.upstream.request("GET", self.path)
        body = local.upstream.getresponse().read()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 1024


Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
