"""Reading seeds: YAML written for people becomes documents as the registry takes them.

seeds/README.md tells authors how to write them. Every fault names file, line and record, and what would be right.
"""

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import yaml
from marshmallow import Schema

from registry.errors import Fault, Invalid
from registry.kinds.catalogue import BY_PLURAL, KINDS
from registry.kinds.model import ids
from registry.kinds.model.documents import Document, with_keys
from registry.kinds.model.envelope import Target, right_way_round
from registry.kinds.model.fields import Count, Part, Several
from registry.kinds.model.folding import has_cjk
from registry.kinds.model.kind import Kind
from registry.kinds.model.quantity import QUALIFIERS
from registry.kinds.model.relations import RELATIONS
from registry.kinds.model.vocabularies import EVENTS

SEALS = "sealed.jsonl"
LEFT_OUT = "left-out.yaml"
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_RELATION_MEMBERS = ("role", "lifecycle", "since", "until", "as_printed", "note", "key")


@dataclass(frozen=True)
class Seed:
    """One record as its author wrote it: where it stands, and the document that it means."""

    key: str
    kind: Kind
    ident: str
    document: Document
    where: str
    digest_basis: str


class Sealed(NamedTuple):
    """What sealing found of one passage of one seed."""

    source: str
    lines: tuple[int, int]
    digest: str
    supports: list[str]
    inferred: list[str]

    def fits(self, entry: Document) -> bool:
        """Whether the author has moved nothing since: same source and lines, nothing more named as inferred."""
        span = (entry.get("source"), entry.get("lines"))
        return span == (self.source, list(self.lines)) and set(entry.get("inferred", [])) <= set(self.inferred)


class _Located(dict[str, Any]):
    line = 0


