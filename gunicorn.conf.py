"""How gunicorn serves the registry."""

import gc
import json
import os
from pathlib import Path

import gunicorn.util

bind = f"{os.environ.get('REGISTRY_HOST', '0.0.0.0')}:{os.environ.get('PORT', '8000')}"
wsgi_app = "app:app"
preload_app = True  # imported once rather than by each worker; connections are opened by the workers
pythonpath = str(Path(__file__).parent)  # so that it may be started in any folder: relative paths mean that one
worker_class = "gthread"
workers = int(os.environ.get("REGISTRY_WORKERS", "2"))
threads = int(os.environ.get("REGISTRY_THREADS", "8"))
keepalive = 5
timeout = 60
graceful_timeout = int(os.environ.get("REGISTRY_GRACEFUL_TIMEOUT", "10"))
limit_request_line = 8190
limit_request_fields = 64
limit_request_field_size = 8190
control_socket_disable = True
loglevel = "warning"


def when_ready(server):
    """What is there before the workers begin stays: the collector of cycles need not walk it again and again."""
    gc.collect()
    gc.freeze()


def post_fork(server, worker):
    """Look for cycles less often than after each 700 new objects. Not much less: each request leaves one, with its body."""
    gc.set_threshold(2_000, 20, 50)


def _problem(sock, status_int, reason, mesg):
    """Answer what gunicorn itself refuses as a problem; the message would quote the request, so it is not sent."""
    reason = {501: "Not Implemented"}.get(status_int, reason)
    body = json.dumps({
        "type": "/docs/problems#refused-before-reading", "title": reason, "status": status_int,
        "detail": "The request could not be read. Addresses and headers are ASCII; other characters are percent-encoded.",
        "instance": "", "errors": [], "request_id": "",
    })  # fmt: skip
    lines = [
        f"HTTP/1.1 {status_int} {reason}", "Connection: close", "Content-Type: application/problem+json",
        f"Content-Length: {len(body)}", "Access-Control-Allow-Origin: *", "Cache-Control: no-store", "", body,
    ]  # fmt: skip
    gunicorn.util.write_nonblock(sock, "\r\n".join(lines).encode("latin1"))


gunicorn.util.write_error = _problem
