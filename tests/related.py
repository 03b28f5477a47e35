"""Who is related to whom, read from served documents alone, by what DESIGN and the OpenAPI document say; no index is known."""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from registry.kinds.catalogue import KINDS
from registry.kinds.model.folding import folded
from registry.kinds.model.relations import RELATIONS
from tests.making import Document
from tests.reading import Reading, days

NOT_YET = ("proposed", "planned")
FIRMER = ("proposed", "planned", "unknown", "suspended", "ended", "active")


class Asked(NamedTuple):
    """What a client asks of ties; empty means anything, no standing means all but proposed and planned."""

    standing: Sequence[str] = ()
    relation: Sequence[str] = ()
    kind: Sequence[str] = ()
    country: Sequence[str] = ()
    role: Sequence[str] = ()
    lifecycle: Sequence[str] = ()
    active_on: str = ""
    certain: bool = False
    parts: bool = False

    def query(self) -> list[tuple[str, str]]:
        """The parameters of a request that asks for it."""
        found = [(name, value) for name in self._fields[:6] for value in getattr(self, name)]
        found += [("active_on", self.active_on)] if self.active_on else []
        found += [("certain", "true")] if self.certain else []
        return found + ([("parts", "include")] if self.parts else [])

    def counts(self, standing: str) -> bool:
        return standing in self.standing if self.standing else standing not in NOT_YET


def runs_on(tie: Document, day: str, *, certain: bool) -> bool:
    """Whether a tie can have been active on a day, or must have been."""
    first, last = days(day)
    began = days(tie["since"]) if "since" in tie else ("0000-01-01", "9999-12-31")
    over = days(tie["until"]) if tie.get("until", "..") != ".." else ("9999-12-31", "9999-12-31")
    if "until" not in tie:
        over = (began[1] if "since" in tie else "0000-01-01", "9999-12-31")
    return (began[1] <= first and over[0] >= last) if certain else (began[0] <= last and over[1] >= first)


