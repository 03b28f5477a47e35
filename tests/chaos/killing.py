"""The kill test: clients write, the service is killed at any moment, and what was acknowledged must be there."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from registry.service import feeding
from registry.store.database import Store
from registry.store.rendering import reindex
from tests.chaos.serving import Broken, Client, Service, Unreached
from tests.histories import tables
from tests.making import organization

CLIENTS = 4
RUNS = 0.5
"""How many seconds the service runs at most between two kills."""
KILLED_AT_START = 0.2
"""How often it is killed while it is still starting."""


@dataclass
class Acknowledged:
    """Everything that clients were told is done: revisions by record and version, with the bytes that were answered.

    No client touches what another has, so that each request that is answered is done; `refused` are those that were not.
    """

    revisions: dict[tuple[str, int], bytes | None] = field(default_factory=dict)
    broken: int = 0
    refused: Counter[int] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, act: str, ident: str, version: int, content: bytes | None) -> None:
        """An act was answered with 2xx."""
        with self.lock:
            self.revisions[ident, version] = content
            self.acts[act] += 1


@dataclass
class Held:
    """A record of a client: its version, its tag, and what it was merged into."""

    ident: str
    version: int
    tag: str


class Writer:
    """A client that writes without end; a record of whose state a broken connection left it unsure it leaves alone."""

    def __init__(
        self, service: Service, token: str, told: Acknowledged, rng: random.Random, ended: threading.Event
    ) -> None:
        self._service, self._token, self._told, self._rng, self._ended = service, token, told, rng, ended
        self._client = Client(service.port, token)
        self._live: list[Held] = []
        self._merged: list[tuple[Held, Held]] = []

    def run(self) -> None:
        """Write until it is said to end."""
        while not self._ended.is_set():
            try:
                self._act()
            except Unreached:
                time.sleep(0.02)
            except Broken:
                with self._told.lock:
                    self._told.broken += 1

    def _act(self) -> None:
        acts: list[Callable[[], None]] = [self._create] * (2 if len(self._live) < 50 else 0)
        if self._live:
            acts += [self._amend, self._amend, self._withdraw]
        if len(self._live) > 1:
            acts += [self._merge, self._merge]
        if self._merged:
            acts += [self._undo, self._undo]
        self._rng.choice(acts)()

    def _create(self) -> None:
        made = self._asked("create", "POST", "/v1/organizations", organization())
        if made:
            self._live.append(made)

    def _amend(self) -> None:
        there = self._taken()
        lifecycle = self._rng.choice(("active", "planned", "ended", "suspended"))
        body = {"lifecycle": lifecycle, "websites": [{"url": f"https://example.org/{self._rng.random()}"}]}
        made = self._asked("amend", "PATCH", f"/v1/organizations/{there.ident}", body, there.tag)
        if made:
            self._live.append(made)

    def _withdraw(self) -> None:
        there = self._taken()
        answer = self._client.ask("DELETE", f"/v1/organizations/{there.ident}", None, there.tag, reason="Gone.")
        if self._fits("withdraw", answer.status, 204):
            self._told.note("withdraw", there.ident, there.version + 1, None)

    def _merge(self) -> None:
        loser, survivor = self._taken(), self._taken()
        made = self._asked(
            "merge", "POST", f"/v1/records/{loser.ident}/merge", {"into": survivor.ident}, loser.tag, reason="One."
        )
        if made:
            self._told.note("merge", loser.ident, loser.version + 1, None)
            self._merged.append((Held(loser.ident, loser.version + 1, ""), made))

    def _undo(self) -> None:
        loser, survivor = self._merged.pop(self._rng.randrange(len(self._merged)))
        made = self._asked("undo", "DELETE", f"/v1/records/{loser.ident}/merge", None, None, reason="Two.")
        if made:
            self._told.note("undo", survivor.ident, survivor.version + 1, None)
            self._live.append(made)

    def _taken(self) -> Held:
        return self._live.pop(self._rng.randrange(len(self._live)))

    def _asked(
        self, act: str, method: str, path: str, body: object, tag: str | None = None, **query: str
    ) -> Held | None:
        answer = self._client.ask(method, path, body, tag, **query)
        if not self._fits(act, answer.status, 201 if act == "create" else 200):
            return None
        document = answer.document()
        held = Held(document["id"], document["record"]["version"], answer.headers["ETag"])
        self._told.note(act, held.ident, held.version, answer.content)
        return held

    def _fits(self, act: str, status: int, expected: int) -> bool:
        if status != expected:
            with self._told.lock:
                self._told.refused[status] += 1
        return status == expected


@dataclass
class Outcome:
    """What became of a kill test on one engine."""

    engine: str
    kills: int
    acknowledged: int
    acts: Counter[str]
    broken: int
    refused: Counter[int]
    lost: list[str]
    halves: list[str]
    lines: int
    restart: float
    seconds: float
    faults: list[str]


def kill(engine: str, folder: Path, url: str, kills: int, rng: random.Random) -> Outcome:
    """Kill the service so many times while clients write; then hold what is there to what they were told."""
    begun = time.monotonic()
    service, told, ended = Service(folder, url), Acknowledged(), threading.Event()
    tokens = [service.token(f"Client {n}") for n in range(CLIENTS)]
    writers = [Writer(service, token, told, random.Random(rng.random()), ended) for token in tokens]
    threads = [threading.Thread(target=writer.run, daemon=True) for writer in writers]
    restarts: list[float] = []
    try:
        service.start()
        for thread in threads:
            thread.start()
        for _ in range(kills):
            if rng.random() < KILLED_AT_START:
                time.sleep(rng.uniform(0, 1))
            else:
                restarts.append(service.wait())
                time.sleep(rng.uniform(0, RUNS))
            service.kill()
            service.start()
        restarts.append(service.wait())
        ended.set()
        for thread in threads:
            thread.join(60)
        lost = missing(service, told)
    finally:
        ended.set()
        service.stop()
    halves, faults, lines = whole(url)
    return Outcome(
        engine, kills, len(told.revisions), told.acts, told.broken, told.refused, lost, halves, lines,
        sorted(restarts)[len(restarts) // 2], time.monotonic() - begun, faults,
    )  # fmt: skip


def missing(service: Service, told: Acknowledged) -> list[str]:
    """Acknowledged revisions that are not there, or are not what was answered."""
    client, lost = Client(service.port), []
    for (ident, version), content in told.revisions.items():
        answer = client.ask("GET", f"/v1/records/{ident}/revisions/{version}")
        if answer.status != 200 or (content is not None and answer.content != content):
            lost.append(f"version {version} of {ident}: {answer.status}")
    return lost


def whole(url: str) -> tuple[list[str], list[str], int]:
    """Transactions of which only a part is there; what else is wrong; how many lines the journal has."""
    store, faults = Store(url), []
    pairs = {"merge": {"merge", "absorb"}, "restore": {"restore"}}
    batches: dict[int, list[str]] = {}
    for batch, act in store.rows("SELECT batch, act FROM journal ORDER BY number"):
        batches.setdefault(batch, []).append(act)
    halves = [
        f"batch {batch}: {acts}" for batch, acts in batches.items()
        if acts[0] in pairs and (len(acts) != 2 or set(acts) != pairs[acts[0]])
    ]  # fmt: skip
    try:
        lines, _ = feeding.check(store)
    except Exception as fault:
        lines = 0
        faults.append(f"journal: {fault}")
    before = tables(store)
    reindex(store)
    faults += [f"reindexing changes {name}" for name, rows in tables(store).items() if rows != before[name]]
    store.close()
    return halves, faults, lines
