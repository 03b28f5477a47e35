"""Sealing and checking evidence: each seed is held to the passages of the sources that it stands on."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from registry.errors import Fault
from registry.kinds.model.documents import Document
from registry.kinds.model.evidence import seal, unevidenced, unheld
from registry.kinds.model.folding import digest_of
from registry.kinds.model.passages import Passage
from registry.service.seeds import SEALS, Seed, read_seeds, scan_seeds


class Sources:
    """The texts of the sources in a folder, found by the digests that the seeds state for them."""

    def __init__(self, folder: Path, seeds: list[Seed]) -> None:
        texts = {}
        for path in sorted(folder.iterdir()) if folder.is_dir() else []:
            if path.is_file():
                text = path.read_bytes().decode("utf-8")
                texts[digest_of(text)] = texts[path.stem] = text.split("\n")
        self.lines: dict[str, list[str]] = {}
        for seed in seeds:
            if seed.kind.name == "source":
                found = texts.get(seed.document.get("digest", "")) or texts.get(seed.key)
                if found is not None:
                    self.lines[seed.key] = found

    def passage(self, source: str, lines: list[int]) -> Passage | None:
        """The lines of a source, both ends included; None where the source or the lines are not there."""
        text = self.lines.get(source)
        if text is None or lines[1] > len(text):
            return None
        return Passage("\n".join(text[lines[0] - 1 : lines[1]]))


def names_by_id(seeds: list[Seed]) -> dict[str, list[str]]:
    """All names of each seed, by its id."""
    return {seed.ident: [name["text"] for name in seed.document["names"]] for seed in seeds}


def seal_seeds(folder: Path, sources_folder: Path, *, write: bool = True) -> list[Fault]:
    """Find what the passages hold of each seed, and write it beside the seeds; answers what is left unevidenced."""
    seeds, faults = scan_seeds(folder, sealed=False)
    sources, names = Sources(sources_folder, seeds), names_by_id(seeds)
    rows: list[str] = []
    for seed in seeds:
        document = seed.document
        passages: dict[str, Passage] = {}
        for entry in document["evidence"]:
            if entry["basis"] == "passage":
                passage = sources.passage(entry["source"], entry["lines"])
                if passage is None:
                    faults.append(_fault(seed, f"{_span(entry)} is not in the sources"))
                else:
                    passages[entry["key"]] = passage
        found = seal(seed.kind, document, passages, lambda ident: names.get(ident, ()))
        for entry in document["evidence"]:
            if entry["key"] in found:
                entry["supports"], entry["inferred"] = found[entry["key"]]
                entry["digest"] = digest_of(passages[entry["key"]].text)
                rows.append(json.dumps({"seed": seed.key, "evidence": entry["key"]} | {
                    name: entry[name] for name in ("source", "lines", "digest", "supports", "inferred")
                }, ensure_ascii=False))  # fmt: skip
        faults += _owing(seed, names)
    if write:
        (folder / SEALS).write_text("".join(row + "\n" for row in rows), "utf-8")
    return faults


def check_seeds(folder: Path, sources_folder: Path) -> tuple[int, list[Fault]]:
    """Re-check every value of every seed against the sources.

    Answers how many seeds there are, and all that fails, naming record and value.
    """
    seeds = read_seeds(folder)
    sources, names = Sources(sources_folder, seeds), names_by_id(seeds)
    return len(seeds), [fault for seed in seeds for fault in _check(seed, sources, names)]


def _check(seed: Seed, sources: Sources, names: Mapping[str, list[str]]) -> Iterator[Fault]:
    if seed.kind.name == "source" and "digest" in seed.document and seed.key not in sources.lines:
        yield _fault(seed, "no file among the sources has the digest that the seed states")
    for entry in seed.document["evidence"]:
        if entry["basis"] != "passage":
            continue
        passage = sources.passage(entry["source"], entry["lines"])
        if passage is None:
            yield _fault(seed, f"{_span(entry)} is not in the sources")
        elif entry.get("digest") != digest_of(passage.text):
            state = "differ from what was sealed" if "digest" in entry else "were never sealed"
            yield _fault(seed, f"{_span(entry)} {state}: read the passage again, then seal")
        else:
            for fact in unheld(seed.kind, seed.document, entry, passage, lambda ident: names.get(ident, ())):
                yield _fault(
                    seed,
                    f"{fact.pointer} {_said(fact.value, names)} is not in {_span(entry)}: correct the value or the lines",
                )
    yield from _owing(seed, names)


def _owing(seed: Seed, names: Mapping[str, list[str]]) -> Iterator[Fault]:
    spans = ", ".join(_span(entry) for entry in seed.document["evidence"] if entry["basis"] == "passage")
    for fact in unevidenced(seed.kind, seed.document):
        yield _fault(
            seed,
            f"{fact.pointer} {_said(fact.value, names)} stands on nothing (not in {spans or 'any passage'}): correct it, "
            "cite the lines that print it, or name it under inferred and say in a note how it was read",
        )


def _span(entry: Document) -> str:
    first, last = entry["lines"]
    return f"{entry['source']} lines {first}-{last}"


def _said(value: Any, names: Mapping[str, list[str]]) -> str:
    known = names.get(value) if isinstance(value, str) else None
    return repr(known[0] if known else value)


def _fault(seed: Seed, detail: str) -> Fault:
    return Fault(f"{seed.where} ({seed.key}): {detail}")
