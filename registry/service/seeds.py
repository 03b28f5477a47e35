"""Reading seeds: YAML written for people becomes documents as the registry takes them.

seeds/README.md tells authors how to write them. Every fault names file, line and record, and what would be right.
"""

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from marshmallow import Schema

from registry.errors import Fault, Invalid
from registry.kinds.catalogue import BY_PLURAL, KINDS
from registry.kinds.model import ids
from registry.kinds.model.documents import Document, with_keys
from registry.kinds.model.envelope import Target
from registry.kinds.model.fields import Count, Part, Several
from registry.kinds.model.folding import has_cjk
from registry.kinds.model.kind import Kind
from registry.kinds.model.quantity import QUALIFIERS
from registry.kinds.model.relations import RELATIONS
from registry.kinds.model.vocabularies import EVENTS

SEALS = "sealed.jsonl"
LEFT_OUT = "left-out.yaml"
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
                Fault(f"{item.where} ({item.key}): {fault.pointer or ''} {fault.detail}") for fault in refusal.faults
            ]
            continue
        basis = json.dumps([item.kind.name, document], sort_keys=True, ensure_ascii=False)
        seeds.append(Seed(item.key, item.kind, idents[item.key], document, item.where, basis))
    faults += _unknown_sources(seeds)
    return seeds, faults


def read_seals(folder: Path) -> dict[tuple[str, str], Sealed]:
    """What sealing found, by key of the seed and key of its evidence."""
    path = folder / SEALS
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    rows = [json.loads(line) for line in lines]
    return {
        (r["seed"], r["evidence"]): Sealed(r["source"], tuple(r["lines"]), r["digest"], r["supports"], r["inferred"])
        for r in rows
    }


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
    if not isinstance(content, dict) or set(content) - {"defaults", "source", "records"}:
        raise Invalid(f"{path}: a seed file holds records, and may hold defaults and source.")
    defaults = content.get("defaults", {})
    for record in content.get("records") or []:
        where = f"{path}:{record.line}"
        if "key" not in record and kind.name != "source":
            raise Invalid(f"{where}: the record has no key.", [Fault(f"{where}: give the record a key")])
        yield _Raw(record["key"], kind, {**defaults, **record}, content.get("source"), where)


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
                yield Fault(
                    f"{seed.where} ({seed.key}): evidence cites the source '{entry['source']}', which is no seed"
                )


class _Expansion:
    """The long form of what an author wrote shortly."""

    def __init__(self, item: _Raw, idents: Mapping[str, str]) -> None:
        self.item, self.idents = item, idents

    def document(self) -> Document:
        written = dict(self.item.record)
        key = written.pop("key")
        document: Document = {"key": key} if self.item.kind.name == "source" else {}
        summary = written.pop("summary", None)
        if isinstance(summary, dict):
            document["summaries"] = [{"lang": lang, "text": text} for lang, text in summary.items()]
        makers = {
            "names": self._name, "relations": self._relation, "milestones": self._milestone,
            "evidence": self._evidence, "cautions": self._caution, "distinct_from": self._distinct,
        }  # fmt: skip
        for name, value in written.items():
            if name in makers and isinstance(value, list):
                document[name] = [makers[name](member) for member in value]
            elif name in ("subject", "relative_to"):
                document[name] = self._subject(value)
            elif name == "stated_by":
                document[name] = {"id": self._ident(value)}
            elif name == "quantity" and isinstance(value, dict):
                document[name] = self._quantity(value)
            else:
                document[name] = value
        return with_keys(_typed(self.item.kind.schema, document))

    def _name(self, written: Any) -> Document:
        name = dict(written) if isinstance(written, dict) else {"text": written}
        return {"lang": "zh-Hans" if has_cjk(str(name.get("text"))) else "en", "role": "as-printed"} | name

    def _relation(self, written: Any) -> Document:
        code = next((name for name in written if name not in _RELATION_MEMBERS), None)
        if code is None or code not in RELATIONS:
            self._fail(f"'{code}' is no relation; there are {', '.join(RELATIONS)}", "/relations")
        relation: Document = {n: v for n, v in written.items() if n != code} | {"relation": code}
        relation.setdefault("lifecycle", self.item.record.get("lifecycle", "active"))
        other = written[code]
        if isinstance(other, dict):
            unnamed = dict(other)
            relation["unnamed"] = {"as_printed": unnamed.pop("unnamed", None)} | unnamed
        else:
            relation["target"] = {"id": self._ident(other)}
        return relation

    def _milestone(self, written: Any) -> Document:
        event = next((name for name in written if name in EVENTS.codes), None)
        if event is None:
            return dict(written)
        dated = {"date": written[event]} if written[event] else {}
        return {"event": event} | dated | {n: v for n, v in written.items() if n != event}

    def _evidence(self, written: Any) -> Document:
        entry = dict(written)
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

    def _caution(self, written: Any) -> Document:
        caution = dict(written)
        see = [dict(each) if isinstance(each, dict) else {"record": each} for each in caution.get("see", [])]
        caution["see"] = [{"id": self._ident(each.pop("record"))} | each for each in see]
        return caution

    def _distinct(self, written: Any) -> Document:
        return {
            "target" if name == "record" else name: {"id": self._ident(v)} if name == "record" else v
            for name, v in written.items()
        }

    def _subject(self, written: Any) -> Document:
        if isinstance(written, str):
            return {"target": {"id": self._ident(written)}}
        subject = dict(written)
        if "record" in subject:
            subject["target"] = {"id": self._ident(subject.pop("record"))}
        return subject

    def _quantity(self, written: Mapping[str, Any]) -> Document:
        quantity = dict(written)
        for qualifier in QUALIFIERS.codes:
            if qualifier in quantity:
                stated = quantity.pop(qualifier)
                quantity["qualifier"] = qualifier
                if isinstance(stated, list):
                    quantity |= {"low": stated[0], "high": stated[-1]}
                elif "/" in stated:
                    quantity["numerator"], _, quantity["denominator"] = stated.partition("/")
                elif stated:
                    quantity["value"] = stated
        return quantity

    def _ident(self, key: Any) -> str:
        if key not in self.idents:
            near = difflib.get_close_matches(str(key), self.idents, 3, 0.6)
            self._fail(f"no seed has the key '{key}'" + (f"; did you mean {' or '.join(near)}?" if near else ""), "")
        return self.idents[key]

    def _fail(self, detail: str, pointer: str) -> None:
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
