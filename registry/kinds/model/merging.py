"""Making one document of two that are about the same thing; and telling two documents apart, member by member."""

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

from registry.kinds.model.documents import Document, keys_of, with_keys


def absorbed(survivor: Document, loser: Document, loser_id: str) -> Document:
    """The survivor with what the loser had beside it.

    Lists take the loser's members that the survivor lacks, under keys of their own where theirs are taken; single
    values stay the survivor's, and where the loser's differ, a caution says so.
    """
    result = copy.deepcopy(survivor)
    renamed = _renamed(result, loser)
    for name, value in loser.items():
        if isinstance(value, list):
            result[name] = [*result.get(name, []), *_missing(result.get(name, []), value, renamed)]
        elif isinstance(value, dict) and name == "absent":
            result[name] = {**value, **result.get(name, {})}
        elif name not in result:
            result[name] = value
        elif result[name] != value:
            result["cautions"].append({
                "kind": "contradicted", "about": f"/{name}", "see": [],
                "note": f"Record {loser_id}, which was merged into this one, said {_shown(value)}."[:2000],
            })  # fmt: skip
    return with_keys(result)


def _renamed(survivor: Document, loser: Document) -> dict[str, str]:
    """New keys for those of the loser's members whose keys the survivor uses already."""
    taken = {*keys_of(survivor), *keys_of(loser)}
    renamed = {}
    for key in sorted(keys_of(loser) & keys_of(survivor)):
        number = 2
        while f"{key}-{number}" in taken:
            number += 1
        renamed[key] = f"{key}-{number}"
        taken.add(renamed[key])
    return renamed


def _missing(there: list[Any], offered: list[Any], renamed: Mapping[str, str]) -> Iterator[Any]:
    known = [_bare(member) for member in there]
    for member in offered:
        if _bare(member) not in known:
            yield _rekeyed(member, renamed)


def _bare(member: Any) -> Any:
    return {name: value for name, value in member.items() if name != "key"} if isinstance(member, dict) else member


def _rekeyed(value: Any, renamed: Mapping[str, str]) -> Any:
    """A copy in which keys, and the pointers that name them, are the new ones."""
    if isinstance(value, dict):
        return {
            name: renamed.get(inner, inner) if name == "key" else _rekeyed(inner, renamed)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_rekeyed(inner, renamed) for inner in value]
    if isinstance(value, str) and value.startswith("/"):
        return "/".join(renamed.get(step, step) for step in value.split("/"))
    return value


def differences(before: Any, after: Any, pointer: str = "") -> Iterator[Document]:
    """What differs between two documents: a pointer by member key, what stood there, what stands there now."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(name for name in after if name not in before)]:
            yield from _member(before, after, name, f"{pointer}/{name}")
    elif _is_keyed(before) and _is_keyed(after):
        old, new = ({member["key"]: member for member in members} for members in (before, after))
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _member(old, new, key, f"{pointer}/{key}")
    else:
        yield {"pointer": pointer, "before": before, "after": after}


def _member(before: Document, after: Document, name: str, pointer: str) -> Iterator[Document]:
    if name not in after:
        yield {"pointer": pointer, "before": before[name]}
    elif name not in before:
        yield {"pointer": pointer, "after": after[name]}
    else:
        yield from differences(before[name], after[name], pointer)


def _is_keyed(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(member, dict) and "key" in member for member in value)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
