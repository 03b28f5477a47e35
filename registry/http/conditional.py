"""Entity tags: what a client has, what it means to change, and whether an answer is still right (RFC 9110, 13)."""

import re

_TAG = re.compile(r'(W/)?"([!#-~]*)"')
_GZIP = "--gzip"


def tags_of(header: str) -> frozenset[str] | None:
    """The strong tags of an If-Match header, a compressed answer's standing for the plain one; None for `*`."""
    if header.strip() == "*":
        return None
    return frozenset(tag.removesuffix(_GZIP) for weak, tag in _TAG.findall(header) if not weak)


def current(header: str, tag: str) -> str | None:
    """The tag as an If-None-Match header names it, perhaps that of the compressed answer; None where it does not."""
    if header.strip() == "*":
        return tag
    return next((each for _, each in _TAG.findall(header) if each.removesuffix(_GZIP) == tag), None)
