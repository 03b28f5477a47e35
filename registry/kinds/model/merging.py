"""Making one document of two that are about the same thing; and telling two documents apart, member by member."""

import copy
import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from registry.kinds.model.documents import Document, keys_of, resolve, with_keys

_ON_VALUES = ("evidence", "cautions", "absent")
"""Members that speak of other values: they are taken over as far as what they speak of was."""
_TOWARDS_OTHERS = ("relations", "distinct_from")


class Absorbed(NamedTuple):
    """What two documents became; `evidence` has, for each entry taken over whole, the key that it had before."""

    document: Document
    evidence: dict[str, str]


def absorbed(
    survivor: Document, loser: Document, loser_id: str, *, themselves: Collection[str] = (), fixed: Collection[str] = ()
) -> Absorbed:
    """The survivor with what the loser had beside it.

    Lists take the loser's members that the survivor lacks, under keys of their own where theirs are taken; single
    values stay the survivor's, and where the loser's differ, a caution says so, unless they are `fixed`. Evidence and
    cautions come along with the values that they are about. What the two said of one another (`themselves` are all ids
    that lead to either) no longer makes sense, and is left out.
    """
    result, lost = _apart(survivor, themselves), _apart(loser, themselves)
    moved = _moved(result, lost)
    for name, value in lost.items():
        if name in _ON_VALUES:
            continue
        if isinstance(value, list):
            result[name] = [*result.get(name, []), *_missing(result.get(name, []), value, moved)]
        elif name not in result:
            result[name] = _rekeyed(value, moved)
        elif result[name] != value and name not in fixed:
            result["cautions"].append(_contradicted(name, value, loser_id))
    came = _take_over(result, lost, moved)
    _leave_out_what_dangles(result)
    return Absorbed(with_keys(result), came)


def _apart(document: Document, themselves: Collection[str]) -> Document:
    result = copy.deepcopy(document)
    for name in _TOWARDS_OTHERS:
        result[name] = [each for each in result[name] if each.get("target", {}).get("id") not in themselves]
    for caution in result["cautions"]:
        caution["see"] = [each for each in caution["see"] if each["id"] not in themselves]
    return result


def _contradicted(name: str, value: Any, loser_id: str) -> Document:
    note = f"Record {loser_id}, which was merged into this one, said {_shown(value)}."
    return {"kind": "contradicted", "about": f"/{name}", "note": note[:2000], "see": []}


def _moved(survivor: Document, loser: Document) -> dict[str, str]:
    """The key that each member of the loser will have: that of its equal, its own, or a new one where that is taken."""
    moved: dict[str, str] = {}
    for name, value in loser.items():
        if name not in _ON_VALUES and _is_keyed(value):
            for member in value:
                same = next((each for each in survivor.get(name, []) if _bare(each) == _bare(member)), None)
                moved |= dict(zip(_keys(member), _keys(same), strict=True)) if same else {}
    there, taken = keys_of(survivor), keys_of(survivor) | keys_of(loser)
    for key in sorted(keys_of(loser) - set(moved)):
        moved[key], number = key, 2
        while key in there and moved[key] in taken:
            moved[key], number = f"{key[:60]}-{number}", number + 1
        taken.add(moved[key])
    return moved


def _missing(there: list[Any], offered: list[Any], moved: Mapping[str, str]) -> Iterator[Any]:
    known = [_bare(member) for member in there]
    for member in offered:
        if _bare(member) not in known:
            yield _rekeyed(member, moved)


