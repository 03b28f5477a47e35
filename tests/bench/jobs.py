"""What clients do: for each job the requests that do it, over the invented registry."""

import itertools
import json
import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

from registry.kinds.catalogue import KINDS
from registry.store.database import Store
from tests.bench.driving import Request, get, post
from tests.bench.invented import COUNTRIES, SUBJECTS, TOPICS, TYPES, ZH_BODIES, ZH_SUBJECTS, Registry, town

FIRM = "('active', 'unknown', 'suspended', 'ended')"


class Sample(NamedTuple):
    """What jobs need to know of the registry that they ask: some records, hubs, names, and a token to write with."""

    registry: Registry
    records: list[tuple[str, str, str]]
    usual: list[str]
    hub: str
    english: list[str]
    chinese: list[str]
    token: str


def sampled(store: Store, registry: Registry, token: str) -> Sample:
    """A sample of what is in the store."""
    dice = random.Random(1)
    rows = store.rows("SELECT kind, id, etag, name FROM record ORDER BY id")
    some = [
        (f"/v1/{KINDS[kind].plural}/{ident}", ident, tag)
        for kind, ident, tag, _ in dice.sample(rows, min(3000, len(rows)))
    ]
    degrees = store.rows(
        "SELECT r.id, COUNT(*) FROM tie t JOIN record r ON r.number = t.target GROUP BY r.id ORDER BY 2 DESC, 1"
    )
    usual = [ident for ident, degree in degrees if 2 <= degree <= 10]
    dice.shuffle(usual)
    names = store.rows("SELECT n.folded FROM name n ORDER BY n.folded")
    chinese = [name for (name,) in names if not name.isascii()]
    return Sample(
        registry, some, usual, degrees[0][0], [row[3] for row in dice.sample(rows, min(3000, len(rows)))],
        dice.sample(chinese, min(3000, len(chinese))), token,
    )  # fmt: skip


def one_record(sample: Sample) -> Iterator[Request]:
    """Records, each at its address."""
    return (get(path) for path, _, _ in itertools.cycle(sample.records))


def not_modified(sample: Sample) -> Iterator[Request]:
    """Records that the client has already."""
    return (get(path, If_None_Match=f'"{tag}"', status="304") for path, _, tag in itertools.cycle(sample.records))


def _lists(query: str, limits: tuple[int, ...]) -> Iterator[Request]:
    """Lists of organizations and programs under two filters: the frequent values first, no list twice."""
    pairs = sorted(itertools.product(range(len(COUNTRIES)), range(6)), key=lambda pair: (pair[0] + 1) * (pair[1] + 1))
    for limit, (country, other) in itertools.product(limits, pairs):
        for plural, kind in (("organizations", "organization"), ("programs", "program")):
            for name, value in (("type", TYPES[kind][other]), ("topic", TOPICS[other])):
                yield get(f"/v1/{plural}?country={COUNTRIES[country]}&{name}={value}&limit={limit}{query}")


def lists(_: Sample) -> Iterator[Request]:
    """Lists of about 25, each asked for the first time."""
    return _lists("", tuple(range(25, 35)))


def lists_again(_: Sample) -> Iterator[Request]:
    """A few lists of 25, again and again."""
    return itertools.cycle(list(itertools.islice(_lists("", (25,)), 20)))


def lists_sorted(_: Sample) -> Iterator[Request]:
    """Lists of about 25 in the order of their dates, each asked for the first time."""
    return _lists("&sort=-established", tuple(range(25, 35)))


def facets(_: Sample) -> Iterator[Request]:
    """Counts under two filters, each asked for the first time."""
    chosen = (
        "country,type,topic,lifecycle",
        "type,topic,lifecycle,event",
        "country,topic,lifecycle,role",
        "country,type,topic,caution",
    )
    return itertools.chain.from_iterable(_lists(f"&facets={each}", (0,)) for each in chosen)


def facets_again(_: Sample) -> Iterator[Request]:
    """A few counts, again and again."""
    return itertools.cycle(list(itertools.islice(_lists("&facets=country,type,topic,lifecycle", (0,)), 20)))


def _searches(asked: Iterator[str]) -> Iterator[Request]:
    """Searches for 25 records, no search twice; a small registry has only so many."""
    seen: set[str] = set()
    repeated = 0
    for text in asked:
        repeated = repeated + 1 if text in seen else 0
        if repeated > 1000:
            return
        if not repeated:
            seen.add(text)
            yield get(f"/v1/records?q={quote(text)}&limit=25")


