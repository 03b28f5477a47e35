"""A registry that is served as people serve it, so that it can be killed and started again; and clients of it."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from registry.service import access
from registry.service.administering import prepare
from registry.settings import Settings
from registry.store.database import Store
from tests.following import Answer
from tests.served import environment, free_port

SEEDS = Path(__file__).parent.parent / "evidence/seeds"
PATIENCE = 60
"""How many seconds a service may take to answer after it was started."""


class Broken(Exception):
    """The connection ended before an answer was there: whether the act was done is not known."""


class Unreached(Broken):
    """Nobody listened: nothing was sent."""


class Service:
    """A service of its own on a database of its own, in a process group that can be killed as one."""

    def __init__(self, folder: Path, url: str) -> None:
        self.url, self.port, self.folder = url, free_port(), folder
        prepare(Store(url), Settings(database_url=url, seeds=SEEDS), load=True)
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = environment(
            REGISTRY_DATABASE_URL=url, REGISTRY_SEEDS=str(SEEDS), PORT=str(self.port), REGISTRY_GRACEFUL_TIMEOUT="1",
            REGISTRY_RATE_LIMIT=str(10**9), REGISTRY_RATE_LIMIT_BAD_TOKENS=str(10**9),
        )  # fmt: skip

    def token(self, holder: str) -> str:
        """A curator's token."""
        store = Store(self.url)
        try:
            return access.issue(store, holder, "curator")
        finally:
            store.close()

    def start(self) -> None:
        """Start it, as `make run` does; it answers some time later."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "registry.cli", "serve"], cwd=self.folder, stdout=log, stderr=log,
                env=self._environment, start_new_session=True,
            )  # fmt: skip

    def wait(self) -> float:
        """Wait until it answers; after how many seconds it did."""
        begun = time.monotonic()
        while time.monotonic() - begun < PATIENCE:
            assert self._process is not None
            assert self._process.poll() is None, f"The service ended by itself:\n{self.said()}"
            try:
                if Client(self.port).ask("GET", "/health/ready").status == 200:
                    return time.monotonic() - begun
            except Broken:
                time.sleep(0.01)
        raise AssertionError(f"The service does not answer:\n{self.said()}")

    def kill(self) -> None:
        """Kill it and all its workers at this very moment."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE)

    def stop(self) -> None:
        """End it as an operator would."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(PATIENCE)

    def said(self) -> str:
        """The end of what it wrote to its log."""
        return (self.folder / "log").read_text()[-5000:]


class Client:
    """One connection, kept as long as it lasts."""

    def __init__(self, port: int, token: str | None = None) -> None:
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def ask(self, method: str, path: str, body: Any = None, tag: str | None = None, **query: str) -> Answer:
        """Send a request; raises Broken where no whole answer came."""
        headers = dict(self._headers)
        content = None
        if body is not None:
            content = json.dumps(body).encode()
            headers["Content-Type"] = "application/merge-patch+json" if method == "PATCH" else "application/json"
        if tag is not None:
            headers["If-Match"] = tag
        address = f"{path}?{urlencode(query, quote_via=quote)}" if query else path
        try:
            self._connect()
            self._connection.request(method, address, content, headers)
            response = self._connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        except (OSError, http.client.HTTPException) as reason:
            self._connection.close()
            raise Broken(str(reason)) from None

    def _connect(self) -> None:
        if self._connection.sock is None:
            try:
                self._connection.connect()
            except OSError as reason:
                raise Unreached(str(reason)) from None

    def get(self, address: str) -> Answer:
        """What a follower asks; again where the server had ended a connection on which nothing was asked for a while."""
        try:
            return self.ask("GET", address)
        except Broken:
            return self.ask("GET", address)


def at_once(count: int, act: Any) -> list[Any]:
    """Do something in so many threads that begin together; what each answered."""
    barrier, answers = threading.Barrier(count), [None] * count

    def run(number: int) -> None:
        barrier.wait()
        answers[number] = act(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
