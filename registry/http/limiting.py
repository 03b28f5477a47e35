"""How much one client may ask for in a minute, and how that is said (draft-ietf-httpapi-ratelimit-headers-10).

The counts are kept in the memory of each worker process, so each enforces, and states, its share of the limit.
"""

import ipaddress
import math
import time
from functools import lru_cache
from typing import NamedTuple

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage

from registry.errors import TooMany
from registry.settings import Settings

REQUESTS = "default"
"""The policy that all requests count against."""

REFUSED = "refused"
"""The policy that bad tokens, and acts beyond a token's role or scopes, count against besides."""

MINUTE = 60


class Standing(NamedTuple):
    """Where a client stands with one policy: what it may ask in a minute, what is left, when the minute ends."""

    policy: str
    quota: int
    left: int
    seconds: int


class Limits:
    """The counts of one worker process."""

    def __init__(self, settings: Settings) -> None:
        self.counts = MemoryStorage()
        given = {REQUESTS: settings.rate_limit, REFUSED: settings.rate_limit_bad_tokens}
        self.quotas = {
            policy: RateLimitItemPerMinute(max(1, limit // max(1, settings.workers)))
            for policy, limit in given.items()
            if limit > 0
        }

    def spend(self, policy: str, client: str) -> tuple[Standing | None, bool]:
        """Count one request of a client. Answers how it stands, or None without a limit, and whether that was allowed.

        The storage is asked itself: its strategies look everything up twice, which costs a third of a bare request.
        """
        quota = self.quotas.get(policy)
        if quota is None:
            return None, True
        key = quota.key_for(policy, client)
        count = self.counts.incr(key, quota.get_expiry())
        seconds = min(MINUTE, max(1, math.ceil(self.counts.get_expiry(key) - time.time())))
        return Standing(policy, quota.amount, max(0, quota.amount - count), seconds), count <= quota.amount


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
    return [
        ("RateLimit-Policy", ", ".join(f'"{each.policy}";q={each.quota};w={MINUTE}' for each in standings)),
        ("RateLimit", ", ".join(f'"{each.policy}";r={each.left};t={each.seconds}' for each in standings)),
    ]


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
