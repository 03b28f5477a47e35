"""How gunicorn serves the registry."""

import json
import os

import gunicorn.util

bind = f"{os.environ.get('REGISTRY_HOST', '0.0.0.0')}:{os.environ.get('PORT', '8000')}"
wsgi_app = "app:app"
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


def _problem(sock, status_int, reason, mesg):
    """Answer what gunicorn itself refuses as a problem; the message would quote the request, so it is not sent."""
    status = 431 if "header" in str(mesg).lower() and status_int == 400 else status_int
    body = json.dumps({
        "type": "/docs/problems#refused-before-reading", "title": reason, "status": status,
        "detail": "The request could not be read. Addresses and headers are ASCII; other characters are percent-encoded.",
        "instance": "", "errors": [], "request_id": "",
    })  # fmt: skip
    lines = [
        f"HTTP/1.1 {status} {reason}", "Connection: close", "Content-Type: application/problem+json",
        f"Content-Length: {len(body)}", "Access-Control-Allow-Origin: *", "Cache-Control: no-store", "", body,
    ]  # fmt: skip
    gunicorn.util.write_nonblock(sock, "\r\n".join(lines).encode("latin1"))


gunicorn.util.write_error = _problem
