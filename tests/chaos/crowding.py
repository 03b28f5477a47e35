"""The concurrency test: many clients at once, racing for one version, or writing whatever chance tells."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.killing import whole
from tests.chaos.serving import Client, Service, at_once
from tests.following import Follower
from tests.making import organization, program

CLIENTS = 8


@dataclass
class Outcome:
    """What became of a concurrency test on one engine."""

    engine: str
    races: int
    fair: int
    statuses: Counter[int]
    lines: int
    followed: int
    copies: dict[str, bool]
    median: float
    slowest: float
    seconds: float
    faults: list[str]


class Crowd:
    """What the clients of a crowd share: the service, how much is left to write, and what was answered."""

    def __init__(self, service: Service, writes: int, rng: random.Random) -> None:
        self.service, self.left, self.rng, self.lock = service, writes, rng, threading.Lock()
        self.statuses: Counter[int] = Counter()
        self.seconds: list[float] = []
        self.tokens = [service.token(f"Client {n}") for n in range(CLIENTS)]
        self.ids: list[str] = []
        self.merged: list[str] = []

    def note(self, status: int, seconds: float) -> None:
        """A write was answered; those that were refused are not counted as done."""
        with self.lock:
            self.statuses[status] += 1
            self.seconds.append(seconds)
            self.left -= status < 300


def crowd(engine: str, folder: Path, url: str, races: int, writes: int, rng: random.Random) -> Outcome:
    """Race, then write at random, while others follow; afterwards hold their copies to the export."""
    begun = time.monotonic()
    service = Service(folder, url)
    service.start()
    try:
        service.wait()
        shared = Crowd(service, writes, rng)
        fair = sum(_race(shared, n) for n in range(races))
        followers = {
            "from the snapshot": Follower(Client(service.port).get),
            "from nothing": Follower(Client(service.port).get),
        }
        followers["from the snapshot"].snapshot()
        late = Follower(Client(service.port).get)
        ended = threading.Event()
        following = threading.Thread(target=_follow, args=(followers["from the snapshot"], ended))
        following.start()
        threading.Timer(0.5, late.snapshot).start()
        at_once(CLIENTS, lambda number: _write(shared, number, random.Random(f"{rng.random()}{number}")))
        ended.set()
        following.join()
        followers["from a snapshot in between"] = late
        exported = Client(service.port).get("/v1/export").content
        for follower in followers.values():
            follower.follow(200)
        copies = {name: follower.exported() == exported for name, follower in followers.items()}
    finally:
        service.stop()
    _, faults, lines = whole(url)
    times = sorted(shared.seconds)
    return Outcome(
        engine, races, fair, shared.statuses, lines, followers["from nothing"].number, copies,
        times[len(times) // 2], times[-1], time.monotonic() - begun, faults,
    )  # fmt: skip


def _race(shared: Crowd, number: int) -> bool:
    """Eight writers name one version: whether one of them wins and the others are told that they lost."""
    first = Client(shared.service.port, shared.tokens[0])
    made = first.ask("POST", "/v1/organizations", organization())
    address, tag = f"/v1/organizations/{made.document()['id']}", made.headers["ETag"]
    clients = [Client(shared.service.port, token) for token in shared.tokens]
    answers = at_once(
        CLIENTS, lambda n: clients[n].ask("PATCH", address, {"websites": [{"url": f"https://example.org/{n}"}]}, tag)
    )
    return sorted(each.status for each in answers) == [200] + [412] * 7


def _follow(follower: Follower, ended: threading.Event) -> None:
    while not ended.is_set():
        follower.follow(100)
        ended.wait(0.05)


def _write(shared: Crowd, number: int, rng: random.Random) -> None:
    client = Client(shared.service.port, shared.tokens[number])
    acts = (
        (_create,) * 7 + (_convene,) * 3 + (_amend,) * 5 + (_merge,) * 4 + (_undo,) * 2 + (_withdraw,) * 2 + (_verify,)
    )
    while shared.left > 0:
        begun = time.monotonic()
        status = rng.choice(acts)(shared, client, rng)
        shared.note(status, time.monotonic() - begun)


def _create(shared: Crowd, client: Client, rng: random.Random) -> int:
    answer = client.ask("POST", "/v1/organizations", organization())
    if answer.status == 201:
        shared.ids.append(answer.document()["id"])
    return answer.status


def _convene(shared: Crowd, client: Client, rng: random.Random) -> int:
    parties = rng.sample(shared.ids, min(3, len(shared.ids)))
    return client.ask("POST", "/v1/programs", program("", *parties)).status


def _amend(shared: Crowd, client: Client, rng: random.Random) -> int:
    """Another name, which all programs show that the organization is a party to."""
    address, tag = _some(shared, client, rng)
    return client.ask(
        "PATCH", address.replace("/records/", "/organizations/"), {"names": organization()["names"]}, tag
    ).status


def _merge(shared: Crowd, client: Client, rng: random.Random) -> int:
    address, tag = _some(shared, client, rng)
    answer = client.ask(
        "POST", f"{address}/merge", {"into": rng.choice(shared.ids or ["k7r92wh453"])}, tag, reason="One."
    )
    if answer.status == 200:
        shared.merged.append(address)
    return answer.status


def _undo(shared: Crowd, client: Client, rng: random.Random) -> int:
    address = rng.choice(shared.merged or ["/v1/records/k7r92wh453"])
    return client.ask("DELETE", f"{address}/merge", reason="Two.").status


def _withdraw(shared: Crowd, client: Client, rng: random.Random) -> int:
    address, tag = _some(shared, client, rng)
    return client.ask("DELETE", address.replace("/records/", "/organizations/"), None, tag, reason="Gone.").status


def _verify(shared: Crowd, client: Client, rng: random.Random) -> int:
    address, tag = _some(shared, client, rng)
    return client.ask("POST", f"{address}/verification", None, tag).status


def _some(shared: Crowd, client: Client, rng: random.Random) -> tuple[str, str]:
    """The address and the tag of some record, which may have gone meanwhile."""
    address = f"/v1/records/{rng.choice(shared.ids or ['k7r92wh453'])}"
    return address, client.ask("GET", address).headers.get("ETag", '"none"')
