"""Flask: fetches a small body from upstream and returns it."""
import http.client
import os
import threading

import flask

UPSTREAM = int(os.environ["REALITY_UPSTREAM"])
app = flask.Flask(__name__)
local = threading.local()


@app.route("/<int:wait>")
def view(wait):
    if not hasattr(local, "upstream"):
        local.upstream = http.client.HTTPConnection("127.0.0.1", UPSTREAM)
    local.upstream.request("GET", "/%d" % wait)
    body = local.upstream.getresponse().read()
    return flask.Response(body, mimetype="text/plain")