class Related:
    """Partners, networks and paths of a registry."""

    def __init__(self, reading: Reading) -> None:
        self.documents = {each["id"]: each for each in reading.documents}
        self.ties = [(each, tie) for each in reading.documents for tie in each["relations"] if "target" in tie]

    # Partners.

    def partners(self, ident: str, asked: Asked, facets: Sequence[str] = ()) -> tuple[list[Document], Document]:
        """The lines of a record's partners in the order of names, and the counts of facets."""
        own = {ident} | (self._parts(ident, asked.standing) if asked.parts else set())
        ways: dict[str, list[Document]] = {}
        for partner, way in self._ways(ident, own, asked):
            ways.setdefault(partner, []).append(way)
        lines = [
            self._line(partner, each) for partner, each in ways.items() if self._may(self.documents[partner], asked)
        ]
        lines.sort(key=lambda line: (folded(line["partner"]["name"]), line["partner"]["id"]))
        return lines, {name: self._counted(lines, name) for name in facets}

    @staticmethod
    def _may(partner: Document, asked: Asked) -> bool:
        countries = {place.get("country") for place in partner["places"]}
        return (
            (not asked.kind or partner["kind"] in asked.kind)
            and (not asked.country or bool(countries & {*asked.country}))
            and (not asked.lifecycle or partner.get("lifecycle") in asked.lifecycle)
        )

    def _parts(self, ident: str, standings: Sequence[str]) -> set[str]:
        found, fresh = set[str](), {ident}
        while fresh:
            fresh = {
                record["id"] for record, tie in self.ties
                if tie["relation"] == "part-of" and tie["target"]["id"] in fresh
                and (tie["standing"] not in NOT_YET or tie["standing"] in standings)
            } - found  # fmt: skip
            found |= fresh
        return found

    def _ways(self, ident: str, own: set[str], asked: Asked) -> Iterator[tuple[str, Document]]:
        for holder in self.documents.values():
            ties = [
                tie for tie in holder["relations"]
                if "target" in tie and (not asked.active_on or runs_on(tie, asked.active_on, certain=asked.certain))
            ]  # fmt: skip
            for tie in ties:
                if RELATIONS[tie["relation"]].partnership:
                    ends = holder["id"], tie["target"]["id"]
                    if ends[0] in own:
                        yield from self._way(ident, own, asked, holder, ends[0], ends[1], tie, None)
                    if ends[1] in own:
                        yield from self._way(ident, own, asked, holder, ends[1], ends[0], None, tie)
            parties = [tie for tie in ties if RELATIONS[tie["relation"]].party and KINDS[holder["kind"]].convenes]
            for mine in (tie for tie in parties if tie["target"]["id"] in own):
                for theirs in parties:
                    ends = mine["target"]["id"], theirs["target"]["id"]
                    if ends[0] != ends[1]:
                        yield from self._way(ident, own, asked, holder, *ends, mine, theirs)

    def _way(
        self, ident: str, own: set[str], asked: Asked, holder: Document, me: str, partner: str,
        mine: Document | None, theirs: Document | None,
    ) -> Iterator[tuple[str, Document]]:  # fmt: skip
        ties = [tie for tie in (mine, theirs) if tie]
        standing = min((tie["standing"] for tie in ties), key=FIRMER.index)
        if (
            partner in own
            or not asked.counts(standing)
            or (asked.relation and not {tie["relation"] for tie in ties} & {*asked.relation})
            or (asked.role and not {tie.get("role") for tie in ties} & {*asked.role})
        ):
            return
        way = {"holder": self._brief(holder["id"]), "direct": len(ties) == 1, "standing": standing}
        if me != ident:
            way["part"] = self._brief(me)
        for side, tie in (("own", mine), ("partner", theirs)):
            if tie:
                members = ("relation", "role", "since", "until", "standing", "key")
                way[side] = {name: tie[name] for name in members if name in tie}
        way |= self._period(ties)
        keys = [tie["key"] for tie in ties]
        way["evidence"] = keys_about(holder, "evidence", *keys)
        cautions = keys_about(holder, "cautions", *keys)
        yield partner, way | ({"cautions": cautions} if cautions else {})

    @staticmethod
    def _period(ties: Sequence[Document]) -> Document:
        """From the later beginning to the earlier end, as far as they are stated."""
        began = [tie["since"] for tie in ties if "since" in tie]
        ended = [tie["until"] for tie in ties if "until" in tie]
        found = {"since": max(began, key=days)} if began else {}
        over = [date for date in ended if date != ".."]
        return found | ({"until": min(over, key=days) if over else ".."} if ended else {})

    def _brief(self, ident: str) -> Document:
        return {name: self.documents[ident][name] for name in ("id", "kind", "name")}

    def _line(self, partner: str, ways: list[Document]) -> Document:
        firmest = max((way["standing"] for way in ways), key=FIRMER.index)
        return {"partner": self._brief(partner), "standing": firmest, "ways": ways}

    def _counted(self, lines: list[Document], facet: str) -> list[Document]:
        found: dict[str, list[bool]] = {}
        for line in lines:
            sure: dict[str, bool] = {}
            record = self.documents[line["partner"]["id"]]
            for way in line["ways"]:
                ties = [way[side] for side in ("own", "partner") if side in way]
                values = {
                    "kind": {record["kind"]}, "standing": {line["standing"]},
                    "country": {place["country"] for place in record["places"] if "country" in place},
                }.get(facet) or {tie[facet] for tie in ties if facet in tie and facet not in ("standing", "country")}  # fmt: skip
                for value in values:
                    sure[value] = sure.get(value, False) or "cautions" not in way
            for value, is_sure in sure.items():
                found.setdefault(value, []).append(not is_sure)
        counts = [{"value": value, "count": len(each), "doubted": sum(each)} for value, each in found.items()]
        return sorted(counts, key=lambda each: (-each["count"], each["value"]))

    # Networks and paths.

    def following(self, asked: Asked) -> list[tuple[Document, Document]]:
        """The ties that are followed, each with the record that holds it."""
        return [
            (record, tie) for record, tie in self.ties
            if asked.counts(tie["standing"]) and (not asked.relation or tie["relation"] in asked.relation)
            and (not asked.active_on or runs_on(tie, asked.active_on, certain=asked.certain))
        ]  # fmt: skip

    def network(self, start: str, depth: int, asked: Asked) -> tuple[dict[str, int], set[tuple[str, str, str]]]:
        """The distance of each record within reach, and the ties between them."""
        ties = [(record["id"], tie["target"]["id"], tie["key"]) for record, tie in self.following(asked)]
        may = {i for i, each in self.documents.items() if i == start or not asked.kind or each["kind"] in asked.kind}
        beside: dict[str, set[str]] = {}
        for source, target, _ in ties:
            if source in may and target in may:
                beside.setdefault(source, set()).add(target)
                beside.setdefault(target, set()).add(source)
        distance, queue = {start: 0}, deque([start])
        while queue:
            near = queue.popleft()
            for far in beside.get(near, ()) if distance[near] < depth else ():
                if far not in distance:
                    distance[far] = distance[near] + 1
                    queue.append(far)
        return distance, {tie for tie in ties if tie[0] in distance and tie[1] in distance}

    def paths(self, start: str, goal: str, longest: int, asked: Asked) -> set[tuple[tuple[str, str], ...]]:
        """All shortest ways, each as the sources and keys of its ties."""
        distance, _ = self.network(start, longest, asked)
        if start == goal or goal not in distance:
            return set()
        ways: list[list[str]] = [[goal]]
        between: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for record, tie in self.following(asked):
            for ends in {(record["id"], tie["target"]["id"]), (tie["target"]["id"], record["id"])}:
                between.setdefault(ends, []).append((record["id"], tie["key"]))
        for _ in range(distance[goal]):
            ways = [
                [near, *way] for way in ways for near in self.documents
                if distance.get(near) == distance[way[0]] - 1 and (near, way[0]) in between
            ]  # fmt: skip
        found: set[tuple[tuple[str, str], ...]] = set()
        for way in ways:
            chains: list[tuple[tuple[str, str], ...]] = [()]
            for ends in pairwise(way):
                chains = [(*chain, tie) for chain in chains for tie in between[ends]]
            found |= {*chains}
        return found


def keys_about(holder: Document, name: str, *ties: str) -> list[str]:
    """The keys of the evidence or the cautions of a record that some of its ties stand on, or are doubted by."""
    pointers = {
        each["key"]: [each["about"]] if name == "cautions" else each["supports"] + each["inferred"]
        for each in holder[name]
    }
    return [key for key, there in pointers.items() if touches(ties, there)]


def touches(keys: Sequence[str], pointers: Sequence[str]) -> bool:
    """Whether a pointer leads to one of some ties, into it, or to all of them."""
    return any(
        pointer in ("", "/relations") or re.match(rf"/relations/{key}(/|$)", pointer)
        for pointer in pointers
        for key in keys
    )
