"""Flask over SQLite: every request writes a row through one connection that all
threads share under one lock, and commits it to the disk."""
import os
import sqlite3
import threading

import flask

app = flask.Flask(__name__)
writer = threading.Lock()
base = sqlite3.connect(os.environ["REALITY_BASE"], check_same_thread=False,
                       isolation_level=None)
base.execute("PRAGMA journal_mode = WAL")
base.execute("PRAGMA synchronous = FULL")
base.execute("CREATE TABLE IF NOT EXISTS seen(id INTEGER PRIMARY KEY, t TEXT)")


@app.route("/<int:wait>")
def view(wait):
    with writer:
        base.execute("INSERT INTO seen(t) VALUES (?)", ("x" * 100,))
        count = base.execute("SELECT max(id) FROM seen").fetchone()[0]
    return flask.Response("%d\n" % count, mimetype="text/plain")
