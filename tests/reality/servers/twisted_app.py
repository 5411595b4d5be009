"""Twisted, one reactor: the same with its Agent over kept connections.

twisted_app.py PORT
"""
import os
import sys

# PyPy has Debian's pure packages of Python 3 only when it is told where.
if "/usr/lib/python3/dist-packages" not in sys.path:
    sys.path.append("/usr/lib/python3/dist-packages")

from twisted.internet import reactor
from twisted.web import client, resource, server

UPSTREAM = int(os.environ["REALITY_UPSTREAM"])
pool = client.HTTPConnectionPool(reactor)
pool.maxPersistentPerHost = 1000
agent = client.Agent(reactor, pool=pool)


class View(resource.Resource):
    isLeaf = True

    def render_GET(self, request):
        def answer(body):
            request.setHeader(b"content-type", b"text/plain")
            request.setHeader(b"content-length", b"%d" % len(body))
            request.write(body)
            request.finish()

        asked = agent.request(b"GET", b"http://127.0.0.1:%d%s" %
                              (UPSTREAM, request.path))
        asked.addCallback(client.readBody)
        asked.addCallback(answer)
        asked.addErrback(lambda failure: request.processingFailed(failure))
        return server.NOT_DONE_YET


reactor.listenTCP(int(sys.argv[1]), server.Site(View()), backlog=1024,
                  interface="127.0.0.1")
reactor.run()