def _take_over(result: Document, lost: Document, moved: Mapping[str, str]) -> dict[str, str]:
    """Add the loser's evidence, cautions and absences, as far as the values that they are about came along unchanged."""
    came: dict[str, str] = {}
    known = [_bare(each) for each in result["evidence"]]
    for each in lost["evidence"]:
        entry = {**each, "key": moved[each["key"]]}
        for name in ("supports", "inferred"):
            entry[name] = [new for old in each[name] if (new := _followed(lost, result, old, moved)) is not None]
        kept, had = (len(one["supports"]) + len(one["inferred"]) for one in (entry, each))
        if _bare(entry) not in known and (kept or not had):
            result["evidence"].append(entry)
            came |= {entry["key"]: each["key"]} if kept == had else {}
    known = [_bare(each) for each in result["cautions"]]
    for each in lost["cautions"]:
        about = _followed(lost, result, each["about"], moved)
        caution = {**each, "key": moved[each["key"]], "about": about}
        if about is not None and _bare(caution) not in known:
            result["cautions"].append(caution)
    result["absent"] = {_pointed(lost, old, moved): why for old, why in lost["absent"].items()} | result["absent"]
    return came


def _followed(lost: Document, result: Document, pointer: str, moved: Mapping[str, str]) -> str | None:
    """Where a value of the loser stands now; None where it did not come along, or another stands in its place."""
    new = _pointed(lost, pointer, moved)
    before, after = _at(lost, pointer), _at(result, new)
    if before is None:
        return None
    if isinstance(before, list) and isinstance(after, list):
        return new if all(_bare(each) in [_bare(other) for other in after] for each in before) else None
    return new if _bare(before) == _bare(after) else None


def _pointed(lost: Document, pointer: str, moved: Mapping[str, str]) -> str:
    """A pointer into the loser, with the keys that its members have now."""
    value: Any = lost
    steps = []
    for step in pointer.split("/")[1:]:
        steps.append(moved.get(step, step) if isinstance(value, list) else step)
        value = _at(value, f"/{step}")
    return "".join(f"/{step}" for step in steps)


def _leave_out_what_dangles(result: Document) -> None:
    for entry in result["evidence"]:
        for name in ("supports", "inferred"):
            entry[name] = [pointer for pointer in entry[name] if _at(result, pointer) is not None]
    result["cautions"] = [each for each in result["cautions"] if _at(result, each["about"]) is not None]
    result["absent"] = {at: why for at, why in result["absent"].items() if _at(result, at) in (None, [], {})}


def _at(document: Any, pointer: str) -> Any:
    try:
        return resolve(document, pointer)
    except KeyError:
        return None


def _bare(value: Any) -> Any:
    """A value without the keys that name it and its members."""
    if isinstance(value, dict):
        return {name: _bare(inner) for name, inner in value.items() if name != "key" or not isinstance(inner, str)}
    return [_bare(inner) for inner in value] if isinstance(value, list) else value


def _keys(value: Any) -> list[str]:
    """The keys of a member and of the members within it, in order."""
    if isinstance(value, dict):
        own = [value["key"]] if "key" in value else []
        return own + [key for name in sorted(value) for key in _keys(value[name])]
    return [key for inner in value for key in _keys(inner)] if isinstance(value, list) else []


def _rekeyed(value: Any, moved: Mapping[str, str]) -> Any:
    """A copy in which members have their new keys."""
    if isinstance(value, dict):
        return {
            name: moved.get(inner, inner) if name == "key" else _rekeyed(inner, moved) for name, inner in value.items()
        }
    return [_rekeyed(inner, moved) for inner in value] if isinstance(value, list) else value


def differences(before: Any, after: Any, pointer: str = "") -> Iterator[Document]:
    """What differs between two documents: a pointer by member key, what stood there, what stands there now.

    Of members that changed places the keys are told, in their order before and now.
    """
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(name for name in after if name not in before)]:
            yield from _member(before, after, name, f"{pointer}/{name}")
    elif _is_keyed(before) and _is_keyed(after):
        old, new = ({member["key"]: member for member in members} for members in (before, after))
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _member(old, new, key, f"{pointer}/{key}")
        orders = [key for key in old if key in new], [key for key in new if key in old]
        if orders[0] != orders[1]:
            yield {"pointer": pointer, "before": orders[0], "after": orders[1]}
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
