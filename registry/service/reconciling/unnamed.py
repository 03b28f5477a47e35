"""Reconciliation queries without a name: the records that have all the values that were asked for."""

import json
import re
from collections.abc import Iterator, Sequence

from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import Document
from registry.kinds.model.fields import Code
from registry.kinds.model.folding import comparable
from registry.kinds.model.relations import RELATIONS
from registry.service import asking
from registry.service.asking import Askable
from registry.service.find import Asked, find
from registry.service.matching.lexicon import countries_by_name
from registry.service.reconciling.properties import PROPERTIES
from registry.service.reconciling.types import TYPES
from registry.store.database import Store


def having(
    store: Store, types: Sequence[str], values: Sequence[tuple[str, Sequence[str]]], limit: int
) -> tuple[list[Document], int]:
    """Up to `limit` records that have a value of each property, and how many there are in all.

    There are none where a value cannot be looked for, since it says nothing that any record could have.
    """
    kinds = sorted({TYPES[each].kind for each in types})
    kind = KINDS[kinds[0]] if len(kinds) == 1 else None
    known, filters = asking.askables(kind), dict[str, list[str]]()
    if kinds and kind is None:
        filters["kind"] = kinds
    narrower = [each.partition(":")[2] for each in types if ":" in each]
    if narrower:
        filters["type"] = narrower
    for pid, wanted in values:
        name = "relation" if pid in RELATIONS else pid
        operands = [operand for value in wanted for operand in _operands(pid, value) if _fits(known.get(name), operand)]
        if not operands:
            return [], 0
        filters.setdefault(name, []).extend(operands)
    found = find(store, Asked(kind, filters, limit=limit))
    return [json.loads(each) for each in found.items], found.total or 0


def _operands(pid: str, value: str) -> Iterator[str]:
    """What a value is as an operand of the property's filter: a code, a tie, or the value itself."""
    member, said = PROPERTIES[pid].member, comparable(value)
    if pid in RELATIONS:
        yield f"{pid}:{value}"
        return
    if pid == "country":
        yield countries_by_name().get(said, "")
        return
    if isinstance(member, Code):
        terms = member.vocabulary.terms.items()
        yield from (code for code, term in terms if said in map(comparable, (term.label, term.label_zh)))
    yield value


def _fits(known: Askable | None, operand: str) -> bool:
    if known is None or not operand:
        return False
    return operand in known.choices if known.choices else re.fullmatch(known.pattern, operand) is not None
