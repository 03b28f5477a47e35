"""Suggestions for somebody who types a name, each with the name that was met."""

import json
from collections.abc import Mapping, Sequence

from registry.kinds.model.documents import Document
from registry.kinds.model.folding import comparable, has_cjk, words
from registry.store import memory, records, suggesting
from registry.store.database import Store


def suggest(store: Store, typed: str, kinds: Sequence[str], limit: int) -> list[Document]:
    """Records with a name that begins with the text, then those with a word that does; shorter names first."""
    asked = comparable(typed)
    if not asked:
        return []
    first = suggesting.beginning(store, asked, tuple(kinds))
    order: dict[int, tuple[int, int, str]] = {}
    for name, number in first:
        order[number] = min(order.get(number, (0, len(name), name)), (0, len(name), name))
    if len(order) < limit:
        for number in suggesting.having(store, typed, tuple(kinds)):
            order.setdefault(number, (1, 0, ""))
    found = records.numbered(store, _likeliest(store, order, limit))
    lines = [(order[each.number], line(json.loads(each.bytes), asked)) for each in found]
    lines.sort(key=lambda pair: (pair[0][0], pair[0][1] or len(pair[1]["matched"]), pair[1]["name"], pair[1]["id"]))
    return [line for _, line in lines[:limit]]


def _likeliest(store: Store, order: Mapping[int, tuple[int, int, str]], limit: int) -> list[int]:
    """The records of which the first are to be shown: those that begin so, then those that bear short names."""
    with memory.of(store).at_present() as mind:
        briefness = mind.briefness()
        return sorted(order, key=lambda number: (order[number], briefness[number], number))[: 4 * limit]


def line(record: Document, asked: str) -> Document:
    """A record in short, with the name that fits best what was typed (in comparable form)."""
    names = [name["text"] for name in record["names"]] or [record["name"]]
    matched = min(names, key=lambda name: (*_fit(name, asked), len(name)))
    told = {"id": record["id"], "kind": record["kind"], "name": record["name"], "matched": matched}
    return told | ({"summary": record["summary"]} if "summary" in record else {})


def _fit(name: str, asked: str) -> tuple[bool, bool, bool]:
    """How a name meets what was asked: it begins so, or its words do, or only its sound can; the best is the least."""
    text, there = comparable(name), words(name)
    by_words = all(
        any(word in each if has_cjk(word) else each.startswith(word) for each in there) for word in words(asked)
    )
    return not text.startswith(asked), not by_words, not has_cjk(name)
