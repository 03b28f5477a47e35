"""How much one client may ask for in a minute, and how that is said (draft-ietf-httpapi-ratelimit-headers-10).

The counts are kept in the memory of each worker process, so each enforces, and states, its share of the limit.
"""

import ipaddress
import math
import time
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from registry.errors import TooMany
from registry.settings import Settings

REQUESTS = "default"
"""The policy that all requests count against."""

REFUSED = "refused"
"""The policy that bad tokens, and acts beyond a token's role or scopes, count against besides."""

COUNTED = "registry.counted"
"""Under which name a request says that it was counted already, and how its client stands."""
MINUTE = 60


class Standing(NamedTuple):
    """Where a client stands with one policy: what it may ask in a minute, what is left, when the minute ends."""

    policy: str
    quota: int
    left: int
    seconds: int


class Policy:
    """What each client may ask for in the minute that its first request begins, and how much it has asked for."""

    def __init__(self, name: str, quota: int) -> None:
        self.name, self.quota = name, quota
        self._minutes: dict[str, tuple[int, float]] = {}
        self._sweeps_at = 0.0
        self._lock = Lock()

    def spend(self, client: str) -> tuple[Standing, bool]:
        """Count one request. Answers how the client stands, and whether that was allowed."""
        now = time.time()
        with self._lock:
            count, ends = self._minutes.get(client, (0, now))
            if not now < ends <= now + MINUTE:  # over, or begun when the clock was ahead
                count, ends = 0, now + MINUTE
            count += 1
            self._minutes[client] = count, ends
            if not 0 < self._sweeps_at - now <= MINUTE:
                self._sweep(now)
        seconds = max(1, math.ceil(ends - now))
        return Standing(self.name, self.quota, max(0, self.quota - count), seconds), count <= self.quota

    def known(self) -> set[str]:
        """The clients that are remembered."""
        return set(self._minutes)

    def _sweep(self, now: float) -> None:
        """Forget the minutes that are over, once in a while."""
        self._minutes = {client: each for client, each in self._minutes.items() if each[1] > now}
        self._sweeps_at = now + MINUTE


class Limits:
    """The policies of one worker process."""

    def __init__(self, settings: Settings) -> None:
        given = {REQUESTS: settings.rate_limit, REFUSED: settings.rate_limit_bad_tokens}
        self.policies = {
            name: Policy(name, max(1, limit // max(1, settings.workers))) for name, limit in given.items() if limit > 0
        }

    def spend(self, policy: str, client: str) -> tuple[Standing | None, bool]:
        """Count one request of a client. Answers how it stands, or None without a limit, and whether that was allowed."""
        found = self.policies.get(policy)
        return found.spend(client) if found else (None, True)


def refusal(standing: Standing) -> TooMany:
    """What a client is told that has nothing left."""
    what = "requests" if standing.policy == REQUESTS else "refused requests"
    return TooMany(
        f"There were more than {standing.quota} {what} within a minute: wait {standing.seconds} seconds.",
        standing.seconds,
    )


def headers(standings: list[Standing]) -> list[tuple[str, str]]:
    """The fields that tell a client where it stands; none where there is no limit."""
    if not standings:
        return []
    policies = [f'"{each.policy}";q={each.quota};w={MINUTE}' for each in standings]
    left = [f'"{each.policy}";r={each.left};t={each.seconds}' for each in standings]
    return [("RateLimit-Policy", ", ".join(policies)), ("RateLimit", ", ".join(left))]


@lru_cache(10_000)  # clients come again
def network(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 that an IPv6 one lies in, of which each host has plenty."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if found.version == 4:
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((int(found), 64), strict=False))
