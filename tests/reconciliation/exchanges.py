"""One of every exchange that the Reconciliation API 0.2 knows, as clients make them, with the shape that each answer must have."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

BASE = "/reconcile/0.2"
TSINGHUA, BAIDU, UNESCO, BASE_AT_DALIAN = "p64qpd0g38", "pshpsp1w26", "c5thbcyx91", "e0933ddn21"
QUERIES: dict[str, Any] = {
    "q0": {"query": "Tsinghua Univ.", "type": "organization", "type_strict": "should"},
    "q1": {"query": "清華大學", "limit": 3},
    "q2": {"query": "Baidu", "type": ["organization:company", "training-center"], "properties": [{"pid": "country", "v": "China"}]},
    "q3": {"query": TSINGHUA},
    "q4": {"query": "nothing that is registered anywhere at all"},
    "q5": {"properties": [{"pid": "country", "v": "Kenya"}]},
    "q6": {"query": "Baidu Songguo base", "properties": [{"pid": "jointly-established-by", "v": {"id": BAIDU, "name": "Baidu"}}, {"pid": "established", "v": 2019}]},
    "q7": {"query": "Tsinghua University", "properties": [{"pid": "partner", "v": ["y7jqyqbs53", True]}]},
}  # fmt: skip
EXTENSION: dict[str, Any] = {
    "ids": [TSINGHUA, BASE_AT_DALIAN, UNESCO, "nobody"],
    "properties": [
        {"id": "country", "name": "country", "settings": {"words": "en"}}, {"id": "name-zh"}, {"id": "type", "settings": None},
        {"id": "partner", "settings": {"limit": "2", "proposed": "on"}}, {"id": "jointly-established-by"}, {"id": "established"},
    ],
}  # fmt: skip
WIDGET = {"spell": "always", "exact": "false", "prefixed": "true", "scoring": "schema"}
"""What OpenRefine's suggest widget sends with each prefix."""


class Exchange(NamedTuple):
    """A request, by GET with parameters or by POST of a form, and the name of the shape of its answer."""

    shape: str
    path: str
    parameters: dict[str, Any]
    form: dict[str, str] | None = None


def exchanges() -> Iterator[Exchange]:
    """The exchanges."""
    queries, extension = json.dumps(QUERIES), json.dumps(EXTENSION)
    yield Exchange("manifest", BASE, {})
    yield Exchange("reconciliation-result-batch", BASE, {}, {"queries": queries})
    yield Exchange("reconciliation-result-batch", BASE, {"queries": json.dumps({"q": QUERIES["q0"]})})
    yield Exchange("reconciliation-result-batch", BASE, {}, {"queries": "{}"})
    yield Exchange("data-extension-response", BASE, {}, {"extend": extension})
    yield Exchange("data-extension-response", BASE, {"extend": extension})
    for kind in ("", "organization", "training-center:training-base"):
        yield Exchange("data-extension-property-proposal", f"{BASE}/properties", {"type": kind, "limit": 20})
    for what, plural, prefix, ident in (
        ("entity", "entities", "tsing", TSINGHUA), ("type", "types", "univ", "organization:university"), ("property", "properties", "coun", "country"),
    ):  # fmt: skip
        yield Exchange(f"suggest-{plural}-response", f"{BASE}/suggest/{what}", {"prefix": prefix, **WIDGET})
        yield Exchange(f"suggest-{plural}-response", f"{BASE}/suggest/{what}", {"prefix": ident, "cursor": 0})
        yield Exchange(f"suggest-{plural}-response", f"{BASE}/suggest/{what}", {"prefix": ""})
        yield Exchange("flyout-response", f"{BASE}/flyout/{what}", {"id": ident})
