"""The bare limit: a Flask view that answers ready bytes, to be served with the same settings as the registry."""

from functools import cache

from flask import Flask, Response

app = Flask("bare", static_folder=None)


@cache
def ready(size: int) -> bytes:
    """So many bytes."""
    return b"x" * size


@app.get("/<int:size>")
def view(size: int) -> Response:
    """Answer so many bytes."""
    return Response(ready(size), mimetype="application/json")