def search_english(sample: Sample) -> Iterator[Request]:
    """Whole names, a town, a word that thousands have, two words."""
    dice = random.Random(2)
    common = [word for subject in SUBJECTS for word in subject.split() if word != "and"] + [
        "university",
        "cooperation",
        "training",
    ]
    ways: tuple[Callable[[], str], ...] = (
        lambda: dice.choice(sample.english), lambda: town(dice), lambda: f"{town(dice)} {dice.choice(common)}",
        lambda: f"{dice.choice(common)} {dice.choice(common)}"[: dice.randint(9, 20)],
    )  # fmt: skip
    return _searches(dice.choice(ways)() for _ in itertools.count())


def search_chinese(sample: Sample) -> Iterator[Request]:
    """Whole names, their beginnings, pairs that thousands have."""
    dice = random.Random(3)
    bodies = [body for each in ZH_BODIES.values() for body in each]
    ways: tuple[Callable[[], str], ...] = (
        lambda: dice.choice(sample.chinese), lambda: dice.choice(sample.chinese)[:2],
        lambda: dice.choice(sample.chinese)[:4], lambda: f"{dice.choice(ZH_SUBJECTS)} {dice.choice(bodies)}",
        lambda: dice.choice(ZH_SUBJECTS) + dice.choice(bodies),
    )  # fmt: skip
    return _searches(dice.choice(ways)() for _ in itertools.count())


def network(sample: Sample) -> Iterator[Request]:
    """What lies within two ties of organizations with two to ten ties."""
    return (get(f"/v1/records/{ident}/network?depth=2") for ident in itertools.cycle(sample.usual))


def network_of_hub(sample: Sample) -> Iterator[Request]:
    """What lies within two ties of the organization with the most, each time asked otherwise."""
    orders = itertools.permutations(("active", "unknown", "suspended", "ended"))
    asked = itertools.product(("&".join(f"standing={each}" for each in order) for order in orders), range(180, 221))
    return (get(f"/v1/records/{sample.hub}/network?depth=2&{order}&limit={limit}") for order, limit in asked)


def partners(sample: Sample) -> Iterator[Request]:
    """The partners of organizations with two to ten ties."""
    return (get(f"/v1/records/{ident}/partners?limit=25") for ident in itertools.cycle(sample.usual))


def partners_of_hub(sample: Sample) -> Iterator[Request]:
    """The partners of the organization with the most ties, each time asked otherwise."""
    days = itertools.product(range(1950, 2030), range(1, 13))
    return (get(f"/v1/records/{sample.hub}/partners?limit=25&active_on={year}-{month:02}") for year, month in days)


def suggest(sample: Sample) -> Iterator[Request]:
    """The first letters of names."""
    dice = random.Random(4)
    names = [*sample.english, *sample.chinese]
    typed = (dice.choice(names)[: dice.randint(2, 9)] for _ in itertools.count())
    return (get(f"/v1/suggest?prefix={quote(text)}") for text in typed if text.strip())


def match_one(sample: Sample) -> Iterator[Request]:
    """Names with a letter or a word left out."""
    dice = random.Random(5)
    while True:
        words = dice.choice(sample.english).split()
        at = dice.randrange(len(words))
        words[at] = words[at][:-2] if len(words[at]) > 4 else ""
        yield get(f"/v1/matches?name={quote(' '.join(filter(None, words)))}")


def register(sample: Sample) -> Iterator[Request]:
    """New programs, each with a tie or more."""
    for number in itertools.count(sample.registry.size):
        body: dict[str, Any] = sample.registry.record(number).document
        for name in body["names"]:  # a name with another number is no name that is there already
            name["text"] += f" {number}"
        yield post("/v1/programs", json.dumps(body, ensure_ascii=False).encode(), sample.token, 201)


class Job(NamedTuple):
    """A job: what it is called, its requests, and the share of the bare limit that it is meant to reach."""

    title: str
    requests: Callable[[Sample], Iterator[Request]]
    aim: int | None = None


JOBS = {
    "record": Job("one record of 3,000", one_record, 80),
    "not-modified": Job("one record of 3,000: 304", not_modified, 80),
    "list": Job("list of 25, two filters, total: new", lists, 60),
    "list-again": Job("  20 such lists, again and again", lists_again),
    "list-sorted": Job("list of 25, two filters, by date: new", lists_sorted),
    "search-english": Job("search for 25, English: new", search_english, 35),
    "search-chinese": Job("search for 25, Chinese: new", search_chinese, 30),
    "facets": Job("four facets, two filters: new", facets, 45),
    "facets-again": Job("  20 such counts, again and again", facets_again, 85),
    "network": Job("network to depth 2, usual", network, 30),
    "network-hub": Job("network to depth 2, largest hub", network_of_hub, 6),
    "partners": Job("partners, usual", partners),
    "partners-hub": Job("partners, largest hub", partners_of_hub),
    "suggest": Job("suggest", suggest),
    "match": Job("match one name", match_one, 15),
    "register": Job("register one", register, 18),
}
"""The jobs, by the name under which they can be chosen."""