class _Loader(yaml.CBaseLoader):
    """Every scalar stays text, so that 2019-05 is no date and `no` no truth; mappings know their line."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        names = [name.value for name, _ in node.value]
        for name in names:
            if names.count(name) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"'{name}' stands twice", node.start_mark)
        located = _Located({str(name): value for name, value in super().construct_mapping(node, deep=True).items()})
        located.line = node.start_mark.line + 1
        return located


def _mapping(loader: _Loader, node: Any) -> Any:
    return loader.construct_mapping(node)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def seed_files(folder: Path) -> list[tuple[Kind, Path]]:
    """The files of seeds with their kinds: `programs.yaml`, or every `.yaml` under `programs/`."""
    found = []
    for path in sorted(folder.rglob("*.yaml")):
        plural = path.relative_to(folder).parts[0].removesuffix(".yaml")
        if plural in BY_PLURAL:
            found.append((BY_PLURAL[plural], path))
        elif path.name != LEFT_OUT:
            raise Invalid(f"{path}: no kind has the collection '{plural}'; there are {', '.join(BY_PLURAL)}.")
    return sorted(found, key=lambda pair: list(KINDS).index(pair[0].name))


def read_seeds(folder: Path) -> list[Seed]:
    """All seeds of a folder with their seals. Raises Invalid with every fault that was found."""
    seeds, faults = scan_seeds(folder)
    if faults:
        raise Invalid(f"The seeds in {folder} have {len(faults)} faults.", faults)
    return seeds


def scan_seeds(folder: Path, *, sealed: bool = True) -> tuple[list[Seed], list[Fault]]:
    """The sound seeds of a folder, references resolved, and what is wrong with the others.

    `sealed` adds what sealing found of their passages.
    """
    raw = [item for kind, path in seed_files(folder) for item in _raw_records(kind, path)]
    faults: list[Fault] = []
    first: dict[str, _Raw] = {}
    for item in raw:
        if item.key in first:
            faults.append(Fault(f"{item.where}: the key '{item.key}' stands in {first[item.key].where} already"))
        first.setdefault(item.key, item)
    idents = _idents(first)
    seals = read_seals(folder) if sealed else {}
    seeds: list[Seed] = []
    for item in first.values():
        try:
            document = _Expansion(item, idents).document()
            for entry in document.get("evidence", []):
                seal = seals.get((item.key, entry["key"]))
                if seal and seal.fits(entry):
                    entry |= {"digest": seal.digest, "supports": seal.supports, "inferred": seal.inferred}
            document = item.kind.read(document)
        except Invalid as refusal:
            faults += [
                Fault(f"{item.where} ({item.key}): {fault.pointer or '/'} {fault.detail}") for fault in refusal.faults
            ]
            continue
        basis = json.dumps([item.kind.name, document], sort_keys=True, ensure_ascii=False)
        seeds.append(Seed(item.key, item.kind, idents[item.key], document, item.where, basis))
    faults += [*_unknown_sources(seeds), *_misdirected(seeds)]
    return seeds, faults


def read_seals(folder: Path) -> dict[tuple[str, str], Sealed]:
    """What sealing found, by key of the seed and key of its evidence."""
    path = folder / SEALS
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    try:
        return {
            (r["seed"], r["evidence"]): Sealed(
                r["source"], tuple(r["lines"]), r["digest"], r["supports"], r["inferred"]
            )
            for r in map(json.loads, lines)
        }
    except (ValueError, KeyError, TypeError) as reason:
        raise Invalid(f"{path} is broken ({reason!r}): seal the seeds again.") from None


class _Raw(NamedTuple):
    key: str
    kind: Kind
    record: Mapping[str, Any]
    source: str | None
    where: str


def _raw_records(kind: Kind, path: Path) -> Iterator[_Raw]:
    try:
        content = yaml.load(path.read_bytes(), _Loader)  # noqa: S506 - the loader constructs text, lists and maps only
    except yaml.YAMLError as reason:
        raise Invalid(f"{path} is not YAML: {reason}", [Fault(f"{path}: {reason}")]) from None
    if not isinstance(content, dict) or not set(content) <= {"defaults", "source", "records"}:
        raise Invalid(f"{path}: a seed file holds records, and may hold defaults and source.")
    defaults, records = content.get("defaults") or {}, content.get("records") or []
    if not isinstance(defaults, dict) or not isinstance(records, list):
        raise Invalid(f"{path}: defaults are a mapping, and records a list of mappings.")
    for position, record in enumerate(records, 1):
        if not isinstance(record, _Located):
            raise Invalid(f"{path}: record {position} is no mapping.")
        where, key = f"{path}:{record.line}", record.get("key")
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            said = "the record has no key" if key is None else f"{key!r} is no key of lower-case words and hyphens"
            raise Invalid(f"{where}: {said}.", [Fault(f"{where}: give the record a key such as baidu-songguo-academy")])
        yield _Raw(key, kind, {**defaults, **record}, content.get("source"), where)


def _idents(raw: Mapping[str, _Raw]) -> dict[str, str]:
    taken: dict[str, str] = {}
    for key in sorted(raw):
        attempt = 0
        while (ident := ids.from_key(key, attempt)) in taken:
            attempt += 1
        taken[ident] = key
    return {key: ident for ident, key in taken.items()}


def _unknown_sources(seeds: list[Seed]) -> Iterator[Fault]:
    known = {seed.key for seed in seeds if seed.kind.name == "source"}
    for seed in seeds:
        for entry in seed.document["evidence"]:
            if entry["basis"] == "passage" and entry["source"] not in known:
                said = f"evidence cites the source '{entry['source']}', which is no seed"
                yield Fault(f"{seed.where} ({seed.key}): {said}{_near(entry['source'], known)}")


def _misdirected(seeds: list[Seed]) -> Iterator[Fault]:
    kinds = {seed.ident: seed.kind for seed in seeds}
    for seed in seeds:
        if seed.kind.targets(seed.document) <= set(kinds):
            for fault in seed.kind.misdirected(seed.document, kinds):
                yield Fault(f"{seed.where} ({seed.key}): {fault.pointer} {fault.detail}")


def _near(word: Any, words: Iterable[str]) -> str:
    near = difflib.get_close_matches(str(word), words, 3, 0.6)
    return f"; did you mean {' or '.join(near)}?" if near else ""


class _Expansion:
    """The long form of what an author wrote shortly."""

    def __init__(self, item: _Raw, idents: Mapping[str, str]) -> None:
        self.item, self.idents = item, idents

    def document(self) -> Document:
        written = dict(self.item.record)
        key = written.pop("key")
        document: Document = {"key": key} if self.item.kind.name == "source" else {}
        if "summary" in written:
            summary = self._members(written.pop("summary"), "/summary")
            document["summaries"] = [{"lang": lang, "text": text} for lang, text in summary.items()]
        makers = {
            "names": self._name, "relations": self._relation, "milestones": self._milestone,
            "evidence": self._evidence, "cautions": self._caution, "distinct_from": self._distinct,
        }  # fmt: skip
        for name, value in written.items():
            if name in makers and isinstance(value, list):
                document[name] = [makers[name](member, f"/{name}/{at}") for at, member in enumerate(value)]
            elif name in ("subject", "relative_to"):
                document[name] = self._subject(value, f"/{name}")
            elif name == "stated_by":
                document[name] = {"id": self._ident(value, "/stated_by")}
            elif name == "quantity":
                document[name] = self._quantity(self._members(value, "/quantity"))
            else:
                document[name] = value
        return with_keys(_typed(self.item.kind.schema, document))

    def _name(self, written: Any, _: str) -> Document:
        name = dict(written) if isinstance(written, dict) else {"text": written}
        return {"lang": "zh-Hans" if has_cjk(str(name.get("text"))) else "en", "role": "as-printed"} | name

    def _relation(self, written: Any, pointer: str) -> Document:
        relation = self._members(written, pointer)
        code = next((name for name in relation if name not in _RELATION_MEMBERS), None)
        if code is None or code not in RELATIONS:
            unknown = f"'{code}' is no relation{_near(code, RELATIONS)}; there are {', '.join(RELATIONS)}"
            self._fail(right_way_round(code) or unknown, pointer)
        other = relation.pop(code)
        relation = {"lifecycle": self.item.record.get("lifecycle", "active")} | relation | {"relation": code}
        if isinstance(other, dict):
            unnamed = dict(other)
            relation["unnamed"] = {"as_printed": unnamed.pop("unnamed", None)} | unnamed
        else:
            relation["target"] = {"id": self._ident(other, pointer)}
        return relation

    def _milestone(self, written: Any, pointer: str) -> Document:
        milestone = self._members(written, pointer)
        event = next((name for name in milestone if name in EVENTS.codes), None)
        if event is None:
            return milestone
        date = milestone.pop(event)
        return {"event": event} | ({"date": date} if date else {}) | milestone

    def _evidence(self, written: Any, pointer: str) -> Document:
        entry = self._members(written, pointer)
        if "at" in entry:
            entry["locator"] = entry.pop("at")
        lines = entry.get("lines")
        if isinstance(lines, str):
            start, _, end = lines.partition("-")
            entry["lines"] = [start, end or start]
        entry.setdefault("basis", "passage")
        if entry["basis"] == "passage" and self.item.source:
            entry.setdefault("source", self.item.source)
        return entry

    def _caution(self, written: Any, pointer: str) -> Document:
        caution = self._members(written, pointer)
        see = [dict(each) if isinstance(each, dict) else {"record": each} for each in caution.get("see", [])]
        caution["see"] = [{"id": self._ident(each.pop("record", None), f"{pointer}/see")} | each for each in see]
        return caution

    def _distinct(self, written: Any, pointer: str) -> Document:
        decision = self._members(written, pointer)
        return {"target": {"id": self._ident(decision.pop("record", None), pointer)}} | decision

    def _subject(self, written: Any, pointer: str) -> Document:
        if isinstance(written, str):
            return {"target": {"id": self._ident(written, pointer)}}
        subject = self._members(written, pointer)
        if "record" in subject:
            subject["target"] = {"id": self._ident(subject.pop("record"), pointer)}
        return subject

    def _quantity(self, quantity: Document) -> Document:
        for qualifier in QUALIFIERS.codes:
            if qualifier in quantity:
                stated = quantity.pop(qualifier)
                quantity["qualifier"] = qualifier
                if isinstance(stated, list) and len(stated) == 2:
                    quantity["low"], quantity["high"] = stated
                elif isinstance(stated, str) and "/" in stated:
                    quantity["numerator"], _, quantity["denominator"] = stated.partition("/")
                elif stated:
                    quantity["value"] = stated
        return quantity

    def _ident(self, key: Any, pointer: str) -> str:
        if not isinstance(key, str) or key not in self.idents:
            self._fail(f"no seed has the key '{key}'{_near(key, self.idents)}", pointer)
        return self.idents[key]

    def _members(self, written: Any, pointer: str) -> Document:
        if not isinstance(written, dict):
            self._fail(f"{written!r} must be a mapping, such as {{name: value}}", pointer)
        return dict(written)

    def _fail(self, detail: str, pointer: str) -> NoReturn:
        raise Invalid(detail, [Fault(detail, pointer)])


def _typed(schema: type[Schema], document: Any) -> Any:
    """The document with whole numbers where the schema has counts; everything else stays text."""
    if not isinstance(document, dict):
        return document
    typed = dict(document)
    for name, value in document.items():
        field = schema._declared_fields.get(name)
        inner = field.inner if isinstance(field, Several) else field
        if isinstance(inner, Part) and inner.schema_class is not Target:
            many = isinstance(value, list)
            typed[name] = [_typed(inner.schema_class, m) for m in value] if many else _typed(inner.schema_class, value)
        elif isinstance(inner, Count):
            typed[name] = [_number(v) for v in value] if isinstance(value, list) else _number(value)
    return typed


def _number(text: Any) -> Any:
    return int(text) if isinstance(text, str) and text.isdecimal() else text
