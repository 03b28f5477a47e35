"""Asking services over connections that are kept, and measuring what the answers cost them."""

import itertools
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.bench.serving import Service

CONNECTIONS = 4
WARMING = 6
"""So many rounds of a few requests come first, over connections of their own: each worker has some."""
WARMING_SECONDS, WARMING_REQUESTS = 1.0, 1000
"""For so long, and so many more at most, the job is done before it is counted."""


class Request(NamedTuple):
    """What is sent, and the status that must come back."""

    content: bytes
    status: int = 200


def get(path: str, **headers: str) -> Request:
    """A GET request."""
    return Request(_head("GET", path, headers), int(headers.pop("status", 200)))


def post(path: str, body: bytes, token: str, status: int) -> Request:
    """A POST of JSON by somebody with a token."""
    headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), "Authorization": f"Bearer {token}"}
    return Request(_head("POST", path, headers) + body, status)


def _head(method: str, path: str, headers: dict[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Accept: application/json"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items() if name != "status"]
    return "\r\n".join([*lines, "", ""]).encode()


class Connection:
    """A connection that is kept; `size` is that of the last body."""

    def __init__(self, port: int) -> None:
        self.port, self.size = port, 0
        self.socket: socket.socket | None = None

    def ask(self, request: Request) -> float:
        """Send a request and read its answer; answers the seconds that passed."""
        began = time.perf_counter()
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), 120)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(request.content)
        received = b""
        while b"\r\n\r\n" not in received:
            more = self.socket.recv(65536)
            if not more:
                raise ConnectionError("The service closed the connection.")
            received += more
        head, _, body = received.partition(b"\r\n\r\n")
        self._check(request, head, body)
        self._read_body(head.lower(), len(body))
        return time.perf_counter() - began

    def _check(self, request: Request, head: bytes, body: bytes) -> None:
        if int(head[9:12]) != request.status:
            asked = request.content.split(b"\r\n", 1)[0].decode()
            raise RuntimeError(
                f"{asked} was answered by {head[:120].decode()} {body[:1000].decode('utf-8', 'replace')}"
            )

    def _read_body(self, head: bytes, there: int) -> None:
        assert self.socket is not None
        _, found, rest = head.partition(b"content-length:")
        self.size = int(rest.split(b"\r\n", 1)[0]) if found and b" 304 " not in head[:14] else 0
        while there < self.size:
            there += len(self.socket.recv(1 << 20))
        if b"connection: close" in head:
            self.socket.close()
            self.socket = None


@dataclass
class Measured:
    """What some requests cost: how many they were, the CPU seconds of the service, the seconds each took, their bytes."""

    requests: int = 0
    cpu: float = 0.0
    wall: float = 0.0
    times: list[float] = field(default_factory=list)
    size: int = 0

    @property
    def cpu_ms(self) -> float:
        return 1000 * self.cpu / max(self.requests, 1)

    def percentile(self, percent: int) -> float:
        """The milliseconds within which so many of a hundred requests were answered."""
        return 1000 * statistics.quantiles(self.times, n=100, method="inclusive")[percent - 1]


def drive(service: Service, requests: Iterator[Request], until: Callable[[int], bool], into: Measured) -> None:
    """Ask over several connections at once, until it is enough or there are no more requests."""
    lock, done, failures = threading.Lock(), itertools.count(), []

    def work() -> None:
        connection = Connection(service.port)
        try:
            while not failures and not until(next(done)):
                with lock:
                    request = next(requests, None)
                if request is None:
                    return
                took = connection.ask(request)
                with lock:
                    into.requests += 1
                    into.times.append(took)
                    into.size += connection.size
        except Exception as reason:
            failures.append(reason)

    before, began = service.cpu(), time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    if failures:
        raise failures[0]
    into.wall += time.perf_counter() - began
    into.cpu += service.cpu() - before


def compared(
    registry: Service, bare: Service, requests: Iterator[Request], seconds: float
) -> tuple[Measured, Measured]:
    """What requests cost the registry, and what as many bytes cost the bare service in the same minute, by turns.

    Before any count the job is done for a while, so that what a running service has in mind is there.
    """
    for _ in range(WARMING):
        drive(registry, itertools.islice(requests, 2 * CONNECTIONS), lambda _: False, Measured())
    a_while = _for(WARMING_SECONDS)
    drive(registry, requests, lambda done: done >= WARMING_REQUESTS or a_while(done), Measured())
    own, limit = Measured(), Measured()
    turns = 4
    for _ in range(turns):
        drive(registry, requests, _for(seconds / turns), own)
        size = round(own.size / max(own.requests, 1))
        drive(bare, itertools.repeat(get(f"/{size}")), _for(seconds / turns / 2), limit)
    return own, limit


def _for(seconds: float) -> Callable[[int], bool]:
    end = time.perf_counter() + seconds
    return lambda _: time.perf_counter() > end
